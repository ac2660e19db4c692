"""Hospitals that settle under faults: they write down every answer, insist, or reverse what is unknown."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter, deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.load.playing import GATEWAY, Played
from benchmarks.load.state import State
from tests.journeys.nation import codes_of
from yidi.edges.clock import local_now
from yidi.edges.national.client import NationalClient
from yidi.edges.national.hospital import Exchange, Hospital, Patient

YES, UNDONE = "yes", "undone"
PAUSE_SECONDS, MOST_TRIES = 0.1, 1500
STAMPS = ("inf_refmsgid", "refmsg_time", "respond_time")


class Outcome(NamedTuple):
    """What the client holds to be true of one bill: settled with this number and sum, or undone."""

    clone: int
    what: str
    settlement_id: str = ""
    fund_yuan: str = ""


class Record:
    """The client's own record: a line an answer, in a file, and what each bill came to."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.outcomes: dict[int, Outcome] = {}
        self.answers: Counter[str] = Counter()
        self._out = file.open("a", encoding="utf-8")

    def hear(self, clone: int, exchange: Exchange) -> None:
        """Write an answer down before anything is done with it."""
        said = "silence" if exchange.answer is None else "good" if exchange.good else "refused"
        self.answers[said] += 1
        codes = sorted(codes_of(exchange)) or [str((exchange.answer or {}).get("err_msg", ""))]
        line = {"bill": clone, "infno": exchange.number, "msgid": exchange.request["msgid"], "said": said}
        self._out.write(json.dumps(line | ({"codes": codes} if said == "refused" else {})) + "\n")
        self._out.flush()

    def close(self) -> None:
        """Close the file."""
        self._out.close()


class Hospitals:
    """All hospitals of a state, each on its line to its own node. `addresses` by institution."""

    def __init__(self, state: State, addresses: Mapping[str, str], record: Record, seed: int) -> None:
        self.state, self.addresses, self.record = state, addresses, record
        self.chance = random.Random(seed)
        self.bills = deque(state.shuffled_visits(seed))
        self.requests: dict[int, dict[str, Any]] = {}
        self._clients: dict[str, NationalClient] = {}

    def client(self, played: Played) -> NationalClient:
        """Return the signed client of a case's hospital."""
        place = played.institution
        if place.code not in self._clients:
            self._clients[place.code] = NationalClient(
                self.addresses[place.code],
                institution_code=place.code,
                institution_name=place.name,
                area=place.area,
                secret=self.state.scene.keys[place.code],
                scheme=GATEWAY,
            )
        return self._clients[place.code]

    async def close(self) -> None:
        """Close all lines."""
        for client in self._clients.values():
            await client.close()
        self.record.close()

    async def work(self, enough: asyncio.Event, pace_seconds: float = 0.0) -> None:
        """Settle bill after bill until it is enough or there is none left; then finish the one in hand."""
        while self.bills and not enough.is_set():
            await self.settle(self.bills.popleft())
            await asyncio.sleep(pace_seconds * self.chance.random() * 2)

    async def settle(self, clone: int) -> None:
        """Settle one bill: on an unknown outcome ask again, or now and then reverse it."""
        played = self.state.case_of(clone)
        request = self.requests[clone] = json.loads(played.case.text("bill", clone))
        exchange = await self.client(played).repeat(request)
        self.record.hear(clone, exchange)
        if not exchange.good and self.chance.random() < 0.25:
            await self._undo(played, clone, exchange)
            return
        if not exchange.good:
            exchange = await self.insist(played, clone, request)
        self.record.outcomes[clone] = outcome_of(clone, exchange)

    async def _undo(self, played: Played, clone: int, lost: Exchange) -> None:
        """Reverse a bill whose answer is unknown, saying so until it is confirmed."""
        place, data = played.institution, lost.request["input"]["data"]
        patient = Patient("", "", "", str(lost.request["insuplc_admdvs"]), person_no=data["psn_no"])
        hospital = Hospital(place.code, place.name, place.area, self.client(played).exchange, local_now)
        reversal = await hospital.reverse(patient, lost)
        self.record.hear(clone, reversal)
        if not reversal.good:
            await self.insist(played, clone, reversal.request)
        self.record.outcomes[clone] = Outcome(clone, UNDONE)

    async def insist(self, played: Played, clone: int, request: Mapping[str, Any]) -> Exchange:
        """Say a message again, unchanged, until it is answered well."""
        for _ in range(MOST_TRIES):
            await asyncio.sleep(PAUSE_SECONDS * (0.5 + self.chance.random()))
            exchange = await self.client(played).repeat(request)
            self.record.hear(clone, exchange)
            if exchange.good:
                return exchange
        raise AssertionError(f"bill {clone} was never answered: {exchange.answer}")

    async def say_again(self) -> list[str]:
        """Say every bill once more when all is quiet: what was settled gets the same answer again.

        What was reversed gets the answer it had, booked or refused; that it books nothing is for `compare`.
        """
        faults: list[str] = []
        room = asyncio.Semaphore(8)

        async def again(outcome: Outcome) -> None:
            async with room:
                exchange = await self.client(self.state.case_of(outcome.clone)).repeat(
                    self.requests[outcome.clone]
                )
            if outcome.what == YES and (not exchange.good or outcome_of(outcome.clone, exchange) != outcome):
                faults.append(f"bill {outcome.clone} was settled, and is now answered {exchange.answer}")

        await asyncio.gather(*[again(outcome) for outcome in self.record.outcomes.values()])
        return faults


def outcome_of(clone: int, exchange: Exchange) -> Outcome:
    """Read a good answer to a bill."""
    info = exchange.output["setlinfo"]
    return Outcome(clone, YES, str(info["setl_id"]), str(info["fund_pay_sumamt"]))

"""`yidi serve` killed under load: what was answered stands, what was asked again happens once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.journeys.nation import SAMPLE, VISITS, codes_of
from tests.journeys.serving import Served
from yidi.edges.clock import local_now
from yidi.edges.demonstration.stage import make_keys, set_stage
from yidi.edges.national.client import NationalClient
from yidi.edges.national.counter import Counter, must
from yidi.edges.national.hospital import Exchange, Hospital
from yidi.edges.national.refusals import UNANSWERED
from yidi.edges.packs.sample import SamplePerson
from yidi.edges.settings import Settings
from yidi.edges.storage.verify import verify
from yidi.processes.settlement.records import Settlement, SettlementAsked
from yidi.processes.visit.records import Visit
from yidi.wiring import open_node

VISIT = VISITS["cancelled_settlement"]
OWN_PACKS = {"110000", "140000", "150000", "410000", "420000", "500000", "510000"}
PATIENTS = [one for one in SAMPLE.persons if one.story == "resident" and one.insured not in OWN_PACKS][:14]
AT_ONCE = 6
KILL_AFTER = 5
STAMPS = ("inf_refmsgid", "refmsg_time", "respond_time")


class Persistent:
    """A hospital's line to the node: it says each message again, unchanged, until it is answered."""

    def __init__(self, address: str, secret: str) -> None:
        place = next(one for one in SAMPLE.institutions if one.code == VISIT.institution)
        self.place = place
        self.client = NationalClient(
            address,
            institution_code=place.code,
            institution_name=place.name,
            area=place.area,
            secret=secret,
            scheme="timestamp_nonce_sha256",
        )
        self.kept: list[Exchange] = []
        self.asked_again = 0

    async def send(self, number: str, content: Mapping[str, Any], insured_area: str) -> Exchange:
        """Say a message until it is answered, and keep it."""
        exchange = await self.insist(self.client.envelope(number, content, insured_area))
        self.kept.append(exchange)
        return exchange

    async def insist(self, request: Mapping[str, Any]) -> Exchange:
        """Say a message until it is answered."""
        for _ in range(1200):
            exchange = await self.client.repeat(request)
            if exchange.answer is not None and UNANSWERED.code not in codes_of(exchange):
                return exchange
            self.asked_again += 1
            await asyncio.sleep(0.05)
        raise AssertionError("a message was never answered")

    def hospital(self) -> Hospital:
        """Return the hospital's system on this line; own numbers differ by the microsecond."""
        return Hospital(self.place.code, self.place.name, self.place.area, self.send, local_now)


async def play(line: Persistent, person: SamplePerson) -> None:
    """Play one visit to its settlement."""
    counter = Counter(line.hospital(), VISIT, person)
    await counter.begin()
    must(counter.hospital.exchanges[-1])
    await counter.treat()
    must(await counter.settle())


async def kill_at(served: Served, moment: asyncio.Event) -> None:
    """Kill the node and start it again."""
    await moment.wait()
    assert await served.end(signal.SIGKILL) == -signal.SIGKILL
    await served.start()


async def play_all(served: Served, line: Persistent) -> None:
    """Play every patient's visit, some at once, while the node is killed and started again."""
    settled: list[str] = []
    moment, room = asyncio.Event(), asyncio.Semaphore(AT_ONCE)

    async def one(person: SamplePerson) -> None:
        async with room:
            await play(line, person)
            settled.append(person.person_no)
            if len(settled) == KILL_AFTER:
                moment.set()

    await asyncio.gather(kill_at(served, moment), *(one(person) for person in PATIENTS))


async def seed(database: str, keys: dict[str, str], folder: Path) -> None:
    """Set the stage on an empty database."""
    async with open_node(Settings(database=database, keys=str(folder / "keys.toml")), keys) as node:
        await set_stage(node.ask, SAMPLE, local_now().date(), node.diseases)


async def check_books(database: str, folder: Path) -> None:
    """One visit, one question, one booking a patient, and facts that prove each other."""
    async with open_node(Settings(database=database, keys=str(folder / "keys.toml")), {}) as node:
        for record in (Visit, SettlementAsked, Settlement):
            found = sorted(row.person_no for row in await node.rows(record))
            assert found == sorted(person.person_no for person in PATIENTS)
        results = await verify(node.journal.engine)
        assert [finding for result in results for finding in result.findings] == []


def business(exchange: Exchange) -> dict[str, Any]:
    """Return an answer without what stamps it."""
    return {name: value for name, value in (exchange.answer or {}).items() if name not in STAMPS}


async def test_a_killed_node_loses_nothing_it_answered_and_does_nothing_twice(
    database: str, tmp_path: Path
) -> None:
    fold = database.startswith("postgresql")  # a node of each kind, not every combination
    keys = make_keys(SAMPLE)
    await seed(database, keys, tmp_path)
    served = Served(tmp_path, database, keys, fold=fold)
    line = Persistent(served.address, keys[VISIT.institution])
    await served.start()
    try:
        await play_all(served, line)
        assert line.asked_again > 0
        durable = [one for one in line.kept if one.number not in ("1101", "2206A")]
        for exchange in durable:
            assert business(await line.insist(exchange.request)) == business(exchange)
        assert len(durable) == 4 * len(PATIENTS)
    finally:
        await line.client.close()
        await served.end(signal.SIGTERM)
    await check_books(database, tmp_path)

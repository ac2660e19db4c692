"""Plays the counters of a month: signed clients speak the real interface to a node in this process."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Mapping

import httpx
from starlette.applications import Starlette

from yidi.domain.dates import SHANGHAI
from yidi.edges.clock import Clock
from yidi.edges.demonstration.month import PlannedVisit
from yidi.edges.national.client import NationalClient
from yidi.edges.national.counter import Counter, CounterFault, must
from yidi.edges.national.hospital import Exchange, Hospital

SETTLED, CANCELLED, REVERSED, REFUSED = "settled", "cancelled", "reversed", "refused"


class Counters:
    """The counters of all hospitals. `gateways` gives the signature scheme of each province's gateway."""

    def __init__(
        self, app: Starlette, keys: Mapping[str, str], gateways: Mapping[str, str], clock: Clock
    ) -> None:
        self._keys, self._gateways, self._clock = keys, gateways, clock
        self._http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://node")
        self._hospitals: dict[str, Hospital] = {}
        self.told: Tally[str] = Tally()
        """How many visits ended in which way."""
        self.refusals: list[str] = []
        """What the refused ones were told."""

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def hospital(self, planned: PlannedVisit) -> Hospital:
        """Return the information system of the hospital; one each, as its message ids rise."""
        place = planned.institution
        if place.code not in self._hospitals:
            client = NationalClient(
                "",
                institution_code=place.code,
                institution_name=place.name,
                area=place.area,
                secret=self._keys[place.code],
                scheme=self._gateways[place.province],
                clock=self._clock,
                http=self._http,
            )
            self._hospitals[place.code] = Hospital(
                place.code,
                place.name,
                place.area,
                client.exchange,
                lambda: self._clock().astimezone(SHANGHAI),
            )
        return self._hospitals[place.code]

    async def play(self, planned: PlannedVisit) -> str:
        """Play a visit to its end and return how it ended. Raises CounterFault where the node contradicts."""
        counter = Counter(self.hospital(planned), planned.visit, planned.person)
        ended = await self._play(counter)
        counter.hospital.exchanges.clear()
        self.told[ended] += 1
        return ended

    async def _play(self, counter: Counter) -> str:
        if not await counter.begin():
            return self._refused(counter.hospital.exchanges[-1])
        await counter.treat()
        if counter.visit.then == "reverse":
            lost = await counter.settle(lose_answer=True)
            must(await counter.reverse(lost))
            return REVERSED
        settled = await counter.settle()
        if not settled.good:
            return self._refused(settled)
        if counter.visit.then == "cancel":
            must(await counter.cancel(settled))
            return CANCELLED
        return SETTLED

    def _refused(self, exchange: Exchange) -> str:
        """Keep why a visit was refused. Raises CounterFault when no rule says so."""
        found = (exchange.answer or {}).get("refusals") or ()
        if not found:
            raise CounterFault(f"{exchange.number}: {(exchange.answer or {}).get('err_msg', 'no answer')}")
        self.refusals += [str(row["code"]) for row in found]
        return REFUSED

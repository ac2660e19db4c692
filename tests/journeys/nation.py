"""The sample nation on a real node, served over real HTTP, with signed clients at every counter."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec

from yidi.domain.dates import SHANGHAI
from yidi.edges.cli.demo import serving
from yidi.edges.clock import Clock
from yidi.edges.demonstration.stage import make_keys, set_stage
from yidi.edges.national.client import NationalClient
from yidi.edges.national.counter import Counter, must
from yidi.edges.national.hospital import Exchange, Hospital
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.sample import SampleInstitution, SamplePerson, SampleVisit, read_sample
from yidi.edges.settings import Settings
from yidi.edges.storage.verify import verify
from yidi.processes.ports.deciding import Command, Reply
from yidi.processes.settlement.commands import Settled
from yidi.processes.settlement.records import Settlement
from yidi.wiring import Node, open_node

MORNING = datetime(2026, 11, 22, 2, 0, tzinfo=timezone.utc)
"""A Sunday, ten o'clock in Shanghai: the day on which journeys happen."""
_KEYS = tempfile.TemporaryDirectory(prefix="yidi-keys-")
SAMPLE = read_sample(packs_folder())
VISITS = {visit.case: visit for visit in SAMPLE.visits if visit.then != "claim"}
"""The sample visits that a counter plays alone; a claim also needs the agency (tests of the demo)."""


class TickingClock:
    """A clock of a millisecond a look: no two facts share an instant, and every run has the same day."""

    def __init__(self, start: datetime = MORNING) -> None:
        self.now = start

    def __call__(self) -> datetime:
        """Return the instant, one millisecond after the last one."""
        self.now += timedelta(milliseconds=1)
        return self.now


class Nation:
    """A served node and everybody who talks to it."""

    def __init__(self, node: Node, keys: Mapping[str, str], address: str, clock: Clock) -> None:
        self.node, self.keys, self.address, self.clock = node, keys, address, clock
        self.people = {person.story: person for person in SAMPLE.persons}
        self.institutions = {place.code: place for place in SAMPLE.institutions}
        self._clients: dict[tuple[str, str], NationalClient] = {}

    @property
    def today(self) -> date:
        """The business date."""
        return self.clock().astimezone(SHANGHAI).date()

    def client(self, code: str, *, secret: str = "", scheme: str = "") -> NationalClient:
        """Return the client of an institution: its own secret and its province's scheme unless given."""
        place = self.institutions[code]
        key = (code, secret + scheme)
        if key not in self._clients:
            self._clients[key] = NationalClient(
                self.address,
                institution_code=code,
                institution_name=place.name,
                area=place.area,
                secret=secret or self.keys[code],
                scheme=scheme or self.node.gateway_of(place.province),
                clock=self.clock,
            )
        return self._clients[key]

    def hospital(self, place: SampleInstitution) -> Hospital:
        """Return the information system of an institution."""
        send = self.client(place.code).exchange
        return Hospital(place.code, place.name, place.area, send, lambda: self.clock().astimezone(SHANGHAI))

    def counter(self, case: str, **changes: Any) -> Counter:
        """Return the counter of a sample visit; `changes` tell it otherwise than the sample."""
        visit: SampleVisit = msgspec.structs.replace(VISITS[case], **changes)
        return Counter(self.hospital(self.institutions[visit.institution]), visit, self.people[visit.person])

    async def at_the_till(self, case: str, **changes: Any) -> Counter:
        """Play a visit until nothing is left but to settle it."""
        counter = self.counter(case, **changes)
        await counter.begin()
        must(counter.hospital.exchanges[-1])
        await counter.treat()
        return counter

    async def repeat(self, counter: Counter, exchange: Exchange, **changes: Any) -> Exchange:
        """Send a message of a counter again as it was, or with other fields of its envelope."""
        client = self.client(counter.hospital.code)
        return await client.repeat({**exchange.request, **changes})

    async def tell(self, kind: type[Command], person: SamplePerson, msgid: str, **fields: Any) -> Reply:
        """Send a command to a person's insured place, as its agency."""
        return await self.node.ask(kind(jurisdiction=person.insured, sender="agency", msgid=msgid, **fields))

    async def booked(self, person: SamplePerson) -> list[Settlement]:
        """Return what the insured place booked for a person, oldest first."""
        return await self.node.rows(Settlement, {"person_no": person.person_no}, ("booked_at",))

    async def findings(self) -> list[str]:
        """Return everything `yidi storage verify` finds wrong."""
        results = await verify(self.node.journal.engine)
        return [f"{result.check.name}: {finding}" for result in results for finding in result.findings]

    async def close(self) -> None:
        """Close the connections of all clients."""
        for client in self._clients.values():
            await client.close()


def key_folder_of(database: str) -> str:
    """Return where the keys of a database lie while the tests run; nothing for a file, which has its own."""
    if database.startswith("sqlite:"):
        return ""
    return str(Path(_KEYS.name) / hashlib.sha256(database.encode()).hexdigest()[:16])


@asynccontextmanager
async def open_nation(
    database: str, *, fold: bool = True, clock: Clock | None = None, **settings: Any
) -> AsyncIterator[Nation]:
    """Serve the sample nation from an empty database and close it in order."""
    chosen = clock or TickingClock()
    keys = make_keys(SAMPLE)
    told = {"sample": True, "key_folder": key_folder_of(database)} | settings
    made = Settings(database=database, keys="", port=0, fold=fold, **told)
    async with open_node(made, keys, chosen) as node:
        await set_stage(node.ask, SAMPLE, chosen().astimezone(SHANGHAI).date(), node.diseases)
        async with serving(node, made) as (address, _):
            nation = Nation(node, keys, address, chosen)
            try:
                yield nation
            finally:
                await nation.close()


def codes_of(exchange: Exchange) -> set[str]:
    """Return the codes of what an answer refuses."""
    return {refusal["code"] for refusal in (exchange.answer or {}).get("refusals", ())}


def statement_of(text: str) -> Settled:
    """Read a statement as the care place keeps it."""
    return msgspec.json.decode(text, type=Settled)

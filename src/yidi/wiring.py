"""Wiring: the only module that knows every ring. A node is put together here, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from socket import socket
from typing import TypeVar

import msgspec
from starlette.applications import Starlette

from yidi.domain.catalogue.catalogue import Catalogue
from yidi.domain.policy.policy import Policies
from yidi.domain.refusal import Refusal
from yidi.edges.access.access import Access, access_of, institutions_rate, peers_rate
from yidi.edges.access.keeping import keeping_beside
from yidi.edges.access.retention import kept_in_time
from yidi.edges.cli.main import app
from yidi.edges.cli.wired import Known, Wired
from yidi.edges.clock import Clock, system_clock
from yidi.edges.exchange.exchange import Exchange, exchange_of
from yidi.edges.journal.codec import Codec
from yidi.edges.journal.journal import Busy, Journal
from yidi.edges.journal.references import References
from yidi.edges.national.scanning import scanner_of
from yidi.edges.packs.areas import Areas
from yidi.edges.packs.calendar import read_calendar
from yidi.edges.packs.catalogue import read_catalogues
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.money import read_money_terms
from yidi.edges.packs.national import read_chronic_diseases, read_dictionaries, read_divisions
from yidi.edges.packs.policy import read_policies
from yidi.edges.packs.reconciliation import read_reconciliation_rules
from yidi.edges.packs.retention import read_retention
from yidi.edges.packs.versions import kept_versions
from yidi.edges.portals.estimates import EstimatePage
from yidi.edges.portals.pages import Pages
from yidi.edges.portals.selfservice import SelfService
from yidi.edges.portals.signing import Signing
from yidi.edges.sealing.guarding import attended, chain_access, guard
from yidi.edges.settings import Settings
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines.postgresql import PostgreSQL
from yidi.edges.storage.engines.sqlite import SQLite
from yidi.edges.storage.migrate import check_version, migrate
from yidi.edges.storage.reading import Rows
from yidi.edges.storage.reading import rows as read_rows
from yidi.edges.storage.schema import gathered
from yidi.edges.storage.served import check_served
from yidi.edges.window.asking import Asking, DistantJournal
from yidi.processes.claim import decide as claim
from yidi.processes.clearing import decide as clearing
from yidi.processes.clearing.withdrawing import Corrections
from yidi.processes.enrolment import decide as enrolment
from yidi.processes.filing import decide as filing
from yidi.processes.finance import decide as finance
from yidi.processes.network import decide as network
from yidi.processes.network.commands import StoreFile
from yidi.processes.payment import decide as payment
from yidi.processes.ports.deciding import NATION, Command, Handler, Record, Refused, Reply
from yidi.processes.prepayment import decide as prepayment
from yidi.processes.reconciliation import decide as reconciliation
from yidi.processes.relay import decide as relay
from yidi.processes.reversal import decide as reversal
from yidi.processes.settlement import decide as settlement
from yidi.processes.settlement.cancelling import ask_to_reverse
from yidi.processes.settlement.desk import Desk
from yidi.processes.settlement.explaining import Explained, explained
from yidi.processes.settlement.records import Settlement
from yidi.processes.settlement.views import SettledLines
from yidi.processes.visit import decide as visit

R = TypeVar("R", bound=Record)


class Catalogues:
    """The catalogues of the care places this node hosts."""

    def __init__(self, by_place: Mapping[str, Catalogue]) -> None:
        self._by_place = dict(by_place)

    def of(self, care_place: str) -> Catalogue:
        """Return the catalogue of a division: its own, its city's or its province's."""
        for place in (care_place, f"{care_place[:4]}00"):
            if place in self._by_place:
                return self._by_place[place]
        return self._by_place[f"{care_place[:2]}0000"]


class Reference:
    """What a node knows before any message: the packs, read once."""

    def __init__(
        self,
        packs: Path,
        jurisdictions: Sequence[str] = (),
        policies: Policies | None = None,
        catalogues: Mapping[str, Catalogue] | None = None,
    ) -> None:
        self.packs = packs
        self.divisions = read_divisions(packs)
        self.diseases = read_chronic_diseases(packs)
        self.dictionaries = read_dictionaries(packs)
        self.policies = read_policies(packs / "policy") if policies is None else policies
        everywhere = [place.code for place in self.divisions.provinces() if place.insuring]
        self.provinces = [code for code in jurisdictions if code != NATION] or everywhere
        self.here = frozenset(jurisdictions) or frozenset((NATION, *self.provinces))
        self.catalogues = Catalogues(
            read_catalogues(self.provinces, packs) if catalogues is None else catalogues
        )
        self.areas = Areas(self.policies, self.divisions, self.diseases)

    def place(self, code: str) -> str:
        """Name a division for people; the code itself when it is none."""
        found = self.divisions.find(code)
        return found.name if found is not None else code

    def handlers(self) -> tuple[Handler, ...]:
        """Return how every command is decided."""
        return (
            *relay.HANDLERS,
            *enrolment.handlers(self.diseases),
            *network.handlers(),
            *filing.handlers(self.areas),
            *visit.handlers(self.catalogues, SettledLines(), self.areas),
            *settlement.handlers(self.policies, self.areas, Corrections()),
            *reversal.handlers(ask_to_reverse, SettledLines()),
            *claim.handlers(Desk(self.policies, self.areas)),
            *payment.handlers(read_money_terms(self.packs), read_calendar(self.packs)),
            *finance.handlers(read_money_terms(self.packs)),
            *prepayment.handlers(read_money_terms(self.packs), read_calendar(self.packs)),
            *clearing.handlers(read_calendar(self.packs), read_money_terms(self.packs)),
            *reconciliation.handlers(read_reconciliation_rules(self.packs), read_calendar(self.packs)),
        )


def engine_of(settings: Settings) -> Engine:
    """Make the engine that the database address names."""
    if settings.database.startswith("sqlite:"):
        return SQLite(settings.database.removeprefix("sqlite:"), gathered())
    return PostgreSQL(settings.database, gathered())


def rows_of(engine: Engine) -> Rows:
    """Make the narrow door through which pages read facts."""

    async def rows(
        record: type[R],
        where: Mapping[str, str | int] | None = None,
        order: Sequence[str] = (),
        limit: int = 200,
        newest_first: bool = False,
    ) -> list[R]:
        found = await read_rows(
            engine, record, order=order, limit=limit, newest_first=newest_first, **(where or {})
        )
        return list(found)

    return rows


class Node:
    """A node that runs: its journal, its application and its reading."""

    def __init__(
        self,
        settings: Settings,
        reference: Reference,
        journal: Journal | DistantJournal,
        keys: Mapping[str, str],
        clock: Clock = system_clock,
        exchange: Exchange | None = None,
        access: Access | None = None,
    ) -> None:
        self.settings, self.reference, self.journal = settings, reference, journal
        self.exchange, self.access = exchange, access
        self.rows = rows_of(journal.engine)
        self.scanner = scanner_of(settings)
        self.diseases = tuple(disease.code for disease in reference.diseases.all())
        self.app: Starlette = application(self, keys, clock)

    async def ask(self, command: Command) -> Reply:
        """Have a command decided; a full queue is a refusal like any other, and so is what a scanner says."""
        if self.scanner is not None and isinstance(command, StoreFile):
            refusal = await self.scanner.refusal(command)
            if refusal is not None:
                return Refused(refusals=(refusal,))
        if self.exchange is not None:
            self.exchange.begin(command)
        try:
            return await self.journal.ask(command)
        except Busy as busy:
            return busy.refused

    def gateway_of(self, province: str) -> str:
        """Return the signature scheme of a province's gateway."""
        return self.settings.gateways.get(province, self.settings.gateway)


def application(node: Node, keys: Mapping[str, str], clock: Clock = system_clock) -> Starlette:
    """Put the national interface and the pages together."""
    from yidi.edges.national.gateway import routes

    pages = Pages(node.rows, node.reference.place, sample=node.settings.sample, access=node.access)
    alone = SelfService(pages, node.ask, node.reference.divisions, clock)
    asking = EstimatePage(pages, node.reference.policies, node.reference.areas, clock)
    signing = Signing(pages, node.access).routes() if node.access is not None else []
    rate = institutions_rate(node.settings, clock)
    return Starlette(
        routes=[
            *routes(node, keys, clock, rate),
            *pages.routes(),
            *alone.routes(),
            *asking.routes(),
            *signing,
        ],
        exception_handlers={404: pages.nowhere, 500: pages.broken},
    )


def exchange_for(settings: Settings, reference: Reference, codec: Codec, clock: Clock) -> Exchange | None:
    """Make the exchange with other nodes, where the settings name one."""
    if settings.exchange is None:
        return None
    patience = settings.counter_timeout_seconds
    exchange = exchange_of(settings.exchange, reference.here, codec, clock, patience)
    exchange.face.rate = peers_rate(settings, clock)
    return exchange


@asynccontextmanager
async def open_node(
    settings: Settings, keys: Mapping[str, str], clock: Clock = system_clock
) -> AsyncIterator[Node]:
    """Open a node: packs, database, migrations, journal; close it in order."""
    packs = Path(settings.packs) if settings.packs else packs_folder()
    reference = Reference(packs, settings.jurisdictions)
    codec = Codec()
    exchange = exchange_for(settings, reference, codec, clock)
    engine = engine_of(settings)
    await engine.open()
    try:
        await migrate(engine, clock)
        await check_served(engine, reference.here, system_clock())
        guarding = await guard(engine, settings, clock, here=reference.here)
        journal = Journal(
            engine,
            reference.handlers(),
            reference.here,
            clock,
            References(clock, settings.node),
            fold=settings.fold,
            room=settings.queue_room,
            send=exchange.send if exchange is not None else None,
            codec=codec,
            resends=exchange is None,
        )
        running = asyncio.create_task(journal.run())
        try:
            async with (
                attended(guarding, engine, lambda: engine_of(settings)),
                keeping_beside(engine, lambda: engine_of(settings)) as keeping,
                kept_in_time(keeping, lambda: read_retention(packs), clock),
            ):
                access = access_of(keeping, settings, clock)
                node = Node(settings, reference, journal, keys, clock, exchange, access)
                if exchange is not None:
                    exchange.start(journal, node.ask)
                yield node
        finally:
            if exchange is not None:
                await exchange.close()
            journal.stop()
            with suppress(asyncio.CancelledError):
                await running
    finally:
        await engine.close()


@asynccontextmanager
async def open_window(
    settings: Settings, keys: Mapping[str, str], end: socket, clock: Clock = system_clock
) -> AsyncIterator[tuple[Node, Asking]]:
    """Open the service window of a node whose journal is at the other end of a line.

    Raises NobodyThere when that ends before it is ready.
    """
    reference = Reference(Path(settings.packs) if settings.packs else packs_folder(), settings.jurisdictions)
    asking = Asking(Codec())
    await asking.connect(end)
    await asking.wait_ready()
    engine = engine_of(settings)
    await engine.open()
    try:
        guarding = await guard(engine, msgspec.structs.replace(settings, seal=False), clock)
        chain_access(engine, settings, clock)
        async with (
            attended(guarding, engine, lambda: engine_of(settings)),
            keeping_beside(engine, lambda: engine_of(settings)) as keeping,
        ):
            access = access_of(keeping, settings, clock)
            journal = DistantJournal(engine, asking)
            yield Node(settings, reference, journal, keys, clock, access=access), asking
    finally:
        await engine.close()


@asynccontextmanager
async def open_reading(settings: Settings) -> AsyncIterator[Rows]:
    """Open a node's database for reading only."""
    engine = engine_of(settings)
    await engine.open()
    try:
        await check_version(engine)
        await guard(engine, settings, system_clock)
        yield rows_of(engine)
    finally:
        await engine.close()


ARCHIVE = "archive"
"""The folder of packs no longer in force, one folder or file a version, beside `policy`."""


def derive(
    settings: Settings, booked: Settlement, older: Sequence[Path] = ()
) -> Explained | tuple[Refusal, ...]:
    """Derive a stored settlement again from its inputs and the pack of its hash, today's or an older one."""
    packs = Path(settings.packs) if settings.packs else packs_folder()
    kept = sorted((packs / ARCHIVE).iterdir()) if (packs / ARCHIVE).is_dir() else []
    return explained(booked, shelves(packs / "policy", [*older, *kept]))


def shelves(policy: Path, older: Sequence[Path]) -> Iterator[Policies]:
    """Read today's packs, then each older version only when it is asked for."""
    yield read_policies(policy)
    for path in older:
        yield from kept_versions(path, policy)


def place_names(settings: Settings) -> Callable[[str], str]:
    """Return how divisions are named."""
    packs = Path(settings.packs) if settings.packs else packs_folder()
    return read_divisions(packs).full_name


def rules(
    jurisdictions: Sequence[str], policies: Policies, catalogues: Mapping[str, Catalogue]
) -> tuple[Handler, ...]:
    """Return how every command is decided under other policies and catalogues: for the simulator."""
    return Reference(packs_folder(), jurisdictions, policies, catalogues).handlers()


def known(packs: Path) -> Known:
    """Return what a folder of packs says, without a node."""
    policies = read_policies(packs / "policy")
    return Known(policies, Areas(policies, read_divisions(packs), read_chronic_diseases(packs)))


PARTS = Wired(open_node, open_reading, derive, rules, known, place_names, open_window)
"""What the commands are handed."""


def main() -> None:
    """Run the `yidi` command."""
    app(obj=PARTS)

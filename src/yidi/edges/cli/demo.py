"""`yidi demo`: a nation on one node; sample visits played through HTTP; then it keeps serving.

`yidi demo --month` plays a whole month instead, under a clock of its own, and ends.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from itertools import count
from pathlib import Path

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from yidi.edges.cli.serving import Server
from yidi.edges.cli.wired import RunningNode, Wired, wired
from yidi.edges.clock import local_now, system_clock
from yidi.edges.demonstration.agency import StoryAgency
from yidi.edges.demonstration.month import SEED, VISITS, MonthClock, latest_month, plan_month
from yidi.edges.demonstration.month_clearing import MonthFault
from yidi.edges.demonstration.month_counters import Counters
from yidi.edges.demonstration.month_nation import MonthPlayed, play_month
from yidi.edges.demonstration.month_opening import Opening, opening_day
from yidi.edges.demonstration.month_parts import MonthNode, known_terms, plans_of
from yidi.edges.demonstration.month_show import as_object as month_as_object
from yidi.edges.demonstration.month_show import make_seal, show_month, write_month, write_opening
from yidi.edges.demonstration.play import Played, StoryFault, play
from yidi.edges.demonstration.show import as_object, show_address, show_played
from yidi.edges.demonstration.stage import StageFault, leave_settings, make_keys, set_stage
from yidi.edges.national.client import NationalClient
from yidi.edges.national.counter import CounterFault
from yidi.edges.national.hospital import Hospital
from yidi.edges.packs.calendar import read_calendar
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.money import read_money_terms
from yidi.edges.packs.national import read_divisions
from yidi.edges.packs.sample import SampleInstitution, SampleNation, read_sample
from yidi.edges.portals.reading import read_statement
from yidi.edges.settings import Settings
from yidi.edges.telemetry import start_logging
from yidi.processes.clearing.months import days_of, is_month, month_after
from yidi.processes.settlement.commands import Settled
from yidi.processes.settlement.records import SettlementAnswered

STAGED = 1.0
"""The hour of the first day at which hospitals and insured are entered, after the floats are paid."""
ONCE = typer.Option(False, "--once", help="演示后结束 End after the visits instead of serving")
JSON = typer.Option(False, "--json", help="每次就诊输出一行 JSON One JSON object a visit")
PORT = typer.Option(8033, "--port", "-p", help="端口 Port")
DATA = typer.Option(
    None, "--data", help="数据文件夹（默认临时） Keep the data here (default: a temporary folder)"
)
PLAY_MONTH = typer.Option(
    False, "--month", help="演示一个月，从窗口到到账 Play a month, from counters to paid"
)
MONTH = typer.Argument(
    "", help="月份（配合 --month） Month for --month, e.g. 2026-10; default: the last payable"
)
NODES = typer.Option(1, "--nodes", min=1, max=33, help="节点数 Processes, each with a database of its own")
VISITS_OF_MONTH = typer.Option(
    VISITS, "--size", "--visits", min=1, help="一个月的就诊数 Visits in the month (--month)"
)


@asynccontextmanager
async def serving(node: RunningNode, settings: Settings) -> AsyncIterator[tuple[str, asyncio.Task[None]]]:
    """Serve the node while the block runs; gives the address and the task that serves."""
    server = Server(node.app, settings)
    server.capture_signals = _leave_signals  # type: ignore[assignment,method-assign]
    task = asyncio.create_task(server.serve())
    try:
        await server.ready(task)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://{settings.host}:{port}/", task
    finally:
        server.should_exit = True
        await task


def _leave_signals() -> object:
    """Leave Ctrl-C to the event loop, so that the node closes in order."""
    import contextlib

    return contextlib.nullcontext()


async def statements_of(node: RunningNode, played: Played) -> tuple[Settled, ...]:
    """Read the statements of a visit as the care place keeps them, the settlement before its undoing."""
    rows = await node.rows(
        SettlementAnswered, {"visit_id": played.visit_id}, ("answered_at", "settlement_id"), 10
    )
    found = (read_statement(row.statement)[0] for row in rows)
    statements = tuple(statement for statement in found if statement is not None)
    return statements if played.claimed is None else (*statements, played.claimed)


class Stage:
    """A node with the sample nation on it, and clients for its hospitals."""

    def __init__(self, node: RunningNode, nation: SampleNation, keys: dict[str, str], address: str) -> None:
        self.node, self.nation, self.keys, self.address = node, nation, keys, address
        self.institutions = {institution.code: institution for institution in nation.institutions}
        self.people = {person.story: person for person in nation.persons}
        self.clients: dict[str, NationalClient] = {}

    def client(self, institution: SampleInstitution) -> NationalClient:
        """Return the institution's client, signed with its own secret; one each, as its message ids rise."""
        if institution.code not in self.clients:
            self.clients[institution.code] = NationalClient(
                self.address,
                institution_code=institution.code,
                institution_name=institution.name,
                area=institution.area,
                secret=self.keys[institution.code],
                scheme=self.node.gateway_of(institution.province),
                clock=system_clock,
            )
        return self.clients[institution.code]

    async def play_all(self, told: Callable[[Played, tuple[Settled, ...]], None]) -> None:
        """Play every visit of the sample and tell each."""
        agency = StoryAgency(self.node.ask, f"{local_now():%Y%m%d%H%M%S}", count(1))
        try:
            for visit in self.nation.visits:
                place = self.institutions[visit.institution]
                send = self.client(place).exchange
                hospital = Hospital(place.code, place.name, place.area, send, local_now)
                played = await play(hospital, visit, self.people[visit.person], agency)
                told(played, await statements_of(self.node, played))
        finally:
            for client in self.clients.values():
                await client.close()


async def run(parts: Wired, folder: Path, port: int, *, once: bool, as_json: bool) -> None:
    """Set the stage, play, tell, and serve on unless `once`."""
    console, status = Console(), Console(stderr=True)
    packs = packs_folder()
    nation = read_sample(packs)
    keys = make_keys(nation)
    settings = Settings(database=f"sqlite:{folder / 'demo.sqlite'}", keys="", port=port, sample=True)
    async with parts.open_node(settings, keys) as node:
        with Progress(
            TextColumn("准备样例 sample nation"),
            BarColumn(),
            MofNCompleteColumn(),
            console=status,
            transient=True,
        ) as bar:
            task = bar.add_task("", total=len(nation.institutions) + len(nation.persons))
            today = local_now().date()
            await set_stage(node.ask, nation, today, node.diseases, lambda n: bar.advance(task, n))
        async with serving(node, msgspec.structs.replace(settings, port=port)) as (address, served):
            stage = Stage(node, nation, keys, address)

            def told(played: Played, statements: tuple[Settled, ...]) -> None:
                if as_json:
                    typer.echo(as_object(played, statements))
                else:
                    show_played(console, played, statements, address)

            await stage.play_all(told)
            if once:
                return
            config = leave_settings(folder, keys, address)
            show_address(status if as_json else console, address, config)
            await served


async def run_month(parts: Wired, folder: Path, month: str, visits: int) -> MonthPlayed:
    """Set the stage on the first day of the month before, open the year, and play."""
    packs = packs_folder()
    nation, terms = read_sample(packs), (read_calendar(packs), read_money_terms(packs))
    plans = plans_of(month, plan_month(nation, month, visits), *terms)
    keys, clock, first = make_keys(nation), MonthClock(system_clock()), f"{plans.earlier}-01"
    clock.at(opening_day(plans.earlier), 0)
    settings = Settings(database=f"sqlite:{folder / database_of(month)}", keys="", port=0, sample=True)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), console=Console(stderr=True), transient=True
    )
    async with parts.open_node(settings, keys, clock) as node:
        with bar:
            days = len(days_of(month)) + len(days_of(plans.earlier))
            total = len(plans.visits) + len(plans.before) + days
            task = bar.add_task("预付金 prepayment", total=total)
            opened = await Opening(node.ask, node.rows, clock).play(plans.earlier, plans.pairs, SEED)
            clock.at(first, STAGED)
            await set_stage(node.ask, nation, date.fromisoformat(first), node.diseases)
            gateways = {place.province: node.gateway_of(place.province) for place in nation.institutions}
            counters = Counters(node.app, keys, gateways, clock)

            def told(what: str, done: int) -> None:
                bar.update(task, description=what, advance=done)

            try:
                of_node = MonthNode(node.ask, node.rows, settings, clock, folder / "bank")
                return await play_month(of_node, counters, plans, opened, told)
            finally:
                await counters.close()


def database_of(month: str) -> str:
    """Name the database file of a played month."""
    return f"month-{month}.sqlite"


def playing(month: str) -> str:
    """Name the folder in which a month is played: its files are moved out of it when all went well."""
    return f"playing-{month}"


def keep(folder: Path, month: str) -> None:
    """Move the files of a month that was played to their place; those of another month stay."""
    for path in (folder / playing(month)).iterdir():
        target = folder / path.name
        if not target.exists():
            path.rename(target)
            continue
        for each in path.iterdir():
            each.replace(target / each.name)


async def write_kept(parts: Wired, folder: Path, month: str) -> Sequence[Path]:
    """Write the papers of both months, sealed with a key made for this demonstration.

    Its public half lies beside them.
    """
    settings = Settings(database=f"sqlite:{folder / database_of(month)}", keys="", port=0, sample=True)
    key = make_seal(folder)
    written: list[Path] = []
    async with parts.open_reading(settings) as rows:
        for each in (month_after(month, -1), month):
            written += await write_month(rows, each, folder / "papers", key)
        year = month_after(month, -1)[:4]
        written += await write_opening(rows, year, folder / "papers", key)
    return written


def play_and_show_month(parts: Wired, month: str, visits: int, data: Path | None, *, as_json: bool) -> None:
    """Play a month and print it; database, bank files and sealed papers are kept in `data`."""
    import uvloop

    month = month or latest_month(local_now().date(), read_calendar(), read_money_terms())
    if not is_month(month):
        raise typer.BadParameter("yyyy-MM", param_hint="MONTH")
    if data and (data / database_of(month)).exists():
        told = f"{database_of(month)}: 已有，请另选文件夹 is there already, choose another folder"
        raise typer.BadParameter(told, param_hint="--data")
    known_terms(month, read_calendar(), read_money_terms())
    with tempfile.TemporaryDirectory(prefix="yidi-demo-") as temporary:
        folder = data or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        stage = folder / playing(month)
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir()
        try:
            played = uvloop.run(run_month(parts, stage, month, visits))
            keep(folder, month)
        finally:
            shutil.rmtree(stage)
        papers = uvloop.run(write_kept(parts, folder, month)) if data else ()
    if as_json:
        typer.echo(month_as_object(played, papers))
        return
    names = {place.code: place.name for place in read_divisions().provinces()}
    show_month(Console(), played, lambda code: names.get(code, code))
    if data:
        typer.echo(f"文书 papers: {len(papers)}，已签章 sealed → {data / 'papers'}")
        typer.echo(f"银行文件 bank files: {len(played.banked.files)} → {data / 'bank'}")


def demo_of_nodes(
    parts: Wired, nodes: int, data: Path | None, *, once: bool, as_json: bool, monthly: bool
) -> None:
    """Play the sample visits over several nodes, each a process of its own."""
    from yidi.edges.cli.nation import Wanted, up_nation

    if monthly:
        raise typer.BadParameter("--month plays on one node", param_hint="--nodes")
    with tempfile.TemporaryDirectory(prefix="yidi-nation-") as temporary:
        folder = (data or Path(temporary)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        up_nation(parts, folder, nodes, "", "sm2", Wanted(True, once, as_json), plain=False)


def demo(
    context: typer.Context,
    month: str = MONTH,
    monthly: bool = PLAY_MONTH,
    visits: int = VISITS_OF_MONTH,
    once: bool = ONCE,
    as_json: bool = JSON,
    port: int = PORT,
    data: Path | None = DATA,
    nodes: int = NODES,
) -> None:
    """演示：一个节点上的全国，样例就诊走真实接口。 A nation on one node; sample visits through real HTTP."""
    import uvloop

    start_logging("error", as_json=False)  # keys made for a play are nobody's to keep
    if nodes > 1:
        demo_of_nodes(wired(context), nodes, data, once=once, as_json=as_json, monthly=monthly)
        return
    if month and not monthly:
        raise typer.BadParameter("--month YYYY-MM", param_hint="MONTH")
    if monthly:
        try:
            play_and_show_month(wired(context), month, visits, data, as_json=as_json)
        except (CounterFault, MonthFault, StageFault) as fault:
            typer.echo(f"演示中断 the demonstration stopped: {fault}", err=True)
            raise typer.Exit(1) from fault
        return
    with tempfile.TemporaryDirectory(prefix="yidi-demo-") as temporary:
        folder = data or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            uvloop.run(run(wired(context), folder, 0 if once else port, once=once, as_json=as_json))
        except (CounterFault, StoryFault) as fault:
            typer.echo(f"演示中断 the demonstration stopped: {fault}", err=True)
            raise typer.Exit(1) from fault
        except KeyboardInterrupt:
            typer.echo("")

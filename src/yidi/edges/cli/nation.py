"""`yidi nation up`: a nation of several nodes, each a process with a database of its own."""

from __future__ import annotations

import asyncio
import secrets
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager, suppress
from itertools import count
from pathlib import Path

import asyncpg
import msgspec
import typer
from rich.console import Console

from yidi.edges.cli.settings import load
from yidi.edges.cli.wired import Wired, wired
from yidi.edges.clock import local_now, system_clock
from yidi.edges.demonstration.agency import StoryAgency
from yidi.edges.demonstration.play import Played, StoryFault, play
from yidi.edges.demonstration.show import as_object, show_played
from yidi.edges.demonstration.stage import StageFault, make_keys, set_stage
from yidi.edges.exchange.asking import Asker, asker_of
from yidi.edges.exchange.founding import Founded, NodePlan, Wishes, found_nation
from yidi.edges.exchange.identity import ALGORITHMS, ED25519, SM2
from yidi.edges.exchange.line import Unsent
from yidi.edges.exchange.processes import NodeEnded, NodeProcess, end_all
from yidi.edges.national.client import NationalClient
from yidi.edges.national.counter import CounterFault
from yidi.edges.national.hospital import Hospital
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.national import read_chronic_diseases, read_divisions
from yidi.edges.packs.sample import SampleInstitution, SampleNation, read_sample
from yidi.edges.portals.reading import read_statement
from yidi.edges.storage import embedded
from yidi.processes.settlement.commands import Settled
from yidi.processes.settlement.records import SettlementAnswered

app = typer.Typer(no_args_is_help=True, help="全国 A nation of several nodes")
NODES = typer.Option(4, "--nodes", min=1, max=33, help="节点数 How many nodes")
DATABASE = typer.Option(
    "", "--database", help="数据库地址模板 Template such as postgresql://user@host/yidi_{node}, or sqlite"
)
DATA = typer.Option(None, "--data", help="数据文件夹（默认临时） Keep everything here (default: temporary)")
DEMO = typer.Option(False, "--demo", help="演示样例就诊 Play the sample visits through the nodes")
ONCE = typer.Option(False, "--once", help="演示后结束 End after the visits instead of serving")
JSON = typer.Option(False, "--json", help="每次就诊输出一行 JSON One JSON object a visit")
SIGN = typer.Option(SM2, "--sign", help="长期密钥算法 Long-lived keys: sm2, ed25519")
PLAIN = typer.Option(False, "--plain", help="不用TLS，仅限本机 Without TLS, on this machine only")


@contextmanager
def databases(template: str, nodes: int, folder: Path) -> Iterator[tuple[str, ...]]:
    """Provide a database a node: as the template says, else on an embedded server, else SQLite files."""
    with ExitStack() as stack:
        if not template and embedded.installed():
            server = stack.enter_context(embedded.running_server(settings=embedded.roomy()))
            template = server.replace("/postgres?", "/yidi_{node}?")
        if not template or template == "sqlite":
            typer.echo("各节点用SQLite文件 every node keeps its facts in a SQLite file", err=True)
            yield tuple(f"sqlite:{folder / f'node-{number}.sqlite'}" for number in range(1, nodes + 1))
            return
        found = tuple(template.replace("{node}", str(number)) for number in range(1, nodes + 1))
        asyncio.run(create_databases(found))
        yield found


async def create_databases(addresses: Sequence[str]) -> None:
    """Create the databases that are not there yet; the server must have one called postgres."""
    for address in addresses:
        server, name = server_of(address)
        connection = await asyncpg.connect(server)
        try:
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
                await connection.execute('CREATE DATABASE "{}"'.format(name.replace('"', "")))
        finally:
            await connection.close()


def server_of(address: str) -> tuple[str, str]:
    """Split a database's address into that of the server's own database and its name."""
    whole, question, query = address.partition("?")
    before, _, name = whole.rpartition("/")
    return f"{before}/postgres{question}{query}", name


LISTENING_PORTS = range(15_000, 32_000)
"""Below what systems give out for connections of their own, so that none of those takes a port before us."""


def free_ports(many: int) -> tuple[int, ...]:
    """Return ports nobody listens on, drawn anew each time, so that others who draw seldom meet."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < many:
            port = LISTENING_PORTS[secrets.randbelow(len(LISTENING_PORTS))]
            with suppress(OSError):
                probe = held.enter_context(socket.socket())
                probe.bind(("127.0.0.1", port))
                found.append(port)
    return tuple(found)


def found(folder: Path, addresses: Sequence[str], keys: dict[str, str], sign: str, *, tls: bool) -> Founded:
    """Found a nation in a folder: a key a jurisdiction, a certificate and settings a node."""
    ports = free_ports(2 * len(addresses))
    pairs = tuple(zip(ports[::2], ports[1::2], strict=True))
    provinces = [place.code for place in read_divisions().provinces() if place.insuring]
    scheme = ED25519 if sign == ED25519 else "hmac_sm3"
    wishes = Wishes(addresses, pairs, algorithm=sign, scheme=scheme, tls=tls)
    return found_nation(folder, provinces, keys, wishes, system_clock())


@asynccontextmanager
async def nation_up(
    founded: Founded, made: Callable[[NodePlan], NodeProcess] = NodeProcess
) -> AsyncIterator[list[NodeProcess]]:
    """Start every node, wait until all answer, and end them. `made` says how a node becomes a process."""
    processes = [made(plan) for plan in founded.nodes]
    try:
        for process in processes:
            await process.start()
        await asyncio.gather(*[process.ready() for process in processes])
        yield processes
    finally:
        await end_all(processes)


class Troupe:
    """Plays the sample visits through the nodes: hospitals over HTTP, agencies over the exchange."""

    def __init__(
        self, parts: Wired, founded: Founded, nation: SampleNation, keys: dict[str, str], asker: Asker
    ) -> None:
        self.parts, self.founded, self.nation, self.keys, self.asker = parts, founded, nation, keys, asker
        self.institutions = {place.code: place for place in nation.institutions}
        self.people = {person.story: person for person in nation.persons}
        self.clients: dict[str, NationalClient] = {}

    async def set_stage(self) -> None:
        """Send the sample facts to the nodes they belong to."""
        diseases = tuple(disease.code for disease in read_chronic_diseases(packs_folder()).all())
        await set_stage(self.asker.ask, self.nation, local_now().date(), diseases)

    def client(self, place: SampleInstitution) -> NationalClient:
        """Return the client of an institution at its own province's node."""
        if place.code not in self.clients:
            self.clients[place.code] = NationalClient(
                self.founded.serving(place.province).address,
                institution_code=place.code,
                institution_name=place.name,
                area=place.area,
                secret=self.keys[place.code],
                clock=system_clock,
                scheme=load(self.founded.serving(place.province).config).gateway,
            )
        return self.clients[place.code]

    async def play_all(self, told: Callable[[Played, tuple[Settled, ...], str], None]) -> None:
        """Play every visit and tell each, with the address of the node it was settled at."""
        agency = StoryAgency(self.asker.ask, f"{local_now():%Y%m%d%H%M%S}", count(1))
        try:
            for visit in self.nation.visits:
                place = self.institutions[visit.institution]
                send = self.client(place).exchange
                hospital = Hospital(place.code, place.name, place.area, send, local_now)
                played = await play(hospital, visit, self.people[visit.person], agency)
                node = self.founded.serving(place.province)
                told(played, await self._statements(played, node.config), node.address)
        finally:
            await self.close()

    async def close(self) -> None:
        """Close the connections of all hospitals."""
        for client in self.clients.values():
            await client.close()
        self.clients.clear()

    async def _statements(self, played: Played, config: Path) -> tuple[Settled, ...]:
        """Read the statements of a visit from the care place's database."""
        async with self.parts.open_reading(load(config)) as rows:
            kept = await rows(
                SettlementAnswered, {"visit_id": played.visit_id}, ("answered_at", "settlement_id"), 10
            )
        read = (read_statement(row.statement)[0] for row in kept)
        statements = tuple(statement for statement in read if statement is not None)
        return statements if played.claimed is None else (*statements, played.claimed)


def show_nodes(console: Console, founded: Founded) -> None:
    """Print where the nodes are, a line each, so that addresses can be copied whole."""
    for node in founded.nodes:
        places = node.jurisdictions[0] + (f"…({len(node.jurisdictions)})" if node.jurisdictions[1:] else "")
        console.print(
            f"{node.name}  {node.address}  ⇄ {node.exchange}  {places}", highlight=False, soft_wrap=True
        )
    console.print(
        f"设置与日志 settings and logs: {founded.nodes[0].config.parent}", highlight=False, soft_wrap=True
    )


async def play_nation(parts: Wired, founded: Founded, keys: dict[str, str], *, as_json: bool) -> None:
    """Set the stage and play the demonstration over the running nodes."""
    console, nation = Console(), read_sample(packs_folder())
    asker = asker_of(founded.operator, (), system_clock)

    def told(played: Played, statements: tuple[Settled, ...], address: str) -> None:
        if as_json:
            typer.echo(as_object(played, statements))
        else:
            show_played(console, played, statements, address)

    try:
        troupe = Troupe(parts, founded, nation, keys, asker)
        await troupe.set_stage()
        await troupe.play_all(told)
    finally:
        await asker.close()


async def run(parts: Wired, founded: Founded, keys: dict[str, str], wishes: Wanted) -> None:
    """Run the nodes until Ctrl-C, until the visits are played if no more is wanted, or all have ended."""
    work = asyncio.create_task(serve_nation(parts, founded, keys, wishes))
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, work.cancel)
    with suppress(asyncio.CancelledError):
        await work


async def serve_nation(parts: Wired, founded: Founded, keys: dict[str, str], wishes: Wanted) -> None:
    """Start the nodes, play if wanted, and serve on. Raises NodeEnded when every node has ended by itself."""
    status = Console(stderr=True)
    async with AsyncExitStack() as stack:
        with status.status("启动节点 starting nodes"):
            processes = await stack.enter_async_context(nation_up(founded))
        show_nodes(status, founded)
        if wishes.demo:
            await play_nation(parts, founded, keys, as_json=wishes.as_json)
        if wishes.once:
            return
        status.print("Ctrl-C 结束 to end", highlight=False)
        await watch(status, processes)


async def watch(console: Console, processes: Sequence[NodeProcess]) -> None:
    """Tell of a node that ends by itself how to start it again; the others go on, as a nation does.

    Raises NodeEnded when none is left.
    """
    waits = {asyncio.create_task(process.wait()): process for process in processes}
    while waits:
        done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            gone = waits.pop(task)
            console.print(
                f"{gone.plan.name} 已退出（状态 {task.result()}），其余节点继续；再启动它："
                f" ended with status {task.result()}, the others go on; to start it again:\n"
                f"  yidi node run --config {gone.plan.config}",
                highlight=False,
                markup=False,
                soft_wrap=True,
            )
    raise NodeEnded(f"各节点均已退出 every node has ended, see the logs in {processes[0].log.parent}")


class Wanted(msgspec.Struct, frozen=True):
    """What is wanted besides the nodes: the demonstration, its form, and whether to end after it."""

    demo: bool = False
    once: bool = False
    as_json: bool = False


def up_nation(
    parts: Wired, folder: Path, nodes: int, database: str, sign: str, wishes: Wanted, *, plain: bool
) -> None:
    """Found a nation in a folder and run it."""
    keys = make_keys(read_sample(packs_folder()))
    try:
        with databases(database, nodes, folder) as addresses:
            founded = found(folder, addresses, keys, sign, tls=not plain)
            asyncio.run(run(parts, founded, keys, wishes))
    except (CounterFault, StoryFault, StageFault, NodeEnded, Unsent) as fault:
        typer.echo(f"中断 stopped: {fault}", err=True)
        raise typer.Exit(1) from fault


@app.command("up")
def up(
    context: typer.Context,
    nodes: int = NODES,
    database: str = DATABASE,
    data: Path | None = DATA,
    demo: bool = DEMO,
    once: bool = ONCE,
    as_json: bool = JSON,
    sign: str = SIGN,
    plain: bool = PLAIN,
) -> None:
    """启动由多个节点组成的全国。 Start a nation of several processes; Ctrl-C ends them all."""
    if sign not in ALGORITHMS:
        raise typer.BadParameter(", ".join(ALGORITHMS), param_hint="--sign")
    wishes = Wanted(demo, once, as_json)
    with tempfile.TemporaryDirectory(prefix="yidi-nation-") as temporary:
        folder = (data or Path(temporary)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        up_nation(wired(context), folder, nodes, database, sign, wishes, plain=plain)

"""A nation of four nodes to measure: each a process with its own PostgreSQL database, TLS and signing on.

A case's hospital, the nation and the person's insured place are on three different nodes, so every
settlement crosses the wire four times. Every database holds only the facts of its own jurisdictions.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import NamedTuple

import asyncpg

from benchmarks.load import wrk
from benchmarks.load.client import Load, closed_loop, known_loop, open_loop, together
from benchmarks.load.messages import settling_request
from benchmarks.load.node import seasoned, verify, workplace
from benchmarks.load.playing import GATEWAY, Played, Scene
from benchmarks.load.proof import Links, count_links, faults
from benchmarks.load.state import State, everywhere, fill_as
from tests.postgresql import running_server
from yidi.edges.cli.nation import create_databases, free_ports, nation_up
from yidi.edges.cli.settings import load
from yidi.edges.clock import system_clock
from yidi.edges.exchange.founding import Founded, NodePlan, Wishes, found_nation
from yidi.edges.exchange.identity import ED25519
from yidi.edges.exchange.processes import NodeProcess
from yidi.edges.storage.embedded import roomy
from yidi.processes.ports.deciding import NATION

NODES = 4
WARM_UP = 600


class Cost(NamedTuple):
    """Processor seconds used so far, of the nodes and of their databases."""

    nodes: float
    databases: float

    def since(self, before: Cost) -> Cost:
        """Return what was used since."""
        return Cost(self.nodes - before.nodes, self.databases - before.databases)


def cpu_of(pid: int, *, children: bool = False) -> float:
    """Processor seconds of a process, or with all those it has started; nan where nothing tells."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0 if children else float("nan")
    own = sum(map(int, fields[11 : 15 if children else 13])) / os.sysconf("SC_CLK_TCK")
    if not children:
        return own
    return own + sum(cpu_of(child, children=True) for child in children_of(pid))


def children_of(pid: int) -> Sequence[int]:
    """Return the processes a process has started."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def memory_of(pid: int) -> float:
    """Resident memory of a process, MiB; nan where nothing tells."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return float("nan")
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class NationGround:
    """The nation: its processes, its filled databases, and messages to settle with, each used once."""

    def __init__(
        self, founded: Founded, folder: Path, state: State, processes: Sequence[NodeProcess]
    ) -> None:
        self.founded, self.folder, self.state, self.processes = founded, folder, state, processes
        self.visits = deque(state.shuffled_visits())
        self.answered = 0
        self.postmaster = 0
        self.filled: Links | None = None

    def cost(self) -> Cost:
        """Return the processor time so far."""
        nodes = sum(cpu_of(process.pid) for process in self.processes)
        return Cost(nodes, cpu_of(self.postmaster, children=True) if self.postmaster else 0.0)

    def requests(self, count: int) -> dict[int, list[bytes]]:
        """Sign so many settling messages by the port of the hospital's node."""
        if len(self.visits) < count:
            raise RuntimeError("too few open visits were made for this run")
        return self.signed([self.visits.popleft() for _ in range(count)])

    def towards(self, plan: NodePlan, count: int) -> dict[int, list[bytes]]:
        """Sign at most so many messages for persons insured at a node."""
        going = [clone for clone in self.visits if self._home(clone) is plan][:count]
        taken = frozenset(going)
        self.visits = deque(clone for clone in self.visits if clone not in taken)
        return self.signed(going)

    def _home(self, clone: int) -> NodePlan:
        return self.founded.serving(f"{self.state.case_of(clone).insured_area[:2]}0000")

    def signed(self, clones: Sequence[int]) -> dict[int, list[bytes]]:
        """Sign the messages that settle visits, by port."""
        found: dict[int, list[bytes]] = {port_of(plan.address): [] for plan in self.founded.nodes[1:]}
        for clone in clones:
            place = self.state.case_of(clone).institution.province
            port = port_of(self.founded.serving(place).address)
            found[port].append(settling_request(self.state, clone))
        return found

    async def closed(self, connections: int, seconds: float, most_a_second: int) -> tuple[Load, Cost]:
        """Keep connections busy at the three nodes of provinces; with wrk where it is installed."""
        parts = self.requests(int(most_a_second * seconds))
        each = max(1, connections // len(parts))
        before = self.cost()
        if wrk.installed():
            loads = await asyncio.to_thread(self._with_wrk, parts, each, seconds)
        else:
            loads = await asyncio.gather(*(closed_loop(p, r, each, seconds) for p, r in parts.items()))
        whole = together(loads)
        self.answered += whole.good
        return whole, self.cost().since(before)

    def _with_wrk(self, parts: Mapping[int, Sequence[bytes]], each: int, seconds: float) -> list[Load]:
        started = []
        for port, requests in parts.items():
            file = self.folder / f"requests{port}"
            wrk.write_requests(file, requests)
            started.append(wrk.start(port, file, each, seconds))
        return [wrk.finish(one) for one in started]

    async def planned(self, rate: float, seconds: float) -> Load:
        """Send at a rate in all, at drawn instants."""
        parts = self.requests(int(rate * seconds * 1.2) + 60)
        share = rate / len(parts)
        jobs = (open_loop(p, r, share, seconds, seed=p) for p, r in parts.items())
        whole = together(await asyncio.gather(*jobs))
        self.answered += whole.good
        return whole

    async def check(self) -> list[str]:
        """Prove that every good answer is booked once at every link, and that every database agrees."""
        assert self.filled is not None
        found = faults(self.filled, await links_of(self.founded), self.answered)
        for plan in self.founded.nodes:
            if told := verify(plan.config):
                found.append(f"storage verify of {plan.name}: {told}")
        return found


def append(file: Path, text: str) -> None:
    """Add lines to a settings file, at its table [exchange], which is the last."""
    file.write_text(file.read_text("utf-8") + text, "utf-8")


def port_of(address: str) -> int:
    """Return the port of an address of a node."""
    return int(address.rstrip("/").rpartition(":")[2])


async def links_of(founded: Founded) -> Links:
    """Count the settlements at every link, over all databases."""
    counted = [await count_links(plan.database) for plan in founded.nodes]
    return Links(*map(sum, zip(*counted, strict=True)))


def crossing(scene: Scene, founded: Founded) -> Scene:
    """Keep the cases whose hospital and insured place are served by different nodes."""

    def crosses(one: Played) -> bool:
        home = f"{one.insured_area[:2]}0000"
        return founded.serving(one.institution.province) is not founded.serving(home)

    return scene._replace(cases=[one for one in scene.cases if crosses(one)])


@asynccontextmanager
async def nation_ground(
    scene: Scene,
    visits: int,
    *,
    tls: bool = True,
    settings: Mapping[str, str] | None = None,
    room: int = 0,
    engine: str = "postgresql",
    started: Callable[[NodePlan], NodeProcess] = NodeProcess,
) -> AsyncIterator[NationGround]:
    """Found a nation with a database a node, fill them, start it, warm it up.

    On PostgreSQL all databases are those of one server; on SQLite they are files.
    """
    with workplace() as folder, server_for(engine) as server:
        founded = await founded_on(folder, server, scene, tls=tls, settings=settings or {})
        state = State(crossing(scene, founded), visits + WARM_UP, visits + WARM_UP, 0)
        for plan in founded.nodes:
            if room:
                append(plan.config, f"room = {room}\n")
            await fill_as(load(plan.config), state, plan.jurisdictions)
        if server:
            await seasoned(server)
        async with nation_up(founded, started) as processes:
            made = NationGround(founded, folder, state, processes)
            made.filled = await links_of(founded)
            made.postmaster = await postmaster_of(server) if server else 0
            warm = [known_loop(p, partial(list, r), 16) for p, r in made.requests(WARM_UP).items()]
            load_seen = together(await asyncio.gather(*warm))
            if load_seen.bad:
                raise RuntimeError(f"a settlement is refused: {load_seen.example}")
            made.answered += load_seen.good
            yield made


def server_for(engine: str) -> AbstractContextManager[str]:
    """Start a PostgreSQL server with fsync on; where none is wanted give an empty address."""
    return running_server(settings=roomy()) if engine == "postgresql" else nullcontext("")


async def databases_on(folder: Path, server: str) -> list[str]:
    """Make a database a node: on the server, or files in the folder where there is none."""
    if not server:
        return [f"sqlite:{folder / f'measured-{number}.sqlite'}" for number in range(NODES)]
    databases = [server.replace("/postgres?", f"/measured_{number}?") for number in range(NODES)]
    await create_databases(databases)
    return databases


async def founded_on(
    folder: Path, server: str, scene: Scene, *, tls: bool, settings: Mapping[str, str]
) -> Founded:
    """Found a nation of four in a folder, with databases on a server; on SQLite where there is none."""
    databases = await databases_on(folder, server)
    ports = free_ports(2 * NODES)
    pairs = tuple(zip(ports[::2], ports[1::2], strict=True))
    given = {"gateway": f'"{GATEWAY}"', "log_level": '"warning"', "sample": "false", **settings}
    wishes = Wishes(databases, pairs, algorithm=ED25519, tls=tls, settings=given)
    provinces = [place for place in everywhere() if place != NATION]
    return found_nation(folder, provinces, scene.keys, wishes, system_clock())


async def postmaster_of(server: str) -> int:
    """Return the process id of a server on this machine."""
    connection = await asyncpg.connect(server)
    try:
        folder = await connection.fetchval("SHOW data_directory")
    finally:
        await connection.close()
    return int((await asyncio.to_thread(Path(folder, "postmaster.pid").read_text)).split()[0])

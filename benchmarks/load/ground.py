"""The ground a load runs on: a filled database, nodes on it, and signed requests, each used once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.load import wrk
from benchmarks.load.client import Load, closed_loop, together
from benchmarks.load.messages import settling_request
from benchmarks.load.node import (
    SECRETS,
    Served,
    database,
    free_port,
    served,
    verify,
    workplace,
    write_settings,
)
from benchmarks.load.playing import Scene
from benchmarks.load.proof import Links, count_links, faults
from benchmarks.load.state import State, everywhere, fill_as
from yidi.edges.settings import Settings

WARM_UP = 400


class Ground:
    """A filled database with its folder; `check` proves what was answered since it was filled.

    `guarded`: personal columns are encrypted and settlements sealed.
    """

    def __init__(self, address: str, folder: Path, state: State, *, guarded: bool = True) -> None:
        self.address, self.folder, self.state, self.guarded = address, folder, state, guarded
        self.visits = deque(state.shuffled_visits())
        self.answered = 0
        self.filled: Links | None = None

    def settings(self, port: int, number: int) -> Path:
        """Write the settings of one node."""
        keys = self.state.scene.keys
        return write_settings(self.folder, self.address, keys, port, number, guarded=self.guarded)

    def requests(self, count: int, wanted: Callable[[int], bool] = lambda clone: True) -> list[bytes]:
        """Sign so many settling messages, each of an unsettled visit. Raises RuntimeError when too few."""
        taken: list[int] = []
        passed: list[int] = []
        while len(taken) < count:
            if not self.visits:
                raise RuntimeError("too few open visits were made for this run")
            clone = self.visits.popleft()
            (taken if wanted(clone) else passed).append(clone)
        self.visits.extendleft(reversed(passed))
        return [settling_request(self.state, clone) for clone in taken]

    async def check(self) -> list[str]:
        """Prove that every good answer so far is booked once at every link, and the facts agree."""
        assert self.filled is not None
        found = faults(self.filled, await count_links(self.address), self.answered)
        told = verify(self.settings(free_port(), 9))
        return [*found, *([f"storage verify: {told}"] if told else [])]


@asynccontextmanager
async def ground(engine: str, state: State, *, guarded: bool = True) -> AsyncIterator[Ground]:
    """Fill a fresh database."""
    with workplace() as folder:
        async with database(engine, folder) as address:
            keys = str(folder / SECRETS)
            settings = Settings(database=address, keys=keys, encrypt=guarded, seal=guarded)
            await fill_as(settings, state, everywhere())
            made = Ground(address, folder, state, guarded=guarded)
            made.filled = await count_links(address)
            yield made


class Fleet:
    """One or more nodes serving a ground, warmed up."""

    def __init__(self, ground: Ground, nodes: Sequence[Served]) -> None:
        self.ground, self.nodes = ground, nodes

    def share(self, node: int) -> Callable[[int], bool]:
        """Return which persons a node serves."""
        return lambda clone: clone % len(self.nodes) == node

    def cpu_seconds(self) -> float:
        """Processor time of all nodes so far."""
        return sum(node.cpu_seconds() for node in self.nodes)

    async def closed(self, connections: int, seconds: float, most_a_second: int) -> Run:
        """Keep connections busy, spread over the nodes; with wrk where it is installed."""
        count = int(most_a_second * seconds / len(self.nodes))
        each = connections // len(self.nodes)
        parts = [self.ground.requests(count, self.share(n)) for n in range(len(self.nodes))]
        before = self.cpu_seconds()
        if wrk.installed():
            loads = await asyncio.to_thread(self._with_wrk, parts, each, seconds)
        else:
            jobs = (closed_loop(n.port, p, each, seconds) for n, p in zip(self.nodes, parts, strict=True))
            loads = await asyncio.gather(*jobs)
        load = together(loads)
        self.ground.answered += load.good
        return Run(load, (self.cpu_seconds() - before) / max(1, load.good))

    def _with_wrk(self, parts: Sequence[Sequence[bytes]], connections: int, seconds: float) -> list[Load]:
        started = []
        for number, (node, requests) in enumerate(zip(self.nodes, parts, strict=True)):
            file = self.ground.folder / f"requests{number}"
            wrk.write_requests(file, requests)
            started.append((node.port, file))
        return [
            wrk.finish(one) for one in [wrk.start(port, file, connections, seconds) for port, file in started]
        ]


class Run(NamedTuple):
    """A load and the processor time of the nodes a good answer."""

    load: Load
    cpu: float


@asynccontextmanager
async def fleet(ground: Ground, nodes: int = 1) -> AsyncIterator[Fleet]:
    """Start nodes and warm them up."""
    with ExitStack() as stack:
        running = list(_started(ground, nodes, stack))
        made = Fleet(ground, running)
        for number, node in enumerate(running):
            warm = await closed_loop(node.port, ground.requests(WARM_UP, made.share(number)), 16, 20)
            ground.answered += warm.good
            if warm.bad:
                raise RuntimeError(f"a settlement is refused: {warm.example}")
        yield made


def _started(ground: Ground, nodes: int, stack: ExitStack) -> Iterator[Served]:
    for number in range(1, nodes + 1):
        port = free_port()
        yield stack.enter_context(served(ground.settings(port, number), port))


def state_for(scene: Scene, visits: int, stored: int = 0) -> State:
    """Make the state for so many visits to settle beside so many settlements stored."""
    return State(scene, max(visits, stored), visits, stored)

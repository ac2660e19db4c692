"""Settlements a second over HTTP through all five durable hops: `python -m benchmarks.settlement`.

Nothing is left out: the signature of the whole body, the message table, ten stored fee lines, filing and
person, benefits with explanation, ledger, the nation's copies, fsync. The load generator runs beside.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import uvloop

from benchmarks.figures import Figure, show
from benchmarks.gauge import gauge_seconds
from benchmarks.load import wrk
from benchmarks.load.client import open_loop
from benchmarks.load.ground import Fleet, Run, fleet, ground, state_for
from benchmarks.load.node import ENGINES
from benchmarks.load.playing import Scene, play_scene
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.sample import read_sample

THEME = "Settlements over HTTP, signatures on, all five durable hops"
MOST_A_SECOND = {64: 3_000, 8: 1_800}
"""How many requests are prepared a second: more than any run so far needed."""
TARGETS = {
    ("sqlite", 64): 1_500.0,
    ("postgresql", 64): 1_400.0,
    ("sqlite", 8): 800.0,
    ("postgresql", 8): 800.0,
}
P99_TARGET_MS = 100.0
OPEN_RATE, OPEN_P99_TARGET_MS = 100.0, 20.0
TWO_NODES_TARGET, GROWTH_TARGET = 2_500.0, 1.3
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


async def make_scene() -> Scene:
    """Play the cases that the state is cloned from."""
    return await play_scene(read_sample(packs_folder()))


def told(run: Run) -> str:
    """Say beside a rate what else was seen."""
    load = run.load
    bad = f", {load.bad} NOT GOOD: {load.example[:120]}" if load.bad else ""
    return f"p50 {load.p50:.1f} ms, p99 {load.p99:.1f} ms, node {run.cpu * 1e3:.2f} ms CPU each{bad}"


def rate_figures(engine: str, connections: int, run: Run, gauge: float) -> list[Figure]:
    """Make the lines of a closed loop."""
    name, rate = f"{NAMES[engine]}, {connections} connections", run.load.rate
    target = TARGETS.get((engine, connections))
    cost = 1 / rate / gauge if rate else None
    figures = [Figure(THEME, name, rate, "settlements/s", target, True, cost, told(run))]
    if connections == 64:
        figures.append(Figure(THEME, f"{name}: p99", run.load.p99, "ms", P99_TARGET_MS))
    return figures


async def open_figure(engine: str, running: Fleet, seconds: float) -> Figure:
    """Send at a fixed rate at drawn instants and look at the latency."""
    requests = running.ground.requests(int(OPEN_RATE * seconds * 1.3) + 20)
    load = await open_loop(running.nodes[0].port, requests, OPEN_RATE, seconds)
    running.ground.answered += load.good
    name = f"{NAMES[engine]}, open loop at {OPEN_RATE:.0f}/s: p99"
    note = f"p50 {load.p50:.1f} ms, longest {load.percentiles[100.0]:.1f} ms"
    note += f", {load.bad} NOT GOOD: {load.example[:120]}" if load.bad else ""
    return Figure(THEME, name, load.p99, "ms", OPEN_P99_TARGET_MS, note=note)


def proof_figure(name: str, answered: int, faults: Sequence[str]) -> Figure:
    """Make the line that says whether every answered settlement is booked exactly once."""
    note = (
        "; ".join(faults)
        or f"{answered:,} answered, each booked once at every link; storage verify found nothing"
    )
    return Figure(
        THEME, f"{name}: settlements lost, doubled or wrong", len(faults), "findings", 0.0, note=note
    )


async def measure(
    engine: str,
    scene: Scene,
    connections: Sequence[int] = (64, 8),
    seconds: float = 5.0,
    *,
    planned: bool = True,
) -> list[Figure]:
    """Measure one node on one engine, and prove what was booked."""
    visits = sum(int(MOST_A_SECOND.get(c, 3_000) * seconds) for c in connections) + 2_500
    visits += int(OPEN_RATE * seconds * 1.5) if planned else 0
    figures: list[Figure] = []
    async with ground(engine, state_for(scene, visits)) as made:
        async with fleet(made) as running:
            for number in connections:
                run = await running.closed(number, seconds, MOST_A_SECOND.get(number, 3_000))
                figures += rate_figures(engine, number, run, gauge_seconds())
            if planned:
                figures.append(await open_figure(engine, running, seconds))
        figures.append(proof_figure(NAMES[engine], made.answered, await made.check()))
    return figures


async def measure_two_nodes(scene: Scene, seconds: float = 5.0, connections: int = 64) -> list[Figure]:
    """Measure two nodes on one PostgreSQL, the persons shared between them."""
    most, name = 4_500, "two nodes, one PostgreSQL"
    async with ground("postgresql", state_for(scene, int(most * seconds * 1.2) + 3_000)) as made:
        async with fleet(made, 2) as running:
            run = await running.closed(connections, seconds, most)
        cost = 1 / run.load.rate / gauge_seconds() if run.load.rate else None
        figure = Figure(THEME, f"{name}, {connections} connections", run.load.rate, "settlements/s",
                        TWO_NODES_TARGET, True, cost, told(run))  # fmt: skip
        return [figure, proof_figure(name, made.answered, await made.check())]


async def measure_growth(
    scene: Scene, stored: int, seconds: float = 5.0, engine: str = "sqlite"
) -> list[Figure]:
    """Compare a settlement beside many stored ones with one on a database that has none."""
    rates: dict[int, Run] = {}
    visits = int(MOST_A_SECOND[64] * seconds) + 2_000
    for number in (0, stored):
        async with ground(engine, state_for(scene, visits, number)) as made, fleet(made) as running:
            rates[number] = await running.closed(64, seconds, MOST_A_SECOND[64])
    empty, full = rates[0], rates[stored]
    cpu = full.cpu / empty.cpu
    note = f"{empty.load.rate:,.0f}/s and {full.load.rate:,.0f}/s; of the node's CPU {cpu:.2f} times"
    name = f"{NAMES[engine]}, cost beside {stored:,} stored settlements, to an empty database"
    return [Figure(THEME, name, empty.load.rate / full.load.rate, "times", GROWTH_TARGET, note=note)]


async def run(chosen: argparse.Namespace) -> list[Figure]:
    """Do what the command line says."""
    if not wrk.installed():
        print(wrk.HINT)
    scene = await make_scene()
    if chosen.stored:
        return await measure_growth(scene, chosen.stored, chosen.seconds, chosen.engine[0])
    if chosen.nodes == 2:
        return await measure_two_nodes(scene, chosen.seconds)
    figures = []
    for engine in chosen.engine:
        figures += await measure(
            engine, scene, chosen.connections, chosen.seconds, planned=not chosen.closed_only
        )
    return figures


def main() -> None:
    """Measure as the command line says, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.settlement", description=__doc__)
    parser.add_argument("--engine", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--connections", nargs="+", type=int, default=[64, 8])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--nodes", type=int, choices=(1, 2), default=1)
    parser.add_argument("--stored", type=int, default=0, help="compare with so many stored settlements")
    parser.add_argument("--closed-only", action="store_true", help="leave out the open loop")
    show(uvloop.run(run(parser.parse_args())))


if __name__ == "__main__":
    main()

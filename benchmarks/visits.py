"""Whole visits a second, seven messages each with ten fee lines: `python -m benchmarks.visits`.

The numbers of a visit and of its settlement are the node's, so each message is made and signed while the
load runs, by an asyncio client on the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import time
from collections.abc import Iterator

import uvloop

from benchmarks.figures import Figure, show
from benchmarks.gauge import gauge_seconds
from benchmarks.load.client import Connection, Load, Tally, connect, is_good
from benchmarks.load.ground import ground
from benchmarks.load.messages import signed
from benchmarks.load.node import ENGINES, free_port, served
from benchmarks.load.playing import SETTLEMENT_MARK, VISIT_MARK, WHOLE_VISIT, Scene
from benchmarks.load.state import State
from benchmarks.settlement import NAMES, make_scene, proof_figure

THEME = "Whole visits over HTTP: seven messages, ten lines"
TARGET = 400.0
MOST_A_SECOND = 1_200
WARM_UP = 50
_VISIT = re.compile(rb'"mdtrt_id":"([^"]+)"')
_SETTLEMENT = re.compile(rb'"setl_id":"([^"]+)"')
SETTLING = "2207A"
OPENING = "2201"


class Refusal(Exception):
    """A message of a visit was refused; carries the answer."""


async def visit(connection: Connection, state: State, clone: int) -> None:
    """Play one visit. Raises Refusal."""
    played = state.case_of(clone)
    made = played.case.numbers.of_clone(clone)
    visit_id = settlement_id = ""
    for number in WHOLE_VISIT:
        text = played.case.text_of(number, made)
        text = text.replace(VISIT_MARK, visit_id).replace(SETTLEMENT_MARK, settlement_id)
        body = await connection.send(signed(state.scene, played, number, text.encode()))
        if not is_good(body):
            raise Refusal(f"{number}: {body[:300].decode(errors='replace')}")
        if number == OPENING:
            visit_id = found_visit(body)
        elif number == SETTLING:
            settlement_id = found_settlement(body)


def found_visit(body: bytes) -> str:
    """Read the number of a visit from an answer."""
    return _found(_VISIT, body)


def found_settlement(body: bytes) -> str:
    """Read the number of a settlement from an answer."""
    return _found(_SETTLEMENT, body)


def _found(pattern: re.Pattern[bytes], body: bytes) -> str:
    found = pattern.search(body)
    return found.group(1).decode() if found else ""


async def _visits(
    connection: Connection, state: State, clones: Iterator[int], end: float, tally: Tally
) -> None:
    for clone in clones:
        start = time.perf_counter()
        try:
            await visit(connection, state, clone)
        except Refusal as refusal:
            tally.bad += 1
            tally.example = tally.example or str(refusal)
            continue
        now = time.perf_counter()
        tally.latencies.append((now - start) * 1000)
        tally.good += 1
        if now >= end:
            return


async def load(port: int, state: State, clones: Iterator[int], connections: int, seconds: float) -> Load:
    """Play visits, one a connection at a time, until the time is up."""
    tally = Tally()
    opened = [await connect(port) for _ in range(connections)]
    start = time.perf_counter()
    await asyncio.gather(*(_visits(one, state, clones, start + seconds, tally) for one in opened))
    took = time.perf_counter() - start
    for one in opened:
        one.transport.close()
    return tally.load(took)


async def measure(engine: str, scene: Scene, connections: int = 64, seconds: float = 5.0) -> list[Figure]:
    """Measure one node on one engine, and prove what was booked."""
    people = int(MOST_A_SECOND * seconds) + 1_000
    state = State(scene, people, 0, 0)
    async with ground(engine, state) as made:
        port, clones = free_port(), iter(range(people))
        with served(made.settings(port, 1), port) as node:
            warm = await load(port, state, (next(clones) for _ in range(WARM_UP)), 8, 20)
            if warm.bad:
                raise RuntimeError(f"a visit is refused: {warm.example}")
            before = node.cpu_seconds()
            seen = await load(port, state, clones, connections, seconds)
            cpu = (node.cpu_seconds() - before) / max(1, seen.good)
        made.answered = warm.good + seen.good
        bad = f", {seen.bad} NOT GOOD: {seen.example[:160]}" if seen.bad else ""
        note = (
            f"p50 {seen.p50:.1f} ms, p99 {seen.p99:.1f} ms, {seen.rate * len(WHOLE_VISIT):,.0f} messages/s, "
        )
        note += f"node {cpu * 1e3:.2f} ms CPU each{bad}"
        name = f"{NAMES[engine]}, {connections} connections"
        cost = 1 / seen.rate / gauge_seconds() if seen.rate else None
        figure = Figure(THEME, name, seen.rate, "visits/s", TARGET, True, cost, note)
        return [figure, proof_figure(NAMES[engine], made.answered, await made.check())._replace(theme=THEME)]


async def run(chosen: argparse.Namespace) -> list[Figure]:
    """Do what the command line says."""
    scene, figures = await make_scene(), list[Figure]()
    for engine in chosen.engine:
        figures += await measure(engine, scene, chosen.connections, chosen.seconds)
    return figures


def main() -> None:
    """Measure as the command line says, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.visits", description=__doc__)
    parser.add_argument("--engine", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=5.0)
    show(uvloop.run(run(parser.parse_args())))


if __name__ == "__main__":
    main()

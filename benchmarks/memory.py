"""The memory of a node over many settlements: `python -m benchmarks.nation --only memory --settlements N`.

Nothing is extrapolated: every settlement goes over HTTP through all five hops on one node, whose processes
run from first to last. To fill a case for each of a million would take longer than to settle it, so the
persons come back wave after wave, each time in another order and under other message ids. What a wave
booked is counted, then taken out of the database behind the node's back, or its bills would be settled
already. What is resident after the first tenth is compared with the most at any later time.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

import asyncpg

from benchmarks.figures import Figure
from benchmarks.load.client import known_loop
from benchmarks.load.ground import Fleet, Ground, fleet, ground
from benchmarks.load.messages import SETTLING, signed
from benchmarks.load.nation import memory_of
from benchmarks.load.playing import Scene
from benchmarks.load.proof import count_links, faults
from benchmarks.load.state import State

THEME, GROWTH_TARGET = "Memory of a node", 10.0
WAVE, WAVES, FEWEST, CONNECTIONS = 25_000, 10, 500, 64
MARK, CLONE_DIGITS = b'"msgid":"', 11
WRITTEN = (
    "settlement, settlement_asked, settlement_answered, posting, accumulator_entry, received, replied,"
    " relayed, returned"
)
"""What a settlement writes, beside the link of its chain and the entry on the person's account."""
CLEARING = (
    "SET session_replication_role = replica",
    f"TRUNCATE {WRITTEN}",
    "DELETE FROM account_entry WHERE reason = 'settlement'",
    "VACUUM account_entry",
)


class Wave(NamedTuple):
    """What was seen after a wave: settlements so far, MiB resident by process, settlements a second."""

    settled: int
    sizes: tuple[float, ...]
    rate: float

    @property
    def mib(self) -> float:
        """All processes of the node together."""
        return sum(self.sizes)

    def line(self) -> str:
        """Write it as a line of the table."""
        parts = " + ".join(f"{size:.1f}" for size in self.sizes)
        return f"{self.settled:>10,} settled   {self.mib:7.1f} MiB = {parts:<15}   {self.rate:6.0f}/s"


def request_of(state: State, clone: int, wave: int) -> bytes:
    """Write the request that settles a clone's visit in a wave, under a message id of that wave."""
    played = state.case_of(clone)
    body = played.case.text("bill", clone).encode()
    last = body.index(b'"', body.index(MARK) + len(MARK))
    number = b"%0*d" % (CLONE_DIGITS, clone + wave * state.people)
    return signed(state.scene, played, SETTLING, body[: last - CLONE_DIGITS] + number + body[last:])


async def clear(address: str) -> None:
    """Take out what a wave has booked; facts are append only, except for a hand on the database."""
    connection = await asyncpg.connect(address)
    try:
        for statement in CLEARING:
            await connection.execute(statement)
    finally:
        await connection.close()


async def settle(made: Ground, running: Fleet, wave: int, count: int) -> float:
    """Settle a wave and prove what it booked; return settlements a second. Raises RuntimeError."""
    before = await count_links(made.address)

    def requests() -> list[bytes]:
        return [request_of(made.state, clone, wave) for clone in made.state.shuffled_visits(wave)[:count]]

    seen = await known_loop(running.nodes[0].port, requests, CONNECTIONS)
    if seen.bad:
        raise RuntimeError(f"a settlement is refused: {seen.example}")
    if found := faults(before, await count_links(made.address), count):
        raise RuntimeError("; ".join(found))
    return seen.rate


async def waves_of(scene: Scene, settlements: int) -> list[Wave]:
    """Settle so many, wave after wave on one node, and print a line each."""
    people = min(WAVE, max(FEWEST, settlements // WAVES))
    state, seen, began = State(scene, people, people, 0), list[Wave](), time.monotonic()
    async with ground("postgresql", state) as made, fleet(made) as running:
        await clear(made.address)
        settled = number = 0
        while settled < settlements:
            number += 1
            count = min(people, settlements - settled)
            rate = await settle(made, running, number, count)
            settled += count
            sizes = tuple([memory_of(pid) for pid in running.nodes[0].pids()])
            seen.append(Wave(settled, sizes, rate))
            minutes = (time.monotonic() - began) / 60
            print(f"{seen[-1].line()}   {minutes:5.1f} min", file=sys.stderr, flush=True)
            await clear(made.address)
    return seen


def figures_of(seen: Sequence[Wave], people: int) -> list[Figure]:
    """Compare what was resident after the first tenth with the most at any later time."""
    total = seen[-1].settled
    first = next(wave for wave in seen if wave.settled * 10 >= total)
    most = max(seen[seen.index(first) :], key=lambda wave: wave.mib)
    growth = 100 * (most.mib / first.mib - 1)
    note = f"{first.mib:.0f} MiB after {first.settled:,}, at most {most.mib:.0f} MiB after {most.settled:,},"
    note += f" {seen[-1].mib:.0f} MiB after {total:,}; {len(seen)} waves of {people:,} persons"
    return [Figure(THEME, f"growth over {total:,} settlements", growth, "%", GROWTH_TARGET, note=note)]


async def measure(scene: Scene, settlements: int) -> list[Figure]:
    """Measure the memory of a node over so many settlements."""
    seen = await waves_of(scene, settlements)
    return figures_of(seen, seen[0].settled)

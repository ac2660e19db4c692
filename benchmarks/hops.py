"""Where the time of a settlement over four nodes goes, step by step: `python -m benchmarks.hops`.

Every settlement has five commits and four wires. The nodes run as they are, with their methods watched
(load/probe.py); the client sends at a rate. Told is for every step its median and 99th percentile, and its
mean among all settlements and among the slowest hundredth: what those have more is what makes the tail.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks import settlement
from benchmarks.load.client import Load, Span
from benchmarks.load.nation import Cost, nation_ground
from benchmarks.load.probe import VARIABLE
from yidi.edges.exchange.processes import NodeProcess

HOPS = ("Settle", "Relay", "BookSettlement", "Return", "Answered")
PLACES = ("care place", "nation", "insured place", "nation, back", "care place, back")
WIRE, QUEUE, WORK = "wire and checks in", "waits for the journal", "transaction"
LASTS, LINE = "until it lasts", "waits for the line"
SLOW_SHARE = 0.01
TRIPS = ("said",)
"""Steps of an engine that are one round trip to the server each."""
_ID = re.compile(rb'"msgid":\s*"([^"]*)"')


class WatchedNode(NodeProcess):
    """A node that notes its steps in a file beside its settings."""

    program = "from benchmarks.load.probe import main; main()"

    @property
    def notes(self) -> Path:
        """Where its notes lie when it has ended."""
        return self.plan.config.with_suffix(".notes")

    def environment(self) -> dict[str, str]:
        """Return its variables, with the file of the notes."""
        return {**super().environment(), VARIABLE: str(self.notes)}


class Batch(NamedTuple):
    """A transaction: from when to when, processor seconds, how many commands, seconds by engine step."""

    began: float
    ended: float
    used: float
    size: int
    steps: Mapping[str, float]
    trips: int


class Journey:
    """One command at one node: instants of its steps."""

    __slots__ = ("batch", "lasts", "parcel", "queued", "to_send")

    def __init__(self) -> None:
        self.queued = self.lasts = self.to_send = self.parcel = 0.0
        self.batch: Batch | None = None


class Seen(NamedTuple):
    """What the notes of all nodes say."""

    journeys: Mapping[str, Journey]
    batches: Mapping[str, Sequence[Batch]]
    collections: Sequence[tuple[float, float]]


def read_notes(files: Iterable[Path]) -> Seen:
    """Read the notes of nodes that have ended."""
    journeys: dict[str, Journey] = defaultdict(Journey)
    batches: dict[str, list[Batch]] = defaultdict(list)
    collections: list[tuple[float, float]] = []
    for file in files:
        for note in json.loads(file.read_text()):
            _read(note, journeys, batches, collections)
    return Seen(journeys, batches, collections)


def _read(
    note: Sequence[Any],
    journeys: dict[str, Journey],
    batches: dict[str, list[Batch]],
    collections: list[tuple[float, float]],
) -> None:
    what = note[0]
    if what == "batch":
        steps: dict[str, float] = defaultdict(float)
        for name, began, ended in note[5]:
            steps[name] += ended - began
        trips = sum(name in TRIPS for name, _, _ in note[5])
        batch = Batch(note[1], note[2], note[3], len(note[4]), steps, trips)
        for name in note[4]:
            journeys[name].batch = batch
        for kind in {name.partition(" ")[0] for name in note[4]} or {"-"}:
            batches[kind].append(batch)
    elif what == "garbage":
        collections.append((note[1], note[2]))
    elif what in ("queued", "lasts", "to send", "parcel"):
        field = what.replace(" ", "_")
        for name in note[2]:
            if not getattr(journeys[name], field):
                setattr(journeys[name], field, note[1])


def split(span: Span, journeys: Mapping[str, Journey]) -> dict[str, float] | None:
    """Return the steps of one settlement in ms, in their order; None when a note is missing."""
    found = _ID.search(span.request)
    known = [journeys.get(f"{hop} {found[1].decode()}") for hop in HOPS] if found else []
    hops = [hop for hop in known if hop is not None and hop.batch is not None and hop.lasts]
    if len(hops) < len(HOPS):
        return None
    steps = {"client: wait for a connection": span.sent - span.planned}
    before = span.sent
    for number, (place, hop) in enumerate(zip(PLACES, hops, strict=True)):
        assert hop.batch is not None
        steps[f"{place}: {WIRE}"] = hop.queued - before
        steps[f"{place}: {QUEUE}"] = hop.batch.began - hop.queued
        steps[f"{place}: {WORK}"] = hop.batch.ended - hop.batch.began
        steps[f"{place}: {LASTS}"] = hop.lasts - hop.batch.ended
        if number < len(PLACES) - 1:
            before = hops[number + 1].parcel
            steps[f"{place}: {LINE}"] = before - hop.lasts
    steps["answer to the client"] = span.answered - hops[-1].lasts
    return {name: seconds * 1000 for name, seconds in steps.items()}


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that a share of 100 stays below."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share / 100 * len(ranked)))] if ranked else float("nan")


def right_aligned(title: str, *columns: str) -> Table:
    """Make a table whose columns after the first hold numbers."""
    table = Table(*columns, title=title)
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def table_of(load: Load, seen: Seen) -> Table:
    """Make the table of the steps."""
    known = [(span.answered - span.planned, split(span, seen.journeys)) for span in load.spans]
    whole = sorted(((total * 1000, steps) for total, steps in known if steps), key=lambda one: one[0])
    slow = len(whole) - max(1, int(len(whole) * SLOW_SHARE))
    table = right_aligned(
        f"{len(whole)} settlements", "step", "p50 ms", "p99 ms", "mean ms", "slowest 1 %, mean"
    )

    def add(name: str, values: Sequence[float], style: str = "") -> None:
        if values:
            told = (percentile(values, 50), percentile(values, 99), fmean(values), fmean(values[slow:]))
            table.add_row(name, *_ms(*told), style=style)

    names = list(whole[0][1]) if whole else []
    for name in names:
        add(name, [steps[name] for _, steps in whole])
    add("whole", [total for total, _ in whole], "bold")
    for kind in (WIRE, QUEUE, WORK, LASTS, LINE):
        mine = [name for name in names if name.endswith(kind)]
        add(f"all: {kind}", [sum(steps[name] for name in mine) for _, steps in whole], "italic")
    return table


def _ms(*values: float) -> list[str]:
    return [f"{value:.1f}" for value in values]


def transactions_of(seen: Seen) -> Table:
    """Make the table of the transactions by kind of command."""
    steps = ("lock", "load", "write", "commit_early", "sync")
    columns = ("transactions with", "how many", "commands, mean, most", "p50 ms", "p99 ms", "CPU ms")
    table = right_aligned("", *columns, "round trips", *steps)
    for kind in HOPS:
        found = seen.batches.get(kind, ())
        if found:
            took, sizes = [(batch.ended - batch.began) * 1000 for batch in found], [b.size for b in found]
            means = [fmean([batch.steps.get(step, 0.0) for batch in found]) * 1000 for step in steps]
            used, trips = (
                fmean([batch.used for batch in found]) * 1000,
                fmean([batch.trips for batch in found]),
            )
            told = (percentile(took, 50), percentile(took, 99), used, trips, *means)
            table.add_row(kind, str(len(found)), f"{fmean(sizes):.1f}, {max(sizes)}", *_ms(*told))
    return table


async def measure(rate: float, seconds: float, engine: str) -> tuple[Load, Seen, Cost]:
    """Run a watched nation at a rate, prove what was booked, and read the notes."""
    scene = await settlement.make_scene()
    watched: list[WatchedNode] = []

    def started(plan: Any) -> WatchedNode:
        watched.append(WatchedNode(plan))
        return watched[-1]

    async with nation_ground(scene, int(rate * seconds * 1.3) + 200, engine=engine, started=started) as made:
        before = made.cost()
        load = await made.planned(rate, seconds)
        cost = made.cost().since(before)
        for node in watched:
            await node.end()
        seen = read_notes(node.notes for node in watched)
        for finding in await made.check():
            raise RuntimeError(finding)
    return load, seen, cost


def main() -> None:
    """Measure as the command line says, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hops", description=__doc__)
    parser.add_argument("--rate", type=float, default=200.0, help="settlements a second")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--engine", choices=("postgresql", "sqlite"), default="postgresql")
    chosen = parser.parse_args()
    load, seen, cost = uvloop.run(measure(chosen.rate, chosen.seconds, chosen.engine))
    console = Console(width=None if os.isatty(1) else 180)
    console.print(table_of(load, seen))
    console.print(transactions_of(seen))
    first = min((span.sent for span in load.spans), default=0.0)
    pauses = [(ended - began) * 1000 for began, ended in seen.collections if began > first]
    good = max(1, load.good)
    told = f"p50 {load.p50:.1f} ms, p99 {load.p99:.1f} ms, {load.bad} not good; a settlement: nodes "
    told += f"{cost.nodes / good * 1e3:.2f} ms CPU, databases {cost.databases / good * 1e3:.2f} ms; garbage "
    told += f"collected {len(pauses)} times, longest {max(pauses, default=0):.1f} ms"
    console.print(told, highlight=False)


if __name__ == "__main__":
    main()

"""Fills a database with a state to measure on: clones of played cases, written by the engine itself."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from benchmarks.load.playing import BARE, OPEN, SETTLED, Played, Scene
from yidi.edges.clock import system_clock
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.national import read_divisions
from yidi.edges.sealing.guarding import guard
from yidi.edges.settings import Settings
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.migrate import migrate
from yidi.edges.storage.schema import gathered
from yidi.processes.ports.deciding import NATION, Record

CLONES_AT_ONCE = 500


class State:
    """What a database was filled with: `people` clones, `open` of them with a visit to settle."""

    def __init__(self, scene: Scene, people: int, open_visits: int, stored: int) -> None:
        self.scene, self.people, self.open_visits, self.stored = scene, people, open_visits, stored

    def case_of(self, clone: int) -> Played:
        """Return the case that a clone is of: provinces take turns."""
        return self.scene.cases[clone % len(self.scene.cases)]

    def stages_of(self, clone: int) -> Sequence[str]:
        """Return what was written of a clone."""
        stages = [BARE]
        if clone < self.stored:
            stages.append(SETTLED)
        if clone < self.open_visits:
            stages.append(OPEN)
        return stages

    def shuffled_visits(self, seed: int = 1) -> list[int]:
        """Return the clones with an open visit, in an order that has nothing to do with their numbers."""
        order = list(range(self.open_visits))
        random.Random(seed).shuffle(order)
        return order


def everywhere() -> list[str]:
    """Return the nation and every province."""
    return [NATION, *(place.code for place in read_divisions(packs_folder()).provinces() if place.insuring)]


async def fill_as(settings: Settings, state: State, here: Collection[str]) -> int:
    """Write what a node with these settings holds of a state: the facts of the jurisdictions it serves."""
    engine = engine_for(settings.database, gathered())
    await engine.open()
    try:
        await migrate(engine)
        await guard(engine, settings, system_clock, here=here)
        written = await _write(engine, state, frozenset(here))
        await _tidy(engine)
    finally:
        await engine.close()
    return written


async def _write(engine: Engine, state: State, here: frozenset[str]) -> int:
    order = list(range(state.people))
    random.Random(0).shuffle(order)
    standing = [(type(r), list(r)) for r in state.scene.standing if r[0] in here]
    written = await _commit(engine, _by_kind(standing))
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    ) as bar:  # fmt: skip
        task = bar.add_task(f"filling {engine.name}", total=len(order))
        for start in range(0, len(order), CLONES_AT_ONCE):
            part = order[start : start + CLONES_AT_ONCE]
            rows = [
                row
                for clone in part
                for row in state.case_of(clone).case.records(state.stages_of(clone), clone)
                if row[1][0] in here
            ]
            written += await _commit(engine, _by_kind(rows))
            bar.advance(task, len(part))
    return written


def _by_kind(rows: Sequence[tuple[type[Record], list[Any]]]) -> dict[type[Record], list[Any]]:
    found: dict[type[Record], list[Any]] = {}
    for kind, row in rows:
        found.setdefault(kind, []).append(kind._make(row))  # type: ignore[attr-defined]
    return found


async def _commit(engine: Engine, rows: dict[type[Record], list[Any]]) -> int:
    if rows:
        await engine.begin()
        await engine.write(rows)
        await engine.commit()
    return sum(map(len, rows.values()))


async def _tidy(engine: Engine) -> None:
    """Leave the database as it lies after a quiet night: statistics made, the log written back."""
    if engine.name == "sqlite":
        await engine.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    await engine.execute("VACUUM ANALYZE")
    await engine.execute("CHECKPOINT")

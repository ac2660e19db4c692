"""Both jobs run as `yidi batch run` does, and what an engine answers, for us and for peers alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from yidi.edges.batch.engines import Engine
from yidi.edges.batch.generate import CARRIED, DISPUTED
from yidi.edges.batch.inputs import Period
from yidi.edges.batch.running import JobResult, run_job

PERIOD, ROUNDS = Period("2026-10-01", "2026-11-01"), 3


class Answer(NamedTuple):
    """What an engine found: the settlements that differ, and the clearing as (pair, kind) with sums."""

    differing: frozenset[str]
    cleared: frozenset[tuple[object, ...]]


def run(name: str, folder: Path, engine: Engine) -> JobResult:
    """Run a job as `yidi batch run` does, checks and digests included."""
    lists = {"excluded": folder / f"{DISPUTED}.parquet", "carried": folder / f"{CARRIED}.parquet"}
    folders = [folder, folder / "earlier"] if name == "clearing_month" else [folder]
    result = run_job(name, folders, PERIOD, engine, lists)
    assert isinstance(result, JobResult), result
    return result


def best(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the seconds of the quickest of some rounds."""
    seconds = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def answer_of(folder: Path, engine: Engine) -> Answer:
    """Run both jobs and return what they say."""
    found, cleared = run("reconcile_day", folder, engine), run("clearing_month", folder, engine)
    return Answer(
        frozenset(str(row["settlement_id"]) for row in found.rows),
        frozenset(tuple(row.values()) for row in cleared.rows),
    )

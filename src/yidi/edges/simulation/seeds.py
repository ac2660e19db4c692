"""Runs many seeds over several processes, sums them up, and keeps what fails as small cases."""

from __future__ import annotations

import gc
import multiprocessing
from collections import Counter as Tally
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from yidi.edges.simulation.plan import Case, case_of
from yidi.edges.simulation.playing import Outcome, play
from yidi.edges.simulation.shrinking import Shrinking
from yidi.edges.simulation.stage import Rules, Stage, built


class Asked(NamedTuple):
    """What is to be run: seeds, how many simulated hours each, in how many processes."""

    seeds: range
    hours: float
    processes: int


class Summary(NamedTuple):
    """All seeds together. `failed` are the seeds with findings."""

    seeds: int
    settlements: int
    messages: int
    faults: Tally[str]
    violations: Tally[str]
    failed: tuple[int, ...]


class Kept(NamedTuple):
    """A failing seed cut down: the smallest case, and how it goes."""

    case: Case
    outcome: Outcome


_here: dict[str, Stage] = {}
"""The stage of this process: built once, by whoever runs the first seed in it."""


_COLLECTED_AFTER = 20_000
"""A run makes little that is cyclic: objects are looked through less often than they are by default."""


def _begin(rules: Rules) -> None:
    """Build the stage, and have the collector pass over it: it stays for all seeds."""
    _here["stage"] = built(rules)
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECTED_AFTER)


def _one(given: tuple[int, float]) -> Outcome:
    return play(case_of(*given), _here["stage"])


def run_seeds(asked: Asked, rules: Rules) -> Iterator[Outcome]:
    """Run the seeds, in order; `rules` must be a function of a module, so that every process has it."""
    given = [(seed, asked.hours) for seed in asked.seeds]
    if asked.processes <= 1:
        _begin(rules)
        yield from map(_one, given)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(asked.processes, _begin, (rules,)) as pool:
        yield from pool.imap(_one, given)


def summed(outcomes: Iterable[Outcome]) -> Summary:
    """Add outcomes up."""
    rows = list(outcomes)
    faults: Tally[str] = Tally()
    violations: Tally[str] = Tally()
    for row in rows:
        faults.update(row.faults)
        violations.update(finding.kind for finding in row.findings)
    return Summary(
        len(rows),
        sum(row.settlements for row in rows),
        sum(row.messages for row in rows),
        faults,
        violations,
        tuple(row.seed for row in rows if row.findings),
    )


def shrunk(case: Case, stage: Stage, runs: int = 120) -> Kept:
    """Cut a failing case down to a small one that fails by the same kind of finding, and trace it."""
    kinds = {finding.kind for finding in play(case, stage).findings}
    first = min(kinds, default="")

    def fails(smaller: Case) -> bool:
        return first in {finding.kind for finding in play(smaller, stage).findings}

    small = Shrinking(fails, runs).smallest(case) if first else case
    outcome = play(small, stage, traced=True)
    note = "; ".join(f"{row.kind}: {row.text}" for row in outcome.findings[:3])
    return Kept(msgspec.structs.replace(small, note=note[:500]), outcome)


def keep(case: Case, folder: Path) -> Path:
    """Write a case as a file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"seed-{case.seed}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(case)) + b"\n")
    return path


def read_case(path: Path) -> Case:
    """Read a kept case. Raises msgspec.ValidationError when it is none."""
    return msgspec.json.decode(path.read_bytes(), type=Case)


def as_json(summary: Summary) -> dict[str, Any]:
    """Write a summary in plain words."""
    return {
        "seeds": summary.seeds,
        "settlements": summary.settlements,
        "messages": summary.messages,
        "faults": dict(sorted(summary.faults.items())),
        "violations": dict(sorted(summary.violations.items())),
        "failed_seeds": list(summary.failed),
    }


def stage_of(rules: Rules) -> Stage:
    """Return this process's stage, built when it is not there yet."""
    if "stage" not in _here:
        _begin(rules)
    return _here["stage"]

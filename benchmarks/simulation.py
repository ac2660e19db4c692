"""Simulated settlements a second with all faults: `python -m benchmarks.simulation`.

Each seed is a nation for a simulated hour on the real journal: half of them on four nodes, a commit a hop,
a quarter each on two nodes and on one. The audit at its end is counted too. Counted is what insured places
booked, undoings too. Seeds are spread over all processors, as `yidi simulate` does. A thousand seeds start
their processes once: a run of a seed a processor before tells what that costs, and is extrapolated from.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from time import perf_counter

from benchmarks.figures import Figure, show
from yidi.edges.simulation.seeds import Asked, Summary, run_seeds, summed
from yidi.wiring import rules

THEME = "Simulator: one, two or four nodes, all faults, audited"
SEEDS = range(1, 41)
SETTLEMENTS_TARGET, THOUSAND_TARGET = 2_000.0, 600.0


def measure(seeds: range = SEEDS) -> Sequence[Figure]:
    """Run seeds of an hour; starting the processes counts."""
    processes = os.cpu_count() or 1
    few = seeds[:processes]
    start = _run(few, processes)[1]
    found, took = _run(seeds, processes)
    each = (took - start) / max(1, len(seeds) - len(few))
    wrong = f", {len(found.failed)} SEEDS FAILED: {found.failed}" if found.failed else ""
    note = f"{found.seeds} seeds, {sum(found.faults.values())} faults, {processes} processes{wrong}"
    return [
        Figure(
            THEME, "settlements", found.settlements / took, "/s", SETTLEMENTS_TARGET, at_least=True, note=note
        ),
        Figure(THEME, "1,000 seeds of an hour", start + each * (1_000 - len(few)), "s", THOUSAND_TARGET),
    ]


def _run(seeds: range, processes: int) -> tuple[Summary, float]:
    began = perf_counter()
    return summed(run_seeds(Asked(seeds, 1.0, processes), rules)), perf_counter() - began


if __name__ == "__main__":
    show(measure())

"""How long a piece of work takes: the best of several rounds, since other programs only ever add."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

ROUNDS = 7
ROUND_SECONDS = 0.15


def best_seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the seconds of one call, from the best round of calls."""
    work()
    start = time.perf_counter()
    work()
    calls = max(1, int(ROUND_SECONDS / max(1e-7, time.perf_counter() - start)))
    best = float("inf")
    collecting = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            start = time.perf_counter()
            for _ in range(calls):
                work()
            best = min(best, (time.perf_counter() - start) / calls)
    finally:
        if collecting:
            gc.enable()
    return best

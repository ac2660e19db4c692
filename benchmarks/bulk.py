"""Bulk jobs: three-party reconciliation and clearing of a synthetic month, beside other engines that agree.

`python -m benchmarks.bulk --rows 1000000`; with `--rows 20000000 --no-peers` the size of a nation's month.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from pyarrow import parquet

from benchmarks import bulk_peers
from benchmarks.bulk_jobs import PERIOD, answer_of, best, run
from benchmarks.figures import Figure, show
from yidi.edges.batch.engines import DuckDB
from yidi.edges.batch.generate import TRUTH, Synthetic, generate
from yidi.edges.batch.running import write_result
from yidi.edges.packs.national import read_divisions

THEME = "Bulk work"
MONTH, SEED = "2026-10", 7
SMALL, LARGE = 1_000_000, 20_000_000
MEMORY = "5GB"
TARGETS = {("reconcile_day", SMALL): 1.0, ("reconcile_day", LARGE): 20.0, ("clearing_month", LARGE): 3.0}
LARGEST_MEMORY_GIB = 6.0


def make(rows: int, folder: Path) -> Figure:
    """Make the month in a process of its own, so that its memory is not counted here."""
    provinces = tuple(place.code for place in read_divisions().provinces() if place.insuring)
    begun = time.perf_counter()
    child = os.fork()
    if child == 0:
        generate(Synthetic(rows, SEED, MONTH, provinces), folder)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0, "the month could not be made"
    seconds = time.perf_counter() - begun
    name = f"a month of {rows:,} settlements for three parties, made"
    note = f"{seconds:.1f} s, {3 * rows:,} rows in all"
    target = 500_000 if rows >= SMALL else None  # a small month is mostly the cost of its 93 files
    return Figure(THEME, name, 3 * rows / seconds, "rows/s", target, at_least=True, note=note)


def check_truth(folder: Path) -> Figure:
    """Compare with what was injected: nothing may be missed, nothing found that is not there."""
    truth = parquet.read_table(folder / f"{TRUTH}.parquet").to_pylist()
    injected = {(row["settlement_id"], row["difference"]) for row in truth}
    rows = run("reconcile_day", folder, DuckDB(MEMORY)).rows
    found = {(row["settlement_id"], row["difference"]) for row in rows}
    note = f"{len(injected):,} injected, {len(found - injected)} false"
    wrong = len(injected ^ found)
    return Figure(THEME, "differences missed or false", wrong, "", 0, note=note)


def processor_seconds(work: Callable[[], object]) -> float:
    """Return the processor seconds of some work: what it costs, however busy the machine is."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def own_figures(folder: Path, rows: int) -> list[Figure]:
    """Measure our jobs on DuckDB, twice written and compared byte by byte."""
    figures, engine = [], DuckDB(MEMORY)
    for job, label in (("reconcile_day", "reconciliation x 3"), ("clearing_month", "clearing")):
        seconds = best(partial(run, job, folder, engine))
        target = TARGETS.get((job, rows))
        note = f"{processor_seconds(partial(run, job, folder, engine)):.2f} s of processor time"
        figures.append(Figure(THEME, f"{label} of {rows:,}, DuckDB", seconds, "s", target, note=note))
        written = [write_result(run(job, folder, engine), folder / again) for again in ("once", "again")]
        assert written[0].read_bytes() == written[1].read_bytes(), f"{job} run again differs"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    figures.append(Figure(THEME, f"memory at most, {rows:,} x 3", peak, "GiB", LARGEST_MEMORY_GIB))
    return [*figures, check_truth(folder)]


def peer_figures(
    folder: Path, rows: int, own: Sequence[Figure], *, cluster: bool = False
) -> Iterator[Figure]:
    """Measure the peers on the same files; each must agree with ours to the fen."""
    expected = answer_of(folder, DuckDB(MEMORY))
    ours = dict(zip(("reconciliation x 3", "clearing"), (figure.value for figure in own), strict=False))
    peers = {**bulk_peers.PEERS, **(bulk_peers.CLUSTER if cluster else {})}
    for name, measure in peers.items():
        seconds, answer = measure(folder, PERIOD)
        assert answer.differing == expected.differing, f"{name}: reconciles otherwise"
        assert answer.cleared == expected.cleared, f"{name}: clears otherwise"
        for label, taken in zip(ours, seconds, strict=True):
            note = f"{taken / ours[label]:.1f} times ours, same rows"
            yield Figure(THEME, f"{label} of {rows:,}, {name}", taken, "s", note=note)


@contextmanager
def scratch(kept: Path | None) -> Iterator[Path]:
    """Give a folder: the one asked for, or one that is removed after."""
    folder = kept or Path(tempfile.mkdtemp(prefix="yidi-bulk-"))
    try:
        yield folder
    finally:
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)


def measure(
    rows: int = SMALL, *, peers: bool = True, kept: Path | None = None, cluster: bool = False
) -> list[Figure]:
    """Make a month, run our jobs on it, and the peers' where asked."""
    with scratch(kept) as folder:
        made = [] if (folder / "manifest.json").exists() else [make(rows, folder)]
        own = own_figures(folder, rows)
        return [*made, *own, *(peer_figures(folder, rows, own, cluster=cluster) if peers else ())]


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bulk", description=__doc__)
    parser.add_argument("--rows", type=int, default=SMALL, help="settlements a party")
    parser.add_argument("--no-peers", action="store_true", help="only our own")
    parser.add_argument("--cluster", action="store_true", help="also Spark with two executors")
    parser.add_argument("--keep", type=Path, help="keep the month there, or use the one that is there")
    chosen = parser.parse_args()
    figures = measure(chosen.rows, peers=not chosen.no_peers, kept=chosen.keep, cluster=chosen.cluster)
    show(figures)
    sys.exit(any(figure.reached is False for figure in figures))


if __name__ == "__main__":
    main()

"""The ledger in bulk: a trial balance and its proof over ten million postings. `python -m benchmarks.ledger`.

The postings are those of a province's direct settlements: an entry of two or three lines each, spread over
areas, counterpart provinces and schemes. They are written as Parquet once and read by DuckDB.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb

from benchmarks.figures import Figure, show
from yidi.edges.batch.ledger import LedgerExtract

T = TypeVar("T")
THEME = "Ledger in bulk"
POSTINGS = 10_000_000
TRIAL_SECONDS, PROOF_PER_SECOND = 2.0, 1_000_000
PLACE, MEMORY, ROUNDS = "610000", "4GB", 3
NOON = "2026-06-30T04:00:00.000000Z"
_MAKE = """
COPY (
  WITH entry AS (
    SELECT i, 'B' || lpad(CAST(i AS VARCHAR), 19, '0') AS entry_id,
      CAST(100 + (i * 7919) % 2000000 AS BIGINT) AS fund_fen,
      CAST((i * 104729) % 50000 AS BIGINT) AS account_fen,
      CAST(110000 + (i * 31) % 32 * 10000 AS VARCHAR) AS care,
      '6101' || lpad(CAST((i * 17) % 12 AS VARCHAR), 2, '0') AS area,
      CASE WHEN i % 5 < 2 THEN '310' ELSE '390' END AS scheme,
      TIMESTAMP '2026-01-01' + to_seconds(i * 31536000 // $entries) AS moment
    FROM range($entries) t(i)
  )
  SELECT '610000' AS jurisdiction, entry_id, CAST(line AS BIGINT) AS line,
    CASE line WHEN 0 THEN 'spent.pool.' || area WHEN 1 THEN 'personal.' || area ELSE 'owed_to_province' END
      AS account,
    care AS counterpart, scheme,
    CASE line WHEN 0 THEN fund_fen WHEN 1 THEN account_fen ELSE -fund_fen - account_fen END AS amount_fen,
    strftime(moment, '%Y-%m-%d') AS business_day,
    strftime(moment, '%Y-%m-%dT%H:%M:%S.000000Z') AS posted_at
  FROM entry, (VALUES (0), (1), (2)) l(line)
  ORDER BY i, line
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""


def make_postings(path: Path, postings: int) -> None:
    """Write a year of postings, three to an entry."""
    with duckdb.connect(config={"memory_limit": MEMORY, "threads": 2}) as connection:
        connection.execute(_MAKE.format(path=path).replace("$entries", str(postings // 3)))


def timed(work: Callable[[], T], rounds: int = ROUNDS) -> tuple[float, T]:
    """Return the seconds of the best round, and what it gave."""
    best, found = float("inf"), work()
    for _ in range(rounds):
        start = time.perf_counter()
        found = work()
        best = min(best, time.perf_counter() - start)
    return best, found


def measure(postings: int = POSTINGS) -> list[Figure]:
    """Measure the trial balance at an instant and at the end, and the proof."""
    with tempfile.TemporaryDirectory(prefix="yidi-ledger-") as folder:
        path = Path(folder) / "postings.parquet"
        make_postings(path, postings)
        extract = LedgerExtract([path], memory=MEMORY)
        try:
            count = extract.postings()
            half, _ = timed(lambda: extract.trial_balance(PLACE, NOON))
            whole, rows = timed(lambda: extract.trial_balance(PLACE))
            assert sum(row.balance_fen for row in rows) == 0
            assert sum(row.postings for row in rows) == count
            proof, faults = timed(lambda: extract.unproven(PLACE, rows))
            assert not faults, faults
        finally:
            extract.close()
    size = f"{count / 1e6:g} M postings, {len(rows)} balances"
    return [
        Figure(THEME, "trial balance", whole, "s", TRIAL_SECONDS, note=size),
        Figure(THEME, "trial balance at mid-year", half, "s", TRIAL_SECONDS, note=size),
        Figure(
            THEME,
            "proof: every balance is its postings, every entry even",
            count / proof,
            "postings/s",
            PROOF_PER_SECOND,
            at_least=True,
            note=f"{proof:.2f} s",
        ),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ledger", description=__doc__)
    parser.add_argument("--postings", type=int, default=POSTINGS)
    show(measure(parser.parse_args().postings))

"""The ledger in bulk: postings as Parquet, and trial balance and proofs over them with DuckDB.

The texts are those of edges/storage/ledger.py. An extract holds the columns of a posting and nothing else;
it may be many files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from yidi.domain.ledger.accounts import parse_account
from yidi.domain.ledger.balance import Balance
from yidi.edges.storage.ledger import (
    FOR_EVER,
    LEDGERS,
    TRIAL_BALANCE,
    UNBALANCED_ENTRIES,
    UNBALANCED_LEDGERS,
    balances_of,
)
from yidi.processes.settlement.records import Posting

ROWS_AT_ONCE = 200_000
FORM = pa.schema(
    [
        pa.field(name, pa.int64() if name in ("line", "amount_fen") else pa.string(), nullable=False)
        for name in Posting._fields
    ]
)
_STATED = (
    "CREATE TABLE stated (account TEXT, counterpart TEXT, scheme TEXT, debit_fen BIGINT, credit_fen BIGINT,"
    " postings BIGINT)"
)
_DIFFERENT = (
    "SELECT COALESCE(s.account, f.account), COALESCE(s.counterpart, f.counterpart),"
    " COALESCE(s.scheme, f.scheme) FROM stated s FULL JOIN"
    " (SELECT account, counterpart, scheme, SUM(amount_fen) AS balance_fen, COUNT(*) AS postings"
    " FROM posting WHERE jurisdiction = $1 AND posted_at <= $2 GROUP BY ALL) f"
    " ON f.account = s.account AND f.counterpart = s.counterpart AND f.scheme = s.scheme"
    " WHERE s.account IS NULL OR f.account IS NULL OR s.debit_fen + s.credit_fen <> f.balance_fen"
    " OR s.postings <> f.postings ORDER BY ALL"
)


def write_postings(path: Path, rows: Iterable[Posting]) -> int:
    """Write postings as one Parquet file and return how many there were."""
    count, waiting = 0, list[Posting]()
    with pq.ParquetWriter(path, FORM, compression="zstd") as writer:
        for row in rows:
            waiting.append(row)
            if len(waiting) == ROWS_AT_ONCE:
                count += _write(writer, waiting)
        count += _write(writer, waiting)
    return count


def _write(writer: pq.ParquetWriter, waiting: list[Posting]) -> int:
    columns = [list(column) for column in zip(*waiting, strict=True)] or [[] for _ in FORM]
    writer.write_table(pa.table(columns, schema=FORM))
    count = len(waiting)
    waiting.clear()
    return count


class LedgerExtract:
    """Postings in Parquet files, opened for reading. Close it after use."""

    def __init__(self, files: Sequence[Path], *, memory: str = "4GB", threads: int = 2) -> None:
        self._connection = duckdb.connect(config={"memory_limit": memory, "threads": threads})
        self._connection.read_parquet([str(path) for path in files]).create_view("posting")

    def close(self) -> None:
        """Let go of the files."""
        self._connection.close()

    def ledgers(self) -> list[str]:
        """List the jurisdictions that have postings."""
        return [str(row[0]) for row in self._connection.execute(LEDGERS).fetchall()]

    def postings(self) -> int:
        """Count the postings."""
        found = self._connection.execute("SELECT COUNT(*) FROM posting").fetchone()
        return int(found[0]) if found else 0

    def trial_balance(self, jurisdiction: str, at: str = FOR_EVER) -> tuple[Balance, ...]:
        """Return the trial balance of a jurisdiction at an instant."""
        return balances_of(self._connection.execute(TRIAL_BALANCE, [jurisdiction, at]).fetchall())

    def unproven(self, jurisdiction: str, stated: Sequence[Balance], at: str = FOR_EVER) -> list[str]:
        """List what does not hold: stated balances that are not the sum of their postings, entries and
        ledgers out of balance, accounts outside the chart. Nothing listed is the proof.
        """
        self._connection.execute("DROP TABLE IF EXISTS stated")
        self._connection.execute(_STATED)
        columns = [list(column) for column in zip(*stated, strict=True)] or [[] for _ in Balance._fields]
        given = pa.table(dict(zip(Balance._fields, columns, strict=True)))
        self._connection.register("given", given)
        self._connection.execute("INSERT INTO stated SELECT * FROM given")
        self._connection.unregister("given")
        faults = [
            f"balance {' '.join(row)}"
            for row in self._connection.execute(_DIFFERENT, [jurisdiction, at]).fetchall()
        ]
        faults += [f"entry {' '.join(map(str, row))}" for row in self._fetch(UNBALANCED_ENTRIES)]
        faults += [f"ledger {' '.join(map(str, row))}" for row in self._fetch(UNBALANCED_LEDGERS)]
        accounts = self._fetch("SELECT DISTINCT account FROM posting ORDER BY account")
        faults += [f"account {row[0]}" for row in accounts if parse_account(str(row[0])) is None]
        return faults

    def _fetch(self, text: str) -> list[tuple[object, ...]]:
        return list(self._connection.execute(text).fetchall())

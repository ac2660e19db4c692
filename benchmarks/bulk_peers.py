"""The same two questions put to pandas, PostgreSQL and Spark: who differs, and what is cleared.

pandas and PostgreSQL are asked in their own plain way, a group-by over the union of the three parties; the
loading of PostgreSQL is not counted, the reading of Parquet is.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from benchmarks.bulk_jobs import Answer, answer_of, best, run
from tests.postgresql import running_server
from yidi.edges.batch.engines import Spark, local_session
from yidi.edges.batch.form import SIDES
from yidi.edges.batch.generate import CARRIED, DISPUTED
from yidi.edges.batch.inputs import Period
from yidi.edges.storage.embedded import roomy

Measured = tuple[tuple[float, float], Answer]
SLIM = ("settlement_key", "pair_key", "business_day", "total_fen", "fund_fen", "account_fen", "state")
WIDE = ("settlement_id", "undoes", "care", "insured", "scheme", *SLIM[2:])
GROUP = ["care", "insured", "scheme", "kind"]
AMOUNTS = ["total_fen", "fund_fen", "account_fen"]


def table_of(folder: Path, side: str, columns: tuple[str, ...]) -> pa.Table:
    """Read some columns of a party's month."""
    tables = [parquet.read_table(path, columns=list(columns)) for path in sorted((folder / side).glob("*"))]
    return pa.concat_tables(tables)


def listed(folder: Path, name: str) -> set[str]:
    """Read a list of settlements."""
    return set(parquet.read_table(folder / f"{name}.parquet").column(0).to_pylist())


def pandas_differing(folder: Path, period: Period) -> frozenset[str]:
    """Reconcile with pandas."""
    frames = []
    for side, mark in zip(SIDES, (1, 1_000, 1_000_000), strict=True):
        frame = table_of(folder, side, SLIM).to_pandas(date_as_object=False)
        frames.append(frame.assign(mark=mark, state=(frame["state"] == "booked").astype("int8")))
    held = pd.concat(frames, ignore_index=True).groupby("settlement_key", sort=False)
    low, high, marks = held[list(SLIM[1:])].min(), held[list(SLIM[1:])].max(), held["mark"].sum()
    differing = (marks != 1_001_001) | (low != high).any(axis=1)
    return frozenset(map(str, differing.index[differing]))


def pandas_cleared(folder: Path, period: Period) -> frozenset[tuple[object, ...]]:
    """Clear with pandas."""
    parts = [table_of(folder, "nation", WIDE), table_of(folder / "earlier", "nation", WIDE)]
    frame = pa.concat_tables(parts).to_pandas(date_as_object=False)
    late = frame["business_day"] < pd.Timestamp(period.since)
    waits = frame["settlement_id"].isin(listed(folder, DISPUTED))
    carried = frame["settlement_id"].isin(listed(folder, CARRIED))
    frame["kind"] = "settled"
    frame.loc[frame["undoes"] != "", "kind"] = "undone"
    frame.loc[late & (frame["undoes"] == ""), "kind"] = "late"
    frame.loc[late & (frame["undoes"] != ""), "kind"] = "late_undone"
    entering = frame[(frame["state"] == "booked") & ~waits & (~late | carried)]
    grouped = entering.groupby(GROUP, observed=True)[AMOUNTS]
    sums, counts = grouped.sum(), grouped.size()
    rows = zip(sums.index, counts, *(sums[name] for name in AMOUNTS), strict=True)
    return frozenset((*key, int(n), int(t), int(f), int(a)) for key, n, t, f, a in rows)


def measure_pandas(folder: Path, period: Period) -> Measured:
    """Measure pandas."""
    answer = Answer(pandas_differing(folder, period), pandas_cleared(folder, period))
    reconciling = best(lambda: pandas_differing(folder, period), 2)
    return (reconciling, best(lambda: pandas_cleared(folder, period), 2)), answer


_COLUMNS = (
    "settlement_key bigint, pair_key bigint, business_day date, total_fen bigint, fund_fen bigint,"
    " account_fen bigint, state text"
)
_RECONCILE = (
    "SELECT settlement_key FROM ("
    + " UNION ALL ".join(
        f"SELECT *, {mark} AS mark FROM {side}"
        for side, mark in zip(SIDES, (1, 1_000, 1_000_000), strict=True)
    )
    + ") held GROUP BY settlement_key HAVING SUM(mark) <> 1001001"
    + "".join(f" OR MIN({name}) <> MAX({name})" for name in SLIM[1:])
)
_CLEAR = """
SELECT care, insured, scheme, CASE WHEN business_day < $1 THEN CASE WHEN undoes = '' THEN 'late'
  ELSE 'late_undone' END WHEN undoes = '' THEN 'settled' ELSE 'undone' END AS kind, COUNT(*),
  SUM(total_fen)::bigint, SUM(fund_fen)::bigint, SUM(account_fen)::bigint
FROM lines WHERE state = 'booked' AND settlement_id NOT IN (SELECT settlement_id FROM disputed)
  AND (business_day >= $1 OR settlement_id IN (SELECT settlement_id FROM carried))
GROUP BY 1, 2, 3, 4
"""


async def _fill(connection: asyncpg.Connection, name: str, columns: str, table: pa.Table) -> None:
    """Make a table and copy rows into it."""
    await connection.execute(f"CREATE UNLOGGED TABLE {name} ({columns})")
    for batch in table.to_batches(max_chunksize=200_000):
        records = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        await connection.copy_records_to_table(name, records=list(records), columns=batch.schema.names)
    await connection.execute(f"ANALYZE {name}")


async def _ask_postgresql(address: str, folder: Path, period: Period) -> Measured:
    """Load a server and ask it, each question twice."""
    connection = await asyncpg.connect(address)
    text = "settlement_id text, undoes text, care text, insured text, scheme text, "
    await connection.execute("SET work_mem = '1GB'")
    for side in SIDES:
        await _fill(connection, side, _COLUMNS, table_of(folder, side, SLIM))
    both = [table_of(folder, "nation", WIDE), table_of(folder / "earlier", "nation", WIDE)]
    columns = text + _COLUMNS.partition("pair_key bigint, ")[2]
    await _fill(connection, "lines", columns, pa.concat_tables(both))
    for name in (DISPUTED, CARRIED):
        await _fill(connection, name, "settlement_id text", parquet.read_table(folder / f"{name}.parquet"))
    since = pd.Timestamp(period.since).date()
    seconds: list[float] = []
    found: list[list[Any]] = []
    for sql, given in ((_RECONCILE, ()), (_CLEAR, (since,))):
        taken = []
        for _ in range(2):
            begun = time.perf_counter()
            rows = await connection.fetch(sql, *given)
            taken.append(time.perf_counter() - begun)
        seconds.append(min(taken))
        found.append([tuple(row) for row in rows])
    await connection.close()
    differing = frozenset(str(row[0]) for row in found[0])
    return (seconds[0], seconds[1]), Answer(differing, frozenset(found[1]))


def measure_postgresql(folder: Path, period: Period) -> Measured:
    """Measure a PostgreSQL server of its own."""
    with running_server(settings=roomy()) as address:
        return asyncio.run(_ask_postgresql(address, folder, period))


def measure_spark(folder: Path, period: Period, master: str = "") -> Measured:
    """Measure Spark on two threads, or on the executors of a master; its start is not counted."""
    session = local_session("2g", 2, master)
    engine = Spark(session=session)
    answer = answer_of(folder, engine)
    seconds = [
        best(lambda job=job: run(job, folder, engine), 2) for job in ("reconcile_day", "clearing_month")
    ]
    session.stop()
    return (seconds[0], seconds[1]), answer


PEERS: Mapping[str, Callable[[Path, Period], Measured]] = {
    "pandas": measure_pandas,
    "PostgreSQL": measure_postgresql,
    "Spark": measure_spark,
}
CLUSTER: Mapping[str, Callable[[Path, Period], Measured]] = {
    "Spark local-cluster": partial(measure_spark, master="local-cluster[2,1,1024]"),
}

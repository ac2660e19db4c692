"""Writes the extracts of a node: what each party it hosts holds of every cross-province settlement.

Facts are read a page at a time in the order of their keys and spread over a Parquet file a side and day, so
memory is bounded by the page and the row groups under way. The order is that of the keys: the same facts
make the same bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from pyarrow import compute, parquet

from yidi.domain.dates import SHANGHAI, day_of, read_instant, write_instant
from yidi.edges.batch.form import (
    BOOKED,
    FORM,
    LAYOUT,
    OPEN,
    REFUSED,
    ROW_GROUP,
    pair_key,
    settlement_key,
)
from yidi.edges.batch.inputs import Period
from yidi.edges.batch.manifest import Manifest, described, write_manifest
from yidi.edges.storage.engine import Engine
from yidi.processes.ports.deciding import NATION

PAGE = 20_000


class _Source(NamedTuple):
    """How the rows of a side are read: the page after a key, in its order.

    The text takes the two parts of the last key and `bounds` (business days, or instants as well), and gives
    the key, then the columns of FORM that are stored. `holder` is the jurisdiction that speaks for the side.
    """

    text: str
    holder: str
    instants: bool = False


_SOURCES = {
    "care": _Source(
        "SELECT q.settlement_id, q.jurisdiction, q.settlement_id, q.undoes, q.case_id, q.jurisdiction,"
        " q.insured, '', q.scheme, q.institution_code, COALESCE(a.business_day, ''),"
        " COALESCE(a.total_fen, 0), COALESCE(a.fund_fen, 0), COALESCE(a.account_fen, 0),"
        f" CASE WHEN a.outcome IS NULL THEN '{OPEN}' WHEN a.outcome = 'booked' THEN '{BOOKED}'"
        f" ELSE '{REFUSED}' END, COALESCE(a.answered_at, q.asked_at)"
        " FROM settlement_asked q LEFT JOIN settlement_answered a"
        " ON a.settlement_id = q.settlement_id AND a.jurisdiction = q.jurisdiction"
        " WHERE (q.settlement_id, q.jurisdiction) > ($1, $2) AND q.jurisdiction <> q.insured"
        " AND (a.business_day >= $3 AND a.business_day < $4"
        " OR a.business_day IS NULL AND q.asked_at >= $5 AND q.asked_at < $6)"
        f" ORDER BY q.settlement_id, q.jurisdiction LIMIT {PAGE}",
        "care",
        instants=True,
    ),
    "nation": _Source(
        "SELECT case_id, msgid, settlement_id, undoes, case_id, care, insured, area, scheme, '',"
        " business_day, total_fen, fund_fen, account_fen,"
        f" CASE WHEN outcome = 'accepted' THEN '{BOOKED}' ELSE '{REFUSED}' END, returned_at"
        " FROM returned WHERE (case_id, msgid) > ($1, $2) AND settlement_id <> '' AND care <> insured"
        f" AND business_day >= $3 AND business_day < $4 ORDER BY case_id, msgid LIMIT {PAGE}",
        NATION,
    ),
    "insured": _Source(
        "SELECT settlement_id, jurisdiction, settlement_id, undoes, case_id, care, jurisdiction, area,"
        f" scheme, institution_code, business_day, total_fen, fund_fen, account_fen, '{BOOKED}', booked_at"
        " FROM settlement WHERE (settlement_id, jurisdiction) > ($1, $2) AND kind = 'direct'"
        " AND care <> jurisdiction AND business_day >= $3 AND business_day < $4"
        f" ORDER BY settlement_id, jurisdiction LIMIT {PAGE}",
        "insured",
    ),
}
_STORED = [name for name in FORM.names if name not in {"settlement_key", "pair_key"}]


async def extract(
    engine: Engine, folder: Path, since: str, until: str, hosted: Sequence[str] = ()
) -> Manifest:
    """Write the extract of the business days from `since` up to, not including, `until`.

    `hosted` are the jurisdictions of the node: what it says it holds, also on a day without a settlement.
    Left empty, the sides hold what is found. A folder that holds an extract already is written over.
    """
    period, files = Period(since, until), []
    for side, source in _SOURCES.items():
        holders = {code for code in hosted if (code == NATION) == (source.holder == NATION)}
        if hosted and not holders:
            continue
        writer = _Side(folder / side, period)
        async for page in _pages(engine, source, period):
            table = _table(page)
            holders |= {NATION} if source.holder == NATION else set(table.column(source.holder).to_pylist())
            writer.add(table)
        for day, path in writer.finish():
            files.append(described(path, side, day, tuple(sorted(holders))))
    return write_manifest(folder, since, until, files)


async def _pages(engine: Engine, source: _Source, period: Period) -> AsyncIterator[Sequence[tuple[Any, ...]]]:
    """Read page after page, each after the last key of the one before."""
    bounds: tuple[str, ...] = tuple(period)
    if source.instants:
        midnights = [datetime.combine(date.fromisoformat(day), time(), SHANGHAI) for day in period]
        bounds += tuple(write_instant(midnight) for midnight in midnights)
    last = ("", "")
    while page := await engine.fetch(source.text, *last, *bounds):
        yield page
        last = (page[-1][0], page[-1][1])
        if len(page) < PAGE:
            return


def _table(page: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Make a table of a page: the surrogates are added, and an open question is of the day it was asked."""
    columns = dict(zip(_STORED, zip(*[row[2:] for row in page], strict=True), strict=True))
    instants = [read_instant(text) for text in columns["at"]]
    days = [
        date.fromisoformat(day) if day else day_of(at)
        for day, at in zip(columns["business_day"], instants, strict=True)
    ]
    routes = zip(columns["care"], columns["insured"], columns["scheme"], strict=True)
    made: dict[str, Sequence[Any]] = {
        **columns,
        "settlement_key": [settlement_key(number) for number in columns["settlement_id"]],
        "pair_key": [pair_key(*route) for route in routes],
        "business_day": days,
        "at": [at.replace(tzinfo=None) for at in instants],
    }
    return pa.table({name: made[name] for name in FORM.names}, schema=FORM)


class _Side:
    """Spreads rows over a file a day, in the order they come; a day without rows has an empty file."""

    def __init__(self, folder: Path, period: Period) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._paths = {day: folder / f"{day}.parquet" for day in period.days()}
        self._writers = {
            day: parquet.ParquetWriter(path, FORM, **LAYOUT) for day, path in self._paths.items()
        }
        self._waiting: dict[str, list[pa.Table]] = defaultdict(list)

    def add(self, table: pa.Table) -> None:
        """Take a page; what fills a row group is written."""
        column = table.column("business_day")
        for day in sorted(set(column.to_pylist())):
            waiting = self._waiting[day.isoformat()]
            waiting.append(table.filter(compute.equal(column, pa.scalar(day, pa.date32()))))
            if sum(part.num_rows for part in waiting) >= ROW_GROUP:
                self._write(day.isoformat())

    def _write(self, day: str) -> None:
        if waiting := self._waiting.pop(day, []):
            table = pa.concat_tables(waiting).combine_chunks()
            self._writers[day].write_table(table, row_group_size=table.num_rows)

    def finish(self) -> Sequence[tuple[str, Path]]:
        """Write what waits, close the files and list them by day."""
        for day, writer in self._writers.items():
            self._write(day)
            writer.close()
        return tuple(self._paths.items())

"""Extracts a business day of every party a node hosts, in the form of `edges.batch.form`.

A row counts on the business day of its booking; what is asked and has no answer counts on the day it was
asked. Settlements within one province never reach the nation and are not compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from yidi.domain.dates import SHANGHAI, read_instant, write_instant
from yidi.edges.batch.form import BOOKED, FORM, OPEN, REFUSED, SIDES, pair_key, settlement_key
from yidi.edges.batch.manifest import ExtractFile, Manifest, described, write_manifest
from yidi.edges.storage.engine import Engine
from yidi.processes.ports.deciding import NATION

WINDOW_DAYS = 3
"""Days around the one compared whose rows tell a late settlement from a missing one."""
_CARE = (
    "SELECT a.settlement_id, a.undoes, a.case_id, a.jurisdiction, a.insured, '', a.scheme,"
    " a.institution_code, COALESCE(b.total_fen, a.total_fen), COALESCE(b.fund_fen, 0),"
    " COALESCE(b.account_fen, 0),"
    " COALESCE(b.outcome, 'open'), COALESCE(b.answered_at, a.asked_at)"
    " FROM settlement_asked a LEFT JOIN settlement_answered b"
    " ON b.settlement_id = a.settlement_id AND b.jurisdiction = a.jurisdiction"
    " WHERE a.insured <> a.jurisdiction AND (b.business_day = $1"
    " OR (b.settlement_id IS NULL AND a.asked_at >= $2 AND a.asked_at < $3))"
)
_NATION = (
    "SELECT settlement_id, undoes, case_id, care, insured, area, scheme, '', total_fen, fund_fen,"
    " account_fen, 'booked', returned_at FROM returned"
    " WHERE outcome = 'accepted' AND settlement_id <> '' AND business_day = $1"
)
_INSURED = (
    "SELECT settlement_id, undoes, case_id, care, jurisdiction, area, scheme, institution_code, total_fen,"
    " fund_fen, account_fen, 'booked', booked_at FROM settlement"
    " WHERE kind = 'direct' AND care <> jurisdiction AND business_day = $1"
)
_COLUMNS = (
    "settlement_id undoes case_id care insured area scheme institution_code total_fen fund_fen account_fen"
    " state at"
).split()
_STATES = {"booked": BOOKED, "open": OPEN}


async def extract_days(engine: Engine, here: Iterable[str], day: date, folder: Path) -> Manifest:
    """Write the day and those around it into `folder`, one file a side and day, and return the manifest."""
    hosted = sorted(here)
    provinces = tuple([code for code in hosted if code != NATION])
    parties = {"care": provinces, "nation": (NATION,) if NATION in hosted else (), "insured": provinces}
    first, last = day - timedelta(days=WINDOW_DAYS), day + timedelta(days=WINDOW_DAYS)
    files: list[ExtractFile] = []
    for side in (side for side in SIDES if parties[side]):
        (folder / side).mkdir(parents=True, exist_ok=True)
        for number in range((last - first).days + 1):
            files.append(await _write(engine, side, first + timedelta(days=number), folder, parties[side]))
    return write_manifest(folder, first.isoformat(), (last + timedelta(days=1)).isoformat(), files)


async def _write(engine: Engine, side: str, day: date, folder: Path, parties: tuple[str, ...]) -> ExtractFile:
    rows = [_row(found, day) for found in await _fetch(engine, side, day)]
    path = folder / side / f"{day}.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=FORM), path)
    return described(path, side, day.isoformat(), parties)


async def _fetch(engine: Engine, side: str, day: date) -> Sequence[tuple[Any, ...]]:
    if side == "care":
        midnight = datetime.combine(day, time(), SHANGHAI)
        span = [write_instant(midnight), write_instant(midnight + timedelta(days=1))]
        return await engine.fetch(f"{_CARE} ORDER BY 1", day.isoformat(), *span)
    return await engine.fetch(f"{_NATION if side == 'nation' else _INSURED} ORDER BY 1", day.isoformat())


def _row(found: tuple[Any, ...], day: date) -> dict[str, Any]:
    row = dict(zip(_COLUMNS, found, strict=True))
    return row | {
        "settlement_key": settlement_key(row["settlement_id"]),
        "pair_key": pair_key(row["care"], row["insured"], row["scheme"]),
        "business_day": day,
        "state": _STATES.get(row["state"], REFUSED),
        "at": read_instant(row["at"]).replace(tzinfo=None),
    }

"""Compares the three parties' extracts of a day by the job `reconcile_day`, and sums up each party's copy."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from yidi.domain.refusal import Refusal
from yidi.edges.batch.form import SIDES
from yidi.edges.batch.inputs import Inputs, Period, choose
from yidi.edges.batch.jobs import JOBS
from yidi.edges.batch.running import JobResult, run_job
from yidi.edges.reconciliation.findings import findings_of
from yidi.processes.ports.deciding import NATION
from yidi.processes.reconciliation.commands import Extract, Finding, Kind, Side

JOB = "reconcile_day"
_SUMS = (
    "SELECT {party}, COUNT(*), CAST(SUM(total_fen) AS BIGINT), CAST(SUM(fund_fen) AS BIGINT),"
    " CAST(SUM(account_fen) AS BIGINT) FROM {side} WHERE business_day = CAST($day AS DATE)"
    " AND state = 'booked' GROUP BY 1 ORDER BY 1"
)
_UNANSWERED = (
    "SELECT * FROM care WHERE state = 'open' AND business_day = CAST($day AS DATE)"
    " AND NOT EXISTS (SELECT 1 FROM insured WHERE insured.settlement_id = care.settlement_id)"
    " AND NOT EXISTS (SELECT 1 FROM nation WHERE nation.settlement_id = care.settlement_id)"
    " ORDER BY settlement_id"
)
_PARTY = {"care": "care", "nation": f"'{NATION}'", "insured": "insured"}


def days_around(day: str) -> Period:
    """Return the days to extract for comparing one: some before and after it, as the job needs them."""
    return _only(day).widened(JOBS[JOB].before, JOBS[JOB].after)


def _only(day: str) -> Period:
    return Period(day, (date.fromisoformat(day) + timedelta(days=1)).isoformat())


class Compared(NamedTuple):
    """A day compared: the SHA-256 of what was compared, each party's sums, and what differs."""

    inputs_digest: str
    extracts: tuple[Extract, ...]
    findings: tuple[Finding, ...]


def compare_day(day: str, folders: Sequence[Path]) -> Compared | tuple[Refusal, ...]:
    """Compare a day of the extracts in these folders; the days around it tell late from missing.

    Refused with all that is wrong with the extracts: doubled, of another day, altered, missing.
    """
    period = _only(day)
    inputs = choose(JOBS[JOB], folders, period)
    if not isinstance(inputs, Inputs):
        return inputs
    found = run_job(JOB, folders, period)
    if not isinstance(found, JobResult):
        return found
    with duckdb.connect() as connection:
        for side in SIDES:
            files = ", ".join("'" + path.replace("'", "''") + "'" for path in inputs.paths(side))
            connection.execute(f"CREATE VIEW {side} AS SELECT * FROM read_parquet([{files}])")
        waiting = [_unanswered(row) for row in _rows(connection, _UNANSWERED, {"day": day})]
        extracts = tuple([row for side in SIDES for row in _extracts(connection, side, day, inputs)])
    findings = (*filter(partial(_is_of, day), findings_of(found.rows)), *findings_of(waiting))
    return Compared(inputs_digest(day, inputs), extracts, findings)


def _is_of(day: str, finding: Finding) -> bool:
    """Say whether a finding is this day's: that of the earliest day on which any party counts it.

    So a settlement that one party counts a day late is one difference, not two.
    """
    return day == min(copy.day for _, copy in finding.copies if copy is not None)


def inputs_digest(day: str, inputs: Inputs) -> str:
    """Return the SHA-256 over the digests of the day's files.

    The days around it are left out: they go on filling, and what they change shows in the findings.
    """
    lines = [f"{file.side} {file.sha256}\n" for _, file in inputs.files if file.day == day]
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def _rows(
    connection: duckdb.DuckDBPyConnection, text: str, given: Mapping[str, str]
) -> Sequence[dict[str, Any]]:
    result = connection.execute(text, dict(given))
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _unanswered(row: Mapping[str, Any]) -> dict[str, Any]:
    """Make a job's row of what was asked, never answered, and booked nowhere: unknown until asked about."""
    kind = Kind.REVERSED_AT_ONE_ONLY if row["undoes"] else Kind.STATE
    made = dict(row) | {"difference": kind.value, "care_day": row["business_day"]}
    for side in Side:
        made[f"{side.value}_rows"] = int(side is Side.CARE)
    for name in ("state", "total_fen", "fund_fen", "account_fen"):
        made[f"care_{name}"] = row[name]
    return made


def _extracts(connection: duckdb.DuckDBPyConnection, side: str, day: str, inputs: Inputs) -> list[Extract]:
    """Sum up the day of every party named in the manifests, those without a settlement too."""
    found = connection.execute(_SUMS.format(party=_PARTY[side], side=side), {"day": day}).fetchall()
    sums = {row[0]: row[1:] for row in found}
    return [
        Extract(Side(side), code, file.day, *sums.get(code, (0, 0, 0, 0)))
        for _, file in inputs.files
        if file.side == side and file.day == day
        for code in file.jurisdictions
    ]

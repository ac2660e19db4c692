"""Turns what the job found into findings: one a settlement, each side's copy as far as it has one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from yidi.processes.reconciliation.commands import Copy, Finding, Kind, Side

Row = Mapping[str, Any]
"""A row of the job `reconcile_day`: column name -> value."""


def findings_of(rows: Iterable[Row]) -> tuple[Finding, ...]:
    """Make the findings of the job's rows."""
    return tuple([finding_of(row) for row in rows])


def finding_of(row: Row) -> Finding:
    """Make one finding; for a duplicate the odd side is the one that has it more often."""
    kind = Kind(row["difference"])
    copies = {f"{side.value}_copy": copy_of(row, side) for side in Side}
    return Finding(
        kind,
        row["settlement_id"],
        row["undoes"],
        row["case_id"],
        row["care"],
        row["insured"],
        row["scheme"],
        doubled(row) if kind is Kind.DUPLICATE else "",
        **copies,
    )


def copy_of(row: Row, side: Side) -> Copy | None:
    """Return a side's copy, None when it has no row."""
    name = side.value
    if not row[f"{name}_rows"]:
        return None
    return Copy(
        row[f"{name}_state"],
        str(row[f"{name}_day"]),
        row[f"{name}_total_fen"],
        row[f"{name}_fund_fen"],
        row[f"{name}_account_fen"],
    )


def doubled(row: Row) -> str:
    """Name the side that has a settlement more than once, when it is one only."""
    sides = [side.value for side in Side if row[f"{side.value}_rows"] > 1]
    return sides[0] if len(sides) == 1 else ""

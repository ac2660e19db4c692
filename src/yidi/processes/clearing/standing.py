"""How facts of a clearing are read, at the nation and at a province: what stands now of a month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from yidi.processes.clearing.commands import Named, Way
from yidi.processes.clearing.lines import TableLine, digest_of, part_of
from yidi.processes.clearing.records import (
    ITEMS_OF_MONTH,
    LINES_OF_MONTH,
    RUNS_OF_MONTH,
    ClearingDispute,
    ClearingItem,
    ClearingLine,
    ClearingRun,
    ClearingSignature,
)
from yidi.processes.ports.deciding import Facts


def latest_run(facts: Facts, here: str, month: str) -> ClearingRun | None:
    """Return the version of a month's table that stands; None when there is none."""
    runs = facts.many(RUNS_OF_MONTH, here, month)
    return runs[-1] if runs else None


def table_of(facts: Facts, here: str, month: str) -> tuple[TableLine, ...]:
    """Return the lines of the table that stands."""
    run = latest_run(facts, here, month)
    return table_lines(facts.many(LINES_OF_MONTH, here, month), run.version if run else 0)


def table_lines(rows: Iterable[ClearingLine], version: int) -> tuple[TableLine, ...]:
    """Return the lines of a version."""
    return tuple(TableLine(*row[3:]) for row in rows if row.table_version == version)


def named_in(facts: Facts, here: str, month: str) -> tuple[Named, ...]:
    """Return the single matters of the table that stands."""
    run = latest_run(facts, here, month)
    rows = facts.many(ITEMS_OF_MONTH, here, month) if run else ()
    return tuple(named_of(row) for row in rows if run is not None and row.table_version == run.version)


def named_of(row: ClearingItem) -> Named:
    """Read a single matter back."""
    return Named(Way(row.way), *row[4:])


def latest_disputes(rows: Iterable[ClearingDispute]) -> Mapping[str, ClearingDispute]:
    """Return how each dispute stands, by settlement."""
    return {row.settlement_id: row for row in rows}


def signed_digests(rows: Iterable[ClearingSignature]) -> Mapping[str, set[str]]:
    """Return what each province has signed."""
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.province, set()).add(row.lines_digest)
    return found


def unsigned(
    lines: Sequence[TableLine], provinces: Iterable[str], rows: Iterable[ClearingSignature]
) -> list[str]:
    """Return the provinces that have not signed their part as it stands."""
    signed = signed_digests(rows)
    return [code for code in provinces if digest_of(part_of(lines, code)) not in signed.get(code, ())]

"""How facts of the reconciliation are read: the last word on each difference and case."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from yidi.processes.reconciliation.records import Difference, ReconciliationCase


class DifferenceState(StrEnum):
    """OPEN waits for its repair, CASE for somebody to act; REPAIRED is proven by a later run.

    SETTLED: its owner closed the case with a reason; it stands in nobody's way, though the copies differ.
    """

    OPEN = "open"
    CASE = "case"
    REPAIRED = "repaired"
    SETTLED = "settled"


WAITING = frozenset({DifferenceState.OPEN, DifferenceState.CASE})
"""States of a difference that keep its settlement out of clearing."""


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    TAKEN = "taken"
    CLOSED = "closed"


def latest_differences(rows: Iterable[Difference]) -> dict[str, Difference]:
    """Return the last version of every difference (rows come by version)."""
    return {row.difference_id: row for row in rows}


def latest_cases(rows: Iterable[ReconciliationCase]) -> dict[str, ReconciliationCase]:
    """Return the last version of every case by its difference (rows come by version)."""
    return {row.difference_id: row for row in rows}

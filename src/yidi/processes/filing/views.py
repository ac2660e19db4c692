"""How filings are understood: the version that holds, and the days and place each one ever covered."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from yidi.domain.dates import FOREVER, Span, day_of, read_instant
from yidi.domain.refusal import Refusal
from yidi.processes.filing.records import Category, Filing, FilingState, Selection
from yidi.processes.filing.refusals import FILING_UNKNOWN

LONG_TERM = frozenset({Category.RESETTLED_RETIREE, Category.LONG_TERM_RESIDENT, Category.STATIONED_STAFF})
"""The three long-term categories (regulation 2.1)."""
VALID, WITHDRAWN = "valid", "withdrawn"


_STATES_ZH = {
    FilingState.UNDER_REVIEW: "审核中",
    FilingState.RETURNED: "已退回",
    FilingState.ACTIVE: "有效",
    FilingState.SUSPENDED: "已暂停",
    FilingState.CHANGED: "已变更",
    FilingState.CANCELLED: "已取消",
}


class Spell(NamedTuple):
    """Days on which a filing covers one place; `filing` is the version that says so."""

    filing: Filing
    span: Span


def latest(rows: Iterable[Filing]) -> tuple[Filing, ...]:
    """Return the version that holds of every filing, in the order in which they were made."""
    found: dict[str, Filing] = {}
    for row in sorted(rows, key=lambda row: (row.filed_at, row.filing_id, row.version)):
        held = found.get(row.filing_id)
        if held is None or held.version < row.version:
            found[row.filing_id] = row
    return tuple(found.values())


def latest_selections(rows: Iterable[Selection]) -> tuple[Selection, ...]:
    """Return the version that holds of every selection of an institution."""
    found: dict[str, Selection] = {}
    for row in rows:
        held = found.get(row.selection_id)
        if held is None or held.version < row.version:
            found[row.selection_id] = row
    return tuple(found.values())


def spells(rows: Iterable[Filing]) -> tuple[Spell, ...]:
    """Return every span of days that filings cover, one a place each was made or changed for.

    An approval opens a spell. Papers, a suspension and its end restate the open spell; a change and a
    cancellation close it with their last day; after a change the next version opens the new place's.
    """
    by_filing: dict[str, list[Filing]] = {}
    for row in rows:
        by_filing.setdefault(row.filing_id, []).append(row)
    return tuple(spell for versions in by_filing.values() for spell in _spells_of(versions))


def _spells_of(versions: Iterable[Filing]) -> list[Spell]:
    done: list[Spell] = []
    opened: Spell | None = None
    for row in sorted(versions, key=lambda row: row.version):
        spell = Spell(row, Span(row.start, row.end))
        match row.state:
            case FilingState.ACTIVE:
                opened = spell
            case FilingState.SUSPENDED if opened is not None:
                opened = spell
            case FilingState.CHANGED | FilingState.CANCELLED if opened is not None:
                done.append(spell)
                opened = None
            case _:
                pass
    if opened is not None:
        done.append(opened)
    return [spell for spell in done if spell.span.start < spell.span.end]


def held_filing(
    versions: Sequence[Filing], filing_id: str, person_no: str = ""
) -> Filing | tuple[Refusal, ...]:
    """Return the version of one filing that holds, or refuse; `person_no` says whose it must be."""
    row = max(versions, key=lambda row: row.version, default=None)
    if row is None or person_no not in ("", row.person_no):
        return (FILING_UNKNOWN.because("filing_id", filing_id=filing_id),)
    return row


def filed_on(filing: Filing) -> str:
    """Return the business date on which a filing was made for its present place."""
    return day_of(read_instant(filing.filed_at)).isoformat()


def state_zh(filing: Filing) -> str:
    """Return the state in Chinese."""
    return _STATES_ZH[FilingState(filing.state)]


def papers_complete(filing: Filing) -> bool:
    """Say whether nothing rests on a personal commitment alone (regulation 2.12)."""
    return bool(filing.proven) or not filing.committed


def months_after(day: str, months: int) -> str:
    """Return the same day so many months later, or the last day of that month when it is shorter.

    Beyond the calendar it is for ever.
    """
    start = date.fromisoformat(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year >= int(FOREVER[:4]):
        return FOREVER
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last)).isoformat()

"""The settlements of an institution's month: which count, which are left out, which are declared already."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from yidi.domain.dates import parse_day
from yidi.processes.payment.records import (
    CONFIRMATIONS,
    CONFIRMATIONS_UNDONE,
    DECLARATIONS_OF_INSTITUTION,
    DECLARED_OF_MONTH,
    Declaration,
    DeclarationState,
    DetailConfirmation,
)
from yidi.processes.ports.deciding import Facts, Key
from yidi.processes.settlement.commands import Settled
from yidi.processes.settlement.records import ANSWERED_OF_DAY, SettlementAnswered
from yidi.processes.settlement.views import Outcome

STANDING = frozenset({DeclarationState.DECLARED, DeclarationState.ACCEPTED, DeclarationState.PAID})
"""States in which a declaration holds its settlements."""
_STATEMENT = msgspec.json.Decoder(Settled)


class Institution(NamedTuple):
    """Whose month: the jurisdiction, the institution, the month as 2026-10."""

    jurisdiction: str
    code: str
    month: str


class InScope(msgspec.Struct):
    """The one figure of the bill that a declaration needs."""

    in_scope_fen: int


class Billed(msgspec.Struct):
    """The part of a stored statement that is read for every settlement of a month."""

    totals: InScope


_BILLED = msgspec.json.Decoder(Billed)


def days_of(month: str) -> tuple[str, ...]:
    """List the days of a month (2026-10); nothing when it is none."""
    first = parse_day(f"{month}-01") if len(month) == 7 else None
    if first is None:
        return ()
    last = calendar.monthrange(first.year, first.month)[1]
    return tuple([f"{month}-{day:02d}" for day in range(1, last + 1)])


def needs_month(of: Institution) -> Iterable[Key]:
    """Name the answers of every day of the month, and what was confirmed and declared of it."""
    named = (of.jurisdiction, of.code)
    for day in days_of(of.month):
        yield ANSWERED_OF_DAY.key(*named, day)
    for view in (CONFIRMATIONS, CONFIRMATIONS_UNDONE, DECLARATIONS_OF_INSTITUTION, DECLARED_OF_MONTH):
        yield view.key(*named, of.month)


def booked_of(of: Institution, facts: Facts) -> list[SettlementAnswered]:
    """Return all bookings and negatives of the month in the order they came; a pair within it left out."""
    rows = [
        row
        for day in days_of(of.month)
        for row in facts.many(ANSWERED_OF_DAY, of.jurisdiction, of.code, day)
        if row.outcome == Outcome.BOOKED
    ]
    here = {row.settlement_id for row in rows}
    gone = {row.undoes for row in rows if row.undoes in here}
    return sorted(
        (row for row in rows if row.settlement_id not in gone and row.undoes not in gone),
        key=lambda row: (row.answered_at, row.settlement_id),
    )


def declared_of(of: Institution, facts: Facts) -> Mapping[str, Declaration]:
    """Return settlement -> the standing declaration that holds it."""
    latest = latest_versions(facts.many(DECLARATIONS_OF_INSTITUTION, of.jurisdiction, of.code, of.month))
    standing = {row.declaration_id: row for row in latest if row.state in STANDING}
    rows = facts.many(DECLARED_OF_MONTH, of.jurisdiction, of.code, of.month)
    return {row.settlement_id: standing[row.declaration_id] for row in rows if row.declaration_id in standing}


def confirmed_of(of: Institution, facts: Facts) -> Mapping[str, DetailConfirmation]:
    """Return settlement -> its confirmation, confirmed or left out, that was not rolled back."""
    undone = {row.handle for row in facts.many(CONFIRMATIONS_UNDONE, of.jurisdiction, of.code, of.month)}
    rows = facts.many(CONFIRMATIONS, of.jurisdiction, of.code, of.month)
    return {row.settlement_id: row for row in rows if row.handle not in undone}


def open_of(of: Institution, facts: Facts) -> list[SettlementAnswered]:
    """Return what can still be declared: neither left out nor held by a standing declaration.

    A settlement that is declared and undone later in the same month is met by its negative, alone.
    """
    declared, confirmed = declared_of(of, facts), confirmed_of(of, facts)
    left_out = {number for number, row in confirmed.items() if not row.confirmed}
    rows = booked_of(of, facts)
    known = {row.settlement_id for row in rows}
    undone = _undone_after_declaring(of, facts, declared, known)
    return [row for row in (*rows, *undone) if row.settlement_id not in left_out | declared.keys()]


def _undone_after_declaring(
    of: Institution, facts: Facts, declared: Mapping[str, Declaration], known: set[str]
) -> Iterable[SettlementAnswered]:
    for day in days_of(of.month):
        for row in facts.many(ANSWERED_OF_DAY, of.jurisdiction, of.code, day):
            if row.undoes in declared and row.settlement_id not in known and row.outcome == Outcome.BOOKED:
                yield row


def latest_versions(rows: Iterable[Declaration]) -> Sequence[Declaration]:
    """Return the latest version of each declaration; versions come in order."""
    return list({row.declaration_id: row for row in rows}.values())


def settled_of(row: SettlementAnswered) -> Settled:
    """Read the statement of a booking again."""
    return _STATEMENT.decode(row.statement)


def in_scope_of(row: SettlementAnswered) -> int:
    """Return the costs in scope of a booking, in fen; negative when it undoes another."""
    return _BILLED.decode(row.statement).totals.in_scope_fen


def paid_of(row: SettlementAnswered) -> int:
    """Return what the agency pays for a settlement: funds and personal account (both go through clearing)."""
    return row.fund_fen + row.account_fen

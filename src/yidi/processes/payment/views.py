"""How declarations and the retention of a year stand, what is overdue, and what of it may be deducted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from yidi.domain.money import format_yuan
from yidi.domain.money_terms.terms import MoneyTerms
from yidi.domain.refusal import Refusal
from yidi.processes.payment.commands import (
    AskDeclarations,
    AskRetention,
    DeclarationsFound,
    DeclarationShown,
    Deduct,
    ReleaseRetention,
    RetentionFound,
    RetentionShown,
)
from yidi.processes.payment.declaring import unknown, wrong_state
from yidi.processes.payment.month import days_of, latest_versions
from yidi.processes.payment.records import (
    DECLARATION,
    DECLARATIONS_OF_MONTH,
    DECLARED,
    PAYMENT_LINES_OF_YEAR,
    RELEASES_OF_YEAR,
    Declaration,
    DeclarationState,
)
from yidi.processes.payment.refusals import DEDUCTION_TOO_LARGE, DETAIL_UNKNOWN, NOT_A_MONTH
from yidi.processes.ports.deciding import Decision, Facts, Key, Moment, accepted, refused


def needs_all(command: AskDeclarations, facts: Facts) -> Iterable[Key]:
    """Name the declarations of the month."""
    return (DECLARATIONS_OF_MONTH.key(command.jurisdiction, command.month),)


def show(command: AskDeclarations, facts: Facts, moment: Moment) -> Decision:
    """Show them, the longest overdue first."""
    rows = latest_versions(facts.many(DECLARATIONS_OF_MONTH, command.jurisdiction, command.month))
    shown = sorted(
        (shown_on(row, moment.today) for row in rows),
        key=lambda each: (-each.overdue_days, each.declared_on, each.declaration_id),
    )
    return accepted(command, DeclarationsFound(declarations=tuple(shown)))


def shown_on(row: Declaration, today: date) -> DeclarationShown:
    """Show a declaration as it stands on a day."""
    return DeclarationShown(
        declaration_id=row.declaration_id,
        institution_code=row.institution_code,
        clearing_kind=row.clearing_kind,
        state=row.state,
        owed_fen=row.fund_fen + row.account_fen,
        late=bool(row.late),
        declared_on=row.declared_on,
        due_on=row.due_on,
        overdue_days=overdue_days(row, today),
    )


def overdue_days(row: Declaration, today: date) -> int:
    """Count the days after the due day on which a declaration is still not paid."""
    if row.state != DeclarationState.ACCEPTED:
        return 0
    return max(0, (today - date.fromisoformat(row.due_on)).days)


def needs_retention(command: AskRetention | ReleaseRetention, facts: Facts) -> Iterable[Key]:
    """Name what was held back of the year and what was released."""
    named = (command.jurisdiction, command.institution_code, command.year)
    return (PAYMENT_LINES_OF_YEAR.key(*named), RELEASES_OF_YEAR.key(*named))


def retained(command: AskRetention | ReleaseRetention, facts: Facts) -> tuple[RetentionShown, ...]:
    """Add up by scheme what was held back of a year and what was released of it."""
    named = (command.jurisdiction, command.institution_code, command.year)
    held: dict[str, int] = {}
    released: dict[str, int] = {}
    for line in facts.many(PAYMENT_LINES_OF_YEAR, *named):
        held[line.scheme] = held.get(line.scheme, 0) + line.retained_fen
    for row in facts.many(RELEASES_OF_YEAR, *named):
        released[row.scheme] = released.get(row.scheme, 0) + row.amount_fen
    return tuple(
        RetentionShown(scheme, fen, released.get(scheme, 0), fen - released.get(scheme, 0))
        for scheme, fen in sorted(held.items())
    )


class Retention:
    """Shows what is held back; the national terms of the day say until when it is released."""

    def __init__(self, terms: MoneyTerms) -> None:
        self._terms = terms

    def show(self, command: AskRetention, facts: Facts, moment: Moment) -> Decision:
        """Show the retention of a year by scheme."""
        terms = self._terms.on(moment.today.isoformat())
        if isinstance(terms, Refusal):
            return refused(command, terms)
        month = terms.institution.retention_released_by_month
        following = int(command.year) + 1 if command.year.isdecimal() else 0
        days = days_of(f"{following:04d}-{month:02d}")
        if not days:
            return refused(command, NOT_A_MONTH.because("year", month=command.year[:20]))
        schemes = retained(command, facts)
        left = any(each.left_fen for each in schemes)
        overdue = (moment.today - date.fromisoformat(days[-1])).days if left else 0
        return accepted(
            command, RetentionFound(schemes=schemes, due_on=days[-1], overdue_days=max(0, overdue))
        )


def needs_audit(command: Deduct, facts: Facts) -> Iterable[Key]:
    """Name the declaration of which something is to be deducted, and what holds the settlement."""
    yield DECLARATION.key(command.jurisdiction, command.declaration_id)
    yield DECLARED.key(command.jurisdiction, command.settlement_id)


def audited(command: Deduct, facts: Facts) -> Declaration | Refusal:
    """Return the accepted declaration that holds the settlement, or why nothing of it can be deducted."""
    here, number = command.jurisdiction, command.settlement_id
    versions = facts.many(DECLARATION, here, command.declaration_id)
    if not versions:
        return unknown(command.declaration_id)
    if versions[-1].state != DeclarationState.ACCEPTED:
        return wrong_state(versions[-1], "审核扣减", "audited")
    if all(row.declaration_id != command.declaration_id for row in facts.many(DECLARED, here, number)):
        return not_held(command, versions[-1].month)
    return versions[-1]


def not_held(command: Deduct, month: str) -> Refusal:
    """Refuse a settlement that the declaration does not hold."""
    return DETAIL_UNKNOWN.because("settlement_id", month=month, settlement_id=command.settlement_id)


def too_large(command: Deduct, most_fen: int) -> Refusal:
    """Refuse to deduct more than is left, or nothing."""
    said = {"most": format_yuan(max(most_fen, 0)), "said": format_yuan(command.amount_fen)}
    return DEDUCTION_TOO_LARGE.because("amount_fen", settlement_id=command.settlement_id, **said)

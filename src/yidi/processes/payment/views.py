"""How the declarations of a month stand, and which payments are overdue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from yidi.processes.payment.commands import AskDeclarations, DeclarationsFound, DeclarationShown
from yidi.processes.payment.month import latest_versions
from yidi.processes.payment.records import DECLARATIONS_OF_MONTH, Declaration, DeclarationState
from yidi.processes.ports.deciding import Decision, Facts, Key, Moment, accepted


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

"""Which function decides which message of the reconciliation."""

from __future__ import annotations

from yidi.domain.calendar.working_days import Calendar
from yidi.processes.ports.deciding import Handler
from yidi.processes.reconciliation import cases, repairing
from yidi.processes.reconciliation.closing import Closing, needs_day
from yidi.processes.reconciliation.commands import (
    AnswerAgain,
    AskAgain,
    CloseCase,
    CloseDay,
    KeepCopy,
    RepairDay,
    TakeCase,
)
from yidi.processes.reconciliation.rules import ReconciliationRules


def handlers(rules: ReconciliationRules, calendar: Calendar) -> tuple[Handler, ...]:
    """Return the handlers of the reconciliation, for the nation, care places and insured places alike."""
    asked = (repairing.needs_asked, repairing.needs_original, repairing.needs_reversal)
    return (
        Handler(CloseDay, (needs_day,), Closing(rules, calendar).close),
        Handler(RepairDay, (repairing.needs_differences,), repairing.repair_day),
        Handler(AskAgain, asked, repairing.ask_once_more),
        Handler(AnswerAgain, (repairing.needs_booking, repairing.needs_person), repairing.answer_again),
        Handler(KeepCopy, (repairing.needs_copies,), repairing.keep_copy),
        Handler(TakeCase, (cases.needs_case, cases.needs_difference), cases.act),
        Handler(CloseCase, (cases.needs_case, cases.needs_difference), cases.act),
    )

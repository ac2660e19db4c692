"""Which function decides which message of clearing."""

from __future__ import annotations

from collections.abc import Iterable

from yidi.domain.calendar.working_days import Calendar
from yidi.domain.money_terms.terms import MoneyTerms
from yidi.processes.clearing import building, checking, deducting, resolving, transferring, urging
from yidi.processes.clearing.adjusting import Adjusting, hear_adjustment, needs_report
from yidi.processes.clearing.commands import (
    AdjustmentReported,
    AuditDeduction,
    BuildClearing,
    CheckClearing,
    ClearingProposed,
    CloseYear,
    ConfirmReceipt,
    DisputeItem,
    DisputeRaised,
    DisputeResolved,
    HandToFinance,
    NoticesIssued,
    PayNotice,
    PublishNotices,
    RefundAfterClearing,
    ResolveDispute,
    SignatureSent,
    SignClearing,
    StepTaken,
    Urge,
    UrgedToAct,
)
from yidi.processes.clearing.publishing import Publishing, hear_signature, needs_signature
from yidi.processes.payment.commands import Deduct
from yidi.processes.ports.deciding import NATION, Command, Facts, Handler, Key


def nothing(command: Command, facts: Facts) -> Iterable[Key]:
    """Need no facts."""
    return ()


def needs_report_at_province(command: AdjustmentReported, facts: Facts) -> Iterable[Key]:
    """The nation keeps the report; only the insured place must see its booking."""
    return () if command.jurisdiction == NATION else needs_report(command, facts)


def handlers(calendar: Calendar, terms: MoneyTerms) -> tuple[Handler, ...]:
    """Return the handlers of clearing: working days and the dated terms of money are handed in."""
    publishing, adjusting = Publishing(calendar, terms), Adjusting(terms)
    late = urging.Urging(calendar, terms)
    adjust = (adjusting.needs_settlement, adjusting.needs_clearing)
    notice = (transferring.needs_notice, transferring.needs_steps)
    return (
        Handler(BuildClearing, (building.needs_table, building.needs_waiting), building.build),
        Handler(ClearingProposed, (nothing,), building.hear_proposal),
        Handler(CheckClearing, (checking.needs_part,), checking.check),
        Handler(DisputeItem, (checking.needs_disputed,), checking.dispute),
        Handler(DisputeRaised, (resolving.needs_raised,), resolving.hear_dispute),
        Handler(ResolveDispute, (resolving.needs_dispute, resolving.needs_copies), resolving.resolve),
        Handler(
            DisputeResolved,
            (resolving.needs_resolved, resolving.needs_resolved_then),
            resolving.hear_resolution,
        ),
        Handler(SignClearing, (checking.needs_part,), checking.sign),
        Handler(SignatureSent, (needs_signature,), hear_signature),
        Handler(PublishNotices, (publishing.needs,), publishing.publish),
        Handler(NoticesIssued, (nothing,), transferring.hear_notices),
        Handler(HandToFinance, notice, transferring.hand_over),
        Handler(PayNotice, notice, transferring.pay),
        Handler(ConfirmReceipt, notice, transferring.confirm),
        Handler(StepTaken, (nothing,), transferring.hear_step),
        Handler(Urge, (late.needs, late.needs_lines), late.urge),
        Handler(UrgedToAct, (nothing,), urging.hear_urging),
        Handler(Deduct, (deducting.needs_declared, deducting.needs_undone), deducting.deduct),
        Handler(AuditDeduction, adjust, adjusting.decide),
        Handler(RefundAfterClearing, adjust, adjusting.decide),
        Handler(AdjustmentReported, (needs_report_at_province,), hear_adjustment),
        Handler(CloseYear, (urging.needs_year, urging.needs_year_lines), urging.close_year),
    )

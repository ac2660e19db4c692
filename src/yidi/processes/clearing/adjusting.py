"""Care place: an audit deducts from a cleared settlement, or an institution pays back; a later table is less.

Recoveries go back to the insured place by the original channel; a contract penalty stays with the care
place (regulation 7.4). The insured place gives what comes back to the funds that had paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from yidi.domain.ledger.deduction import (
    entry_of_deduction,
    entry_of_deduction_heard,
    entry_of_recovery,
    entry_of_recovery_heard,
)
from yidi.domain.ledger.movement import entry_of_penalty
from yidi.domain.money_terms.terms import MoneyTerms
from yidi.domain.refusal import Refusal
from yidi.processes.clearing.commands import (
    AdjustmentReported,
    AuditDeduction,
    RefundAfterClearing,
    Way,
)
from yidi.processes.clearing.months import months_of_entry
from yidi.processes.clearing.records import (
    ADJUSTMENTS_OF_SETTLEMENT,
    DISPUTES_OF_SETTLEMENT,
    ITEMS_OF_MONTH,
    PUBLISHED,
    RUNS_OF_MONTH,
    ClearingAdjustment,
)
from yidi.processes.clearing.refusals import MORE_THAN_CLEARED, NOT_CLEARED_YET, NOT_IN_THIS_CLEARING
from yidi.processes.clearing.resolving import shares_of
from yidi.processes.clearing.standing import named_in, postings
from yidi.processes.ports.deciding import (
    NATION,
    Decision,
    Done,
    Facts,
    Key,
    Moment,
    accepted,
    refused,
)
from yidi.processes.settlement.records import (
    ANSWERED,
    ANSWERED_OF_VISIT,
    ASKED,
    SETTLEMENT,
    SettlementAnswered,
)

Adjust = AuditDeduction | RefundAfterClearing


class Adjusting:
    """Decides deductions and refunds; `terms` say in which months a settlement may have been cleared."""

    def __init__(self, terms: MoneyTerms) -> None:
        self._terms = terms

    def needs_settlement(self, command: Adjust, facts: Facts) -> Iterable[Key]:
        """Name the care place's copy and what was adjusted before."""
        here, number = command.jurisdiction, command.settlement_id
        for view in (ASKED, ANSWERED, ADJUSTMENTS_OF_SETTLEMENT, DISPUTES_OF_SETTLEMENT):
            yield view.key(here, number)

    def needs_clearing(self, command: Adjust, facts: Facts) -> Iterable[Key]:
        """Name the tables and notices of the months in which it may have been cleared, and what undid it."""
        asked = facts.one(ASKED, command.jurisdiction, command.settlement_id)
        if asked is not None:
            yield ANSWERED_OF_VISIT.key(command.jurisdiction, asked.visit_id)
        answered = facts.one(ANSWERED, command.jurisdiction, command.settlement_id)
        for month in self.months(answered):
            for view in (RUNS_OF_MONTH, ITEMS_OF_MONTH, PUBLISHED):
                yield view.key(command.jurisdiction, month)

    def months(self, answered: SettlementAnswered | None) -> list[str]:
        """Return the months in which a settlement may have been cleared."""
        if answered is None:
            return []
        terms = self._terms.on(answered.business_day)
        if isinstance(terms, Refusal):
            return []
        return list(months_of_entry(answered.business_day[:7], terms.clearing.greatest_delay_months))

    def cleared_in(self, answered: SettlementAnswered, facts: Facts) -> str:
        """Return the month whose published table has the settlement; empty when none has."""
        here, number = answered.jurisdiction, answered.settlement_id
        for month in self.months(answered):
            if not facts.many(PUBLISHED, here, month):
                continue
            ways = {row.way for row in named_in(facts, here, month) if row.settlement_id == number}
            own_month = month == answered.business_day[:7]
            if (own_month and Way.HELD not in ways) or Way.LATE in ways:
                return month
        return ""

    def decide(self, command: Adjust, facts: Facts, moment: Moment) -> Decision:
        """Post it here, and report it to the nation, which tells the insured place."""
        here, number = command.jurisdiction, command.settlement_id
        asked, answered = facts.one(ASKED, here, number), facts.one(ANSWERED, here, number)
        if asked is None or answered is None or asked.insured == here or answered.outcome != "booked":
            return refused(
                command, NOT_IN_THIS_CLEARING.because("settlement_id", settlement_id=number, month="—")
            )
        month = self.cleared_in(answered, facts)
        found = list(faults(command, facts, answered, month))
        if found:
            return refused(command, *found)
        audit = isinstance(command, AuditDeduction)
        row = ClearingAdjustment(
            here,
            f"{here}{moment.reference}",
            number,
            moment.today.isoformat()[:7],
            (Way.DEDUCTION if audit else Way.REFUND).value,
            here,
            asked.insured,
            asked.scheme,
            asked.institution_code,
            month,
            command.amount_fen,
            command.penalty_fen if isinstance(command, AuditDeduction) else 0,
            command.reason,
            command.finding if isinstance(command, AuditDeduction) else command.reference,
            moment.instant,
        )
        take = entry_of_deduction if audit else entry_of_recovery
        entries = [
            take(f"D{row.adjustment_id}", row.insured, row.institution_code, row.scheme, row.amount_fen)
        ]
        if row.penalty_fen:
            entries.append(entry_of_penalty(f"N{row.adjustment_id}", row.institution_code, row.penalty_fen))
        posted = [line for entry in entries for line in postings(here, entry, moment)]
        told = reported(row, NATION, here, asked.case_id)
        return accepted(command, Done(reference=row.adjustment_id), row, *posted, messages=(told,))


def faults(command: Adjust, facts: Facts, answered: SettlementAnswered, cleared_in: str) -> Iterator[Refusal]:
    """Find what stands against it: not cleared, or more than is left."""
    here, number = command.jurisdiction, command.settlement_id
    if not cleared_in or answered.undoes:
        yield NOT_CLEARED_YET.because("settlement_id", settlement_id=number)
    disputes = facts.many(DISPUTES_OF_SETTLEMENT, here, number)
    cleared_fen = answered.fund_fen + answered.account_fen
    if disputes:
        cleared_fen = disputes[-1].fund_fen + disputes[-1].account_fen
    visit = facts.many(ANSWERED_OF_VISIT, here, answered.visit_id)
    if any(row.undoes == number and row.outcome == "booked" for row in visit):
        cleared_fen = 0
    earlier = facts.many(ADJUSTMENTS_OF_SETTLEMENT, here, number)
    left_fen = cleared_fen - sum(row.amount_fen for row in earlier)
    if not 0 < command.amount_fen <= left_fen:
        yield MORE_THAN_CLEARED.because("amount_fen", settlement_id=number, left_fen=left_fen)


def reported(row: ClearingAdjustment, to: str, sender: str, case_id: str) -> AdjustmentReported:
    """Report an adjustment; the penalty is nobody else's business."""
    return AdjustmentReported(
        jurisdiction=to,
        sender=sender,
        msgid=f"adjust/{row.adjustment_id}",
        adjustment_id=row.adjustment_id,
        settlement_id=row.settlement_id,
        case_id=case_id,
        way=Way(row.way),
        care=row.care,
        insured=row.insured,
        scheme=row.scheme,
        institution_code=row.institution_code,
        cleared_in=row.cleared_in,
        amount_fen=row.amount_fen,
        reason=row.reason,
        finding=row.finding,
    )


def needs_report(command: AdjustmentReported, facts: Facts) -> Iterable[Key]:
    """Name the insured place's booking."""
    return (SETTLEMENT.key(command.jurisdiction, command.settlement_id),)


def hear_adjustment(command: AdjustmentReported, facts: Facts, moment: Moment) -> Decision:
    """Nation: a negative line of this month's clearing. Insured place: the funds are to get it back."""
    here = command.jurisdiction
    row = ClearingAdjustment(
        here,
        command.adjustment_id,
        command.settlement_id,
        moment.today.isoformat()[:7],
        command.way.value,
        command.care,
        command.insured,
        command.scheme,
        command.institution_code,
        command.cleared_in,
        command.amount_fen,
        0,
        command.reason,
        command.finding,
        moment.instant,
    )
    if here == NATION:
        return Decision((row,), (reported(row, command.insured, here, command.case_id),))
    booked = facts.one(SETTLEMENT, here, command.settlement_id)
    assert booked is not None, f"settlement {command.settlement_id} is not booked at {here}"
    hear = entry_of_deduction_heard if command.way is Way.DEDUCTION else entry_of_recovery_heard
    entry = hear(
        f"D{row.adjustment_id}", booked.area, row.care, row.scheme, shares_of(booked), row.amount_fen
    )
    return Decision((row, *postings(here, entry, moment)))

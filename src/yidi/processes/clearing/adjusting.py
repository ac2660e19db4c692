"""Care place: an audit deducts from a cleared settlement, or an institution pays back; a later table is less.

Recoveries go back to the insured place by the original channel; a contract penalty stays with the care
place (regulation 7.4). The insured place gives what comes back to the funds that had paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from yidi.domain.ledger.deduction import entry_of_deduction_heard, entry_of_recovery_heard
from yidi.domain.money import format_yuan
from yidi.domain.money_terms.terms import MoneyTerms
from yidi.domain.refusal import Refusal
from yidi.processes.clearing.commands import (
    AdjustmentReported,
    AuditDeduction,
    RefundAfterClearing,
    Way,
)
from yidi.processes.clearing.corrected import (
    Taken,
    needs_of,
    needs_then,
    reported,
    shares_of,
    taken_of,
    written,
)
from yidi.processes.clearing.months import months_of_entry
from yidi.processes.clearing.records import ITEMS_OF_MONTH, PUBLISHED, RUNS_OF_MONTH, ClearingAdjustment
from yidi.processes.clearing.refusals import (
    MORE_THAN_CLEARED,
    NOT_CLEARED_YET,
    NOT_IN_THIS_CLEARING,
    PENALTY_BELOW_ZERO,
)
from yidi.processes.clearing.standing import named_in
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
    ASKED,
    SETTLEMENT,
    SettlementAnswered,
    SettlementAsked,
)
from yidi.processes.settlement.views import postings

Adjust = AuditDeduction | RefundAfterClearing


class Adjusting:
    """Decides deductions and refunds; `terms` say in which months a settlement may have been cleared."""

    def __init__(self, terms: MoneyTerms) -> None:
        self._terms = terms

    def needs_settlement(self, command: Adjust, facts: Facts) -> Iterable[Key]:
        """Name the care place's copy and what was taken back of it before."""
        return needs_of(command.jurisdiction, command.settlement_id)

    def needs_clearing(self, command: Adjust, facts: Facts) -> Iterable[Key]:
        """Name the tables and notices of the months in which it may have been cleared, and what undid it."""
        here, number = command.jurisdiction, command.settlement_id
        yield from needs_then(facts, here, number)
        for month in self.months(facts.one(ANSWERED, here, number)):
            for view in (RUNS_OF_MONTH, ITEMS_OF_MONTH, PUBLISHED):
                yield view.key(here, month)

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
        found = list(faults(command, answered, month, taken_of(facts, asked)))
        if found:
            return refused(command, *found)
        row = adjustment_of(command, asked, month, moment)
        decision = written(row, asked, facts, moment)
        return accepted(
            command, Done(reference=row.adjustment_id), *decision.records, messages=decision.messages
        )


def adjustment_of(
    command: Adjust, asked: SettlementAsked, cleared_in: str, moment: Moment
) -> ClearingAdjustment:
    """Make the fact of a deduction or a refund."""
    audit = command if isinstance(command, AuditDeduction) else None
    return ClearingAdjustment(
        command.jurisdiction,
        f"{command.jurisdiction}{moment.reference}",
        command.settlement_id,
        moment.today.isoformat()[:7],
        (Way.REFUND if audit is None else Way.DEDUCTION).value,
        command.jurisdiction,
        asked.insured,
        asked.scheme,
        asked.institution_code,
        cleared_in,
        command.amount_fen,
        0 if audit is None else audit.penalty_fen,
        command.reason,
        command.reference if isinstance(command, RefundAfterClearing) else command.finding,
        moment.instant,
    )


def faults(command: Adjust, answered: SettlementAnswered, cleared_in: str, taken: Taken) -> Iterator[Refusal]:
    """Find what stands against it: not cleared, or more than is left."""
    number = command.settlement_id
    if not cleared_in or answered.undoes:
        yield NOT_CLEARED_YET.because("settlement_id", settlement_id=number)
    if not 0 < command.amount_fen <= taken.left_fen:
        yield MORE_THAN_CLEARED.because("amount_fen", settlement_id=number, left=format_yuan(taken.left_fen))
    if isinstance(command, AuditDeduction) and command.penalty_fen < 0:
        yield PENALTY_BELOW_ZERO.because("penalty_fen", penalty=format_yuan(command.penalty_fen))


def needs_report(command: AdjustmentReported, facts: Facts) -> Iterable[Key]:
    """Name the insured place's booking."""
    return (SETTLEMENT.key(command.jurisdiction, command.settlement_id),)


def hear_adjustment(command: AdjustmentReported, facts: Facts, moment: Moment) -> Decision:
    """Nation: a negative line of this month's clearing. Insured place: the funds are to get it back.

    What withdraws an earlier one is negative itself, and its line positive.
    """
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
    return Decision((row, *postings(here, entry, moment.today.isoformat(), moment.instant)))

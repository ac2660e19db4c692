"""Care place: the agency refuses part of a settlement that an institution has declared, before it is paid.

It is one deduction for both: the institution is paid less, and the insured place gets it back as a negative
line of this month's clearing, whether its settlement was cleared before or is cleared with it (7.4).
"""

from __future__ import annotations

from collections.abc import Iterable

from yidi.domain.refusal import Refusal
from yidi.processes.clearing.commands import Way
from yidi.processes.clearing.corrected import needs_of, needs_then, taken_of, written
from yidi.processes.clearing.records import ClearingAdjustment
from yidi.processes.payment.commands import Deduct
from yidi.processes.payment.views import audited, needs_audit, not_held, too_large
from yidi.processes.ports.deciding import Decision, Done, Facts, Key, Moment, accepted, refused
from yidi.processes.settlement.records import ANSWERED, ASKED, SettlementAsked


def needs_declared(command: Deduct, facts: Facts) -> Iterable[Key]:
    """Name the declaration, and the settlement with what was taken back of it."""
    found = (*needs_audit(command, facts), *needs_of(command.jurisdiction, command.settlement_id))
    return dict.fromkeys(found)


def needs_undone(command: Deduct, facts: Facts) -> Iterable[Key]:
    """Name what may have undone the settlement."""
    return needs_then(facts, command.jurisdiction, command.settlement_id)


def deduct(command: Deduct, facts: Facts, moment: Moment) -> Decision:
    """Deduct from a settlement of an accepted declaration, never more than is left of it."""
    here, number = command.jurisdiction, command.settlement_id
    row = audited(command, facts)
    if isinstance(row, Refusal):
        return refused(command, row)
    asked, answered = facts.one(ASKED, here, number), facts.one(ANSWERED, here, number)
    if asked is None or answered is None:
        return refused(command, not_held(command, row.month))
    left_fen = taken_of(facts, asked).left_fen
    if not 0 < command.amount_fen <= left_fen:
        return refused(command, too_large(command, left_fen))
    adjustment = deduction_of(command, asked, answered.business_day[:7], moment)
    decision = written(adjustment, asked, facts, moment, row.declaration_id)
    reply = Done(reference=adjustment.adjustment_id)
    return accepted(command, reply, *decision.records, messages=decision.messages)


def deduction_of(command: Deduct, asked: SettlementAsked, month: str, moment: Moment) -> ClearingAdjustment:
    """Make the fact of a deduction before payment."""
    return ClearingAdjustment(
        command.jurisdiction,
        f"K{command.jurisdiction}{moment.reference}",
        command.settlement_id,
        moment.today.isoformat()[:7],
        Way.DEDUCTION.value,
        command.jurisdiction,
        asked.insured,
        asked.scheme,
        asked.institution_code,
        month,
        command.amount_fen,
        0,
        command.reason,
        command.declaration_id,
        moment.instant,
    )

"""Care place: a message whose answer never came is undone, whatever became of it.

Three cases: it was never seen (a tombstone bars it, if it comes late), it was refused (nothing to undo), or
it took effect, perhaps unknown to anybody here (the insured place undoes it, or bars it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from yidi.processes.enrolment.numbers import following
from yidi.processes.ports.deciding import Command, Decision, Facts, Handler, Key, Moment, accepted, refused
from yidi.processes.ports.settled import SettledLines
from yidi.processes.relay.commands import Answered
from yidi.processes.relay.records import TOMBSTONE, Tombstone
from yidi.processes.reversal.admission import Admissions, hear_undone, needs_stay, needs_undone, undo_stay
from yidi.processes.reversal.commands import Reverse, Reversed, UndoAdmission
from yidi.processes.reversal.records import REVERSALS, ReversalAsked
from yidi.processes.reversal.refusals import (
    ALREADY_CANCELLED,
    NOT_REVERSIBLE,
    OF_ANOTHER_PERSON,
    REVERSAL_UNDER_WAY,
)
from yidi.processes.settlement.records import (
    ANSWERED_OF_VISIT,
    ASKED_OF_MESSAGE,
    ASKED_OF_VISIT,
    SettlementAsked,
)
from yidi.processes.settlement.views import Held, State, settlements_of
from yidi.processes.visit.records import VISIT_CHANGES, VISIT_OF_MESSAGE
from yidi.processes.visit.views import numbers_told

SETTLEMENT, ADMISSION = "settlement", "admission"
AskUndo: TypeAlias = Callable[[Command, SettlementAsked, Moment], Decision]
"""Records that a settlement is to be undone and asks the insured place (settlement's part)."""


class Reversals:
    """Decides reversals; `ask_undo` and `settled` are settlement's."""

    def __init__(self, ask_undo: AskUndo, settled: SettledLines) -> None:
        self._ask_undo, self._admissions = ask_undo, Admissions(settled)

    def needs_first(self, command: Reverse, facts: Facts) -> Iterable[Key]:
        """Name what the original message brought about, and earlier reversals of it."""
        here, sender, original = command.jurisdiction, command.sender, command.original_msgid
        yield TOMBSTONE.key(here, sender, original)
        yield REVERSALS.key(here, sender, original)
        yield ASKED_OF_MESSAGE.key(here, sender, original)
        yield VISIT_OF_MESSAGE.key(here, sender, original)

    def needs_then(self, command: Reverse, facts: Facts) -> Iterable[Key]:
        """Name what became of it."""
        here = command.jurisdiction
        for row in facts.many(ASKED_OF_MESSAGE, here, command.sender, command.original_msgid):
            yield ASKED_OF_VISIT.key(here, row.visit_id)
            yield ANSWERED_OF_VISIT.key(here, row.visit_id)
            yield VISIT_CHANGES.key(here, row.visit_id)
        for visit in facts.many(VISIT_OF_MESSAGE, here, command.sender, command.original_msgid):
            yield from self._admissions.needs(here, visit.visit_id)

    def reverse(self, command: Reverse, facts: Facts, moment: Moment) -> Decision:
        """Undo the original, bar it, or say why neither is possible."""
        here, sender, original = command.jurisdiction, command.sender, command.original_msgid
        if command.original_kind == ADMISSION:
            visits = facts.many(VISIT_OF_MESSAGE, here, sender, original)
            if visits:
                return self._admissions.reverse(command, visits[0], facts, moment)
            return bar(command, facts, moment)
        if command.original_kind != SETTLEMENT:
            kind = command.original_kind
            return refused(command, NOT_REVERSIBLE.because("original_kind", original_kind=kind))
        asked = facts.many(ASKED_OF_MESSAGE, here, sender, original)
        if not asked:
            return bar(command, facts, moment)
        if asked[0].undoes:
            return refused(command, NOT_REVERSIBLE.because("original_kind", original_kind="cancellation"))
        return self._reverse_settlement(command, asked[0], facts, moment)

    def _reverse_settlement(
        self, command: Reverse, asked: SettlementAsked, facts: Facts, moment: Moment
    ) -> Decision:
        original = command.original_msgid
        changes = facts.many(VISIT_CHANGES, command.jurisdiction, asked.visit_id)
        if command.person_no not in (asked.person_no, *numbers_told(changes)):
            values = {"msgid": original, "person_no": command.person_no}
            return refused(command, OF_ANOTHER_PERSON.because("person_no", **values))
        held = held_of(asked, facts)
        match held.state:
            case State.REFUSED:
                return accepted(command, Reversed(original_msgid=original, found=False))
            case State.UNDOING:
                return refused(command, REVERSAL_UNDER_WAY.because("original_msgid", msgid=original))
            case State.UNDONE:
                return undone_already(command, held, facts)
            case State.BOOKED | State.UNKNOWN:
                decision = self._ask_undo(command, asked, moment)
                negative = decision.records[0]
                assert isinstance(negative, SettlementAsked)
                row = reversal(command, SETTLEMENT, asked.settlement_id, negative.settlement_id, moment)
                return decision._replace(records=(*decision.records, row))


def held_of(asked: SettlementAsked, facts: Facts) -> Held:
    """Return what became of a settlement."""
    here, visit_id = asked.jurisdiction, asked.visit_id
    held = settlements_of(
        facts.many(ASKED_OF_VISIT, here, visit_id), facts.many(ANSWERED_OF_VISIT, here, visit_id)
    )
    return next(row for row in held if row.asked.settlement_id == asked.settlement_id)


def undone_already(command: Reverse, held: Held, facts: Facts) -> Decision:
    """A second reversal changes nothing and says so; what was cancelled cannot be reversed."""
    original = command.original_msgid
    earlier = facts.many(REVERSALS, command.jurisdiction, command.sender, original)
    if any(row.settlement_id == held.undone_by for row in earlier):
        found = held.answered is not None and held.answered.outcome == "booked"
        reply = Reversed(original_msgid=original, found=found, settlement_id=held.undone_by)
        return accepted(command, reply)
    return refused(command, ALREADY_CANCELLED.because("original_msgid", msgid=original))


def bar(command: Reverse, facts: Facts, moment: Moment) -> Decision:
    """Bar a message that was never seen, once."""
    here, sender, original = command.jurisdiction, command.sender, command.original_msgid
    reply = Reversed(original_msgid=original, found=False)
    if facts.one(TOMBSTONE, here, sender, original) is not None:
        return accepted(command, reply)
    tombstone = Tombstone(here, sender, original, command.msgid, moment.instant)
    return accepted(command, reply, tombstone, reversal(command, "", "", "", moment))


def reversal(
    command: Reverse, target: str, target_id: str, settlement_id: str, moment: Moment
) -> ReversalAsked:
    """Make the record of a reversal; `settlement_id` is the negative record it leads to."""
    return ReversalAsked(
        command.jurisdiction,
        command.sender,
        command.msgid,
        command.original_msgid,
        command.original_kind,
        target,
        target_id,
        settlement_id,
        moment.instant,
    )


def handlers(ask_undo: AskUndo, settled: SettledLines) -> tuple[Handler, ...]:
    """Return the handlers of reversal."""
    reversals = Reversals(ask_undo, settled)
    return (
        Handler(Reverse, (reversals.needs_first, reversals.needs_then), reversals.reverse),
        following(Handler(UndoAdmission, (needs_stay,), undo_stay)),
        Handler(Answered, (needs_undone,), hear_undone, UndoAdmission.__name__),
    )

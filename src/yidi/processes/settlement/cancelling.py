"""Care place: an institution cancels one of its settlements; the insured place books the negative.

All or nothing, and latest first for one person and year, which only the insured place can see.
"""

from __future__ import annotations

from collections.abc import Iterable

from yidi.processes.ports.corrected import Corrections
from yidi.processes.ports.deciding import (
    Command,
    Decision,
    Facts,
    Key,
    Moment,
    Record,
    Refused,
    Reply,
    refused,
    under_way,
)
from yidi.processes.relay.commands import Answered, ask_id, outward
from yidi.processes.relay.records import TOMBSTONE
from yidi.processes.settlement.answering import asked_for, nothing_booked, records_of_answer, to_origin
from yidi.processes.settlement.asking import mint
from yidi.processes.settlement.commands import (
    CancelSettlement,
    ReverseBooking,
    Reversed,
    Settled,
    UndoBooking,
    UndoneNothing,
)
from yidi.processes.settlement.records import ANSWERED_OF_VISIT, ASKED, ASKED_OF_VISIT, SettlementAsked
from yidi.processes.settlement.refusals import (
    ALREADY_UNDONE,
    NO_SUCH_SETTLEMENT,
    NOT_A_SETTLEMENT,
    REVERSED_BEFORE,
    SETTLEMENT_UNDER_WAY,
    VISIT_OF_ANOTHER,
)
from yidi.processes.settlement.views import Held, Outcome, State, settlements_of
from yidi.processes.visit.records import VISIT_CHANGES
from yidi.processes.visit.views import numbers_told

CANCEL, REVERSE = "cancel", "reverse"
"""Why a booking is undone (`UndoBooking.because`)."""


def needs_cancel(command: CancelSettlement, facts: Facts) -> Iterable[Key]:
    """Name the settlements of the visit and whether this message was undone for ever."""
    here = command.jurisdiction
    return (
        ASKED_OF_VISIT.key(here, command.visit_id),
        ANSWERED_OF_VISIT.key(here, command.visit_id),
        VISIT_CHANGES.key(here, command.visit_id),
        TOMBSTONE.key(here, command.sender, command.msgid),
    )


def find_held(facts: Facts, here: str, visit_id: str, settlement_id: str) -> Held | None:
    """Return one settlement of a visit with what became of it."""
    held = settlements_of(
        facts.many(ASKED_OF_VISIT, here, visit_id), facts.many(ANSWERED_OF_VISIT, here, visit_id)
    )
    return next((row for row in held if row.asked.settlement_id == settlement_id), None)


def cancel(command: CancelSettlement, facts: Facts, moment: Moment) -> Decision:
    """Ask the insured place to book the negative, or say why this settlement cannot be cancelled."""
    here, settlement_id = command.jurisdiction, command.settlement_id
    if facts.one(TOMBSTONE, here, command.sender, command.msgid) is not None:
        return refused(command, REVERSED_BEFORE.because("msgid", msgid=command.msgid))
    held = find_held(facts, here, command.visit_id, settlement_id)
    if held is None or held.asked.institution_code != command.sender:
        negatives = facts.many(ASKED_OF_VISIT, here, command.visit_id)
        if any(row.undoes and row.settlement_id == settlement_id for row in negatives):
            return refused(command, NOT_A_SETTLEMENT.because("settlement_id", settlement_id=settlement_id))
        values = {"visit_id": command.visit_id, "settlement_id": settlement_id}
        return refused(command, NO_SUCH_SETTLEMENT.because("settlement_id", **values))
    changes = facts.many(VISIT_CHANGES, here, command.visit_id)
    if command.person_no not in (held.asked.person_no, *numbers_told(changes)):
        values = {"visit_id": command.visit_id, "person_no": command.person_no}
        return refused(command, VISIT_OF_ANOTHER.because("person_no", **values))
    match held.state:
        case State.BOOKED:
            return ask_to_undo(command, held.asked, moment)
        case State.UNDONE:
            return refused(command, ALREADY_UNDONE.because("settlement_id", settlement_id=settlement_id))
        case State.REFUSED:
            values = {"visit_id": command.visit_id, "settlement_id": settlement_id}
            return refused(command, NO_SUCH_SETTLEMENT.because("settlement_id", **values))
        case State.UNKNOWN | State.UNDOING:
            return refused(
                command, SETTLEMENT_UNDER_WAY.because("settlement_id", settlement_id=settlement_id)
            )


def ask_to_undo(command: Command, asked: SettlementAsked, moment: Moment) -> Decision:
    """Record that a settlement is to be cancelled and ask the insured place for it."""
    return _ask(command, asked, moment, UndoBooking, CANCEL)


def ask_to_reverse(command: Command, asked: SettlementAsked, moment: Moment) -> Decision:
    """Record that a settlement is to be reversed, booked or not, and ask the insured place for it."""
    return _ask(command, asked, moment, ReverseBooking, REVERSE)


def _ask(
    command: Command, asked: SettlementAsked, moment: Moment, form: type[UndoBooking], because: str
) -> Decision:
    here = command.jurisdiction
    negative_id = mint(here, moment)
    question = form(
        jurisdiction=asked.insured,
        sender=here,
        msgid=ask_id(command.sender, command.msgid),
        care=here,
        insured=asked.insured,
        origin_sender=command.sender,
        origin_msgid=command.msgid,
        case=asked.case_id,
        total_fen=-asked.total_fen,
        settlement_id=negative_id,
        undoes=asked.settlement_id,
        visit_id=asked.visit_id,
        person_no=asked.person_no,
        because=because,
    )
    negative = asked._replace(
        settlement_id=negative_id,
        msgid=command.msgid,
        undoes=asked.settlement_id,
        invoice_no="",
        total_fen=-asked.total_fen,
        full_self_fen=-asked.full_self_fen,
        over_limit_fen=-asked.over_limit_fen,
        first_self_fen=-asked.first_self_fen,
        in_scope_fen=-asked.in_scope_fen,
        classes="",
        asked_at=moment.instant,
    )
    return under_way(negative, messages=(outward(question),))


class Undoing:
    """Hears how an undoing came out; `corrections` are what later processes took back of a settlement.

    A settlement may be undone at any time, cleared, declared or paid (regulation 7.7): its whole negative is
    a line of a later month. What was taken back of it before is withdrawn with it, not given back twice.
    """

    def __init__(self, corrections: Corrections) -> None:
        self._corrections = corrections

    def needs(self, command: Answered, facts: Facts) -> Iterable[Key]:
        """Name the settlement that was undone, and what corrected it."""
        asked, here = asked_for(command, facts), command.jurisdiction
        if asked is None:
            return ()
        found = self._corrections.needs(here, asked.undoes)
        return dict.fromkeys((*found, ASKED.key(here, asked.undoes)))

    def needs_then(self, command: Answered, facts: Facts) -> Iterable[Key]:
        """Name what the corrections refer to."""
        asked = asked_for(command, facts)
        if asked is None:
            return ()
        return self._corrections.needs_then(facts, command.jurisdiction, asked.undoes)

    def cancelled(self, command: Answered, facts: Facts, moment: Moment) -> Decision:
        """Record what came back to a cancellation and hand it to the institution."""
        return self._heard(command, facts, moment, command.reply)

    def reversed(self, command: Answered, facts: Facts, moment: Moment) -> Decision:
        """Record what came back to a reversal; the institution hears only that the message has no effect."""
        negative, reply = asked_for(command, facts), command.reply
        if negative is not None and not isinstance(reply, Refused):
            original = facts.one(ASKED, command.jurisdiction, negative.undoes)
            assert original is not None, f"{negative.undoes} was reversed but never asked"
            booked = isinstance(reply, Settled)
            number = negative.settlement_id
            reply = Reversed(original_msgid=original.msgid, found=booked, settlement_id=number)
        return self._heard(command, facts, moment, reply)

    def _heard(self, command: Answered, facts: Facts, moment: Moment, reply: Reply) -> Decision:
        asked = asked_for(command, facts)
        if asked is None:
            return Decision()
        records, withdrawn = records_of_undoing(asked, command.reply, moment), Decision()
        if isinstance(command.reply, Settled):
            withdrawn = self._corrections.withdrawn(facts, command.jurisdiction, asked.undoes, moment)
        return Decision((*records, *withdrawn.records), withdrawn.messages, to_origin(command, reply))


def records_of_undoing(asked: SettlementAsked, reply: Reply, moment: Moment) -> tuple[Record, ...]:
    """Record the negative with its double entry, or that nothing was moved."""
    if isinstance(reply, Settled):
        return records_of_answer(asked, reply, moment)
    assert isinstance(reply, Refused | UndoneNothing)
    outcome = Outcome.VOID if isinstance(reply, UndoneNothing) else Outcome.REFUSED
    return (nothing_booked(asked, outcome, reply, moment),)

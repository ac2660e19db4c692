"""Reversing an admission: the stay is cancelled at both places, and a late notice of it is barred."""

from __future__ import annotations

from collections.abc import Iterable

from yidi.processes.ports.deciding import (
    Answering,
    Decision,
    Done,
    Facts,
    Key,
    Moment,
    Record,
    Refused,
    Reply,
    accepted,
    refused,
    under_way,
)
from yidi.processes.ports.settled import SettledLines
from yidi.processes.relay.commands import Answered, ask_id, homeward, outward
from yidi.processes.relay.records import TOMBSTONE, Tombstone
from yidi.processes.reversal.commands import Reverse, Reversed, UndoAdmission
from yidi.processes.reversal.records import REVERSALS, ReversalAsked
from yidi.processes.reversal.refusals import (
    ALREADY_CANCELLED,
    NOT_REVERSIBLE,
    OF_ANOTHER_PERSON,
    STAY_HAS_FEES,
)
from yidi.processes.visit.records import (
    LINES,
    STAYS,
    VISIT,
    VISIT_CHANGES,
    WITHDRAWALS,
    StayEvent,
    Visit,
    VisitChange,
    VisitEvent,
)
from yidi.processes.visit.views import VisitNow, VisitState, live_lines, stays, visit_state

ADMISSION = "admission"


class Admissions:
    """Decides reversals of admissions at the care place."""

    def __init__(self, settled: SettledLines) -> None:
        self._settled = settled

    def needs(self, here: str, visit_id: str) -> Iterable[Key]:
        """Name the changes, lines and settlements of the visit."""
        yield VISIT_CHANGES.key(here, visit_id)
        yield LINES.key(here, visit_id)
        yield WITHDRAWALS.key(here, visit_id)
        yield from self._settled.needs(here, visit_id)

    def reverse(self, command: Reverse, visit: Visit, facts: Facts, moment: Moment) -> Decision:
        """Ask the insured place to forget the stay, unless something stands on it."""
        here, original = command.jurisdiction, command.original_msgid
        now = visit_state(visit, facts.many(VISIT_CHANGES, here, visit.visit_id))
        if not now.inpatient:
            return refused(command, NOT_REVERSIBLE.because("original_kind", original_kind="registration"))
        if not now.is_of(command.person_no):
            values = {"msgid": original, "person_no": command.person_no}
            return refused(command, OF_ANOTHER_PERSON.because("person_no", **values))
        if now.state is VisitState.REFUSED:
            return accepted(command, Reversed(original_msgid=original, found=False))
        if now.state is VisitState.CANCELLED:
            return self._cancelled(command, facts)
        if now.state is VisitState.DISCHARGED or not self._free(here, visit.visit_id, facts):
            return refused(command, STAY_HAS_FEES.because("visit_id", visit_id=visit.visit_id))
        row = ReversalAsked(
            here,
            command.sender,
            command.msgid,
            original,
            ADMISSION,
            ADMISSION,
            visit.visit_id,
            "",
            moment.instant,
        )
        if now.claim_only:  # the insured place knows nothing of it
            reply = Reversed(original_msgid=original, found=True)
            return accepted(command, reply, row, cancellation(now, command.msgid, moment))
        return under_way(row, messages=(outward(question(command, visit)),))

    def _free(self, here: str, visit_id: str, facts: Facts) -> bool:
        live = live_lines(facts.many(LINES, here, visit_id), facts.many(WITHDRAWALS, here, visit_id))
        return not live and self._settled.coverage(facts, here, visit_id, live).free

    def _cancelled(self, command: Reverse, facts: Facts) -> Decision:
        original = command.original_msgid
        if facts.many(REVERSALS, command.jurisdiction, command.sender, original):
            return accepted(command, Reversed(original_msgid=original, found=True))
        return refused(command, ALREADY_CANCELLED.because("original_msgid", msgid=original))


def question(command: Reverse, visit: Visit) -> UndoAdmission:
    """Make the question to the insured place."""
    return UndoAdmission(
        jurisdiction=visit.insured,
        sender=command.jurisdiction,
        msgid=ask_id(command.sender, command.msgid),
        care=command.jurisdiction,
        insured=visit.insured,
        origin_sender=command.sender,
        origin_msgid=command.msgid,
        case=visit.visit_id,
        visit_id=visit.visit_id,
        person_no=visit.person_no,
    )


def needs_stay(command: UndoAdmission, facts: Facts) -> Iterable[Key]:
    """Name the person's stays and whether this one is barred already."""
    here = command.jurisdiction
    return (STAYS.key(here, command.person_no), TOMBSTONE.key(here, command.care, command.visit_id))


def undo_stay(command: UndoAdmission, facts: Facts, moment: Moment) -> Decision:
    """Insured place: cancel a stay that was noted, and bar a notice that may come late."""
    here, visit_id = command.jurisdiction, command.visit_id
    records: list[Record] = []
    stay = stays(facts.many(STAYS, here, command.person_no)).get(visit_id)
    if stay is not None and stay.opened.care == command.care and stay.event != StayEvent.CANCELLED:
        cancelled = stay.opened._replace(
            sequence=stay.sequence + 1, event=StayEvent.CANCELLED.value, recorded_at=moment.instant
        )
        records.append(cancelled)
    if facts.one(TOMBSTONE, here, command.care, visit_id) is None:
        records.append(Tombstone(here, command.care, visit_id, command.origin_msgid, moment.instant))
    return Decision(tuple(records), (homeward(command, Done(reference=visit_id)),))


def needs_undone(command: Answered, facts: Facts) -> Iterable[Key]:
    """Name the visit that is reversed."""
    here = command.jurisdiction
    return (
        VISIT.key(here, command.case),
        VISIT_CHANGES.key(here, command.case),
    )


def hear_undone(command: Answered, facts: Facts, moment: Moment) -> Decision:
    """Care place: the insured place has forgotten the stay; the visit is cancelled and the sender told."""
    here, reply = command.jurisdiction, command.reply
    visit = facts.one(VISIT, here, command.case)
    if visit is None or visit.insured != command.insured:
        return Decision()
    if isinstance(reply, Refused):
        return Decision(replies=_to_origin(command, reply))
    now = visit_state(visit, facts.many(VISIT_CHANGES, here, command.case))
    answer = Reversed(original_msgid=visit.msgid, found=True)
    records = () if now.state is VisitState.CANCELLED else (cancellation(now, command.msgid, moment),)
    return Decision(records, (), _to_origin(command, answer))


def _to_origin(command: Answered, reply: Reply) -> tuple[Answering, ...]:
    return (Answering(command.origin_sender, command.origin_msgid, reply),)


def cancellation(now: VisitNow, msgid: str, moment: Moment) -> VisitChange:
    """Write down that a visit is cancelled."""
    empty = dict.fromkeys(VisitChange._fields, "")
    said = {
        "jurisdiction": now.visit.jurisdiction,
        "visit_id": now.visit.visit_id,
        "event": VisitEvent.CANCELLED.value,
        "msgid": msgid,
        "recorded_at": moment.instant,
    }
    return VisitChange(**{**empty, **said, "sequence": now.sequence + 1})  # type: ignore[arg-type]

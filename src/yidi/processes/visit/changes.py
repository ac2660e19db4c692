"""What an institution says later of a visit it registered: its data, its kind, its cancellation.

Discharges are in `discharge`. Whatever changes a stay at the insured place is asked there first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from yidi.domain.policy.dimensions import CareKind
from yidi.domain.refusal import Refusal
from yidi.processes.network.records import Institution
from yidi.processes.ports.areas import Areas
from yidi.processes.ports.deciding import (
    Answering,
    Command,
    Decision,
    Done,
    Facts,
    Key,
    Moment,
    Refused,
    accepted,
    refused,
    under_way,
)
from yidi.processes.ports.settled import Coverage, SettledLines
from yidi.processes.relay.commands import Answered, ask_id, outward
from yidi.processes.visit.access import (
    MOMENT_ADMISSION,
    change_of,
    diagnosis_rows,
    holding,
    meant_otherwise,
    needs_of_visit,
    not_standing,
    own_visit,
    time_faults,
)
from yidi.processes.visit.commands import CancelVisit, ChangeAdmission, DescribeVisit, NoteStay
from yidi.processes.visit.designation import designated, disease_faults, needs_of_institution
from yidi.processes.visit.marks import marked_by, missing_marks, unknown_marks
from yidi.processes.visit.records import (
    DIAGNOSES,
    LINES,
    VISIT,
    VISIT_CHANGES,
    WITHDRAWALS,
    FeeLine,
    StayEvent,
    VisitChange,
    VisitEvent,
)
from yidi.processes.visit.refusals import (
    CHANGES_CARE,
    END_OF_DISCHARGE,
    KIND_SETTLED,
    LINES_STANDING,
    NOT_A_STAY,
    NOT_OUTPATIENT,
    OWN_NUMBER_DIFFERS,
)
from yidi.processes.visit.views import ASKING, VisitNow, VisitState, live_lines, visit_state

Described = DescribeVisit | ChangeAdmission
"""What says anew what a visit is: of an outpatient visit, of a stay."""


def lines_of(facts: Facts, place: str, visit_id: str) -> tuple[FeeLine, ...]:
    """Return the live lines of a visit, in the order sent."""
    return live_lines(facts.many(LINES, place, visit_id), facts.many(WITHDRAWALS, place, visit_id))


def needs_of_lines(place: str, visit_id: str, settled: SettledLines) -> Iterable[Key]:
    """Need the lines of a visit and what settlement says of them."""
    yield LINES.key(place, visit_id)
    yield WITHDRAWALS.key(place, visit_id)
    yield from settled.needs(place, visit_id)


def ask_insured_place(command: Command, now: VisitNow, event: StayEvent, ended_on: str = "") -> Command:
    """Make the message that has a stay's change noted at the insured place."""
    visit = now.visit
    note = NoteStay(
        jurisdiction=visit.insured,
        sender=visit.jurisdiction,
        msgid=ask_id(command.sender, command.msgid),
        care=visit.jurisdiction,
        insured=visit.insured,
        origin_sender=command.sender,
        origin_msgid=command.msgid,
        case=visit.case_id,
        visit_id=visit.visit_id,
        person_no=visit.person_no,
        event=event.value,
        ended_on=ended_on,
    )
    return outward(note)


class Changes:
    """Decides changes and cancellations of visits."""

    def __init__(self, areas: Areas, settled: SettledLines) -> None:
        self._areas, self._settled = areas, settled

    def needs_of_cancellation(self, command: CancelVisit, facts: Facts) -> Iterable[Key]:
        """Need the visit, its lines and its settlements."""
        yield from needs_of_visit(command, facts)
        yield from needs_of_lines(command.jurisdiction, command.visit_id, self._settled)

    def cancel(self, command: CancelVisit, facts: Facts, moment: Moment) -> Decision:
        """Cancel a registration; an admission once the insured place has noted it."""
        now = own_visit(command, facts, command.person_no)
        if isinstance(now, Refusal):
            return refused(command, now)
        findings = tuple(self._against_cancelling(command, facts, now))
        if findings:
            return refused(command, *findings)
        if not now.inpatient or now.claim_only:
            change = change_of(now, VisitEvent.CANCELLED, command.msgid, moment)
            return accepted(command, Done(reference=command.visit_id), change)
        asked = change_of(now, VisitEvent.CANCEL_ASKED, command.msgid, moment)
        return under_way(asked, messages=(ask_insured_place(command, now, StayEvent.CANCELLED),))

    def _against_cancelling(self, command: CancelVisit, facts: Facts, now: VisitNow) -> Iterator[Refusal]:
        visit = now.visit
        yield from meant_otherwise(now, command.inpatient)
        if command.own_number and command.own_number != visit.own_number:
            yield OWN_NUMBER_DIFFERS.because(
                "own_number",
                visit_id=visit.visit_id,
                registered=visit.own_number,
                given=command.own_number,
            )
        yield from not_standing(now)
        live = lines_of(facts, command.jurisdiction, command.visit_id)
        coverage = self._settled.coverage(facts, command.jurisdiction, command.visit_id, live)
        yield from holding(visit.visit_id, coverage)
        if live and coverage.free:
            yield LINES_STANDING.because("visit_id", visit_id=visit.visit_id, count=len(live))

    def needs_of_description(self, command: Described, facts: Facts) -> Iterable[Key]:
        """Need the visit, its diagnoses, its settlements and what the institution is open for."""
        place, visit_id = command.jurisdiction, command.visit_id
        yield from needs_of_visit(command, facts)
        yield DIAGNOSES.key(place, visit_id)
        yield from needs_of_institution(place, command.sender)
        yield from needs_of_lines(place, visit_id, self._settled)

    def describe(self, command: DescribeVisit, facts: Facts, moment: Moment) -> Decision:
        """Keep what is said of an outpatient visit: kind, disease, marks, diagnoses."""
        now = own_visit(command, facts, command.person_no)
        if isinstance(now, Refusal):
            return refused(command, now)
        if now.inpatient:
            return refused(command, NOT_OUTPATIENT.because("visit_id", visit_id=command.visit_id))
        return self._take(command, facts, moment, now, VisitEvent.DESCRIBED)

    def change_admission(self, command: ChangeAdmission, facts: Facts, moment: Moment) -> Decision:
        """Keep what is said anew of a stay."""
        now = own_visit(command, facts, command.person_no)
        if isinstance(now, Refusal):
            return refused(command, now)
        if not now.inpatient:
            return refused(command, NOT_A_STAY.because("visit_id", visit_id=command.visit_id))
        return self._take(command, facts, moment, now, VisitEvent.CHANGED)

    def _take(
        self, command: Described, facts: Facts, moment: Moment, now: VisitNow, event: VisitEvent
    ) -> Decision:
        place, visit_id = command.jurisdiction, command.visit_id
        live = lines_of(facts, place, visit_id)
        coverage = self._settled.coverage(facts, place, visit_id, live)
        findings = (
            *not_standing(now),
            *time_faults("started_at", command.started_at, moment.today),
            *self._against_kind(command, facts, now),
            *_against_settled(command, now, coverage),
            *_against_marks(command, now),
            *_against_end(command, now),
        )
        if findings:
            return refused(command, *findings)
        known = facts.many(DIAGNOSES, place, visit_id)
        rows = diagnosis_rows(place, visit_id, command.diagnoses, known, MOMENT_ADMISSION, moment.instant)
        change = _described(now, event, command, moment)
        return accepted(command, Done(reference=visit_id), change, *rows)

    def _against_kind(self, command: Described, facts: Facts, now: VisitNow) -> Iterator[Refusal]:
        care_kind = command.care_kind or now.care_kind
        if (care_kind == CareKind.INPATIENT) is not now.inpatient:
            yield CHANGES_CARE.because(
                "care_kind", visit_id=command.visit_id, registered=now.care_kind, given=care_kind
            )
            return
        disease = command.disease_code or now.disease_code
        crosses = now.visit.insured != now.visit.jurisdiction
        faults = disease_faults(care_kind, disease, crosses, self._areas.diseases)
        yield from faults
        if not faults and (care_kind, disease) != (now.care_kind, now.disease_code):
            place, sender, day = command.jurisdiction, command.sender, now.started_on
            opened = designated(facts, place, sender, care_kind, disease, day, self._areas.diseases)
            if not isinstance(opened, Institution):
                yield from opened


def _described(now: VisitNow, event: VisitEvent, command: Described, moment: Moment) -> VisitChange:
    flags = command.flags
    pledged = "1" if flags.pledged else ("0" if flags.third_party else "")
    diagnosis = command.diagnosis_code if isinstance(command, ChangeAdmission) else ""
    return change_of(
        now,
        event,
        command.msgid,
        moment,
        visit_kind=command.visit_kind,
        care_kind=command.care_kind,
        disease_code=command.disease_code,
        disease_name=command.disease_name,
        diagnosis_code=diagnosis,
        admission=flags.admission,
        urgent=flags.urgent,
        trauma=flags.trauma,
        third_party=flags.third_party,
        pledged=pledged,
        started_at=command.started_at,
        particulars=command.particulars,
    )


def _against_settled(command: Described, now: VisitNow, coverage: Coverage) -> Iterator[Refusal]:
    """Kind, disease and times are what a settlement was computed from; diagnoses may follow later."""
    visit_id = command.visit_id
    if coverage.claimed or (now.state is VisitState.DISCHARGED and not coverage.free):
        yield from holding(visit_id, coverage)
    elif not coverage.free and (
        command.visit_kind not in ("", now.visit_kind)
        or command.care_kind not in ("", now.care_kind)
        or command.disease_code not in ("", now.disease_code)
    ):
        yield KIND_SETTLED.because("visit_kind", visit_id=visit_id)


def _against_marks(command: Described, now: VisitNow) -> Iterator[Refusal]:
    yield from unknown_marks(command.flags)
    if now.visit.insured != now.visit.jurisdiction:
        yield from missing_marks(marked_by(command.care_kind, command.visit_kind, command.flags, now))


def _against_end(command: Described, now: VisitNow) -> Iterator[Refusal]:
    """A time of end before discharge says nothing: many systems send the moment of the message."""
    given = command.ended_at[:10] if isinstance(command, ChangeAdmission) else ""
    if given and now.state is VisitState.DISCHARGED and given != now.ended_on:
        yield END_OF_DISCHARGE.because(
            "ended_at", visit_id=command.visit_id, registered=now.ended_on, given=given
        )


def needs_of_noted(command: Answered, facts: Facts) -> Iterable[Key]:
    """Need the visit whose change was noted."""
    yield VISIT.key(command.jurisdiction, command.case)
    yield VISIT_CHANGES.key(command.jurisdiction, command.case)


def take_noted(command: Answered, facts: Facts, moment: Moment) -> Decision:
    """Let what was asked take effect once the insured place noted it, or keep the visit as it was."""
    visit = facts.one(VISIT, command.jurisdiction, command.case)
    if visit is None or visit.insured != command.insured:
        return Decision()
    changes = facts.many(VISIT_CHANGES, command.jurisdiction, command.case)
    now = visit_state(visit, changes)
    reply = Answering(command.origin_sender, command.origin_msgid, command.reply)
    asked = next((row for row in reversed(changes) if row.msgid == command.origin_msgid), None)
    if asked is None or now.awaiting != command.origin_msgid:
        return Decision(replies=(reply,))
    if isinstance(command.reply, Refused):
        kept = change_of(now, VisitEvent.KEPT, command.msgid, moment)
        return Decision((kept,), replies=(reply,))
    effect = asked._replace(
        sequence=now.sequence + 1,
        event=ASKING[VisitEvent(asked.event)].value,
        msgid=command.msgid,
        recorded_at=moment.instant,
    )
    return Decision((effect,), replies=(reply,))

"""Registering an outpatient, admitting an inpatient: the care place asks the insured place, then opens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from yidi.domain.policy.dimensions import CareKind
from yidi.domain.refusal import Actor, Refusal, RefusalClass
from yidi.processes.network.records import Institution
from yidi.processes.ports.areas import Areas
from yidi.processes.ports.deciding import (
    Answering,
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
from yidi.processes.visit.access import (
    MOMENT_ADMISSION,
    change_of,
    diagnosis_rows,
    next_change,
    time_faults,
)
from yidi.processes.visit.commands import OpenVisit, RegisterVisit, VisitOpened
from yidi.processes.visit.designation import (
    designated,
    designated_for_any,
    disease_faults,
    needs_of_institution,
    travelling_code,
)
from yidi.processes.visit.marks import marked_by, missing_marks, unknown_marks
from yidi.processes.visit.records import (
    LINES,
    VISIT,
    VISIT_CHANGES,
    VISITS_OF_OWN_NUMBER,
    WITHDRAWALS,
    Visit,
    VisitChange,
    VisitEvent,
)
from yidi.processes.visit.refusals import (
    CHRONIC_NOT_CERTIFIED,
    CREDENTIAL_NOT_VALID,
    KEPT_FOR_CLAIM,
    KEPT_LINES_STAND,
    OWN_NUMBER_TAKEN,
    REVERSED,
)
from yidi.processes.visit.told import VisitAdmitted, kept
from yidi.processes.visit.views import VisitNow, VisitState, live_lines, visit_state

_OVER = (VisitState.REFUSED, VisitState.CANCELLED)
_CLAIMABLE = frozenset({RefusalClass.ENTITLEMENT, RefusalClass.FILING, RefusalClass.POLICY})
_CLAIMABLE_TOO = frozenset({CREDENTIAL_NOT_VALID.code, CHRONIC_NOT_CERTIFIED.code})
"""What a manual claim may still pay. A visit shown with another's papers is kept for nobody."""


class Registration:
    """Decides registrations; `areas` knows divisions and chronic diseases."""

    def __init__(self, areas: Areas) -> None:
        self._areas = areas

    def needs(self, command: RegisterVisit, facts: Facts) -> Iterable[Key]:
        """Need the institution, a reversal that came first, and visits of the same own number."""
        place, sender = command.jurisdiction, command.sender
        yield TOMBSTONE.key(place, sender, command.msgid)
        yield VISITS_OF_OWN_NUMBER.key(place, sender, command.own_number)
        yield from needs_of_institution(place, sender)

    def needs_of_namesakes(self, command: RegisterVisit, facts: Facts) -> Iterable[Key]:
        """Need to know whether those visits still stand."""
        place = command.jurisdiction
        for visit in facts.many(VISITS_OF_OWN_NUMBER, place, command.sender, command.own_number):
            yield VISIT_CHANGES.key(place, visit.visit_id)

    def needs_of_kept(self, command: RegisterVisit, facts: Facts) -> Iterable[Key]:
        """Need the lines of those that are kept for a claim only."""
        for now in _namesakes(command, facts):
            if now.claim_only:
                yield LINES.key(command.jurisdiction, now.visit.visit_id)
                yield WITHDRAWALS.key(command.jurisdiction, now.visit.visit_id)

    def register(self, command: RegisterVisit, facts: Facts, moment: Moment) -> Decision:
        """Keep the visit as asked for and ask the insured place, or refuse with every finding."""
        institution = self._institution(command, facts)
        findings = tuple(self._findings(command, facts, moment))
        if not isinstance(institution, Institution):
            return refused(command, *institution, *findings)
        if findings:
            return refused(command, *findings)
        visit_id = f"{command.jurisdiction}{moment.reference}"
        visit = _visit(command, visit_id, institution.area, moment)
        diagnoses = diagnosis_rows(
            command.jurisdiction, visit_id, command.diagnoses, (), MOMENT_ADMISSION, moment.instant
        )
        question = self._question(command, visit, institution)
        return under_way(visit, *diagnoses, *_replaced(command, facts, moment), messages=(outward(question),))

    def _institution(self, command: RegisterVisit, facts: Facts) -> Institution | tuple[Refusal, ...]:
        place, sender, day = command.jurisdiction, command.sender, command.started_at[:10]
        if not command.visit_kind and command.care_kind == CareKind.OUTPATIENT:
            return designated_for_any(facts, place, sender, day)
        kind, disease = command.care_kind, command.disease_code
        return designated(facts, place, sender, kind, disease, day, self._areas.diseases)

    def _findings(self, command: RegisterVisit, facts: Facts, moment: Moment) -> Iterator[Refusal]:
        place, crosses = command.jurisdiction, command.insured != command.jurisdiction
        if facts.one(TOMBSTONE, place, command.sender, command.msgid) is not None:
            yield REVERSED.because("msgid", msgid=command.msgid)
        area = self._areas.divisions.check(command.insured_area, "insured_area")
        if isinstance(area, Refusal):
            yield area
        yield from time_faults("started_at", command.started_at, moment.today)
        yield from _own_number_faults(command, facts)
        yield from disease_faults(command.care_kind, command.disease_code, crosses, self._areas.diseases)
        yield from unknown_marks(command.flags)
        if crosses:
            yield from missing_marks(marked_by(command.care_kind, command.visit_kind, command.flags))

    def _question(self, command: RegisterVisit, visit: Visit, institution: Institution) -> OpenVisit:
        crosses = command.insured != command.jurisdiction
        return OpenVisit(
            jurisdiction=command.insured,
            sender=command.jurisdiction,
            msgid=ask_id(command.sender, command.msgid),
            care=command.jurisdiction,
            insured=command.insured,
            origin_sender=command.sender,
            origin_msgid=command.msgid,
            case=visit.visit_id,
            visit_id=visit.visit_id,
            person_no=command.person_no,
            scheme=command.scheme,
            area=command.insured_area,
            care_kind=command.care_kind,
            visit_kind=command.visit_kind,
            care_area=visit.care_area,
            institution_code=command.sender,
            institution_name=institution.name,
            started_on=command.started_at[:10],
            own_number=command.own_number,
            credential_kind=command.credential_kind,
            credential_no=command.credential_no,
            certificate_type=command.certificate_type,
            certificate_no=command.certificate_no,
            person_name=command.person_name,
            disease_code=travelling_code(command.disease_code, crosses, self._areas.diseases),
            flags=command.flags,
        )


def _own_number_faults(command: RegisterVisit, facts: Facts) -> Iterator[Refusal]:
    """The hospital's number is unique among its stays, and among its outpatient visits."""
    place = command.jurisdiction
    for now in _namesakes(command, facts):
        named = {"own_number": command.own_number, "visit_id": now.visit.visit_id}
        if not now.claim_only:
            yield OWN_NUMBER_TAKEN.because("own_number", **named)
        elif live_lines(
            facts.many(LINES, place, now.visit.visit_id), facts.many(WITHDRAWALS, place, now.visit.visit_id)
        ):
            yield KEPT_LINES_STAND.because("own_number", **named)


def _namesakes(command: RegisterVisit, facts: Facts) -> Iterator[VisitNow]:
    """Return the visits of the same own number and kind that are neither refused nor cancelled."""
    place, stay = command.jurisdiction, command.care_kind == CareKind.INPATIENT
    for visit in facts.many(VISITS_OF_OWN_NUMBER, place, command.sender, command.own_number):
        now = visit_state(visit, facts.many(VISIT_CHANGES, place, visit.visit_id))
        if now.state not in _OVER and now.inpatient is stay:
            yield now


def _replaced(command: RegisterVisit, facts: Facts, moment: Moment) -> tuple[VisitChange, ...]:
    """Cancel what was kept for a claim under the same number: the same care is never kept twice."""
    return tuple(
        change_of(now, VisitEvent.CANCELLED, command.msgid, moment)
        for now in _namesakes(command, facts)
        if now.claim_only
    )


def _visit(command: RegisterVisit, visit_id: str, care_area: str, moment: Moment) -> Visit:
    """The care area is where the institution is registered: the filing must not depend on its word."""
    flags = command.flags
    return Visit(
        jurisdiction=command.jurisdiction,
        visit_id=visit_id,
        institution_code=command.sender,
        msgid=command.msgid,
        case_id=visit_id,
        insured=command.insured,
        insured_area=command.insured_area,
        care_area=care_area or command.care_area,
        person_no=command.person_no,
        person_name=command.person_name,
        certificate_type=command.certificate_type,
        certificate_no=command.certificate_no,
        credential_kind=command.credential_kind,
        scheme=command.scheme,
        person_type=command.person_type,
        care_kind=command.care_kind,
        visit_kind=command.visit_kind,
        own_number=command.own_number,
        disease_code=command.disease_code,
        disease_name=command.disease_name,
        diagnosis_code=command.diagnosis_code,
        admission=flags.admission,
        urgent=flags.urgent,
        trauma=int(flags.trauma == "1"),
        third_party=int(flags.third_party == "1"),
        pledged=int(flags.pledged),
        started_at=command.started_at,
        particulars=command.particulars,
        recorded_at=moment.instant,
    )


def needs_of_answer(command: Answered, facts: Facts) -> Iterable[Key]:
    """Need the visit that the answer is about."""
    yield VISIT.key(command.jurisdiction, command.case)
    yield VISIT_CHANGES.key(command.jurisdiction, command.case)


def take_answer(command: Answered, facts: Facts, moment: Moment) -> Decision:
    """Open the visit or not, as the insured place says, and only now answer the institution."""
    visit = facts.one(VISIT, command.jurisdiction, command.case)
    if visit is None or visit.insured != command.insured:
        return Decision()
    now = visit_state(visit, facts.many(VISIT_CHANGES, command.jurisdiction, command.case))
    if now.state is VisitState.CANCELLED:
        return _answer(command, Refused(refusals=(REVERSED.because("msgid", msgid=visit.msgid),)))
    event, reply = _outcome(command.reply, visit)
    records: tuple[Record, ...] = ()
    if now.state is VisitState.ASKED:
        told = kept(command.reply.holder) if isinstance(command.reply, VisitAdmitted) else ""
        change = next_change(visit, now.sequence, event, command.msgid, moment, particulars=told)
        records = (change,)
    return _answer(command, reply)._replace(records=records)


def _outcome(said: Reply, visit: Visit) -> tuple[VisitEvent, Reply]:
    """Open the visit, keep it for a manual claim (notice of 2022, regulation 5.3), or refuse it."""
    if isinstance(said, VisitAdmitted):
        opened = VisitOpened(visit_id=visit.visit_id, person_no=visit.person_no, own_number=visit.own_number)
        return VisitEvent.OPENED, opened
    if not isinstance(said, Refused) or not all(map(_claimable, said.refusals)):
        return VisitEvent.REFUSED, said
    kept = KEPT_FOR_CLAIM.because("visit_id", visit_id=visit.visit_id)
    return VisitEvent.FOR_CLAIM, Refused(refusals=(*said.refusals, kept))


def _claimable(refusal: Refusal) -> bool:
    """What the institution itself sets right, such as a wrong scheme, is registered anew instead."""
    lacking = refusal.refusal_class in _CLAIMABLE and refusal.actor is not Actor.INSTITUTION
    return lacking or refusal.code in _CLAIMABLE_TOO


def _answer(command: Answered, reply: Reply) -> Decision:
    return Decision(replies=(Answering(command.origin_sender, command.origin_msgid, reply),))

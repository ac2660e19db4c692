"""What an institution asks about its own visits; another institution's are as good as none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from yidi.domain.policy.dimensions import CareKind
from yidi.domain.refusal import Refusal
from yidi.processes.network.records import INSTITUTION
from yidi.processes.network.views import current
from yidi.processes.ports.deciding import Decision, Facts, Key, Moment, accepted, refused
from yidi.processes.ports.settled import Coverage, SettledLines
from yidi.processes.visit.access import needs_of_visit, own_visit
from yidi.processes.visit.changes import lines_of, needs_of_lines
from yidi.processes.visit.commands import (
    AskChronicLines,
    AskDiagnoses,
    AskLines,
    AskVisits,
    DiagnosesFound,
    DiagnosisShown,
    LinesFound,
    LineShown,
    VisitsFound,
    VisitShown,
)
from yidi.processes.visit.prices import line_shown, priced_again
from yidi.processes.visit.records import (
    DIAGNOSES,
    VISIT_CHANGES,
    VISITS_OF_PERSON,
    Diagnosis,
    FeeLine,
    Visit,
    VisitChange,
    VisitEvent,
)
from yidi.processes.visit.told import holder_in
from yidi.processes.visit.views import VisitNow, VisitState, valid_diagnoses, visit_state

_ADMITTED = (VisitState.OPEN, VisitState.DISCHARGED)
OfPerson = AskVisits | AskChronicLines


def between(value: str, since: str, until: str) -> bool:
    """Say whether a time lies on the days asked for, both ends included (section 1.3); empty asks nothing."""
    day = value[:10]
    return (not since or day >= since[:10]) and (not until or day <= until[:10])


def needs_of_visits(command: OfPerson, facts: Facts) -> Iterable[Key]:
    """Need the person's visits."""
    yield VISITS_OF_PERSON.key(command.jurisdiction, command.person_no)


def needs_of_changes(command: OfPerson, facts: Facts) -> Iterable[Key]:
    """Need the changes of those that are the sender's."""
    for visit in _own(command, facts):
        yield VISIT_CHANGES.key(command.jurisdiction, visit.visit_id)


def _own(command: OfPerson, facts: Facts) -> Iterator[Visit]:
    for visit in facts.many(VISITS_OF_PERSON, command.jurisdiction, command.person_no):
        if visit.institution_code == command.sender:
            yield visit


def show_visits(command: AskVisits, facts: Facts, moment: Moment) -> Decision:
    """Show the sender's visits of a person that were admitted and not cancelled."""
    found: list[VisitShown] = []
    for visit in _own(command, facts):
        changes = facts.many(VISIT_CHANGES, command.jurisdiction, visit.visit_id)
        now = visit_state(visit, changes)
        if now.state in _ADMITTED and _asked_for(command, now):
            found.append(_visit_shown(now, changes))
    return accepted(command, VisitsFound(visits=tuple(found)))


def _asked_for(command: AskVisits, now: VisitNow) -> bool:
    return (
        between(now.started_at, command.since, command.until)
        and command.visit_kind in ("", now.visit_kind)
        and command.visit_id in ("", now.visit.visit_id)
        and (not command.in_hospital_only or _in_hospital(now))
    )


def _in_hospital(now: VisitNow) -> bool:
    return now.inpatient and now.state is VisitState.OPEN


def merged_particulars(visit: Visit, changes: Iterable[VisitChange]) -> str:
    """Return, as JSON, what was sent beyond what decisions need; what was said last holds, key by key.

    What the insured place told with the opening is not among it.
    """
    merged: dict[str, object] = {}
    later = (change.particulars for change in changes if change.event != VisitEvent.OPENED)
    for text in (visit.particulars, *later):
        said: object = msgspec.json.decode(text) if text else None
        if isinstance(said, dict):
            merged |= {key: value for key, value in said.items() if value not in ("", None)}
    return msgspec.json.encode(merged).decode() if merged else ""


def _visit_shown(now: VisitNow, changes: Sequence[VisitChange]) -> VisitShown:
    visit = now.visit
    opening = next((change for change in changes if change.event == VisitEvent.OPENED), None)
    return VisitShown(
        visit_id=visit.visit_id,
        person_no=visit.person_no,
        person_name=visit.person_name,
        certificate_type=visit.certificate_type,
        certificate_no=visit.certificate_no,
        credential_kind=visit.credential_kind,
        scheme=visit.scheme,
        person_type=visit.person_type,
        insured_area=visit.insured_area,
        care_kind=now.care_kind,
        visit_kind=now.visit_kind,
        own_number=visit.own_number,
        disease_code=now.disease_code,
        disease_name=now.disease_name,
        diagnosis_code=now.diagnosis_code,
        started_at=now.started_at,
        ended_at=now.ended_at,
        leaving=now.leaving,
        in_hospital=_in_hospital(now),
        particulars=merged_particulars(visit, changes),
        holder=holder_in("" if opening is None else opening.particulars),
    )


def needs_of_diagnoses(command: AskDiagnoses, facts: Facts) -> Iterable[Key]:
    """Need the visit and its diagnoses."""
    yield from needs_of_visit(command, facts)
    yield DIAGNOSES.key(command.jurisdiction, command.visit_id)


def show_diagnoses(command: AskDiagnoses, facts: Facts, moment: Moment) -> Decision:
    """Show the valid diagnoses of one of the sender's visits."""
    now = own_visit(command, facts, command.person_no)
    if isinstance(now, Refusal):
        return refused(command, now)
    rows = valid_diagnoses(facts.many(DIAGNOSES, command.jurisdiction, command.visit_id))
    return accepted(
        command,
        DiagnosesFound(
            visit_id=command.visit_id,
            person_no=now.visit.person_no,
            diagnoses=tuple(_diagnosis_shown(row) for row in rows),
        ),
    )


def _diagnosis_shown(row: Diagnosis) -> DiagnosisShown:
    return DiagnosisShown(
        position=row.position,
        moment=row.moment,
        kind=row.kind,
        main=bool(row.main),
        code=row.code,
        name=row.name,
        department=row.department,
        doctor_code=row.doctor_code,
        doctor_name=row.doctor_name,
        condition=row.condition,
        diagnosed_at=row.diagnosed_at,
    )


class LineQuestions:
    """Answers questions about fee lines."""

    def __init__(self, settled: SettledLines) -> None:
        self._settled = settled

    def needs_of_lines(self, command: AskLines, facts: Facts) -> Iterable[Key]:
        """Need the visit, its lines and settlements, and the institution's name."""
        yield from needs_of_visit(command, facts)
        yield from needs_of_lines(command.jurisdiction, command.visit_id, self._settled)
        yield INSTITUTION.key(command.jurisdiction, command.sender)

    def show_lines(self, command: AskLines, facts: Facts, moment: Moment) -> Decision:
        """Show the live lines of one of the sender's visits, or those that one settlement holds."""
        now = own_visit(command, facts, command.person_no)
        if isinstance(now, Refusal):
            return refused(command, now)
        name = institution_name(facts, command.jurisdiction, command.sender)
        lines = tuple(
            shown
            for shown in self._shown(facts, now, name)
            if command.settlement_id in ("", shown.settlement_id)
        )
        return accepted(command, LinesFound(person_no=now.visit.person_no, lines=lines))

    def needs_of_chronic(self, command: AskChronicLines, facts: Facts) -> Iterable[Key]:
        """Need the lines of the sender's chronic-disease visits of the person."""
        yield INSTITUTION.key(command.jurisdiction, command.sender)
        for now in _chronic(command, facts):
            yield from needs_of_lines(command.jurisdiction, now.visit.visit_id, self._settled)

    def show_chronic_lines(self, command: AskChronicLines, facts: Facts, moment: Moment) -> Decision:
        """Show what the person was given for chronic diseases at the sender on the days asked for."""
        name = institution_name(facts, command.jurisdiction, command.sender)
        lines = tuple(
            shown
            for now in _chronic(command, facts)
            for shown in self._shown(facts, now, name)
            if between(shown.occurred_at, command.since, command.until)
        )
        return accepted(command, LinesFound(person_no=command.person_no, lines=lines))

    def _shown(self, facts: Facts, now: VisitNow, name: str) -> Iterator[LineShown]:
        place, visit_id = now.visit.jurisdiction, now.visit.visit_id
        live = lines_of(facts, place, visit_id)
        coverage = self._settled.coverage(facts, place, visit_id, live)
        return (_line_shown(line, now, coverage, name) for line in live)


def _chronic(command: AskChronicLines, facts: Facts) -> Iterator[VisitNow]:
    for visit in _own(command, facts):
        now = visit_state(visit, facts.many(VISIT_CHANGES, command.jurisdiction, visit.visit_id))
        if now.state in _ADMITTED and now.care_kind == CareKind.CHRONIC:
            yield now


def institution_name(facts: Facts, place: str, institution_code: str) -> str:
    """Return the name of an institution as it stands, empty when it is not designated."""
    found = current(facts.many(INSTITUTION, place, institution_code))
    return "" if found is None else found.name


def _line_shown(line: FeeLine, now: VisitNow, coverage: Coverage, name: str) -> LineShown:
    return LineShown(
        priced=line_shown(priced_again(line), line.quantity, line.price),
        settlement_id=coverage.settlement_of.get(line.line_id, ""),
        item_code=line.item_code,
        own_code=line.own_code,
        item_name=line.item_name,
        batch=line.batch,
        disease_code=line.disease_code,
        approval=line.approval,
        occurred_at=line.occurred_at,
        particulars=line.particulars,
        visit_kind=now.visit_kind,
        visit_id=line.visit_id,
        institution_code=now.visit.institution_code,
        institution_name=name,
    )

"""The insured place's part: may this visit begin, which stays of its persons are open, and their notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from yidi.domain.dates import parse_day, whole_years
from yidi.domain.policy.dimensions import CareKind
from yidi.domain.refusal import Refusal
from yidi.processes.enrolment.records import CERTIFICATES, PERSON, InsuranceRelation
from yidi.processes.enrolment.views import Entitled, certified, person_missing
from yidi.processes.filing.records import FILINGS
from yidi.processes.filing.standing import StandingFound, VisitSought, standing
from yidi.processes.ports.areas import Areas
from yidi.processes.ports.deciding import (
    Ask,
    Decision,
    Done,
    Facts,
    Key,
    Moment,
    Refused,
)
from yidi.processes.relay.commands import answered_home
from yidi.processes.relay.records import TOMBSTONE
from yidi.processes.visit.commands import (
    AskStays,
    NoteStay,
    OpenVisit,
    StaysFound,
    StayShown,
)
from yidi.processes.visit.holder import (
    entitled,
    needs_of_numbers,
    needs_of_person,
    needs_of_relations,
    numbers_of,
)
from yidi.processes.visit.marks import is_emergency
from yidi.processes.visit.records import STAYS, StayEvent, StayNotice
from yidi.processes.visit.refusals import (
    CHRONIC_NOT_CERTIFIED,
    IN_HOSPITAL,
    STAY_UNKNOWN,
    VISIT_NUMBER_SPENT,
)
from yidi.processes.visit.told import Holder, VisitAdmitted
from yidi.processes.visit.views import Stay, stays


class Admission:
    """Decides whether visits may begin."""

    def __init__(self, areas: Areas) -> None:
        self._areas = areas

    def needs(self, command: OpenVisit, facts: Facts) -> Iterable[Key]:
        """Need the person, what was shown, certificates, and a reversal that came first."""
        yield from needs_of_person(command, facts)
        yield CERTIFICATES.key(command.jurisdiction, command.person_no)
        yield TOMBSTONE.key(command.jurisdiction, command.care, command.visit_id)

    def needs_of_numbers(self, command: OpenVisit, facts: Facts) -> Iterable[Key]:
        """Need every number of the person."""
        return needs_of_numbers(command, facts)

    def needs_of_stays(self, command: OpenVisit, facts: Facts) -> Iterable[Key]:
        """Need relations and stays under each of these numbers."""
        yield from needs_of_relations(command, facts)
        for number in numbers_of(command, facts):
            yield STAYS.key(command.jurisdiction, number)
        yield FILINGS.key(command.jurisdiction, command.person_no)

    def open_visit(self, command: OpenVisit, facts: Facts, moment: Moment) -> Decision:
        """Say whether the visit may begin; a stay is noted in the same breath."""
        found = entitled(command, facts, command.started_on)
        findings = tuple(self._findings(command, facts))
        if not isinstance(found, Entitled):
            return answered_home(command, Refused(refusals=(*found, *findings)))
        if findings:
            return answered_home(command, Refused(refusals=findings))
        reply = VisitAdmitted(
            standing=self._standing(command, facts, moment, found.relation.area),
            person_type=found.relation.person_type,
            holder=self._holder(command, facts, found.relation),
        )
        stay = command.care_kind == CareKind.INPATIENT
        return answered_home(command, reply, *((_opened(command, moment),) if stay else ()))

    def _holder(self, command: OpenVisit, facts: Facts, relation: InsuranceRelation) -> Holder:
        person = facts.one(PERSON, command.jurisdiction, command.person_no)
        assert person is not None, "who is entitled is known"
        return Holder(
            name=person.name,
            gender=person.gender,
            ethnicity=person.ethnicity,
            born=person.born,
            person_type=relation.person_type,
            civil_servant=bool(relation.civil_servant),
        )

    def _standing(self, command: OpenVisit, facts: Facts, moment: Moment, area: str) -> str:
        """As what the visit counts as known now; empty when it could not be settled directly yet.

        Never a reason to refuse: a filing may still come before the settlement (regulation 2.7).
        """
        today = moment.today.isoformat()
        rules = self._areas.filing(area, today)
        if rules is None:
            return ""
        sought = VisitSought(
            insured_area=area,
            care_area=command.care_area,
            institution_code=command.institution_code,
            care_kind=command.care_kind,
            started_on=command.started_on,
            day=today,
            emergency=is_emergency(command.flags),
        )
        filings = facts.many(FILINGS, command.jurisdiction, command.person_no)
        found = standing(filings, sought, rules, self._areas.divisions)
        return found.standing.value if isinstance(found, StandingFound) else ""

    def _findings(self, command: OpenVisit, facts: Facts) -> Iterator[Refusal]:
        place, day = command.jurisdiction, command.started_on
        known = _stays(command, facts, numbers_of(command, facts))
        reversed_before = facts.one(TOMBSTONE, place, command.care, command.visit_id)
        if reversed_before is not None or command.visit_id in known:
            yield VISIT_NUMBER_SPENT.because("visit_id", visit_id=command.visit_id)
        if command.care_kind == CareKind.INPATIENT:
            yield from _in_hospital(known, command.visit_id)
        if command.care_kind == CareKind.CHRONIC:
            rows = facts.many(CERTIFICATES, place, command.person_no)
            if certified(rows, command.disease_code, day, self._areas.diseases) is None:
                yield CHRONIC_NOT_CERTIFIED.because(
                    "disease_code", disease_code=command.disease_code, day=day
                )


def _stays(command: Ask, facts: Facts, numbers: Iterable[str]) -> dict[str, Stay]:
    return stays(row for number in numbers for row in facts.many(STAYS, command.jurisdiction, number))


def _in_hospital(known: dict[str, Stay], but: str) -> Iterator[Refusal]:
    """Refuse while another stay is open, wherever it is."""
    for visit_id, stay in known.items():
        if stay.in_hospital and visit_id != but:
            yield IN_HOSPITAL.because(
                "person_no",
                since=stay.opened.started_on,
                name=stay.opened.institution_name,
                institution_code=stay.opened.institution_code,
            )


def _opened(command: OpenVisit, moment: Moment) -> StayNotice:
    return StayNotice(
        jurisdiction=command.jurisdiction,
        person_no=command.person_no,
        visit_id=command.visit_id,
        sequence=1,
        event=StayEvent.OPENED.value,
        care=command.care,
        institution_code=command.institution_code,
        institution_name=command.institution_name,
        started_on=command.started_on,
        ended_on="",
        scheme=command.scheme,
        visit_kind=command.visit_kind,
        own_number=command.own_number,
        recorded_at=moment.instant,
    )


def needs_of_notice(command: NoteStay, facts: Facts) -> Iterable[Key]:
    """Need the person's stays."""
    yield STAYS.key(command.jurisdiction, command.person_no)


def note_stay(command: NoteStay, facts: Facts, moment: Moment) -> Decision:
    """Note that a stay was closed, reopened or cancelled. To note what stands already changes nothing.

    A stay is reopened only while the person is in no other hospital.
    """
    known = _stays(command, facts, (command.person_no,))
    stay = known.get(command.visit_id)
    done = Done(reference=command.visit_id)
    if stay is None or stay.opened.care != command.care or stay.event == StayEvent.CANCELLED:
        if stay is not None and command.event == StayEvent.CANCELLED and stay.opened.care == command.care:
            return answered_home(command, done)
        state = "" if stay is None else stay.event
        unknown = STAY_UNKNOWN.because("visit_id", visit_id=command.visit_id, state=state)
        return answered_home(command, Refused(refusals=(unknown,)))
    if command.event == StayEvent.REOPENED:
        elsewhere = tuple(_in_hospital(known, command.visit_id))
        if elsewhere:
            return answered_home(command, Refused(refusals=elsewhere))
    notice = stay.opened._replace(
        sequence=stay.sequence + 1,
        event=StayEvent(command.event).value,
        ended_on=command.ended_on,
        recorded_at=moment.instant,
    )
    return answered_home(command, done, notice)


def needs_of_question(command: AskStays, facts: Facts) -> Iterable[Key]:
    """Need the person and the person's stays."""
    yield PERSON.key(command.jurisdiction, command.person_no)
    yield STAYS.key(command.jurisdiction, command.person_no)


def show_stays(command: AskStays, facts: Facts, moment: Moment) -> Decision:
    """Show the stays that are open, and those that met the days asked for."""
    person = facts.one(PERSON, command.jurisdiction, command.person_no)
    if person is None:
        return answered_home(command, Refused(refusals=person_missing(person, command.person_no)))
    born = parse_day(person.born)
    found = _stays(command, facts, (command.person_no,)).values()
    shown = (_shown(stay) for stay in found if _asked_for(stay, command.since[:10], command.until[:10]))
    return answered_home(
        command,
        StaysFound(
            person_no=person.person_no,
            person_name=person.name,
            certificate_type=person.certificate_type,
            certificate_no=person.certificate_no,
            gender=person.gender,
            born=person.born,
            age=0 if born is None else whole_years(born, moment.today),
            stays=tuple(sorted(shown, key=lambda stay: (stay.started_on, stay.visit_id))),
        ),
    )


def _asked_for(stay: Stay, since: str, until: str) -> bool:
    """Days include both ends (section 1.3); an open stay is shown if it began by then."""
    if stay.event == StayEvent.CANCELLED or (until and stay.opened.started_on > until):
        return False
    return stay.in_hospital or not since or stay.ended_on >= since


def _shown(stay: Stay) -> StayShown:
    opened = stay.opened
    return StayShown(
        visit_id=opened.visit_id,
        institution_code=opened.institution_code,
        started_on=opened.started_on,
        ended_on=stay.ended_on,
        scheme=opened.scheme,
        visit_kind=opened.visit_kind,
        own_number=opened.own_number,
        elsewhere=opened.care != opened.jurisdiction,
    )

"""Institutions ask who a person is, and which funds may pay for a visit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import structs

from yidi.domain.dates import parse_day, whole_years
from yidi.domain.refusal import Refusal
from yidi.processes.enrolment.commands import FindPerson, MarkShown, PersonFound, RelationShown
from yidi.processes.enrolment.numbers import number_shown
from yidi.processes.enrolment.records import (
    ACCOUNT,
    CREDENTIAL,
    IDENTITY_MARKS,
    PERSON,
    PERSON_OF_CERTIFICATE,
    RELATIONS,
    InsuranceRelation,
    Person,
)
from yidi.processes.enrolment.refusals import (
    CERTIFICATE_DIFFERS,
    CREDENTIAL_EXPIRED,
    CREDENTIAL_UNKNOWN,
    NAME_DIFFERS,
)
from yidi.processes.enrolment.views import (
    EMPLOYEE,
    ID_CARD,
    RESIDENT_ID,
    answering,
    covers,
    latest_marks,
    latest_relations,
)
from yidi.processes.ports.deciding import Decision, Facts, Key, Moment, Refused
from yidi.processes.relay.commands import answered_home


def needs_of_credential(command: FindPerson, facts: Facts) -> Iterable[Key]:
    """Need the credential shown; an ID card is also the certificate of a person."""
    shown = command.shown
    yield CREDENTIAL.key(command.jurisdiction, shown.kind, shown.number)
    if shown.kind == ID_CARD:
        yield PERSON_OF_CERTIFICATE.key(command.jurisdiction, RESIDENT_ID, shown.number.upper())


def needs_of_holder(command: FindPerson, facts: Facts) -> Iterable[Key]:
    """Need the person to whom the credential was issued."""
    held = facts.one(CREDENTIAL, command.jurisdiction, command.shown.kind, command.shown.number)
    if held is not None:
        yield PERSON.key(command.jurisdiction, held.person_no)


def needs_of_namesakes(command: FindPerson, facts: Facts) -> Iterable[Key]:
    """Need every person number of the same certificate: it changes when an area changes systems (4.5)."""
    holder = _holder(command, facts)
    if holder is not None:
        yield PERSON_OF_CERTIFICATE.key(command.jurisdiction, *_certificate(holder))


def needs_of_relations(command: FindPerson, facts: Facts) -> Iterable[Key]:
    """Need relations, identities and account of each of these."""
    holder = _holder(command, facts)
    for person in _namesakes(command, facts, holder):
        for view in (RELATIONS, IDENTITY_MARKS, ACCOUNT):
            yield view.key(command.jurisdiction, person.person_no)


def find_person(command: FindPerson, facts: Facts, moment: Moment) -> Decision:
    """Show the person behind a credential, under the number whose relation answers."""
    holder = _holder(command, facts)
    day = moment.today.isoformat()
    if holder is None:
        unknown = CREDENTIAL_UNKNOWN.because("number", kind=command.shown.kind)
        return answered_home(command, Refused(refusals=(unknown,)))
    findings = tuple(_mismatches(command, facts, holder, day))
    if findings:
        return answered_home(command, Refused(refusals=findings))
    people = {person.person_no: person for person in _namesakes(command, facts, holder)}
    held = [row for no in people for row in facts.many(RELATIONS, command.jurisdiction, no)]
    answers = answering(held, day)
    person = holder if answers is None else people[answers.person_no]
    shown = _found(command, facts, person, answers, moment)
    return answered_home(command, structs.replace(shown, person_no=number_shown(person, people.values())))


def _holder(command: FindPerson, facts: Facts) -> Person | None:
    place, shown = command.jurisdiction, command.shown
    held = facts.one(CREDENTIAL, place, shown.kind, shown.number)
    if held is not None:
        return facts.one(PERSON, place, held.person_no)
    if shown.kind != ID_CARD:
        return None
    found = facts.many(PERSON_OF_CERTIFICATE, place, RESIDENT_ID, shown.number.upper())
    return next((person for person in found if not person.stands_for), None)


def _certificate(person: Person) -> tuple[str, str]:
    return person.certificate_type, person.certificate_no


def _namesakes(command: FindPerson, facts: Facts, holder: Person | None) -> Sequence[Person]:
    if holder is None:
        return ()
    return facts.many(PERSON_OF_CERTIFICATE, command.jurisdiction, *_certificate(holder))


def _mismatches(command: FindPerson, facts: Facts, holder: Person, day: str) -> Iterator[Refusal]:
    shown = command.shown
    held = facts.one(CREDENTIAL, command.jurisdiction, shown.kind, shown.number)
    if held is not None and not held.start <= day < held.end:
        yield CREDENTIAL_EXPIRED.because("number", start=held.start, end=held.end, day=day)
    number_differs = shown.certificate_no and shown.certificate_no.upper() != holder.certificate_no
    type_differs = shown.certificate_type and shown.certificate_type != holder.certificate_type
    if number_differs or type_differs:
        yield CERTIFICATE_DIFFERS.because("certificate_no")
    if shown.name and shown.name != holder.name:
        yield NAME_DIFFERS.because("name")


def _found(
    command: FindPerson, facts: Facts, person: Person, answers: InsuranceRelation | None, moment: Moment
) -> PersonFound:
    place, no, day = command.jurisdiction, person.person_no, moment.today.isoformat()
    rows = [
        row
        for row in latest_relations(facts.many(RELATIONS, place, no))
        if (row.end > command.since if command.since else covers(row, day))
    ]
    balance_fen = sum(facts.sums(ACCOUNT, place, no).values())
    carrier = _account_carrier(rows, answers)
    marks = [row for row in latest_marks(facts.many(IDENTITY_MARKS, place, no)) if covers(row, day)]
    born = parse_day(person.born)
    return PersonFound(
        person_no=no,
        certificate_type=person.certificate_type,
        certificate_no=person.certificate_no,
        name=person.name,
        gender=person.gender,
        ethnicity=person.ethnicity,
        born=person.born,
        age=0 if born is None else whole_years(born, moment.today),
        relations=tuple(_shown(row, balance_fen if row is carrier else 0, row is answers) for row in rows),
        marks=tuple(MarkShown(row.identity_type, row.level, row.start, row.end) for row in marks),
    )


def _account_carrier(
    rows: Sequence[InsuranceRelation], answers: InsuranceRelation | None
) -> InsuranceRelation | None:
    """The account is the person's; it is shown once: with the employee scheme if there, else what answers."""
    employee = [row for row in rows if row.scheme == EMPLOYEE]
    if answers in rows and (answers in employee or not employee):
        return answers
    return next(iter([*employee, *rows]), None)


def _shown(row: InsuranceRelation, balance_fen: int, answers: bool) -> RelationShown:
    return RelationShown(
        scheme=row.scheme,
        area=row.area,
        person_type=row.person_type,
        state=row.state,
        start=row.start,
        paused_on=row.paused_on,
        civil_servant=bool(row.civil_servant),
        employer=row.employer,
        balance_fen=balance_fen,
        answers=answers,
    )

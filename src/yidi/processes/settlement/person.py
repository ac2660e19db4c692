"""Insured place: who the person is to the benefit rules on a day, and to the statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from yidi.domain.benefit.situation import PersonClass
from yidi.domain.dates import whole_years
from yidi.domain.policy.policy import Policy
from yidi.domain.refusal import Refusal
from yidi.processes.enrolment.records import (
    CREDENTIAL,
    IDENTITY_MARKS,
    RELATIONS,
    Credential,
    IdentityMark,
    InsuranceRelation,
    Person,
)
from yidi.processes.enrolment.views import EMPLOYEE, marks_on
from yidi.processes.ports.deciding import Facts, Key
from yidi.processes.settlement.commands import PersonShown
from yidi.processes.settlement.refusals import CREDENTIAL_OF_ANOTHER, HOLDER_DIFFERS

CERTIFICATE = "02"
"""The identity card as credential (dictionary of credential types): its number is the certificate's."""
_RETIRED = ("12", "13", "1112", "34")
_STUDENT = ("1403", "1404")
_CHILD = ("14",)


def person_class(scheme: str, person_type: str, policy: Policy) -> PersonClass:
    """Return what kind of person a type of the dictionary is; one the policy does not tell apart is plain."""
    if scheme == EMPLOYEE:
        return PersonClass.RETIRED if person_type.startswith(_RETIRED) else PersonClass.WORKING
    found = PersonClass.RESIDENT
    if person_type.startswith(_STUDENT):
        found = PersonClass.STUDENT
    elif person_type.startswith(_CHILD):
        found = PersonClass.CHILD
    return found if found in policy.terms.persons else PersonClass.RESIDENT


def assistance_category(marks: Iterable[IdentityMark], day: str, policy: Policy) -> str:
    """Return the special identity that the policy's medical assistance looks at; empty when none holds.

    Where a person has several, the first group of the pack counts: packs name the neediest first.
    """
    held = {row.identity_type for row in marks_on(marks, day)}
    if not held:
        return ""
    groups = policy.terms.groups.get("category", ())
    return next((code for group in groups for code in group.codes if code in held), "")


def age_on(born: str, day: str) -> int:
    """Return the age in completed years."""
    return whole_years(date.fromisoformat(born), date.fromisoformat(day))


def shown(person: Person, relation: InsuranceRelation | None, day: str) -> PersonShown:
    """Return the person as the statement names them."""
    return PersonShown(
        person_no=person.person_no,
        name=person.name,
        certificate_type=person.certificate_type,
        certificate_no=person.certificate_no,
        gender=person.gender,
        ethnicity=person.ethnicity,
        born=person.born,
        age=age_on(person.born, day),
        person_type=relation.person_type if relation is not None else "",
        civil_servant=bool(relation is not None and relation.civil_servant),
    )


def needs_credential(jurisdiction: str, kind: str, number: str) -> tuple[Key, ...]:
    """Name the credential to look at; the identity card needs none.

    What a reader appends to a number after `|` is no part of it.
    """
    number = number.partition("|")[0]
    return () if kind == CERTIFICATE or not number else (CREDENTIAL.key(jurisdiction, kind, number),)


def credential_faults(
    facts: Facts, jurisdiction: str, person: Person, kind: str, number: str, day: str
) -> tuple[Refusal, ...]:
    """Refuse a credential that is not the person's, or not valid on the day. None given: nothing to check."""
    number = number.partition("|")[0]
    if not number:
        return ()
    if kind == CERTIFICATE:
        good = number.upper() == person.certificate_no.upper()
    else:
        found: Credential | None = facts.one(CREDENTIAL, jurisdiction, kind, number)
        good = found is not None and found.person_no == person.person_no and found.start <= day < found.end
    return () if good else (CREDENTIAL_OF_ANOTHER.because("credential_no", kind=kind),)


def holder_faults(person: Person, certificate_no: str, name: str) -> tuple[Refusal, ...]:
    """Refuse a certificate or a name that is not the person's (regulation 4.3); none given is not checked."""
    if (not certificate_no or certificate_no.upper() == person.certificate_no.upper()) and (
        not name or name == person.name
    ):
        return ()
    differing = "person_name" if certificate_no.upper() in ("", person.certificate_no) else "certificate_no"
    return (HOLDER_DIFFERS.because(differing, person_no=person.person_no),)


def needs_person(jurisdiction: str, person_no: str) -> tuple[Key, ...]:
    """Name the relations and marks of a person."""
    return (RELATIONS.key(jurisdiction, person_no), IDENTITY_MARKS.key(jurisdiction, person_no))


def relation_of(relations: Sequence[InsuranceRelation], scheme: str, area: str) -> InsuranceRelation | None:
    """Return the latest version of one relation."""
    found = [row for row in relations if row.scheme == scheme and row.area == area]
    return found[-1] if found else None

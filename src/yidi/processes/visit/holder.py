"""Whether a credential, a certificate and a name shown belong to the person they are shown for (4.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from yidi.domain.refusal import Refusal
from yidi.processes.enrolment.records import (
    CREDENTIAL,
    PERSON,
    PERSON_OF_CERTIFICATE,
    RELATIONS,
    Credential,
    Person,
)
from yidi.processes.enrolment.views import ID_CARD, RESIDENT_ID, Entitled, entitlement, person_missing
from yidi.processes.ports.deciding import Facts, Key
from yidi.processes.visit.refusals import (
    CREDENTIAL_NOT_VALID,
    CREDENTIAL_OF_ANOTHER,
    HOLDER_CERTIFICATE_DIFFERS,
    HOLDER_NAME_DIFFERS,
    OTHER_NUMBER_ANSWERS,
)


class ShownFor(Protocol):
    """A question of a care place that says who the person is and what was shown."""

    @property
    def jurisdiction(self) -> str:
        """The insured place."""

    @property
    def person_no(self) -> str:
        """The person the question is about."""

    @property
    def scheme(self) -> str:
        """The scheme asked for."""

    @property
    def credential_kind(self) -> str:
        """Kind of what was shown."""

    @property
    def credential_no(self) -> str:
        """Number of what was shown; a signed block after `|` is the reader's and no part of it."""

    @property
    def certificate_no(self) -> str:
        """The certificate as given, or empty."""

    @property
    def person_name(self) -> str:
        """The name as given, or empty."""


def number_of(credential_no: str) -> str:
    """Return the number of a credential without the block some card readers append (section 1.5)."""
    return credential_no.partition("|")[0]


def needs_of_person(command: ShownFor, facts: Facts) -> Iterable[Key]:
    """Need the person and the credential shown."""
    yield PERSON.key(command.jurisdiction, command.person_no)
    yield RELATIONS.key(command.jurisdiction, command.person_no)
    yield CREDENTIAL.key(command.jurisdiction, command.credential_kind, number_of(command.credential_no))


def needs_of_numbers(command: ShownFor, facts: Facts) -> Iterable[Key]:
    """Need every number of the same certificate: a number changes with an area's system (4.5)."""
    person = facts.one(PERSON, command.jurisdiction, command.person_no)
    if person is not None:
        yield PERSON_OF_CERTIFICATE.key(command.jurisdiction, person.certificate_type, person.certificate_no)


def numbers_of(command: ShownFor, facts: Facts) -> tuple[str, ...]:
    """Return the person's numbers, the one asked about first."""
    person = facts.one(PERSON, command.jurisdiction, command.person_no)
    if person is None:
        return (command.person_no,)
    namesakes = facts.many(
        PERSON_OF_CERTIFICATE, command.jurisdiction, person.certificate_type, person.certificate_no
    )
    return tuple(dict.fromkeys((command.person_no, *(row.person_no for row in namesakes))))


def needs_of_relations(command: ShownFor, facts: Facts) -> Iterable[Key]:
    """Need the relations under each of these numbers."""
    return (RELATIONS.key(command.jurisdiction, number) for number in numbers_of(command, facts))


def entitled(command: ShownFor, facts: Facts, day: str) -> Entitled | tuple[Refusal, ...]:
    """Return what entitles the person on a day, or every reason against: identity and entitlement alike."""
    place = command.jurisdiction
    person = facts.one(PERSON, place, command.person_no)
    if person is None:
        return person_missing(person, command.person_no)
    numbers = numbers_of(command, facts)
    findings = tuple(_mismatches(command, person, _credential(command, facts), numbers, day))
    held = [row for number in numbers for row in facts.many(RELATIONS, place, number)]
    found = entitlement(held, command.scheme, day)
    if not isinstance(found, Entitled):
        return (*findings, *found)
    answers = found.relation.person_no
    if answers != command.person_no:
        other = OTHER_NUMBER_ANSWERS.because("person_no", answers=answers, person_no=command.person_no)
        return (*findings, other)
    return findings or found


def _credential(command: ShownFor, facts: Facts) -> Credential | None:
    number = number_of(command.credential_no)
    return facts.one(CREDENTIAL, command.jurisdiction, command.credential_kind, number)


def _mismatches(
    command: ShownFor, person: Person, credential: Credential | None, numbers: Sequence[str], day: str
) -> Iterator[Refusal]:
    if credential is None or credential.person_no not in numbers:
        if not _is_own_id_card(command, person) and command.credential_no:
            yield CREDENTIAL_OF_ANOTHER.because(
                "credential_no", kind=command.credential_kind, person_no=command.person_no
            )
    elif not credential.start <= day < credential.end:
        yield CREDENTIAL_NOT_VALID.because(
            "credential_no", start=credential.start, end=credential.end, day=day
        )
    if command.certificate_no and command.certificate_no.upper() != person.certificate_no:
        yield HOLDER_CERTIFICATE_DIFFERS.because("certificate_no", person_no=command.person_no)
    if command.person_name and command.person_name != person.name:
        yield HOLDER_NAME_DIFFERS.because("person_name", person_no=command.person_no)


def _is_own_id_card(command: ShownFor, person: Person) -> bool:
    """An ID card needs no registration: its number is the person's certificate."""
    number = number_of(command.credential_no).upper()
    return command.credential_kind == ID_CARD and (RESIDENT_ID, number) == (
        person.certificate_type,
        person.certificate_no,
    )

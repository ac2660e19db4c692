"""Which funds may pay for a visit, fund by fund, and why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from yidi.domain.benefit.situation import CareKind
from yidi.domain.codes.chronic_disease import ChronicDiseases
from yidi.domain.dates import FOREVER
from yidi.domain.refusal import Refusal
from yidi.processes.enrolment.commands import CheckEntitlement, Entitlement, FundEntitled
from yidi.processes.enrolment.records import (
    CERTIFICATES,
    IDENTITY_MARKS,
    PERSON,
    PERSON_OF_CERTIFICATE,
    RELATIONS,
    ChronicCertificate,
    IdentityMark,
    Person,
)
from yidi.processes.enrolment.refusals import FUND_DOES_NOT_COVER, NOT_CERTIFIED, NUMBER_REPLACED
from yidi.processes.enrolment.views import (
    EMPLOYEE,
    RESIDENT,
    Entitled,
    answering,
    certified,
    entitlement,
    marks_on,
    person_missing,
)
from yidi.processes.ports.deciding import Decision, Facts, Key, Moment, Refused
from yidi.processes.relay.commands import answered_home

STAYS = frozenset({CareKind.INPATIENT, CareKind.CHRONIC})
VISITS = frozenset({CareKind.OUTPATIENT, CareKind.EMERGENCY_OUTPATIENT, CareKind.PHARMACY})
EVERY = STAYS | VISITS
EMPLOYER_SUPPLEMENT = "370"
ASSISTED = "23"
"""Special identities that begin so are categories of medical assistance (dictionary of identities)."""


class Fund(Struct, frozen=True):
    """A fund by its code (dictionary of fund types), the schemes it goes with and the care it pays."""

    fund_type: str
    schemes: tuple[str, ...]
    care: frozenset[CareKind]
    who: str = ""
    """Empty for everybody in the scheme, else civil_servant, employer or assisted."""


FUNDS = (
    Fund("310100", (EMPLOYEE,), STAYS),
    Fund("310102", (EMPLOYEE,), VISITS),
    Fund("310200", (EMPLOYEE,), EVERY),
    Fund("330100", (EMPLOYEE,), STAYS),
    Fund("320100", (EMPLOYEE,), EVERY, "civil_servant"),
    Fund("370100", (EMPLOYEE,), EVERY, "employer"),
    Fund("390100", (RESIDENT,), STAYS),
    Fund("390102", (RESIDENT,), VISITS),
    Fund("390200", (RESIDENT,), STAYS),
    Fund("610100", (EMPLOYEE, RESIDENT), EVERY, "assisted"),
)


def care_kind_of(visit_kind: str) -> CareKind:
    """Read a care kind, or the leading digits of a visit kind (dictionary of medical categories)."""
    if visit_kind in set(CareKind):
        return CareKind(visit_kind)
    for start, kind in (
        ("13", CareKind.EMERGENCY_OUTPATIENT),
        ("14", CareKind.CHRONIC),
        ("2", CareKind.INPATIENT),
        ("52", CareKind.INPATIENT),
        ("41", CareKind.PHARMACY),
    ):
        if visit_kind.startswith(start):
            return kind
    return CareKind.OUTPATIENT


def needs_of_numbers(command: CheckEntitlement, facts: Facts) -> Iterable[Key]:
    """Need every number of the person's certificate."""
    person = facts.one(PERSON, command.jurisdiction, command.person_no)
    if person is not None:
        yield PERSON_OF_CERTIFICATE.key(command.jurisdiction, person.certificate_type, person.certificate_no)


def needs_of_their_relations(command: CheckEntitlement, facts: Facts) -> Iterable[Key]:
    """Need the relations under each of these."""
    return (RELATIONS.key(command.jurisdiction, row.person_no) for row in _numbers(command, facts))


def _numbers(command: CheckEntitlement, facts: Facts) -> Sequence[Person]:
    place, person = command.jurisdiction, facts.one(PERSON, command.jurisdiction, command.person_no)
    if person is None:
        return ()
    return facts.many(PERSON_OF_CERTIFICATE, place, person.certificate_type, person.certificate_no)


def _replaced_by(command: CheckEntitlement, facts: Facts, day: str) -> tuple[Refusal, ...]:
    """Refuse a number that another number of the same person has replaced (regulation 4.5)."""
    place, no = command.jurisdiction, command.person_no
    held = [row for one in _numbers(command, facts) for row in facts.many(RELATIONS, place, one.person_no)]
    found = answering(held, day)
    if found is None or found.person_no == no:
        return ()
    return (NUMBER_REPLACED.because("person_no", person_no=no, answers=found.person_no),)


def needs_of_funds(command: CheckEntitlement, facts: Facts) -> Iterable[Key]:
    """Need the person with relations, identities and certificates."""
    for view in (PERSON, RELATIONS, IDENTITY_MARKS, CERTIFICATES):
        yield view.key(command.jurisdiction, command.person_no)


def check_entitlement(
    diseases: ChronicDiseases,
) -> Callable[[CheckEntitlement, Facts, Moment], Decision]:
    """Make the decision over the given list of chronic diseases."""

    def decide(command: CheckEntitlement, facts: Facts, moment: Moment) -> Decision:
        place, no = command.jurisdiction, command.person_no
        missing = person_missing(facts.one(PERSON, place, no), no)
        if missing:
            return answered_home(command, Refused(refusals=missing))
        day = command.start[:10] or moment.today.isoformat()
        replaced = _replaced_by(command, facts, day)
        if replaced:
            return answered_home(command, Refused(refusals=replaced))
        held = entitlement(facts.many(RELATIONS, place, no), command.scheme, day)
        chronic = _certificate(command, facts.many(CERTIFICATES, place, no), day, diseases)
        if not isinstance(held, Entitled):
            rows = tuple(_none(fund, held, day) for fund in FUNDS if command.scheme in ("", *fund.schemes))
        else:
            marks = marks_on(facts.many(IDENTITY_MARKS, place, no), day)
            rows = tuple(_fund_rows(command, held, marks, chronic, day))
        return answered_home(command, Entitlement(person_no=no, funds=rows))

    return decide


def _certificate(
    command: CheckEntitlement, rows: Sequence[ChronicCertificate], day: str, diseases: ChronicDiseases
) -> Refusal | None:
    if care_kind_of(command.visit_kind) is not CareKind.CHRONIC:
        return None
    if certified(rows, command.disease_code, day, diseases) is not None:
        return None
    return NOT_CERTIFIED.because("disease_code", disease_code=command.disease_code, day=day)


def _fund_rows(
    command: CheckEntitlement,
    held: Entitled,
    marks: Sequence[IdentityMark],
    uncertified: Refusal | None,
    day: str,
) -> Iterator[FundEntitled]:
    care = care_kind_of(command.visit_kind)
    if uncertified is not None:
        care = CareKind.OUTPATIENT
    for fund in FUNDS:
        if held.relation.scheme not in fund.schemes or not _belongs(fund, held, marks):
            continue
        if care in fund.care:
            yield FundEntitled(fund.fund_type, True, held.relation.start, held.relation.end)
        else:
            yield _none(fund, (uncertified or FUND_DOES_NOT_COVER.because("visit_kind"),), day)


def _belongs(fund: Fund, held: Entitled, marks: Sequence[IdentityMark]) -> bool:
    match fund.who:
        case "civil_servant":
            return bool(held.relation.civil_servant)
        case "employer":
            return any(row.scheme == EMPLOYER_SUPPLEMENT for row in held.supplements)
        case "assisted":
            return any(row.identity_type.startswith(ASSISTED) for row in marks)
        case _:
            return True


def _none(fund: Fund, reasons: Sequence[Refusal], day: str) -> FundEntitled:
    return FundEntitled(
        fund.fund_type,
        False,
        day,
        FOREVER,
        "；".join(reason.cause_zh for reason in reasons),
        "; ".join(reason.cause_en for reason in reasons),
    )

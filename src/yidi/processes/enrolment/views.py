"""How facts of enrolment are understood: what holds on a day, and which one entitlement answers.

Pure; used at registration and again at settlement (regulation 4.6), here and by later processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from msgspec import Struct

from yidi.domain.codes.chronic_disease import ChronicDiseases
from yidi.domain.refusal import Refusal
from yidi.processes.enrolment.records import (
    ChronicCertificate,
    FamilyDoctorContract,
    IdentityMark,
    InsuranceRelation,
    InsuranceState,
    Person,
)
from yidi.processes.enrolment.refusals import (
    NOT_INSURED,
    NOT_YET_INSURED,
    OTHER_ENTITLEMENT_ANSWERS,
    PERSON_UNKNOWN,
    RELATION_LOCKED,
    RELATION_OVER,
    RELATION_PAUSED,
    RELATION_WAITING,
)

EMPLOYEE, RESIDENT = "310", "390"
"""The two basic schemes (dictionary of insurance types; regulation 1.3)."""
RESIDENT_ID, ID_CARD = "01", "02"
"""The certificate and the credential that are one number (dictionaries of certificates, credentials)."""
BASIC = (EMPLOYEE, RESIDENT)
"""In the order in which they answer when a person is enrolled in both."""

V = TypeVar("V", InsuranceRelation, ChronicCertificate, IdentityMark)


class Entitled(Struct, frozen=True):
    """The one relation that answers, and the supplementary ones that go with it."""

    relation: InsuranceRelation
    supplements: tuple[InsuranceRelation, ...]


def latest_relations(relations: Iterable[InsuranceRelation]) -> tuple[InsuranceRelation, ...]:
    """Return the version that holds of every relation (scheme and area)."""
    return _latest(relations, lambda row: (row.person_no, row.scheme, row.area))


def latest_marks(marks: Iterable[IdentityMark]) -> tuple[IdentityMark, ...]:
    """Return the version that holds of every special identity."""
    return _latest(marks, lambda row: (row.identity_type,))


def latest_certificates(rows: Iterable[ChronicCertificate]) -> tuple[ChronicCertificate, ...]:
    """Return the version that holds of every chronic-disease certificate."""
    return _latest(rows, lambda row: (row.disease_code,))


def covers(
    row: InsuranceRelation | IdentityMark | ChronicCertificate | FamilyDoctorContract, day: str
) -> bool:
    """Say whether the day lies in the span of a fact."""
    return bool(row.start <= day < row.end)


def answering(relations: Iterable[InsuranceRelation], day: str) -> InsuranceRelation | None:
    """Return the one active entitlement that answers on a day (regulation 4.9), None when none does.

    Among the basic schemes in state normal: the employee scheme before the resident one, since a resident
    relation is renewed every year and must not outrank a job; then the latest start; then the area code. A
    lock is a sanction on the person (4.7): while one holds, nothing answers.
    """
    basic = [row for row in latest_relations(relations) if row.scheme in BASIC and covers(row, day)]
    if any(row.state == InsuranceState.LOCKED for row in basic):
        return None
    normal = [row for row in basic if row.state == InsuranceState.NORMAL]
    newest = sorted(normal, key=lambda row: (row.start, row.area), reverse=True)
    return min(newest, key=lambda row: BASIC.index(row.scheme), default=None)


def entitlement(
    relations: Sequence[InsuranceRelation], scheme: str, day: str
) -> Entitled | tuple[Refusal, ...]:
    """Say which relation entitles to direct settlement on a day, or every reason why none does.

    `scheme` is the one asked for; empty takes the one that answers.
    """
    found = answering(relations, day)
    if found is not None and scheme in ("", found.scheme):
        return Entitled(found, supplements(relations, found, day))
    asked = [row for row in latest_relations(relations) if row.scheme == (scheme or row.scheme)]
    held = [row for row in asked if row.scheme in BASIC or scheme]
    reasons = tuple(reason for row in held if (reason := _why_not(row, day)) is not None)
    if found is not None and not reasons:
        kind = OTHER_ENTITLEMENT_ANSWERS if held else NOT_INSURED
        return (kind.because("scheme", scheme=scheme, day=day, answers=found.scheme, area=found.area),)
    locked = () if reasons else _locks(relations, day)
    return reasons or locked or (NOT_INSURED.because("scheme", scheme=scheme or "/".join(BASIC), day=day),)


def supplements(
    relations: Iterable[InsuranceRelation], basic: InsuranceRelation, day: str
) -> tuple[InsuranceRelation, ...]:
    """Return the supplementary relations in force that accompany a basic one in the same area."""
    return tuple(
        row
        for row in latest_relations(relations)
        if row.scheme not in BASIC
        and row.area == basic.area
        and row.state == InsuranceState.NORMAL
        and covers(row, day)
    )


def certified(
    rows: Iterable[ChronicCertificate], disease_code: str, day: str, diseases: ChronicDiseases
) -> ChronicCertificate | None:
    """Return the certificate valid on a day for a disease, national or local code, or None."""
    for row in latest_certificates(rows):
        if (
            row.state == "valid"
            and covers(row, day)
            and same_disease(row.disease_code, disease_code, diseases)
        ):
            return row
    return None


def same_disease(one: str, other: str, diseases: ChronicDiseases) -> bool:
    """Say whether two chronic-disease codes mean the same: equal, or one the national code of the other."""
    return one == other or other == diseases.national_code(one) or one == diseases.national_code(other)


def contracted(rows: Iterable[FamilyDoctorContract], institution_code: str, day: str) -> bool:
    """Say whether a family-doctor contract with this institution holds on a day."""
    return any(row.institution_code == institution_code and covers(row, day) for row in rows)


def marks_on(rows: Iterable[IdentityMark], day: str) -> tuple[IdentityMark, ...]:
    """Return the special identities that hold on a day."""
    return tuple(row for row in latest_marks(rows) if covers(row, day))


def person_missing(person: Person | None, person_no: str) -> tuple[Refusal, ...]:
    """Refuse a person number nobody has; empty when the person is known."""
    return () if person is not None else (PERSON_UNKNOWN.because("person_no", person_no=person_no),)


def _latest(rows: Iterable[V], key: Callable[[V], tuple[str, ...]]) -> tuple[V, ...]:
    found: dict[tuple[str, ...], V] = {}
    for row in rows:
        held = found.get(key(row))
        if held is None or held.version < row.version:
            found[key(row)] = row
    return tuple(found.values())


def _why_not(row: InsuranceRelation, day: str) -> Refusal | None:
    if row.state == InsuranceState.ENDED or day >= row.end:
        return RELATION_OVER.because("scheme", scheme=row.scheme, end=min(row.end, row.paused_on or row.end))
    if day < row.start:
        return NOT_YET_INSURED.because("scheme", scheme=row.scheme, start=row.start, day=day)
    match row.state:
        case InsuranceState.PAUSED:
            return RELATION_PAUSED.because("scheme", scheme=row.scheme, since=row.paused_on or row.start)
        case InsuranceState.WAITING:
            return RELATION_WAITING.because("scheme", scheme=row.scheme)
        case InsuranceState.LOCKED:
            return RELATION_LOCKED.because("scheme", scheme=row.scheme)
        case _:
            return None


def _locks(relations: Iterable[InsuranceRelation], day: str) -> tuple[Refusal, ...]:
    return tuple(
        RELATION_LOCKED.because("scheme", scheme=row.scheme)
        for row in latest_relations(relations)
        if row.state == InsuranceState.LOCKED and covers(row, day)
    )


def home_area(relations: Iterable[InsuranceRelation], day: str) -> str:
    """Return the pooling area whose rules concern a person, entitled or not; empty when never insured."""
    found = answering(relations, day)
    if found is not None:
        return found.area
    basic = [row for row in latest_relations(relations) if row.scheme in BASIC]
    return max(basic, key=lambda row: (row.start <= day, row.start, row.area)).area if basic else ""

"""Whether the institution of a visit is open for that care on the day, and for that disease (1.7)."""

from __future__ import annotations

from collections.abc import Iterable

from yidi.domain.codes.chronic_disease import ChronicDiseases, check_chronic_disease
from yidi.domain.policy.dimensions import CareKind
from yidi.domain.refusal import Refusal
from yidi.processes.network.records import INSTITUTION, OPENINGS, Institution, Service
from yidi.processes.network.views import may_act, open_for
from yidi.processes.ports.deciding import Facts, Key
from yidi.processes.visit.refusals import CHRONIC_CODE_MISSING, CHRONIC_NOT_NATIONAL

_SERVICE_OF = {
    CareKind.INPATIENT: Service.INPATIENT,
    CareKind.OUTPATIENT: Service.OUTPATIENT,
    CareKind.EMERGENCY_OUTPATIENT: Service.OUTPATIENT,
    CareKind.CHRONIC: Service.CHRONIC,
    CareKind.PHARMACY: Service.PHARMACY,
}


def needs_of_institution(place: str, institution_code: str) -> Iterable[Key]:
    """Need the institution and what it is open for."""
    yield INSTITUTION.key(place, institution_code)
    yield OPENINGS.key(place, institution_code)


def designated(
    facts: Facts,
    place: str,
    institution_code: str,
    care_kind: str,
    disease_code: str,
    day: str,
    diseases: ChronicDiseases,
) -> Institution | tuple[Refusal, ...]:
    """Return the institution if it is open for this care on a day, else every reason why not.

    A person of the same province is served alike: what an institution is open for does not ask where
    the person comes from.
    """
    institutions = facts.many(INSTITUTION, place, institution_code)
    openings = facts.many(OPENINGS, place, institution_code)
    service = _SERVICE_OF[CareKind(care_kind)]
    return open_for(institutions, openings, institution_code, service, disease_code, day, diseases)


def designated_for_any(
    facts: Facts, place: str, institution_code: str, day: str
) -> Institution | tuple[Refusal, ...]:
    """Return the institution if it may act at all: a registration that does not say its kind yet."""
    return may_act(facts.many(INSTITUTION, place, institution_code), institution_code, day)


def disease_faults(
    care_kind: str, disease_code: str, crosses: bool, diseases: ChronicDiseases
) -> tuple[Refusal, ...]:
    """Refuse a chronic-disease visit without its disease, or one not settled across provinces.

    `crosses` says that the person is insured in another province.
    """
    if care_kind != CareKind.CHRONIC:
        return ()
    if not disease_code:
        return (CHRONIC_CODE_MISSING.because("disease_code"),)
    checked = check_chronic_disease(disease_code)
    if isinstance(checked, Refusal):
        return (checked,)
    if crosses and diseases.national_code(disease_code) is None:
        return (CHRONIC_NOT_NATIONAL.because("disease_code", disease_code=disease_code),)
    return ()


def travelling_code(disease_code: str, crosses: bool, diseases: ChronicDiseases) -> str:
    """Return the code that leaves the province: the national one of a local sub-code (section 1)."""
    national = diseases.national_code(disease_code) if crosses and disease_code else None
    return national or disease_code

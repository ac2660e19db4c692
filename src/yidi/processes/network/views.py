"""How facts of the network are understood: which institution may serve what, and of which level it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from yidi.domain.codes.chronic_disease import ChronicDiseases
from yidi.domain.dates import Span
from yidi.domain.refusal import Refusal
from yidi.processes.enrolment.views import same_disease
from yidi.processes.network.records import Institution, ItemMapping, Service, ServiceOpening
from yidi.processes.network.refusals import (
    DISEASE_NOT_OPEN,
    INSTITUTION_SUSPENDED,
    INSTITUTION_UNKNOWN,
    INSTITUTION_WITHDRAWN,
    SERVICE_NOT_OPEN,
)

OPEN, CLOSED, SUSPENDED, WITHDRAWN = "open", "closed", "suspended", "withdrawn"
MAPPED, UNMAPPED = "mapped", "withdrawn"


class Level(NamedTuple):
    """The level 1, 2 or 3 (an unrated institution counts as 1) and the letter A, B, C or none."""

    level: int
    grade: str


LEVELS = {
    "1": Level(3, "A"),
    "2": Level(3, "A"),
    "3": Level(3, "B"),
    "4": Level(3, "C"),
    "5": Level(2, "A"),
    "6": Level(2, "B"),
    "7": Level(2, "C"),
    "8": Level(1, "A"),
    "9": Level(1, "B"),
    "10": Level(1, "C"),
    "11": Level(1, ""),
    "12": Level(3, ""),
    "13": Level(2, ""),
    "14": Level(1, ""),
}
"""By code of the dictionary of hospital grades; the special grade of level 3 counts as its A."""

_SERVICE_ZH = {
    Service.INPATIENT: "住院",
    Service.OUTPATIENT: "普通门诊",
    Service.CHRONIC: "门诊慢特病",
    Service.PHARMACY: "药店购药",
}


def level_of(grade: str) -> Level:
    """Return the level of a grade code, written with or without a leading zero; unknown counts as unrated."""
    return LEVELS.get(grade.lstrip("0"), LEVELS["11"])


def current(rows: Iterable[Institution]) -> Institution | None:
    """Return the version of an institution that holds."""
    return max(rows, key=lambda row: row.version, default=None)


def latest_openings(rows: Iterable[ServiceOpening]) -> tuple[ServiceOpening, ...]:
    """Return the version that holds of every opening."""
    found: dict[tuple[str, str], ServiceOpening] = {}
    for row in rows:
        held = found.get((row.service, row.disease_code))
        if held is None or held.version < row.version:
            found[row.service, row.disease_code] = row
    return tuple(found.values())


def latest_mappings(rows: Iterable[ItemMapping]) -> tuple[ItemMapping, ...]:
    """Return the version that holds of every mapping of own items."""
    found: dict[tuple[str, str], ItemMapping] = {}
    for row in rows:
        held = found.get((row.own_code, row.item_code))
        if held is None or held.version < row.version:
            found[row.own_code, row.item_code] = row
    return tuple(found.values())


def mapped_to(rows: Iterable[ItemMapping], day: str) -> ItemMapping | None:
    """Return the national item that an own item is mapped to on a day, or None."""
    live = [row for row in latest_mappings(rows) if row.state == MAPPED]
    return next((row for row in live if Span(row.start, row.end).covers(day)), None)


def may_act(
    rows: Iterable[Institution], institution_code: str, day: str
) -> Institution | tuple[Refusal, ...]:
    """Return the institution if it is designated and not suspended on a day, else why not."""
    row = current(rows)
    if row is None:
        return (INSTITUTION_UNKNOWN.because("institution_code", institution_code=institution_code),)
    if row.state == SUSPENDED:
        return (INSTITUTION_SUSPENDED.because("institution_code", institution_code=institution_code),)
    if row.state == WITHDRAWN or not Span(row.start, row.end).covers(day):
        return (
            INSTITUTION_WITHDRAWN.because(
                "institution_code",
                institution_code=institution_code,
                day=day,
                start=row.start,
                end=row.end,
            ),
        )
    return row


def open_for(
    rows: Iterable[Institution],
    openings: Sequence[ServiceOpening],
    institution_code: str,
    service: Service,
    disease_code: str,
    day: str,
    diseases: ChronicDiseases,
) -> Institution | tuple[Refusal, ...]:
    """Return the institution if it is open for a service (and disease) on a day, else why not.

    Each service is opened separately, chronic care each disease (regulation 1.7). An opening by a local or
    the national code of a disease serves both.
    """
    found = may_act(rows, institution_code, day)
    if not isinstance(found, Institution):
        return found
    live = [
        row
        for row in latest_openings(openings)
        if row.service == service and row.state == OPEN and Span(row.start, row.end).covers(day)
    ]
    if not live:
        return (
            SERVICE_NOT_OPEN.because(
                "service",
                institution_code=institution_code,
                day=day,
                service=service.value,
                service_zh=_SERVICE_ZH[service],
            ),
        )
    if service is Service.CHRONIC and not any(
        same_disease(row.disease_code, disease_code, diseases) for row in live
    ):
        return (
            DISEASE_NOT_OPEN.because(
                "disease_code", institution_code=institution_code, day=day, disease_code=disease_code
            ),
        )
    return found

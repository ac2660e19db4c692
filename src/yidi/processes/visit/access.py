"""Whose visit it is, what may still be done on it, and how a change of it is written down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Protocol

from yidi.domain.codes.shape import shown
from yidi.domain.dates import parse_day
from yidi.domain.refusal import Refusal
from yidi.processes.ports.deciding import Facts, Key, Moment
from yidi.processes.ports.settled import Coverage
from yidi.processes.visit.commands import DiagnosisGiven
from yidi.processes.visit.records import (
    VISIT,
    VISIT_CHANGES,
    Diagnosis,
    Visit,
    VisitChange,
    VisitEvent,
)
from yidi.processes.visit.refusals import (
    AWAITING_ANSWER,
    CLAIMED,
    DAY_UNREADABLE,
    IN_THE_FUTURE,
    NOT_A_STAY,
    NOT_OPEN,
    NOT_OUTPATIENT,
    SETTLED,
    VISIT_OF_ANOTHER_PERSON,
    VISIT_UNKNOWN,
)
from yidi.processes.visit.views import VisitNow, VisitState, visit_state

MOMENT_ADMISSION, MOMENT_DISCHARGE = "admission", "discharge"


class OnVisit(Protocol):
    """A command on a visit of its sender."""

    @property
    def jurisdiction(self) -> str:
        """The care place."""

    @property
    def sender(self) -> str:
        """The institution that asks."""

    @property
    def visit_id(self) -> str:
        """The visit asked about."""


def needs_of_visit(command: OnVisit, facts: Facts) -> Iterable[Key]:
    """Need the visit and its changes."""
    yield VISIT.key(command.jurisdiction, command.visit_id)
    yield VISIT_CHANGES.key(command.jurisdiction, command.visit_id)


def own_visit(command: OnVisit, facts: Facts, person_no: str = "") -> VisitNow | Refusal:
    """Return the sender's visit as it stands; another institution's visit is as good as none.

    `person_no` is the person the sender says the visit is of, empty where it says none.
    """
    visit = facts.one(VISIT, command.jurisdiction, command.visit_id)
    if visit is None or visit.institution_code != command.sender:
        return VISIT_UNKNOWN.because("visit_id", visit_id=shown(command.visit_id))
    now = visit_state(visit, facts.many(VISIT_CHANGES, command.jurisdiction, command.visit_id))
    if person_no and not now.is_of(person_no):
        return VISIT_OF_ANOTHER_PERSON.because(
            "person_no", visit_id=visit.visit_id, person_no=shown(person_no)
        )
    return now


def not_standing(now: VisitNow) -> tuple[Refusal, ...]:
    """Refuse what is neither open nor discharged, or awaits an answer of the insured place."""
    visit_id = now.visit.visit_id
    if now.awaiting:
        return (AWAITING_ANSWER.because("visit_id", visit_id=visit_id, msgid=now.awaiting),)
    if now.state not in (VisitState.OPEN, VisitState.DISCHARGED):
        return (NOT_OPEN.because("visit_id", visit_id=visit_id),)
    return ()


def meant_otherwise(now: VisitNow, inpatient: bool | None) -> tuple[Refusal, ...]:
    """Refuse what was meant for a stay but names an outpatient visit, or the other way round."""
    if inpatient is None or inpatient is now.inpatient:
        return ()
    kind = NOT_A_STAY if inpatient else NOT_OUTPATIENT
    return (kind.because("visit_id", visit_id=now.visit.visit_id),)


def holding(visit_id: str, coverage: Coverage) -> tuple[Refusal, ...]:
    """Refuse a change of what a settlement or a manual claim holds."""
    if coverage.claimed:
        return (CLAIMED.because("visit_id", visit_id=visit_id),)
    held = (*coverage.standing, *coverage.under_way)
    return (SETTLED.because("visit_id", visit_id=visit_id, settlements=", ".join(held)),) if held else ()


def time_faults(field: str, value: str, today: date) -> Iterator[Refusal]:
    """Find a time that is none, or lies after today. The institution's clock may go ahead by hours."""
    day = parse_day(value[:10])
    if day is None:
        yield DAY_UNREADABLE.because(field, value=shown(value))
    elif day > today:
        yield IN_THE_FUTURE.because(field, day=day.isoformat(), today=today.isoformat())


def change_of(now: VisitNow, event: VisitEvent, msgid: str, moment: Moment, **said: str) -> VisitChange:
    """Write the next change of a visit; `said` are the columns that say something new."""
    return next_change(now.visit, now.sequence, event, msgid, moment, **said)


def next_change(
    visit: Visit, sequence: int, event: VisitEvent, msgid: str, moment: Moment, **said: str
) -> VisitChange:
    """Write the change that follows number `sequence` of a visit."""
    return VisitChange(
        jurisdiction=visit.jurisdiction,
        visit_id=visit.visit_id,
        sequence=sequence + 1,
        event=event.value,
        msgid=msgid,
        visit_kind=said.get("visit_kind", ""),
        care_kind=said.get("care_kind", ""),
        disease_code=said.get("disease_code", ""),
        disease_name=said.get("disease_name", ""),
        diagnosis_code=said.get("diagnosis_code", ""),
        admission=said.get("admission", ""),
        urgent=said.get("urgent", ""),
        trauma=said.get("trauma", ""),
        third_party=said.get("third_party", ""),
        pledged=said.get("pledged", ""),
        started_at=said.get("started_at", ""),
        ended_at=said.get("ended_at", ""),
        leaving=said.get("leaving", ""),
        particulars=said.get("particulars", ""),
        recorded_at=moment.instant,
        person_no=said.get("person_no", ""),
    )


def diagnosis_rows(
    place: str, visit_id: str, given: Sequence[DiagnosisGiven], known: Sequence[Diagnosis], of: str, at: str
) -> tuple[Diagnosis, ...]:
    """Write the next version of each diagnosis given: a known position changes, a new one is added.

    `of` is the moment, admission or discharge; `at` the instant of recording.
    """
    versions: dict[str, int] = {}
    for row in known:
        if row.moment == of:
            versions[row.position] = max(row.version, versions.get(row.position, 0))
    rows: list[Diagnosis] = []
    for one in given:
        versions[one.position] = versions.get(one.position, 0) + 1
        rows.append(_diagnosis(place, visit_id, one, versions[one.position], of, at))
    return tuple(rows)


def _diagnosis(place: str, visit_id: str, one: DiagnosisGiven, version: int, of: str, at: str) -> Diagnosis:
    return Diagnosis(
        jurisdiction=place,
        visit_id=visit_id,
        position=one.position,
        moment=of,
        version=version,
        kind=one.kind,
        main=int(one.main),
        code=one.code,
        name=one.name,
        department=one.department,
        doctor_code=one.doctor_code,
        doctor_name=one.doctor_name,
        condition=one.condition,
        diagnosed_at=one.diagnosed_at,
        state="valid" if one.valid else "void",
        recorded_at=at,
    )

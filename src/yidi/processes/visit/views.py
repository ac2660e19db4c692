"""How facts about visits are read: the visit as it stands, its live lines and their sums, open stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, TypeVar

from yidi.domain.catalogue.conversion import Parts
from yidi.domain.catalogue.item import ExpenseClass
from yidi.domain.policy.dimensions import CareKind
from yidi.processes.visit.records import (
    BilledLine,
    Diagnosis,
    FeeLine,
    LineWithdrawal,
    StayEvent,
    StayNotice,
    Visit,
    VisitChange,
    VisitEvent,
)

Line = TypeVar("Line", FeeLine, BilledLine)
"""A fee line, or what of it its settlement reads."""


class VisitState(StrEnum):
    """Where a visit stands. ASKED: the insured place has not answered the registration yet."""

    ASKED = "asked"
    REFUSED = "refused"
    OPEN = "open"
    DISCHARGED = "discharged"
    CANCELLED = "cancelled"


_STATE_AFTER = {
    VisitEvent.OPENED: VisitState.OPEN,
    VisitEvent.REFUSED: VisitState.REFUSED,
    VisitEvent.FOR_CLAIM: VisitState.OPEN,
    VisitEvent.DISCHARGED: VisitState.DISCHARGED,
    VisitEvent.DISCHARGE_CANCELLED: VisitState.OPEN,
    VisitEvent.CANCELLED: VisitState.CANCELLED,
}
_ON_REGISTRATION = (VisitEvent.OPENED, VisitEvent.REFUSED, VisitEvent.FOR_CLAIM)
ASKING = {
    VisitEvent.DISCHARGE_ASKED: VisitEvent.DISCHARGED,
    VisitEvent.DISCHARGE_CANCEL_ASKED: VisitEvent.DISCHARGE_CANCELLED,
    VisitEvent.CANCEL_ASKED: VisitEvent.CANCELLED,
}
"""What takes effect only when the insured place has noted it, and what it then is."""


class VisitNow(NamedTuple):
    """A visit with its changes folded in.

    `awaiting` is the message id of a change whose answer from the insured place is under way, else empty.
    `urgent` is 1 emergency, 2 referral, 3 both; `admission` 1 ordinary, 2 emergency, 3 transfer. `trauma`
    and `third_party` are 0 or 1, empty when never said; `pledged` that nobody else is liable (regulation
    1.9). Times are as the institution wrote them. `claim_only` says that the insured place does not know the
    visit: it is open for data and lines, but only a manual claim can pay it. `later_numbers` are further
    numbers of the person (regulation 4.5).
    """

    visit: Visit
    state: VisitState
    awaiting: str
    sequence: int
    visit_kind: str
    care_kind: str
    disease_code: str
    disease_name: str
    diagnosis_code: str
    admission: str
    urgent: str
    trauma: str
    third_party: str
    pledged: bool
    started_at: str
    ended_at: str
    leaving: str
    particulars: str
    claim_only: bool = False
    later_numbers: tuple[str, ...] = ()

    def is_of(self, person_no: str) -> bool:
        """Say whether the visit is of the person with this number, the registered one or a later one."""
        return person_no == self.visit.person_no or person_no in self.later_numbers

    @property
    def inpatient(self) -> bool:
        """Whether this is a stay."""
        return self.care_kind == CareKind.INPATIENT

    @property
    def started_on(self) -> str:
        """The day of registration or admission."""
        return self.started_at[:10]

    @property
    def ended_on(self) -> str:
        """The day of discharge; empty before it."""
        return self.ended_at[:10]

    @property
    def takes_lines(self) -> bool:
        """Whether fee lines may come: the visit is open, or a stay that was discharged."""
        return self.state in (VisitState.OPEN, VisitState.DISCHARGED)

    @property
    def emergency(self) -> bool:
        """Whether the institution marked an emergency, which counts as filed (regulation 2.8)."""
        return self.admission == "2" or self.urgent in ("1", "3")


def visit_state(visit: Visit, changes: Sequence[VisitChange]) -> VisitNow:
    """Fold the changes of a visit, oldest first, into the visit as it stands."""
    now = _as_registered(visit)
    for change in changes:
        now = _after(now, change)
    return now


def _as_registered(visit: Visit) -> VisitNow:
    return VisitNow(
        visit=visit,
        state=VisitState.ASKED,
        awaiting=visit.msgid,
        sequence=0,
        visit_kind=visit.visit_kind,
        care_kind=visit.care_kind,
        disease_code=visit.disease_code,
        disease_name=visit.disease_name,
        diagnosis_code=visit.diagnosis_code,
        admission=visit.admission,
        urgent=visit.urgent,
        trauma=str(visit.trauma) if visit.trauma else "",
        third_party=str(visit.third_party) if visit.trauma or visit.third_party else "",
        pledged=bool(visit.pledged),
        started_at=visit.started_at,
        ended_at="",
        leaving="",
        particulars=visit.particulars,
    )


def _after(now: VisitNow, change: VisitChange) -> VisitNow:
    event = VisitEvent(change.event)
    if event in ASKING:
        return now._replace(sequence=change.sequence, awaiting=change.msgid)
    if event is VisitEvent.RENUMBERED:
        return now._replace(sequence=change.sequence, later_numbers=(*now.later_numbers, change.person_no))
    reopened = event is VisitEvent.DISCHARGE_CANCELLED
    answers = event not in _ON_REGISTRATION or now.awaiting == now.visit.msgid
    return now._replace(
        state=_STATE_AFTER.get(event, now.state),
        awaiting="" if answers else now.awaiting,
        sequence=change.sequence,
        visit_kind=change.visit_kind or now.visit_kind,
        care_kind=change.care_kind or now.care_kind,
        disease_code=change.disease_code or now.disease_code,
        disease_name=change.disease_name or now.disease_name,
        diagnosis_code=change.diagnosis_code or now.diagnosis_code,
        admission=change.admission or now.admission,
        urgent=change.urgent or now.urgent,
        trauma=change.trauma or now.trauma,
        third_party=change.third_party or now.third_party,
        pledged=change.pledged == "1" if change.pledged else now.pledged,
        started_at=change.started_at or now.started_at,
        ended_at="" if reopened else change.ended_at or now.ended_at,
        leaving="" if reopened else change.leaving or now.leaving,
        particulars=change.particulars or now.particulars,
        claim_only=now.claim_only or event is VisitEvent.FOR_CLAIM,
    )


def numbers_told(changes: Iterable[VisitChange]) -> tuple[str, ...]:
    """Return the further numbers of the person that the insured place told."""
    return tuple(change.person_no for change in changes if change.event == VisitEvent.RENUMBERED)


def live_lines(lines: Iterable[Line], withdrawals: Sequence[LineWithdrawal]) -> tuple[Line, ...]:
    """Return the lines that were not withdrawn, in the order sent."""
    if not withdrawals:
        return tuple(lines)
    gone = {(row.line_id, row.upload_msgid) for row in withdrawals}
    return tuple(line for line in lines if (line.line_id, line.msgid) not in gone)


def uncovered(live: Iterable[Line], settlement_of: Mapping[str, str]) -> tuple[Line, ...]:
    """Return the live lines that no settlement holds (`Coverage.settlement_of`)."""
    return tuple(line for line in live if line.line_id not in settlement_of)


def line_sums(lines: Iterable[Line]) -> Parts:
    """Return total and four parts of lines, in fen."""
    sums = [0, 0, 0, 0, 0]
    for line in lines:
        sums[0] += line.total_fen
        sums[1] += line.full_self_fen
        sums[2] += line.over_limit_fen
        sums[3] += line.first_self_fen
        sums[4] += line.in_scope_fen
    return Parts(*sums)


def class_sums(lines: Iterable[Line]) -> dict[ExpenseClass, Parts]:
    """Return the sums of a stay's lines per national expense class (fen), in code order."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.expense_class, []).append(line)
    return {ExpenseClass(code): line_sums(groups[code]) for code in sorted(groups)}


def valid_diagnoses(rows: Iterable[Diagnosis]) -> tuple[Diagnosis, ...]:
    """Return the latest version of each diagnosis that is not void, in the order of moment and position."""
    latest: dict[tuple[str, str], Diagnosis] = {}
    for row in rows:
        known = latest.get((row.moment, row.position))
        if known is None or row.version >= known.version:
            latest[row.moment, row.position] = row
    return tuple(row for _, row in sorted(latest.items()) if row.state == "valid")


class Stay(NamedTuple):
    """A stay as the insured place knows it: the notice that opened it, and its latest event and end."""

    opened: StayNotice
    event: str
    ended_on: str
    sequence: int

    @property
    def in_hospital(self) -> bool:
        """Whether the person is in hospital there now."""
        return self.event in (StayEvent.OPENED, StayEvent.REOPENED)


def stays(notices: Iterable[StayNotice]) -> dict[str, Stay]:
    """Fold the stay notices of a person by visit number, in the order of their sequence."""
    found: dict[str, Stay] = {}
    for notice in notices:
        known = found.get(notice.visit_id)
        opened = notice if known is None else known.opened
        found[notice.visit_id] = Stay(opened, notice.event, notice.ended_on, notice.sequence)
    return found

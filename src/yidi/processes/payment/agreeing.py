"""What an area has agreed with its institutions, else the national terms of the day (regulation 7.8, 8)."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from yidi.domain.dates import is_day
from yidi.domain.money import BASIS_POINTS
from yidi.domain.money_terms.terms import MoneyTerms
from yidi.domain.refusal import Refusal
from yidi.processes.network.records import INSTITUTION
from yidi.processes.payment.commands import AgreePayment
from yidi.processes.payment.records import AGREEMENTS, PaymentAgreement
from yidi.processes.payment.refusals import AGREEMENT_NOT_SOUND
from yidi.processes.ports.deciding import Decision, Done, Facts, Key, Moment, accepted, refused

ACCEPTED, REFUSED = "accepted", "refused"
_MOST_WORKING_DAYS = 250


class Agreed(NamedTuple):
    """The terms that hold for one institution on a day."""

    declare_by_day: int
    pay_working_days: int
    retention_bp: int
    refuses_late: bool


def no_needs(command: AgreePayment, facts: Facts) -> Iterable[Key]:
    """Nothing needs to be known to enter an agreement."""
    return ()


def agree(command: AgreePayment, facts: Facts, moment: Moment) -> Decision:
    """Enter an area's agreement from a day on; a further one of the same day replaces it."""
    found = list(faults_of(command))
    if found:
        return refused(command, *found)
    row = PaymentAgreement(
        command.jurisdiction,
        command.area,
        command.start,
        command.declare_by_day,
        command.pay_working_days,
        command.retention_bp,
        command.late,
        command.source.strip(),
        moment.instant,
    )
    return accepted(command, Done(reference=command.area), row)


def faults_of(command: AgreePayment) -> Iterator[Refusal]:
    """Find what cannot be agreed."""
    sound = {
        "area": command.area[:2] == command.jurisdiction[:2] and len(command.area) == 6,
        "start": is_day(command.start),
        "declare_by_day": 1 <= command.declare_by_day <= 28,
        "pay_working_days": 1 <= command.pay_working_days <= _MOST_WORKING_DAYS,
        "retention_bp": 0 <= command.retention_bp <= BASIS_POINTS,
        "late": command.late in (ACCEPTED, REFUSED),
        "source": bool(command.source.strip()),
    }
    for name, good in sound.items():
        if not good:
            yield AGREEMENT_NOT_SOUND.because(name, value=getattr(command, name))


def needs_area(jurisdiction: str, institution_code: str) -> Iterable[Key]:
    """Name the institution, which knows its area."""
    return (INSTITUTION.key(jurisdiction, institution_code),)


def needs_agreements(jurisdiction: str, institution_code: str, facts: Facts) -> Iterable[Key]:
    """Name the agreements of the institution's area, its city and its province."""
    return [AGREEMENTS.key(jurisdiction, area) for area in _areas(jurisdiction, institution_code, facts)]


def _areas(jurisdiction: str, institution_code: str, facts: Facts) -> list[str]:
    """List the divisions an agreement may be of, nearest first; the code tells where no record does."""
    versions = facts.many(INSTITUTION, jurisdiction, institution_code)
    area = versions[-1].area if versions else institution_code[1:7]
    return list(dict.fromkeys((area, f"{area[:4]}00", jurisdiction)))


def agreed_with(
    jurisdiction: str, institution_code: str, day: str, facts: Facts, terms: MoneyTerms
) -> Agreed | Refusal:
    """Return the terms for an institution on a day: the nearest agreement's, else the national ones."""
    for area in _areas(jurisdiction, institution_code, facts):
        held = [row for row in facts.many(AGREEMENTS, jurisdiction, area) if row.start <= day]
        if held:
            row = held[-1]
            return Agreed(row.declare_by_day, row.pay_working_days, row.retention_bp, row.late == REFUSED)
    national = terms.on(day)
    if isinstance(national, Refusal):
        return national
    own = national.institution
    return Agreed(own.declare_by_day, own.pay_working_days, own.retention_bp, refuses_late=False)


def day_after_month(month: str, day: int) -> str:
    """Return a day of the month after (2026-10, 20: 2026-11-20); the last one where that month is shorter."""
    year, number = int(month[:4]), int(month[5:7]) + 1
    if number > 12:
        year, number = year + 1, 1
    return f"{year:04d}-{number:02d}-{min(day, calendar.monthrange(year, number)[1]):02d}"

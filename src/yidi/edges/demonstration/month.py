"""Plans a month: who is treated where on which day, and the days on which the month is cleared and paid.

The same nation, month, number and seed give the same plan.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import NamedTuple

import msgspec

from yidi.domain.calendar.working_days import Calendar
from yidi.domain.dates import SHANGHAI
from yidi.domain.money_terms.terms import ClearingTerms, MoneyTerms
from yidi.domain.refusal import Refusal
from yidi.edges.clock import SettableClock
from yidi.edges.packs.sample import SampleInstitution, SampleNation, SamplePerson, SampleVisit
from yidi.processes.clearing.months import day_in, days_of, month_after

VISITS, SEED = 120, 20260101
EMPLOYEE = "310"
CHRONIC_KIND = "14"
EVERY, CANCELLED, REVERSED = 20, 7, 13
"""Of every twenty visits the eighth is cancelled and the fourteenth loses its answer and is reversed."""
BEFORE_LEAST, BEFORE_SHARE = 6, 6
"""The month before has a sixth of the visits, and at least so many."""
HOSPITAL = "1"
OPENS, CLOSES = 8, 20
"""The hours between which hospitals settle."""


class MonthClock(SettableClock):
    """A settable clock that ticks a millisecond a look, so that no two facts share an instant."""

    def __call__(self) -> datetime:
        """Return the instant, one millisecond after the last one."""
        self.advance(milliseconds=1)
        return super().__call__()

    def at(self, day: str, hour: float) -> None:
        """Move to an hour of a day, by the time of the whole country."""
        midnight = datetime.combine(date.fromisoformat(day), time(), SHANGHAI)
        self.set((midnight + timedelta(hours=hour)).astimezone(timezone.utc))


class PlannedVisit(NamedTuple):
    """A visit to play: on which day, at which hour, by whom and where."""

    day: str
    hour: float
    person: SamplePerson
    institution: SampleInstitution
    visit: SampleVisit


class MoneyDays(NamedTuple):
    """The days of a month's money, ISO text: hospitals first, as the care place advances what it is owed.

    `confirm` is the last on which a transfer is reported.
    """

    declare: str
    build: str
    sign: str
    publish: str
    hand_over: str
    pay: str
    confirm: str


def money_days(month: str, calendar: Calendar, money: MoneyTerms) -> MoneyDays | Refusal:
    """Return the days of a month's clearing, each the last that the terms of money allow."""
    terms = money.on(f"{month}-01")
    if isinstance(terms, Refusal):
        return terms
    built, signed, published = _fixed_days(month_after(month), terms.clearing)
    days = [published]
    for count in (
        terms.clearing.hand_over_working_days,
        terms.clearing.pay_working_days,
        terms.clearing.report_working_days,
    ):
        next_day = calendar.add_working_days(days[-1], count)
        if isinstance(next_day, Refusal):
            return next_day
        days.append(next_day)
    declared = day_in(month_after(month), terms.institution.declare_by_day)
    return MoneyDays(declared, built, signed, *days)


def _fixed_days(after: str, terms: ClearingTerms) -> tuple[str, str, str]:
    """Return when the table is built, signed and published."""
    return (
        day_in(after, terms.build_on_day),
        day_in(after, terms.sign_by_day),
        day_in(after, terms.publish_by_day),
    )


def latest_month(today: date, calendar: Calendar, money: MoneyTerms) -> str:
    """Return the last month before today whose clearing days are all in calendars that are loaded."""
    month = month_after(f"{today:%Y-%m}", -1)
    while isinstance(money_days(month, calendar, money), Refusal) and month > "2023-01":
        month = month_after(month, -1)
    return month


def plan_month(nation: SampleNation, month: str, visits: int, seed: int = SEED) -> tuple[PlannedVisit, ...]:
    """Plan visits of sample persons at hospitals of other provinces, spread over the days of the month."""
    chance = random.Random(seed)
    stopped = {visit.person for visit in nation.visits if visit.then == "refused"}
    persons = [person for person in nation.persons if person.story not in stopped]
    hospitals = [place for place in nation.institutions if place.kind == HOSPITAL]
    days = days_of(month)
    planned = []
    for number in range(visits):
        person = persons[number % len(persons)] if number < len(persons) else chance.choice(persons)
        place = chance.choice([place for place in hospitals if place.province != person.insured])
        visit = chance.choice(list(_suiting(nation.visits, person)))
        hour = OPENS + (CLOSES - OPENS) * chance.randrange(3600) / 3600
        told = msgspec.structs.replace(
            visit, person=person.story, institution=place.code, then=_ending(number)
        )
        planned.append(PlannedVisit(days[number * len(days) // visits], hour, person, place, told))
    return tuple(sorted(planned, key=lambda row: (row.day, row.hour)))


def plan_before(plan: Sequence[PlannedVisit], month: str) -> tuple[PlannedVisit, ...]:
    """Plan the month before a planned one, smaller: some of its patients were at the same hospital already.

    So what is disputed, deducted or refunded of it meets a claim of the same provinces a month later.
    """
    settled = [row for row in plan if row.visit.then == "settle"]
    chosen = settled[: max(BEFORE_LEAST, len(plan) // BEFORE_SHARE)]
    days = days_of(month_after(month, -1))
    earlier = [row._replace(day=days[number * len(days) // len(chosen)]) for number, row in enumerate(chosen)]
    return tuple(sorted(earlier, key=lambda row: (row.day, row.hour)))


def _suiting(visits: Sequence[SampleVisit], person: SamplePerson) -> Iterator[SampleVisit]:
    """Yield the sample visits a person may have: chronic ones who is certified, others by scheme."""
    for visit in visits:
        if person.chronic:
            suits = visit.kind == CHRONIC_KIND
        elif person.relations[0].scheme == EMPLOYEE:
            suits = visit.kind != CHRONIC_KIND
        else:
            suits = visit.inpatient
        if suits:
            yield visit


def _ending(number: int) -> str:
    """Return how a visit ends."""
    return {CANCELLED: "cancel", REVERSED: "reverse"}.get(number % EVERY, "settle")

"""What a played month is given: a running node, the plan of it and of the month before, terms of money."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from yidi.domain.calendar.working_days import Calendar
from yidi.domain.money_terms.terms import MoneyTerms, Terms
from yidi.domain.refusal import Refusal
from yidi.edges.demonstration.month import MoneyDays, MonthClock, PlannedVisit, money_days, plan_before
from yidi.edges.demonstration.month_clearing import MonthFault, said_of
from yidi.edges.demonstration.stage import Asker
from yidi.edges.settings import Settings
from yidi.edges.storage.reading import Rows
from yidi.processes.clearing.months import month_after


class MonthNode(NamedTuple):
    """A running node as the month needs it; `folder` is where its bank files go."""

    ask: Asker
    rows: Rows
    settings: Settings
    clock: MonthClock
    folder: Path


class Plans(NamedTuple):
    """What is to be played: the month, its visits, those of the month before, and what is known of money."""

    month: str
    visits: tuple[PlannedVisit, ...]
    before: tuple[PlannedVisit, ...]
    terms: tuple[Calendar, MoneyTerms]

    @property
    def earlier(self) -> str:
        """The month before."""
        return month_after(self.month, -1)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Insured and care provinces of the visits."""
        return tuple(sorted({(row.person.insured, row.institution.province) for row in self.visits}))

    def days_of(self, month: str) -> MoneyDays:
        """Return the money days of a month."""
        return known_terms(month, *self.terms)[0]

    def delay_of(self, month: str) -> int:
        """Return how many months late a settlement of a month may enter a clearing."""
        return known_terms(month, *self.terms)[1].clearing.greatest_delay_months


def plans_of(month: str, visits: tuple[PlannedVisit, ...], calendar: Calendar, money: MoneyTerms) -> Plans:
    """Complete the plan of a month. Raises MonthFault when its money days or those before are unknown."""
    plans = Plans(month, visits, plan_before(visits, month), (calendar, money))
    plans.days_of(plans.earlier), plans.days_of(month)
    return plans


def known_terms(month: str, calendar: Calendar, money: MoneyTerms) -> tuple[MoneyDays, Terms]:
    """Return the clearing days and the terms of a month. Raises MonthFault when they are not known."""
    days, known = money_days(month, calendar, money), money.on(f"{month}-01")
    if isinstance(days, Refusal):
        raise MonthFault(said_of(days))
    if isinstance(known, Refusal):
        raise MonthFault(said_of(known))
    return days, known

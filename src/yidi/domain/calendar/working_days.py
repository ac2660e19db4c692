"""Counts working days by the State Council's notices, one notice a year, and refuses a year it has not.

Sources: the notices named in packs/national/working_days.yaml. Counting follows the usual legal way: the
first day of a term does not count, and a term that would end on a day of rest ends on the next working day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from yidi.domain.calendar.refusals import NOT_A_CALENDAR_DAY, YEAR_NOT_LOADED
from yidi.domain.dates import is_day
from yidi.domain.refusal import Refusal

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class DayKind(StrEnum):
    """What a day is: an ordinary or a shifted working day, an ordinary rest day or a holiday."""

    WORKING = "working"
    SHIFTED_WORKING = "shifted_working"
    REST = "rest"
    HOLIDAY = "holiday"

    @property
    def is_working(self) -> bool:
        """Say whether offices are open."""
        return self in (DayKind.WORKING, DayKind.SHIFTED_WORKING)


class Holiday(Struct, frozen=True, forbid_unknown_fields=True):
    """A holiday: days off from `first` to `last`, both included, and the weekend days worked for it."""

    name: str
    name_en: str
    first: str
    last: str
    worked: tuple[str, ...] = ()

    def days_off(self) -> Iterator[str]:
        """List the days off."""
        day, last = date.fromisoformat(self.first), date.fromisoformat(self.last)
        while day <= last:
            yield day.isoformat()
            day += _ONE_DAY


class YearOfHolidays(Struct, frozen=True, forbid_unknown_fields=True):
    """One year's notice: number and title of the document, when it was issued, where it stands."""

    document: str
    title: str
    issued: str
    link: str
    sure_pct: int
    holidays: tuple[Holiday, ...]


class Calendar:
    """The working days of the years that are loaded. Every answer may be a refusal: look before use."""

    def __init__(self, years: dict[int, YearOfHolidays]) -> None:
        faults = list(faults_of(years))
        if faults:
            raise ValueError("; ".join(faults))
        self.years = years
        self._special: dict[str, DayKind] = {}
        for year in years.values():
            for holiday in year.holidays:
                self._special.update(dict.fromkeys(holiday.days_off(), DayKind.HOLIDAY))
                self._special.update(dict.fromkeys(holiday.worked, DayKind.SHIFTED_WORKING))

    def kind(self, day: str) -> DayKind | Refusal:
        """Say what a day (2026-11-22) is."""
        if not is_day(day):
            return NOT_A_CALENDAR_DAY.because("day", day=day)
        found = date.fromisoformat(day)
        if found.year not in self.years:
            return YEAR_NOT_LOADED.because("day", year=found.year, day=day)
        weekend = found.weekday() >= _SATURDAY
        return self._special.get(day, DayKind.REST if weekend else DayKind.WORKING)

    def working_day(self, day: str) -> bool | Refusal:
        """Say whether offices are open on a day. A refusal is no yes: compare with `is True`."""
        kind = self.kind(day)
        return kind if isinstance(kind, Refusal) else kind.is_working

    def add_working_days(self, day: str, count: int) -> str | Refusal:
        """Return the `count`-th working day after a day; before it when `count` is negative.

        Zero gives the day itself when it is a working day, else the next one.
        """
        kind = self.kind(day)
        if isinstance(kind, Refusal):
            return kind
        step = -_ONE_DAY if count < 0 else _ONE_DAY
        left, at = abs(count), date.fromisoformat(day)
        if count == 0:
            left, at = 1, at - _ONE_DAY
        while left:
            at += step
            kind = self.kind(at.isoformat())
            if isinstance(kind, Refusal):
                return kind
            left -= kind.is_working
        return at.isoformat()

    def working_days_between(self, start: str, end: str) -> int | Refusal:
        """Count the working days after `start` up to and including `end`; negative when `end` is earlier.

        So `working_days_between(day, add_working_days(day, n)) == n` for every n above zero.
        """
        if is_day(start) and is_day(end) and end < start:
            backwards = self.working_days_between(end, start)
            return backwards if isinstance(backwards, Refusal) else -backwards
        count = 0
        for kind in self._kinds(start, end):
            if isinstance(kind, Refusal):
                return kind
            count += kind.is_working
        return count

    def _kinds(self, start: str, end: str) -> Iterator[DayKind | Refusal]:
        for given in (start, end):
            kind = self.kind(given)
            if isinstance(kind, Refusal):
                yield kind
                return
        day, last = date.fromisoformat(start), date.fromisoformat(end)
        while day < last:
            day += _ONE_DAY
            yield self.kind(day.isoformat())


def faults_of(years: dict[int, YearOfHolidays]) -> Iterator[str]:
    """Find what cannot be right in the notices: bad days, another year's days, a weekday worked 'instead'."""
    seen: dict[str, str] = {}
    for year, notice in sorted(years.items()):
        for holiday in notice.holidays:
            where = f"{year} {holiday.name}"
            bad = [day for day in (holiday.first, holiday.last, *holiday.worked) if not is_day(day)]
            yield from (f"{where}: {day!r} is not a day" for day in bad)
            if not bad:
                yield from _faults_of_holiday(year, where, holiday, seen)


def _faults_of_holiday(year: int, where: str, holiday: Holiday, seen: dict[str, str]) -> Iterator[str]:
    off = list(holiday.days_off())
    if not off:
        yield f"{where}: ends before it begins"
    yield from (f"{where}: {day} is of another year" for day in _foreign(year, (*off, *holiday.worked)))
    yield from (
        f"{where}: {day} is worked as any weekday is"
        for day in holiday.worked
        if date.fromisoformat(day).weekday() < _SATURDAY
    )
    for day in (*off, *holiday.worked):
        if day in seen:
            yield f"{where}: {day} is named by {seen[day]} already"
        seen[day] = where


def _foreign(year: int, days: Iterable[str]) -> list[str]:
    """A notice may reach into the December before its year (New Year), never beyond."""
    return [day for day in days if day[:4] != str(year) and day[:7] != f"{year - 1}-12"]

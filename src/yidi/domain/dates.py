"""Days are Asia/Shanghai business dates, instants are UTC, spans are half open.

In records a day is the text `2026-11-22`, an instant `2026-11-22T05:52:26.123456Z`: both sort as time
does, read the same on either database, and need no conversion on the way.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has kept one offset without daylight saving since 1991 (GB/T 7408 writes it +08:00)."""
FOREVER = "9999-12-31"
"""The open end of a span, as a day."""
_INSTANT = "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ"


@lru_cache(maxsize=16)
def day_of(instant: datetime) -> date:
    """Return the business date on which an instant falls."""
    return instant.astimezone(SHANGHAI).date()


@lru_cache(maxsize=16)
def write_instant(instant: datetime) -> str:
    """Write an instant as UTC text with microseconds."""
    if instant.tzinfo is not timezone.utc:
        instant = instant.astimezone(timezone.utc)
    day = (instant.year, instant.month, instant.day)
    # what `isoformat` writes, in half its time: every transaction writes its instant
    return _INSTANT % (*day, instant.hour, instant.minute, instant.second, instant.microsecond)


def read_instant(text: str) -> datetime:
    """Read what `write_instant` wrote."""
    return datetime.fromisoformat(text)


def parse_day(text: str) -> date | None:
    """Read a day written as 2026-11-22 or 20261122; None when it is not a day."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def is_day(text: str) -> bool:
    """Say whether a text is a day written exactly as records write it, so that it compares as time does."""
    found = parse_day(text)
    return found is not None and found.isoformat() == text


def whole_years(born: date, on: date) -> int:
    """Return the age in completed years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def whole_months(since: date, on: date) -> int:
    """Return the completed months from one day to another."""
    return 12 * (on.year - since.year) + on.month - since.month - (on.day < since.day)


class Span(NamedTuple):
    """Days from `start` up to, not including, `end` (both ISO text)."""

    start: str
    end: str = FOREVER

    def covers(self, day: str) -> bool:
        """Say whether the day lies in the span."""
        return self.start <= day < self.end

    def meets(self, other: Span) -> bool:
        """Say whether the two spans share a day."""
        return self.start < other.end and other.start < self.end

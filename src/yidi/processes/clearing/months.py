"""Months of clearing, as the text `2026-10`: their days, their order, where a late settlement may enter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def is_month(text: str) -> bool:
    """Say whether a text is a month as records write it."""
    return _MONTH.fullmatch(text) is not None


def month_after(month: str, months: int = 1) -> str:
    """Return the month so many months later; earlier when negative."""
    number = int(month[:4]) * 12 + int(month[5:7]) - 1 + months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def days_of(month: str) -> Sequence[str]:
    """Return the days of a month, in order."""
    day, end = date.fromisoformat(f"{month}-01"), f"{month_after(month)}-01"
    found = []
    while day.isoformat() < end:
        found.append(day.isoformat())
        day += timedelta(days=1)
    return found


def day_in(month: str, number: int) -> str:
    """Return a day of a month by its number; 31 is the last day of any month."""
    days = days_of(month)
    return days[min(number, len(days)) - 1]


def months_of_entry(month: str, greatest_delay: int) -> Iterator[str]:
    """Yield the clearings in which a settlement of `month` may enter, in order (regulation 7, calendar).

    Its own and `greatest_delay` further ones; after that only those that close its year: December and the
    two that are made in the first quarter.
    """
    last = month_after(month, greatest_delay)
    yield from (month_after(month, number) for number in range(greatest_delay + 1))
    december = f"{month[:4]}-12"
    yield from (closing for closing in (month_after(december, n) for n in range(3)) if closing > last)


def enters(month: str, of: str, returned_at: str, cut_offs: Mapping[str, str], greatest_delay: int) -> bool:
    """Say whether a settlement of the month `of`, known to the nation since `returned_at`, enters `month`.

    `cut_offs` are the instants up to which each clearing counts what had arrived; a month that was never
    cleared has none. Exactly one clearing takes a settlement: the first whose cut-off lies after its arrival.
    What arrives after all of them comes up in the next one that is made, only to be named as waiting.
    """
    months = [*months_of_entry(of, greatest_delay)]
    while months[-1] < month:
        months.append(month_after(months[-1]))
    for candidate in months:
        if candidate > month:
            return False
        if returned_at < cut_offs.get(candidate, ""):
            return candidate == month
    return False


def too_late(month: str, of: str, greatest_delay: int) -> bool:
    """Say whether a settlement of the month `of` may not enter the clearing of `month` any more."""
    return month not in months_of_entry(of, greatest_delay)


def months_to_read(month: str, greatest_delay: int) -> Sequence[str]:
    """Return the months whose settlements may enter the clearing of `month`, oldest first."""
    year = month[:4] if month[5:] == "12" else f"{int(month[:4]) - 1:04d}"
    reach = {month_after(month, -number) for number in range(greatest_delay + 1)}
    if month[5:] in ("12", "01", "02"):
        reach |= {f"{year}-{number:02d}" for number in range(1, 13)}
    return sorted(reach)

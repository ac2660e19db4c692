"""Forecast of a float's use: three plain methods, the one that erred least on past months is taken.

Integers throughout. The error is the mean of |forecast - actual| over actual on past months, each forecast
from what was known the month before; a month without use is left out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from yidi.domain.money import BASIS_POINTS, Rounding, share_fen
from yidi.processes.prepayment.planning import equal_part_fen

WINDOW, YEAR = 3, 12
TESTED = 12
"""Past months on which methods are tried: one year, so that every season counts once."""


class Method(StrEnum):
    """How a month is forecast. MEAN: of the last three; SEASONAL: the same month a year ago; TREND: that,
    times the last three months over the same three a year ago.
    """

    MEAN = "mean"
    SEASONAL = "seasonal"
    TREND = "trend"


class Forecast(NamedTuple):
    """The next months' use in fen; by which method, with which error (basis points) on how many months.

    `error_bp` is None when there is no past month to try it on.
    """

    method: Method
    months: tuple[int, ...]
    error_bp: int | None
    tested: int


def _mean(past: Sequence[int]) -> int:
    last = past[-WINDOW:]
    return equal_part_fen(sum(last), len(last), Rounding.HALF_UP)


def _seasonal(past: Sequence[int]) -> int:
    return past[-YEAR]


def _trend(past: Sequence[int]) -> int:
    now, before = sum(past[-WINDOW:]), sum(past[-YEAR - WINDOW : -YEAR])
    if before <= 0 or now < 0:
        return past[-YEAR]
    return share_fen(past[-YEAR], now * BASIS_POINTS // before)


_METHODS: dict[Method, tuple[int, Callable[[Sequence[int]], int]]] = {
    Method.MEAN: (1, _mean),
    Method.SEASONAL: (YEAR, _seasonal),
    Method.TREND: (YEAR + WINDOW, _trend),
}
"""Months a method needs, and how it forecasts the month after them."""


def error_of(method: Method, past: Sequence[int]) -> tuple[int, int] | None:
    """Return the mean error in basis points on the last months, and on how many; None when on none."""
    least, made = _METHODS[method]
    errors = [
        abs(made(past[:place]) - past[place]) * BASIS_POINTS // past[place]
        for place in range(max(least, len(past) - TESTED), len(past))
        if past[place] > 0
    ]
    return (sum(errors) // len(errors), len(errors)) if errors else None


def forecast(past: Sequence[int], ahead: int) -> Forecast:
    """Forecast so many months after `past` (fen a month, oldest first, without a hole).

    Methods are compared on the same months as far as each can be tried; of equal errors the plainer wins.
    ValueError when nothing is known.
    """
    if not past:
        raise ValueError("a forecast needs at least one month")
    tried = [(found[0], method, found) for method in Method if (found := error_of(method, past)) is not None]
    best = min(tried, key=lambda row: row[0]) if tried else None
    method = best[1] if best is not None else Method.MEAN
    known = list(past)
    for _ in range(ahead):
        known.append(_METHODS[method][1](known))
    error, tested = best[2] if best is not None else (None, 0)
    return Forecast(method, tuple(known[len(past) :]), error, tested)

"""The auditor's own arithmetic of benefits: fractions, the figures of the packs written a second time.

It imports nothing of the domain on purpose: a fault of the benefit kernel or of the ledger must not be able
to agree with itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple


class Terms(NamedTuple):
    """What a pack of the simulator grants an outpatient a year: fen and percent."""

    deductible_fen: int
    pool_percent: int
    pool_cap_fen: int
    large_percent: int
    large_cap_fen: int


TERMS: Mapping[str, Terms] = {
    "simulation-first": Terms(100_00, 70, 800_00, 50, 300_00),
    "simulation-later": Terms(130_00, 65, 900_00, 40, 350_00),
}


class Moved(NamedTuple):
    """What one settlement moves in a person's year, in fen."""

    deductible_fen: int
    pool_fen: int
    large_fen: int


class Year(NamedTuple):
    """How far a person has come in a year: sums over live settlements, in fen."""

    deductible_fen: int = 0
    pool_fen: int = 0
    large_fen: int = 0

    def plus(self, moved: Moved, sign: int = 1) -> Year:
        """Return the year after a settlement (or, with -1, without it)."""
        return Year(*(have + sign * more for have, more in zip(self, moved, strict=True)))


def half_up(exact: Fraction) -> int:
    """Round a fraction that is not negative to the next whole number, halves up."""
    return int(exact + Fraction(1, 2))


def settle(in_scope_fen: int, year: Year, terms: Terms) -> Moved:
    """Return what the funds pay of a bill, and what of the deductible is used."""
    deductible = min(in_scope_fen, max(0, terms.deductible_fen - year.deductible_fen))
    base = in_scope_fen - deductible
    due = half_up(Fraction(base * terms.pool_percent, 100))
    room = max(0, terms.pool_cap_fen - year.pool_fen)
    over = 0
    if due > room:
        carried = min(base, half_up(Fraction(room * 100, terms.pool_percent)))
        due, over = room, base - carried
    extra = half_up(Fraction(over * terms.large_percent, 100))
    extra = min(extra, max(0, terms.large_cap_fen - year.large_fen))
    return Moved(deductible, due, extra)


def ceilings(year: Year) -> Iterator[str]:
    """Say which ceiling of all terms a year has passed."""
    highest = (
        max(terms.deductible_fen for terms in TERMS.values()),
        max(terms.pool_cap_fen for terms in TERMS.values()),
        max(terms.large_cap_fen for terms in TERMS.values()),
    )
    for name, have, most in zip(Year._fields, year, highest, strict=True):
        if not 0 <= have <= most:
            yield f"{name} is {have} of {most}"

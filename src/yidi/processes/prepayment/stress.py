"""What happens to a care province when an insured province pays late, or not at all.

The float covers hospitals' money for some days; after that the care province advances its own. Use is
spread evenly over a month of thirty days: a plain reckoning, meant to be checked by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from yidi.domain.money import Rounding
from yidi.processes.prepayment.planning import Float, equal_part_fen

MONTH_DAYS = 30


class Stress(NamedTuple):
    """One float without any payment: days it covers (None: no use), and what is short after some days."""

    float: Float
    month_fen: int
    prepaid_fen: int
    days_of_cover: int | None
    shortfall_fen: int


def stress_of(float_: Float, month_fen: int, prepaid_fen: int, days: int) -> Stress:
    """Reckon one float: use of a month, prepayment, and for how many days nothing arrives."""
    month_fen, held = max(0, month_fen), max(0, prepaid_fen)
    cover = held * MONTH_DAYS // month_fen if month_fen else None
    used = equal_part_fen(month_fen * days, MONTH_DAYS, Rounding.UP)
    return Stress(float_, month_fen, prepaid_fen, cover, max(0, used - held))


def stress(
    month_use: Mapping[Float, int], standing: Mapping[Float, int], insured: str, days: int
) -> tuple[Stress, ...]:
    """Reckon every float of an insured province (empty: of all) when it does not pay for `days`."""
    floats = sorted({*month_use, *standing})
    return tuple(
        [
            stress_of(key, month_use.get(key, 0), standing.get(key, 0), days)
            for key in floats
            if insured in ("", key.insured)
        ]
    )


def shortfall_by_care(rows: Iterable[Stress]) -> dict[str, int]:
    """Add up what each care province would have to advance, in fen."""
    found: dict[str, int] = {}
    for row in rows:
        found[row.float.care] = found.get(row.float.care, 0) + row.shortfall_fen
    return dict(sorted(found.items()))

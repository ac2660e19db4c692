"""Money is integer fen; ratios are integer basis points.

Two divisions exist in the whole system, both here: `share` (a ratio of an amount) and `apportion`
(an amount over weights). Columns and the benefit kernel carry plain integers named `_fen`; `Money`
is the immutable type for code that talks about amounts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import total_ordering

BASIS_POINTS = 10_000
GREATEST_FEN = 10**16 - 1
"""N(16,2) of the national interface: fourteen digits of yuan and two of fen."""

_YUAN = re.compile(r"^([+-]?)(\d{1,14})(?:\.(\d{1,2})0*)?$")


class Rounding(StrEnum):
    """How a share is cut to whole fen. Which one applies is policy data, never code."""

    HALF_UP = "half_up"
    DOWN = "down"
    UP = "up"


def share_fen(amount_fen: int, ratio_bp: int, rounding: Rounding = Rounding.HALF_UP) -> int:
    """Return `ratio_bp` basis points of `amount_fen`, in fen; symmetric around zero."""
    if amount_fen < 0:
        return -share_fen(-amount_fen, ratio_bp, rounding)
    product = amount_fen * ratio_bp
    match rounding:
        case Rounding.HALF_UP:
            return (product + BASIS_POINTS // 2) // BASIS_POINTS
        case Rounding.DOWN:
            return product // BASIS_POINTS
        case Rounding.UP:
            return -(-product // BASIS_POINTS)


def apportion_fen(amount_fen: int, weights: Sequence[int]) -> list[int]:
    """Split an amount over non-negative weights, largest remainder first; the parts sum to the amount.

    Raises ValueError when there is no positive weight to carry a non-zero amount.
    """
    total = sum(weights)
    if any(weight < 0 for weight in weights) or (total == 0 and amount_fen != 0):
        raise ValueError("weights must be non-negative and one of them positive")
    if total == 0:
        return [0] * len(weights)
    sign = -1 if amount_fen < 0 else 1
    size = abs(amount_fen)
    parts = [size * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % total), i))
    for i in by_remainder[: size - sum(parts)]:
        parts[i] += 1
    return [sign * part for part in parts]


def parse_yuan(text: str) -> int | None:
    """Read a decimal amount of yuan as fen; None when it is not one (more than two decimals included)."""
    found = _YUAN.match(text.strip())
    if found is None:
        return None
    sign, yuan, fen = found.groups()
    amount = int(yuan) * 100 + int((fen or "").ljust(2, "0"))
    return -amount if sign == "-" else amount


def format_yuan(amount_fen: int, *, thousands: bool = False) -> str:
    """Write fen as yuan with two decimals: 123456 -> 1234.56."""
    sign = "-" if amount_fen < 0 else ""
    yuan, fen = divmod(abs(amount_fen), 100)
    return f"{sign}{yuan:,}.{fen:02d}" if thousands else f"{sign}{yuan}.{fen:02d}"


@total_ordering
class Money:
    """An amount of yuan in whole fen. Immutable; adds and subtracts, never divides silently."""

    __slots__ = ("_fen",)
    _fen: int

    def __init__(self, fen: int) -> None:
        if isinstance(fen, bool) or not isinstance(fen, int):
            raise TypeError("money is made of an integer number of fen")
        object.__setattr__(self, "_fen", fen)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("money does not change")

    @property
    def fen(self) -> int:
        """The amount in fen."""
        return self._fen

    def share(self, ratio_bp: int, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """Return a ratio (basis points) of this amount."""
        return Money(share_fen(self._fen, ratio_bp, rounding))

    def apportion(self, weights: Sequence[int]) -> list[Money]:
        """Split this amount over weights; the parts sum to it."""
        return [Money(part) for part in apportion_fen(self._fen, weights)]

    def __add__(self, other: Money) -> Money:
        return Money(self._fen + other._fen)

    def __sub__(self, other: Money) -> Money:
        return Money(self._fen - other._fen)

    def __neg__(self) -> Money:
        return Money(-self._fen)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and self._fen == other._fen

    def __lt__(self, other: Money) -> bool:
        return self._fen < other._fen

    def __hash__(self) -> int:
        return hash(self._fen)

    def __repr__(self) -> str:
        return f"Money({format_yuan(self._fen)})"

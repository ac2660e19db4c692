"""A figure over all visits of a case, and figures that are added, subtracted or divided by each other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from yidi.edges.cases.figures import Ambiguous, Done, Found, Value, find

_SIGN = re.compile(r"\s+([+/-])\s+")
_STATES = ("account_left", "room_left")


def terms(name: str) -> list[str]:
    """Return the figures of `deductible + own_share` or `pool_paid / in_scope`; a plain name is one."""
    return _SIGN.split(name)[::2]


def total(name: str, done: Sequence[Done]) -> Found:
    """Return a figure, or what several make together, over these visits; None when a word is unknown."""
    parts = _SIGN.split(name)
    found = [_sum(word, done) for word in parts[::2]]
    unknown = [each for each in found if not isinstance(each, Value)]
    if unknown:
        return None if None in unknown else unknown[0]
    values = [each for each in found if isinstance(each, Value)]
    signs = parts[1::2]
    if not signs:
        return values[0]
    if any(value.ratio is not None for value in values) or ("/" in signs and len(signs) > 1):
        return Ambiguous("only amounts are added; a division has two of them")
    if "/" in signs:
        return Value(0, (values[0].fen, values[1].fen))
    added = sum(
        value.fen if sign == "+" else -value.fen for sign, value in zip(signs, values[1:], strict=True)
    )
    return Value(values[0].fen + added)


def _sum(name: str, done: Sequence[Done]) -> Found:
    """Add up a figure over visits; a state after the visit (balance, accumulator, room) is the last one."""
    found = [find(name, each) for each in done]
    values = [value for value in found if isinstance(value, Value)]
    if not values:
        return next((value for value in found if isinstance(value, Ambiguous)), None)
    if name.startswith("accumulators.") or name.rpartition(".")[2] in _STATES:
        return values[-1]
    added = values[0]
    for value in values[1:]:
        added = added.plus(value)
    return added

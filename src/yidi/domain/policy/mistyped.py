"""Finds figures that are probably typed wrong: almost equal edges, and amounts out of all proportion.

Both are warnings, for a source may really print them so; somebody has to look.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from yidi.domain.policy import refusals
from yidi.domain.policy.phrases import amount_text
from yidi.domain.policy.policy import Policy
from yidi.domain.policy.terms import Figure, Layer
from yidi.domain.policy.tree import Fault

ALMOST_FEN = 100
"""Two edges this near to each other, but not equal, are taken for one: no source prints such a pair."""
OUT_OF_SCALE = 50
"""So many times its neighbour in size, an amount is taken for one in another unit (fen for yuan: 100)."""
Placed = tuple[str, int]
"""The key of a table and the line of a row."""


def mistyped_faults(policy: Policy) -> Iterator[Fault]:
    """Yield a warning for each suspicious figure of the layers this pack wrote itself."""
    for layer in policy.terms.layers:
        if layer.pack:
            continue
        yield from _almost_equal(policy, layer)
        for figure in _amounts(layer):
            yield from _out_of_scale(policy, figure)


def _amounts(layer: Layer) -> list[Figure]:
    """Return the layer's tables of amounts, each of one kind of amount."""
    deductible = [layer.deductible.amounts] if layer.deductible is not None else []
    return [*deductible, *(cap.amounts for cap in layer.caps)]


def _edges(layer: Layer) -> dict[int, Placed]:
    """Return every edge of the layer, fen, with the first place it stands at."""
    found: dict[int, Placed] = {}
    for figure in (*_amounts(layer), layer.ratios.table):
        for row in figure.rows:
            uppers = [upper for upper, _ in row.bands]
            for amount in (row.amount_fen, row.not_below_fen, *uppers):
                if amount:
                    found.setdefault(amount, (figure.key, row.line))
    return found


def _almost_equal(policy: Policy, layer: Layer) -> Iterator[Fault]:
    edges = _edges(layer)
    for one, two in pairwise(sorted(edges)):
        if two - one <= ALMOST_FEN:
            key, line = max(edges[one], edges[two], key=lambda place: place[1])
            value, other = amount_text(one), amount_text(two)
            refusal = refusals.ALMOST_EQUAL_EDGES.because(key, value=value, other=other)
            yield Fault(policy.file, line, key, refusal, warning=True)


def _out_of_scale(policy: Policy, figure: Figure) -> Iterator[Fault]:
    """Find amounts of one table between which no third one stands to explain how far apart they are."""
    lines = {row.amount_fen: row.line for row in reversed(figure.rows) if row.amount_fen}
    for small, great in pairwise(sorted(lines)):
        if great >= OUT_OF_SCALE * small:
            value, other = amount_text(great), amount_text(small)
            refusal = refusals.OUT_OF_SCALE.because(figure.key, value=value, other=other)
            yield Fault(policy.file, lines[great], figure.key, refusal, warning=True)

"""Finds the one row of a figure that holds for a combination of answers, and applies the adjustments.

The check walks every combination through this function and the counter asks it for one: they cannot
differ.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from yidi.domain.money import BASIS_POINTS
from yidi.domain.policy.answers import Answers
from yidi.domain.policy.terms import Adjustment, Bands, Conditions, Figure, Row

Sets = tuple[tuple[str, frozenset[str]], ...]


class Found(Struct, frozen=True):
    """What a figure says: the rows that match (exactly one is right), the value and what changed it.

    `problem` names a value that no adjustment may lead to: a ratio beyond 0-100 % or a broken basis point.
    """

    rows: tuple[Row, ...]
    amount_fen: int | None = None
    bands: Bands = ()
    applied: tuple[Adjustment, ...] = ()
    problem: str = ""

    @property
    def row(self) -> Row:
        """The row that holds."""
        return self.rows[0]


class Resolver:
    """A figure with its conditions turned into sets, ready to be asked."""

    def __init__(self, figure: Figure, answers: Answers) -> None:
        self.figure = figure
        self.rows = [(row, answers.resolve(row.conditions)) for row in figure.rows]
        self.adjustments = [(each, answers.resolve(each.conditions)) for each in figure.adjustments]
        self.names = frozenset(name for _, sets in (*self.rows, *self.adjustments) for name, _ in sets)

    def find(self, given: Mapping[str, str]) -> Found:
        """Return what the figure says for the given answers."""
        rows = tuple(row for row, sets in self.rows if holds(sets, given))
        if len(rows) != 1 or rows[0].unknown:
            return Found(rows)
        applied = tuple(each for each, sets in self.adjustments if holds(sets, given))
        row = rows[0]
        if not row.bands:
            amount, problem = _adjusted_amount(row.amount_fen, applied)
            return Found(rows, amount_fen=amount, applied=applied, problem=problem)
        bands, problem = _adjusted_bands(row.bands, applied)
        return Found(rows, bands=bands, applied=applied, problem=problem)


def holds(sets: Sets, given: Mapping[str, str]) -> bool:
    """Say whether every condition is met."""
    return all(given[name] in answers for name, answers in sets)


def only(conditions: Conditions, name: str) -> tuple[str, ...]:
    """Return the written answers of one dimension, empty when the conditions are silent about it."""
    return next((answers for found, answers in conditions if found == name), ())


def _adjusted_amount(amount: int | None, applied: tuple[Adjustment, ...]) -> tuple[int | None, str]:
    for each in applied:
        if amount is None:
            return None, ""
        if each.kind == "factor":
            exact = amount * each.amount
            if exact % BASIS_POINTS:
                return amount, f"{exact}/{BASIS_POINTS} fen"
            amount = exact // BASIS_POINTS
        elif each.kind == "add":
            amount += each.amount
        elif each.kind == "floor":
            amount = max(amount, each.amount)
        elif each.kind == "ceiling":
            amount = min(amount, each.amount)
    return amount, f"{amount} fen" if amount is not None and amount < 0 else ""


def _adjusted_bands(bands: Bands, applied: tuple[Adjustment, ...]) -> tuple[Bands, str]:
    """Adjust every paying band; a band of 0 % stays, for it is a deductible or a gate."""
    found = []
    for upper, ratio in bands:
        exact = ratio * BASIS_POINTS
        for each in applied if ratio else ():
            if each.kind == "points":
                exact += each.amount * BASIS_POINTS
            elif each.kind == "factor":
                exact = exact * each.amount // BASIS_POINTS if exact * each.amount % BASIS_POINTS == 0 else -1
            elif each.kind == "self_factor":
                own = (BASIS_POINTS * BASIS_POINTS - exact) * each.amount
                exact = BASIS_POINTS * BASIS_POINTS - own // BASIS_POINTS if own % BASIS_POINTS == 0 else -1
        if exact % BASIS_POINTS or not 0 <= exact <= BASIS_POINTS * BASIS_POINTS:
            return bands, f"{exact}/{BASIS_POINTS} bp"
        found.append((upper, exact // BASIS_POINTS))
    return tuple(found), ""

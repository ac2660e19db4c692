"""Finds the one row of a figure that holds for a combination of answers, and applies the adjustments.

The check walks every combination through this function and the counter asks it for one: they cannot
differ.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from yidi.domain.money import BASIS_POINTS, share_fen
from yidi.domain.policy.answers import Answers, Sets, met
from yidi.domain.policy.terms import Adjustment, Bands, Conditions, Figure, Row

Bound = tuple[tuple[str, int | str], ...]
"""What is done to an amount only the visit knows, in order: the kind of each change and what it takes."""
IDENTITY_BP = BASIS_POINTS * BASIS_POINTS


class Found(Struct, frozen=True):
    """What a figure says: the rows that match (exactly one is right), the value and what changed it.

    `problem` names a value that no adjustment may lead to: a ratio beyond 0-100 % or a broken basis point.
    `of` names the amount of the visit that `ratio_bp` is taken of; `later` is what then happens to it.
    """

    rows: tuple[Row, ...]
    amount_fen: int | None = None
    bands: Bands = ()
    applied: tuple[Adjustment, ...] = ()
    problem: str = ""
    of: str = ""
    ratio_bp: int = 0
    later: Bound = ()
    unknown: str = ""

    @property
    def row(self) -> Row:
        """The row that holds."""
        return self.rows[0]


class Resolver:
    """A figure with its conditions turned into sets, ready to be asked. `values` are the pack's own."""

    def __init__(
        self, figure: Figure, answers: Answers, values: Mapping[str, Resolver] | None = None
    ) -> None:
        self.figure = figure
        self.values: Mapping[str, Resolver] = values or {}
        self.names: frozenset[str] = frozenset()
        self.rows = [(row, answers.resolve(row.conditions)) for row in figure.rows]
        self.adjustments = [(each, answers.resolve(each.conditions)) for each in figure.adjustments]
        names = {name for _, sets in (*self.rows, *self.adjustments) for name, _ in sets}
        names |= {each.per for each in figure.adjustments if each.per}
        for row in figure.rows:
            if row.formula is not None and row.formula.of in self.values:
                names |= self.values[row.formula.of].names
        self.names = frozenset(names)

    def find(self, given: Mapping[str, str]) -> Found:
        """Return what the figure says for the given answers."""
        rows = tuple([row for row, sets in self.rows if met(sets, given)])
        if len(rows) != 1:
            return Found(rows)
        row = rows[0]
        if row.unknown:
            return Found(rows, unknown=row.unknown)
        applied = tuple([each for each, sets in self.adjustments if met(sets, given) and counts(each, given)])
        if row.bands:
            bands, problem = _adjusted_bands(row.bands, applied, given)
            return Found(rows, bands=bands, applied=applied, problem=problem)
        return self._amount(rows, row, applied, given)

    def _amount(
        self, rows: tuple[Row, ...], row: Row, applied: tuple[Adjustment, ...], given: Mapping[str, str]
    ) -> Found:
        """Find an amount: plain, a share of a value of the pack, or one that only the visit knows."""
        amount, formula = row.amount_fen, row.formula
        first: Bound = ()
        if formula is not None:
            pairs = (("floor", formula.floor_fen), ("ceiling", formula.ceiling_fen))
            first = tuple((kind, bound) for kind, bound in pairs if bound is not None)
            if formula.of in self.values:
                value = self.values[formula.of].find(given)
                if len(value.rows) != 1 or value.unknown or value.amount_fen is None:
                    return Found(rows, unknown=value.unknown or formula.of)
                amount = bounded_fen(share_fen(value.amount_fen, formula.ratio_bp), first)
        later = formula is not None and formula.of not in self.values
        if later or any(each.kind == "add_amount" for each in applied):
            changes = (*(first if later else ()), *_later(applied, given))
            if later and formula is not None:
                return Found(rows, None, (), applied, "", formula.of, formula.ratio_bp, changes)
            return Found(rows, amount, (), applied, "", "", 0, changes)
        amount, problem = _adjusted_amount(amount, applied, given)
        return Found(rows, amount_fen=amount, applied=applied, problem=problem)


def bounded_fen(amount: int, bounds: Bound) -> int:
    """Apply floors and ceilings in the order written."""
    for kind, bound in bounds:
        amount = max(amount, int(bound)) if kind == "floor" else min(amount, int(bound))
    return amount


def holds(sets: Sets, given: Mapping[str, str]) -> bool:
    """Say whether every condition is met."""
    return met(sets, given)


def only(conditions: Conditions, name: str) -> tuple[str, ...]:
    """Return the written answers of one dimension, empty when the conditions are silent about it."""
    return next((answers for found, answers in conditions if found == name), ())


def count_of(each: Adjustment, given: Mapping[str, str]) -> int:
    """Return how often an adjustment counts: once, or for each whole (or begun) step of its number."""
    if not each.per:
        return 1
    above = int(given[each.per]) - each.over
    return max(-(-above // each.each) if each.rounded_up else above // each.each, 0)


def counts(each: Adjustment, given: Mapping[str, str]) -> bool:
    """Say whether an adjustment changes anything: one per further year changes nothing before the first."""
    return each.per == "" or each.kind not in ("add", "points") or count_of(each, given) != 0


def _later(applied: tuple[Adjustment, ...], given: Mapping[str, str]) -> Bound:
    """Write the changes of an amount that only the visit knows."""
    changes: list[tuple[str, int | str]] = []
    for each in applied:
        match each.kind:
            case "add_amount":
                changes.append(("add_amount", each.name))
            case "add":
                changes.append(("add", each.amount * count_of(each, given)))
            case "times":
                changes.append(("times", count_of(each, given)))
            case _:
                changes.append((each.kind, each.amount))
    return tuple(changes)


def _adjusted_amount(
    amount: int | None, applied: tuple[Adjustment, ...], given: Mapping[str, str]
) -> tuple[int | None, str]:
    plain = amount or 0
    for each in applied:
        if amount is None:
            return None, ""
        if each.kind == "factor":
            exact = amount * each.amount
            if exact % BASIS_POINTS:
                return amount, f"{exact}/{BASIS_POINTS} fen"
            amount = exact // BASIS_POINTS
        elif each.kind == "add":
            amount += each.amount * count_of(each, given)
        elif each.kind == "times":
            amount *= count_of(each, given)
        elif each.kind == "floor":
            amount = max(amount, each.amount)
        elif each.kind == "ceiling":
            amount = min(amount, each.amount)
        elif each.kind == "ceiling_factor":
            amount = min(amount, share_fen(plain, each.amount))
    return amount, f"{amount} fen" if amount is not None and amount < 0 else ""


def _adjusted_bands(
    bands: Bands, applied: tuple[Adjustment, ...], given: Mapping[str, str]
) -> tuple[Bands, str]:
    """Adjust every paying band; a band of 0 % stays, for it is a deductible or a gate."""
    found = []
    for upper, ratio in bands:
        exact = ratio * BASIS_POINTS
        for each in applied if ratio else ():
            exact = _adjusted_exact(exact, each, given)
        if exact % BASIS_POINTS or not 0 <= exact <= IDENTITY_BP:
            return bands, f"{exact}/{BASIS_POINTS} bp"
        found.append((upper, exact // BASIS_POINTS))
    return tuple(found), ""


def _adjusted_exact(exact: int, each: Adjustment, given: Mapping[str, str]) -> int:
    """Apply one adjustment to a ratio in ten-thousandths of a basis point; -1 where it breaks one."""
    match each.kind:
        case "points":
            return exact + each.amount * count_of(each, given) * BASIS_POINTS
        case "factor":
            return exact * each.amount // BASIS_POINTS if exact * each.amount % BASIS_POINTS == 0 else -1
        case "self_factor":
            own = (IDENTITY_BP - exact) * each.amount
            return IDENTITY_BP - own // BASIS_POINTS if own % BASIS_POINTS == 0 else -1
        case "floor":
            return max(exact, each.amount * BASIS_POINTS)
        case "ceiling":
            return min(exact, each.amount * BASIS_POINTS)
        case _:
            return exact

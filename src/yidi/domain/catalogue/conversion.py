"""What travels to the insured place: inpatient lines as national expense classes, outpatient lines divided.

Regulation 5.2 step 5 (and the 2022 notice, part four): inpatient details are converted to the fourteen
national classes, outpatient details are divided item by item. That, and nothing else, travels.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct

from yidi.domain.catalogue.item import ExpenseClass, ItemClass
from yidi.domain.catalogue.pricing import PricedLine


class Parts(NamedTuple):
    """The four parts of an amount and their total, in fen."""

    total_fen: int = 0
    full_self_fen: int = 0
    over_limit_fen: int = 0
    first_self_fen: int = 0
    in_scope_fen: int = 0

    def plus(self, line: PricedLine | ClassSum | DividedLine) -> Parts:
        """Return the sum of these parts and a line's."""
        return Parts(
            self.total_fen + line.total_fen,
            self.full_self_fen + line.full_self_fen,
            self.over_limit_fen + line.over_limit_fen,
            self.first_self_fen + line.first_self_fen,
            self.in_scope_fen + line.in_scope_fen,
        )


class ClassSum(Struct, frozen=True, gc=False):
    """The sum of an inpatient stay's lines in one national expense class."""

    expense_class: ExpenseClass
    total_fen: int
    full_self_fen: int
    over_limit_fen: int
    first_self_fen: int
    in_scope_fen: int


class DividedLine(Struct, frozen=True, gc=False):
    """An outpatient line as it travels: what it is and its four parts."""

    number: str
    item_code: str
    expense_class: ExpenseClass
    item_class: ItemClass
    first_self_bp: int
    total_fen: int
    full_self_fen: int
    over_limit_fen: int
    first_self_fen: int
    in_scope_fen: int


def sum_parts(lines: Iterable[PricedLine | ClassSum | DividedLine]) -> Parts:
    """Return the four parts of all lines (identity 6: they are the heads of the settlement)."""
    parts = Parts()
    for line in lines:
        parts = parts.plus(line)
    return parts


def by_expense_class(lines: Iterable[PricedLine]) -> tuple[ClassSum, ...]:
    """Convert inpatient lines to national expense classes: the classes that occur, in code order."""
    sums: dict[ExpenseClass, Parts] = {}
    for line in lines:
        sums[line.expense_class] = sums.get(line.expense_class, _NOTHING).plus(line)
    return tuple(ClassSum(expense_class, *sums[expense_class]) for expense_class in sorted(sums))


def divided_lines(lines: Iterable[PricedLine]) -> tuple[DividedLine, ...]:
    """Keep outpatient lines one by one, without what the insured place has no need to see."""
    return tuple(
        DividedLine(
            line.number,
            line.item_code,
            line.expense_class,
            line.item_class,
            line.first_self_bp,
            line.total_fen,
            line.full_self_fen,
            line.over_limit_fen,
            line.first_self_fen,
            line.in_scope_fen,
        )
        for line in lines
    )


_NOTHING = Parts()

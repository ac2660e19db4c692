"""A care place's own terms for an item: what differs from the shared or downloaded entry.

The national drug file carries neither price limit nor first self-pay ratio: those are the region's, and
come as terms. What a place leaves open stays as the entry has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from yidi.domain.catalogue.item import ExpenseClass, Item, ItemClass
from yidi.domain.catalogue.refusals import OVERLAPPING_SPANS
from yidi.domain.dates import FOREVER
from yidi.domain.refusal import Refusal

NO_LIMIT = -1
"""Terms that lift a price limit."""


class Terms(Struct, frozen=True):
    """What a place decides on an item; None leaves the entry's value. Units as in `Item`.

    `restriction` "" lifts a restriction. `start` and `end` are ISO days, half open; empty is open.
    """

    code: str
    item_class: ItemClass | None = None
    expense_class: ExpenseClass | None = None
    first_self_bp: int | None = None
    price_limit_micro: int | None = None
    level_limits_micro: tuple[int | None, int | None, int | None] | None = None
    restriction: str | None = None
    start: str = ""
    end: str = ""
    source: str = ""

    def covers(self, day: str) -> bool:
        """Say whether the terms stand on a day."""
        return self.start <= day < (self.end or FOREVER)

    def apply(self, item: Item) -> Item:
        """Return the entry under these terms, its span unchanged."""
        limit = self.price_limit_micro
        levels = self.level_limits_micro
        return replace(
            item,
            item_class=self.item_class or item.item_class,
            expense_class=self.expense_class or item.expense_class,
            first_self_bp=item.first_self_bp if self.first_self_bp is None else self.first_self_bp,
            price_limit_micro=item.price_limit_micro if limit is None else _lifted(limit),
            level_limits_micro=item.level_limits_micro if levels is None and limit is None else levels,
            restricted=item.restricted if self.restriction is None else self.restriction != "",
            restriction=item.restriction if self.restriction is None else self.restriction,
            source=self.source or item.source,
        )


def _lifted(limit: int) -> int | None:
    return None if limit == NO_LIMIT else limit


def under_terms(item: Item, terms: Iterable[Terms]) -> tuple[Item, ...]:
    """Cut an entry where terms start or end, and apply in each piece the terms that stand there."""
    standing = tuple(terms)
    days = {day for term in standing for day in (term.start, term.end) if item.start < day < item.end}
    pieces = []
    for start, end in pairwise(sorted({item.start, *days, item.end})):
        applied = next((term.apply(item) for term in standing if term.covers(start)), item)
        pieces.append(replace(applied, start=start, end=end))
    return tuple(pieces)


def overlaps(terms: Iterable[Terms]) -> tuple[Refusal, ...]:
    """Find terms of one item that stand on the same day."""
    ordered = sorted(terms, key=lambda term: (term.code, term.start))
    return tuple(
        OVERLAPPING_SPANS.because(
            "start", code=first.code, first=first.start or "-", second=second.start or "-"
        )
        for first, second in pairwise(ordered)
        if first.code == second.code and second.start < (first.end or FOREVER)
    )

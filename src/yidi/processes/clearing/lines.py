"""The national table as lines: who owes whom for what, in one canonical order with one digest.

A line is an ordered pair of care and insured province, a scheme and a kind. The same lines come from the
facts (`lines_of`) and from the bulk job `clearing_month`; deductions and balances are added by the decision.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from yidi.processes.relay.records import Returned


class LineKind(StrEnum):
    """What a line adds up. The first four come from settlements, the others from the clearing itself.

    CARRIED brings the negative sum of a pair and scheme to nothing; BROUGHT takes it into the next month.
    """

    SETTLED = "settled"
    UNDONE = "undone"
    LATE = "late"
    LATE_UNDONE = "late_undone"
    DEDUCTION = "deduction"
    REFUND = "refund"
    CARRIED = "carried"
    BROUGHT = "brought"


FROM_SETTLEMENTS = frozenset({LineKind.SETTLED, LineKind.UNDONE, LineKind.LATE, LineKind.LATE_UNDONE})


class Item(NamedTuple):
    """One settlement as it enters a clearing; fen, negative when it `undoes` another."""

    settlement_id: str
    undoes: str
    care: str
    insured: str
    scheme: str
    business_day: str
    total_fen: int
    fund_fen: int
    account_fen: int

    @property
    def due_fen(self) -> int:
        """What the insured province owes the care province for it: funds and personal account."""
        return self.fund_fen + self.account_fen


class TableLine(Struct, frozen=True, order=True, gc=False):
    """One line of the national table; `settlements` counts, amounts in fen."""

    care: str
    insured: str
    scheme: str
    kind: str
    settlements: int
    total_fen: int
    fund_fen: int
    account_fen: int

    @property
    def due_fen(self) -> int:
        """What the insured province owes the care province by this line."""
        return self.fund_fen + self.account_fen


def item_of(row: Returned) -> Item:
    """Read the nation's copy of an answer as an item."""
    return Item(
        row.settlement_id,
        row.undoes,
        row.care,
        row.insured,
        row.scheme,
        row.business_day,
        row.total_fen,
        row.fund_fen,
        row.account_fen,
    )


def kind_of(item: Item, month: str) -> LineKind:
    """Return the kind of line that an item of the clearing of `month` belongs to."""
    if item.business_day[:7] == month:
        return LineKind.UNDONE if item.undoes else LineKind.SETTLED
    return LineKind.LATE_UNDONE if item.undoes else LineKind.LATE


def lines_of(items: Iterable[Item], month: str) -> tuple[TableLine, ...]:
    """Add up the items of a clearing; the bulk job gives the same lines for the same items."""
    sums: dict[tuple[str, str, str, str], list[int]] = {}
    for item in items:
        key = (item.care, item.insured, item.scheme, kind_of(item, month).value)
        found = sums.setdefault(key, [0, 0, 0, 0])
        found[0] += 1
        found[1] += item.total_fen
        found[2] += item.fund_fen
        found[3] += item.account_fen
    return tuple(sorted(TableLine(*key, *amounts) for key, amounts in sums.items()))


def canonical(lines: Iterable[TableLine]) -> bytes:
    """Write lines in their one order, a line each, fields with tabs between."""
    rows = (
        (
            row.care,
            row.insured,
            row.scheme,
            row.kind,
            row.settlements,
            row.total_fen,
            row.fund_fen,
            row.account_fen,
        )
        for row in sorted(lines)
    )
    return b"".join("\t".join(map(str, row)).encode() + b"\n" for row in rows)


def digest_of(lines: Iterable[TableLine]) -> str:
    """Return the SHA-256 (hex) of the canonical lines: what a province signs of its part."""
    return hashlib.sha256(canonical(lines)).hexdigest()


def digest_of_items(items: Iterable[Item]) -> str:
    """Return the SHA-256 (hex) of a list of items, in the order of their numbers."""
    text = "".join("\t".join(map(str, item)) + "\n" for item in sorted(items))
    return hashlib.sha256(text.encode()).hexdigest()


def part_of(lines: Iterable[TableLine], province: str) -> tuple[TableLine, ...]:
    """Return the lines that concern a province, as care or as insured place."""
    return tuple(row for row in lines if province in (row.care, row.insured))


def provinces_in(lines: Iterable[TableLine]) -> Sequence[str]:
    """Return every province that a table concerns, in order."""
    return sorted({province for row in lines for province in (row.care, row.insured)})

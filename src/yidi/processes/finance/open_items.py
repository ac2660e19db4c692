"""What is open between accounts and money: lines nothing explains, payments no line has shown; with age."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from yidi.processes.finance.commands import Expected
from yidi.processes.finance.records import Fate, ImportedLine, LineFate


class Side(StrEnum):
    """MONEY: the bank has moved it and the books do not know it; BOOKS: the other way round."""

    MONEY = "money"
    BOOKS = "books"


class OpenItem(Struct, frozen=True):
    """One open item: since which day, how many days old, how many fen (positive came or is to come in).

    `state` says more: new or suspended for money; expected (the books wait for it) or booked for the books.
    """

    side: Side
    item_id: str
    counterpart: str
    day: str
    age_days: int
    amount_fen: int
    state: str


def open_items(
    lines: Iterable[ImportedLine], fates: Sequence[LineFate], expected: Iterable[Expected], today: date
) -> tuple[OpenItem, ...]:
    """List both sides, oldest first; payments that are due later only once the books have them."""
    latest = {row.line_id: row for row in sorted(fates, key=lambda row: row.version)}
    matched = {row.expected_id for row in fates if row.fate == Fate.MATCHED}
    found = [
        OpenItem(Side.MONEY, line.line_id, line.counterpart, line.day, _age(line.day, today), line.amount_fen,
                 "suspended" if line.line_id in latest else "new")
        for line in lines
        if line.line_id not in latest or latest[line.line_id].fate == Fate.SUSPENDED
    ]  # fmt: skip
    found += [
        OpenItem(Side.BOOKS, each.expected_id, each.counterpart, each.due_on, _age(each.due_on, today),
                 each.amount_fen, "booked" if each.booked else "expected")
        for each in expected
        if each.expected_id not in matched and (each.booked or each.due_on <= today.isoformat())
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda item: (-item.age_days, item.side, item.item_id)))


def _age(day: str, today: date) -> int:
    return max(0, (today - date.fromisoformat(day)).days)

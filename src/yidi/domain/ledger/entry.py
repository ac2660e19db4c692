"""A double entry: lines that sum to zero, or no entry at all. Nothing is edited, only negated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Line(NamedTuple):
    """One line: account code, whom it concerns, scheme, amount in fen (debit positive, credit negative)."""

    account: str
    counterpart: str
    scheme: str
    amount_fen: int


class Entry:
    """A balanced entry. ValueError when its lines do not sum to zero; lines of nothing are left out."""

    __slots__ = ("entry_id", "lines")

    def __init__(self, entry_id: str, lines: Iterable[Line]) -> None:
        self.entry_id = entry_id
        self.lines = tuple([line for line in lines if line[3]])
        balance = 0
        for line in self.lines:
            balance += line[3]
        if balance:
            raise ValueError(f"entry {entry_id} is out of balance by {balance} fen")

    def negated(self, entry_id: str) -> Entry:
        """Return the entry that undoes this one."""
        return Entry(entry_id, [line._replace(amount_fen=-line.amount_fen) for line in self.lines])


def balances(lines: Iterable[Line]) -> dict[tuple[str, str, str], int]:
    """Return the balance in fen per account, counterpart and scheme; what is even is left out."""
    found: dict[tuple[str, str, str], int] = {}
    for account, counterpart, scheme, amount_fen in lines:
        key = (account, counterpart, scheme)
        found[key] = found.get(key, 0) + amount_fen
    return {key: amount_fen for key, amount_fen in found.items() if amount_fen}

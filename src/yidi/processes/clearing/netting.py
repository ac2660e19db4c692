"""The law of the table, in whole fen: what each pair owes, what is carried over, what each province nets.

Regulation 7.1 (in full, monthly, between provincial accounts), 7.4 and 7.7 (what was cleared comes back by
reducing later bills). The schemes are separate funds, so nothing is set off between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from yidi.processes.clearing.lines import LineKind, TableLine

Pair = tuple[str, str, str]
"""Insured province, care province, scheme."""


class Net(NamedTuple):
    """A province in the table: what it owes as insured place, what it is owed as care place; fen."""

    province: str
    payable_fen: int
    receivable_fen: int

    @property
    def net_fen(self) -> int:
        """Receivable minus payable; over all provinces it sums to zero."""
        return self.receivable_fen - self.payable_fen


def dues(lines: Iterable[TableLine]) -> Mapping[Pair, int]:
    """Return what each insured province owes each care province, per scheme, in fen."""
    found: dict[Pair, int] = {}
    for row in lines:
        pair = (row.insured, row.care, row.scheme)
        found[pair] = found.get(pair, 0) + row.due_fen
    return dict(sorted(found.items()))


def nets(lines: Iterable[TableLine]) -> tuple[Net, ...]:
    """Return every province's sums, in order of its code."""
    payable: dict[str, int] = {}
    receivable: dict[str, int] = {}
    for (insured, care, _), due_fen in dues(lines).items():
        payable[insured] = payable.get(insured, 0) + due_fen
        receivable[care] = receivable.get(care, 0) + due_fen
    return tuple(
        Net(province, payable.get(province, 0), receivable.get(province, 0))
        for province in sorted({*payable, *receivable})
    )


def brought_forward(before: Iterable[TableLine]) -> tuple[TableLine, ...]:
    """Return what the table of the month before has carried out of itself, as lines of this month."""
    return tuple(
        TableLine(row.care, row.insured, row.scheme, LineKind.BROUGHT.value, 0, 0, -row.fund_fen, 0)
        for row in before
        if row.kind == LineKind.CARRIED
    )


def carried_over(lines: Iterable[TableLine]) -> tuple[TableLine, ...]:
    """Return the lines that bring every negative sum to zero, for a table with its brought lines."""
    return tuple(
        TableLine(care, insured, scheme, LineKind.CARRIED.value, 0, 0, -due_fen, 0)
        for (insured, care, scheme), due_fen in dues(lines).items()
        if due_fen < 0
    )

"""Reads one row of a table by column name, collecting what is wrong with its cells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from typing import TypeVar

from yidi.domain.catalogue.amounts import PRICE_PLACES, parse_decimal
from yidi.domain.catalogue.refusals import EMPTY_CELL, WRONG_CELL
from yidi.domain.codes.shape import shown
from yidi.domain.dates import FOREVER, parse_day
from yidi.domain.money import BASIS_POINTS
from yidi.domain.refusal import Refusal

_EMPTY = frozenset({"", "null", "NULL"})
"""In the national TXT files an empty value is the word null."""
_YES = frozenset({"1", "是"})
_NO = frozenset({"0", "2", "否"})
E = TypeVar("E", bound=Enum)


class Cells:
    """The cells of one row. `findings` collects; every reading returns something to go on with."""

    __slots__ = ("_columns", "_values", "findings", "row")

    def __init__(
        self, row: int, values: list[str], columns: Mapping[str, int], findings: list[Refusal]
    ) -> None:
        self.row = row
        self._values = values
        self._columns = columns
        self.findings = findings

    def text(self, name: str) -> str:
        """Return the cell of a column, stripped; empty for a missing column and for the word null."""
        place = self._columns.get(name)
        value = "" if place is None else self._values[place - 1].strip()
        return "" if value in _EMPTY else value

    def required(self, name: str) -> str:
        """Return the cell, noting it when empty."""
        value = self.text(name)
        if not value:
            self.findings.append(EMPTY_CELL.because(name, row=self.row, column=self._columns.get(name, 0)))
        return value

    def wrong(self, name: str, expected: str) -> None:
        """Note that the cell of a column is not what was expected."""
        self.findings.append(
            WRONG_CELL.because(
                name,
                row=self.row,
                column=self._columns.get(name, 0),
                value=shown(self.text(name)),
                expected=expected,
            )
        )

    def flag(self, name: str) -> bool:
        """Return a yes/no cell; empty is no."""
        value = self.text(name)
        if value in _YES:
            return True
        if value and value not in _NO:
            self.wrong(name, "0, 1")
        return False

    def day(self, name: str) -> str:
        """Return the ISO day of a cell (a time after it is cut off); empty stays empty."""
        value = self.text(name)
        if not value:
            return ""
        day = parse_day(value.split(" ")[0].split("T")[0])
        if day is None:
            self.wrong(name, "2026-01-31")
            return ""
        return day.isoformat()

    def last_day(self, name: str) -> str:
        """Return the end of a half-open span from the last day on which something stands."""
        last = self.day(name)
        day = parse_day(last) if last else None
        if day is None or last >= FOREVER:
            return FOREVER
        return (day + timedelta(days=1)).isoformat()

    def choice(self, name: str, kind: type[E]) -> E | None:
        """Return a member of an enumeration by its value; None when empty or (noted) another."""
        value = self.text(name)
        if not value:
            return None
        try:
            return kind(value)
        except ValueError:
            self.wrong(name, ", ".join(str(member.value) for member in kind))
            return None

    def ratio_bp(self, name: str) -> int | None:
        """Return a percentage as basis points: 12.5 -> 1250; None when empty or (noted) no such ratio."""
        value = self.text(name).removesuffix("%")
        if not value:
            return None
        ratio = parse_decimal(value, 2)
        if ratio is None or not 0 <= ratio <= BASIS_POINTS:
            self.wrong(name, "0 - 100, 0.01")
            return None
        return ratio

    def price_micro(self, name: str) -> int | None:
        """Return a price in yuan as micro-yuan; None when empty or (noted) no price."""
        value = self.text(name)
        if not value:
            return None
        price = parse_decimal(value, PRICE_PLACES)
        if price is None or price < 0:
            self.wrong(name, "0.000000 - 9999999999.999999")
            return None
        return price

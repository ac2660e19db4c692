"""How any document is laid out: a title, facts, paragraphs, tables and an issuer; no writer knows more."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

Cell = str | int | None
"""A text, a number (fen in a money column), or nothing."""


class Words(NamedTuple):
    """The same said in Chinese and in English."""

    zh: str
    en: str


class Kind(StrEnum):
    """What a column holds, which decides its alignment and how numbers are written."""

    ORDINAL = "ordinal"
    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    DAY = "day"


class Column(Struct, frozen=True):
    """A column: title, kind, relative width, and the group it stands under, if any."""

    title: Words
    kind: Kind
    width: int
    group: Words | None = None


class Grid(Struct, frozen=True):
    """A bordered table; `total` closes it."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    caption: Words | None = None


class Fact(Struct, frozen=True):
    """A labelled line of a notice; strong ones are set larger."""

    label: Words
    value: str
    strong: bool = False


class Sheet(Struct, frozen=True):
    """A whole document, ready to be written."""

    title: Words
    number: str
    about: tuple[Fact, ...]
    issuer: Words
    issued_on: str
    grids: tuple[Grid, ...]
    addressee: Words | None = None
    paragraphs: tuple[Words, ...] = ()
    facts: tuple[Fact, ...] = ()
    notes: tuple[Words, ...] = ()
    landscape: bool = False


def summed(rows: tuple[tuple[Cell, ...], ...], columns: tuple[Column, ...], label: str) -> tuple[Cell, ...]:
    """Make the total row: numbers are added, the first text column carries the label."""
    total: list[Cell] = []
    labelled = False
    for at, column in enumerate(columns):
        if column.kind in (Kind.COUNT, Kind.MONEY):
            total.append(sum(value for row in rows if isinstance(value := row[at], int)))
        elif column.kind is Kind.TEXT and not labelled:
            total.append(label)
            labelled = True
        else:
            total.append("")
    return tuple(total)


def written_day(day: str) -> Words:
    """Write a day as papers do: 2026年11月22日."""
    year, month, date = day.split("-")
    return Words(f"{year}年{int(month)}月{int(date)}日", day)


def written_period(period: str) -> Words:
    """Write a month (2026-10) or a year (2026)."""
    if "-" not in period:
        return Words(f"{period}年度", period)
    year, month = period.split("-")
    return Words(f"{year}年{int(month)}月", period)

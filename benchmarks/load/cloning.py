"""Many cases from few: clones the records of a played case under other numbers.

What a node records for a played case is true to the last column; a clone of it with every number of its
own (persons, visits, settlements, messages, lines) is as true, and costs microseconds. A number is a run
of at least 18 digits, and no code of a consumable; the digits of an institution's code in front stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from yidi.domain.codes.resident_id import check_mark
from yidi.processes.ports.deciding import Record

NUMBER = re.compile(r"(?<![\dC])\d{18,}(?!\d)")
VARIABLE_DIGITS = 18
DAYS, SEQUENCES = 20_000, 1_000
"""Days of birth and sequence numbers a made resident id runs through."""


def resident_id(clone: int, division: str = "990000") -> str:
    """Make the resident id of a clone: a division that gives none, and a right check mark that is a digit."""
    day, sequence = clone % DAYS, clone // DAYS
    if sequence >= SEQUENCES:
        raise ValueError(f"{DAYS * SEQUENCES} persons at most")
    born = date(1940, 1, 1) + timedelta(days=day)
    number = f"{division}{born:%Y%m%d}{sequence:03d}"
    return number + check_mark(number)


class Numbers:
    """The numbers of one played case, and what each is in a clone."""

    def __init__(self, offset: int, certificate_no: str) -> None:
        self._offset, self._certificate_no = offset, certificate_no
        self._places: dict[str, int] = {certificate_no: 0}

    def place(self, number: str) -> int:
        """Return the place of a number among those of the case; a new one comes last."""
        return self._places.setdefault(number, len(self._places))

    def of_clone(self, clone: int) -> Sequence[str]:
        """Return what stands in the place of each number in a clone."""
        made = [resident_id(clone)]
        for number in self._places:
            if number != self._certificate_no:
                ordinal = self._offset + len(made)
                made.append(f"{number[:-VARIABLE_DIGITS]}{ordinal:07d}{clone:011d}")
        return made


Pieces = tuple[Any, ...]
"""A text cut up: literal texts, and places (int) of numbers."""


def pieces_of(text: str, numbers: Numbers, certificate_no: str) -> Pieces:
    """Cut a text at its numbers."""
    cut: list[Any] = []
    last = 0
    pattern = re.compile(re.escape(certificate_no) + "|" + NUMBER.pattern)
    for found in pattern.finditer(text):
        if found.start() > last:
            cut.append(text[last : found.start()])
        cut.append(numbers.place(found.group()))
        last = found.end()
    if last < len(text):
        cut.append(text[last:])
    return tuple(cut)


def join(pieces: Pieces, made: Sequence[str]) -> str:
    """Put a text together for a clone."""
    return "".join([made[piece] if piece.__class__ is int else piece for piece in pieces])


class Row(NamedTuple):
    """A record with the columns that hold numbers: only one, or among other text."""

    record: Record
    whole: tuple[tuple[int, int], ...]
    mixed: tuple[tuple[int, Pieces], ...]

    def clone(self, made: Sequence[str]) -> list[Any]:
        """Return the columns for a clone."""
        columns = list(self.record)
        for column, place in self.whole:
            columns[column] = made[place]
        for column, pieces in self.mixed:
            columns[column] = join(pieces, made)
        return columns


def row_of(record: Record, numbers: Numbers, certificate_no: str) -> Row:
    """Find the numbers of a record."""
    whole: list[tuple[int, int]] = []
    mixed: list[tuple[int, Pieces]] = []
    for column, value in enumerate(record):
        if not isinstance(value, str):
            continue
        pieces = pieces_of(value, numbers, certificate_no)
        if len(pieces) == 1 and isinstance(pieces[0], int):
            whole.append((column, pieces[0]))
        elif any(isinstance(piece, int) for piece in pieces):
            mixed.append((column, pieces))
    return Row(record, tuple(whole), tuple(mixed))


class Case:
    """A played case to clone: its records by stage, and texts to send for a clone."""

    def __init__(self, offset: int, certificate_no: str) -> None:
        self.numbers = Numbers(offset, certificate_no)
        self._certificate_no = certificate_no
        self._stages: dict[str, list[Row]] = {}
        self._texts: dict[str, Pieces] = {}

    def keep(self, stage: str, records: Iterable[Record]) -> None:
        """Take the records of a stage."""
        rows = [row_of(record, self.numbers, self._certificate_no) for record in records]
        self._stages.setdefault(stage, []).extend(rows)

    def keep_text(self, name: str, text: str) -> None:
        """Take a text."""
        self._texts[name] = pieces_of(text, self.numbers, self._certificate_no)

    def records(self, stages: Sequence[str], clone: int) -> Iterator[tuple[type[Record], list[Any]]]:
        """Make the records of a clone."""
        made = self.numbers.of_clone(clone)
        for stage in stages:
            for row in self._stages[stage]:
                yield type(row.record), row.clone(made)

    def text(self, name: str, clone: int) -> str:
        """Make a text of a clone."""
        return self.text_of(name, self.numbers.of_clone(clone))

    def text_of(self, name: str, made: Sequence[str]) -> str:
        """Make a text of a clone whose numbers are made already."""
        return join(self._texts[name], made)

    def count(self, stages: Sequence[str]) -> int:
        """How many records the stages have."""
        return sum(len(self._stages[stage]) for stage in stages)

    def tables(self, stages: Sequence[str]) -> Mapping[str, int]:
        """How many records of each kind the stages have."""
        counted: dict[str, int] = {}
        for stage in stages:
            for row in self._stages[stage]:
                name = type(row.record).__name__
                counted[name] = counted.get(name, 0) + 1
        return counted

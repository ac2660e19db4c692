"""The Parquet form of visits, and how a piece of it becomes columns of small integers.

One row a visit, ordered by person and day; a person's rows lie together. Words are kept as codes into a
list that only grows, so a code means the same in every piece of a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from threading import Lock
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from yidi.domain.benefit.situation import CareKind, InstitutionKind, PersonClass, Place, Situation, Standing

Array = np.ndarray[Any, np.dtype[Any]]

WORDS = (
    "area",
    "scheme",
    "person_class",
    "care_kind",
    "place",
    "standing",
    "institution_kind",
    "level_grade",
    "chronic_code",
    "assistance_category",
    "plan_tier",
    "institution",
)
NUMBERS = ("age", "level")
FLAGS = ("contracted_primary", "civil_servant")
HEADS = ("total_fen", "full_self_fen", "over_limit_fen", "first_self_fen", "in_scope_fen")
NEEDED = ("person", "on", "area", "scheme", "person_class", "age", "level", "care_kind", *HEADS)
EPOCH = date(1970, 1, 1).toordinal()
FACTS, AMOUNTS, MARKS = "facts.", "amounts.", "marks."
"""What stands before the name of a pack's own fact (word), amount (fen) or mark (fen); null: not told."""
SILENT = {"place": "local", "standing": "local", "institution_kind": "hospital"}
KNOWN: dict[str, frozenset[str]] = {
    "person_class": frozenset(PersonClass),
    "care_kind": frozenset(CareKind),
    "place": frozenset(Place),
    "standing": frozenset(Standing),
    "institution_kind": frozenset(InstitutionKind),
    "level_grade": frozenset(("", "A", "B", "C")),
}
IMPOSSIBLE = {"age": 200, "level": 15}
"""What stands for a number no rule can know; the policy refuses it by itself."""
ASKED = (*WORDS[:-1], *NUMBERS, *FLAGS)
"""The columns a rule may depend on, facts aside; an institution only has counters of its own."""

SCHEMA = pa.schema(
    [
        ("person", pa.int64()),
        ("on", pa.date32()),
        *((name, pa.dictionary(pa.int32(), pa.string())) for name in WORDS),
        ("age", pa.int16()),
        ("level", pa.int8()),
        *((name, pa.bool_()) for name in FLAGS),
        *((name, pa.int64()) for name in HEADS),
        ("account_balance_fen", pa.int64()),
    ]
)
"""What `yidi policy generate` writes; `account_balance_fen` is null or 0 where the account is not used."""


class Lexicon:
    """The words of every column seen so far, each with its number."""

    def __init__(self) -> None:
        self.words: dict[str, list[str]] = {}
        self.codes: dict[str, dict[str, int]] = {}
        self._lock = Lock()

    def code(self, column: str, word: str) -> int:
        """Return the number of a word; a new one is added."""
        with self._lock:
            codes = self.codes.setdefault(column, {})
            if word not in codes:
                self.words.setdefault(column, []).append(word)
                codes[word] = len(codes)
            return codes[word]


class Visits(NamedTuple):
    """Some persons' visits as columns. `starts`: each person's first row, and the end.

    `codes` has a row for each name in `columns`: word codes, ages and levels, flags.
    `heads` are total, full self, over limit, first self, in scope. `told` marks visits that tell amounts
    or marks of a pack's own; these are in `more`, by name, as null-able columns. `strange` are the numbers
    no code stands for, by column and row: an age of 250 is refused as 250.
    """

    person: Array
    starts: Array
    day: Array
    columns: tuple[str, ...]
    codes: Array
    heads: Array
    balance: Array
    institution: Array
    told: Array
    more: Mapping[str, pa.Array]
    strange: Mapping[tuple[str, int], int] = MappingProxyType({})

    @property
    def rows(self) -> int:
        """How many visits these are."""
        return len(self.person)


def missing_columns(schema: pa.Schema) -> list[str]:
    """Return the columns a file of visits lacks."""
    return [name for name in NEEDED if name not in schema.names]


def read_columns(schema: pa.Schema) -> list[str]:
    """Return the columns of a file that are read."""
    own = (FACTS, AMOUNTS, MARKS)
    return [n for n in schema.names if n in SCHEMA.names or n.startswith(own)]


def word_columns(schema: pa.Schema) -> list[str]:
    """Return the columns of a file that hold words."""
    return [n for n in read_columns(schema) if n in WORDS or n.startswith(FACTS)]


def columns_of(table: pa.Table, lexicon: Lexicon) -> Visits:
    """Turn whole persons' rows into columns. KeyError never: what a file lacks has its silent value."""
    names = (*ASKED, *(n for n in table.schema.names if n.startswith(FACTS)))
    person = _integers(table, "person")
    rows = len(person)
    codes = np.empty((len(names), rows), dtype=np.int32)
    for number, name in enumerate(names):
        codes[number] = _coded(table, name, lexicon, rows)
    heads = np.empty((len(HEADS), rows), dtype=np.int64)
    for number, name in enumerate(HEADS):
        heads[number] = _integers(table, name)
    balance = _integers(table, "account_balance_fen", rows)
    more = {n: table[n].combine_chunks() for n in table.schema.names if n.startswith((AMOUNTS, MARKS))}
    told = np.zeros(rows, dtype=np.bool_)
    for column in more.values():
        told |= column.is_valid().to_numpy(zero_copy_only=False)
    changes = np.flatnonzero(person[1:] != person[:-1]) + 1
    ends = [rows] if rows else []
    starts = np.concatenate(([0], changes, ends)).astype(np.int64)
    day = _integers(table, "on").astype(np.int32)
    place = _coded(table, "institution", lexicon, rows)
    strange = {
        (name, row): number
        for name in NUMBERS
        for row, number in _strange(codes[names.index(name)], _integers(table, name), IMPOSSIBLE[name])
    }
    return Visits(person, starts, day, names, codes, heads, balance, place, told, more, strange)


def _strange(codes: Array, numbers: Array, bound: int) -> Iterable[tuple[int, int]]:
    rows = np.flatnonzero(codes == bound)
    return zip(rows.tolist(), numbers[rows].tolist(), strict=True)


def _integers(table: pa.Table, name: str, rows: int = 0) -> Array:
    if name not in table.schema.names:
        return np.zeros(rows, dtype=np.int64)
    column = table[name]
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    return column.fill_null(0).combine_chunks().to_numpy(zero_copy_only=False).astype(np.int64, copy=False)  # type: ignore[no-any-return]


def _coded(table: pa.Table, name: str, lexicon: Lexicon, rows: int) -> Array:
    if name in NUMBERS:
        found = _integers(table, name)
        bound = IMPOSSIBLE[name]
        return np.where((found >= 0) & (found < bound), found, bound).astype(np.int32)
    if name in FLAGS:
        if name not in table.schema.names:
            return np.zeros(rows, dtype=np.int16)
        flags = table[name].fill_null(False).combine_chunks().to_numpy(zero_copy_only=False)
        return flags.astype(np.int32)  # type: ignore[no-any-return]
    if name not in table.schema.names:
        return np.full(rows, lexicon.code(name, SILENT.get(name, "")), dtype=np.int32)
    pieces = [_piece(chunk, name, lexicon) for chunk in table[name].chunks]
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int32)


def _piece(chunk: pa.Array, name: str, lexicon: Lexicon) -> Array:
    """Turn words into codes through the piece's own dictionary; null is what silence means."""
    if not pa.types.is_dictionary(chunk.type):
        chunk = chunk.cast(pa.string()).dictionary_encode()
    words = [word if word is not None else "" for word in chunk.dictionary.to_pylist()]
    words += [SILENT.get(name, "")] if chunk.null_count else []
    codes = np.array([lexicon.code(name, word) for word in words], dtype=np.int32)
    at = chunk.indices.fill_null(max(len(words) - 1, 0)).to_numpy(zero_copy_only=False)
    return codes[at]  # type: ignore[no-any-return]


def first_out_of_order(visits: Visits) -> int | None:
    """Return the first row that comes before the one above it by person and day."""
    person, day = visits.person, visits.day
    wrong = (person[1:] < person[:-1]) | ((person[1:] == person[:-1]) & (day[1:] < day[:-1]))
    return int(np.argmax(wrong)) + 1 if wrong.any() else None


def unknown_words(lexicon: Lexicon) -> list[tuple[str, str]]:
    """Return every (column, word) that no visit may have."""
    return [
        (column, word)
        for column, known in KNOWN.items()
        for word in lexicon.words.get(column, ())
        if word not in known
    ]


def situation_of(visits: Visits, lexicon: Lexicon, row: int) -> Situation:
    """Put one visit into the words of the counter. Its stay number is not known here: see `counter.py`."""
    said = {name: int(visits.codes[number, row]) for number, name in enumerate(visits.columns)}
    said |= {name: visits.strange.get((name, row), said[name]) for name in NUMBERS}
    words = {n: lexicon.words[n][code] for n, code in said.items() if n not in NUMBERS and n not in FLAGS}
    facts = tuple((n.removeprefix(FACTS), w) for n, w in words.items() if n.startswith(FACTS) and w)
    return Situation(
        scheme=words["scheme"],
        person_class=PersonClass(words["person_class"]),
        age=said["age"],
        level=said["level"],
        care_kind=CareKind(words["care_kind"]),
        place=Place(words["place"]),
        standing=Standing(words["standing"]),
        on=day_text(int(visits.day[row])),
        level_grade=words["level_grade"],
        institution_kind=words["institution_kind"],
        chronic_code=words["chronic_code"],
        contracted_primary=bool(said["contracted_primary"]),
        civil_servant=bool(said["civil_servant"]),
        assistance_category=words["assistance_category"],
        plan_tier=words["plan_tier"],
        institution=lexicon.words["institution"][int(visits.institution[row])],
        facts=facts,
        amounts=_told(visits.more, AMOUNTS, row),
        marks=_told(visits.more, MARKS, row),
    )


def _told(more: Mapping[str, pa.Array], kind: str, row: int) -> tuple[tuple[str, int], ...]:
    found = ((name.removeprefix(kind), c[row].as_py()) for name, c in more.items() if name.startswith(kind))
    return tuple((name, value) for name, value in found if value is not None)


def day_text(day: int) -> str:
    """Write a day counted from 1970-01-01 as ISO text."""
    ordinal = EPOCH + day
    if 0 < ordinal <= date.max.toordinal():
        return date.fromordinal(ordinal).isoformat()
    return str(np.datetime64(day, "D"))


def day_numbers(days: Sequence[str]) -> Array:
    """Count ISO days from 1970-01-01."""
    return np.array(days, dtype="M8[D]").astype(np.int32)

"""How the message tables are written and what they become: decoders that are fast on the straight path.

A line of a node is `name title type marks`. Types: S30 text of at most 30 characters, N16.2 number with 16
digits of which two decimals, D day, T day and time, X extension (text, object or nothing), B file bytes.
Marks: `!` must not be empty; `*` the standard asks for it but real clients leave it out, so it is borne;
`d` the value comes from the dictionary of the field's name, `d=name` from another. Lengths are those of the
standard except where real clients need more (credential numbers, names, identity repeated in settlements).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta, Struct

_KEYWORDS = {"in": "in_", "type": "type_"}
_TIME_LENGTH = 40
NOTHING = msgspec.Raw(b"")
"""A number that was not sent."""


class Field(NamedTuple):
    """One field of a node, as its table line says.

    `attribute` is its Python name, `limit` the greatest number of characters (0: none), `empty` what stands
    for nothing. Numbers stay JSON text until they are asked for, so that no float ever comes into being.
    """

    name: str
    title: str
    kind: str
    size: int
    places: int
    needed: bool
    asked: bool
    dictionary: str
    attribute: str
    limit: int
    empty: Any

    def annotation(self) -> Any:
        """Return the type msgspec decodes on the straight path."""
        match self.kind:
            case "S" | "D" | "T" if self.needed:
                return Annotated[str, Meta(min_length=1, max_length=self.limit)]
            case "S" | "D" | "T":
                return Annotated[str, Meta(max_length=self.limit)]
            case "N" | "I":
                return msgspec.Raw
            case _:
                return Any


def read_field(line: str) -> Field:
    """Read a table line."""
    name, title, kind, *marks = line.split()
    size, _, places = kind[1:].partition(".")
    dictionary = next((mark for mark in marks if mark[0] == "d"), "")
    letter = kind[0]
    return Field(
        name=name,
        title=title,
        kind=letter,
        size=int(size or 0),
        places=int(places or 0),
        needed="!" in marks,
        asked="*" in marks or "!" in marks,
        dictionary=(dictionary.partition("=")[2] or name) if dictionary else "",
        attribute=_KEYWORDS.get(name, name),
        limit={"S": int(size or 0), "D": _TIME_LENGTH, "T": _TIME_LENGTH}.get(letter, 0),
        empty="" if letter in "SDT" else NOTHING if letter in "NI" else None,
    )


class Node:
    """A node of input or output; `many` when it is an array of rows. The output without node has no name."""

    def __init__(self, name: str, table: str, *, many: bool = False) -> None:
        self.name, self.many = name, many
        self.fields = tuple(read_field(line) for line in table.splitlines() if line.strip())

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields by national name."""
        return {field.name: field for field in self.fields}

    @cached_property
    def struct(self) -> type[Struct]:
        """The type of a row on the way in."""
        parts: list[Any] = []
        for field in self.fields:
            given = (field.attribute, field.annotation())
            parts.append(given if field.needed and field.kind not in "XB" else (*given, field.empty))
        rename = {name: wire for wire, name in _KEYWORDS.items() if wire in self.by_name}
        return msgspec.defstruct(
            f"Row_{self.name or 'bare'}", parts, kw_only=True, rename=rename or None, gc=False
        )

    @cached_property
    def blank(self) -> dict[str, Any]:
        """An output row with nothing in it: empty numbers are 0, other empties null (standard, 4.3)."""
        return {field.name: 0 if field.kind in "NI" else None for field in self.fields}

    def row(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Make an output row in which every field of the table is present."""
        return {**self.blank, **values}


class Transaction:
    """A transaction served here: what it asks and what it answers. `streams` answers with bytes."""

    def __init__(
        self,
        number: str,
        title: str,
        title_en: str,
        *,
        asks: tuple[Node, ...],
        answers: tuple[Node, ...],
        streams: bool = False,
    ) -> None:
        self.number, self.title, self.title_en = number, title, title_en
        self.asks, self.answers, self.streams = asks, answers, streams

    @cached_property
    def struct(self) -> type[Struct]:
        """The type of the input: the first node is needed, the others may be missing."""
        parts: list[Any] = []
        for place, node in enumerate(self.asks):
            row: Any = node.struct
            kind = list[row] | row if node.many else row
            parts.append((node.name, kind) if place == 0 else (node.name, kind | None, None))
        return msgspec.defstruct(f"Input_{self.number}", parts, kw_only=True)

    @cached_property
    def decoder(self) -> msgspec.json.Decoder[Any]:
        """The decoder of the straight path."""
        return msgspec.json.Decoder(self.struct)

    @cached_property
    def coded(self) -> tuple[tuple[str, Field], ...]:
        """Node and field of every code that is checked against its dictionary."""
        return tuple(
            (node.name, field)
            for node in self.asks
            if not node.many
            for field in node.fields
            if field.dictionary in CHECKED
        )

    def answer(self, place: int = 0) -> Node:
        """Return a node of the answer."""
        return self.answers[place]


CHECKED = frozenset(
    "insutype med_type mdtrt_cert_type acct_used_flag mid_setl_flag dscg_way refl_type biz_appy_type".split()
)
"""Dictionaries whose codes decide something here; other codes are kept as they come."""

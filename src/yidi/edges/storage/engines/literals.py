"""Arrays as one text each, taken apart by the server: what a driver does element by element costs more.

Given a list, the driver looks at every element to learn its type and whether it is a list itself; that
costs several times what joining texts does, for every value of every record. Texts are joined by a
separator, which the server splits fastest. Where that is not possible (a text with the separator in it, a
None), and for numbers, the array is written as PostgreSQL prints it: `{"a","b"}`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

SEPARATOR, PRINTED = "\x1f", "\x1d"
"""Between texts; before an array as it is printed."""
NOTHING, NULL = "{}", "NULL"
_whole: Callable[[int], str] = int.__repr__
"""Writes a whole number, and refuses everything else."""


def text_array(values: Sequence[Any]) -> str:
    """Write texts, each of them may be None. Raises TypeError for anything else."""
    try:
        joined = SEPARATOR.join(values)
    except TypeError:
        return _printed(values)
    if joined.count(SEPARATOR) != len(values) - 1 or joined[:1] == PRINTED:
        return _printed(values)
    return joined


def _printed(values: Sequence[Any]) -> str:
    return PRINTED + "{" + ",".join(map(_text, values)) + "}"


def _text(value: Any) -> str:
    if value is None:
        return NULL
    if not isinstance(value, str):
        raise TypeError(f"cannot store {type(value).__name__} as text")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def number_array(values: Sequence[Any]) -> str:
    """Write whole numbers, each of them may be None. Raises TypeError for anything else."""
    try:
        return "{" + ",".join(map(_whole, values)) + "}"
    except TypeError:
        return "{" + ",".join(map(_number, values)) + "}"


def _number(value: Any) -> str:
    if value is None:
        return NULL
    if not isinstance(value, int):
        raise TypeError(f"cannot store {type(value).__name__} as a whole number")
    return _whole(value)


WRITERS: dict[str, Callable[[Sequence[Any]], str]] = {"TEXT": text_array, "BIGINT": number_array}
"""By the kind of the column."""


def array_of(number: int, kind: str) -> str:
    """Write the expression that reads parameter `number` as an array of TEXT or BIGINT."""
    if kind != "TEXT":
        return f"${number}::text::{kind.lower()}[]"
    split, printed = f"string_to_array(${number}, E'\\x1f')", f"substr(${number}, 2)::text[]"
    first = f"left(${number}::text, 1)"
    return f"CASE {first} WHEN '' THEN ARRAY[''] WHEN E'\\x1d' THEN {printed} ELSE {split} END"

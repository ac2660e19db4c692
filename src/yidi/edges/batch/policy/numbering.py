"""Compiled numbering: from a visit's codes to its combination of answers. Needs the extra `[batch]`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from yidi.edges.batch.policy.keeping import inlined, kept
from yidi.edges.batch.policy.spans import address, beyond

Array = np.ndarray[Any, np.dtype[Any]]
NEW, NOWHERE = -3, -1
"""No number yet; no policy answers there and then."""
KEY_BITS, CARE_BITS = 44, 3
"""Of a combination's key: below its kind of care, and of the latter, below its entry's number."""


class Numbers(NamedTuple):
    """What is numbered so far.

    `entry[area, scheme, span]` is the policy in force, `classes[entry, care, column, code]` the class of a
    code (-1: refused), `most[entry, care, column]` a bound of these; a kind of care is the code of its word.
    `keys` and `values` are a hash table with open places: a key's
    combination stands at its hash or after it, an empty place has the key -1.
    """

    entry: Array
    classes: Array
    most: Array
    keys: Array
    values: Array


@inlined
def place_of(keys: Any, mask: Any, key: Any) -> Any:
    """Return where a key stands in the hash table, or the empty place where it belongs."""
    at = (key * 0x9E3779B97F4A7C1 >> 17) & mask
    while keys[at] != key and keys[at] != -1:
        at = (at + 1) & mask
    return at


@inlined
def _key(classes: Any, most: Any, codes: Any, rows: Any, widest: Any, columns: Any) -> Any:
    """Mix a visit's classes into a number; -1 where an answer is refused whatever else."""
    mixed = np.int64(0)
    for column in range(columns):
        own = classes[column * widest + codes[column * rows]]
        if own < 0:
            return -1
        mixed = mixed * most[column] + own
    return mixed


@kept
def number(numbers: Any, codes: Any, span: Any, places: Any, combination: Any, key: Any) -> Any:
    """Number the visits; the first two rows of `codes` are area and scheme. Returns how many are new.

    `places` are the first row that is an answer, and the row of the kind of care.
    """
    first, care = places
    new = 0
    columns, rows = codes.shape
    _, schemes, spans = numbers.entry.shape
    _, cares, _, widest = numbers.classes.shape
    entries, classes, most = address(numbers.entry), address(numbers.classes), address(numbers.most)
    keys, values, mask = address(numbers.keys), address(numbers.values), len(numbers.keys) - 1
    code, spell, found, mixed = address(codes), address(span), address(combination), address(key)
    for visit in range(rows):
        entry = entries[(code[visit] * schemes + code[rows + visit]) * spans + spell[visit]]
        found[visit] = NOWHERE
        if entry < 0:
            continue
        row = (np.int64(entry) * cares + code[care * rows + visit]) * columns
        kind = classes[(row + care) * widest + code[care * rows + visit]]
        own = row + first
        at = beyond(code, first * rows + visit)
        one = _key(beyond(classes, own * widest), beyond(most, own), at, rows, widest, columns - first)
        if one < 0:
            continue
        mixed[visit] = (((np.int64(entry) << CARE_BITS) + kind) << KEY_BITS) + one
        place = place_of(keys, mask, mixed[visit])
        if keys[place] == -1:
            found[visit] = NEW
            new += 1
        else:
            found[visit] = values[place]
    return new


@kept
def put(keys: Any, values: Any, new_keys: Any, new_values: Any) -> None:
    """Put keys into a hash table that has room for them."""
    places, mask = address(keys), len(keys) - 1
    for index in range(len(new_keys)):
        at = place_of(places, mask, new_keys[index])
        keys[at] = new_keys[index]
        values[at] = new_values[index]

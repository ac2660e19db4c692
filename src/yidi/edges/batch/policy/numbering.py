"""Compiled numbering: from a visit's codes to its combination of answers. Needs the extra `[batch]`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from yidi.edges.batch.policy.keeping import kept

Array = np.ndarray[Any, np.dtype[Any]]
NEW, NOWHERE = -3, -1
"""No number yet; no policy answers there and then."""
KEY_BITS = 44
"""Of a combination's key, below its entry's number."""


class Numbers(NamedTuple):
    """What is numbered so far.

    `entry[area, scheme, span]` is the policy in force, `classes[entry, column, code]` the class of a code
    (-1: refused),
    `most[entry, column]` a bound of these. `keys` and `values` are a hash table with open places: a key's
    combination stands at its hash or after it, an empty place has the key -1.
    """

    entry: Array
    classes: Array
    most: Array
    keys: Array
    values: Array


@kept
def place_of(keys: Any, key: Any) -> Any:
    """Return where a key stands in the hash table, or the empty place where it belongs."""
    mask = len(keys) - 1
    at = (key * 0x9E3779B97F4A7C1 >> 17) & mask
    while keys[at] != key and keys[at] != -1:
        at = (at + 1) & mask
    return at


@kept
def number(numbers: Any, codes: Any, span: Any, first: Any, combination: Any, key: Any) -> Any:
    """Number the visits; the first two rows of `codes` are area and scheme. Returns how many are new."""
    new = 0
    columns = len(codes)
    for visit in range(codes.shape[1]):
        entry = numbers.entry[codes[0, visit], codes[1, visit], span[visit]]
        if entry < 0:
            combination[visit] = NOWHERE
            continue
        mixed, sound = np.int64(0), True
        for column in range(first, columns):
            own = numbers.classes[entry, column, codes[column, visit]]
            sound = sound and own >= 0
            mixed = mixed * numbers.most[entry, column] + own
        if not sound:
            combination[visit] = NOWHERE
            continue
        key[visit] = (np.int64(entry) << KEY_BITS) + mixed
        at = place_of(numbers.keys, key[visit])
        if numbers.keys[at] == -1:
            combination[visit] = NEW
            new += 1
        else:
            combination[visit] = numbers.values[at]
    return new


@kept
def put(keys: Any, values: Any, new_keys: Any, new_values: Any) -> None:
    """Put keys into a hash table that has room for them."""
    for index in range(len(new_keys)):
        at = place_of(keys, new_keys[index])
        keys[at] = new_keys[index]
        values[at] = new_values[index]

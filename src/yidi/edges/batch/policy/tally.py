"""Adds up two sides of a comparison by group, compiled. Needs the extra `[batch]`.

Sums are 64-bit: no bill is above `GREATEST_BULK_FEN`, and a piece has at most a million visits.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from yidi.edges.batch.policy.compiled import BEYOND, REFUSED, SETTLED
from yidi.edges.batch.policy.flat import FUNDS
from yidi.edges.batch.policy.keeping import kept

Array = np.ndarray[Any, np.dtype[Any]]
FUND_COUNT = len(FUNDS)
VISITS, COMPARED, REFUSED_BASE, REFUSED_REFORM, BEYOND_RANGE, TOTAL = range(6)
SIDES = 6
"""From here on: what each fund pays, the person's share and the account's, first of base, then of reform."""
SIDE_WIDTH = FUND_COUNT + 2
MEASURES = SIDES + 2 * SIDE_WIDTH
PERSONS, WINNERS, LOSERS, GAINED, LOST = range(5)
CHANGES = 5
OCTAVE, BINS = 32, 64 * 32
"""Persons are put into bins of their cost, 32 to each doubling; deciles are cut from these."""


class Grouped(NamedTuple):
    """The sums of a piece: by place (area and scheme), by level, standing, age band, and by cost bin.

    `sums` of each kind has a row a group and `MEASURES` columns, `changes` has `CHANGES` columns: persons,
    winners and losers of the group, and by how much, in fen.
    """

    sums: tuple[Array, Array, Array, Array, Array]
    changes: tuple[Array, Array, Array, Array, Array]


def empty(groups: tuple[int, int, int, int]) -> Grouped:
    """Make room for the sums of a piece."""
    sizes = (*groups, BINS)
    sums = [np.zeros((size, MEASURES), dtype=np.int64) for size in sizes]
    changes = [np.zeros((size, CHANGES), dtype=np.int64) for size in sizes]
    return Grouped(tuple(sums), tuple(changes))  # type: ignore[arg-type]


@kept
def _measure(heads: Any, base: Any, reform: Any, visit: Any, into: Any) -> None:
    """Put the figures of one visit into a row; amounts only where both sides settle it."""
    into[:] = 0
    into[VISITS] = 1
    first, second = base.state[visit], reform.state[visit]
    if first == SETTLED and second == SETTLED:
        into[COMPARED] = 1
        into[TOTAL] = heads[0, visit]
        for number, side in enumerate((base, reform)):
            at = SIDES + number * SIDE_WIDTH
            for fund in range(FUND_COUNT):
                into[at + fund] = side.paid[visit, fund]
            into[at + FUND_COUNT] = side.person[visit]
            into[at + FUND_COUNT + 1] = side.account[visit]
    elif first == BEYOND or second == BEYOND:
        into[BEYOND_RANGE] = 1
    else:
        into[REFUSED_BASE] = first == REFUSED
        into[REFUSED_REFORM] = second == REFUSED


@kept
def _change(row: Any, gain: Any) -> None:
    """Count a person of a group by what the reform changes for them."""
    row[PERSONS] += 1
    if gain > 0:
        row[WINNERS] += 1
        row[GAINED] += gain
    elif gain < 0:
        row[LOSERS] += 1
        row[LOST] -= gain


@kept
def _changes(
    group: Any, first: Any, last: Any, base: Any, reform: Any, gains: Any, seen: Any, changes: Any
) -> None:
    """Count a person once in every group with a visit, by what the visits there cost less."""
    for visit in range(first, last):
        seen[group[visit]] = 1
        if base.state[visit] == SETTLED and reform.state[visit] == SETTLED:
            gains[group[visit]] += base.person[visit] - reform.person[visit]
    for visit in range(first, last):
        if seen[group[visit]]:
            _change(changes[group[visit]], gains[group[visit]])
            seen[group[visit]] = gains[group[visit]] = 0


@kept
def add_up(starts: Any, groups: Any, heads: Any, base: Any, reform: Any, into: Any) -> None:
    """Add up persons one after the other; `groups` holds each visit's place, level, standing and age band.

    A person with visits in several groups of a kind counts in each of them with the visits there. The bin
    is that of the person's cost of all visits both sides settle.
    """
    person_row = np.zeros(MEASURES, dtype=np.int64)
    row = np.zeros(MEASURES, dtype=np.int64)
    own = SIDES + FUND_COUNT
    most = max(len(into.sums[0]), len(into.sums[1]), len(into.sums[2]), len(into.sums[3]))
    gains, seen = np.zeros(most, dtype=np.int64), np.zeros(most, dtype=np.int8)
    for person in range(len(starts) - 1):
        person_row[:] = 0
        first, last = starts[person], starts[person + 1]
        for visit in range(first, last):
            _measure(heads, base, reform, visit, row)
            person_row += row
            into.sums[0][groups[0, visit]] += row
            into.sums[1][groups[1, visit]] += row
            into.sums[2][groups[2, visit]] += row
            into.sums[3][groups[3, visit]] += row
        cost, at = person_row[TOTAL], 0
        if cost > 0:
            at = min(int(math.log2(cost) * OCTAVE), BINS - 1)
        into.sums[4][at] += person_row
        _change(into.changes[4][at], person_row[own] - person_row[own + SIDE_WIDTH])
        for kind, changes in enumerate(into.changes[:4]):
            _changes(groups[kind], first, last, base, reform, gains, seen, changes)

"""Adds up two sides of a comparison by group, compiled. Needs the extra `[batch]`.

Sums are 64-bit: no bill is above `GREATEST_BULK_FEN`, and a piece has at most a million visits.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from yidi.edges.batch.policy.compiled import BEYOND, REFUSED, SETTLED
from yidi.edges.batch.policy.flat import FUNDS
from yidi.edges.batch.policy.keeping import inlined, kept
from yidi.edges.batch.policy.spans import address, beyond

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


class _Side(NamedTuple):
    """One side's answers as addresses; `paid` has `FUND_COUNT` amounts a visit."""

    state: Any
    paid: Any
    person: Any
    account: Any


class _Sheet(NamedTuple):
    """The sums and changes of one kind of group as addresses, and each visit's group."""

    sums: Any
    changes: Any
    group: Any


@inlined
def _add(row: Any, total: Any, base: Any, reform: Any, visit: Any) -> None:
    """Add a visit that both sides settle to the sums of a group."""
    row[COMPARED] += 1
    row[TOTAL] += total
    ours, theirs = beyond(row, SIDES), beyond(row, SIDES + SIDE_WIDTH)
    ours[FUND_COUNT] += base.person[visit]
    ours[FUND_COUNT + 1] += base.account[visit]
    theirs[FUND_COUNT] += reform.person[visit]
    theirs[FUND_COUNT + 1] += reform.account[visit]
    before, after = beyond(base.paid, visit * FUND_COUNT), beyond(reform.paid, visit * FUND_COUNT)
    for fund in range(FUND_COUNT):
        if before[fund] | after[fund]:
            ours[fund] += before[fund]
            theirs[fund] += after[fund]


@inlined
def _count(row: Any, total: Any, base: Any, reform: Any, visit: Any) -> None:
    """Count a visit of a group; its amounts only where both sides settle it."""
    row[VISITS] += 1
    first, second = base.state[visit], reform.state[visit]
    if first == SETTLED and second == SETTLED:
        _add(row, total, base, reform, visit)
    elif first == BEYOND or second == BEYOND:
        row[BEYOND_RANGE] += 1
    else:
        row[REFUSED_BASE] += first == REFUSED
        row[REFUSED_REFORM] += second == REFUSED


@inlined
def _change(row: Any, gain: Any) -> None:
    """Count a person of a group by what the reform changes for them."""
    row[PERSONS] += 1
    if gain > 0:
        row[WINNERS] += 1
        row[GAINED] += gain
    elif gain < 0:
        row[LOSERS] += 1
        row[LOST] -= gain


@inlined
def _changes(sheet: Any, first: Any, last: Any, base: Any, reform: Any, gains: Any, seen: Any) -> None:
    """Count a person once in every group with a visit, by what the visits there cost less."""
    for visit in range(first, last):
        group = sheet.group[visit]
        seen[group] = 1
        if base.state[visit] == SETTLED and reform.state[visit] == SETTLED:
            gains[group] += base.person[visit] - reform.person[visit]
    for visit in range(first, last):
        group = sheet.group[visit]
        if seen[group]:
            _change(beyond(sheet.changes, group * CHANGES), gains[group])
            seen[group] = gains[group] = 0


@inlined
def _bin(cost: Any) -> Any:
    """Return the bin of a person's cost."""
    return min(int(math.log2(cost) * OCTAVE), BINS - 1) if cost > 0 else 0


@inlined
def _side(answered: Any) -> Any:
    return _Side(
        address(answered.state), address(answered.paid), address(answered.person), address(answered.account)
    )


@inlined
def _sheet(into: Any, groups: Any, kind: Any) -> Any:
    group = beyond(address(groups), kind * groups.shape[1])
    return _Sheet(address(into.sums[kind]), address(into.changes[kind]), group)


@kept
def add_up(starts: Any, groups: Any, heads: Any, base: Any, reform: Any, into: Any) -> None:
    """Add up persons one after the other; `groups` holds each visit's place, level, standing and age band.

    A person with visits in several groups of a kind counts in each of them with the visits there. The bin
    is that of the person's cost of all visits both sides settle.
    """
    most = max(len(into.sums[0]), len(into.sums[1]), len(into.sums[2]), len(into.sums[3]))
    room = np.zeros(2 * most, dtype=np.int64)
    gains, seen = address(room), beyond(address(room), most)
    ours, theirs, totals = _side(base), _side(reform), address(heads)
    sheets = (
        _sheet(into, groups, 0),
        _sheet(into, groups, 1),
        _sheet(into, groups, 2),
        _sheet(into, groups, 3),
    )
    bins, changes = address(into.sums[4]), address(into.changes[4])
    bounds = address(starts)
    for person in range(len(starts) - 1):
        first, last = bounds[person], bounds[person + 1]
        cost = gain = 0
        for visit in range(first, last):
            if ours.state[visit] == SETTLED and theirs.state[visit] == SETTLED:
                cost += totals[visit]
                gain += ours.person[visit] - theirs.person[visit]
        at = _bin(cost)
        for visit in range(first, last):
            _count(beyond(bins, at * MEASURES), totals[visit], ours, theirs, visit)
            for sheet in sheets:
                row = beyond(sheet.sums, sheet.group[visit] * MEASURES)
                _count(row, totals[visit], ours, theirs, visit)
        _change(beyond(changes, at * CHANGES), gain)
        for sheet in sheets:
            _changes(sheet, first, last, ours, theirs, gains, seen)

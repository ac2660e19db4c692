"""The bulk walk: the kernel's own functions, compiled by numba over flat tables. Needs the extra `[batch]`.

`register_jitable` leaves `yidi.domain.benefit.kernel` plain Python and lets the loop below call it. The
definition is not written twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba.extending import register_jitable

from yidi.domain.benefit import kernel
from yidi.domain.benefit.kernel import (
    DEDUCTIBLE,
    FIRST_BEAR,
    FIRST_SELF,
    FULL_SELF,
    IN_SCOPE,
    OVER_CAP,
    OVER_LIMIT,
)
from yidi.edges.batch.policy.keeping import kept
from yidi.edges.batch.policy.spans import integers, pairs

Array = np.ndarray[Any, np.dtype[Any]]

for _function in (
    kernel.exact,
    kernel.line,
    kernel.reach,
    kernel.below_cost_caps,
    kernel.count_cost,
    kernel.take,
    kernel.layer,
):
    register_jitable(_function)
layer = kernel.layer

SETTLED, REFUSED, BEYOND, LATER = 0, 1, 2, 3
"""What became of a visit: settled; refused by its policy; beyond the amounts bulk works with; to be asked at
the counter, because its person has a visit of a kind that only the counter computes."""
GREATEST_BULK_FEN = 10**12
"""Ten thousand million yuan a bill: every product the kernel makes of it stays far inside 64 bits."""
MOST_VISITS = 100_000
"""Of one person; more go to the counter, so that no counter of a year leaves 64 bits."""
NO_PLAN = -1
COMPILED, BY_COUNTER_WITH_ACCOUNT, BY_COUNTER = range(3)
PARTS = 7
(
    L_PLACES,
    L_PLACES_N,
    L_STANDARD,
    L_DEDUCTIBLE_SLOT,
    L_GROSS,
    L_AXIS,
    L_BANDS,
    L_BANDS_N,
    L_COST,
    L_COST_N,
    L_PAY,
    L_PAY_N,
    L_CASCADES,
    L_ONLY,
    L_FUND,
    L_OPEN,
    L_UNDECIDED,
) = range(17)
P_FIRST, P_LAST, P_BY_TIER, P_BIAS, P_FIRST_BEAR, P_STAYS, P_ACCOUNT, P_UNSURE = range(8)


class Tables(NamedTuple):
    """Everything compiled plans need. `cells` holds parts, bands and caps; `layers` and `plans` point there.

    `choice[c]` are the plans of a combination of answers by stay (or NO_PLAN); `ways[c]` says who computes
    it; `book[c]` is the province and benefit year whose counters it uses, `slots[book]` how many these are.
    """

    cells: Array
    layers: Array
    plans: Array
    choice: Array
    ways: Array
    book: Array
    slots: Array


class Asked(NamedTuple):
    """The visits of some persons. `starts`: each person's first row, and the end."""

    starts: Array
    combination: Array
    year: Array
    heads: Array
    balance: Array
    told: Array


class Answered(NamedTuple):
    """What the walk fills in: per visit its state, what each fund pays (by `Fund` order), account."""

    state: Array
    paid: Array
    person: Array
    account: Array


def room_for(rows: int, funds: int) -> Answered:
    """Make empty answers."""
    return Answered(
        np.zeros(rows, dtype=np.int8),
        np.zeros((rows, funds), dtype=np.int64),
        np.zeros(rows, dtype=np.int64),
        np.zeros(rows, dtype=np.int64),
    )


@register_jitable
def _is_plain(tables: Any, asked: Any, first: Any, last: Any) -> Any:
    """Say whether every visit of a person can be computed here."""
    if last - first > MOST_VISITS:
        return False
    book = -1
    for visit in range(first, last):
        combination = asked.combination[visit]
        if combination < 0:
            continue
        if book < 0:
            book = tables.book[combination]
        ways = tables.ways[combination]
        if asked.told[visit] or tables.book[combination] != book or ways == BY_COUNTER:
            return False
        if ways == BY_COUNTER_WITH_ACCOUNT and asked.balance[visit] > 0:
            return False
    return True


@register_jitable
def bill_state(heads: Any, visit: Any) -> Any:
    """Return the state of a bill: SETTLED where its parts are in range and add up."""
    total = 0
    for number in range(1, 5):
        part = heads[number, visit]
        if part < 0:
            return REFUSED
        if part > GREATEST_BULK_FEN:
            return BEYOND
        total += part
    if total != heads[0, visit]:
        return REFUSED
    return SETTLED if total <= GREATEST_BULK_FEN else BEYOND


@register_jitable
def _pay(tables: Any, plan: Any, now: Any, parts: Any, paid: Any, visit: Any) -> Any:
    """Let every layer of a plan pay. Returns the sum; -1 where no source decides what happens."""
    cells, rows = tables.cells, tables.layers
    rounding = (tables.plans[plan, P_BY_TIER], tables.plans[plan, P_BIAS])
    funds = 0
    for at in range(tables.plans[plan, P_FIRST], tables.plans[plan, P_LAST]):
        only = rows[at, L_ONLY]
        if only >= 0 and parts[only] == 0:
            continue
        outcome = layer(
            (
                integers(cells, rows[at, L_PLACES], rows[at, L_PLACES_N]),
                rows[at, L_STANDARD],
                rows[at, L_DEDUCTIBLE_SLOT],
                rows[at, L_GROSS],
                rows[at, L_AXIS],
                pairs(cells, rows[at, L_BANDS], rows[at, L_BANDS_N]),
                pairs(cells, rows[at, L_COST], rows[at, L_COST_N]),
                pairs(cells, rows[at, L_PAY], rows[at, L_PAY_N]),
                rows[at, L_CASCADES],
            ),
            rounding,
            now,
            parts,
        )
        if outcome is not None:
            _, _, _, _, _, unclipped, pays, _, _, _ = outcome
            paid[visit, rows[at, L_FUND]] += pays
            funds += pays
            if rows[at, L_OPEN] and unclipped > pays:
                return -1
            if rows[at, L_UNDECIDED] and _any_of(rows[at, L_UNDECIDED], parts) > 0:
                return -1
    return funds


@register_jitable
def _any_of(mask: Any, parts: Any) -> Any:
    """Add up the parts a mask names."""
    total = 0
    for part in range(PARTS):
        if mask >> part & 1:
            total += parts[part]
    return total


@register_jitable
def _settle(tables: Any, asked: Any, visit: Any, plan: Any, now: Any, parts: Any, answered: Any) -> Any:
    """Settle one visit; false where it is refused."""
    heads = asked.heads
    first_bear = (heads[4, visit] * tables.plans[plan, P_FIRST_BEAR] + 5_000) // 10_000
    parts[IN_SCOPE] = heads[4, visit] - first_bear
    parts[DEDUCTIBLE] = 0
    parts[OVER_CAP] = 0
    parts[FIRST_BEAR] = first_bear
    parts[FIRST_SELF] = heads[3, visit]
    parts[OVER_LIMIT] = heads[2, visit]
    parts[FULL_SELF] = heads[1, visit]
    funds = _pay(tables, plan, now, parts, answered.paid, visit)
    if funds < 0:
        answered.paid[visit, :] = 0
        return False
    if tables.plans[plan, P_STAYS] >= 0:
        now[tables.plans[plan, P_STAYS]] += 1
    answered.person[visit] = heads[0, visit] - funds
    if asked.balance[visit] > 0:
        own = _any_of(tables.plans[plan, P_ACCOUNT], parts)
        answered.account[visit] = min(own, asked.balance[visit])
    return True


@register_jitable
def _walk_person(tables: Any, asked: Any, first: Any, last: Any, room: Any, answered: Any) -> None:
    """Walk one person's visits in time order, the counters of a benefit year carried along."""
    now, before, parts = room
    year = np.int64(-1)
    for visit in range(first, last):
        combination = asked.combination[visit]
        state = bill_state(asked.heads, visit)
        if combination < 0 or state != SETTLED:
            answered.state[visit] = REFUSED if combination < 0 else state
            continue
        used = tables.slots[tables.book[combination]]
        if asked.year[visit] != year:
            year = asked.year[visit]
            now[:used] = 0
        plan = tables.choice[combination, min(now[0], tables.choice.shape[1] - 1)]
        if plan < 0:
            answered.state[visit] = REFUSED
            continue
        unsure = tables.plans[plan, P_UNSURE]
        if unsure:
            before[:used] = now[:used]
        if not _settle(tables, asked, visit, plan, now, parts, answered):
            answered.state[visit] = REFUSED
            if unsure:
                now[:used] = before[:used]


def _walk(tables: Any, asked: Any, answered: Any) -> None:
    """Walk persons one after the other."""
    now = np.zeros(tables.slots.max(), dtype=np.int64)
    room = (now, now.copy(), np.zeros(PARTS, dtype=np.int64))
    for person in range(len(asked.starts) - 1):
        first, last = asked.starts[person], asked.starts[person + 1]
        if _is_plain(tables, asked, first, last):
            _walk_person(tables, asked, first, last, room, answered)
        else:
            answered.state[first:last] = LATER


_compiled: Callable[[Tables, Asked, Answered], None] = kept(_walk)


def adjudicate(tables: Tables, asked: Asked, answered: Answered) -> None:
    """Settle every visit of persons the tables hold; the others' are marked LATER. `answered` starts empty.

    Compiled code does not look where it writes, so the sizes are checked here.
    """
    rows = len(asked.combination)
    assert int(asked.starts[-1]) == rows if len(asked.starts) else rows == 0
    assert asked.heads.shape == (5, rows)
    assert all(len(column) == rows for column in (asked.year, asked.balance, asked.told, *answered))
    _compiled(tables, asked, answered)

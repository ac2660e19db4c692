"""The bulk walk: the kernel's own functions, compiled by numba over flat tables. Needs the extra `[batch]`.

`inlined` leaves `yidi.domain.benefit.kernel` plain Python and lets the loop below call it. The
definition is not written twice. The loop hands on bare addresses and has everything inlined (`spans.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from yidi.domain.benefit import kernel
from yidi.domain.benefit.kernel import PARTS_OF_A_VISIT
from yidi.edges.batch.policy.keeping import inlined, kept
from yidi.edges.batch.policy.spans import LAYER_WIDTH, address, beyond, book, integers, layers

Array = np.ndarray[Any, np.dtype[Any]]

for _function in (
    kernel.exact,
    kernel.line,
    kernel.reach,
    kernel.below_cost_caps,
    kernel.count_cost,
    kernel.found_in,
    kernel.still_due,
    kernel.below_pay_caps,
    kernel.count_paid,
    kernel.count_line,
    kernel.sort_out,
    kernel.take,
    kernel.doubtful,
    kernel.opened,
    kernel.pay,
    kernel.from_account,
):
    inlined(_function)
opened, pay, from_account = kernel.opened, kernel.pay, kernel.from_account

SETTLED, REFUSED, BEYOND, LATER = 0, 1, 2, 3
"""What became of a visit: settled; refused by its policy; beyond the amounts bulk works with; to be asked at
the counter, because its person has a visit of a kind that only the counter computes."""
GREATEST_BULK_FEN = 10**12
"""Ten thousand million yuan a bill: every product the kernel makes of it stays far inside 64 bits."""
MOST_VISITS = 100_000
"""Of one person; more go to the counter, so that no counter of a year leaves 64 bits."""
NO_PLAN = -1
COMPILED, BY_COUNTER_WITH_ACCOUNT, BY_COUNTER = range(3)
P_FIRST, P_COUNT, P_BY_TIER, P_BIAS, P_FIRST_BEAR, P_STAYS, P_ACCOUNT, P_ACCOUNT_N, P_UNSURE = range(9)
PLAN_WIDTH = 9
"""The columns of a plan: its layers, rounding, first bear, slot of stays, the run of the account's parts, and
whether no source decides some of its outcomes."""


class Tables(NamedTuple):
    """Everything compiled plans need. `cells` holds parts, bands and caps; `layers` and `plans` point there
    by the columns `L_...` (`spans.py`) and `P_...`.

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
    """The visits of some persons. `starts`: each person's first row, and the end; `told`: 0 or 1."""

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


class _Rules(NamedTuple):
    """The tables as addresses; `stays` is the width of `choice`."""

    cells: Any
    layers: Any
    plans: Any
    choice: Any
    stays: Any
    ways: Any
    book: Any
    slots: Any


class _Asks(NamedTuple):
    """The visits as addresses; each head begins where the one before ends."""

    combination: Any
    year: Any
    total: Any
    full_self: Any
    over_limit: Any
    first_self: Any
    in_scope: Any
    balance: Any
    told: Any


class _Answers(NamedTuple):
    """The answers as addresses; `funds` is the width of `paid`."""

    state: Any
    paid: Any
    funds: Any
    person: Any
    account: Any


class _Desk(NamedTuple):
    """What the walk writes on: the year's counters, these before a visit, and the parts of a bill."""

    now: Any
    before: Any
    parts: Any


def room_for(rows: int, funds: int) -> Answered:
    """Make room for answers; the walk fills every place of it."""
    return Answered(
        np.empty(rows, dtype=np.int8),
        np.empty((rows, funds), dtype=np.int64),
        np.empty(rows, dtype=np.int64),
        np.empty(rows, dtype=np.int64),
    )


@inlined
def _is_plain(rules: Any, asks: Any, first: Any, last: Any) -> Any:
    """Say whether every visit of a person can be computed here."""
    if last - first > MOST_VISITS:
        return False
    one = -1
    for visit in range(first, last):
        combination = asks.combination[visit]
        if combination < 0:
            continue
        if one < 0:
            one = rules.book[combination]
        ways = rules.ways[combination]
        if asks.told[visit] != 0 or rules.book[combination] != one or ways == BY_COUNTER:
            return False
        if ways == BY_COUNTER_WITH_ACCOUNT and asks.balance[visit] > 0:
            return False
    return True


@inlined
def bill_state(bill: Any) -> Any:
    """Return the state of a bill's heads: SETTLED where they are in range and add up."""
    total, full_self, over_limit, first_self, in_scope = bill
    if full_self < 0 or over_limit < 0 or first_self < 0 or in_scope < 0:
        return REFUSED
    if max(total, full_self, over_limit, first_self, in_scope) > GREATEST_BULK_FEN:
        return BEYOND
    return SETTLED if total == full_self + over_limit + first_self + in_scope else REFUSED


@inlined
def _paid(payer: Any, amount: Any, base: Any, room: Any) -> Any:
    """Keep of a layer's share what is reported."""
    return payer, amount


@inlined
def _settle(rules: Any, asks: Any, visit: Any, plan: Any, bill: Any, desk: Any, answers: Any) -> Any:
    """Settle one visit; false where no source decides what happens."""
    row = beyond(rules.plans, plan * PLAN_WIDTH)
    now, parts = desk.now, desk.parts
    parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], parts[6] = opened(bill, row[P_FIRST_BEAR])
    shares = book(beyond(answers.paid, visit * answers.funds))
    pays = layers(beyond(rules.layers, row[P_FIRST] * LAYER_WIDTH), rules.cells, row[P_COUNT])
    funds, _ = pay(pays, (row[P_BY_TIER], row[P_BIAS]), now, parts, shares, _paid, shares)
    if funds < 0:
        return False
    if row[P_STAYS] >= 0:
        now[row[P_STAYS]] += 1
    answers.person[visit] = asks.total[visit] - funds
    if asks.balance[visit] > 0:
        own = integers(beyond(rules.cells, row[P_ACCOUNT]), row[P_ACCOUNT_N])
        answers.account[visit] = from_account(own, asks.balance[visit], parts)
    return True


@inlined
def _clear(answers: Any, visit: Any, state: Any) -> None:
    """Say what became of a visit that nobody paid for yet."""
    answers.state[visit] = state
    answers.person[visit] = 0
    answers.account[visit] = 0
    paid = beyond(answers.paid, visit * answers.funds)
    for fund in range(answers.funds):
        paid[fund] = 0


@inlined
def _walk_person(rules: Any, asks: Any, first: Any, last: Any, desk: Any, answers: Any) -> None:
    """Walk one person's visits in time order, the counters of a benefit year carried along."""
    year = np.int64(-1)
    for visit in range(first, last):
        combination = asks.combination[visit]
        if combination < 0:
            _clear(answers, visit, REFUSED)
            continue
        full_self, over_limit = asks.full_self[visit], asks.over_limit[visit]
        bill = (asks.total[visit], full_self, over_limit, asks.first_self[visit], asks.in_scope[visit])
        state = bill_state(bill)
        _clear(answers, visit, state)
        if state != SETTLED:
            continue
        used = rules.slots[rules.book[combination]]
        if asks.year[visit] != year:
            year = np.int64(asks.year[visit])
            for slot in range(used):
                desk.now[slot] = 0
        stays = min(desk.now[0], rules.stays - 1)
        plan = rules.choice[combination * rules.stays + stays]
        if plan < 0:
            answers.state[visit] = REFUSED
        elif not rules.plans[plan * PLAN_WIDTH + P_UNSURE]:
            _settle(rules, asks, visit, plan, bill, desk, answers)
        else:
            for slot in range(used):
                desk.before[slot] = desk.now[slot]
            if not _settle(rules, asks, visit, plan, bill, desk, answers):
                _clear(answers, visit, REFUSED)
                for slot in range(used):
                    desk.now[slot] = desk.before[slot]


def _walk(tables: Any, asked: Any, answered: Any) -> None:
    """Walk persons one after the other."""
    most = tables.slots.max()
    room = np.zeros(2 * most + PARTS_OF_A_VISIT, dtype=np.int64)
    heads, rows = address(asked.heads), asked.heads.shape[1]
    rules = _Rules(
        address(tables.cells),
        address(tables.layers),
        address(tables.plans),
        address(tables.choice),
        tables.choice.shape[1],
        address(tables.ways),
        address(tables.book),
        address(tables.slots),
    )
    asks = _Asks(
        address(asked.combination),
        address(asked.year),
        heads,
        beyond(heads, rows),
        beyond(heads, 2 * rows),
        beyond(heads, 3 * rows),
        beyond(heads, 4 * rows),
        address(asked.balance),
        address(asked.told),
    )
    answers = _Answers(
        address(answered.state),
        address(answered.paid),
        answered.paid.shape[1],
        address(answered.person),
        address(answered.account),
    )
    desk = _Desk(address(room), beyond(address(room), most), beyond(address(room), 2 * most))
    starts = address(asked.starts)
    for person in range(len(asked.starts) - 1):
        first, last = starts[person], starts[person + 1]
        if _is_plain(rules, asks, first, last):
            _walk_person(rules, asks, first, last, desk, answers)
        else:
            for visit in range(first, last):
                _clear(answers, visit, LATER)


_compiled: Callable[[Tables, Asked, Answered], None] = kept(_walk)


def adjudicate(tables: Tables, asked: Asked, answered: Answered) -> None:
    """Settle every visit of persons the tables hold; the others' are marked LATER.

    Compiled code does not look where it writes, so sizes and layouts are checked here.
    """
    rows = len(asked.combination)
    assert int(asked.starts[-1]) == rows if len(asked.starts) else rows == 0
    assert asked.heads.shape == (5, rows)
    assert all(len(column) == rows for column in (asked.year, asked.balance, asked.told, *answered))
    assert all(column.flags.c_contiguous for column in (*tables, *asked, *answered))
    assert asked.combination.max(initial=-1) < len(tables.choice), "tables older than the numbers"
    assert tables.layers.shape[1] == LAYER_WIDTH
    assert tables.plans.shape[1] == PLAN_WIDTH
    _compiled(tables, asked, answered)

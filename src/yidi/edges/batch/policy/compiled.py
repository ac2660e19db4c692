"""The bulk walk: the kernel's own functions, compiled by numba over flat tables. Needs the extra `[batch]`.

`inlined` leaves `yidi.domain.benefit.kernel` plain Python and lets the loop below call it. The
definition is not written twice. The loop hands on bare addresses and has everything inlined (`spans.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from yidi.domain.benefit import kernel
from yidi.domain.benefit.kernel import PARTS_OF_A_VISIT
from yidi.domain.benefit.planned import Plan
from yidi.edges.batch.policy.keeping import inlined, kept
from yidi.edges.batch.policy.spans import LAYER_WIDTH, address, beyond, book, integers, layers
from yidi.edges.batch.policy.written import walked

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
AT_A_TIME = 4
"""So many counters are set to zero at a time."""
NO_PLAN = -1
COMPILED, BY_COUNTER_WITH_ACCOUNT, BY_COUNTER = range(3)
P_FIRST, P_COUNT, P_BY_TIER, P_BIAS, P_FIRST_BEAR, P_STAYS, P_ACCOUNT, P_ACCOUNT_N, P_UNSURE = range(9)
P_WALK, P_ALONE, P_FIGURES = 9, 10, 11
PLAN_WIDTH = 12
"""The columns of a plan: its layers, rounding, first bear, slot of stays, the run of the account's parts,
whether no source decides some of its outcomes, and its own walk (`written.py`): the address for any visit,
the one for a person's only visit, and the figures of both."""


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


def grown(old: Array, rows: Sequence[object]) -> Array:
    """Return an array of all rows, of which the old one holds the first."""
    more = rows[len(old) :]
    return np.concatenate([old, np.array(more, dtype=old.dtype)]) if more else old


def no_tables(stays: int) -> Tables:
    """Return tables without a plan."""
    wide, small = np.int64, np.int32
    layers, plans = np.zeros((0, LAYER_WIDTH), wide), np.zeros((0, PLAN_WIDTH), wide)
    choice, ways, book = np.zeros((0, stays), small), np.zeros(0, np.int8), np.zeros(0, small)
    return Tables(np.zeros(0, wide), layers, plans, choice, ways, book, np.ones(1, wide))


def own_walks(tables: Tables, combination: Array, *, alone: bool = False) -> Array:
    """Say of each visit whether its rules, at a first stay, have a walk of their own (for an only visit)."""
    own = np.append(
        tables.plans[:, P_ALONE if alone else P_WALK] != 0, False
    )  # the last for no plan, which is -1
    found: Array = own[np.append(tables.choice[:, 0], NO_PLAN)[combination]]
    return found


def fits(plan: Plan) -> bool:
    """Say whether the compiled walk computes a plan; what it does not fit is asked at the counter."""
    return not (
        plan.by_total
        or plan.marks
        or plan.purses
        or any("{" in name for name in plan.counters)
        or any(each.extra is not None for each in plan.layers)
    )


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
    """The visits as addresses; each of the five heads begins `rows` after the one before."""

    combination: Any
    year: Any
    rows: Any
    heads: Any
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
    """What the walk writes on: the year's counters, how many there are, these before a visit, a bill's parts.

    The parts lie right before the counters, where a plan's own walk puts them.
    """

    now: Any
    used: Any
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
        ways = rules.ways[combination]
        if asks.told[visit] != 0 or ways == BY_COUNTER:
            return False
        if ways == BY_COUNTER_WITH_ACCOUNT and asks.balance[visit] > 0:
            return False
        if last - first > 1:  # the counters of two books are two; most persons have one visit at a time
            one = rules.book[combination] if one < 0 else one
            if rules.book[combination] != one:
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
def _walk_layers(rules: Any, row: Any, bill: Any, desk: Any, paid: Any) -> Any:
    """Walk the layers of a plan that has no walk of its own; returns what the funds pay."""
    parts, shares = desk.parts, book(paid)
    parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], parts[6] = opened(bill, row[P_FIRST_BEAR])
    pays = layers(beyond(rules.layers, row[P_FIRST] * LAYER_WIDTH), rules.cells, row[P_COUNT])
    return pay(pays, (row[P_BY_TIER], row[P_BIAS]), desk.now, parts, shares, _paid, shares)[0]


@inlined
def _settle(rules: Any, asks: Any, visit: Any, row: Any, bill: Any, desk: Any, answers: Any) -> Any:
    """Settle one visit by the layers of its plan; false where no source decides what happens."""
    paid = beyond(answers.paid, visit * answers.funds)
    for fund in range(answers.funds):
        paid[fund] = 0
    funds = _walk_layers(rules, row, bill, desk, paid)
    if funds < 0:
        return False
    if row[P_STAYS] >= 0:
        desk.now[row[P_STAYS]] += 1
    _answer(rules, asks, visit, row, funds, desk, answers)
    return True


@inlined
def _answer(rules: Any, asks: Any, visit: Any, row: Any, funds: Any, desk: Any, answers: Any) -> None:
    """Say what a visit's person bears, and what of it the account pays."""
    answers.state[visit] = SETTLED
    answers.person[visit] = asks.heads[visit] - funds
    answers.account[visit] = 0
    if asks.balance[visit] > 0:
        own = integers(beyond(rules.cells, row[P_ACCOUNT]), row[P_ACCOUNT_N])
        answers.account[visit] = from_account(own, asks.balance[visit], desk.parts)


@inlined
def _clear(answers: Any, visit: Any, state: Any) -> None:
    """Say what became of a visit that nobody paid for."""
    answers.state[visit] = state
    answers.person[visit] = 0
    answers.account[visit] = 0
    paid = beyond(answers.paid, visit * answers.funds)
    for fund in range(answers.funds):
        paid[fund] = 0


@inlined
def _begin_year(now: Any, used: Any) -> None:
    """Set a year's counters to zero, some at a time: so few are not worth a call."""
    for first in range(0, used, AT_A_TIME):
        for slot in range(AT_A_TIME):
            now[first + slot] = 0


@inlined
def _is_done_alone(rules: Any, asks: Any, visit: Any, desk: Any, answers: Any) -> Any:
    """Settle the only visit of a person, without counters before or after it; false where that may not be."""
    combination = asks.combination[visit]
    if combination < 0 or asks.told[visit] != 0 or rules.ways[combination] != COMPILED:
        return False
    plan = rules.choice[combination * rules.stays]
    row = beyond(rules.plans, plan * PLAN_WIDTH)
    if plan < 0 or row[P_ALONE] == 0:
        return False
    heads, rows = beyond(asks.heads, visit), asks.rows
    if bill_state((heads[0], heads[rows], heads[2 * rows], heads[3 * rows], heads[4 * rows])) != SETTLED:
        return False
    figures, paid = beyond(rules.cells, row[P_FIGURES]), beyond(answers.paid, visit * answers.funds)
    funds = walked(row[P_ALONE], figures, desk.now, heads, rows, asks.balance[visit], paid)
    _answer(rules, asks, visit, row, funds, desk, answers)
    return True


@inlined
def _walk_person(rules: Any, asks: Any, first: Any, last: Any, desk: Any, answers: Any) -> None:
    """Walk one person's visits in time order, the counters of a benefit year carried along."""
    year = np.int64(-1)
    for visit in range(first, last):
        combination = asks.combination[visit]
        heads, rows = beyond(asks.heads, visit), asks.rows
        bill = (heads[0], heads[rows], heads[2 * rows], heads[3 * rows], heads[4 * rows])
        state = bill_state(bill) if combination >= 0 else REFUSED
        if state != SETTLED:
            _clear(answers, visit, state)
            continue
        if asks.year[visit] != year:
            year = np.int64(asks.year[visit])
            _begin_year(desk.now, desk.used)
        plan = rules.choice[combination * rules.stays + min(desk.now[0], rules.stays - 1)]
        row = beyond(rules.plans, plan * PLAN_WIDTH)
        if plan < 0:
            _clear(answers, visit, REFUSED)
        elif row[P_WALK] != 0:
            figures, paid = beyond(rules.cells, row[P_FIGURES]), beyond(answers.paid, visit * answers.funds)
            funds = walked(row[P_WALK], figures, desk.now, heads, rows, asks.balance[visit], paid)
            _answer(rules, asks, visit, row, funds, desk, answers)
        elif not row[P_UNSURE]:
            _settle(rules, asks, visit, row, bill, desk, answers)
        else:
            for slot in range(desk.used):
                desk.before[slot] = desk.now[slot]
            if not _settle(rules, asks, visit, row, bill, desk, answers):
                _clear(answers, visit, REFUSED)
                for slot in range(desk.used):
                    desk.now[slot] = desk.before[slot]


def _walk(tables: Any, asked: Any, answered: Any) -> None:
    """Walk persons one after the other."""
    most = AT_A_TIME * (tables.slots.max() // AT_A_TIME + 1)
    room = np.zeros(PARTS_OF_A_VISIT + 2 * most, dtype=np.int64)
    now = beyond(address(room), PARTS_OF_A_VISIT)
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
        asked.heads.shape[1],
        address(asked.heads),
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
    desk = _Desk(now, most, beyond(now, most), address(room))
    starts = address(asked.starts)
    for person in range(len(asked.starts) - 1):
        first, last = starts[person], starts[person + 1]
        if last - first == 1 and _is_done_alone(rules, asks, first, desk, answers):
            continue
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

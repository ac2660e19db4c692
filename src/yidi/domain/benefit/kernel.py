"""The definition of a benefit: integers in, integers out, nothing but tuples and three lists.

Every fund is a piecewise line on a cumulative position, clipped by caps. The counter runs these functions as
they stand, the explanation walks the same ones, bulk compiles the same source. Amounts fen, ratios bp.

A layer is the tuple (parts it looks at, standard deductible, deductible slot, gross, axis slot, bands,
caps on cost, caps on payment, cascades); a band is (upper end, ratio), a cap is (amount, slot). A slot
indexes `now`, the year's counters; -1 means "each time anew". `parts` are the amounts the person still
bears, by part index. A layer that cascades (a pool) sorts what it leaves into deductible, over cap and
own share; any other just takes its payment off the parts it looks at.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

IN_SCOPE, DEDUCTIBLE, OVER_CAP, FIRST_BEAR, FIRST_SELF, OVER_LIMIT, FULL_SELF = range(7)
PARTS_OF_A_VISIT = 7
ENDLESS = 10**18
"""The upper end of a line's last band: beyond any amount of N(16,2)."""

Bands = tuple[tuple[int, int], ...]
CapRow = tuple[int, int]
LayerRow = tuple[
    tuple[int, ...],
    int,
    int,
    int,
    int,
    Bands,
    tuple[CapRow, ...],
    tuple[CapRow, ...],
    int,
]
RoundingRow = tuple[int, int]
"""Whether every tier is rounded by itself (1) or their sum (0), and the bias added before cutting. Where
only the total of all layers is rounded, the bias of a layer holds what the layers before it cut off."""
Outcome = tuple[int, int, int, int, int, int, int, int, int, int]
"""base, looked at, deductible charged, start, stop, unclipped pay, paid, over the cap, room left (-1
without a cap), deductible that was due."""

Heads = tuple[int, int, int, int, int]
"""A bill: total, full self, over limit, first self, in scope (regulation section 3.3)."""
Parts = tuple[int, int, int, int, int, int, int]
Payer = TypeVar("Payer")
Booked = TypeVar("Booked")
PayRow = tuple[LayerRow, Payer, int, int]
"""A layer, who pays, whether it cascades plus twice what about it no source decides (`doubtful`), and the
only part it looks at (-1: several)."""

FACTOR, ADD, ADD_GIVEN, TIMES, FLOOR, CEILING, CEILING_FACTOR, TIMES_GIVEN = range(8)
"""What may be done to an amount that only the visit knows."""
Formula = tuple[int, ...]
"""(index into `given` or -1, ratio or the amount itself, then pairs of change and argument)."""
ExtraRow = tuple[
    Formula,
    tuple[int, ...],
    tuple[tuple[Formula, int], ...],
    tuple[tuple[Formula, int], ...],
    tuple[int, ...],
    tuple[int, ...],
    tuple[int, ...],
    Formula,
]
"""What a layer needs beyond its row; an empty tuple where it needs nothing of the kind: deductible,
(bound, slot) of all deductibles of the year, caps on cost, caps on payment, (slot, at least, below) of the
counter it depends on, the share of each part, (index into `given`, layers to fill up ...), lump sum."""


def opened(bill: Heads, first_bear_bp: int) -> Parts:
    """Return the parts a visit begins with: the share borne first elsewhere comes off what is in scope."""
    _, full_self, over_limit, first_self, in_scope = bill
    first_bear = (in_scope * first_bear_bp + 5_000) // 10_000
    return in_scope - first_bear, 0, 0, first_bear, first_self, over_limit, full_self


def pay(
    pays: tuple[PayRow[Payer], ...],
    rounding: RoundingRow,
    now: list[int],
    parts: list[int],
    outcomes: list[Outcome | None] | None,
    share: Callable[[Payer, int, int, int], Booked],
    shares: list[Booked],
) -> tuple[int, int]:
    """Let every layer pay in its turn. Returns what they pay together, and the deductible charged.

    `outcomes` takes each layer's figures where they are wanted, `shares` what `share` makes of payer, paid,
    base and room. (-1, 0) where no source decides what happens; the lists then mean nothing.
    """
    funds = deductibles = 0
    for row, payer, more, only in pays:
        looks_at, standard, deductible_slot, gross, axis_slot, bands, cost_caps, pay_caps, cascades = row
        base = parts[only] if only >= 0 else found_in(looks_at, parts)
        if base == 0:
            if outcomes is not None:
                outcomes.append(None)
            continue
        looked, room = base, -1
        if cost_caps:
            looked = below_cost_caps(cost_caps, now, base)
        start = now[axis_slot] if axis_slot >= 0 else 0
        stop = start + looked if axis_slot >= 0 else looked
        due = charged = over = 0
        if standard:
            due = still_due(standard, deductible_slot, now)
            charged = due if due < looked else looked
            if gross:
                start += charged
            else:
                stop -= charged
        unclipped = paid = line(bands, start, stop, rounding) if start < stop else 0
        if pay_caps:
            room = below_pay_caps(pay_caps, now)
            if room < paid:
                paid = room
                over = stop - reach(bands, start, stop, room)
            room -= paid
        count_paid(pay_caps, now, paid)
        count_line(deductible_slot, axis_slot, gross, charged, looked, now)
        if cost_caps:
            over += base - looked
            room = count_cost(cost_caps, now, looked, room)
        if cascades:
            deductibles += charged
            sort_out(looks_at, base, charged, over, paid, parts)
        elif paid:
            take(looks_at, paid, parts)
        if more > 1 and doubtful(more >> 1, unclipped > paid, parts):
            return -1, 0
        funds += paid
        shares.append(share(payer, paid, base, room))
        if outcomes is not None:
            outcomes.append((base, looked, charged, start, stop, unclipped, paid, over, room, due))
    return funds, deductibles


def found_in(looks_at: tuple[int, ...], parts: list[int]) -> int:
    """Return what a layer finds in the parts it looks at."""
    base = 0
    for part in looks_at:
        base += parts[part]
    return base


def still_due(standard: int, deductible_slot: int, now: list[int]) -> int:
    """Return what is left of a deductible."""
    due = standard
    if deductible_slot >= 0:
        due -= now[deductible_slot]
        due = due if due > 0 else 0
    return due


def below_pay_caps(pay_caps: tuple[CapRow, ...], now: list[int]) -> int:
    """Return what every cap on payment still allows."""
    room = ENDLESS
    for amount, slot in pay_caps:
        left = amount - now[slot] if slot >= 0 else amount
        room = left if left < room else room
    return room if room > 0 else 0


def count_paid(pay_caps: tuple[CapRow, ...], now: list[int], paid: int) -> None:
    """Count the payment against its caps."""
    for _, slot in pay_caps:
        if slot >= 0:
            now[slot] += paid


def count_line(
    deductible_slot: int, axis_slot: int, gross: int, charged: int, looked: int, now: list[int]
) -> None:
    """Count the deductible that was charged, and how far the cost has come along the line."""
    if deductible_slot >= 0:
        now[deductible_slot] += charged
    if axis_slot >= 0:
        now[axis_slot] += looked if gross else looked - charged


def sort_out(
    looks_at: tuple[int, ...], base: int, charged: int, over: int, paid: int, parts: list[int]
) -> None:
    """Sort what a pool leaves of the parts it looked at: deductible, above a cap, own share."""
    for part in looks_at:
        parts[part] = 0
    if charged:
        parts[DEDUCTIBLE] += charged
    if over:
        parts[OVER_CAP] += over
    parts[IN_SCOPE] += base - charged - over - paid


def take(looks_at: tuple[int, ...], paid: int, parts: list[int]) -> None:
    """Take what a layer paid off the parts it looked at, in their order."""
    rest = paid
    for part in looks_at:
        if rest <= parts[part]:
            parts[part] -= rest
            break
        rest -= parts[part]
        parts[part] = 0


def doubtful(doubt: int, clipped: bool, parts: list[int]) -> bool:
    """Say whether a layer came to what no source decides.

    Bit 0 of `doubt`: to a cap of which only a lower bound is known. Bit n + 1: to something left in part n.
    """
    found = clipped and doubt & 1 == 1
    for part in range(PARTS_OF_A_VISIT):
        if doubt >> (part + 1) & 1 and parts[part] > 0:
            found = True
    return found


def from_account(pays_for: tuple[int, ...], balance: int, parts: list[int]) -> int:
    """Return what the personal account pays of the parts it may be used for."""
    own = 0
    for part in pays_for:
        own += parts[part]
    return own if own < balance else balance


def rounding_row(how: str, each: str) -> RoundingRow:
    """Turn a rounding rule into integers: `how` half_up, down or up; `each` tier, layer or total."""
    return int(each == "tier"), {"half_up": 5_000, "down": 0, "up": 9_999}[how]


def line(bands: Bands, start: int, stop: int, rounding: RoundingRow) -> int:
    """Return what the stretch from `start` to `stop` of a piecewise line pays."""
    by_tier, bias = rounding
    if not by_tier:
        return (exact(bands, start, stop) + bias) // 10_000
    pays = 0
    for end, rate in bands:
        if start < end:
            if stop <= end:
                return pays + ((stop - start) * rate + bias) // 10_000
            pays += ((end - start) * rate + bias) // 10_000
            start = end
    return pays


def exact(bands: Bands, start: int, stop: int) -> int:
    """Return the stretch's pay in ten-thousandths of a fen, not rounded at all."""
    found = 0
    for end, rate in bands:
        if start < end:
            found += (min(stop, end) - start) * rate
            start = min(stop, end)
    return found


def reach(bands: Bands, start: int, stop: int, room: int) -> int:
    """Return the position at which the line has paid `room`: cost up to there carried the cap.

    Grossing up a cap (cost = paid / ratio) goes half up to the fen, as every sound published example does.
    """
    for upper, rate in bands:
        if start < upper:
            end = min(upper, stop)
            pays = ((end - start) * rate + 5_000) // 10_000
            if pays > room:
                return min(start + (room * 20_000 + rate) // (2 * rate), end)
            room -= pays
            start = end
            if start >= stop:
                return stop
    return stop


def layer(row: LayerRow, rounding: RoundingRow, now: list[int], parts: list[int]) -> Outcome | None:
    """Let one layer pay: moves `parts` and `now`, returns its figures; None when there is nothing to pay."""
    outcomes: list[Outcome | None] = []
    pay(((row, 0, row[-1], -1),), rounding, now, parts, outcomes, nobody, [])
    return outcomes[0]


def nobody(payer: int, paid: int, base: int, room: int) -> None:
    """Make nothing of a share."""


def below_cost_caps(cost_caps: tuple[CapRow, ...], now: list[int], base: int) -> int:
    """Return how much of the cost lies below every cap on cost."""
    looked = base
    for amount, slot in cost_caps:
        left = amount - now[slot] if slot >= 0 else amount
        looked = min(looked, max(left, 0))
    return looked


def count_cost(cost_caps: tuple[CapRow, ...], now: list[int], looked: int, room: int) -> int:
    """Count the cost against its caps; returns the smallest room left (`room` -1: none so far)."""
    for amount, slot in cost_caps:
        if slot >= 0:
            now[slot] += looked
        left = max(amount - (now[slot] if slot >= 0 else looked), 0)
        room = left if room < 0 else min(room, left)
    return room


def amount_of(formula: Formula, given: list[int]) -> int:
    """Return an amount that depends on the visit: a share of a given amount, then its changes in order."""
    amount = (given[formula[0]] * formula[1] + 5_000) // 10_000 if formula[0] >= 0 else formula[1]
    plain = amount
    for at in range(2, len(formula), 2):
        change, value = formula[at], formula[at + 1]
        if change == FACTOR:
            amount = (amount * value + 5_000) // 10_000
        elif change == ADD:
            amount += value
        elif change == ADD_GIVEN:
            amount += given[value]
        elif change == TIMES:
            amount *= value
        elif change == FLOOR:
            amount = max(amount, value)
        elif change == CEILING:
            amount = min(amount, value)
        elif change == TIMES_GIVEN:
            amount *= given[value]
        else:
            amount = min(amount, (plain * value + 5_000) // 10_000)
    return max(amount, 0)


def prepared(
    row: LayerRow, extra: ExtraRow, given: list[int], now: list[int], parts: list[int], paid: list[int]
) -> LayerRow | None:
    """Turn a layer that depends on more than its row into a plain one for this visit; None: not at all.

    `given` are the amounts and counts of the visit, `paid` what each layer before this one paid.
    """
    charge, total, cost, pay, only_if, weights, fill, lump = extra
    looks_at, standard, slot, gross, axis, bands, cost_caps, pay_caps, cascades = row
    if only_if:
        counted = now[only_if[0]]
        if counted < only_if[1] or counted >= only_if[2]:
            return None
    if charge:
        standard = amount_of(charge, given)
    if total:
        left = max(total[0] - now[total[1]], 0)
        standard = min(standard, left + (now[slot] if slot >= 0 else 0))
    for formula, at in cost:
        cost_caps = (*cost_caps, (amount_of(formula, given), at))
    for formula, at in pay:
        pay_caps = (*pay_caps, (amount_of(formula, given), at))
    if weights:
        weighted = 0
        for number, part in enumerate(looks_at):
            weighted += (parts[part] * weights[number] + 5_000) // 10_000
        cost_caps = (*cost_caps, (weighted, -1))
    if fill:
        target = (exact(bands, 0, given[fill[0]]) + 5_000) // 10_000
        for number in fill[1:]:
            target -= paid[number]
        bands, standard, pay_caps = ((ENDLESS, 10_000),), 0, (*pay_caps, (max(target, 0), -1))
    if lump:
        base = 0
        for part in looks_at:
            base += parts[part]
        if base < standard or base == 0:
            return None
        bands, standard, pay_caps = ((ENDLESS, 10_000),), 0, (*pay_caps, (amount_of(lump, given), -1))
    return looks_at, standard, slot, gross, axis, bands, cost_caps, pay_caps, cascades

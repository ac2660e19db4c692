"""The unrolled walk is the kernel's own: the same figures for any layers, and a text that can be read."""

from __future__ import annotations

import ast
import inspect
import traceback
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yidi.domain.benefit import kernel
from yidi.domain.benefit.kernel import (
    ENDLESS,
    IN_SCOPE,
    PARTS_OF_A_VISIT,
    Bands,
    CapRow,
    LayerRow,
    Outcome,
    PayRow,
    RoundingRow,
    pay,
    rounding_row,
)
from yidi.domain.benefit.unrolled import INLINED, text_of, unrolled

SLOTS = 4
Made = tuple[str, int, int, int]
Pays = tuple[PayRow[str], ...]
Settled = tuple[tuple[int, int], list[int], list[int], list[Outcome | None], list[Made]]

amounts = st.integers(0, 300_000_00)
slots = st.integers(-1, SLOTS - 1)
caps = st.lists(st.tuples(amounts, slots), max_size=2).map(tuple)
roundings = st.builds(
    rounding_row, st.sampled_from(("half_up", "down", "up")), st.sampled_from(("tier", "layer"))
)


@st.composite
def lines(draw: st.DrawFn) -> Bands:
    """A piecewise line of up to four bands."""
    ends = list(accumulate(draw(st.lists(st.integers(1, 100_000_00), max_size=3))))
    rates = draw(st.lists(st.integers(1, 10_000), min_size=len(ends) + 1, max_size=len(ends) + 1))
    return tuple(zip([*ends, ENDLESS], rates, strict=True))


@st.composite
def layers(draw: st.DrawFn) -> PayRow[str]:
    """A layer of any build, with what a plan says of it."""
    looks_at = tuple(
        draw(st.lists(st.integers(0, PARTS_OF_A_VISIT - 1), min_size=1, max_size=3, unique=True))
    )
    cascades = draw(st.integers(0, 1))
    row: LayerRow = (
        looks_at,
        draw(st.just(0) | amounts),
        draw(slots),
        draw(st.integers(0, 1)),
        draw(slots),
        draw(lines()),
        draw(caps),
        draw(caps),
        cascades,
    )
    doubt = draw(st.just(0) | st.integers(0, 2**PARTS_OF_A_VISIT))
    return row, draw(st.sampled_from("ABC")), cascades + 2 * doubt, looks_at[0] if len(looks_at) == 1 else -1


plans = st.lists(layers(), max_size=4).map(tuple)
years = st.lists(amounts, min_size=SLOTS, max_size=SLOTS)
bills = st.lists(amounts, min_size=PARTS_OF_A_VISIT, max_size=PARTS_OF_A_VISIT)


def made(payer: str, paid: int, base: int, room: int) -> Made:
    """Keep a share as it comes."""
    return payer, paid, base, room


def by_kernel(pays: Pays, rounding: RoundingRow, year: list[int], bill: list[int]) -> Settled:
    """Settle by the kernel as it stands."""
    now, parts, outcomes, shares = year.copy(), bill.copy(), list[Outcome | None](), list[Made]()
    return pay(pays, rounding, now, parts, outcomes, made, shares), now, parts, outcomes, shares


def by_walk(pays: Pays, rounding: RoundingRow, year: list[int], bill: list[int]) -> Settled:
    """Settle by the unrolled walk."""
    now, parts, outcomes, shares = year.copy(), bill.copy(), list[Outcome | None](), list[Made]()
    walk, figures = unrolled(pays, rounding)
    return walk(figures, now, parts, outcomes, made, shares), now, parts, outcomes, shares


@given(plans, roundings, years, bills)
def test_the_unrolled_walk_gives_every_figure_the_kernel_gives(
    pays: Pays, rounding: RoundingRow, year: list[int], bill: list[int]
) -> None:
    found = by_walk(pays, rounding, year, bill)
    assert found == by_kernel(pays, rounding, year, bill)
    walk, figures = unrolled(pays, rounding)
    now, parts, shares = year.copy(), bill.copy(), list[Made]()
    assert walk(figures, now, parts, None, made, shares) == found[0], "what is not told is not otherwise"
    assert (now, parts, shares) == (found[1], found[2], found[4])


@given(plans, roundings, years, bills)
def test_every_fen_of_the_bill_is_paid_or_left_in_a_part_and_no_room_is_below_nothing(
    pays: Pays, rounding: RoundingRow, year: list[int], bill: list[int]
) -> None:
    (funds, charged), now, parts, outcomes, shares = by_kernel(pays, rounding, year, bill)
    if funds < 0:
        assert charged == 0
        return
    assert funds + sum(parts) == sum(bill)
    assert funds == sum(paid for _, paid, _, _ in shares)
    assert all(paid >= 0 and room >= -1 for _, paid, _, room in shares)
    assert all(part >= 0 for part in parts)
    assert all(after >= before for before, after in zip(year, now, strict=True))
    assert charged <= sum(bill)
    for (row, _, _, _), outcome in zip(pays, outcomes, strict=True):
        if outcome is not None:
            assert outcome[6] <= outcome[1] <= outcome[0], "paid, looked at, found"
            limits = [amount for amount, _ in row[7]]
            assert outcome[6] <= min(limits, default=outcome[6])


YEARLY: tuple[CapRow, ...] = ((200_000_00, 2),)


@given(
    st.integers(0, 5_000_00), st.integers(0, 1), lines(), st.lists(amounts, min_size=1, max_size=4), roundings
)
def test_a_stay_cut_in_pieces_is_paid_alike_but_for_rounding_where_everything_runs_over_the_year(
    standard: int, gross: int, bands: Bands, pieces: list[int], rounding: RoundingRow
) -> None:
    row: LayerRow = ((IN_SCOPE,), standard, 0, gross, 1, bands, (), YEARLY, 1)
    pays: Pays = ((row, "A", 1, IN_SCOPE),)
    year, paid, charged = [0] * SLOTS, 0, 0
    for piece in pieces:
        (funds, deductible), year, *_ = by_walk(pays, rounding, year, [piece, *[0] * 6])
        paid, charged = paid + funds, charged + deductible
    (whole, once), at_once, *_ = by_walk(pays, rounding, [0] * SLOTS, [sum(pieces), *[0] * 6])
    assert charged == once
    assert year[:2] == at_once[:2]
    assert abs(paid - whole) <= len(pieces) + len(bands)


def test_plans_that_differ_in_their_figures_only_share_one_walk() -> None:
    rounding = rounding_row("half_up", "tier")
    small: LayerRow = ((0,), 500_00, -1, 0, -1, ((ENDLESS, 6_000),), (), ((10_000_00, 0),), 1)
    large: LayerRow = ((0,), 900_00, -1, 0, -1, ((ENDLESS, 9_000),), (), ((90_000_00, 0),), 1)
    yearly: LayerRow = ((0,), 900_00, 1, 0, -1, ((ENDLESS, 9_000),), (), ((90_000_00, 0),), 1)
    one, two, three = (unrolled(((row, "A", 1, 0),), rounding)[0] for row in (small, large, yearly))
    assert one is two
    assert one is not three


def test_the_walk_of_a_plan_can_be_read() -> None:
    row: LayerRow = ((0,), 1_300_00, 1, 0, -1, ((ENDLESS, 9_000),), (), ((90_000_00, 0),), 1)
    expected = """\
def walk(figures, now, parts, outcomes, share, shares):
    standard0, bands1, amount2, payer3 = figures
    funds = deductibles = 0
    base = parts[0]
    if base == 0:
        if outcomes is not None:
            outcomes.append(None)
    else:
        looked, room = (base, -1)
        start = 0
        stop = looked
        due = charged = over = 0
        if standard0:
            due = standard0
            due -= now[1]
            due = due if due > 0 else 0
            charged = due if due < looked else looked
            stop -= charged
        unclipped = paid = line(bands1, start, stop, (1, 5000)) if start < stop else 0
        room = ENDLESS
        left = amount2 - now[0]
        room = left if left < room else room
        room = room if room > 0 else 0
        if room < paid:
            paid = room
            over = stop - reach(bands1, start, stop, room)
        room -= paid
        now[0] += paid
        now[1] += charged
        deductibles += charged
        parts[0] = 0
        if charged:
            parts[DEDUCTIBLE] += charged
        if over:
            parts[OVER_CAP] += over
        parts[IN_SCOPE] += base - charged - over - paid
        funds += paid
        shares.append(share(payer3, paid, base, room))
        if outcomes is not None:
            outcomes.append((base, looked, charged, start, stop, unclipped, paid, over, room, due))
    return (funds, deductibles)"""
    assert text_of(((row, "A", 1, 0),), rounding_row("half_up", "tier")) == expected


def test_a_trouble_in_the_walk_is_told_with_the_kernel_s_own_line() -> None:
    row: LayerRow = ((0,), 0, -1, 0, -1, ((ENDLESS, 9_000),), (), (), 0)
    walk, figures = unrolled(((row, "A", 0, 0),), rounding_row("half_up", "tier"))

    def broken(*_: object) -> None:
        raise LookupError("no such share")

    with pytest.raises(LookupError) as caught:
        walk(figures, [], [100] + [0] * 6, None, broken, [])
    frame = traceback.extract_tb(caught.value.__traceback__)[1]
    assert frame.filename == kernel.__file__
    assert frame.line == "shares.append(share(payer, paid, base, room))"


def test_what_is_put_where_it_is_called_ends_at_its_end_and_is_called_by_its_parameters_names() -> None:
    functions = {
        node.name: node
        for node in ast.parse(inspect.getsource(kernel)).body
        if isinstance(node, ast.FunctionDef)
    }
    calls = [node for node in ast.walk(functions["pay"]) if isinstance(node, ast.Call)]
    for name in INLINED:
        before = functions[name].body[:-1]
        assert not [
            node for each in before for node in ast.walk(each) if isinstance(node, ast.Return | ast.Break)
        ]
        given_names = [
            [arg.id for arg in call.args if isinstance(arg, ast.Name)]
            for call in calls
            if isinstance(call.func, ast.Name) and call.func.id == name
        ]
        assert given_names == [[arg.arg for arg in functions[name].args.args]]

"""The nation counts months and fixes a year: figures, notices, and everything that stands in the way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.processes.prepayment.nation import (
    AWAY,
    HOME,
    JANUARY,
    LAST_QUARTER,
    MILLION,
    REGULATION,
    THIRD,
    count,
    count_quarter,
    make_world,
    notices_at,
    plan,
    planned_example,
    prepayment_terms,
    work_off,
)
from tests.world import World, codes_in
from yidi.domain.calendar.refusals import YEAR_NOT_LOADED
from yidi.domain.dates import SHANGHAI
from yidi.domain.ledger.accounts import MIRRORS
from yidi.domain.money import Rounding
from yidi.processes.ports.deciding import NATION, Command
from yidi.processes.prepayment.commands import CountUse, DecideTopUp, PlanYear, RateMonth, Used, YearPlanned
from yidi.processes.prepayment.planning import Explained, Float, equal_part_fen, year_amount_fen
from yidi.processes.prepayment.records import (
    MonthUse,
    NoticeKind,
    PrepaymentChange,
    PrepaymentNotice,
    PrepaymentNoticeLine,
    UseCount,
    YearPlan,
)
from yidi.processes.prepayment.refusals import (
    MONTH_NOT_COUNTED,
    MONTH_NOT_OVER,
    ONLY_THE_NATION,
    USE_INVALID,
    YEAR_INVALID,
    YEAR_PLANNED_BEFORE,
)
from yidi.processes.settlement.records import Posting

FLOAT = Float(HOME, AWAY, "310")


@pytest.fixture
def world() -> World:
    return make_world()


def test_the_example_of_the_regulation_comes_out_to_the_fen(world: World) -> None:
    planned_example(world)
    change = world.records(PrepaymentChange)[0]
    assert change.change_fen == 200 * MILLION
    assert world.records(YearPlan)[0].amount_fen == 200 * MILLION


def test_the_adjustment_is_this_years_amount_minus_what_stands(world: World) -> None:
    held = PrepaymentChange(
        NATION, "PP2025", "yearly", HOME, AWAY, "310", f"{HOME}-{AWAY}", 0, 170 * MILLION, "[]", ""
    )
    world.add(held)
    planned_example(world)
    change = world.records(PrepaymentChange)[-1]
    assert (change.before_fen, change.change_fen) == (170 * MILLION, 30 * MILLION)


def test_a_negative_adjustment_is_paid_back_by_the_care_province(world: World) -> None:
    world.add(
        PrepaymentChange(
            NATION, "PP2025", "yearly", HOME, AWAY, "310", f"{HOME}-{AWAY}", 0, 230 * MILLION, "[]", ""
        )
    )
    planned_example(world)
    kinds = {(notice.province, notice.kind): notice.total_fen for notice in notices_at(world, NATION)}
    assert kinds == {(AWAY, NoticeKind.PAY): 30 * MILLION, (HOME, NoticeKind.RECEIVE): 30 * MILLION}
    for place in (AWAY, HOME):
        work_off(world, notices_at(world, place)[0])
    sums = {row.account: 0 for row in world.records(Posting)}
    for row in world.records(Posting):
        sums[row.account] += row.amount_fen
    assert sums == {
        "held_for_province": 30 * MILLION,
        "fiscal_account": 0,
        "prepaid_to_province": -30 * MILLION,
    }


def test_a_float_without_any_use_in_the_quarter_is_paid_back_whole(world: World) -> None:
    world.add(
        PrepaymentChange(
            NATION, "PP2025", "yearly", HOME, THIRD, "390", f"{HOME}-{THIRD}", 0, 5 * MILLION, "[]", ""
        )
    )
    planned_example(world)
    change = next(row for row in world.records(PrepaymentChange)[1:] if row.care == THIRD)
    assert change.change_fen == -5 * MILLION


def test_every_figure_is_explained_in_both_languages_and_ends_in_the_change(world: World) -> None:
    planned_example(world)
    steps = msgspec.json.decode(world.records(PrepaymentChange)[0].explanation, type=list[Explained])
    assert [step.result_fen for step in steps[:3]] == list(REGULATION)
    assert steps[3].result_fen == sum(REGULATION)
    assert steps[-1].result_fen == 200 * MILLION
    assert all(step.text_zh and step.text_en for step in steps)


def test_notices_carry_the_days_until_which_things_are_due(world: World) -> None:
    planned_example(world)
    notice = next(row for row in notices_at(world, HOME) if row.kind == NoticeKind.PAY)
    assert notice.issued_on == "2026-01-12"
    assert notice.hand_over_by == "2026-01-19"
    assert notice.pay_by == "2026-02-02"
    assert notice.report_by == "2026-02-09"


def test_payment_is_due_by_the_end_of_february_at_the_latest() -> None:
    world = make_world(datetime(2026, 2, 10, 9, 0, tzinfo=SHANGHAI))
    count_quarter(world, [{FLOAT: fen} for fen in REGULATION])
    reply = plan(world)
    assert isinstance(reply, YearPlanned)
    assert reply.late
    assert notices_at(world, HOME)[0].pay_by == "2026-02-28"


def test_provinces_hold_their_own_copy_of_their_notices_and_no_others(world: World) -> None:
    planned_example(world)
    for row in world.records(PrepaymentNotice):
        assert row.jurisdiction in (NATION, row.province)
    assert {row.jurisdiction for row in world.records(PrepaymentNoticeLine)} == {NATION, HOME, AWAY}


AMOUNTS = st.integers(-(10**10), 10**13)
FLOATS = st.builds(
    Float, st.sampled_from([HOME, AWAY, THIRD]), st.sampled_from(["500000", "110000"]), st.just("310")
) | st.builds(Float, st.sampled_from(["500000", "110000"]), st.sampled_from([HOME, AWAY]), st.just("390"))
MONTHS = st.lists(st.dictionaries(FLOATS, AMOUNTS, max_size=6), min_size=3, max_size=3)
STANDING = st.dictionaries(FLOATS, st.integers(0, 10**13), max_size=4)


@settings(max_examples=40)
@given(MONTHS, STANDING)
def test_over_all_provinces_what_is_paid_is_what_is_received(
    months: list[dict[Float, int]], standing: dict[Float, int]
) -> None:
    world = make_world()
    for key, fen in standing.items():
        world.add(PrepaymentChange(NATION, "PP2025", "yearly", *key, key.pair, 0, fen, "[]", ""))
    count_quarter(world, months)
    reply = plan(world)
    assert isinstance(reply, YearPlanned)
    notices = notices_at(world, NATION)
    signed = [row.total_fen if row.kind == NoticeKind.PAY else -row.total_fen for row in notices]
    assert sum(signed) == 0
    assert reply.change_fen == reply.amount_fen - sum(standing.values())
    assert sorted(reply.notices) == sorted(row.notice_no for row in notices)
    for notice in notices:
        work_off(world, notice)
    assert_mirrored(world)


def assert_mirrored(world: World) -> None:
    """What each province has prepaid is what the other holds; every entry balances."""
    entries: dict[tuple[str, str], int] = {}
    with_each_other: dict[tuple[str, str, str], int] = {}
    for row in world.records(Posting):
        entries[row.jurisdiction, row.entry_id] = (
            entries.get((row.jurisdiction, row.entry_id), 0) + row.amount_fen
        )
        if row.account in MIRRORS:
            key = (row.jurisdiction, row.counterpart, row.scheme)
        elif row.account in MIRRORS.values():
            key = (row.counterpart, row.jurisdiction, row.scheme)
        else:
            continue
        with_each_other[key] = with_each_other.get(key, 0) + row.amount_fen
    assert set(entries.values()) <= {0}
    assert set(with_each_other.values()) <= {0}


@given(st.lists(AMOUNTS, min_size=3, max_size=3))
def test_the_amount_is_two_thirds_of_the_quarter_half_up_and_never_negative(months: list[int]) -> None:
    amount = year_amount_fen(months, prepayment_terms())
    exact = max(0, sum(months)) * 2
    assert 2 * abs(amount * 3 - exact) <= 3
    assert amount >= 0


@given(AMOUNTS, st.integers(1, 40), st.sampled_from(Rounding))
def test_an_equal_part_is_the_mean_by_its_rounding(amount: int, parts: int, rounding: Rounding) -> None:
    part, size = equal_part_fen(amount, parts, rounding), abs(amount)
    whole = {
        Rounding.DOWN: size // parts,
        Rounding.UP: -(-size // parts),
        Rounding.HALF_UP: (2 * size + parts) // (2 * parts),
    }[rounding]
    assert part == (whole if amount >= 0 else -whole)


def test_a_year_with_a_hole_in_its_quarter_is_refused_with_every_missing_month(world: World) -> None:
    count(world, LAST_QUARTER[1], {FLOAT: 1})
    reply = plan(world)
    assert codes_in(reply) == {MONTH_NOT_COUNTED.code}
    assert world.records(YearPlan) == []
    assert world.records(PrepaymentNotice) == []


def test_a_year_is_fixed_once(world: World) -> None:
    planned_example(world)
    before = len(world.records(PrepaymentChange))
    assert codes_in(plan(world)) == {YEAR_PLANNED_BEFORE.code}
    assert len(world.records(PrepaymentChange)) == before


@pytest.mark.parametrize("year", ["2025", "2027", "next", ""])
def test_only_the_year_that_runs_can_be_fixed(world: World, year: str) -> None:
    assert codes_in(plan(world, year)) == {YEAR_INVALID.code}


def test_a_year_whose_holidays_are_not_loaded_is_refused_instead_of_guessed() -> None:
    world = make_world(datetime(2027, 1, 12, 9, 0, tzinfo=SHANGHAI))
    for month in ("2026-10", "2026-11", "2026-12"):
        count(world, month, {FLOAT: 1})
    assert codes_in(plan(world, "2027")) == {YEAR_NOT_LOADED.code}
    assert world.records(YearPlan) == []


def test_a_later_count_replaces_the_month_and_the_same_one_changes_nothing(world: World) -> None:
    count(world, "2025-10", {FLOAT: 5})
    count(world, "2025-10", {FLOAT: 5})
    assert [row.version for row in world.records(UseCount)] == [1]
    count(world, "2025-10", {FLOAT: 7, Float(HOME, THIRD, "390"): 1})
    assert [row.version for row in world.records(UseCount)] == [1, 2]
    assert len(world.records(MonthUse)) == 3
    count(world, "2025-11", {})
    count(world, "2025-12", {FLOAT: -1})
    plan(world)
    change = next(row for row in world.records(PrepaymentChange) if row.care == AWAY)
    assert change.change_fen == 4


@pytest.mark.parametrize("month", ["2026-01", "2026-02", "2025-13", "2025", "x"])
def test_a_month_that_is_not_over_cannot_be_counted(world: World, month: str) -> None:
    assert codes_in(count(world, month, {FLOAT: 1})) == {MONTH_NOT_OVER.code}


@pytest.mark.parametrize(
    "lines",
    [
        (Used(HOME, HOME, "310", 1, 1),),
        (Used(HOME, "", "310", 1, 1),),
        (Used(HOME, AWAY, "999", 1, 1),),
        (Used(HOME, AWAY, "310", -1, 1),),
        (Used(HOME, AWAY, "310", 1, 1), Used(HOME, AWAY, "310", 1, 1)),
    ],
)
def test_a_count_with_an_impossible_line_is_refused_whole(world: World, lines: tuple[Used, ...]) -> None:
    command = CountUse(jurisdiction=NATION, sender="agency", msgid="m", month="2025-10", lines=lines)
    assert codes_in(world.ask(command)) == {USE_INVALID.code}
    assert world.records(MonthUse) == []


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (PlanYear, {"year": "2026"}),
        (CountUse, {"month": "2025-10", "lines": ()}),
        (RateMonth, {"month": "2025-10"}),
        (DecideTopUp, {"request_no": "x", "approved_fen": 0, "reason": ""}),
    ],
)
def test_what_is_the_nations_business_is_refused_to_a_province(
    world: World, kind: type[Command], values: dict[str, Any]
) -> None:
    command = kind(jurisdiction=HOME, sender="agency", msgid="m", **values)
    assert ONLY_THE_NATION.code in codes_in(world.ask(command))


def test_the_personal_account_counts_only_where_the_terms_say_so(world: World) -> None:
    lines = (Used(HOME, AWAY, "310", 1, 300, 30),)
    for month in LAST_QUARTER:
        world.ask(CountUse(jurisdiction=NATION, sender="a", msgid=month, month=month, lines=lines))
    plan(world)
    assert world.records(PrepaymentChange)[0].change_fen == 600
    assert world.now.astimezone(SHANGHAI).date() == JANUARY.date()

"""Usage is rated, warnings reach their provinces, and a red float may be topped up in time."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.processes.prepayment.nation import (
    AWAY,
    HOME,
    MILLION,
    THIRD,
    count,
    make_world,
    notices_at,
    planned_example,
    prepayment_terms,
    rate,
)
from tests.world import World, codes_in
from yidi.domain.dates import SHANGHAI
from yidi.processes.ports.deciding import NATION, Done, Reply
from yidi.processes.prepayment.commands import DecideTopUp, MonthRated, RequestTopUp
from yidi.processes.prepayment.planning import Float
from yidi.processes.prepayment.records import (
    Basis,
    Colour,
    NoticeKind,
    PrepaymentChange,
    TopUp,
    TopUpDecision,
    UsageRate,
)
from yidi.processes.prepayment.refusals import (
    MONTH_NOT_COUNTED,
    NOT_RED,
    TOO_LATE_TO_ASK,
    TOP_UP_INVALID,
    TOP_UP_UNKNOWN,
)
from yidi.processes.prepayment.usage import explain_usage, needed_fen, rate_of

FLOAT = Float(HOME, AWAY, "310")
PREPAID = 200 * MILLION


def world_rated(used_fen: int, signed_on: str = "2026-06-24") -> World:
    """A world in which May 2026 was cleared with so much use of a float of 200 million."""
    world = make_world()
    planned_example(world)
    world.now = datetime(2026, 6, 25, 9, 0, tzinfo=SHANGHAI)
    count(world, "2026-05", {FLOAT: used_fen}, Basis.CLEARED)
    rate(world, "2026-05", signed_on)
    return world


def rows_at(world: World, place: str) -> list[UsageRate]:
    """The ratings that a jurisdiction holds."""
    return [row for row in world.records(UsageRate) if row.jurisdiction == place]


def ask_for(world: World, fen: int, insured: str = HOME) -> Reply:
    """Have AWAY ask for a top-up."""
    return world.ask(
        RequestTopUp(
            jurisdiction=AWAY,
            sender="agency",
            msgid=world.next_msgid(),
            month="2026-05",
            insured=insured,
            scheme="310",
            amount_fen=fen,
            reason="红色预警",
        )
    )


def decide(world: World, request_no: str, fen: int) -> Reply:
    """Have the nation decide a request."""
    return world.ask(
        DecideTopUp(
            jurisdiction=NATION,
            sender="agency",
            msgid=world.next_msgid(),
            request_no=request_no,
            approved_fen=fen,
            reason="同意",
        )
    )


@pytest.mark.parametrize(
    ("used", "rate_bp", "colour"),
    [
        (139_999_999_99, 6999, Colour.GREEN),
        (140 * MILLION, 7000, Colour.YELLOW),
        (150 * MILLION, 7500, Colour.YELLOW),
        (179_999_999_99, 8999, Colour.YELLOW),
        (180 * MILLION, 9000, Colour.RED),
        (182 * MILLION, 9100, Colour.RED),
    ],
)
def test_the_warnings_of_the_regulation_hold_to_the_fen(used: int, rate_bp: int, colour: Colour) -> None:
    found = rate_of(FLOAT, used, PREPAID, prepayment_terms())
    assert (found.rate_bp, found.colour) == (rate_bp, colour)


def test_use_without_prepayment_has_no_rate_and_a_colour_of_its_own() -> None:
    assert rate_of(FLOAT, 1, 0, prepayment_terms())[3:] == (None, Colour.UNFUNDED)
    assert rate_of(FLOAT, 0, 0, prepayment_terms())[3:] == (None, Colour.GREEN)


@given(st.integers(0, 10**14), st.integers(0, 10**14))
def test_what_is_needed_is_the_least_that_brings_the_rate_below_yellow(used: int, prepaid: int) -> None:
    terms = prepayment_terms()
    needed = needed_fen(used, prepaid, terms)
    assert rate_of(FLOAT, used, prepaid + needed, terms).colour is Colour.GREEN
    if needed:
        assert rate_of(FLOAT, used, prepaid + needed - 1, terms).colour is not Colour.GREEN
    steps = explain_usage(rate_of(FLOAT, used, prepaid, terms), terms)
    assert steps[-1].result_fen == needed


def test_a_warning_reaches_both_provinces_and_nobody_else() -> None:
    world = world_rated(182 * MILLION)
    assert rows_at(world, NATION)[0].rate_bp == 9100
    assert [row.colour for row in rows_at(world, AWAY)] == [Colour.RED]
    assert [row.colour for row in rows_at(world, HOME)] == [Colour.RED]
    assert rows_at(world, THIRD) == []


def test_green_is_kept_by_the_nation_and_told_to_nobody() -> None:
    world = world_rated(MILLION)
    assert [row.jurisdiction for row in world.records(UsageRate)] == [NATION]


def test_a_month_that_is_only_settled_is_rated_but_warns_nobody() -> None:
    world = make_world()
    planned_example(world)
    world.now = datetime(2026, 6, 2, 9, 0, tzinfo=SHANGHAI)
    count(world, "2026-05", {FLOAT: 182 * MILLION, Float(HOME, THIRD, "390"): 1})
    reply = rate(world, "2026-05", basis=Basis.SETTLED)
    assert reply == MonthRated(green=0, yellow=0, red=1, unfunded=1)
    assert {row.jurisdiction for row in world.records(UsageRate)} == {NATION}


def test_a_month_that_is_not_counted_cannot_be_rated() -> None:
    assert codes_in(rate(make_world(), "2025-05")) == {MONTH_NOT_COUNTED.code}


def test_an_approved_top_up_raises_the_float_and_is_noticed_to_both_provinces() -> None:
    world = world_rated(182 * MILLION)
    reply = ask_for(world, 60 * MILLION)
    assert isinstance(reply, Done)
    assert {row.jurisdiction for row in world.records(TopUp)} == {AWAY, NATION}
    assert world.records(TopUp)[0].needed_fen == 60 * MILLION + 1
    decide(world, reply.reference, 50 * MILLION)
    change = world.records(PrepaymentChange)[-1]
    assert (change.kind, change.before_fen, change.change_fen) == ("top_up", PREPAID, 50 * MILLION)
    new = [row for row in notices_at(world, HOME) if row.cause == reply.reference]
    assert [(row.kind, row.total_fen) for row in new] == [(NoticeKind.PAY, 50 * MILLION)]
    new = [row for row in notices_at(world, AWAY) if row.cause == reply.reference]
    assert [(row.kind, row.total_fen) for row in new] == [(NoticeKind.RECEIVE, 50 * MILLION)]
    rate(world, "2026-05")
    assert rows_at(world, NATION)[-1].prepaid_fen == PREPAID + 50 * MILLION


def test_a_rejected_top_up_changes_no_float_and_is_told_to_the_care_province() -> None:
    world = world_rated(182 * MILLION)
    reply = ask_for(world, MILLION)
    assert isinstance(reply, Done)
    before = len(world.records(PrepaymentChange))
    decide(world, reply.reference, 0)
    assert len(world.records(PrepaymentChange)) == before
    told = [row for row in world.records(TopUpDecision) if row.jurisdiction == AWAY]
    assert [row.approved_fen for row in told] == [0]
    assert codes_in(decide(world, reply.reference, MILLION)) == {TOP_UP_UNKNOWN.code}


@pytest.mark.parametrize("used", [0, 150 * MILLION])
def test_only_red_lets_a_province_ask(used: int) -> None:
    world = world_rated(used)
    assert codes_in(ask_for(world, MILLION)) == {NOT_RED.code}
    assert codes_in(ask_for(world, MILLION, THIRD)) == {NOT_RED.code}


def test_three_working_days_after_signing_it_is_too_late_to_ask() -> None:
    world = world_rated(182 * MILLION, signed_on="2026-06-24")
    world.now = datetime(2026, 6, 30, 9, 0, tzinfo=SHANGHAI)
    assert codes_in(ask_for(world, MILLION)) == {TOO_LATE_TO_ASK.code}
    world.now = datetime(2026, 6, 29, 9, 0, tzinfo=SHANGHAI)
    assert codes_in(ask_for(world, MILLION)) == set()


@pytest.mark.parametrize("fen", [0, -1, 60 * MILLION + 2])
def test_nothing_and_more_than_needed_cannot_be_asked_for(fen: int) -> None:
    assert codes_in(ask_for(world_rated(182 * MILLION), fen)) == {TOP_UP_INVALID.code}


def test_a_float_is_topped_up_once_a_month_and_never_by_more_than_asked() -> None:
    world = world_rated(182 * MILLION)
    reply = ask_for(world, MILLION)
    assert isinstance(reply, Done)
    assert codes_in(ask_for(world, MILLION)) == {TOP_UP_INVALID.code}
    assert codes_in(decide(world, reply.reference, MILLION + 1)) == {TOP_UP_INVALID.code}
    assert codes_in(decide(world, "TU-x", 1)) == {TOP_UP_UNKNOWN.code}
    assert world.records(TopUpDecision) == []


def test_the_nation_approves_by_its_own_rating_not_by_what_a_province_says() -> None:
    world = world_rated(182 * MILLION)
    reply = ask_for(world, MILLION)
    assert isinstance(reply, Done)
    count(world, "2026-05", {FLOAT: MILLION}, Basis.CLEARED)
    rate(world, "2026-05")
    assert codes_in(decide(world, reply.reference, MILLION)) == {NOT_RED.code}
    assert codes_in(decide(world, reply.reference, 0)) == set()

"""A year whose working days are not loaded is refused only where a day of it is needed."""

from __future__ import annotations

from datetime import datetime

from tests.processes.prepayment.nation import (
    AWAY,
    HOME,
    JANUARY,
    MILLION,
    count,
    notices_at,
    planned_example,
    rate,
    shipped_calendar,
    shipped_terms,
)
from tests.world import World, codes_in, refusals_in
from yidi.domain.calendar.refusals import YEAR_NOT_LOADED
from yidi.domain.calendar.working_days import Calendar
from yidi.domain.dates import SHANGHAI
from yidi.processes.ports.deciding import NATION, Reply
from yidi.processes.prepayment.commands import DecideTopUp, RequestTopUp
from yidi.processes.prepayment.decide import handlers
from yidi.processes.prepayment.planning import Float
from yidi.processes.prepayment.records import Basis, TopUp, TopUpDecision


def at(day: int, month: int = 12, year: int = 2026) -> datetime:
    """Nine o'clock of a day around the end of 2026."""
    return datetime(year, month, day, 9, 0, tzinfo=SHANGHAI)


def world_in_december() -> World:
    """A red float of a clearing signed on 30 December 2026, and no working days of 2027."""
    known = {year: notice for year, notice in shipped_calendar().years.items() if year < 2027}
    world = World(handlers(shipped_terms(), Calendar(known)), JANUARY)
    planned_example(world)
    world.now = at(30)
    count(world, "2026-11", {Float(HOME, AWAY, "310"): 190 * MILLION}, Basis.CLEARED)
    rate(world, "2026-11", "2026-12-30")
    return world


def ask_for(world: World, fen: int) -> Reply:
    """Have AWAY ask for a top-up."""
    named = {"month": "2026-11", "insured": HOME, "scheme": "310", "amount_fen": fen, "reason": "红色预警"}
    return world.ask(RequestTopUp(jurisdiction=AWAY, sender="agency", msgid=world.next_msgid(), **named))


def decide(world: World, fen: int) -> Reply:
    """Have the nation decide the request."""
    number = world.records(TopUp)[0].request_no
    named = {"request_no": number, "approved_fen": fen, "reason": "核定"}
    return world.ask(DecideTopUp(jurisdiction=NATION, sender="agency", msgid=world.next_msgid(), **named))


def test_who_is_surely_in_time_may_ask_though_the_next_year_is_not_loaded() -> None:
    world = world_in_december()
    world.now = at(31)
    assert refusals_in(ask_for(world, MILLION)) == ()


def test_where_the_day_is_needed_the_refusal_names_the_file_to_fill_in() -> None:
    world = world_in_december()
    world.now = at(3, 1, 2027)
    (refusal,) = refusals_in(ask_for(world, MILLION))
    assert refusal.code == YEAR_NOT_LOADED.code
    assert "packs/national/working_days.yaml" in refusal.remedy_zh
    assert "packs/national/working_days.yaml" in refusal.remedy_en
    assert "2027" in refusal.cause_en


def test_a_rejected_request_needs_no_day_and_an_approved_one_does() -> None:
    world = world_in_december()
    ask_for(world, MILLION)
    before = len(notices_at(world, AWAY))
    assert codes_in(decide(world, MILLION)) == {YEAR_NOT_LOADED.code}
    assert world.records(TopUpDecision) == []
    assert refusals_in(decide(world, 0)) == ()
    assert len(notices_at(world, AWAY)) == before

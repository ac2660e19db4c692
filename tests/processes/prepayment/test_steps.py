"""A notice is worked off at its province: in order, to the fen, reported, and visible when late."""

from __future__ import annotations

import pytest

from tests.processes.prepayment.nation import (
    AWAY,
    HOME,
    MILLION,
    THIRD,
    acknowledge,
    hand_over,
    lines_at,
    make_world,
    notices_at,
    pay,
    planned_example,
    receive,
    work_off,
)
from tests.world import World, codes_in
from yidi.domain.refusal import RefusalKind
from yidi.processes.ports.deciding import NATION, Command, Reply
from yidi.processes.prepayment.areas import explain_call
from yidi.processes.prepayment.commands import AreaPaid, AreasCalled, AreaUsed, CallAreas, CountAreaUse
from yidi.processes.prepayment.records import (
    AreaCall,
    AreaPayment,
    AreaUse,
    PrepaymentNotice,
    PrepaymentStep,
    Step,
)
from yidi.processes.prepayment.refusals import (
    AREAS_WITHOUT_USE,
    CALLED_BEFORE,
    DAY_IMPOSSIBLE,
    LINE_UNKNOWN,
    MONTH_NOT_OVER,
    NOTICE_UNKNOWN,
    OTHER_AMOUNT,
    STEP_OUT_OF_ORDER,
    USE_INVALID,
)
from yidi.processes.prepayment.views import overdue, stands_at
from yidi.processes.settlement.records import Posting

AMOUNT = 200 * MILLION
CITY, OTHER_CITY = "610100", "610300"


@pytest.fixture
def world() -> World:
    """A world in which HOME must pay AWAY 200 million."""
    made = make_world()
    planned_example(made)
    return made


def payment(world: World) -> PrepaymentNotice:
    """The payment notice at HOME."""
    return notices_at(world, HOME)[0]


def receipt(world: World) -> PrepaymentNotice:
    """The receipt notice at AWAY."""
    return notices_at(world, AWAY)[0]


def test_paying_and_receiving_post_the_float_on_both_sides(world: World) -> None:
    work_off(world, payment(world))
    work_off(world, receipt(world))
    posted = [
        (row.jurisdiction, row.account, row.counterpart, row.amount_fen) for row in world.records(Posting)
    ]
    assert posted == [
        (HOME, "prepaid_to_province", AWAY, AMOUNT),
        (HOME, "fiscal_account", AWAY, -AMOUNT),
        (AWAY, "fiscal_account", HOME, AMOUNT),
        (AWAY, "held_for_province", HOME, -AMOUNT),
    ]


def test_every_step_is_reported_to_the_nation(world: World) -> None:
    work_off(world, payment(world))
    known = [row for row in world.records(PrepaymentStep) if row.jurisdiction == NATION]
    assert [row.step for row in known] == [Step.ACKNOWLEDGED, Step.HANDED_OVER, Step.PAID]
    assert known[-1].amount_fen == AMOUNT
    assert stands_at("pay", known, 1) is Step.PAID
    assert stands_at("pay", known[:1], 1) is Step.ACKNOWLEDGED
    assert stands_at("pay", [], 1) is None


def attempts(world: World) -> list[tuple[RefusalKind, Reply]]:
    """Everything that may not be done to a notice that is acknowledged."""
    acknowledge(world, payment(world))
    stranger = payment(world)._replace(notice_no="PP2025-x")
    foreign = payment(world)._replace(province=THIRD)
    return [
        (STEP_OUT_OF_ORDER, acknowledge(world, payment(world))),
        (STEP_OUT_OF_ORDER, pay(world, payment(world), 1, AMOUNT)),
        (NOTICE_UNKNOWN, acknowledge(world, stranger)),
        (NOTICE_UNKNOWN, acknowledge(world, foreign)),
        (NOTICE_UNKNOWN, receive(world, payment(world), 1, AMOUNT)),
        (NOTICE_UNKNOWN, hand_over(world, receipt(world))),
        (DAY_IMPOSSIBLE, hand_over(world, payment(world), "2026-01-11")),
        (DAY_IMPOSSIBLE, hand_over(world, payment(world), "tomorrow")),
        (DAY_IMPOSSIBLE, hand_over(world, payment(world), world.day(1))),
    ]


def test_what_is_out_of_order_unknown_or_of_another_day_is_refused_and_changes_nothing(world: World) -> None:
    for kind, reply in attempts(world):
        assert codes_in(reply) == {kind.code}
    assert len([row for row in world.records(PrepaymentStep) if row.jurisdiction == HOME]) == 1
    assert world.records(Posting) == []


@pytest.mark.parametrize("fen", [AMOUNT - 5_00, AMOUNT + 1, 0, -AMOUNT])
def test_a_payment_of_another_amount_is_refused(world: World, fen: int) -> None:
    acknowledge(world, payment(world))
    hand_over(world, payment(world))
    assert codes_in(pay(world, payment(world), 1, fen)) == {OTHER_AMOUNT.code}
    assert codes_in(pay(world, payment(world), 2, AMOUNT)) == {LINE_UNKNOWN.code}
    assert world.records(Posting) == []


def test_a_line_is_paid_once(world: World) -> None:
    work_off(world, payment(world))
    assert codes_in(pay(world, payment(world), 1, AMOUNT)) == {STEP_OUT_OF_ORDER.code}
    assert len(world.records(Posting)) == 2


def test_what_is_late_is_visible_until_it_is_done(world: World) -> None:
    notice, lines = payment(world), lines_at(world, HOME, payment(world).notice_no)
    assert overdue(notice, lines, [], notice.hand_over_by) == ()
    late = overdue(notice, lines, [], "2026-03-01")
    assert [(row.step, row.amount_fen) for row in late] == [(Step.HANDED_OVER, AMOUNT), (Step.PAID, AMOUNT)]
    work_off(world, notice)
    steps = [row for row in world.records(PrepaymentStep) if row.jurisdiction == NATION]
    assert overdue(notice, lines, steps, "2026-03-01") == ()
    assert overdue(receipt(world), lines, [], "2026-03-01") == ()


def areas_use(world: World, *lines: AreaUsed, year: str = "2025") -> Reply:
    """Have HOME count its areas' use."""
    command = CountAreaUse(
        jurisdiction=HOME, sender="agency", msgid=world.next_msgid(), year=year, lines=lines
    )
    return world.ask(command)


def call(world: World, place: str, notice_no: str) -> Reply:
    """Have a province call its areas for a notice."""
    return world.ask(
        CallAreas(jurisdiction=place, sender="agency", msgid=world.next_msgid(), notice_no=notice_no)
    )


def area_pays(world: World, area: str, fen: int, day: str = "") -> Reply:
    """Enter that an area of HOME handed up."""
    command: Command = AreaPaid(
        jurisdiction=HOME,
        sender="finance",
        msgid=world.next_msgid(),
        notice_no=payment(world).notice_no,
        area=area,
        scheme="310",
        amount_fen=fen,
        paid_on=day or world.today,
        reference="A1",
    )
    return world.ask(command)


def test_areas_are_called_by_their_share_of_last_years_use_to_the_fen(world: World) -> None:
    areas_use(world, AreaUsed(CITY, "310", 1), AreaUsed(OTHER_CITY, "310", 9))
    areas_use(world, AreaUsed(CITY, "310", 2), AreaUsed(OTHER_CITY, "310", 1), AreaUsed(CITY, "390", 5))
    reply = call(world, HOME, payment(world).notice_no)
    assert reply == AreasCalled(areas=2, amount_fen=AMOUNT)
    calls = {row.area: row.amount_fen for row in world.records(AreaCall)}
    assert calls == {CITY: 13_333_333_333, OTHER_CITY: 6_666_666_667}
    steps = explain_call(world.records(AreaCall), CITY, "310")
    assert [step.result_fen for step in steps] == [2, 3, AMOUNT, 13_333_333_333]
    assert explain_call(world.records(AreaCall), "610900", "310") == ()
    assert codes_in(call(world, HOME, payment(world).notice_no)) == {CALLED_BEFORE.code}


def test_an_area_hands_its_call_up_once_and_it_is_posted(world: World) -> None:
    areas_use(world, AreaUsed(CITY, "310", 1))
    call(world, HOME, payment(world).notice_no)
    assert codes_in(area_pays(world, CITY, AMOUNT - 1)) == {OTHER_AMOUNT.code}
    assert codes_in(area_pays(world, CITY, AMOUNT, "2025-12-31")) == {DAY_IMPOSSIBLE.code}
    assert codes_in(area_pays(world, OTHER_CITY, AMOUNT)) == {LINE_UNKNOWN.code}
    assert codes_in(area_pays(world, CITY, AMOUNT)) == set()
    assert codes_in(area_pays(world, CITY, AMOUNT)) == {CALLED_BEFORE.code}
    assert len(world.records(AreaPayment)) == 1
    posted = {row.account: row.amount_fen for row in world.records(Posting)}
    assert posted == {"fiscal_account": AMOUNT, f"collected_from_area.{CITY}": -AMOUNT}


def test_what_a_province_holds_for_another_is_not_its_areas_business(world: World) -> None:
    assert call(world, AWAY, receipt(world).notice_no) == AreasCalled(areas=0, amount_fen=0)


def test_areas_cannot_be_called_without_their_use_or_for_an_unknown_notice(world: World) -> None:
    assert codes_in(call(world, HOME, payment(world).notice_no)) == {AREAS_WITHOUT_USE.code}
    assert codes_in(call(world, HOME, "x")) == {NOTICE_UNKNOWN.code}


def test_a_count_of_areas_that_cannot_be_is_refused(world: World) -> None:
    assert codes_in(areas_use(world, AreaUsed(CITY, "310", 1), year="2026")) == {MONTH_NOT_OVER.code}
    twice = (AreaUsed(CITY, "310", 1), AreaUsed(CITY, "310", 2))
    assert codes_in(areas_use(world, *twice)) == {USE_INVALID.code}
    assert codes_in(areas_use(world, AreaUsed(CITY, "999", 1))) == {USE_INVALID.code}
    assert world.records(AreaUse) == []

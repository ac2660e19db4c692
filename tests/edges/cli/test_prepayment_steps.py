"""A year's prepayment and a top-up, worked off at the command line by nation, provinces and areas."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.edges.cli.desk import Desk
from tests.edges.cli.test_prepayment import COPIES
from tests.processes.clearing.nation import fields
from tests.processes.prepayment.nation import AWAY, HOME, MILLION, count, make_world, planned_example
from tests.processes.prepayment.test_warning import FLOAT
from yidi.domain.dates import SHANGHAI
from yidi.processes.prepayment.records import RECORDS, Basis
from yidi.processes.prepayment.refusals import (
    LINE_UNKNOWN,
    MONTH_NOT_COUNTED,
    NOT_RED,
    OTHER_AMOUNT,
    STEP_OUT_OF_ORDER,
    TOP_UP_INVALID,
    TOP_UP_UNKNOWN,
)
from yidi.processes.settlement.records import Settlement

CITY, COUNTY = "610100", "610300"
BOOKED = [
    fields(Settlement, jurisdiction=HOME, settlement_id=area, kind="direct", care=AWAY, area=area,
           scheme="310", business_day="2025-06-01", fund_fen=fen)
    for area, fen in ((CITY, 3 * MILLION), (COUNTY, MILLION))
]  # fmt: skip


def notices(desk: Desk, year: str = "2026") -> dict[str, dict[str, Any]]:
    """The notices of a year by province, the latest of each."""
    return {row["province"]: row for row in desk.told("prepayment", "notices", "--year", year)["notices"]}


def numbers(desk: Desk, province: str) -> str:
    """The number of a province's latest notice."""
    return str(notices(desk)[province]["notice_no"])


@pytest.fixture
def january(tmp_path: Path, packs_read_once: None) -> Desk:
    """The nation's copies of a quarter, a province's bookings of a year; it is 12 January."""
    return Desk(tmp_path, [*COPIES, *BOOKED], "2026-01-12")


@pytest.fixture
def june(tmp_path: Path, packs_read_once: None) -> Desk:
    """A year fixed, and May cleared with 91 % of a float used; it is 25 June."""
    world = make_world()
    planned_example(world)
    world.now = datetime(2026, 6, 25, 9, 0, tzinfo=SHANGHAI)
    count(world, "2026-05", {FLOAT: 182 * MILLION}, Basis.CLEARED)
    return Desk(tmp_path, [row for kind in RECORDS for row in world.records(kind)], "2026-06-25")


def test_a_year_is_counted_fixed_called_from_areas_paid_and_received(january: Desk) -> None:
    desk = january
    desk.refused(MONTH_NOT_COUNTED, "prepayment", "fix", "2026")
    for month in ("2025-10", "2025-11", "2025-12"):
        assert "counted 1" in desk.does("prepayment", "count", month)
    fixed = desk.told("prepayment", "fix", "2026")
    assert (fixed["amount_fen"], fixed["change_fen"]) == (200 * MILLION, 200 * MILLION)
    payer, payee = numbers(desk, HOME), numbers(desk, AWAY)
    assert set(fixed["notices"]) == {payer, payee}

    assert "counted 2" in desk.does("prepayment", "count-areas", "2025", "--province", HOME)
    called = desk.told("prepayment", "call-areas", payer, "--province", HOME)
    assert (called["areas"], called["amount_fen"]) == (2, 200 * MILLION)
    areas = ("prepayment", "area-paid", payer, "--province", HOME, "--scheme", "310", "--reference", "B1")
    days = ("--day", "2026-01-13")
    desk.go_to("2026-01-14")
    told = desk.refused(OTHER_AMOUNT, *areas, "--area", CITY, "--amount", "150,000,000.01", *days)
    assert "150000000.00元" in told
    desk.does(*areas, "--area", CITY, "--amount", "150,000,000.00", *days)
    desk.does(*areas, "--area", COUNTY, "--amount", "50000000", *days)

    for number, province in ((payer, HOME), (payee, AWAY)):
        desk.does("prepayment", "acknowledge", number, "--province", province)
    pay = ("prepayment", "pay", payer, "--province", HOME, "--reference", "B2", *days)
    desk.refused(STEP_OUT_OF_ORDER, *pay, "--line", "1", "--amount", "200000000")
    desk.does("prepayment", "hand-over", payer, "--province", HOME, *days)
    desk.refused(LINE_UNKNOWN, *pay, "--line", "2", "--amount", "200000000")
    desk.refused(OTHER_AMOUNT, *pay, "--line", "1", "--amount", "199999999.99")
    desk.does(*pay, "--line", "1", "--amount", "200000000")
    said = ("--province", AWAY, "--line", "1", "--reference", "B2", *days)
    desk.does("prepayment", "confirm", payee, *said, "--amount", "200,000,000.00")
    steps = {province: [step["step"] for step in row["steps"]] for province, row in notices(desk).items()}
    assert steps == {
        HOME: ["acknowledged", "handed_over", "paid"],
        AWAY: ["acknowledged", "received"],
    }
    assert desk.types("ledger", "verify").exit_code == 0


def test_notices_are_written_once_there_are_any(january: Desk) -> None:
    out = january.folder / "papers"
    write = ("prepayment", "documents", "2026", "--out", out)
    assert january.types(*write).exit_code == 1
    for month in ("2025-10", "2025-11", "2025-12"):
        january.does("prepayment", "count", month)
    january.does("prepayment", "fix", "2026")
    january.does(*write, "--province", HOME)
    number = numbers(january, HOME)
    assert {path.name for path in out.iterdir()} == {f"{number}.xlsx", f"{number}.pdf"}


def test_a_red_float_is_topped_up_by_request_review_and_approval(june: Desk) -> None:
    desk = june
    ask = ("prepayment", "request", "2026-05", "--care", AWAY, "--insured", HOME, "--scheme", "310")
    reason = ("--reason", "红色预警")
    desk.refused(NOT_RED, *ask, *reason, "--amount", "1")
    rated = desk.told("prepayment", "rate", "2026-05")
    assert (rated["red"], rated["yellow"], rated["unfunded"]) == (1, 0, 0)
    told = desk.refused(TOP_UP_INVALID, *ask, *reason, "--amount", "60000000.02")
    assert "60000000.02元" in told
    asked = desk.told(*ask, *reason, "--amount", "60,000,000.00")["reference"]
    (row,) = desk.told("prepayment", "review")
    assert (row["request_no"], row["asked_fen"], row["decision"]) == (asked, 60 * MILLION, None)
    assert "待审核 waiting" in desk.does("prepayment", "review", "--care", AWAY)
    approve = ("prepayment", "decide", asked, "--reason", "同意", "--approve")
    desk.refused(TOP_UP_INVALID, *approve, "60000000.01")
    assert "50,000,000.00" in desk.does(*approve, "50000000")
    desk.refused(TOP_UP_UNKNOWN, *approve, "50000000")
    assert desk.told("prepayment", "review")[0]["decision"]["approved_fen"] == 50 * MILLION
    assert "已核定 decided 2026-06-25" in desk.does("prepayment", "review")
    topped = {row["province"]: row["total_fen"] for row in notices(desk).values()}
    assert topped == {HOME: 50 * MILLION, AWAY: 50 * MILLION}
    (stands,) = desk.told("prepayment", "stress", "--month", "2026-05")["floats"]
    assert stands["prepaid_fen"] == 250 * MILLION

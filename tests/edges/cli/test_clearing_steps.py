"""What follows the national table at the command line: disputes, transfers, urging, corrections, the year."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.edges.cli.desk import Desk
from tests.processes.clearing.nation import EAST, NORTH, SOUTH, Nation
from tests.processes.clearing.test_bad_input import published
from yidi.domain.money import format_yuan
from yidi.processes.clearing.commands import Direction
from yidi.processes.clearing.refusals import (
    CORRECTION_OUT_OF_RANGE,
    DISPUTE_AFTER_SIGNING,
    MONTH_NOT_OVER,
    NO_OPEN_DISPUTE,
    NOT_HANDED_OVER,
    NOT_PAID_YET,
    STEP_TAKEN_ALREADY,
    WRONG_AMOUNT,
    YEAR_CLOSED,
    YEAR_NOT_CLEARED,
)

MONTH = "2026-09"


def numbers(nation: Nation) -> dict[Direction, str]:
    """The numbers of the notices to pay of NORTH and to receive of SOUTH."""
    ends = {Direction.PAYABLE: NORTH, Direction.RECEIVABLE: SOUTH}
    return {
        direction: notice.number
        for direction, place in ends.items()
        for notice, _ in nation.notices(MONTH, direction)
        if notice.province == place
    }


def left_to_do(desk: Desk, exit_code: int) -> list[tuple[str, str, str]]:
    """What is overdue as `urge` lists it: province, matter, counterpart."""
    matters = desk.told("clearing", "urge", MONTH, exit_code=exit_code)["matters"]
    return [(row["province"], row["matter"], row["counterpart"]) for row in matters]


def test_a_notice_is_handed_over_paid_and_confirmed_and_whoever_is_late_is_urged(
    tmp_path: Path, packs_read_once: None
) -> None:
    nation = published()
    number = numbers(nation)
    desk = Desk(tmp_path, nation.world.everything(), "2026-10-22")
    assert "没有逾期" in desk.does("clearing", "urge", MONTH)
    desk.go_to("2026-12-25")
    late = left_to_do(desk, 1)
    assert {(NORTH, "hand_over", ""), (NORTH, "pay", SOUTH)} <= set(late)
    assert "逾期已催办 Overdue" in desk.types("clearing", "urge", MONTH).output

    pay = ("clearing", "pay", number[Direction.PAYABLE], "--province", NORTH, "--counterpart", SOUTH)
    confirm = ("clearing", "confirm", number[Direction.RECEIVABLE], "--province", SOUTH)
    money = ("--reference", "B1", "--amount", "750.00")
    desk.refused(NOT_PAID_YET, *confirm, "--counterpart", NORTH, *money)
    desk.refused(NOT_HANDED_OVER, *pay, *money)
    hand_over = ("clearing", "hand-over", number[Direction.PAYABLE], "--province", NORTH)
    desk.does(*hand_over)
    desk.refused(STEP_TAKEN_ALREADY, *hand_over)
    told = desk.refused(WRONG_AMOUNT, *pay, "--reference", "B1", "--amount", "749.99")
    assert "750.00元，不是749.99元" in told
    assert "750.00" in desk.does(*pay, *money)
    desk.does(*confirm, "--counterpart", NORTH, *money)
    assert not {row for row in left_to_do(desk, 1) if NORTH in row and SOUTH in row and row[0] == NORTH}
    shown = desk.does("clearing", "notices", MONTH)
    assert shown.count("2026-12-25") >= 3
    assert desk.types("ledger", "verify").exit_code == 0


def disputed(folder: Path) -> Desk:
    """September reconciled and disputed in one settlement of 750.00, before anybody signed."""
    nation = Nation()
    for day in ("2026-09-01", "2026-09-02"):
        nation.settle(day, SOUTH, NORTH)
    nation.go_to("2026-10-21")
    nation.reconcile(MONTH)
    nation.build(MONTH)
    desk = Desk(folder, nation.world.everything(), "2026-10-22")
    dispute = ("clearing", "dispute", MONTH, "s00001", "--province", NORTH, "--reason", "重复收费")
    assert "已提出异议" in desk.does(*dispute)
    return desk


@pytest.mark.parametrize(
    ("outcome", "words", "stands_fen"),
    [
        ("dismissed", (), 750_00),
        ("upheld", (), 0),
        ("corrected", ("--fund", "500.00", "--account", "50"), 550_00),
    ],
)
def test_a_dispute_holds_its_item_alone_until_the_nation_ends_it(
    tmp_path: Path, packs_read_once: None, outcome: str, words: tuple[str, ...], stands_fen: int
) -> None:
    desk = disputed(tmp_path)
    (row,) = desk.told("clearing", "disputes", "--month", MONTH)
    assert (row["settlement_id"], row["state"]) == ("s00001", "open")
    built = desk.told("clearing", "build", MONTH)
    assert (built["settlements"], built["held"]) == (1, 1)
    end = ("clearing", "resolve", "s00001", "--reason", "核实", "--outcome", outcome)
    if words:
        told = desk.refused(CORRECTION_OUT_OF_RANGE, *end, "--fund", "700.00", "--account", "50")
        assert "750.00元" in told
    desk.does(*end, *words)
    desk.refused(NO_OPEN_DISPUTE, *end, *words)
    (row,) = desk.told("clearing", "disputes", "--province", SOUTH)
    assert (row["state"], row["fund_fen"] + row["account_fen"]) == (outcome, stands_fen)
    assert format_yuan(stands_fen) in desk.does("clearing", "disputes")


def test_after_signing_a_deduction_and_a_refund_take_the_place_of_a_dispute(
    tmp_path: Path, packs_read_once: None
) -> None:
    nation = published()
    nation.transfer(MONTH)
    nation.settle("2026-10-05", EAST, NORTH)
    desk = Desk(tmp_path, nation.world.everything(), "2026-10-22")
    said = ("--province", NORTH, "--reason", "重复收费")
    told = desk.refused(DISPUTE_AFTER_SIGNING, "clearing", "dispute", MONTH, "s00001", *said)
    assert "审核扣减" in told
    there = ("s00001", "--province", SOUTH, "--reason", "超限用药", "--amount")
    desk.does("clearing", "deduct", *there, "100.00", "--finding", "SH-1", "--penalty", "20")
    desk.does("clearing", "refund", *there, "30.00", "--reference", "B9")
    rows = desk.told("clearing", "adjustments", "--province", SOUTH)
    assert {(row["way"], row["amount_fen"], row["month"]) for row in rows} == {
        ("deduction", 100_00, "2026-10"),
        ("refund", 30_00, "2026-10"),
    }
    assert "-100.00" in desk.does("clearing", "adjustments")
    assert balance(desk, SOUTH, "penalties") == -20_00
    assert desk.types("ledger", "verify").exit_code == 0


def balance(desk: Desk, place: str, account: str) -> int:
    """The balance of an account, by the ordinary trial balance."""
    rows: list[dict[str, Any]] = desk.told("ledger", "trial-balance", "--place", place)["ledgers"][place]
    return sum(row["balance_fen"] for row in rows if row["account"] == account)


def test_a_year_is_closed_when_all_of_it_is_cleared_and_only_once(
    tmp_path: Path, packs_read_once: None
) -> None:
    nation = Nation("2025-12-01")
    nation.settle("2025-12-03", SOUTH, NORTH)
    for month, day in (("2025-12", "2026-01-21"), ("2026-01", "2026-02-24"), ("2026-02", "2026-03-23")):
        nation.go_to(day)
        nation.reconcile(month)
        nation.clear(month)
    desk = Desk(tmp_path, nation.world.everything(), "2026-03-24")
    desk.refused(MONTH_NOT_OVER, "clearing", "close-year", "2026")
    assert "已关账" in desk.does("clearing", "close-year", "2025")
    desk.refused(YEAR_CLOSED, "clearing", "close-year", "2025")


def test_a_year_that_is_not_cleared_stays_open(tmp_path: Path, packs_read_once: None) -> None:
    nation = Nation("2025-12-01")
    nation.settle("2025-12-03", SOUTH, NORTH)
    desk = Desk(tmp_path, nation.world.everything(), "2026-03-24")
    desk.refused(YEAR_NOT_CLEARED, "clearing", "close-year", "2025")

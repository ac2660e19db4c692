"""A hospital's month at the command line of its care place: declared, accepted, deducted, paid, released."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import AWAY, HOSPITAL
from tests.edges.cli.desk import Desk
from tests.processes.payment.till import MONTH, Till
from yidi.domain.calendar.refusals import YEAR_NOT_LOADED
from yidi.domain.money import format_yuan
from yidi.processes.payment.refusals import (
    DECLARATION_STATE,
    DEDUCTION_TOO_LARGE,
    MIXED_INSTITUTIONS,
    RETENTION_TOO_SMALL,
)

HERE = ("--province", AWAY)
THERE = (*HERE, "--institution", HOSPITAL)


class Counter(Desk):
    """A desk at the care place on 2 April, after two settlements of March."""

    def __init__(self, folder: Path) -> None:
        till = Till()
        self.first, self.second = till.settled(2_000_00), till.settled(900_00)
        self.owed_fen = sum(row.fund_fen + row.account_fen for row in (self.first, self.second))
        super().__init__(folder, till.world.everything(), "2026-04-02")

    def declared(self) -> str:
        """Declare the month and return its number."""
        (row,) = self.told("payment", "declare", MONTH, *THERE)
        assert row["owed_fen"] == self.owed_fen
        return str(row["declaration"])

    def state(self, number: str) -> str:
        """The state in which a declaration is listed."""
        found = self.told("payment", "declarations", MONTH, *HERE)["declarations"]
        return next(str(row["state"]) for row in found if row["declaration_id"] == number)


@pytest.fixture
def counter(tmp_path: Path, packs_read_once: None) -> Counter:
    """The desk of the care place."""
    return Counter(tmp_path)


def test_a_month_is_declared_accepted_deducted_and_paid_by_the_areas_terms(counter: Counter) -> None:
    terms = ("--declare-by", 20, "--pay-within", 5, "--retention-bp", 1000, "--source", "服务协议2026")
    told = counter.does("payment", "agree", f"{AWAY[:2]}0100", *HERE, "--start", "2026-01-01", *terms)
    assert "10.00 %" in told
    number = counter.declared()
    assert counter.types("payment", "declare", MONTH, *THERE).exit_code == 1
    counter.refused(DECLARATION_STATE, "payment", "pay", number, *HERE)
    due_on = counter.told("payment", "accept", number, *HERE)["due_on"]
    assert due_on == "2026-04-27"
    assert due_on in counter.does("payment", "declarations", MONTH, *HERE)

    deduct = ("payment", "deduct", number, counter.first.settlement_id, *HERE, "--reason", "超量用药")
    counter.refused(DEDUCTION_TOO_LARGE, *deduct, "--amount", "99999")
    once = counter.told(*deduct, "--amount", "100.00")
    assert counter.told(*deduct, "--amount", "100.00") == once
    counter.refused(MIXED_INSTITUTIONS, "payment", "pay", number, number, *HERE)
    paid = counter.told("payment", "pay", number, *HERE)
    left_fen = counter.owed_fen - 100_00
    assert (paid["owed_fen"], paid["deducted_fen"]) == (counter.owed_fen, 100_00)
    assert paid["retained_fen"] == (left_fen * 1000 + 5_000) // 10_000
    assert paid["paid_fen"] == left_fen - paid["retained_fen"]
    assert counter.state(number) == "paid"
    assert counter.types("ledger", "verify").exit_code == 0


def test_what_was_held_back_is_shown_and_released_once(counter: Counter) -> None:
    number = counter.declared()
    counter.does("payment", "accept", number, *HERE)
    assert "实付 paid" in counter.does("payment", "pay", number, *HERE)
    (held,) = counter.told("payment", "retention", "2026", *THERE)["schemes"]
    assert held["held_fen"] == held["left_fen"] > 0
    release = ("payment", "release", "2026", *THERE, "--scheme", "310", "--reason", "考核合格", "--amount")
    told = counter.refused(RETENTION_TOO_SMALL, *release, format_yuan(held["held_fen"] + 1))
    assert format_yuan(held["held_fen"]) in told
    counter.does(*release, format_yuan(held["held_fen"]))
    counter.refused(RETENTION_TOO_SMALL, *release, "0.01")
    assert "2027-06-30" in counter.does("payment", "retention", "2026", *THERE)
    (left,) = counter.told("payment", "retention", "2026", *THERE)["schemes"]
    assert (left["released_fen"], left["left_fen"]) == (held["held_fen"], 0)


def test_a_declaration_is_sent_back_or_taken_back_and_made_again(counter: Counter) -> None:
    first = counter.declared()
    counter.does("payment", "return", first, *HERE, "--reason", "少附单据")
    counter.refused(DECLARATION_STATE, "payment", "withdraw", first, *THERE)
    second = counter.declared()
    counter.does("payment", "withdraw", second, *THERE)
    third = counter.declared()
    counter.does("payment", "accept", third, *HERE)
    states = [counter.state(number) for number in (first, second, third)]
    assert states == ["returned", "withdrawn", "accepted"]


def test_a_day_of_payment_in_a_year_that_is_not_loaded_is_refused_and_nothing_is_accepted(
    counter: Counter,
) -> None:
    counter.go_to("2026-12-30")
    number = counter.declared()
    told = counter.refused(YEAR_NOT_LOADED, "payment", "accept", number, *HERE)
    assert "2027" in told
    assert counter.state(number) == "declared"

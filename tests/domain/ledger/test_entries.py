"""Entries balance or do not exist; a settlement and its negative leave nothing behind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yidi.domain.ledger.accounts import Account, AccountKind, parse_account, personal, spent
from yidi.domain.ledger.entry import Entry, Line, balances
from yidi.domain.ledger.settlement import entry_of_answer, entry_of_booking, entry_of_claim

FEN = st.integers(-(10**14), 10**14)
SHARES = st.lists(st.tuples(st.sampled_from(["pool", "large_sum", "assistance"]), FEN), max_size=5)


def test_an_entry_out_of_balance_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="out of balance by 1 fen"):
        Entry("e", [Line("owed_to_province", "330000", "310", -99), Line("spent.pool.1", "", "310", 100)])


def test_lines_of_nothing_are_left_out() -> None:
    assert Entry("e", [Line("owed_to_province", "330000", "310", 0)]).lines == ()


@given(SHARES, FEN)
def test_every_booking_balances_and_owes_what_funds_and_account_pay(
    shares: list[tuple[str, int]], account_fen: int
) -> None:
    entry = entry_of_booking("e", "610100", "310", "330000", shares, account_fen)
    assert sum(line.amount_fen for line in entry.lines) == 0
    owed = balances(entry.lines).get(("owed_to_province", "330000", "310"), 0)
    assert -owed == sum(paid for _, paid in shares) + account_fen


@given(SHARES, FEN)
def test_an_entry_and_its_negative_leave_every_account_as_it_was(
    shares: list[tuple[str, int]], account_fen: int
) -> None:
    entry = entry_of_booking("e", "610100", "310", "330000", shares, account_fen)
    assert balances([*entry.lines, *entry.negated("u").lines]) == {}


@given(FEN, FEN)
def test_what_the_insured_province_owes_is_what_the_institution_is_owed(fund: int, account: int) -> None:
    entry = entry_of_answer("e", "610000", "H33010200001", "310", fund, account)
    found = balances(entry.lines)
    assert found.get(("due_from_province", "610000", "310"), 0) == fund + account
    assert found.get(("owed_to_institution", "H33010200001", "310"), 0) == -(fund + account)


def test_a_claim_owes_the_person_and_leaves_the_account_alone() -> None:
    entry = entry_of_claim("e", "610100", "310", "P1", [("pool", 70_00), ("assistance", 5_00)])
    assert balances(entry.lines) == {
        ("spent.pool.610100", "P1", "310"): 70_00,
        ("spent.assistance.610100", "P1", "310"): 5_00,
        ("owed_to_person", "P1", "310"): -75_00,
    }


@pytest.mark.parametrize("code", [spent("pool", "610100"), personal("610100"), "owed_to_province"])
def test_an_account_is_read_back_as_it_was_written(code: str) -> None:
    found = parse_account(code)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    "code", ["", "cash", "spent", "spent.610100", "personal.pool.610100", "owed_to_person.x"]
)
def test_a_code_outside_the_chart_is_none(code: str) -> None:
    assert parse_account(code) is None


def test_a_fund_of_an_area_has_an_account_of_its_own() -> None:
    assert Account(AccountKind.SPENT, "pool", "140200").code == "spent.pool.140200"

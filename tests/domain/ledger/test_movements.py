"""Money that moves: every entry balances, two provinces mirror each other, no fund pays a fee."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yidi.domain.ledger import accounts, deduction, movement
from yidi.domain.ledger.accounts import MIRRORS, NO_FUND, AccountKind, of_a_fund, parse_account
from yidi.domain.ledger.balance import by_account, faults_of, trial_balance
from yidi.domain.ledger.entry import Entry, Line, balances
from yidi.domain.ledger.movement import Transfer
from yidi.domain.ledger.refusals import FEE_AGAINST_A_FUND
from yidi.domain.ledger.settlement import entry_of_answer, entry_of_booking
from yidi.domain.refusal import Refusal

HOME, AWAY, PLACE = "610000", "330000", "H33010200001"
FEN = st.integers(-(10**14), 10**14)
POSITIVE = st.integers(1, 10**13)


def paired(home: list[Line], away: list[Line]) -> dict[str, int]:
    """Sum what the two provinces have with each other, per account of the insured place."""
    found: dict[str, int] = {}
    for ours, theirs in MIRRORS.items():
        with_each_other = [
            line.amount_fen for line in home if (line.account, line.counterpart) == (ours, AWAY)
        ]
        with_each_other += [
            line.amount_fen for line in away if (line.account, line.counterpart) == (theirs, HOME)
        ]
        found[ours] = sum(with_each_other)
    return found


def makers(fen: int) -> list[Entry | Refusal]:
    """One entry of every kind, all of the same amount."""
    there, here = [Transfer(AWAY, "310", fen)], [Transfer(HOME, "310", fen)]
    shares = [("pool", 7), ("assistance", 2), ("personal", 1)]
    return [
        movement.entry_of_prepayment_paid("e", there),
        movement.entry_of_prepayment_received("e", here),
        movement.entry_of_clearing_paid("e", there),
        movement.entry_of_clearing_received("e", here),
        movement.entry_of_collection("e", "610100", "310", fen),
        movement.entry_of_institution_payment("e", PLACE, "310", abs(fen), abs(fen) // 20),
        movement.entry_of_retention_released("e", PLACE, "310", fen),
        movement.entry_of_penalty("e", PLACE, fen),
        movement.entry_of_interest("e", "bank", fen),
        movement.entry_of_bank_fee("e", "bank", accounts.OWN_ACCOUNT, fen),
        movement.entry_of_unknown_receipt("e", "payer", fen),
        movement.entry_of_receipt_explained("e", "payer", accounts.DUE_FROM_PROVINCE, HOME, "310", fen),
        deduction.entry_of_deduction("e", HOME, PLACE, "310", fen),
        deduction.entry_of_recovery("e", HOME, PLACE, "310", fen),
        deduction.entry_of_deduction_heard("e", "610100", AWAY, "310", shares, fen),
        deduction.entry_of_recovery_heard("e", "610100", AWAY, "310", shares, fen),
        deduction.entry_of_deduction_cleared("e", here[0]),
        deduction.entry_of_deduction_offset("e", there[0]),
        deduction.entry_of_recovery_cleared("e", here[0]),
        deduction.entry_of_recovery_offset("e", there[0]),
    ]


@given(FEN)
def test_every_kind_of_entry_balances_and_stays_within_the_chart(fen: int) -> None:
    for entry in makers(fen):
        assert isinstance(entry, Entry)
        assert sum(line.amount_fen for line in entry.lines) == 0
        assert all(parse_account(line.account) for line in entry.lines)
        assert bool(entry.lines) == bool(fen)


@given(FEN)
def test_an_entry_and_its_negative_leave_nothing(fen: int) -> None:
    for entry in makers(fen):
        assert isinstance(entry, Entry)
        assert balances([*entry.lines, *entry.negated("u").lines]) == {}


@given(st.lists(st.tuples(st.sampled_from(["settled", "prepaid", "cleared", "deducted", "recovered"]), FEN)))
def test_two_provinces_mirror_each_other_after_any_history(history: list[tuple[str, int]]) -> None:
    home: list[Line] = []
    away: list[Line] = []
    play: dict[str, Callable[[int], tuple[list[Entry], list[Entry]]]] = {
        "settled": lambda fen: (
            [entry_of_booking("e", "610100", "310", AWAY, [("pool", fen)], 0)],
            [entry_of_answer("e", HOME, PLACE, "310", fen, 0)],
        ),
        "prepaid": lambda fen: (
            [movement.entry_of_prepayment_paid("e", [Transfer(AWAY, "310", fen)])],
            [movement.entry_of_prepayment_received("e", [Transfer(HOME, "310", fen)])],
        ),
        "cleared": lambda fen: (
            [movement.entry_of_clearing_paid("e", [Transfer(AWAY, "310", fen)])],
            [movement.entry_of_clearing_received("e", [Transfer(HOME, "310", fen)])],
        ),
        "deducted": lambda fen: (
            [
                deduction.entry_of_deduction_heard("e", "610100", AWAY, "310", [("pool", 1)], fen),
                deduction.entry_of_deduction_offset("e", Transfer(AWAY, "310", fen // 2)),
            ],
            [
                deduction.entry_of_deduction("e", HOME, PLACE, "310", fen),
                deduction.entry_of_deduction_cleared("e", Transfer(HOME, "310", fen // 2)),
            ],
        ),
        "recovered": lambda fen: (
            [
                deduction.entry_of_recovery_heard("e", "610100", AWAY, "310", [("pool", 1)], fen),
                deduction.entry_of_recovery_offset("e", Transfer(AWAY, "310", fen)),
            ],
            [
                deduction.entry_of_recovery("e", HOME, PLACE, "310", fen),
                deduction.entry_of_recovery_cleared("e", Transfer(HOME, "310", fen)),
            ],
        ),
    }
    for what, fen in history:
        ours, theirs = play[what](fen)
        home += [line for entry in ours for line in entry.lines]
        away += [line for entry in theirs for line in entry.lines]
    assert set(paired(home, away).values()) <= {0}
    assert faults_of(trial_balance(home)) == faults_of(trial_balance(away)) == ()


def test_a_bank_fee_is_refused_against_any_account_but_the_agencys_own() -> None:
    for kind in AccountKind:
        code = {"spent": "spent.pool.610100"}.get(kind, kind.value)
        code = code + ".610100" if kind in (AccountKind.PERSONAL, AccountKind.COLLECTED_FROM_AREA) else code
        assert of_a_fund(code) == (kind not in NO_FUND)
        made = movement.entry_of_bank_fee("e", "bank", code, 5_00)
        if kind is AccountKind.OWN_ACCOUNT:
            assert isinstance(made, Entry)
        else:
            assert isinstance(made, Refusal)
            assert made.code == FEE_AGAINST_A_FUND.code
            assert code in made.cause_en


@given(POSITIVE)
def test_penalties_and_fees_touch_no_fund(fen: int) -> None:
    for entry in (
        movement.entry_of_penalty("e", PLACE, fen),
        movement.entry_of_bank_fee("e", "bank", accounts.OWN_ACCOUNT, fen),
    ):
        assert isinstance(entry, Entry)
        assert not any(of_a_fund(line.account) for line in entry.lines)


def test_interest_belongs_to_the_care_place_and_no_province_is_concerned() -> None:
    entry = movement.entry_of_interest("e", "bank", 12_34)
    assert balances(entry.lines) == {
        ("fiscal_account", "bank", ""): 12_34,
        ("interest", "bank", ""): -12_34,
    }


def test_a_recovery_ends_in_the_funds_that_had_paid_by_what_each_paid() -> None:
    shares = [("pool", 80_00), ("large_sum", 15_00), ("personal", 5_00)]
    entry = deduction.entry_of_recovery_heard("e", "610100", AWAY, "310", shares, 10_01)
    assert balances(entry.lines) == {
        ("recovered_by_province", AWAY, "310"): 10_01,
        ("spent.pool.610100", AWAY, "310"): -8_01,
        ("spent.large_sum.610100", AWAY, "310"): -1_50,
        ("personal.610100", AWAY, "310"): -50,
    }


def test_a_retention_is_part_of_what_is_owed_and_is_paid_out_later() -> None:
    paid = movement.entry_of_institution_payment("e", PLACE, "310", 100_00, 5_00)
    assert balances(paid.lines)["retained_from_institution", PLACE, "310"] == -5_00
    released = movement.entry_of_retention_released("r", PLACE, "310", 5_00)
    left = balances([*paid.lines, *released.lines])
    assert left == {("owed_to_institution", PLACE, "310"): 100_00, ("fiscal_account", PLACE, "310"): -100_00}
    with pytest.raises(ValueError, match="part of what is owed"):
        movement.entry_of_institution_payment("e", PLACE, "310", 100_00, 100_01)


def test_suspense_is_empty_once_the_receipt_is_explained() -> None:
    came = movement.entry_of_unknown_receipt("e", "payer", 7_00)
    known = movement.entry_of_receipt_explained("x", "payer", accounts.DUE_FROM_PROVINCE, HOME, "390", 7_00)
    assert balances([*came.lines, *known.lines]) == {
        ("fiscal_account", "payer", ""): 7_00,
        ("due_from_province", HOME, "390"): -7_00,
    }


LINES = st.lists(
    st.builds(
        Line,
        st.sampled_from(["fiscal_account", "suspense", "interest"]),
        st.sampled_from([HOME, AWAY]),
        st.sampled_from(["310", "390"]),
        FEN.filter(bool),
    )
)


@given(LINES)
def test_a_trial_balance_tells_debits_credits_and_postings_apart(lines: list[Line]) -> None:
    rows = trial_balance(lines)
    assert {row[:3]: row.balance_fen for row in rows if row.balance_fen} == balances(lines)
    assert sum(row.postings for row in by_account(rows)) == len(lines)
    assert sum(row.debit_fen for row in rows) == sum(line.amount_fen for line in lines if line.amount_fen > 0)


def test_a_trial_balance_names_what_cannot_be() -> None:
    rows = trial_balance([Line("fiscal_account", AWAY, "310", 5), Line("cash", AWAY, "310", -4)])
    assert faults_of(rows) == ("cash: not in the chart of accounts", "the ledger is out of balance by 1 fen")

"""Institutions are paid what they declared, less deductions and retention; every fen is in the ledger."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import AWAY, HOME, HOME_HOSPITAL
from tests.processes.payment.till import Till
from tests.world import codes_in
from yidi.domain.ledger.balance import faults_of, trial_balance
from yidi.domain.ledger.entry import Line
from yidi.processes.payment import refusals as kinds
from yidi.processes.payment.commands import AskRetention, RetentionFound, RetentionShown
from yidi.processes.payment.records import Declaration, DeclarationDeduction, InstitutionPayment
from yidi.processes.ports.deciding import Done
from yidi.processes.settlement.records import Posting


def test_a_payment_clears_what_is_owed_less_what_is_held_back() -> None:
    till = Till()
    settled = till.settled(2_000_00)
    till.month_passes()
    owed_fen = settled.fund_fen + settled.account_fen
    assert till.ledger(AWAY)["owed_to_institution"] == -owed_fen
    paid = till.paid(till.accepted(settled))
    assert paid.owed_fen == owed_fen == paid.paid_fen + paid.retained_fen
    assert paid.retained_fen == (owed_fen * 500 + 5_000) // 10_000
    ledger = till.ledger(AWAY)
    assert "owed_to_institution" not in ledger
    assert ledger["retained_from_institution"] == -paid.retained_fen
    assert ledger["fiscal_account"] == -paid.paid_fen
    assert till.world.records(Declaration)[-1].payment_id == paid.payment_id


def test_a_deduction_is_owed_to_the_insured_place_and_not_paid() -> None:
    till = Till()
    settled = till.settled(2_000_00)
    till.month_passes()
    number = till.accepted(settled)
    assert isinstance(till.deduct(number, settled, 100_00), Done)
    paid = till.paid(number)
    assert paid.deducted_fen == 100_00
    assert paid.owed_fen == paid.deducted_fen + paid.retained_fen + paid.paid_fen
    ledger = till.ledger(AWAY)
    assert ledger["deducted_for_province"] == -100_00
    assert "owed_to_institution" not in ledger
    (row,) = till.world.records(DeclarationDeduction)
    assert (row.insured, row.scheme) == ("610000", "310")


def test_a_deducted_and_paid_settlement_that_is_cancelled_comes_back_once() -> None:
    till = Till()
    settled = till.settled(2_000_00)
    till.month_passes()
    number = till.accepted(settled)
    till.deduct(number, settled, 100_00)
    first = till.paid(number)
    negative, large = till.refund(settled), till.settled(9_000_00)
    till.world.passes(days=30)
    april = {"month": "2026-04", "since": "2026-04-01", "until": "2026-04-30"}
    paid = till.paid(till.accepted(negative, large, **april))  # type: ignore[arg-type]
    assert paid.deducted_fen == -100_00
    handed_out = first.paid_fen + first.retained_fen + paid.paid_fen + paid.retained_fen
    assert handed_out == large.fund_fen
    away, home = till.ledger(AWAY), till.ledger(HOME)
    assert "owed_to_institution" not in away
    assert "deducted_for_province" not in away
    assert away["due_from_province"] == -home["owed_to_province"] == large.fund_fen
    assert sum(fen for account, fen in home.items() if account.startswith("spent")) == large.fund_fen


def test_within_one_province_a_deduction_goes_back_to_the_funds_at_once_and_is_withdrawn_with_its_visit() -> (
    None
):
    till = Till(hospital=HOME_HOSPITAL)
    settled = till.settled(2_000_00)
    till.month_passes()
    number = till.accepted(settled)
    assert isinstance(till.deduct(number, settled, 100_00), Done)
    ledger = till.ledger(HOME)
    left_fen = settled.fund_fen - 100_00
    assert ledger["due_from_province"] == -ledger["owed_to_province"] == left_fen
    assert not {"deducted_for_province", "deducted_by_province"} & ledger.keys()
    till.paid(number)
    till.refund(settled)
    ledger = till.ledger(HOME)
    assert not {
        account for account in ledger if account.startswith(("spent", "due", "owed_to_province", "deducted"))
    }
    assert ledger["owed_to_institution"] == left_fen


def test_no_more_is_deducted_than_was_settled_and_nothing_before_acceptance_or_after_payment() -> None:
    till = Till()
    settled, other = till.settled(2_000_00), till.settled(900_00)
    till.month_passes()
    number = till.declared(settled, other)
    assert codes_in(till.deduct(number, settled, 1_00)) == {kinds.DECLARATION_STATE.code}
    till.accept(number)
    whole_fen = settled.fund_fen + settled.account_fen
    till.deduct(number, settled, whole_fen)
    for amount_fen in (1, 0, -1):
        assert codes_in(till.deduct(number, settled, amount_fen)) == {kinds.DEDUCTION_TOO_LARGE.code}
    strange = till.settled(500_00)
    assert codes_in(till.deduct(number, strange, 1_00)) == {kinds.DETAIL_UNKNOWN.code}
    till.paid(number)
    assert codes_in(till.deduct(number, other, 1_00)) == {kinds.DECLARATION_STATE.code}


def test_a_declaration_is_paid_once_and_only_after_acceptance() -> None:
    till = Till()
    settled = till.settled(900_00)
    till.month_passes()
    number = till.declared(settled)
    assert codes_in(till.pay(number)) == {kinds.DECLARATION_STATE.code}
    till.accept(number)
    till.paid(number)
    assert codes_in(till.pay(number)) == {kinds.DECLARATION_STATE.code}
    assert codes_in(till.pay("Q0")) == {kinds.DECLARATION_UNKNOWN.code}
    assert codes_in(till.pay()) == {kinds.MIXED_INSTITUTIONS.code}
    assert len(till.world.records(InstitutionPayment)) == 1


def test_the_same_declaration_twice_in_one_payment_is_refused() -> None:
    till = Till()
    settled = till.settled(900_00)
    till.month_passes()
    number = till.accepted(settled)
    assert codes_in(till.pay(number, number)) == {kinds.MIXED_INSTITUTIONS.code}


def test_a_negative_month_is_paid_together_with_the_next_and_reduces_it() -> None:
    till = Till()
    gone = till.settled(900_00)
    till.month_passes()
    till.paid(till.accepted(gone))
    negative, settled = till.refund(gone), till.settled(5_000_00)
    till.world.passes(days=30)
    april = {"month": "2026-04", "since": "2026-04-01", "until": "2026-04-30"}
    number = till.accepted(negative, settled, **april)  # type: ignore[arg-type]
    paid = till.paid(number)
    assert paid.owed_fen == settled.fund_fen - gone.fund_fen
    assert "owed_to_institution" not in till.ledger(AWAY)


def test_retention_is_released_in_parts_and_never_more_than_was_held() -> None:
    till = Till()
    settled = till.settled(2_000_00)
    till.month_passes()
    held_fen = till.paid(till.accepted(settled)).retained_fen
    assert codes_in(till.release(held_fen + 1)) == {kinds.RETENTION_TOO_SMALL.code}
    assert isinstance(till.release(held_fen - 1), Done)
    assert codes_in(till.release(2)) == {kinds.RETENTION_TOO_SMALL.code}
    assert codes_in(till.release(0)) == {kinds.RETENTION_TOO_SMALL.code}
    assert isinstance(till.release(1), Done)
    assert "retained_from_institution" not in till.ledger(AWAY)
    assert codes_in(till.release(1, year="2025")) == {kinds.RETENTION_TOO_SMALL.code}


def test_what_is_held_back_is_shown_by_scheme_and_is_overdue_after_the_year_was_judged() -> None:
    till = Till()
    settled = till.settled(2_000_00)
    till.month_passes()
    held_fen = till.paid(till.accepted(settled)).retained_fen
    till.release(1)
    named = {"institution_code": till.hospital, "year": "2026"}
    found = till.agency(AskRetention, **named)
    assert isinstance(found, RetentionFound)
    assert found.schemes == (RetentionShown("310", held_fen, 1, held_fen - 1),)
    assert (found.due_on, found.overdue_days) == ("2027-06-30", 0)
    till.world.passes(days=459)
    late = till.agency(AskRetention, **named)
    assert isinstance(late, RetentionFound)
    assert late.overdue_days == 5
    till.release(held_fen - 1)
    done = till.agency(AskRetention, **named)
    assert isinstance(done, RetentionFound)
    assert done.overdue_days == 0
    for year in ("now", "9999", ""):
        assert codes_in(till.agency(AskRetention, **named | {"year": year})) == {kinds.NOT_A_MONTH.code}


def test_the_areas_own_agreement_says_what_is_held_back() -> None:
    till = Till()
    till.agree(retention_bp=1000)
    settled = till.settled(2_000_00)
    till.month_passes()
    paid = till.paid(till.accepted(settled))
    assert paid.retained_fen == (paid.owed_fen * 1000 + 5_000) // 10_000


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 9_000_00), st.booleans(), st.integers(0, 99)), min_size=1, max_size=5)
)
def test_after_payment_nothing_is_owed_and_the_ledger_balances(bills: list[tuple[int, bool, int]]) -> None:
    till = Till()
    kept = []
    for total_fen, undone, part in bills:
        settled = till.settled(total_fen)
        if undone:
            till.refund(settled)
        elif settled.fund_fen:
            kept.append((settled, settled.fund_fen * part // 100))
    till.month_passes()
    if kept:
        number = till.accepted(figures=till.figures(*_live(till)))
        for settled, part_fen in kept:
            till.deduct(number, settled, part_fen)
        till.paid(number)
    assert till.ledger(AWAY).get("owed_to_institution", 0) == 0
    rows = till.world.records(Posting)
    lines = [Line(row.account, row.counterpart, row.scheme, row.amount_fen) for row in rows]
    assert not faults_of(trial_balance(lines))


def _live(till: Till) -> list[object]:
    from yidi.processes.payment.month import settled_of
    from yidi.processes.settlement.records import SettlementAnswered

    rows = [settled_of(row) for row in till.world.records(SettlementAnswered)]
    gone = {row.undoes for row in rows if row.undoes}
    return [row for row in rows if not row.undoes and row.settlement_id not in gone]

"""A settlement undone after it was deducted, disputed, refunded or paid comes back once, to the fen."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime

import pytest

from tests.processes.clearing.hospitals import Hospitals, money_handlers
from tests.processes.clearing.nation import NORTH, SOUTH
from tests.processes.settlement.counter import HoldingWorld
from tests.world import codes_in, refusals_in
from yidi.domain.dates import SHANGHAI
from yidi.domain.ledger.accounts import DUE_FROM_PROVINCE, MIRRORS, OWED_TO_INSTITUTION, OWED_TO_PROVINCE
from yidi.processes.clearing import refusals as kinds
from yidi.processes.clearing.commands import DisputeResolved, DisputeState, RefundAfterClearing
from yidi.processes.clearing.records import ClearingAdjustment, ClearingLine
from yidi.processes.payment import refusals as payment_kinds
from yidi.processes.payment.records import DeclarationDeduction
from yidi.processes.ports.deciding import NATION, Reply

DUE = 750_00
BASE, BIG = "s00001", 5_000_00
"""In every month a large settlement of the same pair keeps the sums above nothing."""
MONTHS = ("2026-09", "2026-10", "2026-11", "2026-12")
CUT = {"2026-09": "2026-10-21", "2026-10": "2026-11-23", "2026-11": "2026-12-21", "2026-12": "2027-01-21"}


class Case(Hospitals):
    """One settlement among large ones, and what happens to it month by month."""

    def __init__(self) -> None:
        noon = datetime(2026, 9, 15, 10, tzinfo=SHANGHAI)
        self.post = HoldingWorld(money_handlers(), noon)
        self.post.held = deque()
        super().__init__("2026-09-15", self.post)
        self.settle("2026-09-01", fund_fen=BIG, account_fen=0)
        self.number = self.settle("2026-09-02")
        self.large = 1

    def over(self, month: str, pay: bool = True) -> None:
        """Let a month be declared, paid and cleared."""
        if not self.open_declarations(SOUTH):
            self.accept(month)
        if pay:
            self.pay_hospitals()
        self.go_to(CUT[month])
        self.reconcile(month)
        if month <= "2026-10":
            self.clear(month)
            after = MONTHS[MONTHS.index(month) + 1]
            self.settle(f"{after}-01", fund_fen=BIG, account_fen=0)
            self.large += 1
        else:
            self.build(month)

    def refund(self, fen: int) -> Reply:
        """Have the hospital pay part of it back."""
        said = {"settlement_id": self.number, "reason": "退费", "reference": "T"}
        return self.ask(RefundAfterClearing, SOUTH, amount_fen=fen, **said)

    def finish(self) -> None:
        """Declare and pay everything, and let one more table give back what is still open."""
        for month in MONTHS[: 1 + MONTHS.index(self.world.today[:7])]:
            self.accept(month)
        self.pay_hospitals()


def settle_matters(case: Case, expected_fen: int) -> None:
    """Nothing is left between anybody but `expected_fen` of the settlement beside the large ones."""
    whole_fen = case.large * BIG + expected_fen
    tables = [row for row in case.world.records(ClearingLine) if row.jurisdiction == NATION]
    last = {row.month: row.table_version for row in tables}
    lines = [row for row in tables if row.table_version == last[row.month]]
    cleared = sum(row.fund_fen + row.account_fen for row in lines)
    assert cleared == whole_fen - BIG * (case.large - len(last))
    north, south = case.ledger(NORTH), case.ledger(SOUTH)
    funds = [
        fen
        for (account, care, _), fen in north.items()
        if care == SOUTH and account[:8] in ("spent.po", "personal")
    ]
    assert sum(funds) == whole_fen
    for own, other in MIRRORS.items():
        assert north.get((own, SOUTH, "310"), 0) == -south.get((other, NORTH, "310"), 0), own


def deducted(case: Case) -> None:
    """An audit takes a part after the clearing."""
    assert refusals_in(case.deduct(case.number, 100_00, penalty_fen=7_00)) == ()


def deducted_twice(case: Case) -> None:
    """Two audits take parts that no fund divides evenly."""
    assert refusals_in(case.deduct(case.number, 33_33)) == ()
    assert refusals_in(case.deduct(case.number, 44_45)) == ()


def refunded(case: Case) -> None:
    """The hospital pays a part back."""
    assert refusals_in(case.refund(100_01)) == ()


def nothing(case: Case) -> None:
    """Nothing is corrected."""


@pytest.mark.parametrize("corrected", [nothing, deducted, deducted_twice, refunded])
def test_what_is_undone_after_its_clearing_leaves_the_ledgers_as_if_it_never_was(
    corrected: Callable[[Case], None],
) -> None:
    case = Case()
    case.over("2026-09")
    corrected(case)
    case.undo(case.number, "2026-10-25")
    case.over("2026-10")
    case.over("2026-11")
    case.finish()
    settle_matters(case, 0)
    south = case.ledger(SOUTH)
    assert south.get((OWED_TO_INSTITUTION, "H1", "310"), 0) == 0
    back_in_cash = 100_01 if corrected is refunded else 0
    assert case.handed_out(SOUTH) == case.large * BIG + back_in_cash
    assert south.get(("penalties", "H1", ""), 0) == (-7_00 if corrected is deducted else 0)


@pytest.mark.parametrize("outcome", [DisputeState.UPHELD, DisputeState.CORRECTED])
@pytest.mark.parametrize("first", ["resolved", "undone"])
def test_a_struck_settlement_and_its_undoing_meet_in_any_order(outcome: DisputeState, first: str) -> None:
    case = Case()
    case.accept("2026-09")
    case.pay_hospitals()
    case.go_to(CUT["2026-09"])
    case.reconcile("2026-09")
    case.build("2026-09")
    case.dispute("2026-09", case.number)
    case.clear("2026-09")
    case.settle("2026-10-01", fund_fen=BIG, account_fen=0)
    case.large += 1
    stands = {"fund_fen": 600_00, "account_fen": 20_00} if outcome is DisputeState.CORRECTED else {}
    if first == "resolved":
        assert refusals_in(case.resolve(case.number, outcome, **stands)) == ()
        case.undo(case.number, "2026-10-25")
    else:
        case.post.held_kinds = (DisputeResolved,)
        assert refusals_in(case.resolve(case.number, outcome, **stands)) == ()
        case.undo(case.number, "2026-10-25")
        case.post.held_kinds = ()
        case.post.deliver(*case.post.held)
    case.over("2026-10")
    case.over("2026-11")
    case.finish()
    settle_matters(case, 0)
    assert case.ledger(SOUTH).get((OWED_TO_INSTITUTION, "H1", "310"), 0) == 0
    assert case.handed_out(SOUTH) == case.large * BIG


def test_a_dispute_about_what_undoes_another_can_only_be_dismissed() -> None:
    case = Case()
    case.over("2026-09")
    negative = case.undo(case.number, "2026-10-05")
    case.accept("2026-10")
    case.go_to(CUT["2026-10"])
    case.reconcile("2026-10")
    case.build("2026-10")
    assert refusals_in(case.dispute("2026-10", negative)) == ()
    for outcome in (DisputeState.UPHELD, DisputeState.CORRECTED):
        assert codes_in(case.resolve(negative, outcome)) == {kinds.UNDONE_SINCE.code}
    assert refusals_in(case.resolve(negative, DisputeState.DISMISSED)) == ()


def test_a_deduction_before_payment_is_given_back_to_the_insured_place_once() -> None:
    case = Case()
    declaration = case.accept("2026-09")[SOUTH]
    assert refusals_in(case.deduct_declared(SOUTH, declaration, case.number, 100_00)) == ()
    case.over("2026-09")
    case.over("2026-10")
    assert codes_in(case.deduct(case.number, DUE - 100_00 + 1)) == {kinds.MORE_THAN_CLEARED.code}
    case.over("2026-11")
    case.finish()
    settle_matters(case, DUE - 100_00)
    assert case.handed_out(SOUTH) == case.large * BIG + DUE - 100_00


def test_an_audit_after_the_clearing_takes_from_a_declaration_that_is_not_paid_yet() -> None:
    case = Case()
    declaration = case.accept("2026-09")[SOUTH]
    case.over("2026-09", pay=False)
    assert refusals_in(case.deduct(case.number, 100_00)) == ()
    (row,) = case.world.records(DeclarationDeduction)
    assert row.declaration_id == declaration
    too_much = case.deduct_declared(SOUTH, declaration, case.number, DUE - 100_00 + 1)
    assert codes_in(too_much) == {payment_kinds.DEDUCTION_TOO_LARGE.code}
    case.pay_hospitals()
    assert case.handed_out(SOUTH) == BIG + DUE - 100_00


def test_an_audit_of_a_paid_settlement_is_taken_from_the_next_payment_once() -> None:
    case = Case()
    case.over("2026-09")
    assert refusals_in(case.deduct(case.number, 100_00)) == ()
    assert case.ledger(SOUTH)[(OWED_TO_INSTITUTION, "H1", "310")] == 100_00 - BIG
    case.over("2026-10")
    case.over("2026-11")
    case.finish()
    assert case.handed_out(SOUTH) == case.large * BIG + DUE - 100_00
    assert case.ledger(SOUTH).get((OWED_TO_INSTITUTION, "H1", "310"), 0) == 0


def test_a_dispute_that_strikes_more_than_a_deduction_has_left_withdraws_the_deduction() -> None:
    case = Case()
    declaration = case.accept("2026-09")[SOUTH]
    case.go_to(CUT["2026-09"])
    case.reconcile("2026-09")
    case.build("2026-09")
    case.dispute("2026-09", case.number)
    case.clear("2026-09")
    assert refusals_in(case.deduct_declared(SOUTH, declaration, case.number, 100_00)) == ()
    assert refusals_in(case.resolve(case.number, DisputeState.UPHELD)) == ()
    amounts = [row.amount_fen for row in case.world.records(ClearingAdjustment) if row.jurisdiction == SOUTH]
    assert amounts == [100_00, -100_00]
    case.pay_hospitals()
    assert case.handed_out(SOUTH) == BIG
    ledger = case.ledger(SOUTH)
    assert ledger.get((OWED_TO_INSTITUTION, "H1", "310"), 0) == 0
    assert ledger.get((DUE_FROM_PROVINCE, NORTH, "310"), 0) == 0
    assert case.ledger(NORTH).get((OWED_TO_PROVINCE, SOUTH, "310"), 0) == 0


def test_a_declaration_that_comes_to_nothing_ends_as_paid() -> None:
    case = Case()
    case.over("2026-09")
    gone = case.settle("2026-10-02", fund_fen=80_00, account_fen=0)
    case.undo(gone, "2026-10-03")
    case.undo("s00003", "2026-10-03")
    case.accept("2026-10")
    case.pay_hospitals()
    assert case.open_declarations(SOUTH) == []

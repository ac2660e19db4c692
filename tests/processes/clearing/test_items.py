"""Single matters: what waits, what is disputed, what comes late, what is deducted and paid back."""

from __future__ import annotations

import pytest

from tests.processes.clearing.nation import EAST, EMPLOYEE, NORTH, SOUTH, Nation
from tests.world import World, codes_in, refusals_in
from yidi.domain.calendar.working_days import Calendar
from yidi.domain.ledger.accounts import (
    DEDUCTED_BY_PROVINCE,
    DEDUCTED_FOR_PROVINCE,
    DUE_FROM_PROVINCE,
    FISCAL_ACCOUNT,
    OWED_TO_INSTITUTION,
    OWED_TO_PROVINCE,
    PENALTIES,
    personal,
    spent,
)
from yidi.edges.packs.calendar import read_calendar
from yidi.edges.packs.money import read_money_terms
from yidi.processes.clearing.commands import (
    Direction,
    DisputeState,
    HandToFinance,
    Overdue,
    PayNotice,
    RefundAfterClearing,
    Urge,
)
from yidi.processes.clearing.decide import handlers as clearing
from yidi.processes.clearing.records import ClearingItem, ClearingLine, ClearingUrged
from yidi.processes.clearing.refusals import MORE_THAN_CLEARED, UNDONE_SINCE
from yidi.processes.ports.deciding import NATION
from yidi.processes.prepayment.decide import handlers as prepayment

AREA = "140100"


def kinds(nation: Nation, month: str, version: int = 0) -> dict[str, int]:
    """Return what the nation's table has to pay, by kind of line; its last version unless told."""
    rows = [
        row for row in nation.world.records(ClearingLine) if (row.jurisdiction, row.month) == (NATION, month)
    ]
    version = version or max((row.table_version for row in rows), default=0)
    found: dict[str, int] = {}
    for row in rows:
        if row.table_version == version:
            found[row.kind] = found.get(row.kind, 0) + row.fund_fen + row.account_fen
    return found


def next_month(nation: Nation, month: str) -> None:
    """Go to the 21st after the end of a month, with every day reconciled."""
    number = int(month[5:]) + 1
    nation.go_to(f"2026-{number:02d}-21")
    nation.reconcile(month)


def test_a_settlement_that_arrives_after_the_cut_off_enters_the_next_month_as_late() -> None:
    nation = Nation()
    nation.settle("2026-09-01")
    late = nation.settle("2026-09-30", SOUTH, NORTH, 40_00, 0, returned="2026-10-25")
    nation.differs(late, "2026-09-30", copy="")
    next_month(nation, "2026-09")
    assert nation.clear("2026-09").held == 1
    nation.differs(late, "2026-09-30", "repaired", 2)
    next_month(nation, "2026-10")
    nation.clear("2026-10")
    assert (kinds(nation, "2026-09"), kinds(nation, "2026-10")) == ({"settled": 750_00}, {"late": 40_00})
    assert nation.cleared() == {"s00001": ["2026-09"], late: ["2026-10"]}


def test_what_is_later_than_two_months_waits_for_the_closing_of_its_year() -> None:
    nation = Nation("2026-06-15")
    nation.settle("2026-06-16", returned="2026-10-01")
    for month in ("2026-06", "2026-07", "2026-08", "2026-09", "2026-10"):
        next_month(nation, month)
        assert nation.build(month).settlements == 0
    nation.go_to("2027-01-21")
    assert [row.settlement_id for row in nation.chosen("2026-12", "2027-01-21").late] == ["s00001"]


def test_an_open_difference_keeps_its_settlement_out_until_it_is_repaired() -> None:
    nation = Nation()
    number = nation.settle("2026-09-01")
    nation.settle("2026-09-02", EAST, NORTH, 40_00, 0)
    nation.differs(number, "2026-09-01", "case")
    next_month(nation, "2026-09")
    assert nation.build("2026-09").held == 1
    held = nation.own(NORTH, "2026-09").sums
    assert [(row.counterpart, row.fund_fen) for row in held] == [(EAST, 40_00)]
    nation.sign("2026-09")
    nation.publish("2026-09")
    nation.differs(number, "2026-09-01", "repaired", 2)
    next_month(nation, "2026-10")
    nation.clear("2026-10")
    assert nation.cleared() == {"s00002": ["2026-09"], number: ["2026-10"]}


def disputed() -> tuple[Nation, str]:
    """Two settlements of September; the north disputes the first, all sign the second version."""
    nation = Nation()
    number = nation.settle("2026-09-01")
    nation.settle("2026-09-02", EAST, NORTH, 40_00, 0)
    next_month(nation, "2026-09")
    nation.build("2026-09")
    assert refusals_in(nation.dispute("2026-09", number)) == ()
    assert [row.code for row in refusals_in(nation.publish("2026-09"))][-1] == "FUNDS-55"
    assert (nation.build("2026-09").version, kinds(nation, "2026-09")) == (2, {"settled": 40_00})
    nation.sign("2026-09")
    assert refusals_in(nation.publish("2026-09")) == ()
    nation.transfer("2026-09")
    return nation, number


@pytest.mark.parametrize(
    ("outcome", "amounts", "october", "owed_fen"),
    [
        (DisputeState.DISMISSED, {}, {"late": 750_00}, 750_00),
        (DisputeState.UPHELD, {}, {}, 0),
        (DisputeState.CORRECTED, {"fund_fen": 500_00, "account_fen": 50_00}, {"late": 550_00}, 550_00),
    ],
)
def test_a_disputed_settlement_waits_without_stopping_the_run(
    outcome: DisputeState, amounts: dict[str, int], october: dict[str, int], owed_fen: int
) -> None:
    nation, number = disputed()
    assert refusals_in(nation.resolve(number, outcome, **amounts)) == ()
    owed = nation.ledger(NORTH).get((OWED_TO_PROVINCE, SOUTH, EMPLOYEE), 0)
    due = nation.ledger(SOUTH).get((DUE_FROM_PROVINCE, NORTH, EMPLOYEE), 0)
    assert (owed, due) == (-owed_fen, owed_fen)
    next_month(nation, "2026-10")
    nation.clear("2026-10")
    assert kinds(nation, "2026-10") == october
    assert (OWED_TO_PROVINCE, SOUTH, EMPLOYEE) not in nation.ledger(NORTH)
    assert (DUE_FROM_PROVINCE, NORTH, EMPLOYEE) not in nation.ledger(SOUTH)


def test_what_was_undone_while_disputed_evens_itself_out_and_is_not_struck_as_well() -> None:
    nation, number = disputed()
    nation.settle("2026-10-22", SOUTH, NORTH, -700_00, -50_00, undoes=number)
    assert codes_in(nation.resolve(number, DisputeState.UPHELD)) == {UNDONE_SINCE.code}
    assert codes_in(nation.resolve(number, DisputeState.DISMISSED)) == set()
    next_month(nation, "2026-10")
    nation.clear("2026-10")
    assert kinds(nation, "2026-10") == {"late": 750_00, "undone": -750_00}
    assert (OWED_TO_PROVINCE, SOUTH, EMPLOYEE) not in nation.ledger(NORTH)


def test_what_is_struck_goes_back_to_the_funds_that_had_paid() -> None:
    nation, number = disputed()
    nation.resolve(number, DisputeState.UPHELD)
    north = nation.ledger(NORTH)
    assert (spent("pool", AREA), SOUTH, EMPLOYEE) not in north
    assert (personal(AREA), SOUTH, EMPLOYEE) not in north
    assert (OWED_TO_INSTITUTION, "H1", EMPLOYEE) not in nation.ledger(SOUTH)


def test_an_open_dispute_is_listed_month_after_month() -> None:
    nation, number = disputed()
    for month in ("2026-10", "2026-11"):
        next_month(nation, month)
        assert nation.build(month).held == 1
    rows = [row for row in nation.world.records(ClearingItem) if row.jurisdiction == NATION]
    assert [(row.month, row.settlement_id, row.cause) for row in rows if row.month > "2026-09"] == [
        ("2026-10", number, "dispute"),
        ("2026-11", number, "dispute"),
    ]


def test_an_audit_deduction_is_a_negative_line_and_the_penalty_stays_with_the_care_place() -> None:
    nation = Nation()
    number = nation.settle("2026-09-01")
    next_month(nation, "2026-09")
    nation.clear("2026-09")
    assert refusals_in(nation.deduct(number, 75_00, penalty_fen=30_00)) == ()
    north, south = nation.ledger(NORTH), nation.ledger(SOUTH)
    assert north[DEDUCTED_BY_PROVINCE, SOUTH, EMPLOYEE] == 75_00
    assert south[DEDUCTED_FOR_PROVINCE, NORTH, EMPLOYEE] == -75_00
    assert north[spent("pool", AREA), SOUTH, EMPLOYEE] == 700_00 - 70_00
    assert north[personal(AREA), SOUTH, EMPLOYEE] == 50_00 - 5_00
    assert south[PENALTIES, "H1", ""] == -30_00
    assert not [key for key in north if key[0] == PENALTIES]
    nation.settle("2026-10-22")
    next_month(nation, "2026-10")
    nation.clear("2026-10")
    assert kinds(nation, "2026-10") == {"settled": 750_00, "deduction": -75_00}
    for province, account in ((NORTH, DEDUCTED_BY_PROVINCE), (SOUTH, DEDUCTED_FOR_PROVINCE)):
        assert account not in {key[0] for key in nation.ledger(province)}
    assert nation.ledger(NORTH)[FISCAL_ACCOUNT, SOUTH, EMPLOYEE] == -(750_00 + 675_00)


def test_a_refund_without_later_bills_is_carried_until_there_are_some() -> None:
    nation = Nation("2026-07-15")
    number = nation.settle("2026-07-16")
    next_month(nation, "2026-07")
    nation.clear("2026-07")
    said = {"settlement_id": number, "amount_fen": 80_00, "reason": "退费", "reference": "T1"}
    assert refusals_in(nation.ask(RefundAfterClearing, SOUTH, **said)) == ()
    next_month(nation, "2026-08")
    built = nation.clear("2026-08")
    assert kinds(nation, "2026-08") == {"refund": -80_00, "carried": 80_00}
    assert {row.net_fen for row in built.nets} == {0}
    nation.settle("2026-09-22", fund_fen=100_00, account_fen=0)
    next_month(nation, "2026-09")
    nation.clear("2026-09")
    assert kinds(nation, "2026-09") == {"settled": 100_00, "brought": -80_00}
    for province in (NORTH, SOUTH):
        assert not {OWED_TO_PROVINCE, DUE_FROM_PROVINCE} & {key[0] for key in nation.ledger(province)}


def test_nothing_is_deducted_from_what_was_undone_since() -> None:
    nation = Nation()
    number = nation.settle("2026-09-01")
    next_month(nation, "2026-09")
    nation.clear("2026-09")
    nation.settle("2026-10-22", SOUTH, NORTH, -700_00, -50_00, undoes=number)
    assert codes_in(nation.deduct(number, 1)) == {MORE_THAN_CLEARED.code}


def overdue(nation: Nation) -> list[tuple[str, str, str]]:
    """Urge, and return who is late with what."""
    reply = nation.ask(Urge, NATION, month="2026-09")
    assert isinstance(reply, Overdue), refusals_in(reply)
    return [(row.province, row.matter, row.counterpart) for row in reply.matters]


def test_what_is_overdue_is_seen_and_urged_step_by_step() -> None:
    nation = Nation()
    nation.settle("2026-09-01")
    next_month(nation, "2026-09")
    nation.build("2026-09")
    assert overdue(nation) == []
    nation.go_to("2026-10-26")
    assert overdue(nation) == [(NORTH, "sign", ""), (SOUTH, "sign", "")]
    nation.sign("2026-09")
    nation.publish("2026-09")
    assert overdue(nation) == []
    nation.go_to("2026-11-26")
    assert overdue(nation) == [(NORTH, "hand_over", ""), (NORTH, "pay", SOUTH)]
    told = nation.world.records(ClearingUrged)
    assert {(row.jurisdiction, row.province) for row in told} == {
        (NATION, NORTH),
        (NATION, SOUTH),
        (NORTH, NORTH),
        (SOUTH, SOUTH),
    }


def test_nobody_is_urged_by_a_day_that_cannot_be_counted() -> None:
    known = Calendar({year: notice for year, notice in read_calendar().years.items() if year < 2027})
    terms = read_money_terms()
    world = World((*clearing(known, terms), *prepayment(terms, known)))
    nation = Nation("2026-09-01", world)
    nation.settle("2026-09-01")
    next_month(nation, "2026-09")
    nation.build("2026-09")
    nation.sign("2026-09")
    nation.publish("2026-09")
    nation.go_to("2026-12-31")
    ((notice, sums),) = nation.notices("2026-09", Direction.PAYABLE)
    nation.ask(HandToFinance, NORTH, number=notice.number)
    said = {"number": notice.number, "counterpart": SOUTH, "amount_fen": sums[SOUTH], "reference": "b1"}
    assert refusals_in(nation.ask(PayNotice, NORTH, **said)) == ()
    nation.go_to("2027-01-20")
    assert overdue(nation) == []

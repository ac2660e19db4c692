"""A month from the nation's copies to confirmed transfers."""

from __future__ import annotations

from tests.processes.clearing.nation import EAST, EMPLOYEE, NORTH, RESIDENT, SOUTH, Nation
from tests.world import refusals_in
from yidi.domain.ledger.accounts import DUE_FROM_PROVINCE, FISCAL_ACCOUNT, OWED_TO_PROVINCE
from yidi.processes.clearing.commands import Direction, NoticesPublished
from yidi.processes.clearing.records import ClearingLine, ClearingNotice, ClearingRun, ClearingStep
from yidi.processes.ports.deciding import NATION


def settled() -> Nation:
    """September settled and reconciled, it is 21 October."""
    nation = Nation()
    nation.settle("2026-09-01", SOUTH, NORTH, 700_00, 50_00)
    nation.settle("2026-09-02", SOUTH, NORTH, 300_00, 0, scheme=RESIDENT)
    nation.settle("2026-09-30", NORTH, SOUTH, 100_00, 0)
    nation.settle("2026-09-15", EAST, NORTH, 900_00, 0)
    undone = nation.settle("2026-09-16", EAST, NORTH, 200_00, 10_00)
    nation.settle("2026-09-17", EAST, NORTH, -200_00, -10_00, undoes=undone)
    nation.go_to("2026-10-21")
    nation.reconcile("2026-09")
    return nation


def test_the_table_adds_up_pairs_schemes_and_kinds_and_the_nets_sum_to_zero() -> None:
    nation = settled()
    built = nation.build("2026-09")
    lines = [row[3:] for row in nation.world.records(ClearingLine) if row.jurisdiction == NATION]
    assert lines == [
        (NORTH, SOUTH, EMPLOYEE, "settled", 1, 150_00, 100_00, 0),
        (SOUTH, NORTH, EMPLOYEE, "settled", 1, 800_00, 700_00, 50_00),
        (SOUTH, NORTH, RESIDENT, "settled", 1, 350_00, 300_00, 0),
        (EAST, NORTH, EMPLOYEE, "settled", 2, 1210_00, 1100_00, 10_00),
        (EAST, NORTH, EMPLOYEE, "undone", 1, -260_00, -200_00, -10_00),
    ]
    assert {row.province: (row.payable_fen, row.receivable_fen) for row in built.nets} == {
        NORTH: (1950_00, 100_00),
        SOUTH: (100_00, 1050_00),
        EAST: (0, 900_00),
    }
    assert sum(row.net_fen for row in built.nets) == 0
    assert (built.version, built.settlements, built.held) == (1, 6, 0)


def test_the_same_month_again_gives_the_same_bytes_and_records_nothing() -> None:
    nation = settled()
    first = nation.build("2026-09")
    again = nation.build("2026-09")
    assert again.repeated
    assert (again.lines_digest, again.items_digest, again.version) == (
        first.lines_digest,
        first.items_digest,
        1,
    )
    assert len([row for row in nation.world.records(ClearingRun) if row.jurisdiction == NATION]) == 1


def test_every_province_gets_its_part_only() -> None:
    nation = settled()
    nation.build("2026-09")
    for province in (NORTH, SOUTH, EAST):
        rows = [row for row in nation.world.records(ClearingLine) if row.jurisdiction == province]
        assert rows
        assert all(province in (row.care, row.insured) for row in rows)


def test_a_month_is_paid_in_full_and_every_claim_between_provinces_is_even() -> None:
    nation = settled()
    nation.clear("2026-09")
    for province in (NORTH, SOUTH, EAST):
        accounts = {account for account, _, _ in nation.ledger(province)}
        assert not accounts & {OWED_TO_PROVINCE, DUE_FROM_PROVINCE}
    fiscal = {
        province: sum(fen for key, fen in nation.ledger(province).items() if key[0] == FISCAL_ACCOUNT)
        for province in (NORTH, SOUTH, EAST)
    }  # fmt: skip
    assert fiscal == {NORTH: -1850_00, SOUTH: 950_00, EAST: 900_00}


def test_notices_name_their_table_and_the_working_days_of_agency_and_finance() -> None:
    nation = settled()
    nation.build("2026-09")
    nation.sign("2026-09")
    nation.go_to("2026-10-30")
    reply = nation.publish("2026-09")
    assert isinstance(reply, NoticesPublished), refusals_in(reply)
    assert [(row.number, row.amount_fen) for row in reply.notices] == [
        ("QS-202609-FK-140000", 1950_00),
        ("QS-202609-SK-140000", 100_00),
        ("QS-202609-FK-310000", 100_00),
        ("QS-202609-SK-310000", 1050_00),
        ("QS-202609-SK-440000", 900_00),
    ]
    notice = reply.notices[0]
    assert (notice.issued_on, notice.hand_over_by, notice.pay_by) == (
        "2026-10-30",
        "2026-11-06",
        "2026-11-20",
    )
    assert (notice.basis, notice.direction) == ("QS-202609-V1", Direction.PAYABLE)
    assert {row.jurisdiction for row in nation.world.records(ClearingNotice)} == {NATION, NORTH, SOUTH, EAST}


def test_the_nation_sees_every_step_and_the_payee_hears_of_the_payment() -> None:
    nation = settled()
    nation.clear("2026-09")
    steps = nation.world.records(ClearingStep)
    seen = sorted((row.payer, row.payee, row.step) for row in steps if row.jurisdiction == NATION)
    assert seen == [
        (NORTH, "", "handed"),
        (NORTH, SOUTH, "paid"),
        (NORTH, SOUTH, "received"),
        (NORTH, EAST, "paid"),
        (NORTH, EAST, "received"),
        (SOUTH, "", "handed"),
        (SOUTH, NORTH, "paid"),
        (SOUTH, NORTH, "received"),
    ]
    assert [row.step for row in steps if row.jurisdiction == EAST] == ["paid", "received"]

"""A signed clearing is counted and rated by itself: provinces are warned, and may ask for a top-up."""

from __future__ import annotations

from tests.processes.clearing.nation import EAST, EMPLOYEE, NORTH, RESIDENT, SOUTH, Nation, fields
from tests.world import codes_in, refusals_in
from yidi.processes.ports.deciding import NATION, Reply
from yidi.processes.prepayment.commands import RequestTopUp
from yidi.processes.prepayment.records import MonthUse, PrepaymentChange, TopUp, UsageRate
from yidi.processes.prepayment.refusals import NOT_RED, TOO_LATE_TO_ASK


def signed(**prepaid_fen: int) -> Nation:
    """A month of 750.00 between each of two pairs, with floats of these amounts, built and signed."""
    nation = Nation()
    for scheme, fen in prepaid_fen.items():
        code = {"employee": EMPLOYEE, "resident": RESIDENT}[scheme]
        nation.world.add(
            fields(PrepaymentChange, jurisdiction=NATION, cause=scheme, insured=NORTH, care=SOUTH,
                   scheme=code, pair=f"{NORTH}-{SOUTH}", change_fen=fen)
        )  # fmt: skip
        nation.settle("2026-09-02", scheme=code, fund_fen=750_00, account_fen=20_00)
    nation.settle("2026-09-02", EAST, NORTH)
    nation.go_to("2026-10-21")
    nation.reconcile("2026-09")
    nation.build("2026-09")
    nation.sign("2026-09")
    return nation


def rates(nation: Nation, place: str) -> dict[tuple[str, str, str], str]:
    """Return the colours a place knows, by insured place, care place and scheme."""
    rows = [row for row in nation.world.records(UsageRate) if row.jurisdiction == place]
    return {(row.insured, row.care, row.scheme): row.colour for row in rows}


def ask(nation: Nation, care: str, scheme: str, fen: int) -> Reply:
    """Have a care place ask for a top-up."""
    named = {"month": "2026-09", "insured": NORTH, "scheme": scheme, "amount_fen": fen}
    return nation.ask(RequestTopUp, care, **named, reason="周转不足")


def test_the_last_signature_counts_and_rates_the_month_and_warns_both_provinces() -> None:
    nation = signed(employee=1_000_00, resident=800_00)
    used = {row[3:6]: row[7:] for row in nation.world.records(MonthUse)}
    assert used[NORTH, SOUTH, EMPLOYEE] == (1, 750_00, 20_00)
    warned = {
        (NORTH, EAST, EMPLOYEE): "unfunded",
        (NORTH, SOUTH, EMPLOYEE): "yellow",
        (NORTH, SOUTH, RESIDENT): "red",
    }
    assert rates(nation, NATION) == rates(nation, NORTH) == warned
    assert rates(nation, SOUTH) == {pair: colour for pair, colour in warned.items() if SOUTH in pair}


def test_below_seventy_per_cent_nobody_is_warned() -> None:
    nation = signed(employee=1_200_00)
    assert rates(nation, NATION)[NORTH, SOUTH, EMPLOYEE] == "green"
    assert rates(nation, SOUTH) == {}


def test_a_red_float_is_topped_up_on_request_within_three_working_days_of_the_last_signature() -> None:
    nation = signed(employee=1_000_00, resident=800_00)
    assert codes_in(ask(nation, SOUTH, EMPLOYEE, 1_00)) == {NOT_RED.code}
    nation.go_to("2026-10-26")
    assert refusals_in(ask(nation, SOUTH, RESIDENT, 1_00)) == ()
    assert {row.jurisdiction for row in nation.world.records(TopUp)} == {SOUTH, NATION}
    nation.go_to("2026-10-27")
    assert codes_in(ask(nation, EAST, EMPLOYEE, 1_00)) == {TOO_LATE_TO_ASK.code}


def test_a_table_that_is_built_and_signed_again_is_counted_and_rated_again() -> None:
    nation = signed(employee=800_00)
    assert rates(nation, SOUTH) == {(NORTH, SOUTH, EMPLOYEE): "red"}
    nation.settle("2026-09-03", fund_fen=50_00, account_fen=0, returned="2026-10-01")
    nation.build("2026-09")
    assert len({row.version for row in nation.world.records(MonthUse)}) == 1
    nation.sign("2026-09")
    last = max(nation.world.records(MonthUse), key=lambda row: (row.version, row.care == SOUTH))
    assert (last.version, last.fund_fen) == (2, 800_00)
    newest = [row for row in nation.world.records(UsageRate) if row.jurisdiction == SOUTH][-1]
    assert (newest.version, newest.used_fen) == (2, 800_00)

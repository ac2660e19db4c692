"""`yidi prepayment`: what stands in the database, and what would be, told to people and machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.edges.cli.conftest import Kept, typed
from tests.edges.cli.desk import node_with
from tests.processes.prepayment.nation import (
    AWAY,
    HOME,
    MILLION,
    REGULATION,
    THIRD,
    make_world,
    notices_at,
    planned_example,
    work_off,
)
from yidi.processes.ports.deciding import NATION
from yidi.processes.prepayment.records import RECORDS, PrepaymentNotice, PrepaymentStep
from yidi.processes.relay.records import Returned

MONTHS = ("2025-10", "2025-11", "2025-12")


def returned(number: str, day: str, fund_fen: int) -> Returned:
    """The nation's copy of a settlement from HOME at AWAY."""
    return Returned(
        NATION, f"reply/{number}", f"c{number}", "BookSettlement", AWAY, HOME, "accepted", number, "",
        "610100", "310", day, fund_fen * 2, fund_fen, 0, fund_fen, f"{day}T01:00:00.000000Z",
    )  # fmt: skip


COPIES = [returned(month, f"{month}-15", fen) for month, fen in zip(MONTHS, REGULATION, strict=True)]
MARCH = returned("3", "2026-03-15", 182 * MILLION)


@pytest.fixture
def settled(tmp_path: Path) -> Kept:
    """The nation's copies of a quarter, nothing planned yet."""
    return node_with(tmp_path, COPIES)


@pytest.fixture
def planned(tmp_path: Path) -> Kept:
    """The regulation's example planned, its payment notice worked off, and use in March."""
    world = make_world()
    planned_example(world)
    for notice in notices_at(world, HOME):
        work_off(world, notice)
    return node_with(tmp_path, [*COPIES, MARCH, *[row for kind in RECORDS for row in world.records(kind)]])


def told(kept: Kept, *words: object) -> dict[str, Any]:
    """Ask for a machine."""
    result = typed("prepayment", *words, "-c", kept.config, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def shown(kept: Kept, *words: object) -> str:
    """Ask for people, on a wide screen."""
    result = typed("prepayment", *words, "-c", kept.config, COLUMNS="200")
    assert result.exit_code == 0, result.output
    return str(result.stdout)


def test_a_year_that_is_not_fixed_is_worked_out_provisionally(settled: Kept) -> None:
    found = told(settled, "plan", "2026")
    assert found["planned_on"] == ""
    assert [(row["amount_fen"], row["change_fen"]) for row in found["floats"]] == [(200 * MILLION,) * 2]
    assert "provisional" in shown(settled, "plan", "2026")


def test_a_fixed_year_is_shown_with_where_its_figures_come_from(planned: Kept) -> None:
    found = told(planned, "plan", "2026", "--insured", HOME)
    assert found["planned_on"] == "2026-01-12"
    assert [row["amount_fen"] for row in found["floats"]] == [200 * MILLION]
    assert told(planned, "plan", "2026", "--care", THIRD)["floats"] == []
    people = shown(planned, "plan", "2026", "--explain")
    assert "200,000,000.00" in people
    assert "fund payments of 2025-11" in people


def test_usage_of_a_month_is_rated_against_what_stands(planned: Kept) -> None:
    found = told(planned, "usage", "2026-03")["floats"]
    assert [(row["rate_bp"], row["colour"]) for row in found] == [(9100, "red")]
    people = shown(planned, "usage", "2026-03", "--explain")
    assert "91.00 %" in people
    assert "红 red" in people
    assert f"{HOME} 陕西省" in people
    assert "needed to fall below yellow" in people


def test_notices_tell_their_steps_and_what_is_overdue(planned: Kept) -> None:
    found = {row["province"]: row for row in told(planned, "notices", "--year", "2026")["notices"]}
    assert [step["step"] for step in found[HOME]["steps"]] == ["acknowledged", "handed_over", "paid"]
    assert found[HOME]["overdue"] == found[AWAY]["overdue"] == []
    assert sum(row["total_fen"] * (1 if row["kind"] == "pay" else -1) for row in found.values()) == 0
    assert told(planned, "notices", "--province", AWAY)["notices"][0]["province"] == AWAY
    people = shown(planned, "notices")
    assert "PP2026" in people
    assert "移交 handed over" in people


def test_a_notice_nobody_worked_off_is_overdue(tmp_path: Path) -> None:
    world = make_world()
    planned_example(world)
    records = [row for kind in RECORDS for row in world.records(kind)]
    kept = node_with(tmp_path, records)
    assert world.records(PrepaymentStep) == []
    payer = told(kept, "notices", "--province", HOME)["notices"][0]
    assert [row["step"] for row in payer["overdue"]] == ["handed_over", "paid"]
    assert len(world.records(PrepaymentNotice)) == 4


def test_a_forecast_says_its_method_and_its_error(planned: Kept) -> None:
    found = told(planned, "forecast", "--after", "2025-12", "--months", 2)["floats"]
    assert found[0]["method"] == "mean"
    assert found[0]["months"] == {"2026-01": 100 * MILLION, "2026-02": 10333333333}
    assert found[0]["tested"] == 2
    assert found[0]["error_bp"] == (1428 + 714) // 2
    people = shown(planned, "forecast", "--after", "2025-12")
    assert "10.71 % (2)" in people
    assert "均值 mean" in people


def test_stress_tells_how_long_a_float_lasts_and_what_is_short(planned: Kept) -> None:
    found = told(planned, "stress", "--insured", HOME, "--days", 90, "--month", "2025-12")
    assert [row["days_of_cover"] for row in found["floats"]] == [57]
    assert found["shortfall_by_care"] == {AWAY: 115 * MILLION}
    assert "57" in shown(planned, "stress", "--month", "2025-12")


@pytest.mark.parametrize(
    "words",
    [("plan", "x"), ("usage", "2026"), ("forecast", "--after", "x"), ("stress", "--month", "2026-13")],
)
def test_what_is_no_year_or_month_is_wrong_use(settled: Kept, words: tuple[str, ...]) -> None:
    assert typed("prepayment", *words, "-c", settled.config).exit_code == 2


def test_a_year_before_the_terms_is_refused_with_the_reason(settled: Kept) -> None:
    result = typed("prepayment", "plan", "2020", "-c", settled.config)
    assert result.exit_code == 1
    assert "FUNDS-28" in result.output

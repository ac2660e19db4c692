"""`yidi demo --month`: a month printed as one object, its papers kept, and what stops it."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.edges.cli.conftest import MONTH, VISITS, Kept, typed
from yidi.domain.money import format_yuan
from yidi.edges.cli.demo import database_of, playing

BEFORE = 6
PAGE = Path(__file__).parents[3] / "docs" / "concepts" / "one-month.md"


@pytest.fixture(scope="module")
def told(played: tuple[Path, Result]) -> dict[str, Any]:
    """The object it printed."""
    result = played[1]
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_every_visit_ended_and_settled_cancelled_and_reversed_ones_are_among_them(
    told: dict[str, Any],
) -> None:
    assert told["month"] == MONTH
    assert sum(told["visits"].values()) == VISITS + BEFORE
    assert (told["visits"]["cancelled"], told["visits"]["reversed"]) >= (1, 1)
    assert told["days_reconciled"] == 30


def test_every_settlement_and_undoing_is_cleared_once_and_what_was_held_follows_a_month_later(
    told: dict[str, Any],
) -> None:
    ended = told["visits"]
    cleared = told["settlements"] + told["before"]["settlements"]
    assert cleared == ended["settled"] + 2 * (ended["cancelled"] + ended["reversed"])
    assert (told["before"]["held"], told["held"]) == (1, 0)


def test_the_national_table_sums_to_zero_and_is_what_the_notices_say(told: dict[str, Any]) -> None:
    nets = told["nets"]
    assert sum(row["net_fen"] for row in nets) == 0
    sides = {"payable": "payable_fen", "receivable": "receivable_fen"}
    for direction, name in sides.items():
        noticed = {
            row["province"]: row["amount_fen"] for row in told["notices"] if row["direction"] == direction
        }
        assert noticed == {row["province"]: row[name] for row in nets if row[name]}
        assert sum(noticed.values()) > 0


def test_hospitals_are_owed_what_provinces_pay_and_all_but_the_retention_is_paid(
    told: dict[str, Any],
) -> None:
    """Retention by the national terms: 5 %, rounded to the fen a hospital."""
    both = (told["before"], told)
    made = told["corrected"]
    moved_fen = sum(row["amount_fen"] for month in both for row in month["transfers"])
    owed_fen = sum(month["hospitals"]["owed_fen"] for month in both)
    assert moved_fen == owed_fen - made["deducted_fen"] - made["refunded_fen"]
    for paid in (month["hospitals"] for month in both):
        less_fen = paid["retained_fen"] + paid["deducted_fen"]
        assert paid["owed_fen"] == paid["paid_fen"] + less_fen
        rounding_fen = 20 * paid["hospitals"]
        kept_fen = paid["owed_fen"] - paid["deducted_fen"]
        assert abs(kept_fen - 20 * paid["retained_fen"]) <= rounding_fen < kept_fen
    assert format_yuan(told["hospitals"]["retained_fen"], thousands=True) in PAGE.read_text("utf-8")


def test_every_line_of_every_notice_to_pay_is_a_confirmed_transfer(told: dict[str, Any]) -> None:
    due: Counter[tuple[str, str]] = Counter()
    for notice in told["notices"]:
        for counterpart, _, fen in notice["lines"] if notice["direction"] == "payable" else ():
            due[notice["province"], counterpart] += fen
    received = {(row["payer"], row["payee"]): row["amount_fen"] for row in told["transfers"]}
    assert received == dict(due)
    assert {row["step"] for row in told["transfers"]} == {"received"}


def test_each_step_is_taken_on_its_day_by_the_calendar(told: dict[str, Any]) -> None:
    """From 31 October: five working days, then ten, then five, no holiday between."""
    days = {(row["issued_on"], row["hand_over_by"], row["pay_by"]) for row in told["notices"]}
    assert days == {("2026-10-31", "2026-11-06", "2026-11-20")}
    assert {row["day"] for row in told["transfers"]} == {"2026-11-27"}


def test_facts_and_ledgers_it_left_are_proven_by_the_ordinary_commands(
    told: dict[str, Any], played: tuple[Path, Result], tmp_path: Path
) -> None:
    assert not any(told["proofs"].values())
    kept = Kept(tmp_path)
    database = played[0] / database_of(MONTH)
    kept.config.write_text(
        f'database = "sqlite:{database}"\nkeys = "{tmp_path / "keys.toml"}"\nsample = true\n'
    )
    (tmp_path / "keys.toml").write_text("[keys]\n", "utf-8")
    proven = typed("ledger", "verify", "--config", kept.config, "--json")
    assert (proven.exit_code, json.loads(proven.stdout)["holds"]) == (0, True)
    shown = typed("clearing", "show", MONTH, "--config", kept.config, "--json")
    assert json.loads(shown.stdout)["run"]["lines_digest"] == told["lines_digest"]


def test_the_papers_of_the_month_are_written_beside_the_database(
    told: dict[str, Any], played: tuple[Path, Result]
) -> None:
    names = {path.name for path in (played[0] / "papers").iterdir()}
    assert {f"QS-202609-V1{suffix}" for suffix in (".pdf", ".xlsx")} <= names
    assert {f"{row['number']}.pdf" for row in told["notices"]} <= names
    assert {Path(path).name for path in told["papers"]} == names


def test_papers_are_sealed_and_the_key_beside_them_proves_it(
    told: dict[str, Any], played: tuple[Path, Result]
) -> None:
    (number,) = [
        row["number"] for row in told["notices"] if row["number"].endswith(f"FK-{told['bank']['province']}")
    ]
    file, key = played[0] / "papers" / f"{number}.json", played[0] / "seal.public.pem"
    assert {f"{number}{suffix}" for suffix in (".pdf", ".xlsx", ".json")} <= {
        path.name for path in file.parent.iterdir()
    }
    shown = typed("clearing", "verify-paper", file, "--key", key, "--json")
    assert (shown.exit_code, json.loads(shown.stdout)["holds"]) == (0, True)


def test_a_month_that_was_broken_off_leaves_nothing_that_keeps_the_next_try(tmp_path: Path) -> None:
    left = tmp_path / playing(MONTH)
    left.mkdir()
    (left / database_of(MONTH)).write_bytes(b"what a killed run has left")
    result = typed("demo", "--month", MONTH, "--size", 1, "--json", "--data", tmp_path)
    assert result.exit_code == 0, result.output
    assert not left.exists()
    assert (tmp_path / database_of(MONTH)).exists()


def test_the_page_about_a_month_shows_what_this_month_prints(told: dict[str, Any]) -> None:
    """Remedy: type the command of the page again and put its output there."""
    page = PAGE.read_text("utf-8")
    assert f"yidi demo --month {MONTH} --size {VISITS}" in page
    assert told["lines_digest"] in page
    nets = {row["province"]: row for row in told["nets"]}
    rows = re.findall(r"│ (\d{6}) \S+ +│ +([\d,.]+) │ +([\d,.]+) │ +([-\d,.]+) │", page)
    assert len(rows) > 5
    for province, *amounts in rows:
        row = nets[province]
        told_fen = (row["payable_fen"], row["receivable_fen"], row["net_fen"])
        assert tuple(amounts) == tuple(format_yuan(fen, thousands=True) for fen in told_fen)
    for notice in (row for row in told["notices"] if f" {row['number']} " in page):
        for _, _, fen in notice["lines"]:
            assert f" {format_yuan(fen, thousands=True)} " in page


def test_a_month_is_not_played_over_a_month_that_is_kept(played: tuple[Path, Result]) -> None:
    kept = (played[0] / database_of(MONTH)).read_bytes()
    assert typed("demo", "--month", MONTH, "--data", played[0]).exit_code == 2
    assert (played[0] / database_of(MONTH)).read_bytes() == kept


@pytest.mark.parametrize("words", [("2026-09",), ("--month", "2026-9"), ("--month", "--size", "0")])
def test_a_month_that_is_none_is_wrong_use(words: tuple[str, ...]) -> None:
    assert typed("demo", *words).exit_code == 2


def test_a_month_whose_working_days_are_not_known_yet_is_not_begun(tmp_path: Path) -> None:
    result = typed("demo", "--month", "2026-12", "--data", tmp_path)
    assert result.exit_code == 1
    assert "2027" in result.output
    assert list(tmp_path.iterdir()) == []

"""`yidi ledger`: balances as sums of postings, on what a demonstration left, and on one tampered with."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.edges.cli.conftest import Kept, typed
from yidi.edges.cli.ledger import instant_of


@pytest.fixture
def copy(kept: Kept, tmp_path: Path) -> Kept:
    """A database of its own, with a demonstration's facts."""
    shutil.copytree(kept.folder, tmp_path / "copy")
    return Kept(tmp_path / "copy")


def write(kept: Kept, statement: str, *values: str | int) -> None:
    """Change the database behind the node's back."""
    with sqlite3.connect(kept.database.removeprefix("sqlite:")) as connection:
        connection.execute(statement, values)
    connection.close()


def balances(kept: Kept, *words: str) -> dict[str, list[dict[str, object]]]:
    """Read the trial balance for a machine."""
    told = typed("ledger", "trial-balance", "-c", kept.config, "--json", *words)
    assert told.exit_code == 0, told.output
    found: dict[str, list[dict[str, object]]] = json.loads(told.stdout)["ledgers"]
    return found


def test_every_ledger_sums_to_zero_and_provinces_mirror_each_other(kept: Kept) -> None:
    ledgers = balances(kept)
    assert len(ledgers) > 2
    owed, due = {}, {}
    for place, rows in ledgers.items():
        assert sum(int(str(row["balance_fen"])) for row in rows) == 0
        for row in rows:
            if row["account"] == "owed_to_province":
                owed[place, row["counterpart"], row["scheme"]] = -int(str(row["balance_fen"]))
            if row["account"] == "due_from_province":
                due[row["counterpart"], place, row["scheme"]] = int(str(row["balance_fen"]))
    assert owed
    assert owed == due


def test_the_balance_before_the_first_posting_is_empty_and_by_account_is_shorter(kept: Kept) -> None:
    assert all(not rows for rows in balances(kept, "--at", "2020-01-01").values())
    whole, summed = balances(kept), balances(kept, "--by-account")
    assert sum(map(len, summed.values())) < sum(map(len, whole.values()))


def test_the_table_for_people_shows_accounts_and_their_sum(kept: Kept) -> None:
    place = next(iter(balances(kept)))
    told = typed("ledger", "trial-balance", "-c", kept.config, "--place", place)
    assert told.exit_code == 0
    assert place in told.stdout
    assert "合计" in told.stdout


def test_an_account_shows_every_line_with_the_balance_after_it(kept: Kept) -> None:
    told = typed("ledger", "account", "owed_to_province", "-c", kept.config, "--json")
    for place, lines in json.loads(told.stdout)["ledgers"].items():
        running = 0
        for line in lines:
            running += line["amount_fen"]
            assert line["balance_fen"] == running
        stated = [row for row in balances(kept)[place] if row["account"] == "owed_to_province"]
        assert running == sum(int(str(row["balance_fen"])) for row in stated)
    people = typed("ledger", "account", "owed_to_province", "-c", kept.config)
    assert people.exit_code == 0
    assert "owed_to_province" in people.stdout


def test_an_account_outside_the_chart_ends_with_one_and_an_unused_one_is_empty(kept: Kept) -> None:
    assert typed("ledger", "account", "cash", "-c", kept.config).exit_code == 1
    told = typed("ledger", "account", "suspense", "-c", kept.config)
    assert told.exit_code == 0
    assert "No postings" in told.stdout


def test_the_ledger_of_a_demonstration_is_proven(kept: Kept) -> None:
    told = typed("ledger", "verify", "-c", kept.config, "--json")
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert found["holds"] is True
    assert {check["check"] for check in found["checks"]} == {
        "entries_balance",
        "ledgers_balance",
        "postings_explained",
        "chart_of_accounts",
        "balances_are_sums",
    }
    assert typed("ledger", "verify", "-c", kept.config).exit_code == 0


@pytest.mark.parametrize(
    ("account", "fen", "check"),
    [
        ("fiscal_account", 5, "entries_balance"),
        ("fiscal_account", 5, "ledgers_balance"),
        ("cash", 5, "chart_of_accounts"),
        ("fiscal_account", 5, "postings_explained"),
    ],
)
def test_what_is_posted_behind_the_nodes_back_is_found(
    copy: Kept, account: str, fen: int, check: str
) -> None:
    write(
        copy,
        "INSERT INTO posting VALUES ('330000', 'X1', 0, ?, 'bank', '310', ?, '2026-01-01', '2026-01-01')",
        account,
        fen,
    )
    told = typed("ledger", "verify", "-c", copy.config, "--json")
    assert told.exit_code == 1
    findings = {found["check"]: found["findings"] for found in json.loads(told.stdout)["checks"]}
    assert findings[check]
    assert typed("ledger", "trial-balance", "-c", copy.config, "--json").exit_code == 1


def test_a_day_means_its_last_moment_and_anything_else_than_a_time_is_refused(kept: Kept) -> None:
    assert instant_of("2026-11-22") == "2026-11-22T15:59:59.999999Z"
    assert instant_of("2026-11-22T13:52:26+08:00") == "2026-11-22T05:52:26.000000Z"
    assert typed("ledger", "trial-balance", "-c", kept.config, "--at", "2026-11-22T05:52").exit_code == 2
    assert typed("ledger", "trial-balance", "-c", kept.config, "--at", "yesterday").exit_code == 2


def test_a_database_without_tables_is_refused_with_the_remedy(tmp_path: Path) -> None:
    empty = Kept(tmp_path)
    told = typed("ledger", "trial-balance", "-c", empty.config)
    assert told.exit_code == 1
    assert "yidi storage init" in told.output

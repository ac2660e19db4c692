"""`yidi claim` and `yidi filing`, on the database a demonstration left."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from tests.edges.cli.conftest import Kept, typed


def row_of(kept: Kept, query: str) -> tuple[str, ...]:
    """Return the first row of a query on the database."""
    with closing(sqlite3.connect(kept.database.removeprefix("sqlite:"))) as connection:
        found: tuple[str, ...] = connection.execute(query).fetchone()
    return found


@pytest.fixture
def cancelled(kept: Kept) -> tuple[str, ...]:
    """Visit, person, insured province and care province of a settlement that was cancelled."""
    return row_of(
        kept,
        "SELECT visit_id, person_no, insured, jurisdiction FROM settlement_asked WHERE undoes <> ''"
        " AND person_no LIKE '%000107'",
    )


def test_a_visit_whose_settlement_was_cancelled_is_claimed_once_shown_and_listed(
    kept: Kept, cancelled: tuple[str, ...]
) -> None:
    visit, person, insured, care = cancelled
    words = ("claim", "file", visit, "--province", insured, "--person", person, "--care", care)
    filed = typed(*words, "--config", kept.config, "--json")
    assert filed.exit_code == 0, filed.output
    claim_id = json.loads(filed.stdout)["claim_id"]
    shown = typed("claim", "show", claim_id, "--config", kept.config)
    assert "已支付 Paid" in shown.stdout
    assert "总费用 total" in shown.stdout
    again = typed(*words, "--config", kept.config)
    assert again.exit_code == 1
    assert "FUNDS-42" in again.output
    listed = json.loads(typed("claim", "list", "--person", person, "-c", kept.config, "--json").stdout)
    assert [(line["claim_id"], line["state"]) for line in listed] == [(claim_id, "paid")]
    assert typed("claim", "list", "--config", kept.config).exit_code == 0


def test_a_claim_that_is_not_here_ends_with_one(kept: Kept) -> None:
    told = typed("claim", "show", "6100000", "--config", kept.config)
    assert told.exit_code == 1
    assert "No such claim on this node." in told.output


def test_a_filing_is_made_shown_and_cancelled(kept: Kept) -> None:
    person, insured = row_of(
        kept, "SELECT person_no, jurisdiction FROM person WHERE person_no LIKE '%000102'"
    )
    place = ("--province", insured, "--config", kept.config)
    filed = typed(
        *("filing", "file", "--person", person, "--category", "temporary", "--area", "460000"),
        *("--start", "2027-01-01", "--json", *place),
    )
    assert filed.exit_code == 0, filed.output
    number = json.loads(filed.stdout)["filing_id"]
    shown = json.loads(typed("filing", "show", "--person", person, *place, "--json").stdout)
    assert shown[0]["filing_id"] == number
    assert shown[0]["state"] in ("active", "under_review")
    cancelled = typed("filing", "cancel", number, "--from", "2027-01-02", *place)
    assert "Cancelled" in cancelled.stdout, cancelled.output
    assert number in typed("filing", "show", "--person", person, *place).stdout


def test_what_a_filing_lacks_is_said_in_both_languages_and_ends_with_one(kept: Kept) -> None:
    person, insured = row_of(
        kept, "SELECT person_no, jurisdiction FROM person WHERE person_no LIKE '%000102'"
    )
    told = typed(
        *("filing", "file", "--person", person, "--category", "long_term_resident", "--area", "999999"),
        *("--start", "soon", "--agent", "某甲", "--province", insured, "--config", kept.config),
    )
    assert told.exit_code == 1
    for code in ("FILING-", "FILING-06", "请"):
        assert code in told.output

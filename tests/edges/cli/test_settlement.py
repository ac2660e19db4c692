"""`yidi settlement show` and `explain`, on the database a demonstration left."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.edges.cli.conftest import Kept, typed
from yidi.domain.money import format_yuan
from yidi.edges.packs.location import packs_folder


def number_of(kept: Kept, person: str, undone: bool = False) -> str:
    """Return the number of a person's settlement, or of what undoes it."""
    with sqlite3.connect(kept.database.removeprefix("sqlite:")) as connection:
        sign = "<" if undone else ">"
        query = f"SELECT settlement_id FROM settlement WHERE person_no LIKE ? AND total_fen {sign} 0"
        found = connection.execute(query, (f"%{person}",)).fetchall()
    connection.close()
    return str(found[0][0])


def test_show_prints_the_statement_and_the_path_of_its_messages(kept: Kept) -> None:
    number = number_of(kept, "000102")
    shown = typed("settlement", "show", number, "--config", kept.config)
    assert shown.exit_code == 0
    for said in (number, "10,965.60", "6,313.65", "3,791.95", "5 就医省", "2 国家平台"):
        assert said in shown.stdout


def test_show_gives_machines_everything_about_a_settlement(kept: Kept) -> None:
    number = number_of(kept, "000102")
    page = json.loads(typed("settlement", "show", number, "-c", kept.config, "--json").stdout)
    assert page["state"] == "booked"
    assert page["settled"]["fund_fen"] == 631365
    assert len(page["hops"]) == 5
    assert [hop["at"] for hop in page["hops"]] == sorted(hop["at"] for hop in page["hops"])
    assert len(page["lines"]) == 13


@pytest.mark.parametrize("person", ["000101", "000102", "000105", "000107", "000109", "000112"])
def test_explain_derives_a_settlement_again_and_agrees(kept: Kept, person: str) -> None:
    number = number_of(kept, person)
    told = typed("settlement", "explain", number, "--config", kept.config)
    assert told.exit_code == 0, told.output
    assert "Agrees with what was stored." in told.stdout
    machine = json.loads(typed("settlement", "explain", number, "-c", kept.config, "--json").stdout)
    assert machine["agrees"] is True
    assert format_yuan(machine["cash_fen"], thousands=True) in told.stdout


def test_a_statement_goes_from_the_total_to_the_cash_with_sources_and_the_pack(kept: Kept) -> None:
    number = number_of(kept, "000102")
    text = typed("settlement", "explain", number, "-c", kept.config).stdout
    machine = json.loads(typed("settlement", "explain", number, "-c", kept.config, "--as", "json").stdout)
    page = typed("settlement", "explain", number, "-c", kept.config, "--as", "html").stdout
    assert machine["total_fen"] == machine["fund_fen"] + machine["account_fen"] + machine["cash_fen"]
    assert machine["lines"][0]["rule"] == "bill.in_scope"
    assert machine["lines"][-1]["result_fen"] == machine["cash_fen"]
    for said in (text, page):
        for line in machine["lines"]:
            assert line["zh"] in said
            assert line["en"] in said
        assert machine["pack_hash"] in said
        assert format_yuan(machine["total_fen"], thousands=True) in said
        assert said.index("总费用") < said.index(machine["lines"][-1]["zh"])
    assert page.startswith("<!doctype html>")
    assert "<link" not in page
    assert "http://" not in page.replace(machine["lines"][1]["url"] or "-", "")


def test_a_changed_pack_is_named_and_the_old_one_in_a_folder_still_proves_it(
    kept: Kept, tmp_path: Path
) -> None:
    number = number_of(kept, "000102")
    packs = tmp_path / "packs"
    shutil.copytree(packs_folder(), packs)
    booked = json.loads(typed("settlement", "explain", number, "-c", kept.config, "--as", "json").stdout)
    file = packs / "policy" / booked["pack_file"]
    old = tmp_path / "old" / file.name
    old.parent.mkdir()
    shutil.copy(file, old)
    text = file.read_text("utf-8")
    assert "names: {zh: " in text
    file.write_text(text.replace("names: {zh: ", "names: {zh: 新", 1), "utf-8")
    config = tmp_path / "node.toml"
    config.write_text(f'packs = "{packs}"\n' + Path(kept.config).read_text("utf-8"), "utf-8")
    asked = ("settlement", "explain", number, "-c", str(config))
    changed = typed(*asked)
    assert changed.exit_code == 1
    assert "POLICY-61" in changed.output
    assert booked["pack_hash"][:12] in changed.output
    again = typed(*asked, "--packs", str(old), "--as", "json")
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)["cash_fen"] == booked["cash_fen"]
    (packs / "archive" / "2026").mkdir(parents=True)
    shutil.copy(old, packs / "archive" / "2026" / "kept.yaml")
    assert typed(*asked).exit_code == 0
    shutil.rmtree(packs / "archive")
    file.unlink()
    gone = typed(*asked)
    assert gone.exit_code == 1
    assert "POLICY-61" in gone.output


def test_explain_cannot_derive_a_cancellation_and_says_so(kept: Kept) -> None:
    told = typed("settlement", "explain", number_of(kept, "000107", undone=True), "-c", kept.config)
    assert told.exit_code == 1
    assert "POLICY-61" in told.output
    assert f"takes back {number_of(kept, '000107')}" in " ".join(told.output.split())


@pytest.mark.parametrize("verb", ["show", "explain"])
def test_a_settlement_that_is_not_here_ends_with_one(kept: Kept, verb: str) -> None:
    told = typed("settlement", verb, "4400000000000000000000000", "--config", kept.config)
    assert told.exit_code == 1
    assert "No such settlement on this node." in told.output


@pytest.mark.parametrize("verb", ["show", "explain"])
def test_without_settings_a_settlement_cannot_be_looked_for(verb: str) -> None:
    told = typed("settlement", verb, "1")
    assert told.exit_code == 3
    assert "database" in told.output


def test_the_facts_of_a_demonstration_prove_each_other(kept: Kept) -> None:
    verified = typed("storage", "verify", "--config", kept.config, "--json")
    assert verified.exit_code == 0
    assert json.loads(verified.stdout)["holds"] is True
    assert json.loads(typed("storage", "init", "--config", kept.config, "--json").stdout) == {"applied": []}

"""`yidi audit`: what each command says and with which status it ends."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from tests.edges.sealing.chained import ANNA, AWAY, HOME, NATION, made, open_chained
from yidi.edges.cli.main import app
from yidi.processes.reconciliation.records import ReconciliationRun


class Desk:
    """A sealed SQLite database with its settings file, and the command line at it."""

    def __init__(self, folder: Path, *, encrypt: bool = True) -> None:
        self.database, self.folder = folder / "node.sqlite", folder / "keys"
        self.config = folder / "node.toml"
        self.write_config(encrypt=encrypt)
        asyncio.run(self._fill(encrypt=encrypt))

    def write_config(self, *, encrypt: bool = True) -> None:
        self.config.write_text(
            f'database = "sqlite:{self.database}"\nkeys = "none"\nkey_folder = "{self.folder}"\n'
            f"seal = true\nencrypt = {str(encrypt).lower()}\n"
        )

    async def _fill(self, *, encrypt: bool) -> None:
        async with open_chained(f"sqlite:{self.database}", self.folder, encrypt=encrypt) as chained:
            await chained.book("1", ANNA)
            await chained.book("2", ANNA)

    async def more(self) -> None:
        """Add two runs of a day's reconciliation and a month's clearing."""
        async with open_chained(f"sqlite:{self.database}", self.folder) as chained:
            day = {"jurisdiction": NATION, "day": "2026-10-31"}
            await chained.write(*[made(ReconciliationRun, version=number, **day) for number in (1, 2)])
            await chained.clear()
            await chained.seal()

    def number(self, kind: str, fact: str) -> int:
        """Return the place of a fact in its chain."""
        with sqlite3.connect(self.database) as connection:
            sql = "SELECT number FROM chain_link WHERE kind = ? AND fact = ?"
            return int(connection.execute(sql, (kind, fact)).fetchone()[0])

    def yidi(self, *words: str, status: int = 0) -> str:
        done = CliRunner().invoke(app, ["audit", *words, "--config", str(self.config)])
        assert done.exit_code == status, done.output
        return done.stdout or done.output

    def change(self, *statements: str) -> None:
        with sqlite3.connect(self.database) as connection:
            for statement in statements:
                connection.execute(statement)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_verify_ends_with_0_when_all_holds_and_with_1_and_the_names_when_not(desk: Desk) -> None:
    assert "Chains and seals hold" in desk.yidi("verify")
    desk.change(
        "DROP TRIGGER settlement_append_only_update",
        "UPDATE settlement SET fund_fen = 1 WHERE settlement_id = '2'",
    )
    said = desk.yidi("verify", status=1)
    assert 'changed: 510000 settlement ["2"]' in said
    told = json.loads(desk.yidi("verify", "--json", status=1))
    looked = 3  # each of these commands is recorded, and that is chained
    assert (told["holds"], told["findings"], told["counts"]["links"]) == (False, 1, 6 + looked)
    assert told["shown"][0]["fact"] == '["2"]'
    assert told["counts"]["unsealed"] == 6


class Sealed(NamedTuple):
    """A table of sealed facts: the condition of one, its key and that of its neighbour, and a change."""

    table: str
    first: str
    keys: tuple[str, str]
    change: str


_LINE = f'["2026-10",1,"{AWAY}","{HOME}","{{}}",""]'
SEALED = [
    Sealed(
        "settlement",
        "settlement_id = '1'",
        ('["1"]', '["2"]'),
        "fund_fen = fund_fen + 1",
    ),
    Sealed(
        "reconciliation_run",
        "version = 1 AND day = '2026-10-31'",
        ('["2026-10-31",1]', '["2026-10-31",2]'),
        "findings = findings + 1",
    ),
    Sealed(
        "clearing_line",
        "scheme = '310'",
        (_LINE.format("310"), _LINE.format("390")),
        "fund_fen = fund_fen + 1",
    ),
]


@pytest.mark.parametrize("sealed", SEALED, ids=lambda sealed: sealed.table)
@pytest.mark.parametrize("hand", ["changed", "removed", "reordered"])
def test_verify_names_which_fact_was_changed_removed_or_reordered_in_the_file(
    desk: Desk, sealed: Sealed, hand: str
) -> None:
    """A settlement, a result of reconciliation and a clearing document, by a hand on the SQLite file."""
    asyncio.run(desk.more())
    table, (first, second) = sealed.table, sealed.keys
    if hand == "changed":
        desk.change(
            f"DROP TRIGGER {table}_append_only_update",
            f"UPDATE {table} SET {sealed.change} WHERE {sealed.first}",
        )
    elif hand == "removed":
        desk.change(f"DROP TRIGGER {table}_append_only_delete", f"DELETE FROM {table} WHERE {sealed.first}")
    else:
        links = [
            f"UPDATE chain_link SET number = {{}} WHERE kind = '{table}' AND fact = '{key}'"
            for key in sealed.keys
        ]
        numbers = [desk.number(table, key) for key in sealed.keys]
        desk.change(
            "DROP TRIGGER chain_link_append_only_update",
            links[0].format(9999),
            links[1].format(numbers[0]),
            links[0].format(numbers[1]),
        )
    shown = json.loads(desk.yidi("verify", "--json", status=1))["shown"]
    named = {(one["what"], one["kind"], one["fact"]) for one in shown}
    if hand == "reordered":
        assert {(hand, table, first), (hand, table, second)} <= named
        assert "reordered: " in desk.yidi("verify", status=1)
    else:
        assert named == {(hand, table, first)}
        assert f"{hand}: {shown[0]['jurisdiction']} {table} {first}" in desk.yidi("verify", status=1)


def test_seal_signs_what_is_new_and_then_nothing(desk: Desk) -> None:
    made = json.loads(desk.yidi("seal", "--json"))["seals"]
    assert [(seal["jurisdiction"], seal["heads"]) for seal in made] == [
        ("000000", 1),
        ("440000", 1),
        ("510000", 1),
    ]
    assert "Nothing new" in desk.yidi("seal")
    assert json.loads(desk.yidi("verify", "--json"))["counts"]["unsealed"] == 0


def test_verify_says_what_is_not_sealed_yet_and_since_when_and_still_ends_with_0(desk: Desk) -> None:
    told = json.loads(desk.yidi("verify", "--json"))
    with sqlite3.connect(desk.database) as connection:
        ((oldest,),) = connection.execute("SELECT MIN(linked_at) FROM chain_link")
    assert (told["counts"]["unsealed"], told["counts"]["unsealed_since"]) == (6, oldest)
    assert f"6 links, the oldest of {oldest}, are under no seal yet" in desk.yidi("verify")
    desk.yidi("seal")
    assert json.loads(desk.yidi("verify", "--json"))["counts"]["unsealed_since"] == ""
    assert "Every link is under a seal" in desk.yidi("verify")


def test_a_copy_of_the_database_without_its_keys_stays_shut_and_says_what_is_missing(desk: Desk) -> None:
    desk.folder.rename(desk.folder.with_name("elsewhere"))
    said = desk.yidi("verify", status=1)
    assert "缺少此数据库的主密钥" in said
    assert "needs its key folder copied too" in said
    assert not desk.folder.exists(), "for a database that has keys nothing is ever made"


def test_keys_are_listed_rotated_and_brought_over_without_being_shown(desk: Desk) -> None:
    assert json.loads(desk.yidi("keys", "--json"))["data"]["510000"] == {"in_force": 1, "generations": [1]}
    assert "generation 2" in desk.yidi("rotate", "--at-once")
    assert json.loads(desk.yidi("keys", "--json"))["data"]["510000"]["in_force"] == 2
    assert "rewritten: 2" in desk.yidi("encrypt")
    assert "rewritten: 0" in desk.yidi("encrypt")
    assert "Chains and seals hold" in desk.yidi("verify"), "covers change, digests do not"
    assert (desk.folder / "master.key").read_text().strip() not in desk.yidi("keys")


def test_a_new_master_key_takes_the_place_of_the_old_one(desk: Desk) -> None:
    before = json.loads(desk.yidi("keys", "--json"))["master"]
    desk.yidi("rewrap")
    assert json.loads(desk.yidi("keys", "--json"))["master"] != before
    assert "Chains and seals hold" in desk.yidi("verify")
    (desk.folder / "master.key.old").replace(desk.folder / "master.key")
    assert "not that of this database" in desk.yidi("verify", status=1)


def test_a_database_begun_in_clear_is_encrypted_by_the_command(tmp_path: Path) -> None:
    desk = Desk(tmp_path, encrypt=False)
    assert "Set encrypt = true first" in desk.yidi("encrypt", status=1)
    desk.change("INSERT INTO received VALUES ('440000', 's', 'm', 'd', 'c', '', '2026')")
    desk.write_config(encrypt=True)
    assert "rewritten: 2" in desk.yidi("encrypt")
    assert b"said said" not in desk.database.read_bytes()
    assert "Chains and seals hold" in desk.yidi("verify")


def test_facts_without_links_are_linked_by_the_command(desk: Desk) -> None:
    desk.change("DROP TRIGGER chain_link_append_only_delete", "DELETE FROM chain_link")
    assert "added" in desk.yidi("verify", status=1)
    assert "linked: 6" in desk.yidi("link")
    assert "Chains and seals hold" in desk.yidi("verify")


def test_a_database_that_was_never_guarded_is_told_so(tmp_path: Path) -> None:
    config = tmp_path / "node.toml"
    config.write_text(f'database = "sqlite:{tmp_path}/n.sqlite"\nkeys = "none"\n')
    assert CliRunner().invoke(app, ["storage", "init", "--config", str(config)]).exit_code == 0
    done = CliRunner().invoke(app, ["audit", "verify", "--config", str(config)])
    assert (done.exit_code, "never sealed" in done.output) == (1, True)

"""`yidi access` and `yidi --user`: users at the command line, and the record of what was read there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from yidi.edges.access.passwords import fits, hashed, one_time, weak
from yidi.edges.access.refusals import LOGIN_UNFIT, NOT_SIGNED_IN
from yidi.edges.cli.acting import machine_account
from yidi.edges.cli.main import app
from yidi.wiring import PARTS

OWN = "sieben Zwerge am Berg"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Settings of a node of real data, with its tables."""
    file = tmp_path / "node.toml"
    (tmp_path / "keys.toml").write_text("[keys]\n", "utf-8")
    file.write_text(
        f'database = "sqlite:{tmp_path / "node.sqlite"}"\nkeys = "{tmp_path / "keys.toml"}"\n', "utf-8"
    )
    assert run(file, "storage", "init").exit_code == 0
    return file


def run(config: Path, *words: str, typed: str = "") -> Result:
    """Run a command."""
    runner = CliRunner()
    return runner.invoke(app, [*words, "--config", str(config)], input=typed, obj=PARTS)


def log_of(config: Path, *words: str) -> list[dict[str, str]]:
    """Read the record."""
    found: list[dict[str, str]] = json.loads(run(config, "access", "log", "--json", *words).stdout)
    return found


def test_the_first_administrator_gets_a_one_time_password_shown_once(config: Path) -> None:
    added = run(config, "access", "user", "add", "root.one", "--role", "administrator")
    assert added.exit_code == 0
    password = added.stdout.strip().rsplit(" ", 1)[-1]
    assert len(password) == 34
    (user,) = json.loads(run(config, "access", "user", "list", "--json").stdout)
    assert (user["login"], user["must_change"], user["password_hash"]) == ("root.one", 1, "***")
    assert user["changed_by"] == machine_account()
    assert password not in run(config, "access", "user", "list").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("Root", "--role", "administrator"),
        ("somebody", "--role", "king"),
        ("somebody", "--role", "hospital_operator"),
        ("somebody", "--role", "finance", "--institution", "H1"),
        ("somebody", "--role", "national_operator", "--jurisdiction", "330000"),
        ("somebody", "--role", "finance", "--jurisdiction", "33"),
        ("taken", "--role", "finance"),
    ],
)
def test_a_user_that_cannot_be_is_refused(config: Path, words: tuple[str, ...]) -> None:
    run(config, "access", "user", "add", "taken", "--role", "auditor")
    refused = run(config, "access", "user", "add", *words)
    assert refused.exit_code == 1
    assert LOGIN_UNFIT.code in refused.stderr


def test_what_is_read_at_the_command_line_is_recorded_under_the_machines_account(config: Path) -> None:
    run(config, "filing", "show", "--province", "330000", "--person", "P1", "--purpose", "complaint")
    run(config, "claim", "list", "--person", "P1")
    assert run(config, "claim", "list", "--person", "P1", "--purpose", "x").exit_code == 2
    rows = log_of(config)
    seen = [(row["login"], row["reading"], row["person_no"], row["purpose"]) for row in rows]
    me = machine_account()
    assert seen == [
        (me, "log", "", "audit"),
        (me, "claim", "P1", "claim"),
        (me, "filing", "P1", "complaint"),
    ]


def test_a_named_user_works_by_the_table_of_roles_and_with_the_password(config: Path) -> None:
    run(config, "access", "user", "add", "f.one", "--role", "finance", "--jurisdiction", "330000")
    show = ("--user", "f.one", "filing", "show", "--province", "330000", "--person", "P1")
    wrong = run(config, *show, typed="wrong password\n")
    assert wrong.exit_code == 1
    assert NOT_SIGNED_IN.code in wrong.stderr
    run(config, "access", "user", "passwd", "f.one", "--prompt", typed=f"{OWN}\n{OWN}\n")
    unchanged = run(config, *show, typed=f"{OWN}\n")
    assert unchanged.exit_code == 1
    assert "网页" in unchanged.stderr
    assert run(config, "access", "user", "close", "f.one").exit_code == 0
    assert NOT_SIGNED_IN.code in run(config, *show, typed=f"{OWN}\n").stderr
    assert [row["reading"] for row in log_of(config)] == ["log"]


def test_the_record_of_sign_ins_says_who_when_and_what_came_of_it(config: Path) -> None:
    run(config, "access", "user", "add", "f.one", "--role", "finance", "--jurisdiction", "330000")
    show = ("--user", "f.one", "filing", "show", "--province", "330000", "--person", "P1")
    run(config, *show, typed="wrong password\n")
    (row,) = log_of(config, "--sign-ins", "--login", "f.one")
    assert (row["outcome"], row["source"]) == ("wrong", "command line")
    assert "f.one" in run(config, "access", "log", "--sign-ins").stdout


def test_changing_nobody_is_told(config: Path) -> None:
    for words in (("role", "nobody", "finance"), ("passwd", "nobody"), ("close", "nobody")):
        assert run(config, "access", "user", *words).exit_code == 1


def test_passwords_too_short_common_or_like_the_login_are_weak() -> None:
    found = ("short", "password1234", "aaaaaaaaaaaaaaa", "my Clerk.One is", "x" * 129, "")
    assert all(weak("clerk.one", text) for text in found)
    assert not weak("clerk.one", OWN)
    assert not weak("clerk.one", one_time())


def test_a_hash_fits_its_password_alone_and_no_hash_fits_nothing() -> None:
    secret = hashed(OWN)
    assert secret.startswith("$argon2id$v=19$m=32768,t=3,p=1$")
    assert secret != hashed(OWN)
    assert fits(secret, OWN)
    assert not fits(secret, OWN + " ")
    assert not fits("", OWN)
    assert not fits("no hash", OWN)

"""Exit statuses, help and settings of the command line, whatever is typed."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from pathlib import Path

import httpx
import pytest

from tests.edges.cli.conftest import typed
from tests.house_rules.test_manual import typed as every_command
from tests.journeys.serving import Served
from yidi import __version__


@pytest.mark.parametrize("command", sorted(every_command()))
def test_every_command_explains_itself_in_both_languages(command: str) -> None:
    told = typed(*command.split()[1:], "--help")
    assert told.exit_code == 0
    assert any("\u4e00" <= mark <= "\u9fff" for mark in told.stdout)
    assert "Usage" in told.stdout


@pytest.mark.parametrize("words", [["nonsense"], ["settlement"], ["settlement", "show"], ["policy", "show"]])
def test_wrong_use_ends_with_two(words: list[str]) -> None:
    assert typed(*words).exit_code == 2


def test_it_tells_its_version() -> None:
    assert typed("--version").stdout.strip() == __version__


BAD = """
database = "mysql://root:hunter2@host/db"
keys = "keys.toml"
port = 99999
node = 200
jurisdictions = ["33"]
gateway = "none"
log_level = "loud"
[gateways]
"330000" = "md5"
"""


def test_every_fault_of_the_values_is_told_at_once_and_no_password(tmp_path: Path) -> None:
    file = tmp_path / "node.toml"
    file.write_text(BAD, "utf-8")
    for words in (["settings", "show"], ["serve"], ["storage", "init"], ["storage", "verify"]):
        told = typed(*words, "--config", file)
        assert told.exit_code == 3
        for name in (
            "database",
            "port = 99999",
            "node = 200",
            "'33'",
            "gateway of gateway",
            "330000",
            "loud",
        ):
            assert name in told.output, (words, name)
        assert "hunter2" not in told.output


def test_unknown_names_wrong_types_and_missing_values_are_told_together(tmp_path: Path) -> None:
    file = tmp_path / "node.toml"
    file.write_text('prot = 1\nport = "many"\nfold = 7\n', "utf-8")
    told = typed("settings", "show", "-c", file)
    assert told.exit_code == 3
    for name in ("prot: no such setting", "port = 'many'", "fold", "database: must be", "keys: must be"):
        assert name in told.output


def test_settings_are_shown_without_the_password_for_people_and_machines(tmp_path: Path) -> None:
    file = tmp_path / "node.toml"
    file.write_text('database = "postgresql://yidi:hunter2@db.example/yidi"\nkeys = "k.toml"\n', "utf-8")
    for more in ([], ["--json"]):
        told = typed("settings", "show", "-c", file, *more)
        assert told.exit_code == 0
        assert "hunter2" not in told.output
        assert "yidi:***@" in told.stdout
    assert json.loads(told.stdout)["port"] == 8033


def test_variables_override_the_file(tmp_path: Path) -> None:
    file = tmp_path / "node.toml"
    file.write_text('database = "sqlite:a"\nkeys = "k.toml"\nport = 1234\n', "utf-8")
    told = typed(
        "settings", "show", "-c", file, "--json", YIDI_PORT="4321", YIDI_JURISDICTIONS="330000,000000"
    )
    values = json.loads(told.stdout)
    assert (values["port"], values["jurisdictions"]) == (4321, ["330000", "000000"])


def test_a_node_without_its_file_of_secrets_does_not_start(tmp_path: Path) -> None:
    file = tmp_path / "node.toml"
    file.write_text(f'database = "sqlite:{tmp_path}/n.sqlite"\nkeys = "{tmp_path}/none.toml"\n', "utf-8")
    told = typed("serve", "--config", file)
    assert told.exit_code == 3
    assert "none.toml: no such file" in told.output


def test_a_weak_secret_is_refused_and_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text('[keys]\nH33010200001 = "hunter2"\n', "utf-8")
    file = tmp_path / "node.toml"
    file.write_text(f'database = "sqlite:{tmp_path}/n.sqlite"\nkeys = "{tmp_path}/keys.toml"\n', "utf-8")
    told = typed("serve", "--config", file)
    assert told.exit_code == 3
    assert "at least 16 characters" in told.output
    assert "hunter2" not in told.output


ONE_SECRET = 'H33010200001 = "0123456789abcdef"\n'


@pytest.mark.parametrize("text", [ONE_SECRET, f"{ONE_SECRET}[keys]\n", "keys = 1\n"])
def test_a_file_of_secrets_without_its_one_table_is_refused_and_not_read_as_empty(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "keys.toml").write_text(text, "utf-8")
    file = tmp_path / "node.toml"
    file.write_text(f'database = "sqlite:{tmp_path}/n.sqlite"\nkeys = "{tmp_path}/keys.toml"\n', "utf-8")
    told = typed("serve", "--config", file)
    assert told.exit_code == 3
    assert "write one table [keys]" in told.output


async def test_serve_answers_until_it_is_told_to_stop_and_then_ends_well(tmp_path: Path) -> None:
    served = Served(
        tmp_path, f"sqlite:{tmp_path / 'n.sqlite'}", {"H33010200001": "0123456789abcdef"}, fold=True
    )
    await served.start()
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        assert (await client.get(served.address)).status_code == 200
        assert (await client.post(f"{served.address}hsa/hgs/1101", content=b"{}")).status_code == 401
    assert await asyncio.wait_for(served.end(signal.SIGTERM), 120) in (0, -signal.SIGTERM)
    verified = await asyncio.to_thread(typed, "storage", "verify", "--config", served.config)
    assert verified.exit_code == 0


def test_a_port_that_is_taken_is_said_plainly(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = typed("demo", "--port", port, "--data", tmp_path)
    assert told.exit_code == 3
    assert f"端口 {port}（127.0.0.1）不能使用" in told.output
    assert f"port {port} of 127.0.0.1 cannot be used" in told.output


def test_serve_says_that_its_port_is_taken_before_it_touches_the_database(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text("[keys]\n", "utf-8")
    file = tmp_path / "node.toml"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        file.write_text(
            f'database = "sqlite:{tmp_path}/n.sqlite"\nkeys = "{tmp_path}/keys.toml"\nport = {port}\n',
            "utf-8",
        )
        told = typed("serve", "--config", file)
    assert told.exit_code == 3
    assert f"端口 {port}（127.0.0.1）不能使用" in told.output
    assert "http://" not in told.output
    assert not (tmp_path / "n.sqlite").exists()


NEEDS_A_DATABASE = (["serve"], ["storage", "init"], ["storage", "verify"], ["settlement", "show", "1"])
UNREACHABLE = ("sqlite:/nonexistent/n.sqlite", "postgresql://yidi:hunter2@127.0.0.1:1/yidi")


@pytest.mark.parametrize("database", UNREACHABLE)
@pytest.mark.parametrize("words", NEEDS_A_DATABASE, ids=" ".join)
def test_a_database_that_cannot_be_opened_is_said_in_a_sentence(
    tmp_path: Path, words: list[str], database: str
) -> None:
    (tmp_path / "keys.toml").write_text("[keys]\n", "utf-8")
    file = tmp_path / "node.toml"
    file.write_text(f'database = "{database}"\nkeys = "{tmp_path}/keys.toml"\n', "utf-8")
    told = typed(*words, "--config", file)
    assert told.exit_code == 1
    assert "The database or a file cannot be used" in told.output
    assert "hunter2" not in told.output


def test_a_database_without_tables_sends_settlement_show_to_storage_init(tmp_path: Path) -> None:
    file = tmp_path / "node.toml"
    file.write_text(f'database = "sqlite:{tmp_path}/n.sqlite"\nkeys = "none.toml"\n', "utf-8")
    told = typed("settlement", "show", "1", "--config", file)
    assert told.exit_code == 1
    assert "yidi storage init" in told.output


@pytest.mark.parametrize("secrets", ["[keys\n", "keys = 1\n"])
def test_a_file_of_secrets_that_cannot_be_read_is_a_fault_of_the_settings(
    tmp_path: Path, secrets: str
) -> None:
    (tmp_path / "keys.toml").write_text(secrets, "utf-8")
    file = tmp_path / "node.toml"
    file.write_text(f'database = "sqlite:{tmp_path}/n.sqlite"\nkeys = "{tmp_path}/keys.toml"\n', "utf-8")
    told = typed("serve", "--config", file)
    assert told.exit_code == 3
    assert "keys.toml: " in told.output


def test_an_area_whose_rules_nobody_knows_ends_with_one() -> None:
    assert typed("policy", "show", "999999", "--on", "1999-01-01").exit_code == 1
    assert typed("policy", "show", "140200", "--on", "2026-11-22").exit_code == 0
    assert typed("policy", "check").exit_code == 0

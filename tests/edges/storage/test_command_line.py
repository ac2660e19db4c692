"""`yidi storage init` and `yidi storage verify`."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from yidi.edges.cli.storage import app


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "facts.db"
    monkeypatch.setenv("YIDI_DATABASE", f"sqlite:{file}")
    monkeypatch.setenv("YIDI_KEYS", str(tmp_path / "keys.toml"))
    return file


def test_init_makes_the_tables_once_and_verify_finds_nothing_wrong(database: Path) -> None:
    assert "0001_relay" in CliRunner().invoke(app, ["init"]).stdout
    assert json.loads(CliRunner().invoke(app, ["init", "--json"]).stdout) == {"applied": []}
    verified = CliRunner().invoke(app, ["verify", "--json"])
    assert verified.exit_code == 0
    assert json.loads(verified.stdout)["holds"] is True
    assert CliRunner().invoke(app, ["verify"]).exit_code == 0


def test_verify_ends_with_one_and_names_what_is_wrong(database: Path) -> None:
    CliRunner().invoke(app, ["init"])
    with sqlite3.connect(database) as connection:
        connection.execute("INSERT INTO replied VALUES ('110000', 'H1', 'm7', '{}', '')")
    connection.close()
    told = CliRunner().invoke(app, ["verify"])
    assert told.exit_code == 1
    assert "answers_asked_for: 110000 H1 m7" in told.stdout
    found = json.loads(CliRunner().invoke(app, ["verify", "--json"]).stdout)
    assert found["holds"] is False


def test_a_database_without_tables_or_from_the_future_is_refused_with_the_remedy(database: Path) -> None:
    empty = CliRunner().invoke(app, ["verify"])
    assert empty.exit_code == 1
    assert "yidi storage init" in empty.output
    CliRunner().invoke(app, ["init"])
    with sqlite3.connect(database) as connection:
        connection.execute("INSERT INTO schema_version VALUES (9999, 'x', '')")
    connection.close()
    newer = CliRunner().invoke(app, ["init"])
    assert newer.exit_code == 1
    assert "newer" in newer.output

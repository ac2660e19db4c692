"""`yidi batch generate|run`: a table for people, JSON for machines, a status that says how it ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyarrow import parquet
from typer.testing import CliRunner

from yidi.domain.money import format_yuan
from yidi.edges.batch import engines
from yidi.edges.batch.engines import EngineMissing
from yidi.edges.batch.refusals import DOUBLED_FILE
from yidi.edges.cli.batch import app


def test_a_generated_month_is_reconciled_and_cleared_from_the_command_line(tmp_path: Path) -> None:
    folder, out = tmp_path / "month", tmp_path / "out"
    words = ["generate", "--settlements", "2000", "--seed", "3", "--month", "2026-02", "--rate-ppm", "5000"]
    made = CliRunner().invoke(app, [*words, "--folder", str(folder), "--json"])
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["nation"]["rows"] > 1900
    judged = CliRunner().invoke(
        app, ["run", "reconcile_day", str(folder), "--month", "2026-02", "--out", str(out)]
    )
    assert judged.exit_code == 1
    assert "SHA-256" in judged.stdout
    total_fen = json.loads(made.stdout)["care"]["total_fen"]
    assert f"total {format_yuan(total_fen, thousands=True)}" in "".join(judged.stdout.split("\n"))
    assert parquet.read_table(out / "reconcile_day.parquet").num_rows == len(
        parquet.read_table(folder / "truth.parquet")
    )
    lists = ["--excluded", str(folder / "disputed.parquet"), "--carried", str(folder / "carried.parquet")]
    words = ["run", "clearing_month", str(folder), str(folder / "earlier"), "--month", "2026-02", "--json"]
    cleared = CliRunner().invoke(app, [*words, *lists])
    assert cleared.exit_code == 0
    assert json.loads(cleared.stdout)["since"] == "2026-02-01"


def test_a_refused_run_ends_with_one_says_why_and_writes_nothing(month: Path, tmp_path: Path) -> None:
    words = ["run", "usage", str(month), str(month), "--month", "2026-11", "--out", str(tmp_path / "out")]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 1
    assert "FUNDS-83" in told.output
    assert not (tmp_path / "out").exists()
    assert (
        json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout.splitlines()[0])["code"] == "FUNDS-83"
    )


def test_the_same_extract_named_twice_is_a_doubled_file(month: Path) -> None:
    told = CliRunner().invoke(app, ["run", "usage", str(month), str(month), "--day", "2026-10-05"])
    assert told.exit_code == 1
    assert DOUBLED_FILE.code in told.output


@pytest.mark.parametrize(
    "words",
    [
        ["usage"],
        ["usage", "--month", "2026-13"],
        ["usage", "--since", "2026-10-02", "--until", "2026-10-01"],
        ["usage", "--month", "2026-10", "--day", "2026-10-01"],
        ["nothing", "--month", "2026-10"],
        ["usage", "--month", "2026-10", "--master", "local-cluster[2,1,1024]"],
    ],
)
def test_a_job_or_span_that_does_not_exist_is_wrong_use(month: Path, words: list[str]) -> None:
    assert CliRunner().invoke(app, ["run", words[0], str(month), *words[1:]]).exit_code == 2


def test_an_engine_that_is_not_there_is_said_so(month: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(memory: str, threads: int, master: str) -> object:
        raise EngineMissing("Spark needs Java 17 or later")

    monkeypatch.setattr(engines, "local_session", missing)
    told = CliRunner().invoke(app, ["run", "usage", str(month), "--month", "2026-10", "--engine", "spark"])
    assert told.exit_code == 3
    assert "Java 17" in told.output

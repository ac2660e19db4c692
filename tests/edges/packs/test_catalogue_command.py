"""`yidi catalogue`: what it writes, what it says, and its exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.edges.packs.test_catalogue_download import CODE, DRUG, row
from yidi.edges.cli.catalogue import app
from yidi.edges.packs.catalogue import read_catalogue
from yidi.edges.packs.location import packs_folder

RUN = CliRunner()
PLACE = ("--place", "330000")


@pytest.fixture
def drugs(tmp_path: Path) -> Path:
    """A download file with one drug."""
    path = tmp_path / "drug.txt"
    path.write_text(row("drug", **DRUG), "utf-8")
    return path


def test_an_import_writes_a_file_that_the_catalogue_reads(tmp_path: Path, drugs: Path) -> None:
    packs = tmp_path / "packs"
    (packs / "catalogue").mkdir(parents=True)
    sample = packs_folder() / "catalogue" / "items.csv"
    (packs / "catalogue" / "items.csv").write_bytes(sample.read_bytes())
    terms = tmp_path / "terms.csv"
    terms.write_text(f"code,first_self_pct,price_limit\n{CODE},3,7.5\n", "utf-8")
    out = packs / "catalogue" / "places" / "330000" / "drug.csv"
    done = RUN.invoke(
        app,
        ["import", str(drugs), "--kind", "drug", *PLACE, "--out", str(out), "--terms", str(terms), "--json"],
    )
    assert done.exit_code == 0, done.output
    summary = json.loads(done.stdout)
    assert (summary["written"], summary["findings"], summary["refusals"]) == (1, 0, [])
    (entry,) = read_catalogue("330000", packs).items("2024-01-01")
    assert (entry.code, entry.first_self_bp, entry.price_limit_micro) == (CODE, 300, 7_500_000)


def test_an_import_with_findings_writes_nothing_and_keeps_what_was_there(tmp_path: Path) -> None:
    bad, out = tmp_path / "bad.txt", tmp_path / "out.csv"
    bad.write_text("\n".join(["a\tb"] * 30), "utf-8")
    out.write_text("before", "utf-8")
    done = RUN.invoke(app, ["import", str(bad), "--kind", "drug", *PLACE, "--out", str(out)])
    assert done.exit_code == 1
    assert "MESSAGE-90" in done.stdout
    assert "10 more" in done.stdout
    assert out.read_text("utf-8") == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.txt", "out.csv"]


def test_a_list_of_codes_is_written_with_its_heading(tmp_path: Path) -> None:
    file, out = tmp_path / "chronic.txt", tmp_path / "out.csv"
    file.write_text(row("chronic_disease", code="M03900", name="高血压", valid="1"), "utf-8")
    done = RUN.invoke(app, ["import", str(file), "--kind", "chronic_disease", *PLACE, "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert out.read_text("utf-8") == "code,name,parent,place,operation\nM03900,高血压,,,\n"


@pytest.mark.parametrize(
    "wrong",
    [
        ["--kind", "toys"],
        ["--place", "990000"],
        ["--class-b-first-self", "101"],
        ["--unclassed", "D"],
    ],
)
def test_a_wrong_use_is_status_two(tmp_path: Path, drugs: Path, wrong: list[str]) -> None:
    given = {"--kind": "drug", "--place": "330000", "--out": str(tmp_path / "out.csv")}
    given[wrong[0]] = wrong[1]
    done = RUN.invoke(app, ["import", str(drugs), *(part for pair in given.items() for part in pair)])
    assert done.exit_code == 2
    assert not (tmp_path / "out.csv").exists()


def test_an_item_can_be_looked_up() -> None:
    asked = ["show", "ZA06BBX0548010100293", *PLACE, "--day", "2024-01-01"]
    shown = RUN.invoke(app, [*asked, "--json"])
    assert shown.exit_code == 0
    described = json.loads(shown.stdout)
    assert (described["kind"], described["first_self_pct"], described["price_limit"]) == ("patent", "5", "24")
    assert "ZA06BBX0548010100293" in RUN.invoke(app, asked).stdout
    assert RUN.invoke(app, ["show", "ZA06", *PLACE, "--day", "2024-01-01"]).exit_code == 1
    assert RUN.invoke(app, ["show", "ZA06", *PLACE, "--day", "yesterday"]).exit_code == 2

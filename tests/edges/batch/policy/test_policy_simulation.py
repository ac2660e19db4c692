"""`yidi policy simulate` and `generate` from end to end, on real files."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet
from typer.testing import CliRunner

from yidi.domain.policy.policy import Policies
from yidi.edges.batch.policy.choosing import policies_of
from yidi.edges.batch.policy.simulating import NotSimulated, Sides, Simulation
from yidi.edges.cli.policy import app
from yidi.edges.packs.location import packs_folder

SHIPPED = packs_folder() / "policy"


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("population") / "visits.parquet"
    made = CliRunner().invoke(
        app, ["generate", str(path), "--visits", "6000", "--seed", "3", "--area", "420100"]
    )
    assert made.exit_code == 0, made.output
    return path


@pytest.fixture(scope="module")
def reform(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wuhan with 90 % at third-level hospitals, and less for outpatient care."""
    text = (SHIPPED / "420100-wuhan.yaml").read_text("utf-8")
    path = tmp_path_factory.mktemp("reform") / "wuhan.yaml"
    path.write_text(text.replace("ratio: 86%", "ratio: 90%").replace("amount: 3500", "amount: 3000"), "utf-8")
    return path


@pytest.fixture(scope="module")
def sides(reform: Path) -> Sides:
    chosen = [policies_of(name, SHIPPED) for name in ("wuhan", str(reform))]
    base, other = (each for each in chosen if isinstance(each, Policies))
    return Sides(base, other)


def simulated(visits: Path, reform: Path, *more: str) -> dict[str, object]:
    found = CliRunner().invoke(
        app, ["simulate", "--base", "wuhan", "--reform", str(reform), str(visits), "--json", *more]
    )
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)  # type: ignore[no-any-return]


def test_a_reform_shows_funds_winners_and_losers_by_every_group(
    visits: Path, reform: Path, tmp_path: Path
) -> None:
    found = simulated(visits, reform, "--html", str(tmp_path / "page.html"))
    whole, by = found["whole"], found["by"]
    assert set(by) == {"area", "scheme", "level", "filing", "age", "decile"}  # type: ignore[arg-type]
    assert whole["winners"] > 0  # type: ignore[index]
    assert whole["losers"] > 0  # type: ignore[index]
    for rows in by.values():  # type: ignore[attr-defined]
        for side in ("base", "reform"):
            assert sum(row[side]["person_fen"] for row in rows) == whole[side]["person_fen"]  # type: ignore[index]
    for row in (whole, *by["age"]):  # type: ignore[index]
        for side in (row["base"], row["reform"]):  # type: ignore[index]
            assert row["total_fen"] == side["fund_total_fen"] + side["person_fen"]  # type: ignore[index]
        assert row["gained_fen"] - row["lost_fen"] == row["base"]["person_fen"] - row["reform"]["person_fen"]  # type: ignore[index]
    page = (tmp_path / "page.html").read_text("utf-8")
    assert page.count("<svg") == 12
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_nothing_changes_where_base_and_reform_are_the_same(visits: Path) -> None:
    found = CliRunner().invoke(
        app, ["simulate", "--base", "wuhan", "--reform", "wuhan", str(visits), "--json"]
    )
    whole = json.loads(found.stdout)["whole"]
    assert (whole["winners"], whole["losers"]) == (0, 0)
    assert whole["base"] == whole["reform"]


def test_pieces_and_threads_of_any_size_give_the_same_sums(visits: Path, sides: Sides) -> None:
    once = Simulation(sides, visits).run().groups
    for piece, threads in ((101, 3), (1_000, 1)):
        assert Simulation(sides, visits, piece=piece, threads=threads).run().groups == once


def test_many_visits_whose_rules_are_written_out_give_the_same_sums(
    visits: Path, sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = Simulation(sides, visits).run()
    monkeypatch.setattr("yidi.edges.batch.policy.simulating.KEEP_EVERY", 1_000)
    monkeypatch.setattr("yidi.edges.batch.policy.simulating.COMMON_BP", 3_000)
    written = Simulation(sides, visits, piece=300, many=6_000)
    found = written.run()
    assert not any(shelf.walks.counting for shelf in written.shelves)
    assert (found.groups, found.refused) == (once.groups, once.refused)


def test_a_run_that_is_broken_off_goes_on_to_the_same_sums(
    visits: Path, sides: Sides, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yidi.edges.batch.policy.simulating.KEEP_EVERY", 500)
    whole = Simulation(sides, visits).run().groups
    seen = 0

    def stop(rows: int) -> None:
        nonlocal seen
        seen += rows
        if seen > 2_500:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Simulation(sides, visits, piece=300, folder=tmp_path).run(stop)
    done = json.loads((tmp_path / "progress.json").read_text())["rows"]
    assert 0 < done < 6_000
    first: list[int] = []
    assert Simulation(sides, visits, piece=300, folder=tmp_path).run(first.append).groups == whole
    assert first[0] == done
    other = Sides(sides.base, sides.base)
    with pytest.raises(NotSimulated, match="another simulation") as other_run:
        Simulation(other, visits, folder=tmp_path).run()
    assert [each.code for each in other_run.value.refusals] == ["POLICY-84"]


def test_bills_beyond_the_range_are_left_out_and_named_in_both_languages(
    visits: Path, tmp_path: Path
) -> None:
    table = parquet.read_table(visits).slice(0, 50)
    for name in ("total_fen", "in_scope_fen"):
        amounts = table[name].to_pylist()
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, pa.array([10**12 + 1, *amounts[1:]], pa.int64()))
    path, page = tmp_path / "great.parquet", tmp_path / "page.html"
    parquet.write_table(table, path)
    asked = ["simulate", "--base", "wuhan", "--reform", "wuhan", str(path)]
    found = json.loads(CliRunner().invoke(app, [*asked, "--json", "--html", str(page)]).stdout)
    assert [each["code"] for each in found["findings"]] == ["POLICY-86"]
    assert found["whole"]["beyond_range"] == 1
    told = CliRunner().invoke(app, asked)
    assert told.exit_code == 0
    for text in (told.stderr, page.read_text("utf-8")):
        assert "1 次就诊的费用超过 10,000,000,000.00 元" in text
        assert (
            "an amount above 10,000,000,000.00 yuan, which is beyond bulk computing, are left out: 1." in text
        )

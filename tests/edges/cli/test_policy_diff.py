"""`yidi policy diff` as a reviewer types it: rules in words, and the visits that come out otherwise."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from typer.testing import CliRunner, Result

from yidi.edges.cli.policy import app
from yidi.edges.packs.location import packs_folder

SHIPPED = packs_folder() / "policy"
XIAN = SHIPPED / "610100-xian.yaml"
RUN = CliRunner()


@cache
def few() -> TemporaryDirectory[str]:
    """Three packs are enough here, and quicker to read than all of them."""
    folder = TemporaryDirectory(prefix="packs-")
    for name in ("610100-xian", "110000-beijing", "any-demonstration"):
        shutil.copy(SHIPPED / f"{name}.yaml", folder.name)
    return folder


def diff(*words: object) -> Result:
    """Type the command."""
    return RUN.invoke(app, ["diff", *map(str, words), "--packs", few().name])


def changed(folder: Path, old: str, new: str) -> Path:
    """Xi'an's pack with one piece of text replaced."""
    text = XIAN.read_text("utf-8")
    assert text.count(old) == 1
    path = folder / "changed.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def dearer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The deductible of the first stay is 50 yuan higher, by another document."""
    return changed(
        tmp_path_factory.mktemp("packs"),
        "stay: 1, amount: 650, source: S1",
        "stay: 1, amount: 700, source: S2",
    )


def test_a_file_is_like_itself_and_ends_with_status_zero() -> None:
    done = diff(XIAN, XIAN, "--sample", "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert (found["changes"], found["differing"]) == ([], [])
    assert found["visits"] == 2646


def test_a_changed_figure_is_told_with_both_values_both_sources_and_the_visits_it_moves(dearer: Path) -> None:
    done = diff(XIAN, dearer, "--sample", "--json")
    assert done.exit_code == 1
    found = json.loads(done.output)
    (change,) = found["changes"]
    assert (change["what"], change["scheme"]) == ("changed", "310")
    assert "第1次住院" in change["who_zh"]
    assert (change["old"]["en"], change["new"]["en"]) == ("650 yuan", "700 yuan")
    assert (change["old"]["dated"], change["new"]["dated"]) == ("2022-08-16", "2023-03")
    first = found["differing"][0]
    assert first["situation"]["level"] == 3
    assert first["funds_fen"] == [["pool", -4400]]
    assert first["person_fen"] == 4400
    assert all(each["fund_total_fen"] + each["person_fen"] == 0 for each in found["differing"])


def test_the_words_are_in_both_languages_and_the_table_counts_them(dearer: Path) -> None:
    done = diff(XIAN, dearer, "--sample")
    for words in ("变更 changed", "650 元", "700 yuan", "个人 person +44.00", "147", "2646"):
        assert words in done.output, words


def test_a_single_figure_is_one_line_and_says_where_both_values_stand(dearer: Path) -> None:
    lines = diff(XIAN, dearer, "--sample").output.splitlines()
    rules = [line for line in lines if "→" in line]
    assert len(rules) == 1
    assert "650 元 → 700 元 (650 yuan → 700 yuan)" in rules[0]
    assert "(2022-08-16) → " in rules[0]
    assert lines[lines.index(next(line for line in lines if "结果改变的就诊" in line)) + 1].startswith(
        "310  800 元 yuan"
    )


def test_a_change_no_sampled_visit_reaches_says_how_to_see_one(tmp_path: Path) -> None:
    path = changed(tmp_path, "        - {level: 3, stay: 3, amount: 350, source: S1}\n", "")
    path.write_text(path.read_text("utf-8").replace("stay: 4+, amount: 0", "stay: 3+, amount: 0"), "utf-8")
    assert "--visits" in diff(XIAN, path, "--sample").output


def test_a_row_more_and_a_row_less_are_told_as_added_and_removed(tmp_path: Path) -> None:
    path = changed(tmp_path, "        - {level: 3, stay: 3, amount: 350, source: S1}\n", "")
    path.write_text(path.read_text("utf-8").replace("stay: 4+, amount: 0", "stay: 3+, amount: 0"), "utf-8")
    found = json.loads(diff(XIAN, path, "--json").output)
    assert sorted(each["what"] for each in found["changes"]) == ["added", "removed", "removed"]


def test_two_days_of_an_area_are_two_versions() -> None:
    done = diff("110000@2022-06-01", "110000@2026-11-22", "--scheme", "390", "--json")
    assert done.exit_code == 1
    (change,) = json.loads(done.output)["changes"]
    assert (change["old"]["en"], change["new"]["en"]) == ("4,500 yuan", "5,000 yuan")


def test_two_folders_are_compared_pack_by_pack(tmp_path: Path) -> None:
    text = (SHIPPED / "any-demonstration.yaml").read_text("utf-8")
    for name, amount in (("old", "150000"), ("new", "160000")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "demo.yaml").write_text(text.replace("150000", amount), "utf-8")
    done = diff(tmp_path / "old", tmp_path / "new", "--sample", "--json")
    found = json.loads(done.output)
    assert {each["scheme"] for each in found["changes"]} == {"310", "390"}
    assert {each["new"]["en"] for each in found["changes"]} == {"160,000 yuan"}
    assert all(each["bill"]["in_scope_fen"] >= 260_000_00 for each in found["differing"])


ROW = {
    "scheme": "310", "person_class": "working", "age": 40, "level": 3, "care_kind": "inpatient",
    "total_fen": 1_000_000, "full_self_fen": 0, "over_limit_fen": 0, "first_self_fen": 0,
    "in_scope_fen": 1_000_000,
}  # fmt: skip


@pytest.mark.parametrize("suffix", ["json", "parquet"])
def test_visits_of_a_file_are_settled_under_both(dearer: Path, tmp_path: Path, suffix: str) -> None:
    rows = tmp_path / "visits.json"
    rows.write_text(json.dumps([ROW, {**ROW, "level": 2}]), "utf-8")
    if suffix == "parquet":
        with duckdb.connect() as opened:
            opened.execute(f"COPY (FROM read_json_auto('{rows}')) TO '{tmp_path}/visits.parquet'")
    found = json.loads(diff(XIAN, dearer, "--visits", tmp_path / f"visits.{suffix}", "--json").output)
    assert found["visits"] == 2
    assert [each["situation"]["level"] for each in found["differing"]] == [3]


def test_a_visit_that_cannot_be_read_is_named_by_its_row(dearer: Path, tmp_path: Path) -> None:
    rows = tmp_path / "visits.json"
    rows.write_text(json.dumps([ROW, {**ROW, "hospital_mood": "good"}]), "utf-8")
    done = diff(XIAN, dearer, "--visits", rows)
    assert done.exit_code == 2
    assert "hospital_mood" in done.output


def test_a_side_that_cannot_be_read_ends_with_status_two(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("pack: [", "utf-8")
    assert "POLICY-21" in diff(XIAN, tmp_path / "broken.yaml").output
    assert diff(XIAN, tmp_path / "broken.yaml").exit_code == 2
    assert diff(XIAN, "nowhere").exit_code == 2
    done = diff(XIAN, "610100@2019-01-01")
    assert done.exit_code == 2
    assert "POLICY-02" in done.output

"""Every job finds what is there, the same on both engines, the same to the byte when it is run again."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest
from pyarrow import parquet

from scripts.transpile_jobs import twins
from tests.edges.batch.conftest import MONTH
from yidi.edges.batch.engines import DuckDB, Engine, Spark
from yidi.edges.batch.form import FORM, SIDES, Sums
from yidi.edges.batch.generate import CARRIED, DISPUTED, TRUTH, generate
from yidi.edges.batch.inputs import Period
from yidi.edges.batch.jobs import JOBS
from yidi.edges.batch.manifest import read_manifest
from yidi.edges.batch.running import JobResult, run_job, write_result
from yidi.edges.batch.synthetic import DIFFERENCES

OCTOBER = Period("2026-10-01", "2026-11-01")


def lists_of(folder: Path) -> Mapping[str, Path]:
    return {"excluded": folder / f"{DISPUTED}.parquet", "carried": folder / f"{CARRIED}.parquet"}


def run(name: str, folder: Path, engine: Engine | None = None, period: Period = OCTOBER) -> JobResult:
    folders = [folder, folder / "earlier"] if name.startswith("clearing") else [folder]
    result = run_job(name, folders, period, engine, lists_of(folder))
    assert isinstance(result, JobResult), result
    return result


def rows_of(folder: Path, side: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for file in sorted((folder / side).glob("*.parquet")):
        rows += parquet.read_table(file).to_pylist()
    return rows


def truth_of(folder: Path) -> set[tuple[str, str]]:
    table = parquet.read_table(folder / f"{TRUTH}.parquet")
    return set(zip(table["settlement_id"].to_pylist(), table["difference"].to_pylist(), strict=True))


def found_by(result: JobResult) -> set[tuple[str, str]]:
    return {(str(row["settlement_id"]), str(row["difference"])) for row in result.rows}


def test_reconciliation_finds_every_injected_difference_and_no_other(month: Path) -> None:
    truth, result = truth_of(month), run("reconcile_day", month)
    assert {difference for _, difference in truth} == set(DIFFERENCES)
    assert found_by(result) == truth
    assert result.table.num_rows == len(truth)


def test_reconciling_day_by_day_finds_the_same_and_a_late_one_on_both_its_days(month: Path) -> None:
    found: dict[tuple[str, str], int] = defaultdict(int)
    days = Period("2026-10-10", "2026-10-14")
    whole = found_by(run("reconcile_day", month, period=days))
    for day in days.widened(1, 1).days():
        for difference in whole & found_by(
            run("reconcile_day", month, period=Period(day, day).widened(0, 1))
        ):
            found[difference] += 1
    assert set(found) == whole
    assert {days for (_, difference), days in found.items() if difference == "late"} == {2}
    assert {days for (_, difference), days in found.items() if difference != "late"} == {1}


@pytest.mark.parametrize("threads", [1, 3])
def test_every_job_gives_the_same_bytes_again(month: Path, tmp_path: Path, threads: int) -> None:
    for name in JOBS:
        first, again = tmp_path / "first", tmp_path / "again"
        write_result(run(name, month), first)
        result = run(name, month, DuckDB("1GB", threads))
        assert write_result(result, again).read_bytes() == (first / f"{name}.parquet").read_bytes()
        assert (again / f"{name}.json").read_bytes() == (first / f"{name}.json").read_bytes()
        assert result.sha256 in (again / f"{name}.json").read_text("utf-8")
        assert result.table.num_rows > 0


def test_the_digest_is_over_the_columns_and_the_rows_a_json_line_each(month: Path) -> None:
    result = run("usage", month)
    lines = [list(result.table.column_names), *[list(row.values()) for row in result.rows]]
    text = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    assert hashlib.sha256(text).hexdigest() == result.sha256


@pytest.mark.parametrize("name", JOBS)
def test_spark_gives_the_rows_of_duckdb(month: Path, spark: Spark, name: str) -> None:
    days = Period("2026-10-01", "2026-10-05")
    ours, theirs = run(name, month, period=days), run(name, month, spark, days)
    assert ours.table.num_rows > 0
    assert theirs.table.equals(ours.table)
    assert theirs.manifest() == ours.manifest()


def test_no_spark_twin_is_stale() -> None:
    stale = [place.name for place, text in twins().items() if place.read_text("utf-8") != text]
    assert not stale, "run: python scripts/transpile_jobs.py"
    assert {place.stem for place in twins()} == set(JOBS)


def test_clearing_adds_up_to_what_enters_it_and_to_nothing_else(month: Path) -> None:
    lists = {n: set(parquet.read_table(p)[0].to_pylist()) for n, p in lists_of(month).items()}
    expected: dict[tuple[object, ...], Sums] = defaultdict(Sums)
    for row in [*rows_of(month, "nation"), *rows_of(month / "earlier", "nation")]:
        late = str(row["business_day"]) < OCTOBER.since
        if row["state"] != "booked" or row["settlement_id"] in lists["excluded"]:
            continue
        if late and row["settlement_id"] not in lists["carried"]:
            continue
        kind = ("late_undone" if late else "undone") if row["undoes"] else ("late" if late else "settled")
        amounts = [row[name] for name in ("total_fen", "fund_fen", "account_fen")]
        expected[row["care"], row["insured"], row["scheme"], kind] += Sums(1, *amounts)  # type: ignore[arg-type]
    found = {
        (row["care"], row["insured"], row["scheme"], row["kind"]): Sums(*list(row.values())[4:])  # type: ignore[arg-type]
        for row in run("clearing_month", month).rows
    }
    assert found == expected
    assert {key[3] for key in found} == {"settled", "undone", "late"}


def total(result: JobResult, **where: str) -> Sums:
    names = ("settlements", "total_fen", "fund_fen", "account_fen")
    chosen = [row for row in result.rows if all(row[name] == value for name, value in where.items())]
    return sum((Sums(*(int(row[name] or 0) for name in names)) for row in chosen), Sums())


def test_areas_add_up_to_their_province_and_usage_to_the_nations_books(month: Path) -> None:
    pairs, areas = run("clearing_month", month), run("clearing_by_area", month)
    for insured in MONTH.provinces:
        assert total(areas, insured=insured) == total(pairs, insured=insured) != Sums()
    booked = [row for row in rows_of(month, "nation") if row["state"] == "booked"]
    usage = run("usage", month)
    assert total(usage, month="2026-10").fund_fen == sum(int(str(row["fund_fen"])) for row in booked)
    assert total(usage) == total(usage, month="2026-10")


def test_institutions_add_up_to_what_the_care_place_booked(month: Path) -> None:
    booked = [row for row in rows_of(month, "care") if row["state"] == "booked"]
    result = run("institution_month", month)
    assert total(result).rows == len(booked)
    assert total(result, kind="undone").total_fen == sum(
        int(str(row["total_fen"])) for row in booked if row["undoes"]
    )


def test_what_a_result_says_of_its_inputs_is_what_the_files_hold(month: Path) -> None:
    result = run("reconcile_day", month)
    for side in SIDES:
        rows = rows_of(month, side)
        assert result.counts_in[side] == len(rows)
        assert result.sums_per_side[side].fund_fen == sum(int(str(row["fund_fen"])) for row in rows)


def test_a_month_in_which_nothing_happened_has_empty_results(tmp_path: Path, spark: Spark) -> None:
    generate(MONTH._replace(settlements=0), tmp_path)
    for name in JOBS:
        result = run(name, tmp_path)
        assert result.table.num_rows == 0
        assert set(result.counts_in.values()) == {0}
        assert run(name, tmp_path, spark, Period("2026-10-01", "2026-10-02")).table.equals(result.table)


def test_a_list_that_names_a_settlement_twice_counts_it_once(month: Path, tmp_path: Path) -> None:
    twice = pa.concat_tables([parquet.read_table(month / f"{CARRIED}.parquet")] * 2)
    parquet.write_table(twice, tmp_path / "twice.parquet")
    lists = {**lists_of(month), "carried": tmp_path / "twice.parquet"}
    result = run_job("clearing_month", [month, month / "earlier"], OCTOBER, None, lists)
    assert isinstance(result, JobResult)
    assert result.sha256 == run("clearing_month", month).sha256


def test_the_same_seed_makes_the_same_month_and_another_seed_another(month: Path, tmp_path: Path) -> None:
    same = generate(MONTH, tmp_path / "same", threads=1)
    other = generate(MONTH._replace(seed=8), tmp_path / "other")
    rows = {folder: rows_of(folder, "insured") for folder in (month, tmp_path / "same", tmp_path / "other")}
    assert same.sums() == read_manifest(month).sums()
    assert rows[tmp_path / "same"] == rows[month] != rows[tmp_path / "other"]
    assert other.sums() != same.sums()
    assert list(rows[month][0]) == FORM.names

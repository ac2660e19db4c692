"""The report says why visits are refused: how many under each side, and the first of them by its row."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from yidi.domain.policy.policy import Policies
from yidi.edges.batch.policy.choosing import policies_of
from yidi.edges.batch.policy.population import Population, places_of, write_population
from yidi.edges.batch.policy.report import Report, page, report_of
from yidi.edges.batch.policy.simulating import Sides, Simulation
from yidi.edges.batch.policy.visits import HEADS
from yidi.edges.packs.location import packs_folder

SHIPPED = packs_folder() / "policy"
ROWS = 600


@cache
def policies() -> Policies:
    found = policies_of("wuhan", SHIPPED)
    assert isinstance(found, Policies)
    return found


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Visits of employees in Wuhan, every sixtieth wrong in each of five ways, the last person's too old."""
    path = tmp_path_factory.mktemp("population") / "visits.parquet"
    places, areas = places_of(policies(), ["420100"], 2026)
    write_population(Population(ROWS, 3, 2026, places[:1], areas[:1]), path)
    table = parquet.read_table(path)
    columns: dict[str, list[Any]] = {name: table[name].to_pylist() for name in table.schema.names}
    for row in range(0, ROWS, 60):
        columns["in_scope_fen"][row] = -1
        columns["total_fen"][row + 10] += 1
        columns["level"][row + 20] = 9
        columns["age"][row + 30] = 250
        columns["scheme"][row + 40] = "777"
    last = max(columns["person"])
    for row in range(ROWS):
        if columns["person"][row] == last:
            columns["on"][row] = date(1999, 5, 1)
    parquet.write_table(pa.table(columns, schema=table.schema), path)
    return path


def report(path: Path, **more: Any) -> Report:
    return report_of(Simulation(Sides(policies(), policies()), path, **more).run(), "a", "b", path.name)


def test_every_refused_visit_is_counted_under_its_reason_with_the_first_row(wrong: Path) -> None:
    found = report(wrong)
    old = [row for row, day in enumerate(parquet.read_table(wrong)["on"].to_pylist()) if day.year == 1999]
    assert min(old) > ROWS - 20
    told = {(e.refusal.code, e.refusal.field, e.first_row, e.base, e.reform) for e in found.refused}
    assert told == {
        ("FEE-42", "in_scope_fen", 1, 10, 10),
        ("FEE-41", "total_fen", 1, 20, 20),
        ("POLICY-04", "level", 21, 10, 10),
        ("POLICY-04", "age", 31, 10, 10),
        ("POLICY-01", "area", 41, 10, 10),
        ("POLICY-02", "on", min(old) + 1, len(old), len(old)),
    }
    assert found.whole.refused_base == found.whole.refused_reform == 50 + len(old)


def test_a_number_out_of_range_is_told_as_the_file_has_it(wrong: Path, tmp_path: Path) -> None:
    table = parquet.read_table(wrong)
    columns: dict[str, list[Any]] = {name: table[name].to_pylist() for name in table.schema.names}
    columns["age"][30], columns["level"][20] = 321, -7
    parquet.write_table(pa.table(columns, schema=table.schema), tmp_path / "visits.parquet")
    told = {e.refusal.field: e for e in report(tmp_path / "visits.parquet").refused}
    assert (told["age"].first_row, told["level"].first_row) == (31, 21)
    assert "321" in told["age"].refusal.cause_en
    assert "-7" in told["level"].refusal.cause_zh


def test_reasons_are_the_same_whatever_the_pieces_and_threads(wrong: Path) -> None:
    once = report(wrong)
    for piece, threads in ((37, 3), (100, 1)):
        assert report(wrong, piece=piece, threads=threads) == once


def stopped_after(rows: int, visits: Path, folder: Path) -> None:
    """Interrupt a simulation as its operator would, once more than `rows` visits are computed."""
    seen = 0

    def stop(done: int) -> None:
        nonlocal seen
        seen += done
        if seen > rows:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Simulation(Sides(policies(), policies()), visits, piece=50, folder=folder).run(stop)


def test_a_run_that_goes_on_keeps_the_reasons_found_before(
    wrong: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yidi.edges.batch.policy.simulating.KEEP_EVERY", 100)
    stopped_after(300, wrong, tmp_path)
    assert (tmp_path / "progress.json").exists()
    assert report(wrong, piece=50, folder=tmp_path) == report(wrong)


def test_what_no_source_decides_is_counted_alike_in_a_run_that_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yidi.edges.batch.policy.simulating.KEEP_EVERY", 100)
    places, areas = places_of(policies(), ["330100", "330200", "510100", "441800"], 2026)
    path = tmp_path / "visits.parquet"
    write_population(Population(6_000, 3, 2026, places, areas), path)
    table = parquet.read_table(path)
    dear = np.where(np.arange(len(table)) % 3 == 0, 60, 1)
    columns = {
        n: pa.array(table[n].to_numpy() * dear) if n in HEADS else table[n] for n in table.schema.names
    }
    parquet.write_table(pa.table(columns, schema=table.schema), path)
    whole = report(path)
    assert {"deductible", "caps"} <= {e.refusal.field.rpartition(".")[2] for e in whole.refused}
    stopped_after(4_500, path, tmp_path)
    assert report(path, piece=50, folder=tmp_path) == whole


def test_the_page_shows_the_reasons_in_both_languages(wrong: Path) -> None:
    text = page(report(wrong))
    assert "拒付原因 Why visits are refused" in text
    assert "政策范围内金额为 -0.01 元" in text
    assert "The part in scope is -0.01 yuan" in text

"""Differences that cancel each other out in counts and sums of the same span: each is found all the same."""

from __future__ import annotations

import random
import shutil
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.edges.batch.conftest import MONTH
from yidi.edges.batch.engines import Engine, Spark
from yidi.edges.batch.form import AMOUNTS, FORM, LAYOUT, SIDES
from yidi.edges.batch.generate import generate
from yidi.edges.batch.inputs import Period
from yidi.edges.batch.manifest import described, read_manifest, write_manifest
from yidi.edges.batch.running import JobResult, run_job
from yidi.edges.batch.widths import PER_SPAN, width_of

Row = dict[str, Any]
DAY, NEXT = "2026-10-12", "2026-10-13"
PERIOD = Period(DAY, NEXT)
ROUTE = ("care", "insured", "scheme", "pair_key")
COMPARED = (*AMOUNTS, "pair_key", "state", "business_day")


@pytest.fixture(scope="module")
def agreeing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month of 9,000 settlements on which all agree."""
    folder = tmp_path_factory.mktemp("agreeing") / "month"
    generate(MONTH._replace(settlements=9_000, rate_ppm=0), folder)
    return folder


class Copy:
    """A copy of a month in which parties come to hold something else."""

    def __init__(self, month: Path, folder: Path) -> None:
        self.folder = Path(shutil.copytree(month, folder))
        self._files = {file.name: file for file in read_manifest(folder).files}

    def rows(self, side: str, day: str = DAY) -> list[Row]:
        rows: list[Row] = parquet.read_table(self.folder / side / f"{day}.parquet").to_pylist()
        return rows

    def hold(self, side: str, rows: Sequence[Row], day: str = DAY) -> None:
        path, name = self.folder / side / f"{day}.parquet", f"{side}/{day}.parquet"
        parquet.write_table(pa.Table.from_pylist(list(rows), schema=FORM), path, **LAYOUT)
        self._files[name] = described(path, side, day, self._files[name].jurisdictions)
        manifest = read_manifest(self.folder)
        write_manifest(self.folder, manifest.since, manifest.until, self._files.values())

    def found(self, engine: Engine | None = None) -> set[tuple[str, str]]:
        result = run_job("reconcile_day", [self.folder], PERIOD, engine)
        assert isinstance(result, JobResult), result
        return {(str(row["settlement_id"]), str(row["difference"])) for row in result.rows}


@pytest.fixture
def copy(agreeing: Path, tmp_path: Path) -> Copy:
    return Copy(agreeing, tmp_path / "copy")


def neighbours(copy: Copy, rows: Sequence[Row]) -> tuple[Row, Row]:
    """Return two settlements of one span, of different amounts, schemes and routes."""
    days = PERIOD.widened(3, 3).days()
    width = width_of([str(copy.folder / "care" / f"{day}.parquet") for day in days])
    spans: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        spans[row["settlement_key"] // width].append(row)
    fullest = max(spans.values(), key=len)
    assert len(fullest) > PER_SPAN / 2, "the test needs full spans"
    first = fullest[0]
    others = (row for row in fullest if row["care"] != first["care"] and row["scheme"] != first["scheme"])
    return first, next(row for row in others if row["total_fen"] != first["total_fen"])


def shift(first: Row, second: Row) -> None:
    first["fund_fen"] += 137
    second["fund_fen"] -= 137


def shift_by_a_power_of_two(first: Row, second: Row) -> None:
    first["total_fen"] += 1 << 35
    second["total_fen"] -= 1 << 35


def shift_between_columns(first: Row, second: Row) -> None:
    for row, sign in ((first, 1), (second, -1)):
        row["total_fen"] += sign * 1009
        row["fund_fen"] -= sign * 1009


def swap_amounts(first: Row, second: Row) -> None:
    for name in AMOUNTS:
        first[name], second[name] = second[name], first[name]


def swap_routes(first: Row, second: Row) -> None:
    for name in ROUTE:
        first[name], second[name] = second[name], first[name]


CHANGES: dict[Callable[[Row, Row], None], str] = {
    shift: "amount",
    shift_by_a_power_of_two: "amount",
    shift_between_columns: "amount",
    swap_amounts: "amount",
    swap_routes: "attribution",
}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_two_differences_that_cancel_out_in_every_sum_are_both_found(
    copy: Copy, side: str, change: Callable[[Row, Row], None]
) -> None:
    rows = copy.rows(side)
    pair = neighbours(copy, rows)
    change(*pair)
    copy.hold(side, rows)
    assert copy.found() == {(row["settlement_id"], CHANGES[change]) for row in pair}


def test_one_missing_and_another_of_the_same_amounts_held_twice_are_both_found(copy: Copy) -> None:
    expected: set[tuple[str, str]] = set()
    for side in SIDES:
        rows = copy.rows(side)
        first, second = neighbours(copy, rows)
        second.update({name: first[name] for name in AMOUNTS})
        if side == "nation":
            rows = [first if row is second else row for row in rows]
        copy.hold(side, rows)
        numbers = first["settlement_id"], second["settlement_id"]
        expected = set(zip(numbers, ("duplicate", "missing_at_nation"), strict=True))
    assert copy.found() == expected


def test_one_held_three_times_here_and_another_twice_there_are_both_found(copy: Copy) -> None:
    expected: set[tuple[str, str]] = set()
    for side in SIDES:
        rows = copy.rows(side)
        first, second = neighbours(copy, rows)
        second.update({name: first[name] for name in AMOUNTS})
        if side == "care":
            rows = [*(row for row in rows if row is not second), dict(first), dict(first)]
        else:
            rows.append(dict(second))
        copy.hold(side, rows)
        expected = {(row["settlement_id"], "duplicate") for row in (first, second)}
    assert copy.found() == expected


def test_two_parties_that_each_count_another_one_late_differ_on_both(copy: Copy) -> None:
    struck = set()
    for place, side in enumerate(("care", "insured")):
        rows = copy.rows(side)
        late = neighbours(copy, rows)[place]
        copy.hold(side, [row for row in rows if row is not late])
        moved = late | {"business_day": date.fromisoformat(NEXT)}
        copy.hold(side, [*copy.rows(side, NEXT), moved], NEXT)
        struck.add((late["settlement_id"], "late"))
    assert copy.found() == struck
    assert len(struck) == 2


def test_one_open_here_and_another_refused_there_differ_on_both(copy: Copy) -> None:
    struck = set()
    for place, (side, state) in enumerate((("care", "open"), ("nation", "refused"))):
        rows = copy.rows(side)
        other = neighbours(copy, rows)[place]
        other["state"] = state
        copy.hold(side, rows)
        struck.add((other["settlement_id"], "state"))
    assert copy.found() == struck


def spoil(chance: random.Random, rows: list[Row]) -> list[Row]:
    """Change, lose, double or exchange some rows at random, mostly so that sums stay as they are."""
    by_route = [row for row in rows if not row["undoes"]]
    for _ in range(12):
        first, second = chance.sample(by_route, 2)
        chance.choice([shift, swap_amounts, swap_routes, shift_between_columns])(first, second)
    for _ in range(4):
        chance.choice(rows)["state"] = chance.choice(["open", "refused"])
        rows.remove(chance.choice(rows))
        rows.append(dict(chance.choice(rows)))
    return rows


def differing(copy: Copy) -> set[str]:
    """Compare settlement by settlement, in plain Python."""
    held: dict[str, list[tuple[str, Row]]] = defaultdict(list)
    for side in SIDES:
        for day in PERIOD.widened(3, 3).days():
            for row in copy.rows(side, day):
                held[row["settlement_id"]].append((side, row))
    until = date.fromisoformat(DAY) + timedelta(days=1)
    return {
        number
        for number, copies in held.items()
        if any(date.fromisoformat(DAY) <= row["business_day"] < until for _, row in copies)
        and any(row["state"] == "booked" for _, row in copies)
        and (
            sorted(side for side, _ in copies) != sorted(SIDES)
            or len({tuple(row[name] for name in COMPARED) for _, row in copies}) > 1
        )
    }


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_changed_every_settlement_that_differs_is_found_and_no_other(
    copy: Copy, seed: int
) -> None:
    chance = random.Random(seed)
    for side in SIDES:
        copy.hold(side, spoil(chance, copy.rows(side)))
    found = {number for number, _ in copy.found()}
    assert found == differing(copy)
    assert len(found) > 60


def test_spark_finds_them_too(copy: Copy, spark: Spark) -> None:
    chance = random.Random("spark")
    for side in SIDES:
        copy.hold(side, spoil(chance, copy.rows(side)))
    assert copy.found(spark) == copy.found() != set()


@pytest.mark.parametrize("numbers", ["rising", "scattered", "one far away"])
def test_a_span_holds_about_as_many_settlements_however_numbers_are_given(
    tmp_path: Path, numbers: str
) -> None:
    chance, files = random.Random(numbers), []
    for day in range(4):
        keys = [10**18 + (day * 5_000 + place) * 977 for place in range(5_000)]
        if numbers == "scattered":
            keys = sorted(chance.getrandbits(62) for _ in keys)
        if numbers == "one far away" and day == 2:
            keys[0] = 1
        files.append(tmp_path / f"{day}.parquet")
        parquet.write_table(pa.table({"settlement_key": keys}), files[-1])
    width = width_of([str(path) for path in files])
    held: dict[int, int] = defaultdict(int)
    for path in files:
        for key in parquet.read_table(path)["settlement_key"].to_pylist():
            held[key // width] += 1
    assert PER_SPAN / 2 < sorted(held.values())[len(held) // 2] < 2 * PER_SPAN


def test_files_without_a_row_have_spans_too(tmp_path: Path) -> None:
    parquet.write_table(FORM.empty_table(), tmp_path / "empty.parquet")
    assert width_of([str(tmp_path / "empty.parquet")]) == width_of([]) == 1

"""A doubled file, a file of another month, a hole, an altered file: refused by name, and nothing is run."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.edges.batch.conftest import MONTH
from yidi.domain.refusal import Refusal
from yidi.edges.batch.form import FORM, Sums, pair_key, settlement_key
from yidi.edges.batch.generate import generate
from yidi.edges.batch.inputs import Period
from yidi.edges.batch.manifest import NAME, ExtractFile, described, read_manifest, write_manifest
from yidi.edges.batch.refusals import (
    ALTERED_FILE,
    DOUBLED_FILE,
    MISSING_DAY,
    NO_EXTRACT,
    OTHER_MONTH,
    OUT_OF_RANGE,
)
from yidi.edges.batch.running import JobResult, run_job

OCTOBER = Period("2026-10-01", "2026-11-01")


@pytest.fixture
def copied(month: Path, tmp_path: Path) -> Path:
    """A copy of the month, to be spoiled."""
    return Path(shutil.copytree(month, tmp_path / "spoiled"))


def refused(*folders: Path, period: Period = OCTOBER) -> list[Refusal]:
    result = run_job("usage", folders, period)
    assert not isinstance(result, JobResult)
    return list(result)


def codes(refusals: list[Refusal]) -> set[str]:
    return {refusal.code for refusal in refusals}


def kept(folder: Path, *files: ExtractFile) -> None:
    """Write the manifest anew, with these files in the place of those of the same name."""
    manifest = read_manifest(folder)
    by_name = {file.name: file for file in (*manifest.files, *files)}
    write_manifest(folder, manifest.since, manifest.until, by_name.values())


def test_a_folder_without_a_manifest_is_no_extract(copied: Path, tmp_path: Path) -> None:
    assert codes(refused(tmp_path / "nowhere")) >= {NO_EXTRACT.code}
    (copied / NAME).write_text("no json")
    found = refused(copied)
    assert found[0].code == NO_EXTRACT.code
    assert str(copied) in found[0].cause_en


def test_an_extract_handed_in_twice_is_refused_by_name(month: Path, copied: Path) -> None:
    found = refused(month, copied)
    assert codes(found) == {DOUBLED_FILE.code}
    assert len(found) == 31
    assert "nation/2026-10-01.parquet" in found[0].cause_zh


def test_the_same_bytes_under_another_days_name_are_refused(copied: Path) -> None:
    file = next(f for f in read_manifest(copied).files if f.name == "nation/2026-10-02.parquet")
    shutil.copy(copied / file.name, copied / "nation/2026-10-03.parquet")
    kept(copied, msgspec.structs.replace(file, name="nation/2026-10-03.parquet", day="2026-10-03"))
    assert codes(refused(copied)) == {DOUBLED_FILE.code, OTHER_MONTH.code}


def test_an_extract_of_another_month_is_refused(month: Path) -> None:
    found = refused(month, period=Period("2026-11-01", "2026-12-01"))
    assert OTHER_MONTH.code in codes(found)
    assert "2026-10-01" in found[0].cause_en


def test_rows_of_another_month_in_a_file_are_found_by_its_content(copied: Path) -> None:
    path = copied / "nation" / "2026-10-02.parquet"
    earlier = next((copied / "earlier" / "nation").glob("2026-09-30.parquet"))
    shutil.copy(earlier, path)
    kept(copied, described(path, "nation", "2026-10-02", ("000000",)))
    (found,) = refused(copied)
    assert found.code == OTHER_MONTH.code
    assert "2026-09-30" in found.cause_zh


def test_a_month_with_a_hole_is_refused_and_the_day_named(copied: Path) -> None:
    manifest = read_manifest(copied)
    left = [file for file in manifest.files if file.name != "nation/2026-10-17.parquet"]
    write_manifest(copied, manifest.since, manifest.until, left)
    (found,) = refused(copied)
    assert found.code == MISSING_DAY.code
    assert "2026-10-17" in found.cause_zh
    assert found.heals_with_time


def test_a_province_that_lacks_a_day_is_a_hole_although_others_have_it(copied: Path) -> None:
    file = next(f for f in read_manifest(copied).files if f.name == "care/2026-10-05.parquet")
    kept(copied, msgspec.structs.replace(file, jurisdictions=file.jurisdictions[:-1]))
    result = run_job("institution_month", [copied], OCTOBER)
    assert not isinstance(result, JobResult)
    assert [refusal.code for refusal in result] == [MISSING_DAY.code]
    assert MONTH.provinces[-1] in result[0].cause_en


def test_an_altered_an_unreadable_and_a_foreign_file_are_refused(copied: Path) -> None:
    changed = copied / "nation" / "2026-10-04.parquet"
    table = parquet.read_table(changed)
    raised = pa.array([amount + 1 for amount in table["fund_fen"].to_pylist()], pa.int64())
    place = table.column_names.index("fund_fen")
    parquet.write_table(table.set_column(place, FORM.field("fund_fen"), raised), changed)
    (copied / "nation" / "2026-10-05.parquet").write_bytes(b"PAR1")
    (copied / "nation" / "2026-10-06.parquet").unlink()
    parquet.write_table(table.select(["settlement_id"]), copied / "nation" / "2026-10-07.parquet")
    found = refused(copied)
    assert codes(found) == {ALTERED_FILE.code}
    assert [refusal.cause_en.rpartition(": ")[2] for refusal in found] == [
        "its content has changed",
        "it cannot be read or is not there",
        "it cannot be read or is not there",
        "it has other columns",
    ]


def test_amounts_whose_sum_could_pass_64_bits_are_refused_before_they_are_added(copied: Path) -> None:
    file = next(f for f in read_manifest(copied).files if f.name == "nation/2026-10-09.parquet")
    kept(copied, msgspec.structs.replace(file, largest_fen=2**60))
    assert codes(refused(copied)) == {OUT_OF_RANGE.code}


def test_a_day_needs_only_its_own_files(month: Path, tmp_path: Path) -> None:
    generate(MONTH._replace(settlements=0), tmp_path)
    result = run_job("usage", [month], Period("2026-10-05", "2026-10-06"))
    assert isinstance(result, JobResult)
    one = next(f for f in read_manifest(month).files if f.name == "nation/2026-10-05.parquet")
    assert result.sums_per_side == {"nation": one.sums}


def test_a_surrogate_is_the_number_itself_or_63_bits_of_a_digest() -> None:
    assert settlement_key("1790784000000000000") == 1790784000000000000
    others = ["0", "01", "9223372036854775808", "９", "S-1", "", "1" * 4000]
    keys = {settlement_key(text) for text in others}
    assert len(keys) == len(others)
    assert all(0 <= key < 2**63 for key in keys)
    assert pair_key("110000", "660000", "310") == 110000660000310
    with pytest.raises(AssertionError):
        pair_key("110000", "6600", "3100000")
    assert Sums(1, 2, 3, 4) + Sums(1, 1, 1, 1) == Sums(2, 3, 4, 5)

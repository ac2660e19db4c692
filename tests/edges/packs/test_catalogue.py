"""The sample catalogue as it ships, and catalogue files that are wrong."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from yidi.domain.catalogue.catalogue import Catalogue
from yidi.domain.catalogue.item import ExpenseClass, Item, ItemClass, PriceLevel
from yidi.domain.catalogue.pricing import Approval, FeeLine, PricedLine, price_line
from yidi.domain.catalogue.refusals import EMPTY_CELL, WRONG_CELL, WRONG_COLUMN_COUNT
from yidi.domain.codes.item import ItemKind, check_item_code
from yidi.domain.codes.refusals import MALFORMED_DRUG
from yidi.domain.refusal import Refusal
from yidi.edges.packs.catalogue import (
    COLUMNS,
    CatalogueWriter,
    item_of,
    read_catalogue,
    read_catalogues,
    read_rows,
    read_terms,
)
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.national import PackError, read_divisions

DAY = "2024-05-01"
HEADING = ",".join(COLUMNS)
GOOD = "XJ01CAA040A001010102699,阿莫西林片,drug,B,09,5,8.5,,,,,,1,,,2021-01-01,,测试,1"


@pytest.fixture(scope="module")
def catalogues() -> dict[str, Catalogue]:
    """The catalogue of every province as shipped."""
    return read_catalogues(row.code for row in read_divisions().provinces())


def findings_of(*rows: str) -> list[Refusal]:
    """Read rows of a catalogue file and return what is wrong with them."""
    findings: list[Refusal] = []
    list(read_rows(io.StringIO("\n".join((HEADING, *rows))), item_of, findings))
    return findings


def test_the_sample_has_three_hundred_items_of_every_kind(catalogues: dict[str, Catalogue]) -> None:
    items = catalogues["610000"].items(DAY)
    assert len(items) >= 300
    assert {item.kind for item in items} == set(ItemKind)
    assert {item.expense_class for item in items} == set(ExpenseClass)
    assert {item.item_class for item in items} == set(ItemClass)


def test_every_sample_item_is_well_formed_and_marked(catalogues: dict[str, Catalogue]) -> None:
    for item in catalogues["610000"].items(DAY):
        assert check_item_code(item.code) is item.kind, item.code
        assert item.sample, item.code
        assert item.source, item.code
        assert (item.item_class is ItemClass.B) == (item.first_self_bp > 0), item.code
        assert bool(item.restriction) == item.restricted, item.code


def test_places_differ_where_their_terms_say_so(catalogues: dict[str, Catalogue]) -> None:
    with_terms = sorted(path.stem for path in (packs_folder() / "catalogue" / "terms").glob("*.csv"))
    assert len(with_terms) >= 3
    shared = catalogues["610000"].items(DAY)
    for place, catalogue in catalogues.items():
        assert (catalogue.items(DAY) != shared) == (place in with_terms), place


def test_terms_with_a_start_day_change_nothing_before_it(catalogues: dict[str, Catalogue]) -> None:
    strip = next(item for item in catalogues["330000"].items(DAY) if item.name == "血糖试纸")
    before = catalogues["330000"].find(strip.code, "2022-12-31")
    assert before is not None
    assert (before.first_self_bp, strip.first_self_bp) == (1000, 500)


@pytest.mark.parametrize("code", ["XJ01CAA040A001010102699", "ZA06BBX0548010100293"])
def test_the_items_of_recorded_messages_can_be_priced(catalogues: dict[str, Catalogue], code: str) -> None:
    line = FeeLine("1", code, "2022-01-21", 100_000, 120_000_000, 120_000, Approval.APPROVED)
    priced = price_line(catalogues["330000"].find(code, line.day), line, PriceLevel.THIRD)
    assert isinstance(priced, PricedLine)
    assert priced.item_name


def test_an_entry_is_read_as_it_was_written() -> None:
    item = Item(
        "001102000000100",
        "诊察费, “特需”",
        ItemKind.SERVICE,
        ItemClass.B,
        ExpenseClass.CONSULTATION,
        first_self_bp=1250,
        price_limit_micro=8_123_456,
        level_limits_micro=(1_000_000, None, 3_500_000),
        restricted=True,
        restriction="限\n急诊",
        essential=True,
        negotiated=True,
        child=True,
        start="2020-01-01",
        end="2025-01-01",
        source="x",
        sample=True,
    )
    stream = io.StringIO()
    CatalogueWriter(stream).write(item)
    findings: list[Refusal] = []
    assert list(read_rows(io.StringIO(stream.getvalue()), item_of, findings)) == [item]
    assert findings == []


def cells(**changed: str) -> str:
    """Write the good row with some cells changed."""
    row = dict(zip(COLUMNS, GOOD.split(","), strict=True)) | changed
    stream = io.StringIO()
    csv.writer(stream).writerow([row[column] for column in COLUMNS])
    return stream.getvalue().strip()


@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        (GOOD + ",x", WRONG_COLUMN_COUNT.code, "20"),
        (cells(name=""), EMPTY_CELL.code, "name"),
        (cells(code="X1"), MALFORMED_DRUG.code, "row 2"),
        (cells(item_class="D"), WRONG_CELL.code, "'D'"),
        (cells(kind="toy"), WRONG_CELL.code, "'toy'"),
        (cells(expense_class="15"), WRONG_CELL.code, "'15'"),
        (cells(first_self_pct="101"), WRONG_CELL.code, "'101'"),
        (cells(first_self_pct="0.005"), WRONG_CELL.code, "'0.005'"),
        (cells(price_limit="-1"), WRONG_CELL.code, "'-1'"),
        (cells(start="2021-02-30"), WRONG_CELL.code, "'2021-02-30'"),
        (cells(end="2020-01-01"), WRONG_CELL.code, "'2020-01-01'"),
        (cells(restricted="maybe"), WRONG_CELL.code, "'maybe'"),
    ],
)
def test_a_wrong_row_is_a_finding_with_row_column_and_value(row: str, code: str, said: str) -> None:
    (finding,) = findings_of(row)
    assert finding.code == code
    assert said in finding.cause_en
    assert "row 2" in finding.cause_en


def test_all_findings_of_a_file_are_collected() -> None:
    found = findings_of(cells(name=""), GOOD, cells(item_class=""), "# a remark", cells(price_limit="x"))
    assert [(it.code, it.field) for it in found] == [
        (EMPTY_CELL.code, "name"),
        (EMPTY_CELL.code, "item_class"),
        (WRONG_CELL.code, "price_limit"),
    ]


def written(folder: Path, items: str, terms: str = "", imported: str = "") -> Path:
    """Write a packs folder with a catalogue."""
    (folder / "catalogue" / "terms").mkdir(parents=True)
    (folder / "catalogue" / "places" / "330000").mkdir(parents=True)
    (folder / "catalogue" / "items.csv").write_text(f"{HEADING}\n{items}\n", "utf-8")
    if terms:
        (folder / "catalogue" / "terms" / "330000.csv").write_text(terms, "utf-8")
    if imported:
        (folder / "catalogue" / "places" / "330000" / "drug.csv").write_text(imported, "utf-8")
    return folder


def test_imported_files_of_a_place_stand_instead_of_the_sample(tmp_path: Path) -> None:
    other = cells(code="XJ01CAA040A001010102700")
    packs = written(tmp_path, GOOD, imported=f"{HEADING}\n{other}\n")
    both = read_catalogues(["330000", "110000"], packs)
    assert [item.code for item in both["330000"].items(DAY)] == ["XJ01CAA040A001010102700"]
    assert [item.code for item in both["110000"].items(DAY)] == ["XJ01CAA040A001010102699"]


@pytest.mark.parametrize(
    ("items", "terms", "said"),
    [
        (cells(item_class="D"), "", "items.csv"),
        (f"{GOOD}\n{GOOD}", "", "overlap"),
        (GOOD, "code,item_class\nX,A\n", "330000.csv"),
        (GOOD, "code,price_limit\nXJ01CAA040A001010102699,cheap\n", "cheap"),
    ],
)
def test_a_broken_pack_does_not_load(tmp_path: Path, items: str, terms: str, said: str) -> None:
    packs = written(tmp_path, items, terms)
    with pytest.raises(PackError, match=said):
        read_catalogue("330000", packs)


def test_a_pack_that_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"items\.csv"):
        read_catalogue("330000", tmp_path)


def test_terms_are_read_by_code(tmp_path: Path) -> None:
    file = tmp_path / "terms.csv"
    file.write_text(
        "code,first_self_pct,price_limit,restriction,start\nX,12.5,-,-,2024-01-01\nX,5,,,\n", "utf-8"
    )
    findings: list[Refusal] = []
    terms = read_terms(file, findings)["X"]
    assert findings == []
    assert [(it.first_self_bp, it.price_limit_micro, it.restriction) for it in terms] == [
        (1250, -1, ""),
        (500, None, None),
    ]
    assert [it.start for it in terms] == ["2024-01-01", ""]

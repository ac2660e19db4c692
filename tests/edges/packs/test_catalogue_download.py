"""National download files: any packing and encoding, every finding with its row, terms and defaults."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from yidi.domain.catalogue.item import ExpenseClass, Item, ItemClass
from yidi.domain.catalogue.refusals import (
    EMPTY_CELL,
    EMPTY_FILE,
    OVERLAPPING_SPANS,
    UNREADABLE_ARCHIVE,
    UNREADABLE_TEXT,
    WRONG_CELL,
    WRONG_COLUMN_COUNT,
)
from yidi.domain.catalogue.terms import Terms
from yidi.domain.codes.item import ItemKind
from yidi.domain.codes.refusals import MALFORMED_DIAGNOSIS, MALFORMED_DRUG
from yidi.domain.dates import FOREVER
from yidi.edges.packs.download import CodeEntry, Defaults, Import, unpacked_size
from yidi.edges.packs.national import read_download_files, read_service_classes

LAYOUTS = read_download_files()
CODE = "XC08CAA010A001010200001"
DRUG = {
    "code": CODE, "name": "苯磺酸氨氯地平片", "start": "2021-01-01 00:00:00", "restricted": "0",
    "essential": "1", "negotiated": "0", "valid": "1", "child": "0", "item_class": "乙",
}  # fmt: skip


def row(kind: str, **cells: str) -> str:
    """Write a row of a download file: empties are the word null."""
    layout = LAYOUTS[kind]
    values = ["null"] * len(layout.columns)
    for name, value in cells.items():
        values[layout.use[name] - 1] = value
    return "\t".join(values)


def reading(folder: Path, kind: str, *rows: str, content: bytes | None = None, **given: object) -> Import:
    """Write a file and open an import of it."""
    path = folder / "file.txt"
    path.write_bytes("\r\n".join(rows).encode("utf-8") if content is None else content)
    return Import(path, kind, LAYOUTS[kind], service_classes=read_service_classes(), **given)  # type: ignore[arg-type]


def items(importing: Import) -> list[Item]:
    """Read an import that has no findings."""
    found = [item for item in importing.rows() if isinstance(item, Item)]
    assert importing.findings == []
    return found


def test_a_drug_row_becomes_an_entry(tmp_path: Path) -> None:
    assert items(reading(tmp_path, "drug", row("drug", **DRUG))) == [
        Item(
            CODE,
            "苯磺酸氨氯地平片",
            ItemKind.DRUG,
            ItemClass.B,
            ExpenseClass.WESTERN_DRUGS,
            first_self_bp=1000,
            essential=True,
            start="2021-01-01",
            source="西药中成药目录",
        )
    ]


def test_the_last_day_of_a_row_is_inside_its_span(tmp_path: Path) -> None:
    (entry,) = items(reading(tmp_path, "drug", row("drug", **DRUG, end="2023-12-31")))
    assert entry.end == "2024-01-01"
    (open_ended,) = items(reading(tmp_path, "drug", row("drug", **DRUG, end="9999-12-31")))
    assert open_ended.end == FOREVER


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("zipped", [False, True])
def test_packing_and_encoding_do_not_matter(tmp_path: Path, encoding: str, zipped: bool) -> None:
    path = tmp_path / "drugs"
    rows = [row("drug", **{**DRUG, "code": f"XC08CAA010A0010102{i:05d}"}) for i in range(300)]
    content = "\n".join(rows).encode(encoding)
    path.write_bytes(content)
    if zipped:
        with zipfile.ZipFile(tmp_path / "z", "w") as archive:
            archive.write(path, "drugs.txt")
        path = tmp_path / "z"
    importing = Import(path, "drug", LAYOUTS["drug"])
    seen: list[int] = []
    read = list(importing.rows(seen.append))
    assert importing.findings == []
    assert len(read) == importing.read == 300
    assert {entry.name for entry in read} == {"苯磺酸氨氯地平片"}
    assert sum(seen) == len(content) == unpacked_size(path)


@pytest.mark.parametrize(
    ("mark", "item_class"),
    [("甲", "A"), ("乙类", "B"), ("03", "C"), ("1", "A"), ("null", "C"), ("", "C")],
)
def test_the_class_mark_is_read_however_it_is_written(tmp_path: Path, mark: str, item_class: str) -> None:
    (entry,) = items(reading(tmp_path, "drug", row("drug", **{**DRUG, "item_class": mark})))
    assert entry.item_class.value == item_class


def test_withdrawn_rows_and_empty_lines_are_left_out(tmp_path: Path) -> None:
    importing = reading(tmp_path, "drug", row("drug", **{**DRUG, "valid": "0"}), "", row("drug", **DRUG))
    assert len(items(importing)) == 1
    assert (importing.read, importing.withdrawn) == (3, 1)


def test_defaults_hold_where_nothing_else_decides(tmp_path: Path) -> None:
    defaults = Defaults(class_b_first_self_bp=700, unclassed=ItemClass.B, start="2020-05-01")
    cells = {**DRUG, "item_class": "", "start": ""}
    (entry,) = items(reading(tmp_path, "drug", row("drug", **cells), defaults=defaults))
    assert (entry.item_class, entry.first_self_bp, entry.start) == (ItemClass.B, 700, "2020-05-01")


def test_regional_terms_are_applied_and_cut_the_entry(tmp_path: Path) -> None:
    terms = {
        CODE: [
            Terms(CODE, first_self_bp=500, price_limit_micro=6_000_000, end="2023-01-01"),
            Terms(CODE, item_class=ItemClass.A, restriction="限高血压", start="2023-01-01"),
        ]
    }
    first, second = items(reading(tmp_path, "drug", row("drug", **DRUG), terms=terms))
    assert (first.first_self_bp, first.price_limit_micro, first.end) == (500, 6_000_000, "2023-01-01")
    assert (second.item_class, second.restricted, second.start) == (ItemClass.A, True, "2023-01-01")
    assert second.price_limit_micro is None


@pytest.mark.parametrize(
    ("code", "expense"),
    [
        ("001109000000100", ExpenseClass.BED),
        ("001102000000100", ExpenseClass.CONSULTATION),
        ("001204000000100", ExpenseClass.TREATMENT),
        ("002102000000100", ExpenseClass.EXAMINATION),
        ("002503000000100", ExpenseClass.LABORATORY),
        ("003310000000100", ExpenseClass.SURGERY),
        ("009900000000100", ExpenseClass.OTHER),
    ],
)
def test_a_service_item_gets_the_expense_class_of_its_chapter(
    tmp_path: Path, code: str, expense: ExpenseClass
) -> None:
    (entry,) = items(reading(tmp_path, "service", row("service", code=code, name="项目", valid="1")))
    assert entry.expense_class is expense


@pytest.mark.parametrize(
    ("kind", "code"),
    [("herbal", "T001700001"), ("consumable", "C0101010101000000001"), ("consumable", "C" + "1" * 26)],
)
def test_herbal_slices_and_consumables_are_read(tmp_path: Path, kind: str, code: str) -> None:
    (entry,) = items(reading(tmp_path, kind, row(kind, code=code, name="名称", valid="1", start="20210101")))
    assert (entry.code, entry.start) == (code, "2021-01-01")


@pytest.mark.parametrize(
    ("kind", "cells", "expected"),
    [
        ("diagnosis", {"code": "I10.x00x002", "name": "高血压病", "parent": "I10"}, ("I10", "", "")),
        ("operation", {"code": "51.2300", "name": "胆囊切除术"}, ("", "", "")),
        ("chronic_disease", {"code": "M03900", "name": "高血压", "place": "330000"}, ("", "330000", "")),
        ("pay_by_disease", {"code": "BA01000", "name": "病种", "operation": "51.2300"}, ("", "", "51.2300")),
        ("day_surgery", {"code": "DA01000", "name": "日间手术"}, ("", "", "")),
    ],
)
def test_lists_of_codes_are_read(
    tmp_path: Path, kind: str, cells: dict[str, str], expected: tuple[str, str, str]
) -> None:
    importing = reading(tmp_path, kind, row(kind, **cells, valid="1"))
    assert list(importing.rows()) == [CodeEntry(cells["code"], cells["name"], *expected)]
    assert importing.findings == []


@pytest.mark.parametrize(
    ("kind", "line", "code", "said"),
    [
        ("drug", "a\tb", WRONG_COLUMN_COUNT.code, "row 2: 2 columns, expected 97"),
        ("drug", row("drug", **{**DRUG, "name": "null"}), EMPTY_CELL.code, "row 2, column 4"),
        ("drug", row("drug", **{**DRUG, "code": "null"}), EMPTY_CELL.code, "row 2, column 1"),
        ("drug", row("drug", **{**DRUG, "code": "X12"}), MALFORMED_DRUG.code, "row 2"),
        ("drug", row("drug", **{**DRUG, "start": "2021-13-01"}), WRONG_CELL.code, "'2021-13-01'"),
        ("drug", row("drug", **DRUG, end="2020-01-01"), WRONG_CELL.code, "'2020-01-01'"),
        ("drug", row("drug", **{**DRUG, "item_class": "丁"}), WRONG_CELL.code, "'丁'"),
        ("drug", row("drug", **{**DRUG, "restricted": "9"}), WRONG_CELL.code, "'9'"),
        ("diagnosis", row("diagnosis", code="10", name="x", valid="1"), MALFORMED_DIAGNOSIS.code, "row 2"),
    ],
)
def test_a_wrong_row_is_a_finding_and_the_reading_goes_on(
    tmp_path: Path, kind: str, line: str, code: str, said: str
) -> None:
    importing = reading(tmp_path, kind, "", line, "a")
    assert list(importing.rows()) == []
    first, last = importing.findings
    assert first.code == code
    assert said in first.cause_en
    assert last.code == WRONG_COLUMN_COUNT.code


def test_two_rows_of_one_item_may_not_overlap(tmp_path: Path) -> None:
    importing = reading(tmp_path, "drug", row("drug", **DRUG), row("drug", **DRUG))
    assert len(list(importing.rows())) == 1
    assert [it.code for it in importing.findings] == [OVERLAPPING_SPANS.code]
    one_after_another = [
        row("drug", **DRUG, end="2021-12-31"),
        row("drug", **{**DRUG, "start": "2022-01-01"}),
    ]
    assert len(items(reading(tmp_path, "drug", *one_after_another))) == 2


def test_overlapping_terms_are_a_finding(tmp_path: Path) -> None:
    importing = reading(tmp_path, "drug", terms={CODE: [Terms(CODE), Terms(CODE)]})
    assert [it.code for it in importing.findings] == [OVERLAPPING_SPANS.code]


def test_a_row_in_no_encoding_is_a_finding_with_its_number(tmp_path: Path) -> None:
    content = row("drug", **DRUG).encode("gbk") + b"\n\xff\xff\xff\n"
    importing = reading(tmp_path, "drug", content=content)
    assert len(list(importing.rows())) == 1
    (finding,) = importing.findings
    assert finding.code == UNREADABLE_TEXT.code
    assert "row 2" in finding.cause_en


def test_an_archive_must_hold_exactly_one_file(tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")
        archive.writestr("b.txt", "b")
    importing = Import(path, "drug", LAYOUTS["drug"])
    assert list(importing.rows()) == []
    (finding,) = importing.findings
    assert finding.code == UNREADABLE_ARCHIVE.code
    assert "a.txt, b.txt" in finding.cause_zh


def test_a_damaged_archive_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "damaged.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", row("drug", **DRUG) * 500)
    content = bytearray(path.read_bytes())
    content[60:90] = bytes(30)
    path.write_bytes(content)
    importing = Import(path, "drug", LAYOUTS["drug"])
    assert list(importing.rows()) == []
    assert UNREADABLE_ARCHIVE.code in {it.code for it in importing.findings}


@pytest.mark.parametrize("rows", [[], [""], [row("drug", **{**DRUG, "valid": "0"})]])
def test_a_file_without_a_valid_row_is_a_finding(tmp_path: Path, rows: list[str]) -> None:
    importing = reading(tmp_path, "drug", *rows)
    assert list(importing.rows()) == []
    assert [it.code for it in importing.findings] == [EMPTY_FILE.code]

"""The three writers say the same, for every paper: all texts, all amounts, number, issuer, seal."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pypdf
import pytest

from tests.edges.documents.samples import (
    KEY,
    KEY_NAME,
    PROVINCES,
    SEALED_AT,
    day_report,
    deduction_list,
    every_paper,
    national_table,
    notice,
    province_table,
    scheme_detail,
)
from yidi.domain.money import GREATEST_FEN, format_yuan
from yidi.domain.refusal import Refusal
from yidi.edges.documents.capitals import capital_amount
from yidi.edges.documents.days import sheet_of
from yidi.edges.documents.excel import LONGEST_CELL, write_excel
from yidi.edges.documents.fonts import typefaces
from yidi.edges.documents.html import write_html
from yidi.edges.documents.papers import Paper
from yidi.edges.documents.pdf import write_pdf
from yidi.edges.documents.refusals import NO_CHINESE_FONT
from yidi.edges.documents.seals import Sealed, read_sealed, seal_paper
from yidi.edges.documents.sheet import Kind, Sheet
from yidi.edges.documents.writing import written_rows, written_total

PAPERS = [pytest.param(paper, id=f"{type(paper).__name__}-{at}") for at, paper in enumerate(every_paper())]


def sealed(paper: Paper) -> Sealed:
    return seal_paper(paper, KEY, KEY_NAME, SEALED_AT)


def pdf_of(paper: Sealed) -> pypdf.PdfReader:
    data = write_pdf(paper)
    assert isinstance(data, bytes)
    return pypdf.PdfReader(BytesIO(data))


def text_of(reader: pypdf.PdfReader) -> str:
    """Give the text of all pages without white space, which a page sets as it likes."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))


def said(sheet: Sheet) -> list[str]:
    """List all that a document must say, without white space."""
    texts = [sheet.title.zh, sheet.title.en, sheet.number, sheet.issuer.zh]
    texts += [part for words in (*sheet.paragraphs, *sheet.notes) for part in words]
    texts += [fact.value for fact in (*sheet.about, *sheet.facts)]
    for grid in sheet.grids:
        texts += [part for column in grid.columns for part in column.title]
        texts += [cell for row in written_rows(grid) for cell in row] + (written_total(grid) or [])
    return [re.sub(r"\s", "", text) for text in texts]


@pytest.mark.parametrize("paper", PAPERS)
def test_a_pdf_says_all_and_carries_its_data(paper: Paper) -> None:
    reader = pdf_of(sealed(paper))
    text = text_of(reader)
    assert [part for part in said(sheet_of(paper)) if part not in text] == []
    assert read_sealed(reader.attachments["data.json"][0]) == sealed(paper)


@pytest.mark.parametrize("paper", PAPERS)
def test_a_pdf_is_tagged_on_a4_and_has_fonts_inside(paper: Paper) -> None:
    reader = pdf_of(sealed(paper))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "zh-CN"
    sizes = {tuple(round(float(side)) for side in page.mediabox[2:]) for page in reader.pages}
    assert sizes == ({(842, 595)} if sheet_of(paper).landscape else {(595, 842)})
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    inside = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert inside
    assert all({"/FontFile2", "/FontFile3"} & set(each.get_object()) for each in inside)


@pytest.mark.parametrize("paper", PAPERS)
def test_the_same_paper_gives_the_same_bytes(paper: Paper) -> None:
    assert write_pdf(sealed(paper)) == write_pdf(sealed(paper))
    assert write_excel(sealed(paper)) == write_excel(sealed(paper))
    assert write_html(sealed(paper)) == write_html(sealed(paper))


def test_two_threads_write_the_same_bytes_as_one() -> None:
    papers = [sealed(notice(at, lines=3)) for at in range(8)]
    alone = [write_pdf(paper) for paper in papers]
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(write_pdf, papers)) == alone


def test_a_draft_says_so_in_every_form() -> None:
    draft = Sealed(notice(lines=1))
    text = text_of(pdf_of(draft))
    assert "草稿DRAFT" in text
    assert "不得据此付款" in text
    assert "草稿，未签发" in write_html(draft)
    sheet = openpyxl.load_workbook(BytesIO(write_excel(draft))).worksheets[0]
    assert any("草稿" in str(cell.value) for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("paper", PAPERS)
def test_a_workbook_holds_amounts_as_numbers_that_make_the_total(paper: Paper) -> None:
    sheet = sheet_of(paper)
    book = openpyxl.load_workbook(BytesIO(write_excel(sealed(paper))))
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    for grid in sheet.grids:
        money = [at for at, column in enumerate(grid.columns) if column.kind is Kind.MONEY]
        for cells in (*grid.rows, *((grid.total,) if grid.total else ())):
            wanted = [value / 100 if isinstance(value := cells[at], int) else "—" for at in money]
            assert any([row[at] for at in money] == wanted for row in rows), wanted


def test_the_second_sheet_of_a_workbook_carries_the_data() -> None:
    paper = sealed(national_table())
    book = openpyxl.load_workbook(BytesIO(write_excel(paper)))
    pieces = [str(row[0].value) for row in book.worksheets[1].iter_rows()]
    assert len(pieces[0]) <= LONGEST_CELL
    assert read_sealed("".join(pieces).encode()) == paper
    assert book.properties.subject == paper.paper.issue.number


@pytest.mark.parametrize("paper", PAPERS)
def test_a_page_of_html_says_all_and_needs_nothing(paper: Paper) -> None:
    page = write_html(sealed(paper))
    text = re.sub(r"\s", "", re.sub(r"<[^>]+>", "", page))
    assert [part for part in said(sheet_of(paper)) if part not in text] == []
    assert not re.search(r"<script|<link|<img|url\(", page)


def test_what_a_name_says_is_text_and_never_markup() -> None:
    report = day_report()
    still = msgspec.structs.replace(report.open[0], cause="<script>alert(1)</script>#panic()*x*")
    paper = sealed(msgspec.structs.replace(report, open=(still,)))
    assert "<script>" not in write_html(paper)
    assert "<script>alert(1)</script>#panic()*x*" in text_of(pdf_of(paper))


def test_a_formula_in_a_name_stays_text_in_a_workbook() -> None:
    report = day_report()
    still = msgspec.structs.replace(report.open[0], cause='=HYPERLINK("x")')
    paper = sealed(msgspec.structs.replace(report, open=(still,)))
    sheet = openpyxl.load_workbook(BytesIO(write_excel(paper))).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == '=HYPERLINK("x")']
    assert [cell.data_type for cell in cells] == ["s"]


@pytest.mark.parametrize("amount_fen", [0, GREATEST_FEN, -GREATEST_FEN])
def test_the_greatest_amounts_stand_on_one_line(amount_fen: int) -> None:
    line = msgspec.structs.replace(notice().lines[0], employee_fen=amount_fen, resident_fen=0)
    paper = sealed(msgspec.structs.replace(notice(), lines=(line,)))
    pages = "\n".join(page.extract_text() for page in pdf_of(paper).pages)
    assert pages.count(format_yuan(amount_fen, thousands=True)) >= 4
    assert capital_amount(amount_fen) in text_of(pdf_of(paper))


def test_papers_without_rows_are_written_in_every_form() -> None:
    for paper in (national_table(), province_table(), scheme_detail(), deduction_list()):
        empty = sealed(msgspec.structs.replace(paper, rows=()))
        assert "合计total" in text_of(pdf_of(empty))
        assert "合计 total" in write_html(empty)
        sheet = openpyxl.load_workbook(BytesIO(write_excel(empty))).worksheets[0]
        assert "合计 total" in {cell.value for row in sheet.iter_rows() for cell in row}


def test_a_long_list_repeats_its_head_on_every_page() -> None:
    many = msgspec.structs.replace(deduction_list(), rows=deduction_list().rows * 25)
    pages = pdf_of(sealed(many)).pages
    assert len(pages) > 5
    assert all("审核意见编号" in page.extract_text() for page in pages[:-1])


def test_the_national_table_names_every_province_and_nets_to_zero() -> None:
    table = national_table()
    assert len(table.rows) == len(PROVINCES) == 32
    (grid,) = sheet_of(table).grids
    assert grid.total is not None
    assert grid.total[-1] == 0
    assert "新疆生产建设兵团" in text_of(pdf_of(sealed(table)))


def test_a_machine_without_chinese_fonts_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    found = typefaces((), system=False)
    assert isinstance(found, Refusal)
    assert found.code == NO_CHINESE_FONT.code
    assert "fonts-noto-cjk" in found.remedy_zh
    monkeypatch.setattr("yidi.edges.documents.pdf.typefaces", lambda _: found)
    assert write_pdf(sealed(notice(lines=1))) == found


def test_fonts_of_a_folder_serve_where_the_system_has_none() -> None:
    system = typefaces()
    assert not isinstance(system, Refusal)
    places = [font.path for font in system.fonts.fonts() if font.family == system.sans[0] and font.path]
    folder = Path(places[0]).parent
    found = typefaces((folder,), system=False)
    assert not isinstance(found, Refusal)
    assert system.sans[0] in found.sans

"""Writes documents as Excel workbooks: one page, printable on A4, amounts as numbers that can be added.

Amounts are integer fen in the program and yuan with two decimals in the cell; Excel keeps 15 digits, more
than any amount here has. The second sheet carries data and seal as text. Same paper, same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from msgspec import Struct
from xlsxwriter import Workbook

from yidi.edges.documents.days import sheet_of
from yidi.edges.documents.seals import Seal, Sealed, write_sealed
from yidi.edges.documents.sheet import Cell, Column, Grid, Kind, Sheet, Words, written_day
from yidi.edges.documents.writing import MISSING

MONEY_FORMAT = "#,##0.00;[Red]-#,##0.00"
COUNT_FORMAT = "#,##0"
LONGEST_CELL = 32_000
_FONT = "宋体"
_PAPER_A4 = 9
_WIDTHS = {Kind.ORDINAL: 6, Kind.COUNT: 10, Kind.MONEY: 18, Kind.DAY: 12}
_TEXT_SCALE = 1.1
_STYLES: Mapping[str, Mapping[str, object]] = {
    "title": {"font_size": 18, "bold": True, "align": "center", "valign": "vcenter"},
    "english": {"font_size": 9, "font_color": "#606060", "align": "center"},
    "plain": {"font_size": 10, "valign": "vcenter", "text_wrap": True},
    "right": {"font_size": 10, "align": "right"},
    "caption": {"font_size": 11, "bold": True},
    "head": {"font_size": 10, "bold": True, "align": "center", "valign": "vcenter", "text_wrap": True,
             "border": 1, "bg_color": "#F2F2F2"},
    "label": {"font_size": 10, "valign": "vcenter", "text_wrap": True, "border": 1, "bg_color": "#F2F2F2"},
    "value": {"font_size": 10, "valign": "vcenter", "text_wrap": True, "border": 1},
    "strong": {"font_size": 12, "bold": True, "valign": "vcenter", "border": 1},
    "text": {"font_size": 10, "valign": "vcenter", "text_wrap": True, "border": 1},
    "ordinal": {"font_size": 10, "align": "center", "valign": "vcenter", "border": 1},
    "day": {"font_size": 10, "align": "center", "valign": "vcenter", "border": 1},
    "count": {"font_size": 10, "align": "right", "valign": "vcenter", "border": 1,
              "num_format": COUNT_FORMAT},
    "money": {"font_size": 10, "align": "right", "valign": "vcenter", "border": 1,
              "num_format": MONEY_FORMAT},
    "seal": {"font_size": 9, "font_color": "#C8161D", "align": "center", "valign": "vcenter",
             "text_wrap": True, "border": 2, "border_color": "#C8161D"},
    "data": {"font_size": 9, "valign": "top", "text_wrap": True},
}  # fmt: skip


class _Page(Struct):
    """A worksheet while it is filled: `row` is the next free one, `last` the last column."""

    book: Any
    sheet: Any
    styles: dict[str, Any]
    last: int
    row: int = 0

    def style(self, name: str, bold: bool = False) -> Any:
        """Return a format of the workbook, made once."""
        key = f"{name}/bold" if bold else name
        if key not in self.styles:
            given = {"font_name": _FONT, **_STYLES[name], **({"bold": True} if bold else {})}
            self.styles[key] = self.book.add_format(given)
        return self.styles[key]

    def line(self, text: str, style: str, height: float = 15) -> None:
        """Write a line over the whole width."""
        self.sheet.merge_range(self.row, 0, self.row, self.last, text, self.style(style))
        self.sheet.set_row(self.row, height)
        self.row += 1


def write_excel(sealed: Sealed) -> bytes:
    """Write a paper as a workbook (xlsx); without seal it says that it is a draft."""
    sheet = sheet_of(sealed.paper)
    target = BytesIO()
    book = Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(_properties(sheet, sealed.seal))
    page = _page(book, sheet)
    _head(page, sheet)
    for grid in sheet.grids:
        _grid(page, grid)
    for words in sheet.notes:
        page.line(f"注：{words.zh} {words.en}", "plain", 30)
    _closing(page, sheet, sealed.seal)
    _data(book, page, sealed)
    book.close()
    return target.getvalue()


def _properties(sheet: Sheet, seal: Seal | None) -> dict[str, object]:
    return {
        "title": sheet.title.zh,
        "subject": sheet.number,
        "author": sheet.issuer.zh,
        "comments": f"SHA-256 {seal.digest}" if seal else "草稿 draft",
        "created": datetime.fromisoformat(sheet.issued_on),
    }


def _page(book: Any, sheet: Sheet) -> _Page:
    last = max(len(grid.columns) for grid in sheet.grids) - 1
    page = _Page(book, book.add_worksheet("文件"), {}, last)
    widest = max(sheet.grids, key=lambda grid: len(grid.columns))
    for at, column in enumerate(widest.columns):
        page.sheet.set_column(at, at, _WIDTHS.get(column.kind, column.width * _TEXT_SCALE))
    page.sheet.set_paper(_PAPER_A4)
    if sheet.landscape:
        page.sheet.set_landscape()
    page.sheet.fit_to_pages(1, 0)
    page.sheet.center_horizontally()
    page.sheet.hide_gridlines(2)
    page.sheet.set_footer(f"&L{sheet.number}&C第 &P 页，共 &N 页")
    return page


def _head(page: _Page, sheet: Sheet) -> None:
    page.line(sheet.title.zh, "title", 28)
    page.line(sheet.title.en, "english")
    about = "　".join(f"{fact.label.zh}：{fact.value}" for fact in sheet.about)
    page.line(f"编号：{sheet.number}　{about}".strip(), "right")
    if sheet.addressee:
        page.line(f"{sheet.addressee.zh}：", "caption")
    for words in sheet.paragraphs:
        page.line(f"　　{words.zh}", "plain", 32)
        page.line(words.en, "plain", 28)
    for fact in sheet.facts:
        label = f"{fact.label.zh}\n{fact.label.en}"
        page.sheet.merge_range(page.row, 0, page.row, 1, label, page.style("label"))
        style = page.style("strong" if fact.strong else "value")
        page.sheet.merge_range(page.row, 2, page.row, page.last, fact.value, style)
        page.sheet.set_row(page.row, 30)
        page.row += 1


def _grid(page: _Page, grid: Grid) -> None:
    page.row += 1
    if grid.caption:
        page.line(f"{grid.caption.zh} {grid.caption.en}", "caption")
    first = page.row
    page.row += _heads(page, grid)
    page.sheet.repeat_rows(first, page.row - 1)
    for cells in grid.rows:
        _row(page, grid, cells)
    if grid.total is not None:
        _row(page, grid, grid.total, bold=True)


def _heads(page: _Page, grid: Grid) -> int:
    """Write the head, groups over their columns; return how many rows it took."""
    grouped = any(column.group for column in grid.columns)
    style, row = page.style("head"), page.row
    for at, column in enumerate(grid.columns):
        title = _both(column.title)
        if not grouped:
            page.sheet.write_string(row, at, title, style)
        elif column.group is None:
            page.sheet.merge_range(row, at, row + 1, at, title, style)
        else:
            page.sheet.write_string(row + 1, at, title, style)
    for first, last, group in _groups(grid):
        page.sheet.merge_range(row, first, row, last, f"{group.zh} {group.en}", style)
    page.sheet.set_row(row + grouped, 30)
    return 1 + grouped


def _groups(grid: Grid) -> list[tuple[int, int, Words]]:
    found: list[tuple[int, int, Words]] = []
    for at, column in enumerate(grid.columns):
        if column.group is None:
            continue
        if found and found[-1][1] == at - 1 and found[-1][2] == column.group:
            found[-1] = (found[-1][0], at, column.group)
        else:
            found.append((at, at, column.group))
    return found


def _both(words: Words) -> str:
    return f"{words.zh}\n{words.en}"


def _row(page: _Page, grid: Grid, cells: tuple[Cell, ...], bold: bool = False) -> None:
    for at, (column, value) in enumerate(zip(grid.columns, cells, strict=True)):
        _cell(page, at, column, value, page.style(column.kind, bold))
    lines = max((str(value).count("\n") + 1 for value in cells if isinstance(value, str)), default=1)
    page.sheet.set_row(page.row, 18 * lines)
    page.row += 1


def _cell(page: _Page, at: int, column: Column, value: Cell, style: Any) -> None:
    if value is None:
        page.sheet.write_string(page.row, at, MISSING, style)
    elif isinstance(value, str):
        page.sheet.write_string(page.row, at, value, style)
    elif column.kind is Kind.MONEY:
        page.sheet.write_number(page.row, at, Decimal(value).scaleb(-2), style)
    else:
        page.sheet.write_number(page.row, at, value, style)


def _closing(page: _Page, sheet: Sheet, seal: Seal | None) -> None:
    page.row += 1
    page.line(sheet.issuer.zh, "right")
    page.line(written_day(sheet.issued_on).zh, "right")
    if seal is None:
        page.line("草稿，未签发，不得据此付款 draft, not issued: no payment may be made by it", "seal", 24)
        return
    text = (
        f"【电子印章】{sheet.issuer.zh}　{seal.algorithm}　{seal.key_name}　{seal.sealed_at}\n"
        f"SHA-256 {seal.digest}\n签名 signature {seal.signature}"
    )
    page.line(text, "seal", 48)


def _data(book: Any, page: _Page, sealed: Sealed) -> None:
    """Put data and seal on a second sheet, in pieces no longer than a cell may hold."""
    text = write_sealed(sealed).decode()
    sheet = book.add_worksheet("数据 data")
    sheet.set_column(0, 0, 120)
    sheet.protect()
    for row, at in enumerate(range(0, len(text), LONGEST_CELL)):
        sheet.write_string(row, 0, text[at : at + LONGEST_CELL], page.style("data"))

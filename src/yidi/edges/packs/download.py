"""Imports the national catalogue download files: TXT with TAB columns, plain or zipped, UTF-8 or GBK.

Streams: a file of any size passes row by row. Findings carry the row number and are all collected. Price
limits and first self-pay ratios are not in these files; they come as regional terms or as defaults.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from msgspec import Struct

from yidi.domain.catalogue.item import DEFAULT_EXPENSE_CLASS, ExpenseClass, Item, ItemClass
from yidi.domain.catalogue.refusals import (
    EMPTY_FILE,
    OVERLAPPING_SPANS,
    UNREADABLE_ARCHIVE,
    UNREADABLE_TEXT,
    WRONG_COLUMN_COUNT,
)
from yidi.domain.catalogue.terms import Terms, overlaps, under_terms
from yidi.domain.codes.chronic_disease import check_chronic_disease
from yidi.domain.codes.diagnosis import check_diagnosis
from yidi.domain.codes.item import ItemKind, check_item_code
from yidi.domain.codes.operation import check_operation
from yidi.domain.refusal import Refusal
from yidi.edges.packs.cells import Cells
from yidi.edges.packs.national import DownloadFile

ITEM_FILES = frozenset({"drug", "herbal", "service", "consumable"})
"""Kinds of download that become catalogue entries; the others are lists of codes."""
_DETECTION_BYTES = 1 << 16
_BOM = b"\xef\xbb\xbf"
_MARKS = {
    "甲": ItemClass.A, "甲类": ItemClass.A, "01": ItemClass.A, "1": ItemClass.A, "A": ItemClass.A,
    "乙": ItemClass.B, "乙类": ItemClass.B, "02": ItemClass.B, "2": ItemClass.B, "B": ItemClass.B,
    "丙": ItemClass.C, "丙类": ItemClass.C, "03": ItemClass.C, "3": ItemClass.C, "C": ItemClass.C,
    "自费": ItemClass.C,
}  # fmt: skip
_CODE_CHECKS: dict[str, Callable[[str, str], object]] = {
    "diagnosis": check_diagnosis,
    "operation": check_operation,
    "chronic_disease": check_chronic_disease,
}


class Defaults(Struct, frozen=True):
    """What holds for an item that neither its file nor the regional terms decide.

    `class_b_first_self_bp` is the first self-pay share of class B; `unclassed` the class of an item whose
    row gives none (only the drug file has such a column).
    """

    class_b_first_self_bp: int = 1000
    unclassed: ItemClass = ItemClass.C
    start: str = "2000-01-01"


class CodeEntry(NamedTuple):
    """A row of a list of codes. `operation` is the operation a by-disease or day-surgery code asks for."""

    code: str
    name: str
    parent: str = ""
    place: str = ""
    operation: str = ""


class Import:
    """One import under way: iterate `rows`, then look at `findings`, `withdrawn` and `read`."""

    def __init__(
        self,
        path: Path,
        kind: str,
        layout: DownloadFile,
        *,
        terms: dict[str, list[Terms]] | None = None,
        defaults: Defaults | None = None,
        service_classes: dict[str, str] | None = None,
    ) -> None:
        self.findings: list[Refusal] = [
            finding for own in (terms or {}).values() for finding in overlaps(own)
        ]
        self.read = 0
        self.withdrawn = 0
        self._path = path
        self._kind = kind
        self._layout = layout
        self._terms = terms or {}
        self._defaults = defaults or Defaults()
        self._service_classes = service_classes or {}
        self._spans: dict[str, list[tuple[str, str]]] = {}

    def rows(self, on_bytes: Callable[[int], None] = lambda count: None) -> Iterator[Item | CodeEntry]:
        """Yield what the file says. `on_bytes` is told the size of every row that was read."""
        empty = True
        for row in self._rows(on_bytes):
            empty = False
            yield row
        if empty and not self.findings:
            self.findings.append(EMPTY_FILE.because(name=self._path.name))

    def _rows(self, on_bytes: Callable[[int], None]) -> Iterator[Item | CodeEntry]:
        for number, line in _lines(self._path, self.findings, on_bytes):
            self.read = number
            if not line:
                continue
            values = line.split("\t")
            if len(values) != len(self._layout.columns):
                expected = len(self._layout.columns)
                self.findings.append(
                    WRONG_COLUMN_COUNT.because(row=number, found=len(values), expected=expected)
                )
                continue
            cells = Cells(number, values, self._layout.use, self.findings)
            if cells.text("valid") and not cells.flag("valid"):
                self.withdrawn += 1
            elif self._kind in ITEM_FILES:
                yield from self._items(cells)
            else:
                yield from self._codes(cells)

    def _items(self, cells: Cells) -> Iterator[Item]:
        before = len(self.findings)
        code = cells.required("code")
        kind = check_item_code(code, f"row {cells.row}: code") if code else None
        if isinstance(kind, Refusal):
            self.findings.append(kind)
        if isinstance(kind, ItemKind):
            entry = self._entry(cells, code, kind)
            if len(self.findings) == before and self._is_free(entry):
                yield from under_terms(entry, self._terms.get(code, ()))

    def _entry(self, cells: Cells, code: str, kind: ItemKind) -> Item:
        item_class = self._class_of(cells)
        start, end = cells.day("start") or self._defaults.start, cells.last_day("end")
        if start >= end:
            cells.wrong("end", f">= {start}")
        return Item(
            code=code,
            name=cells.text("name") or cells.text("trade_name") or cells.required("name"),
            kind=kind,
            item_class=item_class,
            expense_class=self._expense(code, kind),
            first_self_bp=self._defaults.class_b_first_self_bp if item_class is ItemClass.B else 0,
            restricted=cells.flag("restricted"),
            restriction=cells.text("restriction"),
            essential=cells.flag("essential"),
            negotiated=cells.flag("negotiated"),
            child=cells.flag("child"),
            start=start,
            end=end,
            source=self._layout.title,
        )

    def _class_of(self, cells: Cells) -> ItemClass:
        mark = cells.text("item_class")
        if not mark:
            return self._defaults.unclassed
        found = _MARKS.get(mark)
        if found is None:
            cells.wrong("item_class", "甲, 乙, 丙")
        return found or self._defaults.unclassed

    def _expense(self, code: str, kind: ItemKind) -> ExpenseClass:
        if kind is not ItemKind.SERVICE:
            return DEFAULT_EXPENSE_CLASS[kind]
        chapter = code[2:6]
        for length in range(len(chapter), 0, -1):
            found = self._service_classes.get(chapter[:length])
            if found is not None:
                return ExpenseClass(found)
        return DEFAULT_EXPENSE_CLASS[kind]

    def _is_free(self, entry: Item) -> bool:
        spans = self._spans.setdefault(entry.code, [])
        for start, end in spans:
            if entry.start < end and start < entry.end:
                self.findings.append(
                    OVERLAPPING_SPANS.because("start", code=entry.code, first=start, second=entry.start)
                )
                return False
        spans.append((entry.start, entry.end))
        return True

    def _codes(self, cells: Cells) -> Iterator[CodeEntry]:
        before = len(self.findings)
        code = cells.required("code")
        name = cells.text("name") or cells.text("fallback_name") or cells.required("name")
        check = _CODE_CHECKS.get(self._kind)
        if check is not None and code:
            checked = check(code, f"row {cells.row}: code")
            if isinstance(checked, Refusal):
                self.findings.append(checked)
        if len(self.findings) == before:
            parts = (cells.text(part) for part in ("parent", "place", "operation"))
            yield CodeEntry(code, name, *parts)


@contextmanager
def _opened(path: Path, findings: list[Refusal]) -> Iterator[IO[bytes] | None]:
    if not zipfile.is_zipfile(path):
        with path.open("rb") as stream:
            yield stream
        return
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            if len(names) != 1:
                findings.append(UNREADABLE_ARCHIVE.because(name=path.name, found=", ".join(names[:5]) or "0"))
                yield None
                return
            with archive.open(names[0]) as stream:
                yield stream
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as fault:
        findings.append(UNREADABLE_ARCHIVE.because(name=path.name, found=str(fault)))


def unpacked_size(path: Path) -> int:
    """Return how many bytes of text there are to read, for a progress bar."""
    if not zipfile.is_zipfile(path):
        return path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        return sum(entry.file_size for entry in archive.infolist())


def _encoding_of(path: Path) -> str:
    block = b""
    with _opened(path, []) as stream:
        if stream is not None:
            block = stream.read(_DETECTION_BYTES)
    whole_rows = block.rpartition(b"\n")[0] if len(block) == _DETECTION_BYTES else block
    try:
        (whole_rows or block).decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _lines(path: Path, findings: list[Refusal], on_bytes: Callable[[int], None]) -> Iterator[tuple[int, str]]:
    encoding = _encoding_of(path)
    with _opened(path, findings) as stream:
        for number, line in enumerate(stream or (), 1):
            on_bytes(len(line))
            try:
                text = (line.removeprefix(_BOM) if number == 1 else line).decode(encoding)
            except UnicodeDecodeError:
                findings.append(UNREADABLE_TEXT.because(name=path.name, row=number))
                continue
            yield number, text.rstrip("\r\n")

"""Reads paper and seal back from a document as its recipient holds it: PDF, Excel, or the data alone.

A seal is of the data. So that nobody pays by a picture that says something else, what a PDF or a workbook
shows is compared with the same paper written anew; a form that was only saved again by another program
passes as long as it says the same.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pypdf

from yidi.domain.refusal import Refusal
from yidi.edges.documents.excel import write_excel
from yidi.edges.documents.pdf import write_pdf
from yidi.edges.documents.refusals import NOT_A_PAPER, SHOWS_OTHERWISE
from yidi.edges.documents.seals import Sealed, read_sealed

GREATEST_BYTES = 64 << 20
"""Of a file, and of what a workbook unpacks to: far above any paper of 32 provinces."""
PDF_MARK, ZIP_MARK = b"%PDF-", b"PK\x03\x04"
ATTACHMENT = "data.json"
OVERLAYS = re.compile(r"/(drawings|media|embeddings)/|comments")


def read_document(data: bytes) -> Sealed | Refusal:
    """Read paper and seal from a PDF, a workbook or the JSON they carry; first bytes tell which it is.

    Refused: a file that is none of them or is too large, and one that shows other than its data say.
    """
    if len(data) > GREATEST_BYTES:
        return _unreadable("size", f"> {GREATEST_BYTES >> 20} MiB")
    try:
        if data.startswith(PDF_MARK):
            return _checked(_read_pdf(data), data)
        if data.startswith(ZIP_MARK):
            return _checked(_read_excel(data), data)
    except Exception as fault:  # what a foreign file makes a reader raise is in no list
        return _unreadable("data", f"{type(fault).__name__}: {fault}")
    return read_sealed(data)


def _read_pdf(data: bytes) -> Sealed | Refusal:
    attached = pypdf.PdfReader(BytesIO(data)).attachments.get(ATTACHMENT, [])
    if len(attached) != 1:
        return _unreadable("data", f"{ATTACHMENT}: {len(attached)}")
    return read_sealed(attached[0])


def _read_excel(data: bytes) -> Sealed | Refusal:
    with ZipFile(BytesIO(data)) as packed:
        unpacked = sum(part.file_size for part in packed.infolist())
    if unpacked > GREATEST_BYTES:
        return _unreadable("size", f"> {GREATEST_BYTES >> 20} MiB")
    sheets = _book(data).worksheets
    if len(sheets) != 2:
        return _unreadable("data", f"sheets: {len(sheets)}")
    pieces = [str(row[0]) for row in sheets[1].iter_rows(max_col=1, values_only=True) if row[0] is not None]
    return read_sealed("".join(pieces).encode())


def _checked(sealed: Sealed | Refusal, data: bytes) -> Sealed | Refusal:
    """Compare what a form shows with the same paper written anew."""
    if isinstance(sealed, Refusal):
        return sealed
    is_pdf = data.startswith(PDF_MARK)
    anew = write_pdf(sealed) if is_pdf else write_excel(sealed)
    if isinstance(anew, Refusal) or anew == data:
        return anew if isinstance(anew, Refusal) else sealed
    shown = _shown_by_pdf if is_pdf else _shown_by_excel
    if shown(anew) == shown(data):
        return sealed
    return SHOWS_OTHERWISE.because("data", number=sealed.paper.issue.number)


def _shown_by_pdf(data: bytes) -> tuple[str, int]:
    """Return all text without white space, which a page sets as it likes, and how much is laid over it."""
    pages = pypdf.PdfReader(BytesIO(data)).pages
    laid_over = sum(len(page.get("/Annots", ())) + len(page.images) for page in pages)
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages)), laid_over


def _shown_by_excel(data: bytes) -> list[tuple[object, ...]]:
    """Return every cell that holds something, with its form, and what is laid over the cells."""
    with ZipFile(BytesIO(data)) as packed:
        laid_over = sorted((name,) for name in packed.namelist() if OVERLAYS.search(name))
    sheet = _book(data).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value not in (None, "")]
    return [*((cell.coordinate, cell.value, cell.number_format.upper()) for cell in cells), *laid_over]


def _book(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data))


def _unreadable(field: str, why: str) -> Refusal:
    return NOT_A_PAPER.because(field, why=why)

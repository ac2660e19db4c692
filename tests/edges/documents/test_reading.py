"""A paper comes back from every form it has; a form that was changed is found out, whatever was changed."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import msgspec
import openpyxl
import pypdf
import pytest
from pypdf.annotations import FreeText

from tests.edges.documents.samples import KEY, KEY_NAME, SEALED_AT, every_paper, notice
from yidi.domain.refusal import Refusal
from yidi.edges.documents.excel import write_excel
from yidi.edges.documents.papers import Paper
from yidi.edges.documents.pdf import write_pdf
from yidi.edges.documents.reading import ATTACHMENT, GREATEST_BYTES, read_document
from yidi.edges.documents.refusals import NOT_A_PAPER, SHOWS_OTHERWISE
from yidi.edges.documents.seals import Sealed, seal_paper, write_sealed

PAPERS = [pytest.param(paper, id=f"{type(paper).__name__}-{at}") for at, paper in enumerate(every_paper())]
NOTICE = seal_paper(notice(lines=2), KEY, KEY_NAME, SEALED_AT)


def pdf_of(sealed: Sealed) -> bytes:
    data = write_pdf(sealed)
    assert isinstance(data, bytes)
    return data


def pdf_saved(change: Callable[[pypdf.PdfWriter], object], data: bytes) -> bytes:
    """Save a PDF with another program that has changed something."""
    writer, target = pypdf.PdfWriter(clone_from=BytesIO(data)), BytesIO()
    change(writer)
    writer.write(target)
    return target.getvalue()


def excel_saved(data: bytes, **cells: object) -> bytes:
    """Save a workbook with another program that has changed some cells."""
    book, target = openpyxl.load_workbook(BytesIO(data)), BytesIO()
    for place, value in cells.items():
        book.worksheets[0][place] = value
    book.save(target)
    return target.getvalue()


def code_of(data: bytes) -> str:
    found = read_document(data)
    assert isinstance(found, Refusal), found
    return found.code


@pytest.mark.parametrize("paper", PAPERS)
def test_every_form_gives_back_the_paper_and_its_seal(paper: Paper) -> None:
    sealed = seal_paper(paper, KEY, KEY_NAME, SEALED_AT)
    for data in (pdf_of(sealed), write_excel(sealed), write_sealed(sealed)):
        assert read_document(data) == sealed


def test_a_draft_comes_back_without_a_seal() -> None:
    draft = Sealed(NOTICE.paper)
    assert read_document(pdf_of(draft)) == read_document(write_excel(draft)) == draft


def test_a_form_saved_again_by_another_program_is_the_same_paper() -> None:
    """A reader that saves what it shows changes bytes and nothing else."""
    again = pdf_saved(lambda writer: writer.add_metadata({"/Producer": "a reader"}), pdf_of(NOTICE))
    assert again != pdf_of(NOTICE)
    assert read_document(again) == read_document(excel_saved(write_excel(NOTICE))) == NOTICE


def test_data_of_one_paper_in_the_pdf_of_another_are_found_out() -> None:
    line = msgspec.structs.replace(NOTICE.paper.lines[0], employee_fen=1)  # type: ignore[union-attr]
    other = Sealed(msgspec.structs.replace(NOTICE.paper, lines=(line,)), NOTICE.seal)  # type: ignore[call-arg]

    def exchange(writer: pypdf.PdfWriter) -> None:
        (attached,) = writer.attachment_list
        attached.content = write_sealed(NOTICE)

    assert code_of(pdf_saved(exchange, pdf_of(other))) == SHOWS_OTHERWISE.code


def test_what_is_laid_over_a_pdf_is_found_out() -> None:
    def cover(writer: pypdf.PdfWriter) -> None:
        writer.add_annotation(0, FreeText(text="9,999.00", rect=(100, 400, 300, 500)))

    assert code_of(pdf_saved(cover, pdf_of(NOTICE))) == SHOWS_OTHERWISE.code


def test_a_changed_cell_or_its_changed_form_is_found_out() -> None:
    data = write_excel(NOTICE)
    sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
    amount = next(cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, float))
    assert code_of(excel_saved(data, **{amount.coordinate: 1.5})) == SHOWS_OTHERWISE.code
    assert code_of(excel_saved(data, Z99="转入账号另行通知")) == SHOWS_OTHERWISE.code
    book, target = openpyxl.load_workbook(BytesIO(data)), BytesIO()
    book.worksheets[0][amount.coordinate].number_format = '"9,999.00"'
    book.save(target)
    assert code_of(target.getvalue()) == SHOWS_OTHERWISE.code


def zipped(**parts: bytes) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", 8) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7\nnothing",
        pdf_of(NOTICE)[:9_000],
        pdf_saved(lambda writer: writer.add_attachment(ATTACHMENT, b"{}"), pdf_of(NOTICE)),
        b"PK\x03\x04 nothing",
        zipped(a=b"no workbook"),
        zipped(a=bytes(GREATEST_BYTES + 1)),
        write_sealed(NOTICE)[:-1],
        bytes(GREATEST_BYTES + 1),
    ],
    ids=["empty", "no PDF", "cut PDF", "two data", "no zip", "no workbook", "bomb", "cut data", "too large"],
)
def test_what_is_no_paper_is_refused_and_never_a_fault(data: bytes) -> None:
    assert code_of(data) == NOT_A_PAPER.code

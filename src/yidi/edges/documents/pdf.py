"""Writes documents as tagged PDF (PDF/A-3a), with data and seal attached as data.json.

Typst sets the page; the same paper and seal on the same fonts give the same bytes, since the only day in the
file is the day of issue.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import typst

from yidi.domain.dates import SHANGHAI
from yidi.domain.refusal import Refusal
from yidi.edges.documents.days import sheet_of
from yidi.edges.documents.fonts import Typefaces, typefaces
from yidi.edges.documents.seals import Seal, Sealed, write_sealed
from yidi.edges.documents.sheet import Column, Fact, Grid, Sheet, Words, written_day
from yidi.edges.documents.writing import written_rows, written_total

STANDARD: typst.PDFStandard = "a-3a"
_THREAD = threading.local()


def write_pdf(sealed: Sealed, font_folders: Sequence[Path] = ()) -> bytes | Refusal:
    """Write a paper as PDF; a paper without seal becomes a draft. Refused where there is no Chinese font."""
    faces = typefaces(tuple(font_folders))
    if isinstance(faces, Refusal):
        return faces
    return _compiled(sheet_of(sealed.paper), sealed, faces)


def _compiled(sheet: Sheet, sealed: Sealed, faces: Typefaces) -> bytes:
    inputs = {
        "sheet": msgspec.json.encode(_sheet(sheet, sealed.seal)).decode(),
        "data": write_sealed(sealed).decode(),
        "serif": msgspec.json.encode(faces.serif).decode(),
        "sans": msgspec.json.encode(faces.sans).decode(),
    }
    issued = datetime.fromisoformat(sheet.issued_on).replace(tzinfo=SHANGHAI)
    made = _compiler(faces).compile(
        input=_template(), sys_inputs=inputs, format="pdf", pdf_standards=STANDARD, timestamp=issued
    )
    if not isinstance(made, bytes):
        raise TypeError("one document makes one file")
    return made


def _compiler(faces: Typefaces) -> typst.Compiler:
    """Give this thread's compiler for the fonts; one compiler cannot serve two threads at a time."""
    made: dict[Typefaces, typst.Compiler] = _THREAD.__dict__.setdefault("compilers", {})
    if faces not in made:
        made[faces] = typst.Compiler(font_paths=faces.fonts, ignore_system_fonts=True)
    return made[faces]


@lru_cache(maxsize=1)
def _template() -> bytes:
    return files("yidi.edges.documents").joinpath("templates", "sheet.typ").read_bytes()


def _sheet(sheet: Sheet, seal: Seal | None) -> dict[str, object]:
    """Shape a sheet for the template: words as pairs, cells as texts."""
    return {
        "title": sheet.title._asdict(),
        "number": sheet.number,
        "about": [_fact(fact) for fact in sheet.about],
        "addressee": _words(sheet.addressee),
        "paragraphs": [words._asdict() for words in sheet.paragraphs],
        "facts": [_fact(fact) for fact in sheet.facts],
        "grids": [_grid(grid) for grid in sheet.grids],
        "notes": [words._asdict() for words in sheet.notes],
        "issuer": sheet.issuer._asdict(),
        "issued_on": sheet.issued_on,
        "issued_zh": written_day(sheet.issued_on).zh,
        "landscape": sheet.landscape,
        "seal": seal,
    }


def _fact(fact: Fact) -> dict[str, object]:
    return {"label": fact.label._asdict(), "value": fact.value, "strong": fact.strong}


def _grid(grid: Grid) -> dict[str, object]:
    return {
        "columns": [_column(column) for column in grid.columns],
        "rows": written_rows(grid),
        "total": written_total(grid),
        "caption": _words(grid.caption),
    }


def _column(column: Column) -> dict[str, object]:
    return {
        "title": column.title._asdict(),
        "kind": column.kind,
        "width": column.width,
        "group": _words(column.group),
    }


def _words(words: Words | None) -> dict[str, Any] | None:
    return None if words is None else words._asdict()

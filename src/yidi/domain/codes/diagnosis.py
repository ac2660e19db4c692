"""Diagnosis codes, ICD-10 insurance version: G40.900, E11.600x015, I10.x00x002; + and * for pairs."""

from __future__ import annotations

import re
from typing import NamedTuple

from yidi.domain.codes.refusals import MALFORMED_DIAGNOSIS
from yidi.domain.codes.shape import Shape
from yidi.domain.refusal import Refusal

_SHAPE = Shape(
    re.compile(r"([A-Z]\d{2})(?:\.([\dx]\d{2}))(?:x(\d{3}))?([+*]?)", re.ASCII),
    MALFORMED_DIAGNOSIS,
)


class DiagnosisCode(NamedTuple):
    """The parts of a diagnosis code; `mark` is +, * or empty."""

    category: str
    subcategory: str
    extension: str = ""
    mark: str = ""


def parse_diagnosis(text: str) -> DiagnosisCode | None:
    """Read a diagnosis code; None when it has another form."""
    found = _SHAPE.match(text)
    return found and DiagnosisCode(found[1], found[2], found[3] or "", found[4])


def check_diagnosis(text: str, field: str = "diagnosis_code") -> DiagnosisCode | Refusal:
    """Return the parts of the code, or a refusal."""
    return parse_diagnosis(text) or _SHAPE.refuse(text, field)


def format_diagnosis(value: DiagnosisCode) -> str:
    """Return the code as it is written."""
    tail = f"x{value.extension}" if value.extension else ""
    return f"{value.category}.{value.subcategory}{tail}{value.mark}"

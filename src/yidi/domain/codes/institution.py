"""Institution codes: H (hospital) or P (pharmacy), six digits of division, five of serial."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from yidi.domain.codes.refusals import MALFORMED_INSTITUTION
from yidi.domain.codes.shape import Shape
from yidi.domain.refusal import Refusal

_SHAPE = Shape(
    re.compile(r"([HP])([1-9]\d{5})(\d{5})", re.ASCII),
    MALFORMED_INSTITUTION,
)


class InstitutionKind(StrEnum):
    """Hospital-like institution or retail pharmacy, by the leading letter."""

    HOSPITAL = "H"
    PHARMACY = "P"


class InstitutionCode(NamedTuple):
    """The parts of an institution code."""

    kind: InstitutionKind
    division: str
    serial: str


def parse_institution(text: str) -> InstitutionCode | None:
    """Read an institution code; None when it has another form."""
    found = _SHAPE.match(text)
    return found and InstitutionCode(InstitutionKind(found[1]), found[2], found[3])


def check_institution(text: str, field: str = "institution_code") -> InstitutionCode | Refusal:
    """Return the parts of the code, or a refusal."""
    return parse_institution(text) or _SHAPE.refuse(text, field)


def format_institution(value: InstitutionCode) -> str:
    """Return the twelve characters."""
    return value.kind.value + value.division + value.serial

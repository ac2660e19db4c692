"""Codes of medical staff: D (physician), N (nurse) or Y (pharmacist), division, six of serial.

D is recorded; N and Y follow by analogy (not seen in a message).
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from yidi.domain.codes.refusals import MALFORMED_PHYSICIAN
from yidi.domain.codes.shape import Shape
from yidi.domain.refusal import Refusal

_SHAPE = Shape(
    re.compile(r"([DNY])([1-9]\d{5})(\d{6})", re.ASCII),
    MALFORMED_PHYSICIAN,
)


class StaffKind(StrEnum):
    """Whom the code names, by the leading letter."""

    PHYSICIAN = "D"
    NURSE = "N"
    PHARMACIST = "Y"


class PhysicianCode(NamedTuple):
    """The parts of a staff code."""

    kind: StaffKind
    division: str
    serial: str


def parse_physician(text: str) -> PhysicianCode | None:
    """Read a staff code; None when it has another form."""
    found = _SHAPE.match(text)
    return found and PhysicianCode(StaffKind(found[1]), found[2], found[3])


def check_physician(text: str, field: str = "physician_code") -> PhysicianCode | Refusal:
    """Return the parts of the code, or a refusal."""
    return parse_physician(text) or _SHAPE.refuse(text, field)


def format_physician(value: PhysicianCode) -> str:
    """Return the thirteen characters."""
    return value.kind.value + value.division + value.serial

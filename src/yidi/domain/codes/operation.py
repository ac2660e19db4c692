"""Operation codes, ICD-9-CM3 insurance version: 51.2300, 38.9300x004."""

from __future__ import annotations

import re
from typing import NamedTuple

from yidi.domain.codes.refusals import MALFORMED_OPERATION
from yidi.domain.codes.shape import Shape
from yidi.domain.refusal import Refusal

_SHAPE = Shape(
    re.compile(r"(\d{2})\.(\d{1,2}[\dx]{0,2})(?:x(\d{3}))?", re.ASCII),
    MALFORMED_OPERATION,
)


class OperationCode(NamedTuple):
    """The parts of an operation code."""

    category: str
    detail: str
    extension: str = ""


def parse_operation(text: str) -> OperationCode | None:
    """Read an operation code; None when it has another form."""
    found = _SHAPE.match(text)
    return found and OperationCode(found[1], found[2], found[3] or "")


def check_operation(text: str, field: str = "operation_code") -> OperationCode | Refusal:
    """Return the parts of the code, or a refusal."""
    return parse_operation(text) or _SHAPE.refuse(text, field)


def format_operation(value: OperationCode) -> str:
    """Return the code as it is written."""
    tail = f"x{value.extension}" if value.extension else ""
    return f"{value.category}.{value.detail}{tail}"

"""Service item codes: fifteen national digits, optionally "-" and nine local characters."""

from __future__ import annotations

import re
from typing import NamedTuple

from yidi.domain.codes.refusals import MALFORMED_SERVICE
from yidi.domain.codes.shape import Shape
from yidi.domain.refusal import Refusal

_SHAPE = Shape(
    re.compile(r"(\d{15})(?:-([0-9A-Za-z]{9}))?", re.ASCII),
    MALFORMED_SERVICE,
)


class ServiceCode(NamedTuple):
    """The national and the local part; `local` is empty where none was given."""

    national: str
    local: str = ""


def parse_service(text: str) -> ServiceCode | None:
    """Read a service item code; None when it has another form."""
    found = _SHAPE.match(text)
    return found and ServiceCode(found[1], found[2] or "")


def check_service(text: str, field: str = "item_code") -> ServiceCode | Refusal:
    """Return the parts of the code, or a refusal."""
    return parse_service(text) or _SHAPE.refuse(text, field)


def format_service(value: ServiceCode) -> str:
    """Return the code as it is written."""
    return f"{value.national}-{value.local}" if value.local else value.national

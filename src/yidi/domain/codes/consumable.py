"""Consumable codes: C and 19 digits; 27 characters in the longer form used since 2024."""

from __future__ import annotations

import re
from typing import NamedTuple

from yidi.domain.codes.refusals import MALFORMED_CONSUMABLE
from yidi.domain.codes.shape import Shape
from yidi.domain.refusal import Refusal

_SHAPE = Shape(
    re.compile(r"(C\d{19})(\d{7})?", re.ASCII),
    MALFORMED_CONSUMABLE,
)


class ConsumableCode(NamedTuple):
    """The twenty-character code and the seven of the longer form (empty in the short one)."""

    short: str
    extension: str = ""


def parse_consumable(text: str) -> ConsumableCode | None:
    """Read a consumable code; None when it has another form."""
    found = _SHAPE.match(text)
    return found and ConsumableCode(found[1], found[2] or "")


def check_consumable(text: str, field: str = "item_code") -> ConsumableCode | Refusal:
    """Return the parts of the code, or a refusal."""
    return parse_consumable(text) or _SHAPE.refuse(text, field)


def format_consumable(value: ConsumableCode) -> str:
    """Return the code as it is written."""
    return value.short + value.extension

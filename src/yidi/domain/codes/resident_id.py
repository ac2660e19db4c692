"""Resident id numbers, GB 11643: six of division, eight of birth, three of sequence, one check mark.

The check mark is ISO 7064 MOD 11-2. Fifteen-digit numbers ended in 2013 and are refused.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from yidi.domain.codes.refusals import MALFORMED_RESIDENT_ID
from yidi.domain.codes.shape import Shape
from yidi.domain.dates import parse_day
from yidi.domain.refusal import Refusal

_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
_MARKS = "10X98765432"
_SHAPE = Shape(
    re.compile(r"[1-9]\d{5}(?:18|19|20)\d{9}[\dXx]", re.ASCII),
    MALFORMED_RESIDENT_ID,
)


class Sex(StrEnum):
    """The sex a resident id carries: the 17th digit, odd for men."""

    MALE = "male"
    FEMALE = "female"


class ResidentId(NamedTuple):
    """A checked number. Its repr keeps the middle hidden; `number` is personal data."""

    number: str

    @property
    def division(self) -> str:
        """The division in which the number was given (often a withdrawn code)."""
        return self.number[:6]

    @property
    def born(self) -> str:
        """The day of birth, ISO text."""
        return f"{self.number[6:10]}-{self.number[10:12]}-{self.number[12:14]}"

    @property
    def sex(self) -> Sex:
        """The sex by the 17th digit."""
        return Sex.MALE if int(self.number[16]) % 2 else Sex.FEMALE

    def __repr__(self) -> str:
        return f"ResidentId({mask_resident_id(self.number)})"


def mask_resident_id(text: str) -> str:
    """Hide all but the ends of a number, so that a refusal can show it."""
    return text[:3] + "*" * max(0, len(text[:30]) - 5) + text[-2:] if len(text) > 5 else "*" * len(text)


def check_mark(first_seventeen: str) -> str:
    """Return the check mark for the first seventeen digits."""
    return _MARKS[sum(int(d) * w for d, w in zip(first_seventeen, _WEIGHTS, strict=True)) % 11]


def parse_resident_id(text: str) -> ResidentId | None:
    """Read a number, a small x at the end allowed; None when form, day or check mark is wrong."""
    found = _SHAPE.match(text)
    if found is None:
        return None
    number = found.group().upper()
    if parse_day(number[6:14]) is None or check_mark(number[:17]) != number[17]:
        return None
    return ResidentId(number)


def check_resident_id(text: str, field: str = "resident_id") -> ResidentId | Refusal:
    """Return the checked number, or a refusal that shows it masked."""
    return parse_resident_id(text) or _SHAPE.refuse(mask_resident_id(text.strip()), field)


def format_resident_id(value: ResidentId) -> str:
    """Return the 18 characters."""
    return value.number

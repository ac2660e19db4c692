"""Drug codes: X western (23), Z Chinese patent (20), T herbal slices and granules (length not seen).

The cuts inside X and Z are inferred from recorded codes, so only letter, class and length are asked for.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from yidi.domain.codes.refusals import MALFORMED_DRUG
from yidi.domain.codes.shape import Shape
from yidi.domain.refusal import Refusal

_SHAPE = Shape(
    re.compile(
        r"(?P<western>X[A-Z]\d{2}[A-Z]{2}[A-Z0-9]{17})"
        r"|(?P<patent>Z[A-Z]\d{2}[A-Z]{2}[A-Z0-9]{14})"
        r"|(?P<herbal>T[A-Z0-9]{5,29})",
        re.ASCII,
    ),
    MALFORMED_DRUG,
)


class DrugKind(StrEnum):
    """Which of the three drug lists a code belongs to."""

    WESTERN = "western"
    PATENT = "patent"
    HERBAL = "herbal"


class DrugCode(NamedTuple):
    """A checked drug code and its list."""

    kind: DrugKind
    text: str

    @property
    def pharmacological_class(self) -> str:
        """The five characters of the class (ATC for western drugs); empty for herbal ones."""
        return "" if self.kind is DrugKind.HERBAL else self.text[1:6]


def parse_drug(text: str) -> DrugCode | None:
    """Read a drug code; None when it has another form."""
    found = _SHAPE.match(text)
    if found is None or found.lastgroup is None:
        return None
    return DrugCode(DrugKind(found.lastgroup), found.group())


def check_drug(text: str, field: str = "item_code") -> DrugCode | Refusal:
    """Return the checked code, or a refusal."""
    return parse_drug(text) or _SHAPE.refuse(text, field)


def format_drug(value: DrugCode) -> str:
    """Return the code as it is written."""
    return value.text

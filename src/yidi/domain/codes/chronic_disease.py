"""Outpatient chronic and special diseases: M and five digits, the last two a local subdivision.

A province's sub-code maps to the national code before a message leaves the province (regulation, section
1). Which code maps to which is data with its sureness (`packs/national/chronic_diseases.yaml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct

from yidi.domain.codes.refusals import MALFORMED_CHRONIC_DISEASE
from yidi.domain.codes.shape import Shape
from yidi.domain.refusal import Refusal

_SHAPE = Shape(
    re.compile(r"M(\d{3})(\d{2})", re.ASCII),
    MALFORMED_CHRONIC_DISEASE,
)


class ChronicDiseaseCode(NamedTuple):
    """The disease and its subdivision (00 = the whole)."""

    disease: str
    subdivision: str


class ChronicDisease(Struct, frozen=True):
    """One disease of the cross-province list.

    `codes` are the sub-codes that map to it besides its own; `batch` is 1 or 2 (the first five and the five
    of 2024); `sure_pct` says how sure the national code is, `source` where it was seen.
    """

    code: str
    name: str
    name_en: str
    batch: int
    codes: tuple[str, ...] = ()
    not_codes: tuple[str, ...] = ()
    sure_pct: int = 100
    source: str = ""


class ChronicDiseases:
    """The cross-province diseases and the mapping of local sub-codes to them."""

    __slots__ = ("_by_code", "_national_of")

    def __init__(self, diseases: Iterable[ChronicDisease]) -> None:
        self._by_code = {disease.code: disease for disease in diseases}
        self._national_of: dict[str, str] = {}
        for disease in self._by_code.values():
            for code in (disease.code, *disease.codes):
                self._national_of[code] = disease.code

    def all(self) -> tuple[ChronicDisease, ...]:
        """Return the cross-province diseases in the order of the list."""
        return tuple(self._by_code.values())

    def national_code(self, code: str) -> str | None:
        """Return the national code a local one maps to; None when it is none of the cross-province ones.

        A sub-code that the table does not name maps by its parent (M01607 -> M01600), unless the table
        says that it is another disease.
        """
        known = self._national_of.get(code)
        if known is not None:
            return known
        parent = code[:4] + "00"
        disease = self._by_code.get(parent)
        return parent if disease is not None and code not in disease.not_codes else None

    def find(self, code: str) -> ChronicDisease | None:
        """Return the cross-province disease of a national or local code."""
        national = self.national_code(code)
        return None if national is None else self._by_code[national]


def parse_chronic_disease(text: str) -> ChronicDiseaseCode | None:
    """Read a chronic-disease code; None when it has another form."""
    found = _SHAPE.match(text)
    return found and ChronicDiseaseCode(found[1], found[2])


def check_chronic_disease(text: str, field: str = "disease_code") -> ChronicDiseaseCode | Refusal:
    """Return the parts of the code, or a refusal."""
    return parse_chronic_disease(text) or _SHAPE.refuse(text, field)


def format_chronic_disease(value: ChronicDiseaseCode) -> str:
    """Return the six characters."""
    return f"M{value.disease}{value.subdivision}"

"""Administrative divisions (GB/T 2260) as medical insurance uses them.

Six digits: two of province, two of prefecture, two of county. Insurance adds two conventions, which are
rules here and not rows of the list: xxxx99 is the pool of a whole city, xx9900 the pool of the province's
own level. Counties run directly by their province stand beside prefectures (xx90yy).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from yidi.domain.codes.refusals import MALFORMED_DIVISION, NOT_INSURING, UNKNOWN_DIVISION
from yidi.domain.codes.shape import Shape, shown
from yidi.domain.refusal import Refusal

NATION = "000000"
"""The nation as a jurisdiction; not a division."""

_SHAPE = Shape(
    re.compile(r"[1-9][0-9]{5}"),
    MALFORMED_DIVISION,
)


class DivisionLevel(StrEnum):
    """Where a division stands. `pool` is an insurance pool of a level, not a place of its own."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    POOL = "pool"


class Division(Struct, frozen=True):
    """One division. `current` is False for a code that was withdrawn but still stands in old records.

    `whole` marks a province that is one filing target (the four municipalities, and provinces whose pool is
    provincial: annex of the 2022 notice, article on filing targets; which ones is data). `undivided` marks
    a province without prefectures: a municipality, or the Corps.
    """

    code: str
    name: str
    level: DivisionLevel
    name_en: str = ""
    insuring: bool = True
    whole: bool = False
    undivided: bool = False
    current: bool = True


def province_prefix(code: str) -> str:
    """Return the code of the province a code lies in, by its digits: 330102 -> 330000."""
    return code[:2] + "0000"


class Divisions:
    """The list of divisions, built once by its reader and never changed."""

    __slots__ = ("_by_code", "_provinces")

    def __init__(self, rows: Iterable[Division]) -> None:
        self._by_code = {row.code: row for row in rows}
        self._provinces = tuple(
            row for code, row in sorted(self._by_code.items()) if row.level is DivisionLevel.PROVINCE
        )

    def __len__(self) -> int:
        return len(self._by_code)

    def find(self, code: str) -> Division | None:
        """Return the division of a code; None when its province or its prefecture does not exist.

        A county missing from the list is still found when its prefecture exists, under that name:
        counties are renamed and merged faster than lists are, and money must not wait for that.
        """
        listed = self._by_code.get(code)
        if listed is not None:
            return listed
        if _SHAPE.pattern.fullmatch(code) is None:
            return None
        province = self._by_code.get(province_prefix(code))
        if province is None:
            return None
        if code[2:] == "9900":
            return _pool_of(province, code)
        return self._inside_prefecture(province, code)

    def _inside_prefecture(self, province: Division, code: str) -> Division | None:
        holder = province if province.undivided else self._by_code.get(code[:4] + "00")
        if holder is None or code[2:4] == "90":
            return None
        if code[4:] == "99":
            return _pool_of(holder, code)
        if code[4:] == "00" and not province.undivided:
            return None
        level = DivisionLevel.PREFECTURE if code[4:] == "00" else DivisionLevel.COUNTY
        return Division(code, holder.name, level, insuring=province.insuring)

    def check(self, text: str, field: str = "division", *, insuring: bool = True) -> Division | Refusal:
        """Return the division, or refuse a malformed, unknown or (if asked) not insuring one."""
        code = text.strip()
        if _SHAPE.match(code) is None:
            return _SHAPE.refuse(text, field)
        division = self.find(code)
        if division is None:
            return UNKNOWN_DIVISION.because(field, value=shown(code))
        if insuring and not division.insuring:
            return NOT_INSURING.because(field, value=code, name=division.name)
        return division

    def province_of(self, code: str) -> str:
        """Return the code of the province: 330102 -> 330000. By digits; does not check existence."""
        return province_prefix(code)

    def prefecture_of(self, code: str) -> str:
        """Return the code of the city: 330102 -> 330100, 429004 -> itself, a district of a municipality
        -> the municipality, xx9900 -> itself, a province -> itself.
        """
        province = self._by_code.get(province_prefix(code))
        if code[2:] == "0000" or (province is not None and province.undivided):
            return province_prefix(code)
        if code[2:4] == "90" or code[2:] == "9900":
            return code
        return code[:4] + "00"

    def filing_target(self, code: str) -> str:
        """Return what a filing to this place names: its city, or the province where that is one whole."""
        province = self._by_code.get(province_prefix(code))
        return province_prefix(code) if province is not None and province.whole else self.prefecture_of(code)

    def name(self, code: str) -> str:
        """Return the Chinese name, or the code itself when unknown."""
        division = self.find(code)
        return code if division is None else division.name

    def full_name(self, code: str) -> str:
        """Return province, city and county joined, each once: 浙江省杭州市上城区."""
        parts = [self.name(province_prefix(code)), self.name(self.prefecture_of(code)), self.name(code)]
        return "".join(dict.fromkeys(parts))

    def full_name_en(self, code: str) -> str:
        """Return city and province in English: Hangzhou, Zhejiang; counties are told by their city."""
        codes = (self.prefecture_of(code), province_prefix(code))
        names = [found.name_en for each in codes if (found := self.find(each)) is not None and found.name_en]
        return ", ".join(dict.fromkeys(names)) or self.full_name(code)

    def provinces(self, *, insuring: bool = True) -> tuple[Division, ...]:
        """Return the provinces in code order; only those that insure, unless told otherwise."""
        return tuple(row for row in self._provinces if row.insuring or not insuring)

    def prefectures(self, province: str) -> tuple[Division, ...]:
        """Return the cities of a province, directly administered counties included, in code order."""
        prefix = province[:2]
        return tuple(
            row
            for code, row in sorted(self._by_code.items())
            if code[:2] == prefix and row.level is DivisionLevel.PREFECTURE
        )

    def same_city(self, a: str, b: str) -> bool:
        """Say whether two places lie in one city (one undivided province)."""
        return self.prefecture_of(a) == self.prefecture_of(b)

    def same_province(self, a: str, b: str) -> bool:
        """Say whether two places lie in one province."""
        return a[:2] == b[:2]


def _pool_of(holder: Division, code: str) -> Division:
    return Division(code, holder.name, DivisionLevel.POOL, holder.name_en, holder.insuring)

"""Divisions: cities, counties run by their province, municipalities, pools, and codes nobody knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yidi.domain.codes.division import Division, DivisionLevel, Divisions
from yidi.domain.codes.refusals import MALFORMED_DIVISION, NOT_INSURING, UNKNOWN_DIVISION
from yidi.domain.refusal import Refusal, RefusalKind

PROVINCE, CITY, COUNTY, POOL = (
    DivisionLevel.PROVINCE,
    DivisionLevel.PREFECTURE,
    DivisionLevel.COUNTY,
    DivisionLevel.POOL,
)
DIVISIONS = Divisions(
    [
        Division("110000", "甲市", PROVINCE, undivided=True, whole=True),
        Division("110105", "甲区", COUNTY),
        Division("330000", "乙省", PROVINCE, "Second"),
        Division("330100", "乙城", CITY),
        Division("330102", "乙区", COUNTY),
        Division("330103", "旧区", COUNTY, current=False),
        Division("429004", "丙城", CITY),
        Division("420000", "丙省", PROVINCE),
        Division("460000", "丁省", PROVINCE, whole=True),
        Division("460100", "丁城", CITY),
        Division("810000", "戊区", PROVINCE, insuring=False),
    ]
)


@pytest.mark.parametrize(
    ("code", "level", "name", "prefecture", "target"),
    [
        ("330000", PROVINCE, "乙省", "330000", "330000"),
        ("330100", CITY, "乙城", "330100", "330100"),
        ("330102", COUNTY, "乙区", "330100", "330100"),
        ("330103", COUNTY, "旧区", "330100", "330100"),
        ("330188", COUNTY, "乙城", "330100", "330100"),
        ("330199", POOL, "乙城", "330100", "330100"),
        ("339900", POOL, "乙省", "339900", "339900"),
        ("429004", CITY, "丙城", "429004", "429004"),
        ("110105", COUNTY, "甲区", "110000", "110000"),
        ("110100", CITY, "甲市", "110000", "110000"),
        ("110188", COUNTY, "甲市", "110000", "110000"),
        ("110199", POOL, "甲市", "110000", "110000"),
        ("460100", CITY, "丁城", "460100", "460000"),
    ],
)
def test_a_place_is_found_with_its_city_and_filing_target(
    code: str, level: DivisionLevel, name: str, prefecture: str, target: str
) -> None:
    found = DIVISIONS.find(code)
    assert found is not None
    assert (found.level, found.name) == (level, name)
    assert DIVISIONS.prefecture_of(code) == prefecture
    assert DIVISIONS.filing_target(code) == target
    assert DIVISIONS.province_of(code) == code[:2] + "0000"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("33010", MALFORMED_DIVISION),
        ("000000", MALFORMED_DIVISION),
        ("33010x", MALFORMED_DIVISION),
        ("990000", UNKNOWN_DIVISION),
        ("331500", UNKNOWN_DIVISION),
        ("331501", UNKNOWN_DIVISION),
        ("429099", UNKNOWN_DIVISION),
        ("810000", NOT_INSURING),
    ],
)
def test_a_code_of_no_place_is_refused(code: str, kind: RefusalKind) -> None:
    refused = DIVISIONS.check(code, "insured_place")
    assert isinstance(refused, Refusal)
    assert refused.code == kind.code
    assert code in refused.cause_zh
    assert "insured_place" in refused.cause_en


def test_a_place_that_does_not_insure_is_still_a_place() -> None:
    assert DIVISIONS.check("810000", insuring=False) == DIVISIONS.find("810000")
    assert [row.code for row in DIVISIONS.provinces()] == ["110000", "330000", "420000", "460000"]
    assert len(DIVISIONS.provinces(insuring=False)) == 5


def test_neighbours_are_told_apart() -> None:
    assert DIVISIONS.same_city("110105", "110100")
    assert DIVISIONS.same_city("330102", "330199")
    assert not DIVISIONS.same_city("330102", "339900")
    assert not DIVISIONS.same_city("429004", "429005")
    assert DIVISIONS.same_province("330102", "339900")
    assert not DIVISIONS.same_province("330102", "420000")


def test_names_are_joined_once_each() -> None:
    assert DIVISIONS.full_name("330102") == "乙省乙城乙区"
    assert DIVISIONS.full_name("110105") == "甲市甲区"
    assert DIVISIONS.name("990000") == "990000"
    assert [row.code for row in DIVISIONS.prefectures("330000")] == ["330100"]


@given(st.text(max_size=12))
def test_no_text_breaks_the_list(text: str) -> None:
    assert isinstance(DIVISIONS.check(text), Division | Refusal)
    assert DIVISIONS.find(text) is None or len(text) == 6

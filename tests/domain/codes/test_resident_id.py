"""Resident ids: the check mark agrees with an independent library; a refusal shows no whole number."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from yidi.domain.codes.refusals import MALFORMED_RESIDENT_ID
from yidi.domain.codes.resident_id import (
    ResidentId,
    Sex,
    check_mark,
    check_resident_id,
    format_resident_id,
    mask_resident_id,
    parse_resident_id,
)
from yidi.domain.refusal import Refusal

BORN = st.dates(date(1900, 1, 1), date(2099, 12, 31))
MADE = "11010119900307000"
"""Seventeen made digits: no person has this number but by chance."""


@given(BORN, st.integers(0, 999))
def test_the_check_mark_agrees_with_python_stdnum(born: date, serial: int) -> None:
    first = f"110101{born:%Y%m%d}{serial:03d}"
    number = first + check_mark(first)
    assert check_mark(first) == ric.calc_check_digit(number)
    read = parse_resident_id(number.lower())
    assert read is not None
    assert format_resident_id(read) == number
    assert (read.born, read.division) == (born.isoformat(), "110101")
    assert read.sex is (Sex.MALE if serial % 2 else Sex.FEMALE)


@given(BORN, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(born: date, serial: int, place: int, by: int) -> None:
    first = f"110101{born:%Y%m%d}{serial:03d}"
    wrong = first[:place] + str((int(first[place]) + by) % 10) + first[place + 1 :]
    assert parse_resident_id(wrong + check_mark(first)) is None


@pytest.mark.parametrize("text", ["", "110101900307000", MADE, "11010119901307000X", "ab" * 9])
def test_a_wrong_number_is_refused_without_being_shown(text: str) -> None:
    refused = check_resident_id(text, "identity_number")
    assert isinstance(refused, Refusal)
    assert refused.code == MALFORMED_RESIDENT_ID.code
    assert "identity_number" in refused.cause_zh
    assert not text or text not in refused.cause_zh + refused.cause_en


def test_a_day_that_does_not_exist_is_refused_although_the_check_mark_is_right() -> None:
    first = "11010119900230001"
    assert parse_resident_id(first + check_mark(first)) is None


def test_the_repr_hides_the_number() -> None:
    number = MADE + check_mark(MADE)
    assert number not in repr(ResidentId(number))
    assert mask_resident_id(number) == "110" + "*" * 13 + number[-2:]
    assert mask_resident_id("123") == "***"

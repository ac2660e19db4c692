"""Amounts and times: decimal text becomes integers and comes back exactly; everything else is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yidi.edges.national.amounts import (
    NotANumber,
    OutOfRange,
    decimal_number,
    end_day,
    last_day,
    parse_number,
    read_day,
    read_time,
    yuan,
)


@given(st.integers(-(10**16) + 1, 10**16 - 1), st.sampled_from([2, 4, 6]))
def test_what_is_written_is_read_again(value: int, places: int) -> None:
    written = bytes(decimal_number(value, places))
    assert parse_number(written, places) == value
    assert parse_number(b'"' + written + b'"', places) == value
    assert Decimal(written.decode()) == Decimal(value).scaleb(-places)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        (b"1200", 120000),
        (b"-4.52", -452),
        (b"-0.5", -50),
        (b"0.10", 10),
        (b"4.520000", 452),
        (b"1.2e2", 12000),
        (b"1E+3", 100000),
        (b'" 12 "', 1200),
        (b'"+3"', 300),
        (b".5", 50),
        (b"7.", 700),
        (b"", None),
        (b'""', None),
        (b"null", None),
        (b'"NULL"', None),
    ],
)
def test_numbers_are_read_however_they_are_written(text: bytes, fen: int | None) -> None:
    assert parse_number(text, 2) == fen


@pytest.mark.parametrize(
    "text",
    [
        b'"NaN"',
        b'"Infinity"',
        b'"-inf"',
        b'"1_000"',
        b'"1,000"',
        b"true",
        b'"abc"',
        b"[1]",
        b"{}",
        b'"\xff"',
        b'"0x1"',
    ],
)
def test_what_is_no_number_is_said_to_be_none(text: bytes) -> None:
    with pytest.raises(NotANumber):
        parse_number(text, 2)


@pytest.mark.parametrize(
    "text",
    [b"0.001", b"1e-3", b"1e999", b"99999999999999999", b"123456789012345.00", b"0." + b"9" * 38, b"1e-900"],
)
def test_absurd_numbers_are_out_of_range(text: bytes) -> None:
    with pytest.raises(OutOfRange):
        parse_number(text, 2)


def test_an_exponent_cannot_blow_a_number_up() -> None:
    for text in (b"1e999999999", b"1e-999999999", b"9" * 100_000):
        with pytest.raises(ValueError):
            parse_number(text, 2)


@given(st.integers(-(10**15), 10**15))
def test_yuan_are_written_as_numbers_with_two_decimals_at_most(fen: int) -> None:
    assert Decimal(bytes(yuan(fen)).decode()) * 100 == fen


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2022-01-21 10:00:00", "2022-01-21 10:00:00"),
        ("2022-01-21", "2022-01-21 00:00:00"),
        ("2022-01-21 10 :00:00", "2022-01-21 10:00:00"),
        ("2022-01-21 10: 00 : 05", "2022-01-21 10:00:05"),
        ("20220121", "2022-01-21 00:00:00"),
        ("20220121100005", "2022-01-21 10:00:05"),
        ("2022/01/21 9:05", "2022-01-21 09:05:00"),
        ("2022-01-21T10:00:00.000", "2022-01-21 10:00:00"),
        ("2022-02-30", None),
        ("2022-01-21 25:00:00", None),
        ("tomorrow", None),
        ("", None),
        ("0000-00-00", None),
    ],
)
def test_times_are_read_however_they_are_spaced(text: str, time: str | None) -> None:
    assert read_time(text) == time
    assert read_day(text) == (time and time[:10])


def test_last_days_and_half_open_ends_answer_each_other() -> None:
    assert end_day("2026-12-31") == "2027-01-01"
    assert last_day("2027-01-01") == "2026-12-31"
    assert (end_day("9999-12-31"), last_day("9999-12-31"), last_day("")) == ("9999-12-31", None, None)
    assert end_day("no day") == "9999-12-31"

"""Amounts in capital numerals: the examples of the rules, and every amount reads back as itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yidi.domain.money import GREATEST_FEN
from yidi.edges.documents.capitals import capital_amount

DIGITS = {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def read_number(text: str) -> int:
    """Read capital numerals, knowing nothing of how they were written."""
    for sign, size in (("亿", 10**8), ("万", 10**4)):
        high, found, low = text.rpartition(sign)
        if found:
            return read_number(high) * size + read_number(low)
    total = digit = 0
    for sign in text:
        if sign in PLACES:
            total += digit * PLACES[sign]
            digit = 0
        else:
            digit = DIGITS[sign]
    return total + digit


def read_back(text: str) -> int:
    rest = text.removeprefix("人民币")
    sign = -1 if rest.startswith("负") else 1
    yuan, _, parts = rest.removeprefix("负").rpartition("元")
    jiao, _, fen = parts.removesuffix("整").rpartition("角")
    amount = read_number(yuan) * 100 + read_number(jiao) * 10 + read_number(fen.removesuffix("分"))
    return sign * amount


@pytest.mark.parametrize(
    ("amount_fen", "text"),
    [
        (0, "人民币零元整"),
        (1_409_50, "人民币壹仟肆佰零玖元伍角整"),
        (6_007_14, "人民币陆仟零柒元壹角肆分"),
        (1_680_32, "人民币壹仟陆佰捌拾元叁角贰分"),
        (107_000_53, "人民币壹拾万柒仟元伍角叁分"),
        (16_409_02, "人民币壹万陆仟肆佰零玖元零贰分"),
        (325_04, "人民币叁佰贰拾伍元零肆分"),
        (5, "人民币伍分"),
        (50, "人民币伍角整"),
        (100_000_000_00, "人民币壹亿元整"),
        (100_010_000_00, "人民币壹亿零壹万元整"),
        (1_000_000_000_000_00, "人民币壹万亿元整"),
        (-12_345_00, "人民币负壹万贰仟叁佰肆拾伍元整"),
        (200_000_001_00, "人民币贰亿零壹元整"),
    ],
)
def test_amounts_are_written_as_the_rules_show(amount_fen: int, text: str) -> None:
    assert capital_amount(amount_fen) == text


@given(st.integers(-GREATEST_FEN, GREATEST_FEN))
def test_every_amount_reads_back_as_itself(amount_fen: int) -> None:
    assert read_back(capital_amount(amount_fen)) == amount_fen


@given(st.integers(0, GREATEST_FEN))
def test_no_zero_is_doubled_or_left_before_a_unit(amount_fen: int) -> None:
    text = capital_amount(amount_fen)
    assert "零零" not in text
    assert not any(f"零{unit}" in text for unit in "拾佰仟万亿角分")

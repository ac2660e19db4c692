"""A fee line in four parts: they sum to the total, always, and each has its reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from yidi.domain.catalogue.amounts import GREATEST, format_decimal, parse_decimal, product_fen
from yidi.domain.catalogue.catalogue import build_catalogue
from yidi.domain.catalogue.item import ExpenseClass, Item, ItemClass, PriceLevel
from yidi.domain.catalogue.pricing import Approval, FeeLine, PricedLine, Reason, price_line, price_lines
from yidi.domain.catalogue.reasons import reason_text
from yidi.domain.catalogue.refusals import AMOUNT_OUT_OF_RANGE, TOTAL_DIFFERS, UNIT_PRICE_OUT_OF_RANGE
from yidi.domain.codes.item import ItemKind
from yidi.domain.codes.refusals import MALFORMED_DRUG
from yidi.domain.refusal import Refusal

CODE = "XJ01CAA040A001010102699"
DAY = "2024-05-01"
A = Item(CODE, "阿莫西林片", ItemKind.DRUG, ItemClass.A, ExpenseClass.WESTERN_DRUGS)
B = replace(A, item_class=ItemClass.B, first_self_bp=500)
C = replace(A, item_class=ItemClass.C)
LIMITED = replace(B, price_limit_micro=10_000_000)


def line(
    quantity: str, price: str, total_fen: int | None = None, approval: Approval = Approval.NOT_NEEDED
) -> FeeLine:
    """Make a line; the total is the product unless given."""
    quantity_e4, price_micro = parse_decimal(quantity, 4), parse_decimal(price, 6)
    assert quantity_e4 is not None
    assert price_micro is not None
    total = product_fen(quantity_e4, price_micro) if total_fen is None else total_fen
    return FeeLine("1", CODE, DAY, quantity_e4, price_micro, total, approval)


def price(item: Item | None, fee: FeeLine, level: PriceLevel = PriceLevel.THIRD) -> PricedLine:
    """Price a line that must not be refused."""
    priced = price_line(item, fee, level)
    assert isinstance(priced, PricedLine)
    return priced


def parts(priced: PricedLine) -> tuple[int, int, int, int]:
    """Full self-pay, over-limit, first self-pay, in scope."""
    return priced.full_self_fen, priced.over_limit_fen, priced.first_self_fen, priced.in_scope_fen


@pytest.mark.parametrize(
    ("item", "fee", "expected", "reason", "ratio_bp"),
    [
        (A, line("2", "8"), (0, 0, 0, 1600), Reason.IN_SCOPE, 0),
        (B, line("1", "4.52"), (0, 0, 23, 429), Reason.FIRST_SELF, 500),
        (C, line("1", "1.5"), (150, 0, 0, 0), Reason.CLASS_C, 10_000),
        (LIMITED, line("3", "12"), (0, 600, 150, 2850), Reason.OVER_LIMIT_AND_FIRST_SELF, 500),
        (LIMITED, line("3", "10"), (0, 0, 150, 2850), Reason.FIRST_SELF, 500),
        (
            replace(A, price_limit_micro=10_000_000),
            line("3", "12"),
            (0, 600, 0, 3000),
            Reason.OVER_LIMIT,
            0,
        ),
        (replace(B, first_self_bp=0), line("1", "4.52"), (0, 0, 0, 452), Reason.IN_SCOPE, 0),
        (None, line("1", "4.52"), (452, 0, 0, 0), Reason.NOT_IN_CATALOGUE, 10_000),
        (LIMITED, line("-3", "12"), (0, -600, -150, -2850), Reason.OVER_LIMIT_AND_FIRST_SELF, 500),
        (replace(A, price_limit_micro=0), line("1", "3"), (0, 300, 0, 0), Reason.OVER_LIMIT, 0),
    ],
)
def test_a_line_is_divided(
    item: Item | None, fee: FeeLine, expected: tuple[int, int, int, int], reason: Reason, ratio_bp: int
) -> None:
    priced = price(item, fee)
    assert parts(priced) == expected
    assert (priced.reason, priced.first_self_bp) == (reason, ratio_bp)


@pytest.mark.parametrize(
    ("restricted", "approval", "reason"),
    [
        (True, Approval.NOT_NEEDED, Reason.RESTRICTED),
        (True, Approval.REJECTED, Reason.RESTRICTED),
        (True, Approval.APPROVED, Reason.IN_SCOPE),
        (False, Approval.NOT_NEEDED, Reason.IN_SCOPE),
        (False, Approval.APPROVED, Reason.IN_SCOPE),
        (False, Approval.REJECTED, Reason.REJECTED),
    ],
)
def test_restriction_and_approval_decide_as_the_interface_says(
    restricted: bool, approval: Approval, reason: Reason
) -> None:
    priced = price(replace(A, restricted=restricted), line("1", "5", approval=approval))
    assert priced.reason is reason
    assert priced.full_self_fen == (0 if reason is Reason.IN_SCOPE else 500)


def test_a_price_limit_may_depend_on_the_level() -> None:
    item = replace(A, price_limit_micro=9_000_000, level_limits_micro=(5_000_000, None, 8_000_000))
    over = {level: price(item, line("1", "10"), level).over_limit_fen for level in PriceLevel}
    assert over == {PriceLevel.FIRST: 500, PriceLevel.SECOND: 100, PriceLevel.THIRD: 200}


def test_an_unknown_item_has_the_expense_class_of_its_kind() -> None:
    priced = price(None, line("1", "1"))
    assert (priced.expense_class, priced.item_class) == (ExpenseClass.WESTERN_DRUGS, ItemClass.C)


def test_a_total_that_is_no_product_is_refused_with_both_figures() -> None:
    refused = price_line(A, line("3", "0.333333", 101), PriceLevel.FIRST)
    assert isinstance(refused, Refusal)
    assert refused.code == TOTAL_DIFFERS.code
    for figure in ("1.01", "1.00", "0.333333"):
        assert figure in refused.cause_zh
        assert figure in refused.cause_en


@pytest.mark.parametrize(
    ("quantity_e4", "price_micro", "code"),
    [
        (10_000, -1_000_000, UNIT_PRICE_OUT_OF_RANGE.code),
        (10_000, GREATEST + 1, UNIT_PRICE_OUT_OF_RANGE.code),
        (GREATEST + 1, 0, AMOUNT_OUT_OF_RANGE.code),
        (GREATEST, GREATEST, AMOUNT_OUT_OF_RANGE.code),
    ],
)
def test_absurd_amounts_are_refused(quantity_e4: int, price_micro: int, code: str) -> None:
    fee = FeeLine("1", CODE, DAY, quantity_e4, price_micro, product_fen(quantity_e4, price_micro))
    refused = price_line(A, fee, PriceLevel.FIRST)
    assert isinstance(refused, Refusal)
    assert refused.code == code


def test_lines_are_priced_by_their_own_day_and_all_findings_are_collected() -> None:
    catalogue, none = build_catalogue("330000", [replace(A, end=DAY), replace(B, start=DAY)])
    assert none == ()
    good = line("1", "10")
    lines = [
        good._replace(number="before", day="2024-04-30"),
        good._replace(number="after"),
        good._replace(number="wrong total", total_fen=1),
        good._replace(number="wrong code", item_code="X1"),
    ]
    priced, found = price_lines(catalogue, lines, PriceLevel.FIRST)
    assert [(it.number, it.first_self_fen) for it in priced] == [("before", 0), ("after", 50)]
    assert [it.code for it in found] == [TOTAL_DIFFERS.code, MALFORMED_DRUG.code]


ITEMS = st.builds(
    Item,
    code=st.just(CODE),
    name=st.just("药"),
    kind=st.just(ItemKind.DRUG),
    item_class=st.sampled_from(ItemClass),
    expense_class=st.sampled_from(ExpenseClass),
    first_self_bp=st.integers(0, 10_000),
    price_limit_micro=st.none() | st.integers(0, 10**9),
    level_limits_micro=st.none() | st.tuples(*[st.none() | st.integers(0, 10**9)] * 3),
    restricted=st.booleans(),
)
LINES = st.builds(
    lambda quantity, cost, approval: FeeLine(
        "1", CODE, DAY, quantity, cost, product_fen(quantity, cost), approval
    ),
    st.integers(-(10**8), 10**8),
    st.integers(0, 10**10),
    st.sampled_from(Approval),
)


@given(st.none() | ITEMS, LINES, st.sampled_from(PriceLevel))
def test_the_four_parts_sum_to_the_total_and_none_has_the_other_sign(
    item: Item | None, fee: FeeLine, level: PriceLevel
) -> None:
    priced = price(item, fee, level)
    assert sum(parts(priced)) == priced.total_fen == fee.total_fen
    sign = -1 if fee.total_fen < 0 else 1
    assert all(part * sign >= 0 for part in parts(priced))
    back = fee._replace(quantity_e4=-fee.quantity_e4, total_fen=-fee.total_fen)
    assert parts(price(item, back, level)) == tuple(-part for part in parts(priced))


@given(st.none() | ITEMS, LINES)
def test_every_line_says_why_in_both_languages(item: Item | None, fee: FeeLine) -> None:
    text = reason_text(price(item, fee))
    assert text.zh
    assert text.en
    assert "{" not in text.zh + text.en


def test_the_reason_names_limit_ratio_and_amounts() -> None:
    text = reason_text(price(LIMITED, line("3", "12")))
    for figure in ("10", "6.00", "5%", "1.50", "28.50"):
        assert figure in text.zh
    assert "class B: 5 %" in text.en


@given(st.integers(-GREATEST, GREATEST), st.integers(1, 6))
def test_decimals_are_written_and_read_back(value: int, places: int) -> None:
    assert parse_decimal(format_decimal(value, places), places) == value


@pytest.mark.parametrize("text", ["", "1e3", "1.00001", "1,5", "٣", "1" * 20, ".5", "--1", "NaN"])
def test_what_is_no_decimal_is_not_read(text: str) -> None:
    assert parse_decimal(text, 4) is None


def test_half_a_fen_is_rounded_away_from_zero() -> None:
    assert product_fen(10_000, 5_000) == 1
    assert product_fen(-10_000, 5_000) == -1
    assert product_fen(10_000, 4_999) == 0
    assert product_fen(30_000, 333_333) == 100

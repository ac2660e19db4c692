"""The price of a fee line in four parts: full self-pay, over-limit, first self-pay, in scope.

Rules: restriction and hospital approval as the interface states them for fee lines; class C wholly
self-pay; over a price limit only the excess is over-limit; class B pays its first share of what is left.
The four parts sum to the total, always; a refund is the mirror of what it takes back.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from yidi.domain.catalogue.amounts import (
    GREATEST,
    PRICE_PLACES,
    QUANTITY_PLACES,
    format_decimal,
    product_fen,
)
from yidi.domain.catalogue.catalogue import Catalogue
from yidi.domain.catalogue.item import DEFAULT_EXPENSE_CLASS, ExpenseClass, Item, ItemClass, PriceLevel
from yidi.domain.catalogue.refusals import AMOUNT_OUT_OF_RANGE, TOTAL_DIFFERS, UNIT_PRICE_OUT_OF_RANGE
from yidi.domain.codes.item import check_item_code
from yidi.domain.codes.shape import shown
from yidi.domain.money import BASIS_POINTS, GREATEST_FEN, format_yuan, share_fen
from yidi.domain.refusal import Refusal


class Approval(StrEnum):
    """The hospital's approval of a line; the value is the national code."""

    NOT_NEEDED = "0"
    APPROVED = "1"
    REJECTED = "2"


class Reason(StrEnum):
    """Why a line was divided as it was. Texts: `yidi.domain.catalogue.reasons`."""

    IN_SCOPE = "in_scope"
    FIRST_SELF = "first_self"
    OVER_LIMIT = "over_limit"
    OVER_LIMIT_AND_FIRST_SELF = "over_limit_and_first_self"
    CLASS_C = "class_c"
    NOT_IN_CATALOGUE = "not_in_catalogue"
    RESTRICTED = "restricted"
    REJECTED = "rejected"


class FeeLine(NamedTuple):
    """A fee line as the hospital sent it.

    `quantity_e4` in ten-thousandths (negative takes back part of an earlier line), `unit_price_micro` in
    micro-yuan, `day` the ISO day on which the fee arose.
    """

    number: str
    item_code: str
    day: str
    quantity_e4: int
    unit_price_micro: int
    total_fen: int
    approval: Approval = Approval.NOT_NEEDED


class PricedLine(Struct, frozen=True, gc=False):
    """A fee line in its four parts. `total_fen` is their sum. `first_self_bp` is 10000 on full self-pay."""

    number: str
    item_code: str
    item_name: str
    total_fen: int
    full_self_fen: int
    over_limit_fen: int
    first_self_fen: int
    in_scope_fen: int
    reason: Reason
    item_class: ItemClass
    expense_class: ExpenseClass
    first_self_bp: int
    price_limit_micro: int | None
    restricted: bool = False
    essential: bool = False
    negotiated: bool = False
    child: bool = False


class PricedLines(NamedTuple):
    """All lines priced, and every refusal found. Lines refused are missing from `lines`."""

    lines: tuple[PricedLine, ...]
    refusals: tuple[Refusal, ...]


def price_lines(catalogue: Catalogue, lines: Iterable[FeeLine], level: PriceLevel) -> PricedLines:
    """Price lines by a care place's catalogue on each line's day, collecting what is wrong."""
    priced: list[PricedLine] = []
    refusals: list[Refusal] = []
    find = catalogue.find
    for line in lines:
        result = price_line(find(line.item_code, line.day), line, level)
        if isinstance(result, PricedLine):
            priced.append(result)
        else:
            refusals.append(result)
    return PricedLines(tuple(priced), tuple(refusals))


def price_line(item: Item | None, line: FeeLine, level: PriceLevel) -> PricedLine | Refusal:
    """Divide one line. `item` is the entry that stands on the line's day, None when there is none."""
    total = line.total_fen
    if product_fen(line.quantity_e4, line.unit_price_micro) != total or not _in_range(line):
        return _refuse_amount(line)
    if item is None:
        return _outside_catalogue(line)
    limit = item.price_limit(level)
    reason = _self_pay_reason(item, line.approval)
    if reason is not None:
        return _priced(line, item, reason, (total, 0, 0), BASIS_POINTS, limit)
    over = 0
    if limit is not None and line.unit_price_micro > limit:
        over = product_fen(line.quantity_e4, line.unit_price_micro - limit)
    if item.item_class is ItemClass.A or item.first_self_bp == 0:
        reason = Reason.OVER_LIMIT if over else Reason.IN_SCOPE
        return _priced(line, item, reason, (0, over, 0), 0, limit)
    first = share_fen(total - over, item.first_self_bp)
    reason = Reason.OVER_LIMIT_AND_FIRST_SELF if over else Reason.FIRST_SELF
    return _priced(line, item, reason, (0, over, first), item.first_self_bp, limit)


def _self_pay_reason(item: Item, approval: Approval) -> Reason | None:
    if item.restricted and approval is not Approval.APPROVED:
        return Reason.RESTRICTED
    if approval is Approval.REJECTED:
        return Reason.REJECTED
    return Reason.CLASS_C if item.item_class is ItemClass.C else None


def _priced(
    line: FeeLine, item: Item, reason: Reason, parts: tuple[int, int, int], ratio_bp: int, limit: int | None
) -> PricedLine:
    full_self, over, first = parts
    total = line.total_fen
    return PricedLine(
        line.number,
        item.code,
        item.name,
        total,
        full_self,
        over,
        first,
        total - full_self - over - first,
        reason,
        item.item_class,
        item.expense_class,
        ratio_bp,
        limit,
        item.restricted,
        item.essential,
        item.negotiated,
        item.child,
    )


def _outside_catalogue(line: FeeLine) -> PricedLine | Refusal:
    kind = check_item_code(line.item_code)
    if isinstance(kind, Refusal):
        return kind
    return PricedLine(
        number=line.number,
        item_code=line.item_code.strip(),
        item_name="",
        total_fen=line.total_fen,
        full_self_fen=line.total_fen,
        over_limit_fen=0,
        first_self_fen=0,
        in_scope_fen=0,
        reason=Reason.NOT_IN_CATALOGUE,
        item_class=ItemClass.C,
        expense_class=DEFAULT_EXPENSE_CLASS[kind],
        first_self_bp=BASIS_POINTS,
        price_limit_micro=None,
    )


def _in_range(line: FeeLine) -> bool:
    return (
        0 <= line.unit_price_micro <= GREATEST
        and -GREATEST <= line.quantity_e4 <= GREATEST
        and -GREATEST_FEN <= line.total_fen <= GREATEST_FEN
    )


def _refuse_amount(line: FeeLine) -> Refusal:
    if 0 <= line.unit_price_micro <= GREATEST and abs(line.quantity_e4) <= GREATEST:
        expected = product_fen(line.quantity_e4, line.unit_price_micro)
        if abs(expected) <= GREATEST_FEN:
            return TOTAL_DIFFERS.because(
                "total_fen",
                line=shown(line.number),
                given=format_yuan(line.total_fen),
                quantity=format_decimal(line.quantity_e4, QUANTITY_PLACES),
                unit_price=format_decimal(line.unit_price_micro, PRICE_PLACES),
                expected=format_yuan(expected),
            )
    if not 0 <= line.unit_price_micro <= GREATEST:
        price = format_decimal(line.unit_price_micro, PRICE_PLACES)
        return UNIT_PRICE_OUT_OF_RANGE.because("unit_price", line=shown(line.number), value=shown(price))
    quantity = format_decimal(line.quantity_e4, QUANTITY_PLACES)
    return AMOUNT_OUT_OF_RANGE.because("quantity", line=shown(line.number), value=shown(quantity))

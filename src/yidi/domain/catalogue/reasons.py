"""The reason of a priced line in words, made only when somebody asks."""

from __future__ import annotations

from typing import NamedTuple

from yidi.domain.catalogue.amounts import PRICE_PLACES, format_decimal
from yidi.domain.catalogue.pricing import PricedLine, Reason
from yidi.domain.money import format_yuan


class ReasonText(NamedTuple):
    """A reason in both languages."""

    zh: str
    en: str


_TEXTS = {
    Reason.IN_SCOPE: ("在支付范围内，全额纳入", "in scope, all of it"),
    Reason.FIRST_SELF: (
        "乙类，先行自付{ratio}%即{first}元，其余{scope}元纳入",
        "class B: {ratio} % first self-pay is {first} yuan, the other {scope} yuan are in scope",
    ),
    Reason.OVER_LIMIT: (
        "单价超过限价{limit}元，超限价{over}元自付，其余{scope}元纳入",
        "above the price limit of {limit} yuan: {over} yuan over-limit, {scope} yuan in scope",
    ),
    Reason.OVER_LIMIT_AND_FIRST_SELF: (
        "单价超过限价{limit}元，超限价{over}元自付；乙类先行自付{ratio}%即{first}元；其余{scope}元纳入",
        "above the price limit of {limit} yuan: {over} yuan over-limit; class B: {ratio} % first self-pay is "
        "{first} yuan; the other {scope} yuan are in scope",
    ),
    Reason.CLASS_C: ("丙类，全额自费", "class C: all self-pay"),
    Reason.NOT_IN_CATALOGUE: (
        "费用发生日就医地目录无此项目，全额自费",
        "not in the care place's catalogue on the day: all self-pay",
    ),
    Reason.RESTRICTED: (
        "限制使用项目，医院未审批通过，全额自费",
        "restricted use and not approved by the hospital: all self-pay",
    ),
    Reason.REJECTED: ("医院审批不通过，全额自费", "the hospital did not approve it: all self-pay"),
}


def reason_text(line: PricedLine) -> ReasonText:
    """Say in Chinese and English why a line was divided as it was."""
    limit = line.price_limit_micro
    given = {
        "ratio": format_decimal(line.first_self_bp, 2),
        "first": format_yuan(line.first_self_fen),
        "over": format_yuan(line.over_limit_fen),
        "scope": format_yuan(line.in_scope_fen),
        "limit": "-" if limit is None else format_decimal(limit, PRICE_PLACES),
    }
    zh, en = _TEXTS[line.reason]
    return ReasonText(zh.format(**given), en.format(**given))

"""What the terms of money refuse."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

TERM_NOT_SET = RefusalKind(
    "FUNDS-28",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{day}没有规定{term}的取值",
    "no value of {term} is set for {day}",
    "请在packs/national/money.yaml中补录该日的规定及其来源",
    "enter the rule of that day and its source in packs/national/money.yaml",
)

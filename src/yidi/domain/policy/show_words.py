"""The words a pack brings along, put into lines: what is unknown, its facts, marks, classes and account."""

from __future__ import annotations

from collections.abc import Iterator

from yidi.domain.policy.known import ASKED_OF, KNOWN, MARKED
from yidi.domain.policy.lines import Line, figure_lines
from yidi.domain.policy.phrases import (
    ANSWERS,
    PARTS,
    Phrase,
    amount_text,
    any_of,
    conditions_phrase,
    ratio_text,
    spoken,
)
from yidi.domain.policy.policy import Policy

_ACCOUNT: dict[str, Phrase] = {
    "inflow": ("划入", "what flows in"),
    "may_pay": ("可支付", "what it may pay"),
    "never": ("不得支付", "what it may never pay"),
}
_BALANCES: dict[str, Phrase] = {
    "own": ("本人账户", "one's own account"),
    "current_year": ("当年计入的账户", "what flowed into the account this year"),
    "family": ("家庭共济账户", "the family's account"),
}
_SHARES = {"first_self": ("先行自付", "first self-pay"), "full_self": ("全自费", "not covered")}


def word_lines(policy: Policy) -> Iterator[Line]:
    """Yield a line for everything a scheme declares beside its layers."""
    yield from _unknown_lines(policy)
    yield from _told_lines(policy)
    yield from _mark_lines(policy)
    for name, figure in policy.terms.values.items():
        yield from figure_lines(policy, (f"数值：{name}", f"Value: {name}"), figure)
    if policy.terms.classes is not None:
        yield from figure_lines(policy, ("医院等级归类", "Hospital classes"), policy.terms.classes)


def _unknown_lines(policy: Policy) -> Iterator[Line]:
    for each in policy.terms.unknown:
        who = conditions_phrase(each.conditions, policy.words)
        yield Line("未知情形", "Unknown situations", *who, *_unknown(each.why), "")


def _unknown(why: str) -> Phrase:
    zh, en = spoken(why)
    return f"未知：{zh}", f"unknown: {en}"


def elsewhere_lines(policy: Policy) -> Iterator[Line]:
    """Say which level a hospital elsewhere has."""
    fixed = policy.terms.elsewhere
    if fixed is None:
        return
    title = ("异地医院级别", "Level of a hospital elsewhere")
    words = [ANSWERS["standing"][name] for name in fixed.standings]
    who = any_of(words) if words else ("所有情形", "every case")
    if fixed.unknown:
        value = _unknown(fixed.unknown)
    elif fixed.level == "same":
        value = ("按医院本身级别", "the level the hospital has")
    else:
        value = (f"按{fixed.level}级", f"as level {fixed.level}")
    yield Line(*title, *who, *value, fixed.source)


def _told_lines(policy: Policy) -> Iterator[Line]:
    """Yield what a visit has to tell beyond the usual."""
    title = ("就诊须另说明", "What a visit tells besides")
    for fact in policy.terms.facts.values():
        if fact.percent or fact.adds:
            value = ("由账单或其他信息得出", "follows from the bill or other facts")
        elif fact.known_from:
            value = KNOWN[fact.known_from]
        else:
            value = _asked(fact.answers, fact.greatest, fact.not_said)
        if fact.asked_of:
            by = ASKED_OF[fact.asked_of]
            value = (f"{value[0]}；由{by[0]}提供", f"{value[1]}; {by[1]} tells it")
        yield Line(*title, fact.zh, fact.en, *value, "")
    for name, (zh, en) in policy.terms.amounts.items():
        carry = policy.terms.carries.get(name)
        if carry is None:
            yield Line(*title, zh, en, "金额", "an amount", "")
            continue
        left = amount_text(carry.amount_fen)
        paid_zh, paid_en = _who_counts(policy, carry.counter)
        less = (
            f"{left} 元减去{paid_zh}上年度已付；上年度未参保为 0",
            f"{left} yuan less what {paid_en} paid last year; nothing where not insured then",
        )
        yield Line(*title, zh, en, *less, carry.source)


def _asked(answers: tuple[str, ...], greatest: int, not_said: str) -> Phrase:
    """Say what a question may be answered, and what holds when nobody answers it."""
    said = any_of([_YES_NO.get(word, (word, word)) for word in answers or (f"0-{greatest}",)])
    silent = _YES_NO.get(not_said, (not_said, not_said))
    if not not_said:
        return said
    return f"{said[0]}；未说明时：{silent[0]}", f"{said[1]}; if not said: {silent[1]}"


_YES_NO: dict[str, Phrase] = {"yes": ("是", "yes"), "no": ("否", "no")}


def _who_counts(policy: Policy, counter: str) -> Phrase:
    """Name the layer whose payments a counter adds up; a counter of none goes by its own name."""
    for layer in policy.terms.layers:
        if any(cap.counter == counter for cap in layer.caps):
            return f"“{layer.zh}”", f"“{layer.en}”"
    return counter, counter


def _mark_lines(policy: Policy) -> Iterator[Line]:
    for name, mark in policy.terms.marks.items():
        zh = [f"{ratio_text(bp)}{_SHARES[part][0]}" for part, bp in mark.shares]
        en = [f"{ratio_text(bp)} {_SHARES[part][1]}" for part, bp in mark.shares]
        if mark.apart:
            zh, en = [*zh, "单独支付"], [*en, "paid apart"]
        if mark.known_from:
            kinds = [MARKED[kind] for kind in mark.known_from]
            zh = [*zh, f"就医地目录告知（{'、'.join(one for one, _ in kinds)}）"]
            en = [*en, f"told by the care place's catalogue ({', '.join(two for _, two in kinds)})"]
        title = ("账单标记", "Marked parts of the bill")
        yield Line(
            *title, mark.zh, mark.en, "，".join(zh) or "仅作标记", ", ".join(en) or "told only", mark.source
        )
        if name in policy.limits:
            yield from figure_lines(
                policy, (f"限价：{mark.zh}", f"Limit: {mark.en}"), policy.limits[name].figure
            )


def account_lines(policy: Policy) -> Iterator[Line]:
    """Say what the personal account pays, in which order, and what flows into it."""
    title = ("个人账户", "Personal account")
    if policy.terms.account_unknown:
        yield Line(*title, "所有情形", "every case", *_unknown(policy.terms.account_unknown), "")
    for number, purse in enumerate(policy.terms.purses, 1):
        first = ("先于基金，", "before any fund, ") if purse.first else ("", "")
        parts = [PARTS.get(part, (part, part)) for part in purse.pays]
        name = _BALANCES.get(purse.balance, (purse.balance, purse.balance))
        yield Line(
            *title,
            f"第 {number} 顺位：{name[0]}",
            f"no. {number}: {name[1]}",
            f"{first[0]}支付{'、'.join(zh for zh, _ in parts)}",
            f"{first[1]}pays {', '.join(en for _, en in parts)}",
            purse.source,
        )
    for rule, said in policy.terms.account_rules:
        yield Line(*title, *_ACCOUNT[rule], *spoken(said), "")

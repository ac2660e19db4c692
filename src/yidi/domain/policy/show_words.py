"""The words a pack brings along, put into lines: what is unknown, its facts, marks, classes and account."""

from __future__ import annotations

from collections.abc import Iterator

from yidi.domain.policy.known import ASKED_OF, KNOWN, MARKED
from yidi.domain.policy.lines import Line, figure_lines
from yidi.domain.policy.phrases import ANSWERS, Phrase, conditions_phrase, ratio_text, yuan_text
from yidi.domain.policy.policy import Policy

_ACCOUNT: dict[str, Phrase] = {
    "inflow": ("划入", "what flows in"),
    "may_pay": ("可支付", "what it may pay"),
    "never": ("不得支付", "what it may never pay"),
}
_SHARES = {"first_self": ("先行自付", "first self-pay"), "full_self": ("全自费", "not covered")}


def word_lines(policy: Policy) -> Iterator[Line]:
    """Yield a line for everything a scheme declares beside its layers."""
    yield from _unknown_lines(policy)
    yield from _told_lines(policy)
    yield from _mark_lines(policy)
    yield from _account_lines(policy)
    for name, figure in policy.terms.values.items():
        yield from figure_lines(policy, (f"数值：{name}", f"Value: {name}"), figure)
    if policy.terms.classes is not None:
        yield from figure_lines(policy, ("医院等级归类", "Hospital classes"), policy.terms.classes)


def _unknown_lines(policy: Policy) -> Iterator[Line]:
    for each in policy.terms.unknown:
        who = conditions_phrase(each.conditions, policy.words)
        yield Line("未知情形", "Unknown situations", *who, f"未知：{each.why}", f"unknown: {each.why}", "")
    fixed = policy.terms.elsewhere
    if fixed is None:
        return
    title = ("异地医院级别", "Level of a hospital elsewhere")
    words = [ANSWERS["standing"][name] for name in fixed.standings]
    who = ("或".join(zh for zh, _ in words) or "所有情形", " or ".join(en for _, en in words) or "every case")
    if fixed.unknown:
        value = (f"未知：{fixed.unknown}", f"unknown: {fixed.unknown}")
    elif fixed.level == "same":
        value = ("按医院本身级别", "its own level")
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
            said = "、".join(fact.answers) or f"0-{fact.greatest}"
            silent = (
                (f"；未说明时：{fact.not_said}", f"; if not said: {fact.not_said}")
                if fact.not_said
                else ("", "")
            )
            value = (f"{said}{silent[0]}", f"{said}{silent[1]}")
        if fact.asked_of:
            by = ASKED_OF[fact.asked_of]
            value = (f"{value[0]}；由{by[0]}提供", f"{value[1]}; {by[1]} tells it")
        yield Line(*title, fact.zh, fact.en, *value, "")
    for name, (zh, en) in policy.terms.amounts.items():
        carry = policy.terms.carries.get(name)
        if carry is None:
            yield Line(*title, zh, en, "金额", "an amount", "")
            continue
        left = yuan_text(carry.amount_fen)
        paid_zh, paid_en = _who_counts(policy, carry.counter)
        less = (
            f"{left} 元减去{paid_zh}上年度已付；上年度未参保为 0",
            f"{left} yuan less what {paid_en} paid last year; nothing where not insured then",
        )
        yield Line(*title, zh, en, *less, carry.source)


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


def _account_lines(policy: Policy) -> Iterator[Line]:
    title = ("个人账户", "Personal account")
    if policy.terms.account_unknown:
        why = policy.terms.account_unknown
        yield Line(*title, "所有情形", "every case", f"未知：{why}", f"unknown: {why}", "")
    for number, purse in enumerate(policy.terms.purses, 1):
        first = ("先于基金，", "before any fund, ") if purse.first else ("", "")
        parts = ", ".join(purse.pays)
        yield Line(
            *title,
            f"第 {number} 顺位：{purse.balance}",
            f"no. {number}: {purse.balance}",
            f"{first[0]}{parts}",
            f"{first[1]}{parts}",
            purse.source,
        )
    for name, said in policy.terms.account_rules:
        yield Line(*title, *_ACCOUNT[name], said, said, "")

"""A policy in words: every rule as a line with its conditions, its value and its source, zh and en."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from yidi.domain.policy.phrases import (
    ANSWERS,
    FUNDS,
    Phrase,
    adjustment_phrase,
    conditions_phrase,
    ratio_text,
    yuan_text,
)
from yidi.domain.policy.policy import Policy
from yidi.domain.policy.terms import Cap, Deductible, Figure, Layer, Row

_PARTS: dict[str, Phrase] = {
    "in_scope": ("政策范围内未付部分", "unpaid cost in scope"),
    "deductible": ("起付线", "deductible"),
    "over_cap": ("超限额费用", "cost above the cap"),
    "first_bear": ("异地先行自付", "share borne first elsewhere"),
    "first_self": ("乙类先行自付", "first share of class B items"),
    "over_limit": ("超限价", "cost above price limits"),
    "full_self": ("全自费", "cost not covered"),
}
_CARE_RULES: dict[str, Phrase] = {
    "covered": ("按本政策支付", "paid by the rules below"),
    "account_only": ("只能用个人账户", "personal account only"),
    "unknown": ("未知", "unknown"),
}


class Line(Struct, frozen=True):
    """One rule in words. `source` is the key of the sources listed with the policy."""

    section_zh: str
    section_en: str
    who_zh: str
    who_en: str
    value_zh: str
    value_en: str
    source: str
    note: str = ""


class Shown(Struct, frozen=True):
    """A policy ready to be read: its identity, its lines, and the sources they name."""

    pack: str
    version: str
    area: str
    scheme: str
    name_zh: str
    name_en: str
    start: str
    end: str
    confidence: str
    completed_for_demonstration: bool
    lines: tuple[Line, ...]
    sources: dict[str, dict[str, str]]


def show(policy: Policy) -> Shown:
    """Put a whole policy into words."""
    lines = (*_filing_lines(policy), *_scheme_lines(policy), *_layer_lines(policy))
    used = sorted({line.source for line in lines if line.source})
    known = {**policy.terms.sources, **{s.id: s for s in policy.filing_sources.values()}}
    return Shown(
        pack=policy.pack_id,
        version=policy.version,
        area=policy.area,
        scheme=policy.scheme,
        name_zh=f"{policy.names[0]} {policy.terms.zh}",
        name_en=f"{policy.names[1]}: {policy.terms.en}",
        start=policy.start,
        end=policy.end,
        confidence=policy.confidence,
        completed_for_demonstration=policy.completed_for_demonstration,
        lines=lines,
        sources={
            name: {
                "title": known[name].title,
                "url": known[name].url,
                "date": known[name].date,
                "checked_by": known[name].checked_by,
                "checked_on": known[name].checked_on,
                "confidence": known[name].confidence,
            }
            for name in used
        },
    )


def _filing_lines(policy: Policy) -> Iterator[Line]:
    terms, standing = policy.filing, ANSWERS["standing"]
    yes = terms.unfiled_settles_directly
    said: dict[str, tuple[Phrase, Phrase]] = {
        "unfiled_settles_directly": (
            ("未备案且非急诊", "neither filed nor an emergency"),
            ("可以直接结算", "settles directly") if yes else ("不能直接结算", "no direct settlement"),
        ),
        "same_province_other_city": (
            ("备案到同省其他城市", "filed for another city of the province"),
            standing[terms.same_province_other_city],
        ),
        "dual_treatment_with_papers": (
            ("长期备案（有材料）回参保地就医", "long-term filer with papers, treated at home"),
            standing[terms.dual_treatment_with_papers],
        ),
        "dual_treatment_by_commitment": (
            ("长期备案（仅承诺）回参保地就医", "long-term filer by commitment, treated at home"),
            standing[terms.dual_treatment_by_commitment],
        ),
        "change_lock_months": (
            ("长期备案变更锁定期", "lock before a long-term filing may change"),
            (f"{terms.change_lock_months} 个月", f"{terms.change_lock_months} months"),
        ),
        "temporary_validity_months": (
            ("临时备案有效期", "validity of a temporary filing"),
            (f"{terms.temporary_validity_months} 个月", f"{terms.temporary_validity_months} months"),
        ),
    }
    if terms.self_service:
        words = "、".join(terms.self_service), ", ".join(terms.self_service)
        said["self_service"] = (("自助备案即时生效", "approved at once when filed alone"), words)
    if not terms.in_province_needs_filing:
        said["in_province_needs_filing"] = (
            ("省内异地就医", "care elsewhere in the province"),
            ("无需备案", "needs no filing"),
        )
    for name, (who, value) in said.items():
        source = policy.filing_sources[name].id if name in policy.filing_sources else ""
        yield Line("备案", "Filing", *who, *value, source)


def _scheme_lines(policy: Policy) -> Iterator[Line]:
    for kind, rule in policy.terms.care.items():
        zh, en = _CARE_RULES.get(rule.word, ("", ""))
        if rule.word == "as":
            zh, en = f"按{ANSWERS['care'][rule.detail][0]}", f"as {ANSWERS['care'][rule.detail][1]}"
        elif rule.detail:
            zh, en = f"{zh}：{rule.detail}", f"{en}: {rule.detail}"
        yield Line("医疗类别", "Kinds of care", *ANSWERS["care"][kind], zh, en, rule.source)
    names = [FUNDS[fund] for fund in policy.order]
    order = " → ".join(zh for zh, _ in names), " → ".join(en for _, en in names)
    yield Line("支付顺序", "Order of payers", "所有情形", "every case", *order, "")


def _layer_lines(policy: Policy) -> Iterator[Line]:
    if policy.terms.own_share_first is not None:
        title = ("异地先行自付", "Share borne first elsewhere")
        yield from _figure_lines(policy, title, policy.terms.own_share_first)
    for layer in policy.terms.layers:
        zh, en = _title(policy, layer)
        if layer.deductible is not None:
            mode = _deductible_mode(layer.deductible)
            title = (f"{zh}：起付线（{mode[0]}）", f"{en}: deductible ({mode[1]})")
            yield from _figure_lines(policy, title, layer.deductible.amounts)
        mode = _ratio_mode(layer)
        title = (f"{zh}：支付比例（{mode[0]}）", f"{en}: ratio ({mode[1]})")
        yield from _figure_lines(policy, title, layer.ratios.table)
        for cap in layer.caps:
            mode = _cap_mode(cap)
            title = (f"{zh}：限额（{mode[0]}）", f"{en}: cap ({mode[1]})")
            yield from _figure_lines(policy, title, cap.amounts)


def _title(policy: Policy, layer: Layer) -> Phrase:
    """Name the layer, where it applies and what it looks at."""
    care = [ANSWERS["care"][kind] for kind in layer.care]
    zh = f"{layer.zh}〔{FUNDS[layer.fund][0]}；{'、'.join(z for z, _ in care)}"
    en = f"{layer.en} [{FUNDS[layer.fund][1]}; {', '.join(e for _, e in care)}"
    if layer.when:
        when = conditions_phrase(layer.when, policy.words)
        zh, en = f"{zh}；{when[0]}", f"{en}; {when[1]}"
    parts = [_PARTS[name] for name in layer.base]
    return f"{zh}；{'+'.join(z for z, _ in parts)}〕", f"{en}; {' + '.join(e for _, e in parts)}]"


def _deductible_mode(deductible: Deductible) -> Phrase:
    return ("年度累计", "cumulative in the year") if deductible.yearly else ("每次", "each time")


def _ratio_mode(layer: Layer) -> Phrase:
    gross = layer.ratios.gross
    measured = ("含起付线计段", "bands from zero") if gross else ("起付线以上计段", "above deductible")
    counted = ("年度累计", "cumulative in the year") if layer.ratios.yearly else ("每次", "each time")
    return f"{measured[0]}，{counted[0]}", f"{measured[1]}, {counted[1]}"


def _cap_mode(cap: Cap) -> Phrase:
    counted = ("年度", "yearly") if cap.counter else ("每次", "each time")
    what = ("按费用", "on cost") if cap.on_cost else ("按支付", "on payment")
    return f"{counted[0]}，{what[0]}", f"{counted[1]}, {what[1]}"


def _figure_lines(policy: Policy, title: Phrase, figure: Figure) -> Iterator[Line]:
    groups = policy.words
    for row in figure.rows:
        who = conditions_phrase(row.conditions, groups)
        yield Line(*title, *who, *row_value(row), row.source, row.note)
    for each in figure.adjustments:
        zh, en = adjustment_phrase(each, groups, of_ratio=any(row.bands for row in figure.rows))
        yield Line(*title, "调整", "adjustment", zh, en, each.source)


def row_value(row: Row) -> Phrase:
    """Put the value of a row into words."""
    if row.unknown:
        return f"未知：{row.unknown}", f"unknown: {row.unknown}"
    if not row.bands:
        if row.amount_fen is None:
            return "不设", "none"
        return f"{yuan_text(row.amount_fen)} 元", f"{yuan_text(row.amount_fen)} yuan"
    if len(row.bands) == 1:
        return ratio_text(row.bands[0][1]), ratio_text(row.bands[0][1])
    zh, en, lower = [], [], 0
    for upper, ratio in row.bands:
        share = ratio_text(ratio)
        if upper is None:
            zh.append(f"{yuan_text(lower)} 元以上 {share}")
            en.append(f"above {yuan_text(lower)}: {share}")
        else:
            zh.append(f"至 {yuan_text(upper)} 元 {share}")
            en.append(f"up to {yuan_text(upper)}: {share}")
            lower = upper
    return "；".join(zh), "; ".join(en)

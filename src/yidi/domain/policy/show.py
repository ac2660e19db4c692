"""A policy in words: every rule as a line with its conditions, its value and its source, zh and en."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from yidi.domain.policy.lines import Line, figure_lines
from yidi.domain.policy.phrases import (
    ANSWERS,
    FILINGS,
    FUNDS,
    PARTS,
    Phrase,
    conditions_phrase,
    ratio_text,
    spoken,
)
from yidi.domain.policy.policy import Policy
from yidi.domain.policy.show_words import account_lines, elsewhere_lines, word_lines
from yidi.domain.policy.terms import Cap, Counted, Deductible, Layer

COUNTED: dict[str, Phrase] = {
    "each": ("每次", "each time"),
    "visit": ("每次就诊", "each visit"),
    "prescription": ("每张处方", "each prescription"),
    "stay": ("同一次合用", "shared within one settlement"),
    "daily": ("每日累计", "cumulative in the day"),
    "monthly": ("每月累计", "cumulative in the month"),
    "quarterly": ("每季累计", "cumulative in the quarter"),
    "yearly": ("年度累计", "cumulative in the year"),
}
NARROWED: dict[str, Phrase] = {
    "institution": ("同一机构", "at one institution"),
    "disease": ("单病种", "for one disease"),
}
_CARE_RULES: dict[str, Phrase] = {
    "covered": ("按本政策支付", "paid by the rules below"),
    "account_only": ("只能用个人账户", "personal account only"),
    "unknown": ("未知", "unknown"),
}


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
    note: str
    sources: dict[str, dict[str, str]]


def show(policy: Policy) -> Shown:
    """Put a whole policy into words."""
    lines = (
        *_people_lines(policy),
        *_filing_lines(policy),
        *elsewhere_lines(policy),
        *_care_lines(policy),
        *word_lines(policy),
        *_layer_lines(policy),
        *account_lines(policy),
        *_order_lines(policy),
        *_reckoning_lines(policy),
    )
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
        note=" ".join(filter(None, (policy.note, policy.terms.note))),
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


def _people_lines(policy: Policy) -> Iterator[Line]:
    """Say whom the scheme insures."""
    said = [ANSWERS["person"][name] for name in policy.terms.persons]
    if said:
        words = "、".join(zh for zh, _ in said), ", ".join(en for _, en in said)
        yield Line("参保对象", "Who is insured", "参保人员", "people", *words, "")


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
            _as(standing[terms.same_province_other_city]),
        ),
        "dual_treatment_with_papers": (
            ("长期备案（有材料）回参保地就医", "long-term filer with papers, treated at home"),
            _as(standing[terms.dual_treatment_with_papers]),
        ),
        "dual_treatment_by_commitment": (
            ("长期备案（仅承诺）回参保地就医", "long-term filer by commitment, treated at home"),
            _as(standing[terms.dual_treatment_by_commitment]),
        ),
        "change_lock_months": (
            ("长期备案多久后可变更", "a long-term filing may be changed after"),
            (f"{terms.change_lock_months} 个月", f"{terms.change_lock_months} months"),
        ),
        "temporary_validity_months": (
            ("临时备案有效期", "a temporary filing is valid for"),
            (f"{terms.temporary_validity_months} 个月", f"{terms.temporary_validity_months} months"),
        ),
    }
    if terms.self_service:
        named = [FILINGS[name] for name in terms.self_service]
        words = "、".join(zh for zh, _ in named), ", ".join(en for _, en in named)
        said["self_service"] = (("本人自助备案即时生效", "filing by oneself is approved at once for"), words)
    if not terms.in_province_needs_filing:
        said["in_province_needs_filing"] = (
            ("省内异地就医", "care elsewhere in the province"),
            ("无需备案", "needs no filing"),
        )
    for name, (who, value) in said.items():
        source = policy.filing_sources[name].id if name in policy.filing_sources else ""
        yield Line("备案", "Filing", *who, *value, source)


def _as(standing: Phrase) -> Phrase:
    return f"按{standing[0]}对待", f"treated as: {standing[1]}"


def _care_lines(policy: Policy) -> Iterator[Line]:
    for kind, rule in policy.terms.care.items():
        zh, en = _CARE_RULES.get(rule.word, ("", ""))
        if rule.word == "as":
            zh, en = f"按{ANSWERS['care'][rule.detail][0]}", f"as {ANSWERS['care'][rule.detail][1]}"
        elif rule.detail:
            why_zh, why_en = spoken(rule.detail)
            zh, en = f"{zh}：{why_zh}", f"{en}: {why_en}"
        yield Line("医疗类别", "Kinds of care", *ANSWERS["care"][kind], zh, en, rule.source)


def _order_lines(policy: Policy) -> Iterator[Line]:
    names = [FUNDS[fund] for fund in policy.order]
    order = " → ".join(zh for zh, _ in names), " → ".join(en for _, en in names)
    yield Line("支付顺序", "Order of payers", "所有情形", "every case", *order, "")


def _reckoning_lines(policy: Policy) -> Iterator[Line]:
    """Say when the benefit year begins, by which day a visit belongs to it, and how shares are rounded."""
    title, terms = ("年度与取整", "Year and rounding"), policy.terms
    month, day = terms.year_starts.split("-")
    by_zh, by_en = _YEAR_BY[terms.year_by]
    year = (
        f"每年 {int(month)} 月 {int(day)} 日起，按{by_zh}",
        f"from {int(day)} {_MONTHS[int(month) - 1]} of each year, by the day of {by_en}",
    )
    yield Line(*title, "待遇年度", "benefit year", *year, "")
    (how_zh, how_en), (each_zh, each_en) = _ROUNDED[terms.rounding.how], _ROUNDED_EACH[terms.rounding.each]
    rounding = f"{how_zh}到分，{each_zh}", f"{how_en} to the fen, {each_en}"
    yield Line(*title, "取整", "rounding", *rounding, terms.rounding.source)


_YEAR_BY: dict[str, Phrase] = {"settlement": ("结算日", "settlement"), "discharge": ("出院日", "discharge")}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ROUNDED: dict[str, Phrase] = {
    "half_up": ("四舍五入", "half up"),
    "down": ("舍去", "down"),
    "up": ("进位", "up"),
}
_ROUNDED_EACH: dict[str, Phrase] = {
    "tier": ("每一段分别取整", "each band is rounded by itself"),
    "layer": ("每一层分别取整", "each layer is rounded by itself"),
    "total": ("各层支付合计后取整一次", "rounded once, on what all layers pay together"),
}


def _layer_lines(policy: Policy) -> Iterator[Line]:
    if policy.terms.own_share_first is not None:
        title = ("异地先行自付", "Share borne first elsewhere")
        yield from figure_lines(policy, title, policy.terms.own_share_first)
    for layer in policy.terms.layers:
        zh, en = _title(policy, layer)
        if layer.deductible is not None:
            mode = _deductible_mode(layer.deductible)
            title = (f"{zh}：起付线（{mode[0]}）", f"{en}: deductible ({mode[1]})")
            yield from figure_lines(policy, title, layer.deductible.amounts)
            if layer.deductible.total is not None:
                title = (f"{zh}：年度起付线合计", f"{en}: all deductibles of the year")
                yield from figure_lines(policy, title, layer.deductible.total.amounts)
        if layer.lump is not None:
            yield from figure_lines(policy, (f"{zh}：定额", f"{en}: lump sum"), layer.lump)
        title = (f"{zh}：支付比例{(mode := _ratio_mode(layer))[0]}", f"{en}: ratio paid{mode[1]}")
        yield from figure_lines(policy, title, layer.ratios.table)
        for cap in layer.caps:
            mode = _cap_mode(cap)
            title = (f"{zh}：限额（{mode[0]}）", f"{en}: cap ({mode[1]})")
            yield from figure_lines(policy, title, cap.amounts)


def _title(policy: Policy, layer: Layer) -> Phrase:
    """Name the layer, where it applies and what it looks at."""
    care = [ANSWERS["care"][kind] for kind in layer.care]
    zh = f"{layer.zh}〔{FUNDS[layer.fund][0]}；{'、'.join(z for z, _ in care)}"
    en = f"{layer.en} [{FUNDS[layer.fund][1]}; {', '.join(e for _, e in care)}"
    if layer.when:
        when = conditions_phrase(layer.when, policy.words)
        zh, en = f"{zh}；{when[0]}", f"{en}; {when[1]}"
    parts = [_part(policy, layer, name) for name in layer.base]
    return f"{zh}；{'+'.join(z for z, _ in parts)}〕", f"{en}; {' + '.join(e for _, e in parts)}]"


def _part(policy: Policy, layer: Layer, name: str) -> Phrase:
    """Name a part of the bill, one the pack marks apart by the pack's own words; with its weight."""
    mark = policy.terms.marks.get(name)
    zh, en = PARTS[name] if mark is None else (mark.zh, mark.en)
    weight = dict(layer.weights).get(name)
    return (zh, en) if weight is None else (f"{zh}×{ratio_text(weight)}", f"{en} x {ratio_text(weight)}")


def _deductible_mode(deductible: Deductible) -> Phrase:
    return _counted_phrase(deductible.counted)


def _counted_phrase(counted: Counted) -> Phrase:
    """Put over what a figure runs into words."""
    zh, en = COUNTED[counted.period]
    for name in counted.per:
        more_zh, more_en = NARROWED[name]
        zh, en = f"{more_zh}{zh}", f"{en} {more_en}"
    return zh, en


def _ratio_mode(layer: Layer) -> Phrase:
    """Say from where and over what bands are counted; a flat ratio has nothing to count."""
    if all(len(row.bands) < 2 for row in layer.ratios.table.rows):
        return "", ""
    gross = layer.ratios.gross
    measured = (
        ("各段从零计起，含起付线", "bands counted from zero, deductible included")
        if gross
        else ("各段从起付线以上计起", "bands counted above the deductible")
    )
    counted = _counted_phrase(layer.ratios.counted)
    return f"（{measured[0]}，{counted[0]}）", f" ({measured[1]}, {counted[1]})"


def _cap_mode(cap: Cap) -> Phrase:
    counted = _counted_phrase(cap.counted)
    what = (
        ("限制进入支付的费用", "on the cost looked at")
        if cap.on_cost
        else ("限制基金支付额", "on what the fund pays")
    )
    return f"{counted[0]}，{what[0]}", f"{counted[1]}, {what[1]}"

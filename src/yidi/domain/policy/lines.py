"""A rule in words as one line: its conditions, its value and its source, Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from yidi.domain.policy.phrases import (
    Phrase,
    adjustment_phrase,
    amount_text,
    conditions_phrase,
    ratio_text,
    spoken,
)
from yidi.domain.policy.policy import Policy
from yidi.domain.policy.terms import Figure, Formula, Row


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
    confidence: str = ""


def figure_lines(policy: Policy, title: Phrase, figure: Figure) -> Iterator[Line]:
    """Yield every row and adjustment of a table as a line under the title (Chinese, English)."""
    groups = policy.words
    for row in figure.rows:
        who = conditions_phrase(row.conditions, groups)
        value = row_value(row)
        if row.word:
            value = conditions_phrase((("class", (row.word,)),), groups)
        yield Line(*title, *who, *value, row.source, row.note, row.confidence)
    for each in figure.adjustments:
        zh, en = adjustment_phrase(each, groups, of_ratio=any(row.bands for row in figure.rows))
        yield Line(*title, "调整", "adjustment", zh, en, each.source)


def row_value(row: Row) -> Phrase:
    """Put the value of a row into words."""
    if row.unknown:
        why_zh, why_en = spoken(row.unknown)
        zh, en = f"未知：{why_zh}", f"unknown: {why_en}"
        if row.once_reached:
            return f"{zh}；费用达到起付标准后才需要", f"{en}; needed once the cost passes the deductible"
        if row.not_below_fen is None:
            return zh, en
        least = amount_text(row.not_below_fen)
        return f"{zh}；不低于 {least} 元", f"{en}; not below {least} yuan"
    if row.formula is not None:
        return _formula_value(row.formula)
    if row.word:
        return row.word, row.word
    if not row.bands:
        if row.amount_fen is None:
            return "不设", "none"
        return f"{amount_text(row.amount_fen)} 元", f"{amount_text(row.amount_fen)} yuan"
    if len(row.bands) == 1:
        return ratio_text(row.bands[0][1]), ratio_text(row.bands[0][1])
    said_zh: list[str] = []
    said_en: list[str] = []
    lower = 0
    for upper, ratio in row.bands:
        share = ratio_text(ratio)
        if upper is None:
            said_zh.append(f"{amount_text(lower)} 元以上 {share}")
            said_en.append(f"above {amount_text(lower)} yuan: {share}")
        else:
            said_zh.append(f"至 {amount_text(upper)} 元 {share}")
            said_en.append(f"up to {amount_text(upper)} yuan: {share}")
            lower = upper
    return "；".join(said_zh), "; ".join(said_en)


def _formula_value(formula: Formula) -> Phrase:
    """Put an amount that only the visit knows into words."""
    named = {"total": ("总费用", "the total"), "in_scope": ("政策范围内费用", "the cost in scope")}
    of_zh, of_en = named.get(formula.of, (formula.of, formula.of))
    zh, en = f"{of_zh}的 {ratio_text(formula.ratio_bp)}", f"{ratio_text(formula.ratio_bp)} of {of_en}"
    if formula.floor_fen is not None:
        least = amount_text(formula.floor_fen)
        zh, en = f"{zh}，不低于 {least} 元", f"{en}, at least {least} yuan"
    if formula.ceiling_fen is not None:
        most = amount_text(formula.ceiling_fen)
        zh, en = f"{zh}，不高于 {most} 元", f"{en}, at most {most} yuan"
    return zh, en

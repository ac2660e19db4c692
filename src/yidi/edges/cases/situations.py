"""Puts the words of a case's person and visit into the engine's situation.

What a case is silent about must not matter: every answer of a silent question is tried, and the case is
refused with the question when the amounts differ.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Any

from msgspec.structs import fields

from yidi.domain.benefit.situation import Situation
from yidi.domain.policy.answers import NOT_SAID, OTHER
from yidi.domain.policy.policy import Policy
from yidi.domain.policy.tree import Node
from yidi.edges.cases.sheet import Sheet

SHORT = {
    "class": "person_class",
    "category": "assistance_category",
    "tier": "plan_tier",
    "care": "care_kind",
    "grade": "level_grade",
    "kind": "institution_kind",
    "chronic": "chronic_code",
    "stay": "stay_number",
    "contracted": "contracted_primary",
}
"""The words of cases that are shorter than the situation's own."""
_NOT_SAID = ("scheme",)
WRITTEN = {field: word for word, field in SHORT.items()}
_SAME = {
    "在职": "working", "退休": "retired", "居民": "resident", "成年居民": "resident", "儿童": "child",
    "未成年": "child", "学生": "student", "大学生": "student",
    "住院": "inpatient", "门诊": "outpatient", "普通门诊": "outpatient", "急诊": "emergency_outpatient",
    "慢特病": "chronic", "门诊慢特病": "chronic", "药店": "pharmacy",
    "本地": "local", "参保地": "local", "省内异地": "in_province", "跨省": "other_province",
    "长期备案": "long_term", "转诊": "referred", "临时外出": "temporary", "未备案": "unfiled",
}  # fmt: skip
"""Chinese answers, each for the one word it can mean here."""
_LEVELS = {"一": "1", "二": "2", "三": "3", "甲": "A", "乙": "B", "丙": "C"}
_CODE = re.compile(r"[A-Z]?\d[\dA-Z.]*", re.ASCII)
"""A code of a disease or a category; those no group names are another one."""
AT_HOME = {"place": "local", "standing": "local", "on": "", "admitted_on": ""}
SILENT = {"person_class": "working", "age": 40, "level": 3, "care_kind": "inpatient"}
"""What stands in for a required word a case is silent about, until every other answer was tried."""


def situation_words() -> dict[str, str]:
    """Return every word that a person or a visit may say, and the field it means."""
    own = {field.name: field.name for field in fields(Situation) if field.name not in _NOT_SAID}
    return {**own, **SHORT, "filing": "standing", "employment": "person_class"}


def read_words(given: dict[str, Node], place: str, sheet: Sheet) -> dict[str, Any]:
    """Turn written words into values of the situation's fields."""
    types = {field.name: field.type for field in fields(Situation)}
    values: dict[str, Any] = {}
    for name, node in given.items():
        if name == "level":
            _level(node, place, values, sheet)
        elif name in types:
            written = WRITTEN.get(name, name)
            values[name] = _value(types[name], name, node, f"{place}.{written}", sheet)
    return values


def _level(node: Node, place: str, values: dict[str, Any], sheet: Sheet) -> None:
    """Read 3, or 3A as level and grade."""
    text = (node.text or "").strip().upper()
    plain = text.removesuffix("医院").removesuffix("等").replace("级", "")
    plain = "".join(_LEVELS.get(sign, sign) for sign in plain)
    digit, grade = plain[:1], plain[1:]
    if digit not in ("1", "2", "3") or grade not in ("", "A", "B", "C"):
        sheet.unknown_word(f"{place}.level: {text}")
        return
    values["level"] = int(digit)
    if grade:
        values["level_grade"] = grade


def _value(kind: Any, name: str, node: Node, place: str, sheet: Sheet) -> Any:
    if kind is bool:
        return sheet.yes(node, place)
    if kind is int and name.endswith("_fen"):
        return sheet.fen(node, place)
    if kind is int:
        return sheet.number(node, place)
    if isinstance(kind, type) and issubclass(kind, Enum):
        word = sheet.text(node, place)
        word = _SAME.get(word, word)
        if word not in tuple(str(member.value) for member in kind):
            sheet.unknown_word(f"{place}: {word}")
            return next(iter(kind))
        return kind(word)
    if name in ("facts", "amounts", "marks"):
        told = (node.entries or {}) if node.entries is not None else {}
        if name == "facts":
            return tuple((word, _fact_text(entry)) for word, entry in told.items())
        return tuple(
            (word, told_amount(word, entry, f"{place}.{word}", sheet)) for word, entry in told.items()
        )
    if name in ("on", "admitted_on"):
        return sheet.day(node, place, loose=name == "on")
    return sheet.text(node, place)


def situation(policy: Policy, day: str, values: dict[str, Any]) -> Situation:
    """Make the situation of a visit under a policy; what stands open takes the stand-ins."""
    kinds = {field.name: field.type for field in fields(Situation)}
    persons = policy.terms.persons
    stand_in = {"person_class": persons[0]} if persons else {}
    merged: dict[str, Any] = {**AT_HOME, **SILENT, **stand_in, **values}
    merged["on"] = merged["on"] or day
    for name in ("person_class", "care_kind", "place", "standing"):
        merged[name] = kinds[name](merged[name])
    return Situation(scheme=policy.scheme, **merged)


def own_words(policy: Policy, words: dict[str, Any], more: dict[str, Node], sheet: Sheet) -> dict[str, Any]:
    """Add the words of the policy's own that a person or visit says: its facts and its amounts.

    `more` are the words no situation has; one that the policy does not know either is an unknown word.
    """
    facts, amounts = list(words.get("facts", ())), list(words.get("amounts", ()))
    for place, node in more.items():
        name = place.rpartition(".")[2]
        if name in policy.terms.facts:
            facts.append((name, _fact_text(node)))
        elif name in policy.terms.amounts or name in _balances(policy):
            amounts.append((name, told_amount(name, node, place, sheet)))
        else:
            sheet.unknown_word(place)
    for name, _ in facts:
        if name not in policy.terms.facts:
            sheet.unknown_word(f"facts.{name}")
    for name, _ in amounts:
        if name not in (*policy.terms.amounts, *_balances(policy), "total", "in_scope"):
            sheet.unknown_word(f"amounts.{name}")
    for field, name in (("assistance_category", "category"), ("chronic_code", "chronic")):
        word, groups = str(words.get(field, "")), policy.answers.group_of[name]
        if len(groups) > 1 and word not in (*groups, NOT_SAID, OTHER) and not _CODE.fullmatch(word):
            sheet.unknown_word(f"{name}: {word}")
    for name, _ in words.get("marks", ()):
        if name not in policy.terms.marks:
            sheet.unknown_word(f"bill.marks.{name}")
    return {**words, "facts": tuple(facts), "amounts": tuple(amounts)}


def told_amount(name: str, node: Node, place: str, sheet: Sheet) -> int:
    """Read an amount told with the visit as fen; prescriptions are counted."""
    return sheet.number(node, place) if name == "prescriptions" else sheet.fen(node, place)


def _fact_text(node: Node) -> str:
    """Read a fact; YAML's true and false are the words yes and no."""
    text = (node.text or "").strip()
    return {"true": "yes", "false": "no"}.get(text.lower(), text)


def _balances(policy: Policy) -> set[str]:
    return {"prescriptions", *(purse.balance for purse in policy.terms.purses)}

"""Every kind of refusal has a code of its own, speaks both languages, and is provoked by a test."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from string import Formatter
from typing import NamedTuple

from tests.house_rules.code_base import ROOT, demand, python_files
from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

_HAN = re.compile(r"[\u4e00-\u9fff]")
_CODE = re.compile(r"[A-Z]+-\d{2,3}")


class Declared(NamedTuple):
    """A kind and the constant that holds it."""

    module: str
    constant: str
    kind: RefusalKind


@cache
def declared() -> tuple[Declared, ...]:
    """Import every module that makes refusal kinds and list what it declares at module level."""
    found: list[Declared] = []
    for source in python_files("src"):
        if "RefusalKind(" not in source.text or source.place.endswith("domain/refusal.py"):
            continue
        module = (
            source.place.removeprefix("src/").removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        )
        values = vars(importlib.import_module(module)).items()
        found += [Declared(module, name, value) for name, value in values if isinstance(value, RefusalKind)]
    return tuple(found)


def placeholders(text: str) -> set[str]:
    """Name the values a template asks for; a value in two languages ends in _zh and _en.

    `title` is the Chinese name of a national field, which the English text gives by its national spelling.
    """
    names = {re.sub("_(zh|en)$", "", name) for _, name, _, _ in Formatter().parse(text) if name is not None}
    return names - {"title", "field"}


def faults_of(kind: RefusalKind) -> Iterator[str]:
    """Find what is wrong with one kind."""
    if not _CODE.fullmatch(kind.code) or kind.code.split("-")[0] != kind.refusal_class.value.upper():
        yield f"the code {kind.code} is not {kind.refusal_class.value.upper()}-NN"
    for name, text in (("cause_zh", kind.cause_zh), ("remedy_zh", kind.remedy_zh)):
        if not _HAN.search(text):
            yield f"{name} is not Chinese"
    for name, text in (("cause_en", kind.cause_en), ("remedy_en", kind.remedy_en)):
        if _HAN.search(text) or not re.search(r"[a-z]{2}", text):
            yield f"{name} is not English"
    if placeholders(kind.cause_zh) != placeholders(kind.cause_en):
        yield "the two causes do not name the same values"
    if placeholders(kind.remedy_zh) != placeholders(kind.remedy_en):
        yield "the two remedies do not name the same values"


def test_every_refusal_kind_is_declared_in_the_room_it_protects() -> None:
    found = [f"{d.module}: {d.constant}" for d in declared() if not d.module.endswith(".refusals")]
    demand(found, "declare it as a constant in the room's refusals.py")


def test_every_refusal_kind_has_a_code_of_its_own() -> None:
    owners = {(d.kind.code, d.module, d.constant) for d in declared()}
    twice = {code for code, count in Counter(code for code, _, _ in owners).items() if count > 1}
    found = [f"{module}: {constant} has {code}" for code, module, constant in owners if code in twice]
    demand(found, "take the next free number of the class; a code is never used twice")


def test_every_refusal_kind_speaks_both_languages_and_keeps_the_form() -> None:
    found = [f"{d.module}: {d.constant}: {fault}" for d in declared() for fault in faults_of(d.kind)]
    demand(found, "cause and remedy, one sentence each, in Chinese and English, with the same values")


def test_every_refusal_kind_is_provoked_by_a_test() -> None:
    tests = [source.text for source in python_files("tests") if "/house_rules/" not in source.place]
    cases = [path.read_text("utf-8") for path in sorted((ROOT / "tests").rglob("*.yaml"))]
    said = set(re.findall(r"\w+(?:-\d+)?", "\n".join([*tests, *cases])))
    found = [
        f"{d.module}: {d.constant} ({d.kind.code})"
        for d in declared()
        if not {d.constant, d.kind.code} & said
    ]
    demand(found, "write a test that provokes it and names its constant or its code")


def test_the_rule_of_refusal_texts_bites() -> None:
    good = RefusalKind(
        "FILING-03",
        RefusalClass.FILING,
        Actor.PERSON,
        "备案{id}已过期",
        "filing {id} has expired",
        "请备案",
        "file again",
    )
    bad = RefusalKind(
        "VISIT-3", RefusalClass.FILING, Actor.PERSON, "late", "晚了 {day}", "请备案{day}", "file again"
    )
    assert not list(faults_of(good))
    assert len(list(faults_of(bad))) == 5

"""Reads a plan from the words of a form or a command; all that is wrong is found at once, nothing guessed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from yidi.domain.benefit.situation import Bill
from yidi.domain.money import GREATEST_FEN, format_yuan, parse_yuan
from yidi.domain.policy.policy import Policy, counted_in
from yidi.domain.refusal import Refusal
from yidi.processes.settlement.estimating import BY_HAND, Choice, Destination, Planned, not_a_plan


class Typical(NamedTuple):
    """A bill to begin with when one's own is not known; an illustration, no statistics. Yuan."""

    zh: str
    en: str
    care: str
    total: str
    full_self: str
    over_limit: str
    first_self: str


TYPICAL = {
    "outpatient": Typical("一次门诊", "an outpatient visit", "outpatient", "400", "20", "0", "30"),
    "stay": Typical("一次普通住院", "an ordinary stay", "inpatient", "12000", "600", "200", "900"),
    "operation": Typical(
        "一次手术住院", "a stay with an operation", "inpatient", "60000", "4000", "2000", "6000"
    ),
    "serious": Typical(
        "一次大病住院", "a stay for a grave illness", "inpatient", "200000", "16000", "8000", "20000"
    ),
}
PERSONS = {"310": ("working", "retired"), "390": ("resident", "child", "student")}
AGES = {"working": "40", "retired": "65", "resident": "45", "child": "8", "student": "16"}
LEVELS = ("1", "2", "3")


class Asked(NamedTuple):
    """What was said, as text; empty is not said. `destinations` are CODE:LEVEL, such as 330100:3A."""

    area: str
    on: str
    destinations: Sequence[str]
    scheme: str = "310"
    person: str = ""
    age: str = ""
    care: str = ""
    typical: str = ""
    total: str = ""
    full_self: str = ""
    over_limit: str = ""
    first_self: str = ""
    in_scope: str = ""
    filings: Sequence[str] = ()
    stay: str = "1"
    account: str = ""
    chronic: str = ""
    category: str = ""
    tier: str = ""
    civil_servant: bool = False
    facts: Sequence[str] = ()
    amounts: Sequence[str] = ()
    marks: Sequence[str] = ()
    spent: Sequence[str] = ()


class _Plan:
    """Collects the findings of one plan."""

    def __init__(self) -> None:
        self.findings: list[Refusal] = []

    def wrong(self, field: str, value: object, expected_zh: str, expected_en: str) -> None:
        self.findings.append(not_a_plan(field, value, expected_zh, expected_en))

    def fen(self, field: str, text: str) -> int:
        if not text:
            return 0
        amount = parse_yuan(text.replace(",", "").replace("，", ""))
        if amount is None or amount < 0:
            self.wrong(
                field,
                text,
                f"以元计的金额，如12000或99.50，不为负，不超过{format_yuan(GREATEST_FEN)}",
                "an amount in yuan such as 12000 or 99.50, neither negative nor above"
                f" {format_yuan(GREATEST_FEN)}",
            )
            return 0
        return amount

    def number(self, field: str, text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 4):
            self.wrong(field, text, "整数", "a whole number")
            return 1
        return int(text)

    def pairs(self, field: str, given: Iterable[str]) -> list[tuple[str, str]]:
        found = []
        for each in given:
            name, equals, value = each.partition("=")
            if not (name and equals):
                self.wrong(field, each, "NAME=VALUE", "NAME=VALUE")
            found.append((name, value))
        return found

    def money(self, field: str, given: Iterable[str]) -> tuple[tuple[str, int], ...]:
        return tuple((name, self.fen(name, value)) for name, value in self.pairs(field, given))

    def destination(self, text: str) -> Destination:
        code, _, hospital = text.partition(":")
        hospital = hospital or "3"
        digit, grade = hospital[:1], hospital[1:].upper()
        if digit not in LEVELS or grade not in ("", "A", "B", "C"):
            self.wrong("level", hospital, "1、2或3，可带等次如3A", "1, 2 or 3, with a grade such as 3A")
            return Destination(code)
        return Destination(code, int(digit), grade)

    def choices(self, given: Sequence[str]) -> tuple[Choice, ...]:
        known = tuple(Choice)
        for word in given:
            if word not in known:
                self.wrong("filing", word, "、".join(known), ", ".join(known))
        return tuple(Choice(word) for word in given if word in known) or BY_HAND

    def bill(self, asked: Asked) -> Bill:
        typical = TYPICAL.get(asked.typical)
        if asked.typical and typical is None:
            self.wrong("typical", asked.typical, "、".join(TYPICAL), ", ".join(TYPICAL))
        said = (asked.total, asked.full_self, asked.over_limit, asked.first_self)
        if typical is not None and not any(said):
            said = typical[3:]
        if not said[0]:
            self.wrong(
                "total",
                "",
                "以元计的金额，如12000，或选一种典型账单",
                "an amount in yuan such as 12000, or a typical bill",
            )
        names = ("total", "full_self", "over_limit", "first_self")
        total, full, over, first = [self.fen(name, text) for name, text in zip(names, said, strict=True)]
        rest = total - full - over - first
        return Bill(
            total, full, over, first, self.fen("in_scope", asked.in_scope) if asked.in_scope else rest
        )


def read_plan(asked: Asked) -> Planned | tuple[Refusal, ...]:
    """Read a plan; refused with everything that is wrong with its words."""
    plan = _Plan()
    typical = TYPICAL.get(asked.typical)
    person = asked.person or (PERSONS.get(asked.scheme) or ("resident",))[0]
    planned = Planned(
        area=asked.area,
        scheme=asked.scheme,
        on=asked.on,
        person_class=person,
        age=plan.number("age", asked.age or AGES.get(person, "40")),
        care_kind=asked.care or (typical.care if typical is not None else "inpatient"),
        bill=plan.bill(asked),
        destinations=tuple(dict.fromkeys(map(plan.destination, asked.destinations))),
        choices=plan.choices(asked.filings),
        counters=dict(plan.money("spent", asked.spent)),
        stay_number=plan.number("stay", asked.stay),
        account_balance_fen=plan.fen("account", asked.account),
        chronic_code=asked.chronic,
        civil_servant=asked.civil_servant,
        assistance_category=asked.category,
        plan_tier=asked.tier,
        facts=tuple(plan.pairs("facts", asked.facts)),
        amounts=plan.money("amounts", asked.amounts),
        marks=plan.money("marks", asked.marks),
    )
    return tuple(plan.findings) or planned


def unknown_counters(spent: Sequence[str], policy: Policy) -> tuple[Refusal, ...]:
    """Return a finding for every counter somebody names that the policy does not keep; none is passed over.

    What is stored of a person is not asked here: a year may hold counters of another scheme.
    """
    plan, known = _Plan(), sorted(_counters(policy))
    listed = (", ".join(known)) or "-"
    for name, _ in plan.pairs("spent", spent):
        if name.partition("@")[0] not in known:
            plan.wrong("spent", name, f"政策包的累计项：{listed}", f"a counter of the pack: {listed}")
    return tuple(plan.findings)


def _counters(policy: Policy) -> set[str]:
    """Return the names of the counters of a year that a policy's rules read."""
    found = {carry.counter for carry in policy.terms.carries.values()}
    for ready in policy.layers:
        layer = ready.layer
        counted = [*counted_in(layer)]
        if layer.deductible is not None and layer.deductible.total is not None:
            counted.append(layer.deductible.total.counted)
        found |= {each.counter for each in counted}
        if layer.only_if is not None:
            found.add(layer.only_if.counter)
    return found - {""}

"""Reads the golden cases of tests/cases/benefit and asks the engine; used by the tests of this folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yidi.domain.benefit.settle import explain
from yidi.domain.benefit.situation import (
    Benefit,
    Bill,
    CareKind,
    PersonClass,
    Place,
    Situation,
    Standing,
)
from yidi.domain.money import parse_yuan
from yidi.domain.policy.policy import Policies, Policy
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.policy import read_policies

FOLDER = Path(__file__).parents[2] / "cases" / "benefit"


@cache
def policies() -> Policies:
    """The packs that ship."""
    return read_policies(packs_folder() / "policy")


def policy_of(area: str, scheme: str, day: str = "2026-11-22") -> Policy:
    """The policy in force, which must exist."""
    found = policies().find(area, scheme, day)
    assert isinstance(found, Policy), found
    return found


def cases() -> list[dict[str, Any]]:
    """Every golden case; amounts stay text until they are read as yuan."""
    return [
        case
        for path in sorted(FOLDER.glob("*.yaml"))
        for case in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    ]


def fen(text: str) -> int:
    """An amount of a case in fen."""
    amount = parse_yuan(text)
    assert amount is not None, text
    return amount


def counter_fen(name: str, text: str) -> int:
    """A counter of a case: stays are counted, all others are yuan."""
    return int(text) if name == "stays" else fen(text)


def situation_of(case: dict[str, Any]) -> Situation:
    """The situation of a case; what it does not say is an ordinary hospital visit at home."""
    person, visit = case["person"], case["visit"]
    return Situation(
        scheme=case["scheme"],
        person_class=PersonClass(person["class"]),
        age=int(person["age"]),
        level=int(visit["level"]),
        level_grade=visit.get("grade", ""),
        institution_kind=visit.get("kind", "hospital"),
        care_kind=CareKind(visit["care"]),
        place=Place(visit.get("place", "local")),
        standing=Standing(visit.get("standing", "local")),
        chronic_code=visit.get("chronic", ""),
        stay_number=int(visit.get("stay", "1")),
        contracted_primary=visit.get("contracted") == "true",
        civil_servant=person.get("civil_servant") == "true",
        assistance_category=person.get("category", ""),
        plan_tier=person.get("tier", ""),
        on=case["on"],
    )


def bill_of(case: dict[str, Any]) -> Bill:
    """The bill of a case; its total, where stated, must be the sum of the parts."""
    parts = [
        fen(case["bill"].get(name, "0")) for name in ("full_self", "over_limit", "first_self", "in_scope")
    ]
    total = fen(case["bill"]["total"]) if "total" in case["bill"] else sum(parts)
    return Bill(total, *parts)


def answer(case: dict[str, Any]) -> Benefit:
    """The engine's explained answer."""
    earlier = {name: counter_fen(name, text) for name, text in case.get("earlier", {}).items()}
    balance = fen(case.get("account", "0"))
    policy = policy_of(case["area"], case["scheme"], case["on"])
    found = explain(policy, situation_of(case), bill_of(case), earlier, balance, balance > 0)
    assert isinstance(found, Benefit), found
    return found

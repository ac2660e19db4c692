"""A region written as its policy text, and visits to ask it with; amounts are yuan in, fen out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from tests.domain.policy.shapes.inline import AREA, inline_policies
from yidi.domain.benefit.settle import benefit, explain
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
from yidi.domain.policy.policy import Policy

LOCAL: dict[str, object] = {}
REFERRED = {"place": Place.OTHER_PROVINCE, "standing": Standing.REFERRED}
TEMPORARY = {"place": Place.OTHER_PROVINCE, "standing": Standing.TEMPORARY}
UNFILED = {"place": Place.OTHER_PROVINCE, "standing": Standing.UNFILED}
EMERGENCY = {"place": Place.OTHER_PROVINCE, "standing": Standing.EMERGENCY}
LONG_TERM = {"place": Place.OTHER_PROVINCE, "standing": Standing.LONG_TERM}
IN_PROVINCE = {"place": Place.IN_PROVINCE, "standing": Standing.REFERRED}
OUTPATIENT = {"care_kind": CareKind.OUTPATIENT}
CHRONIC = {"care_kind": CareKind.CHRONIC}
RETIRED = {"person_class": PersonClass.RETIRED}


def pack_of(text: str, scheme: str = "310") -> dict[str, Any]:
    """The pack of a region: what a test does not say has no effect on its figures."""
    given = yaml.load(text, Loader=yaml.BaseLoader)
    for layer in given["layers"]:
        layer.setdefault("names", {"zh": layer["id"], "en": layer["id"]})
        layer.setdefault("care", ["inpatient"])
        layer.setdefault("base", ["in_scope"])
    given.setdefault("hospital_elsewhere", {"level": "same", "source": "CASE"})
    return {"schemes": {scheme: given}}


def region(text: str, scheme: str = "310", day: str = "2026-11-22") -> Policy:
    """The policy of a region on a day; the text must be sound."""
    policies, faults = inline_policies(pack_of(text, scheme), "shape")
    wrong = [(fault.key, fault.refusal.cause_en) for fault in faults if not fault.warning]
    assert not wrong, wrong
    found = policies.find(AREA, scheme, day)
    assert isinstance(found, Policy), found
    return found


def fen(yuan: int | str) -> int:
    """Yuan as fen."""
    amount = parse_yuan(str(yuan))
    assert amount is not None, yuan
    return amount


def question(
    policy: Policy, in_scope: int | str, visit: Mapping[str, Any]
) -> tuple[Policy, Situation, Bill, dict[str, int], int, bool]:
    """An inpatient visit at home at level 3, all in scope, unless said otherwise."""
    said = dict(visit)
    earlier = {
        name: int(n) if name == "stays" else fen(n) for name, n in (said.pop("earlier", None) or {}).items()
    }
    heads = [fen(said.pop(name, 0)) for name in ("full_self", "over_limit", "first_self")]
    account = fen(said.pop("account", 0))
    counts = tuple(said.pop("counts", {}).items())
    told = {
        "facts": tuple((name, str(value)) for name, value in said.pop("facts", {}).items()),
        "amounts": tuple((name, fen(value)) for name, value in said.pop("amounts", {}).items()) + counts,
        "marks": tuple((name, fen(value)) for name, value in said.pop("marks", {}).items()),
    }
    usual = {
        "person_class": PersonClass(policy.terms.persons[0]),
        "age": 40,
        "level": 3,
        "care_kind": CareKind.INPATIENT,
        "place": Place.LOCAL,
        "standing": Standing.LOCAL,
        "on": "2026-11-22",
    }
    situation = Situation(scheme=policy.scheme, **{**usual, **told, **said})
    bill = Bill(fen(in_scope) + sum(heads), *heads, fen(in_scope))
    return policy, situation, bill, earlier, account, account > 0 or bool(told["amounts"])


def ask(policy: Policy, in_scope: int | str, **visit: Any) -> Benefit:
    """The benefit, told and untold alike; the bill must be divided without a rest."""
    asked = question(policy, in_scope, visit)
    found, told = benefit(*asked), explain(*asked)
    assert isinstance(found, Benefit), found
    assert isinstance(told, Benefit)
    assert (told.shares, told.cash_fen, told.counters) == (found.shares, found.cash_fen, found.counters)
    assert asked[2].total_fen == found.fund_total_fen + found.person_total_fen + found.hospital_fen
    assert min(found.fund_total_fen, found.cash_fen, found.hospital_fen, found.account_fen) >= 0
    by_layer: dict[str, int] = {}
    for step in told.steps:
        layer, _, what = step.rule.rpartition(".")
        if what.startswith("band"):
            by_layer[layer] = by_layer.get(layer, 0) + step.result_fen
        elif what in ("rounded", "cap"):
            by_layer[layer] = step.result_fen
    in_layers = sum(by_layer.values())
    assert found.fund_total_fen <= in_layers <= found.fund_total_fen + found.hospital_fen
    assert all(step.text_zh and step.text_en and step.source_title for step in told.steps)
    return found


def funds(policy: Policy, in_scope: int | str, **visit: Any) -> int:
    """What all funds together pay, in fen."""
    return ask(policy, in_scope, **visit).fund_total_fen


def paid(policy: Policy, in_scope: int | str, **visit: Any) -> dict[str, int]:
    """What each fund pays, in fen."""
    return {str(share.fund): share.paid_fen for share in ask(policy, in_scope, **visit).shares}


def refused(policy: Policy, in_scope: int | str, **visit: Any) -> list[str]:
    """The codes and fields of a refused visit."""
    found = benefit(*question(policy, in_scope, visit))
    assert isinstance(found, tuple), found
    return [f"{each.code} {each.field}" for each in found]


def open_questions(text: str, scheme: str = "310") -> list[str]:
    """The codes of everything wrong with a region's text, and the English words of each."""
    _, faults = inline_policies(pack_of(text, scheme), "shape")
    return [f"{fault.refusal.code} {fault.key} {fault.refusal.cause_en}" for fault in faults]

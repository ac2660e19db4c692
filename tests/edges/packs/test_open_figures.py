"""A figure no source gives: who needs it is refused with the reason, who does not is settled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from yidi.domain.benefit.settle import explain
from yidi.domain.benefit.situation import (
    Benefit,
    Bill,
    CareKind,
    Fund,
    PersonClass,
    Place,
    Situation,
    Standing,
)
from yidi.domain.policy.policy import Policies, Policy
from yidi.domain.refusal import Refusal
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.policy import inspect_policies

SHIPPED = packs_folder() / "policy"


@pytest.fixture(scope="module")
def shipped() -> Policies:
    return inspect_policies(SHIPPED)[0]


def settle(
    packs: Policies,
    area: str,
    scheme: str,
    yuan: float,
    *,
    on: str = "2024-06-01",
    person: PersonClass = PersonClass.RESIDENT,
    counters: dict[str, int] | None = None,
    **said: Any,
) -> Benefit | tuple[Refusal, ...]:
    """Settle a bill that is wholly in scope."""
    policy = packs.find(area, scheme, on)
    assert isinstance(policy, Policy), policy
    fen = round(yuan * 100)
    plain: dict[str, Any] = {
        "age": 40,
        "level": 2,
        "care_kind": CareKind.INPATIENT,
        "place": Place.LOCAL,
        "standing": Standing.LOCAL,
    }
    visit = Situation(scheme=scheme, person_class=person, on=on, **{**plain, **said})
    return explain(policy, visit, Bill(fen, 0, 0, 0, fen), counters or {})


def facts(**said: str) -> tuple[tuple[str, str], ...]:
    """Answers to the pack's own questions."""
    return tuple(said.items())


WORKING, RETIRED = PersonClass.WORKING, PersonClass.RETIRED
ELSEWHERE = {"place": Place.OTHER_PROVINCE, "standing": Standing.REFERRED}
OPEN: dict[str, tuple[tuple[str, str], dict[str, Any], str]] = {
    "the bed standards by rank": (
        ("990003", "rank-style"),
        {
            "person": WORKING,
            "amounts": (("year_wage", 100_000_00),),
            "facts": facts(bed_by_rank="yes"),
        },
        "bed standards by rank",
    ),
    "the unit's share after cash and 500": (
        ("990003", "zhejiang-style"),
        {"person": WORKING, "care_kind": CareKind.OUTPATIENT, "yuan": 5000},
        "90 or 95 %",
    ),
    "special diseases of Wuwei": (
        ("990004", "wuwei"),
        {"care_kind": CareKind.CHRONIC, "chronic_code": "M1", "facts": facts(special_disease="yes")},
        "deductible of a stay",
    ),
    "a stay in Xuchang": (("990004", "xuchang"), {"age": 10}, "deductible of a stay"),
    "the bands of Tongchuan's serious illness": (
        ("610200", "390"),
        {"yuan": 60_000},
        "where 60, 70 and 80 % meet",
    ),
    "imported consumables in Dali": (
        ("532900", "390"),
        {"facts": facts(imported_consumables="yes")},
        "the copy breaks off",
    ),
    "severe mental illness in Dali": (
        ("532900", "390"),
        {"facts": facts(severe_mental="yes")},
        "package of 7000",
    ),
    "Shanghai's retired before 2023-07": (
        ("310000", "310"),
        {"person": RETIRED, "care_kind": CareKind.OUTPATIENT, "on": "2023-06-30"},
        "ratios of the retired",
    ),
    "Shenzhen's first tier before 2023-10": (
        ("440300", "310"),
        {
            "person": WORKING,
            "plan_tier": "tier1",
            "on": "2023-06-01",
            "facts": facts(continuous_months="9"),
            **ELSEWHERE,
        },
        "ratios of tiers 1 and 2",
    ),
    "a third tier after it has gone": (
        ("440300", "310"),
        {"person": WORKING, "plan_tier": "tier3", "facts": facts(continuous_months="9")},
        "no third tier",
    ),
    "Guangzhou's primary care before 2022-12": (
        ("440100", "310"),
        {
            "person": WORKING,
            "care_kind": CareKind.OUTPATIENT,
            "institution_kind": "primary",
            "on": "2022-11-30",
        },
        "primary institutions before 2022-12",
    ),
}


@pytest.mark.parametrize(("pack", "said", "reason"), OPEN.values(), ids=OPEN.keys())
def test_a_visit_that_needs_an_open_figure_is_refused_with_its_reason(
    shipped: Policies, pack: tuple[str, str], said: dict[str, Any], reason: str
) -> None:
    given = {"yuan": 20_000, **said}
    found = settle(shipped, *pack, **given)
    assert not isinstance(found, Benefit), found.steps
    assert {refusal.code for refusal in found} == {"POLICY-03"}
    assert any(reason in refusal.cause_en for refusal in found), [each.cause_en for each in found]


def test_who_does_not_reach_a_layer_of_which_only_the_ratio_is_open_is_settled_to_the_last_fen(
    shipped: Policies,
) -> None:
    # level 2: 600 of deductible; 37600 more x 75 % leave 9400: with the 600 just the 10000 of serious illness
    at_the_edge = settle(shipped, "610200", "390", 38_200)
    assert isinstance(at_the_edge, Benefit)
    assert (at_the_edge.paid_by(Fund.POOL), at_the_edge.person_total_fen) == (28_200_00, 10_000_00)
    assert at_the_edge.paid_by(Fund.SERIOUS_ILLNESS) == 0
    assert any("towards it now" in step.text_en for step in at_the_edge.steps)
    assert ("serious-illness.deductible", 10_000_00) in at_the_edge.counters
    above = settle(shipped, "610200", "390", 38_200.04)
    assert not isinstance(above, Benefit)
    (refusal,) = above
    assert "serious-illness.ratios" in refusal.cause_en


def test_a_year_that_has_reached_such_a_layer_before_is_refused_at_the_first_fen(shipped: Policies) -> None:
    found = settle(shipped, "610200", "390", 1, counters={"serious-illness.deductible": 10_000_00})
    assert not isinstance(found, Benefit)


def test_what_nobody_told_and_would_have_mattered_is_a_step_of_the_statement(shipped: Policies) -> None:
    found = settle(shipped, "532900", "390", 5_000)
    assert isinstance(found, Benefit)
    assumed = {step.rule for step in found.steps if step.rule.startswith("assumed.")}
    assert {"assumed.imported_consumables", "assumed.severe_mental"} <= assumed


def test_a_rule_on_an_open_figure_computes_once_the_figure_is_entered(tmp_path: Path) -> None:
    """Children up to 14 pay half the deductible of a stay: 50 % of 600, then 60 % of the rest."""
    for path in SHIPPED.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    (path,) = tmp_path.glob("990004*.yaml")
    before, xuchang, after = path.read_text("utf-8").partition("  xuchang:")
    stay = "(no source prints the deductible of a stay)}]"
    after = after.replace(f"rows: [{{unknown: 住院起付线未见于出处 {stay}", "rows: [{amount: 600}]", 1)
    ratio = "(no source prints the ratio of a stay)}]"
    after = after.replace(f"rows: [{{unknown: 住院支付比例未见于出处 {ratio}", "rows: [{ratio: 60%}]", 1)
    path.write_text(before + xuchang + after, "utf-8")
    packs, faults = inspect_policies(tmp_path)
    assert [fault for fault in faults if not fault.warning] == []
    child, grown = (settle(packs, "990004", "xuchang", 1_300, age=age) for age in (14, 15))
    assert isinstance(child, Benefit)
    assert isinstance(grown, Benefit)
    assert (child.deductible_fen, child.fund_total_fen) == (300_00, 600_00)
    assert (grown.deductible_fen, grown.fund_total_fen) == (600_00, 420_00)

"""What is refused, and why; nothing is clamped in silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.domain.benefit.benefit_cases import policies, policy_of
from yidi.domain.benefit.refusals import AMOUNT_BELOW_ZERO, PART_OUT_OF_RANGE, PARTS_DO_NOT_ADD_UP
from yidi.domain.benefit.settle import benefit, explain
from yidi.domain.benefit.situation import Bill, CareKind, PersonClass, Place, Situation, Standing
from yidi.domain.policy import refusals
from yidi.domain.refusal import Refusal

VISIT = Situation(
    scheme="310",
    person_class=PersonClass.WORKING,
    age=40,
    level=3,
    care_kind=CareKind.INPATIENT,
    place=Place.LOCAL,
    standing=Standing.LOCAL,
    on="2026-11-22",
)
BILL = Bill(1000_00, 0, 0, 0, 1000_00)


def codes(found: object) -> list[str]:
    """The codes of a refused answer."""
    assert isinstance(found, tuple), found
    assert all(isinstance(each, Refusal) for each in found)
    return [each.code for each in found]


def test_a_bill_whose_parts_do_not_add_up_is_refused_with_both_sums() -> None:
    (refusal,) = Bill(1000, 1, 1, 1, 1).check()
    assert refusal.code == PARTS_DO_NOT_ADD_UP.code
    assert "10.00 yuan" in refusal.cause_en
    assert "0.04 yuan" in refusal.cause_en
    assert codes(benefit(policy_of("140200", "310"), VISIT, Bill(1000, 1, 1, 1, 1), {})) == [refusal.code]
    assert codes(explain(policy_of("140200", "310"), VISIT, Bill(1000, 1, 1, 1, 1), {})) == [refusal.code]


def test_every_negative_or_absurd_part_of_a_bill_is_named() -> None:
    found = Bill(10**17, -1, 0, 0, 10**17 + 1).check()
    assert [each.code for each in found] == [PART_OUT_OF_RANGE.code] * 3
    assert [each.field for each in found] == ["total_fen", "full_self_fen", "in_scope_fen"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"level": 4}, "level"),
        ({"level": 0}, "level"),
        ({"level_grade": "Z"}, "grade"),
        ({"institution_kind": "spa"}, "kind"),
        ({"person_class": PersonClass.CHILD}, "person"),
        ({"age": 200}, "age"),
        ({"age": -1}, "age"),
        ({"plan_tier": "gold"}, "tier"),
    ],
)
def test_an_answer_the_pack_does_not_know_is_refused_by_its_name(
    change: dict[str, object], field: str
) -> None:
    found = benefit(policy_of("500000", "310"), replace(VISIT, **change), BILL, {})
    assert codes(found) == [refusals.UNKNOWN_ANSWER.code]
    assert isinstance(found, tuple)
    assert found[0].field == field


def test_findings_about_bill_and_visit_come_together() -> None:
    found = benefit(policy_of("140200", "310"), replace(VISIT, level=9), Bill(5, 0, 0, 0, 4), {})
    assert codes(found) == [PARTS_DO_NOT_ADD_UP.code, refusals.UNKNOWN_ANSWER.code]


@pytest.mark.parametrize("compute", [benefit, explain])
def test_a_year_an_account_or_a_stay_below_nothing_is_refused_and_never_clamped(
    compute: Callable[..., object],
) -> None:
    policy = policy_of("140200", "310")
    found = compute(policy, VISIT, BILL, {"pool.paid": -1}, -5, True)
    assert isinstance(found, tuple)
    assert [(each.code, each.field) for each in found] == [
        (AMOUNT_BELOW_ZERO.code, "pool.paid"),
        (AMOUNT_BELOW_ZERO.code, "account_balance_fen"),
    ]
    beyond = compute(policy, VISIT, BILL, {}, 10**16, True)
    assert isinstance(beyond, tuple)
    assert [(each.code, each.field) for each in beyond] == [(AMOUNT_BELOW_ZERO.code, "account_balance_fen")]
    assert "neither negative nor out of range" in beyond[0].cause_en
    for stay in (0, -1):
        refused = compute(policy, replace(VISIT, stay_number=stay), BILL, {})
        assert codes(refused) == [refusals.UNKNOWN_ANSWER.code]


def test_a_visit_that_needs_an_unknown_figure_is_refused_with_the_reason() -> None:
    policy = policy_of("110000", "310", "2022-06-01")
    found = benefit(policy, replace(VISIT, care_kind=CareKind.OUTPATIENT), BILL, {})
    assert codes(found) == [refusals.UNKNOWN_FIGURE.code]
    assert isinstance(found, tuple)
    assert "the outpatient rule before 2023 is not in a source" in found[0].cause_en


def test_a_day_before_the_pack_s_span_is_refused_and_names_the_span() -> None:
    found = policies().find("140200", "310", "2024-04-16")
    assert codes(found) == [refusals.OUTSIDE_SPAN.code]
    assert isinstance(found, tuple)
    assert "2024-04-17" in found[0].cause_en


def test_a_scheme_nobody_has_rules_for_is_refused() -> None:
    assert codes(policies().find("140200", "510", "2026-11-22")) == [refusals.NO_PACK.code]


@pytest.mark.parametrize(
    ("area", "pack"),
    [
        ("140200", "datong"),
        ("140225", "datong"),
        ("110105", "beijing"),
        ("500112", "chongqing"),
        ("150625", "ordos-hangjin"),
        ("150602", "demonstration"),
        ("410200", "henan-outpatient"),
        ("410100", "zhengzhou"),
        ("330300", "demonstration"),
        ("330100", "hangzhou"),
    ],
)
def test_the_nearest_pack_answers_for_an_area(area: str, pack: str) -> None:
    assert policy_of(area, "310").pack_id == pack


def test_a_plan_is_kept_for_equal_visits_and_the_memory_is_bounded() -> None:
    policy = policy_of("330300", "310")
    policy.memo.clear()
    for age in range(100):
        benefit(policy, replace(VISIT, age=age), BILL, {})
    plans = {id(plan) for plan in policy.memo.values()}
    assert len(policy.memo) == 101
    assert len(plans) == 1

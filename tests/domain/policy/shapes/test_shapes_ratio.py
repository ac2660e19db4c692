"""Shapes 26-36: the ratio."""

from __future__ import annotations

import pytest

from tests.domain.policy.shapes.region import IN_PROVINCE, REFERRED, RETIRED, ask, fen, funds, paid, region
from yidi.domain.policy.policy import Policy


def paying(ratios: str, more: str = "", scheme: str = "310") -> Policy:
    """A region with one inpatient pool layer."""
    return region(
        f"""
    {more}
    layers:
    - id: stay
      fund: pool
      ratios: {ratios}
    """,
        scheme,
    )


def test_shape_26_level_by_working_or_retired_and_flat_over_levels_shanghai_guangan() -> None:
    flat = paying("{rows: [{person: working, ratio: 86%}, {person: retired, ratio: 90%}]}")
    assert [funds(flat, 1_000, level=level) for level in (1, 2, 3)] == [fen(860)] * 3
    table = paying(
        "{rows: [{level: 1, person: working, ratio: 95%}, {level: [2, 3], person: working, ratio: 88%},"
        " {person: retired, ratio: 97%}]}"
    )
    assert [funds(table, 1_000), funds(table, 1_000, level=1), funds(table, 1_000, **RETIRED)] == [
        fen(880),
        fen(950),
        fen(970),
    ]


def test_shape_27_retired_as_a_function_of_the_working_self_share_wuhan_beijing_nanjing_hefei() -> None:
    wuhan = paying("{rows: [{ratio: 86%}], adjust: [{person: retired, self_factor: 80%}]}")
    assert funds(wuhan, 10_000, **RETIRED) == fen(8_880)  # self 14 % x 0.8 = 11.2 %
    beijing = region("""
    order: {funds: [pool, employer_supplement], source: CASE}
    layers:
    - {id: stay, fund: pool, ratios: {rows: [{ratio: 85%}], adjust: [{person: retired, self_factor: 60%}]}}
    - {id: second, fund: employer_supplement, when: {person: retired}, ratios: {rows: [{ratio: 50%}]}}
    """)
    # 85 -> 91, then half of the 9 left: 95.5 %
    assert paid(beijing, 10_000, **RETIRED) == {"pool": fen(9_100), "employer_supplement": fen(450)}
    assert funds(beijing, 10_000) == fen(8_500)
    others = paying(
        "{rows: [{ratio: 80%}], adjust: [{facts: {veteran: yes}, self_factor: 10%},"
        " {person: working, facts: {working_years: 30+}, self_factor: 80%}, {person: retired, points: +2}]}",
        "facts:\n      veteran: {answers: [yes, no], not_said: no, zh: 建国前参加工作, en: founding era}\n"
        "      working_years: {to: 60, not_said: 0, zh: 工龄, en: working years}",
    )
    assert funds(others, 10_000, facts={"veteran": "yes"}) == fen(9_800)  # old Nanjing: self 20 % x 0.1
    assert funds(others, 10_000, facts={"working_years": 30}) == fen(8_400)  # Hefei: as retired
    assert funds(others, 10_000, facts={"working_years": 29}) == fen(8_000)
    assert funds(others, 10_000, **RETIRED) == fen(8_200)  # Changsha: +2


@pytest.mark.parametrize(
    ("age", "pays"), [(49, 8_000), (50, 8_200), (60, 8_400), (89, 8_800), (90, 9_000), (100, 10_000)]
)
def test_shape_28_age_bonus_by_steps_chengdu(age: int, pays: int) -> None:
    policy = paying(
        "{rows: [{ratio: 80%}], adjust: [{age: 50-59, points: +2}, {age: 60-69, points: +4}, "
        "{age: 70-79, points: +6},"
        " {age: 80-89, points: +8}, {age: 90-99, points: +10}, {age: 100+, points: +40}, {ceiling: 100%}]}"
    )
    assert funds(policy, 10_000, age=age) == fen(pays)


@pytest.mark.parametrize(("age", "pays"), [(0, 7_500), (40, 8_300), (65, 8_800), (110, 9_700), (130, 10_000)])
def test_shape_28_a_ratio_linear_in_age_old_chengdu(age: int, pays: int) -> None:
    policy = paying("{rows: [{ratio: 75%}], adjust: [{points: +0.2, per: age}, {ceiling: 100%}]}")
    assert funds(policy, 10_000, age=age) == fen(pays)


def test_shape_29_segments_per_stay_or_year_and_from_zero_or_above_the_deductible_beijing() -> None:
    def bands(counted: str, measured: str) -> Policy:
        return region(f"""
        layers:
        - id: stay
          fund: pool
          deductible: {{counted: each, rows: [{{amount: 1300}}]}}
          ratios: {{counted: {counted}, measured: {measured}, rows: [{{bands: [[30000, 85%],
              [40000, 90%], [none, 95%]]}}]}}
        """)

    zero = bands("each", "with_deductible")
    # 28,700 at 85 % + 10,000 at 90 % + 20,000 at 95 %
    assert funds(zero, 60_000) == fen(52_395)
    above = bands("each", "above_deductible")
    # 30,000 at 85 % + 10,000 at 90 % + 18,700 at 95 %
    assert funds(above, 60_000) == fen(52_265)
    year = bands("yearly, counter: year.cost", "above_deductible")
    # the year stands at 29,000: 1,000 at 85 %, 7,700 at 90 %
    assert funds(year, 10_000, earlier={"year.cost": 29_000}) == fen(7_780)
    assert dict(ask(year, 10_000).counters)["year.cost"] == fen(8_700)


def test_shape_30_the_region_s_own_hospital_classes_datong_zhengzhou() -> None:
    policy = paying(
        "{rows: [{class: provincial, ratio: 55%}, {class: city, ratio: 65%}, {class: county, ratio: 75%}]}",
        "classes: {source: CASE, rows: [{level: 3, grade: A, class: provincial}, {level: 3, "
        "grade: [B, C, none], class: city},"
        " {level: [1, 2], class: county}]}",
        "390",
    )
    assert funds(policy, 1_000, level_grade="A") == fen(550)
    assert funds(policy, 1_000) == fen(650)
    assert funds(policy, 1_000, level=2) == fen(750)


def test_shape_31_by_enrolment_huizhou_hainan() -> None:
    policy = paying(
        "{rows: [{tier: A, ratio: 80%}, {tier: B, ratio: 70%}],"
        " adjust: [{facts: {months: 0-5}, factor: 50%}, {person: retired, points: -3, "
        "per: missing_years}, {floor: 0%}]}",
        "tiers: [A, B]\n    facts:\n      months: {to: 600, not_said: 99, zh: 参保月数, "
        "en: months enrolled}\n"
        "      missing_years: {to: 25, not_said: 0, zh: 缴费年限差, en: missing contribution years}",
    )
    assert funds(policy, 1_000, plan_tier="B") == fen(700)
    assert funds(policy, 1_000, facts={"months": 5}) == fen(400)
    assert funds(policy, 1_000, facts={"missing_years": 4}, **RETIRED) == fen(680)


def test_shape_32_a_family_doctor_raises_the_ratio_and_lowers_the_deductible_tianjin_hangzhou() -> None:
    policy = region("""
    facts: {family_doctor: {answers: [yes, no], not_said: no, zh: 家庭医生签约, en: family doctor}}
    layers:
    - id: visit
      fund: pool
      care: [outpatient]
      deductible: {counted: yearly, counter: visit.deductible, rows: [{amount: 1000}],
          adjust: [{facts: {family_doctor: yes}, add: -300}]}
      ratios: {rows: [{ratio: 60%}], adjust: [{facts: {family_doctor: yes}, points: +3},
          {kind: primary, contracted: yes, points: +5}]}
      caps: [{on: payment, counted: yearly, counter: visit.paid,
          rows: [{facts: {family_doctor: no}, amount: 180}, {facts: {family_doctor: yes}, amount: 200}]}]
    """)
    from yidi.domain.benefit.situation import CareKind

    visit = {"care_kind": CareKind.OUTPATIENT}
    assert funds(policy, 1_100, **visit) == fen(60)
    assert funds(policy, 1_000, facts={"family_doctor": "yes"}, **visit) == fen(189)  # 300 at 63 %
    assert funds(policy, 1_100, contracted_primary=True, institution_kind="primary", **visit) == fen(65)
    assert funds(policy, 9_000, **visit) == fen(180)
    assert funds(policy, 9_000, facts={"family_doctor": "yes"}, **visit) == fen(200)


def test_shape_33_selected_institutions_and_the_first_visit_gate_zhongshan() -> None:
    policy = paying(
        "{rows: [{facts: {gate: selected}, ratio: 70%}, {facts: {gate: linked}, ratio: 20%}, "
        "{facts: {gate: elsewhere}, ratio: 0%}]}",
        "facts: {gate: {answers: [selected, linked, elsewhere], zh: 选定机构, en: selected institution}}",
    )
    assert [funds(policy, 1_000, facts={"gate": g}) for g in ("selected", "linked", "elsewhere")] == [
        fen(700),
        fen(200),
        0,
    ]


def test_shape_34_skipping_referral_inside_the_region_hainan_dali() -> None:
    policy = paying(
        "{rows: [{ratio: 65%}], adjust: [{place: local, facts: {skipped_referral: yes}, points: -10}]}",
        "facts: {skipped_referral: {answers: [yes, no], not_said: no, zh: 未逐级转诊, en: skipped referral}}",
    )
    assert funds(policy, 1_000, facts={"skipped_referral": "yes"}) == fen(550)
    assert funds(policy, 1_000, facts={"skipped_referral": "yes"}, **REFERRED) == fen(650)


def test_shape_35_a_floor_guarantee_of_the_cost_in_scope_bengbu() -> None:
    policy = region(
        """
    layers:
    - id: stay
      fund: pool
      deductible: {counted: each, rows: [{amount: 2000}]}
      ratios: {rows: [{ratio: 55%}]}
      caps: [{on: payment, counted: yearly, counter: pool.paid, rows: [{amount: 200000}]}]
    - id: guarantee
      fund: pool
      base: [in_scope, deductible, over_cap]
      guarantee: {of: in_scope, less: [stay]}
      ratios: {rows: [{place: [local, in_province], ratio: 45%}, {place: other_province, ratio: 40%}]}
      caps: [{on: payment, counted: yearly, counter: pool.paid, rows: [{amount: 200000}]}]
    """,
        "390",
    )
    # 55 % of 3,000 = 1,650; 45 % of 5,000 = 2,250: filled up by 600
    found = ask(policy, 5_000, **IN_PROVINCE)
    assert found.fund_total_fen == fen(2_250)
    assert dict(found.counters)["pool.paid"] == fen(2_250)
    assert funds(policy, 5_000, **REFERRED) == fen(2_000)
    # 55 % of 18,000 = 9,900 lies above 45 % of 20,000: nothing to fill
    assert funds(policy, 20_000, **IN_PROVINCE) == fen(9_900)
    # the two meet where 0.55 (x - 2,000) = 0.45 x, at 11,000
    assert funds(policy, 11_000, **IN_PROVINCE) == fen(4_950)
    assert funds(policy, 10_000, **IN_PROVINCE) == fen(4_500)
    assert funds(policy, 1_500, **IN_PROVINCE) == fen(675)


def test_shape_36_everything_for_centenarians_and_the_five_guarantees() -> None:
    policy = paying(
        "{rows: [{ratio: 70%}], adjust: [{age: 100+, floor: 100%}, {category: five_guarantee, floor: 100%}]}",
        "groups: {category: {five_guarantee: {codes: ['2304'], zh: 五保, en: five guarantees, "
        "source: CASE}}}",
        "390",
    )
    assert funds(policy, 1_000, age=100) == fen(1_000)
    assert funds(policy, 1_000, assistance_category="2304") == fen(1_000)
    assert funds(policy, 1_000, age=99) == fen(700)

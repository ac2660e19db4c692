"""Shapes 1-12: what enters the base. Items reach the benefit as marked parts of the bill."""

from __future__ import annotations

from tests.domain.policy.shapes.region import CHRONIC, OUTPATIENT, ask, fen, funds, paid, refused, region
from yidi.domain.benefit.refusals import MARK_BEYOND_HEAD
from yidi.domain.policy.refusals import NOT_SAID

POOL_80 = "- {id: stay, fund: pool, ratios: {rows: [{ratio: 80%}]}}"


def test_shape_01_class_b_with_one_first_self_ratio_for_the_region_heilongjiang() -> None:
    policy = region("""
    marks: {class_b: {zh: 乙类, en: class B, first_self: 10%, source: CASE}}
    layers:
    - {id: stay, fund: pool, deductible: {counted: each, rows: [{amount: 1300}]},
        ratios: {rows: [{ratio: 80%}]}}
    """)
    # 5,000 of 10,000 are class B: 500 first self, (9,500 - 1,300) at 80 % = 6,560, the person 3,440
    found = ask(policy, 10_000, marks={"class_b": 5_000})
    assert (found.fund_total_fen, found.person_total_fen) == (fen(6_560), fen(3_440))


def test_shape_01_chronic_care_pays_class_b_like_class_a_hainan() -> None:
    policy = region(
        """
    layers:
    - {id: chronic, fund: pool, care: [chronic], base: [in_scope, first_self], ratios: {rows: [{ratio: 75%}]}}
    - {id: stay, fund: pool, ratios: {rows: [{ratio: 75%}]}}
    """,
        "390",
    )
    assert funds(policy, 900, first_self=100, **CHRONIC) == fen(750)
    assert funds(policy, 900, first_self=100) == fen(675)


def test_shape_02_relaxed_items_with_their_own_first_self_wuhan() -> None:
    policy = region(f"""
    marks:
      class_b: {{zh: 乙类, en: class B, first_self: 10%, source: CASE}}
      relaxed: {{zh: 放宽, en: relaxed, first_self: 30%, source: CASE}}
    layers:
    {POOL_80}
    """)
    # 1,000 - 100 - 0.3 x 200 = 840 at 80 %
    found = ask(policy, 1_200, marks={"class_b": 1_000, "relaxed": 200})
    assert found.fund_total_fen == fen(832)  # (900 + 140) x 80 %
    assert refused(policy, 100, marks={"relaxed": 101}) == [f"{MARK_BEYOND_HEAD.code} relaxed"]
    assert refused(policy, 100, marks={"unheard_of": 1}) == ["POLICY-04 marks"]
    assert refused(policy, 100, marks={"relaxed": -1}) == [f"{MARK_BEYOND_HEAD.code} relaxed"]


def test_shape_03_stents_joining_by_half_apart_or_half_self_dalian_wuhan() -> None:
    policy = region("""
    marks:
      half_joins: {zh: 普兰店支架, en: half joins, full_self: 50%, source: CASE}
      stent_domestic: {zh: 国产支架, en: domestic stent, apart: yes}
      imported_joint: {zh: 进口关节, en: imported joint, apart: yes}
    layers:
    - {id: stay, fund: pool, deductible: {counted: each, rows: [{amount: 850}]},
        ratios: {rows: [{ratio: 85%}]}}
    - {id: stent, fund: pool, base: [stent_domestic], ratios: {rows: [{ratio: 70%}]}}
    - {id: joint, fund: pool, base: [imported_joint], ratios: {rows: [{ratio: 50%}]}}
    """)
    # Jinpu: 20,000 outside the base at 70 %, (20,000 - 850) at 85 %
    assert funds(policy, 40_000, marks={"stent_domestic": 20_000}) == fen("30277.50")
    # Pulandian: half of it joins the base, (30,000 - 850) at 85 %
    assert funds(policy, 40_000, marks={"half_joins": 20_000}) == fen("24777.50")
    # Wuhan 2012: half self, the other half in full
    assert funds(policy, 50_850, marks={"imported_joint": 50_000}) == fen(25_000)


def test_shape_04_consumables_by_origin_and_price_dali() -> None:
    policy = region("""
    marks:
      domestic: {zh: 国产, en: domestic, apart: yes}
      imported: {zh: 进口, en: imported, apart: yes}
    layers:
    - {id: domestic, fund: pool, base: [domestic], ratios: {rows: [{ratio: 80%}]}}
    - {id: imported, fund: pool, base: [imported],
       ratios: {counted: each, measured: above_deductible, rows: [{bands: [[1000, 100%], [none, 60%]]}]}}
    """)
    # 1,000 in full, 2,000 at 60 %, 500 domestic at 80 %
    assert funds(policy, 3_500, marks={"domestic": 500, "imported": 3_000}) == fen(2_600)


def test_shape_05_a_limit_for_each_item_shenzhen_type_and_dandong() -> None:
    policy = region("""
    facts: {materials: {to: 99, not_said: 0, zh: 材料件数, en: number of materials}}
    marks:
      material: {zh: 材料, en: material, apart: yes}
      limited: {zh: 限价, en: limited, limit: {excess: over_limit, source: CASE, rows: [{amount: 300}]}}
    layers:
    - id: material
      fund: pool
      care: [outpatient]
      base: [material]
      ratios: {rows: [{ratio: 90%}]}
      caps: [{on: payment, counted: each, rows: [{amount: 120}], adjust: [{times: materials}]}]
    - {id: rest, fund: pool, care: [outpatient], ratios: {rows: [{ratio: 50%}]}}
    """)
    two = {"facts": {"materials": 2}, **OUTPATIENT}
    # 90 % of 250 is 225, below 2 x 120; of 400 it would be 360: 240
    assert funds(policy, 250, marks={"material": 250}, **two) == fen(225)
    assert funds(policy, 400, marks={"material": 400}, **two) == fen(240)
    # the part of 500 above the limit price of 300 is fully self
    assert funds(policy, 500, marks={"limited": 500}, **OUTPATIENT) == fen(150)


def test_shape_06_bed_fees_by_level_with_the_excess_self_shanghai() -> None:
    policy = region("""
    facts: {bed_days: {to: 365, zh: 床日, en: bed days}}
    marks:
      bed:
        zh: 床位费
        en: bed
        limit: {times: bed_days, excess: over_limit, source: CASE, rows: [{level: 2, amount: 37},
            {level: 3, amount: 48}, {level: 1, amount: 20}]}
    layers:
    - {id: stay, fund: pool, ratios: {rows: [{ratio: 80%}]}}
    """)
    # ten days at 60: 600, of which 480 (level 3) or 370 (level 2) stay in the base beside 1,000
    ten = {"facts": {"bed_days": 10}, "marks": {"bed": 600}}
    assert funds(policy, 1_600, **ten) == fen(1_184)
    assert funds(policy, 1_600, level=2, **ten) == fen(1_096)


def test_shape_07_essential_drugs_take_the_ratio_by_a_factor_guangzhou() -> None:
    policy = region("""
    marks: {essential: {zh: 基本药物, en: essential drugs, apart: yes}}
    layers:
    - {id: plain, fund: pool, care: [outpatient], ratios: {rows: [{person: working, ratio: 80%},
        {person: retired, ratio: 85%}]}}
    - id: essential
      fund: pool
      care: [outpatient]
      base: [essential]
      ratios: {rows: [{person: working, ratio: 80%}, {person: retired, ratio: 85%}], adjust: [{factor: 110%}]}
    """)
    # 80 -> 88 %, 85 -> 93.5 %
    assert funds(policy, 300, marks={"essential": 100}, **OUTPATIENT) == fen(248)
    from yidi.domain.benefit.situation import PersonClass

    retired = {"person_class": PersonClass.RETIRED, **OUTPATIENT}
    assert funds(policy, 300, marks={"essential": 100}, **retired) == fen("263.50")


def test_shape_08_traditional_medicine_raises_ratio_or_payment_dali() -> None:
    policy = region("""
    facts: {tcm_share: {percent: tcm_all, of: in_scope, zh: 中药占比, en: share of TCM}}
    marks:
      tcm_all: {zh: 中药费用, en: TCM cost}
      tcm: {zh: 中医药, en: TCM, apart: yes}
    layers:
    - id: plain
      fund: pool
      ratios: {rows: [{ratio: 60%}], adjust: [{facts: {tcm_share: 31+}, factor: 120%}]}
    - {id: tcm, fund: pool, base: [tcm], ratios: {rows: [{ratio: 60%}], adjust: [{points: +5}]}}
    """)
    # Dali inpatient: 1,000 at 60 %, 400 of TCM at 65 %
    assert funds(policy, 1_400, marks={"tcm": 400}) == fen(860)
    # unnamed place: TCM above 30 % of the bill adds 20 % to the payment: 600 -> 720; exactly 30 % does not
    assert funds(policy, 1_000, marks={"tcm_all": 310}) == fen(720)
    assert funds(policy, 1_000, marks={"tcm_all": 300}) == fen(600)


def test_shape_09_a_limited_disease_whose_excess_the_hospital_bears_zhengzhou() -> None:
    policy = region(
        """
    facts: {limited: {answers: [yes, no], not_said: no, zh: 单病种, en: price-limited disease}}
    order: {funds: [hospital, pool], source: CASE}
    layers:
    - id: excess
      fund: hospital
      when: {facts: {limited: yes}}
      deductible: {counted: each, rows: [{amount: 6000}]}
      ratios: {rows: [{ratio: 100%}]}
    - id: limited
      fund: pool
      when: {facts: {limited: yes}}
      ratios: {rows: [{level: 1, ratio: 80%}, {level: 2, ratio: 70%}, {level: 3, ratio: 65%}]}
    - id: stay
      fund: pool
      when: {facts: {limited: no}}
      deductible: {counted: each, rows: [{amount: 600}]}
      ratios: {rows: [{ratio: 55%}]}
    """,
        "390",
    )
    # 8,000 for a price of 6,000: the hospital 2,000, the pool 65 % of 6,000, the person 2,100
    found = ask(policy, 8_000, facts={"limited": "yes"})
    assert (found.hospital_fen, found.fund_total_fen, found.cash_fen) == (fen(2_000), fen(3_900), fen(2_100))
    assert {str(share.fund) for share in found.shares} == {"pool"}
    assert ask(policy, 8_000).hospital_fen == 0
    assert funds(policy, 8_000) == fen(4_070)  # (8,000 - 600) at 55 %


def test_shape_10_packages_a_month_and_a_year_by_disease_dali() -> None:
    policy = region(
        """
    groups:
      chronic:
        uraemia: {codes: [M07801], zh: 尿毒症, en: uraemia, source: CASE}
        mental: {codes: [M00900], zh: 重性精神病, en: severe mental illness, source: CASE}
    layers:
    - id: uraemia
      fund: pool
      care: [chronic]
      when: {chronic: uraemia}
      ratios: {rows: [{ratio: 90%}]}
      caps: [{on: payment, counted: monthly, counter: uraemia.paid, rows: [{amount: 6000}]}]
    - id: mental
      fund: pool
      care: [chronic]
      when: {chronic: mental}
      ratios: {rows: [{ratio: 100%}]}
      caps: [{on: payment, counted: yearly, counter: mental.paid, rows: [{amount: 7000}]}]
    - {id: other, fund: pool, care: [chronic], when: {chronic: [none, other]}, ratios: {rows: [{ratio: 60%}]}}
    """,
        "390",
    )
    first = ask(policy, 6_000, chronic_code="M07801", on="2026-11-05", **CHRONIC)
    assert dict(first.counters) == {"uraemia.paid@2026-11": fen(5_400)}
    month = {"uraemia.paid@2026-11": 5_400}
    assert funds(policy, 6_000, chronic_code="M07801", earlier=month, on="2026-11-30", **CHRONIC) == fen(600)
    assert funds(policy, 6_000, chronic_code="M07801", earlier=month, on="2026-12-01", **CHRONIC) == fen(
        5_400
    )
    assert funds(policy, 6_000, chronic_code="M00900", earlier={"mental.paid": 6_500}, **CHRONIC) == fen(500)


def test_shape_11_single_line_drugs_without_deductible_at_their_own_ratio_and_cap_chongqing() -> None:
    policy = region(
        """
    tiers: ['1', '2']
    marks: {single_line: {zh: 单行支付药品, en: single-line drug, apart: yes}}
    layers:
    - {id: stay, fund: pool, deductible: {counted: each, rows: [{amount: 800}]},
        ratios: {rows: [{ratio: 50%}]}}
    - id: single
      fund: pool
      base: [single_line]
      ratios: {rows: [{tier: '1', ratio: 45%}, {tier: '2', ratio: 55%}]}
      caps: [{on: payment, counted: yearly, counter: single.paid, rows: [{amount: 80000}]}]
    """,
        "390",
    )
    # 10,000 of drugs at 45 or 55 %, the rest (2,800 - 800) at 50 %
    bill = {"marks": {"single_line": 10_000}}
    assert funds(policy, 12_800, **bill) == fen(5_500)
    assert funds(policy, 12_800, plan_tier="2", **bill) == fen(6_500)
    assert funds(policy, 12_800, earlier={"single.paid": 79_999}, **bill) == fen(1_001)


def test_shape_12_frozen_and_waiting_enrolments_shaoyang_hainan_huizhou() -> None:
    policy = region("""
    facts:
      frozen: {answers: [yes, no], zh: 待遇冻结, en: frozen enrolment}
      months: {to: 600, zh: 参保月数, en: months enrolled}
    layers:
    - id: stay
      fund: pool
      ratios:
        rows:
        - {facts: {frozen: yes}, ratio: 0%}
        - {facts: {frozen: no, months: 0-5}, ratio: 30%}
        - {facts: {frozen: no, months: 6+}, ratio: 80%}
    """)
    said = {"frozen": "no", "months": 6}
    assert funds(policy, 1_000, facts=said) == fen(800)
    assert funds(policy, 1_000, facts={**said, "months": 5}) == fen(300)
    assert funds(policy, 1_000, facts={**said, "frozen": "yes"}) == 0
    assert refused(policy, 1_000, facts={"frozen": "no"}) == [f"{NOT_SAID.code} facts.months"]
    assert refused(policy, 1_000, facts={**said, "months": 601}) == ["POLICY-04 facts.months"]
    assert refused(policy, 1_000, facts={**said, "weather": "good"}) == ["POLICY-04 facts"]
    assert paid(policy, 1_000, facts=said) == {"pool": fen(800)}

"""Shapes 37-45: filing and distance."""

from __future__ import annotations

from tests.domain.policy.shapes.region import (
    CHRONIC,
    EMERGENCY,
    IN_PROVINCE,
    LOCAL,
    LONG_TERM,
    OUTPATIENT,
    REFERRED,
    TEMPORARY,
    UNFILED,
    ask,
    fen,
    funds,
    open_questions,
    paid,
    refused,
    region,
)
from tests.domain.policy.shapes.test_shapes_ratio import paying
from yidi.domain.benefit.situation import Place, Standing


def test_shape_37_long_term_filers_have_the_home_rule_both_ways() -> None:
    policy = paying(
        "{rows: [{level: 3, ratio: 80%}, {level: [1, 2], ratio: 90%}], adjust: [{standing: unfiled, "
        "points: -20}]}"
    )
    back_home = {"place": Place.LOCAL, "standing": Standing.LONG_TERM}
    assert [funds(policy, 1_000, **where) for where in (LOCAL, LONG_TERM, back_home)] == [fen(800)] * 3


def test_shape_38_minus_points_liyang_ordos() -> None:
    liyang = paying(
        "{rows: [{ratio: 85%}], adjust: [{standing: referred, points: -5}, {standing: [temporary, "
        "unfiled], points: -20}]}"
    )
    where = (EMERGENCY, REFERRED, TEMPORARY)
    assert [funds(liyang, 1_000, **each) for each in where] == [fen(850), fen(800), fen(650)]
    (found,) = open_questions("""
    layers:
    - {id: stay, fund: pool, ratios: {rows: [{ratio: 85%}], adjust: [{standing: unfiled, lower: 5%}]}}
    """)
    assert "points less, or times 95 %" in found


def test_shape_39_a_share_borne_first_then_the_home_rule_linyi_zhejiang() -> None:
    policy = region("""
    hospital_elsewhere: {level: 3, source: CASE}
    own_share_first:
      source: CASE
      rows: [{standing: [local, long_term], ratio: 0%}, {standing: [referred, emergency],
          ratio: 10%}, {standing: [temporary, unfiled], ratio: 20%}]
    layers:
    - id: stay
      fund: pool
      deductible: {counted: each, rows: [{level: 3, amount: 900}, {level: [1, 2], amount: 300}]}
      ratios: {rows: [{level: 3, ratio: 80%}, {level: [1, 2], ratio: 90%}]}
    """)
    # 10 % of 10,000 first, then 9,000 less 900 at 80 %; a level-1 hospital elsewhere counts as level 3
    assert funds(policy, 10_000, level=1, **REFERRED) == fen(6_480)
    assert funds(policy, 10_000, level=1, **UNFILED) == fen(5_680)
    assert funds(policy, 10_000, level=1) == fen(8_730)
    # not equal to minus points: it costs 8 points above the deductible, not 10
    assert funds(policy, 10_000) - funds(policy, 10_000, **REFERRED) == fen(800)


def test_shape_40_a_factor_on_the_whole_result_by_kind_of_hospital_and_filing_rural_shenzhen() -> None:
    serious = region(
        """
    facts: {kind_of_hospital: {answers: [designated, other_public, private, abroad], zh: 医院类别,
        en: kind of hospital}}
    layers:
    - id: serious
      fund: serious_illness
      leaves_out: [deductible, first_self, over_cap]
      deductible: {counted: each, rows: [{amount: 10000}]}
      ratios:
        counted: each
        measured: above_deductible
        rows: [{bands: [[20000, 50%], [50000, 60%], [none, 70%]]}]
        adjust:
        - {facts: {kind_of_hospital: other_public}, factor: 50%}
        - {facts: {kind_of_hospital: private}, factor: 40%}
        - {facts: {kind_of_hospital: abroad}, factor: 30%}
    """,
        "390",
    )
    # 40,000: 20,000 at 50 % + 10,000 at 60 % = 16,000, times 1, 0.5, 0.4, 0.3
    kinds = ("designated", "other_public", "private", "abroad")
    assert [funds(serious, 40_000, facts={"kind_of_hospital": kind}) for kind in kinds] == [
        fen(16_000),
        fen(8_000),
        fen(6_400),
        fen(4_800),
    ]
    community = paying("{rows: [{ratio: 70%}], adjust: [{standing: [referred, emergency], factor: 90%}]}")
    assert funds(community, 1_000, **REFERRED) == fen(630)


def test_shape_41_a_full_matrix_of_filing_distance_and_class_datong() -> None:
    rows = "".join(
        f"{{class: c{number}, place: {place}, standing: {standing}, ratio: {ratio}%}}, "
        for place, standing, ratios in (
            ("in_province", "[referred, emergency]", (80, 85, 90)),
            ("in_province", "[temporary, unfiled]", (65, 70, 75)),
            ("other_province", "referred", (70, 75, 80)),
            ("other_province", "[temporary, unfiled]", (60, 65, 70)),
        )
        for number, ratio in enumerate(ratios, 1)
    )
    policy = paying(
        f"{{rows: [{rows}{{place: other_province, standing: emergency, ratio: 80%}}, "
        f"{{standing: [local, long_term], ratio: 90%}}]}}",
        "classes: {source: CASE, rows: [{level: 3, grade: [A, none], class: c1}, {level: 3, "
        "grade: [B, C], class: c2},"
        " {level: 2, class: c2}, {level: 1, class: c3}]}",
    )
    assert [funds(policy, 100, level=level, **REFERRED) for level in (3, 2, 1)] == [fen(70), fen(75), fen(80)]
    assert [funds(policy, 100, level=level, **UNFILED) for level in (3, 2, 1)] == [fen(60), fen(65), fen(70)]
    assert [funds(policy, 100, level=level, **EMERGENCY) for level in (3, 2, 1)] == [fen(80)] * 3
    assert funds(policy, 100, level_grade="B", **IN_PROVINCE) == fen(85)


def test_shape_42_one_table_for_all_care_elsewhere_whatever_the_level_ordos() -> None:
    policy = region("""
    layers:
    - id: stay
      fund: pool
      deductible:
        counted: each
        rows: [{place: other_province, stay: 1, amount: 1200}, {place: other_province, stay: 2+,
            amount: 600}, {place: [local, in_province], amount: 500}]
      ratios: {rows: [{place: other_province, ratio: 80%}, {place: [local, in_province], ratio: 90%}]}
    """)
    assert [funds(policy, 11_200, level=level, **REFERRED) for level in (1, 2, 3)] == [fen(8_000)] * 3
    assert funds(policy, 10_600, stay_number=2, **REFERRED) == fen(8_000)


def test_shape_43_in_and_out_of_the_province_apart_anhui_bengbu_tongchuan() -> None:
    policy = region("""
    layers:
    - id: stay
      fund: pool
      deductible: {counted: each, rows: [{place: local, amount: 600}, {place: in_province,
          amount: 1000}, {place: other_province, amount: 2000}]}
      ratios: {rows: [{ratio: 85%}], adjust: [{place: in_province, points: -5},
          {place: other_province, points: -10}]}
    """)
    assert funds(policy, 10_000) == fen(7_990)
    assert funds(policy, 10_000, **IN_PROVINCE) == fen(7_200)
    assert funds(policy, 10_000, **REFERRED) == fen(6_000)


def test_shape_44_the_scope_of_the_reduction_liyang_linyi() -> None:
    policy = region("""
    marks: {single_line: {zh: 单行药, en: single-line drug, apart: yes}}
    order: {funds: [pool, serious_illness], source: CASE}
    layers:
    - {id: stay, fund: pool, ratios: {rows: [{ratio: 80%}], adjust: [{standing: unfiled, points: -20}]}}
    - {id: chronic, fund: pool, care: [chronic], ratios: {rows: [{ratio: 80%}],
        adjust: [{standing: unfiled, points: -20}]}}
    - {id: visit, fund: pool, care: [outpatient], ratios: {rows: [{ratio: 50%}]}}
    - {id: single, fund: pool, base: [single_line], ratios: {rows: [{ratio: 70%}],
        adjust: [{standing: unfiled, points: -20}]}}
    - id: serious
      fund: serious_illness
      leaves_out: [deductible, first_self, over_cap]
      ratios: {rows: [{ratio: 60%}], adjust: [{standing: unfiled, points: -5}]}
    """)
    assert funds(policy, 1_000, **CHRONIC, **UNFILED) == fen(600)
    assert funds(policy, 1_000, **OUTPATIENT, **UNFILED) == fen(500)
    # 60 % of 1,000, then 55 % of the 400 left; single-line drugs 50 %
    assert paid(policy, 1_000, **UNFILED) == {"pool": fen(600), "serious_illness": fen(220)}
    assert paid(policy, 100, marks={"single_line": 100}, **UNFILED) == {"pool": fen(50)}


def test_shape_45_emergency_as_local_as_referred_or_its_own_and_nothing_off_the_network() -> None:
    policy = region("""
    facts: {network: {answers: [yes, no], not_said: yes, zh: 联网定点, en: on the network}}
    layers:
    - id: stay
      fund: pool
      ratios:
        rows:
        - {facts: {network: no}, ratio: 0%}
        - {facts: {network: yes}, standing: [local, long_term, emergency], ratio: 85%}
        - {facts: {network: yes}, standing: referred, ratio: 75%}
        - {facts: {network: yes}, standing: [temporary, unfiled], unknown: not published}
    """)
    assert [funds(policy, 100, **where) for where in (EMERGENCY, REFERRED)] == [fen(85), fen(75)]
    assert funds(policy, 100, facts={"network": "no"}, **EMERGENCY) == 0
    assert refused(policy, 100, **UNFILED) == ["POLICY-03 schemes.310.layers[0].ratios"]


def test_a_hospital_elsewhere_may_keep_its_level_have_another_or_an_unknown_one() -> None:
    table = "{level: 3, ratio: 80%}, {level: [1, 2], ratio: 90%}"
    text = f"    layers:\n    - {{id: stay, fund: pool, ratios: {{rows: [{table}]}}}}\n"

    def with_rule(rule: str) -> str:
        return f"    hospital_elsewhere: {rule}\n{text}"

    same = region(with_rule("{level: same, source: CASE}"))
    assert funds(same, 100, level=1, **REFERRED) == fen(90)
    third = region(with_rule("{level: 3, standing: [temporary, unfiled], source: CASE}"))
    assert [funds(third, 100, level=1, **where) for where in (REFERRED, UNFILED)] == [fen(90), fen(80)]
    silent = region(with_rule("{unknown: the text is silent}"))
    assert funds(silent, 100, level=1) == fen(90)
    assert refused(silent, 100, level=1, **REFERRED) == ["POLICY-03 hospital_elsewhere"]


def test_whole_situations_may_be_unknown_and_need_no_rows() -> None:
    policy = region("""
    unknown:
    - {standing: [referred, emergency, temporary, unfiled], why: the sources do not say how filing changes it}
    layers:
    - {id: stay, fund: pool, ratios: {rows: [{standing: [local, long_term], ratio: 80%}]}}
    """)
    assert ask(policy, 100).fund_total_fen == fen(80)
    assert refused(policy, 100, **REFERRED) == ["POLICY-03 situation"]

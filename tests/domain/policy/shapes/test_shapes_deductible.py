"""Shapes 13-25: the deductible."""

from __future__ import annotations

from tests.domain.policy.shapes.region import (
    IN_PROVINCE,
    OUTPATIENT,
    REFERRED,
    RETIRED,
    UNFILED,
    ask,
    fen,
    funds,
    open_questions,
    refused,
    region,
)
from yidi.domain.policy.policy import Policy


def stay_with(deductible: str, more: str = "", scheme: str = "310") -> Policy:
    """A region whose stays pay everything above a deductible, so that the deductible can be read off."""
    return region(
        f"""
    {more}
    layers:
    - id: stay
      fund: pool
      deductible: {deductible}
      ratios: {{rows: [{{ratio: 100%}}]}}
    """,
        scheme,
    )


def charged(policy: Policy, in_scope: int = 10_000, **visit: object) -> int:
    """The deductible in whole yuan."""
    amount = ask(policy, in_scope, **visit).deductible_fen
    assert amount % 100 == 0
    return amount // 100


def test_shape_13_per_stay_by_level_and_one_figure_for_all_beijing() -> None:
    levels = stay_with(
        "{counted: each, rows: [{level: 1, amount: 300}, {level: 2, amount: 800}, {level: 3, amount: 1300}]}"
    )
    assert [charged(levels, level=level) for level in (1, 2, 3)] == [300, 800, 1300]
    same = stay_with("{counted: each, rows: [{amount: 1300}]}")
    assert [charged(same, level=level) for level in (1, 2, 3)] == [1300, 1300, 1300]


def test_shape_14_cumulative_in_the_year_and_nothing_after_it_is_used_shanghai() -> None:
    policy = stay_with("{counted: yearly, counter: year.deductible, rows: [{amount: 1500}]}")
    assert charged(policy, 1_000) == 1_000
    assert charged(policy, earlier={"year.deductible": 1_000}) == 500
    assert charged(policy, earlier={"year.deductible": 1_500}) == 0


def test_shape_15_topped_up_at_the_highest_level_used_hangzhou_ningbo_zaozhuang() -> None:
    policy = stay_with(
        "{counted: yearly, counter: year.deductible,"
        " rows: [{level: 1, amount: 300}, {level: 2, amount: 600}, {level: 3, amount: 1500}]}"
    )
    assert charged(policy, level=1) == 300
    assert charged(policy, level=3, earlier={"year.deductible": 300}) == 1_200
    assert charged(policy, level=2, earlier={"year.deductible": 1_500}) == 0


def test_shape_16_one_deductible_over_all_kinds_of_care_hainan_tianjin() -> None:
    policy = region("""
    layers:
    - {id: stay, fund: pool, deductible: {counted: yearly, counter: all, rows: [{amount: 1300}]},
        ratios: {rows: [{ratio: 90%}]}}
    - {id: visit, fund: pool, care: [outpatient], deductible: {counted: yearly, counter: all,
        rows: [{amount: 1300}]}, ratios: {rows: [{ratio: 50%}]}}
    """)
    visit = ask(policy, 1_000, **OUTPATIENT)
    assert (visit.deductible_fen, dict(visit.counters)["all"]) == (fen(1_000), fen(1_000))
    assert funds(policy, 2_300, earlier={"all": 1_000}) == fen(1_800)


def test_shape_17_by_stay_halves_lists_floors_and_a_yearly_total_xian_chongqing_changsha() -> None:
    half = stay_with("{counted: each, rows: [{stay: 1, amount: 1300}, {stay: 2+, amount: 650}]}")
    assert [charged(half, stay_number=n) for n in (1, 2, 7)] == [1300, 650, 650]
    listed = stay_with(
        "{counted: each, rows: [{stay: 1, amount: 650}, {stay: 2, amount: 550}, {stay: 3, "
        "amount: 350}, {stay: 4+, amount: 0}]}"
    )
    assert [charged(listed, stay_number=n) for n in (1, 2, 3, 4, 5)] == [650, 550, 350, 0, 0]
    # Chongqing: 10 % less each further stay of 880, never below 620
    floors = stay_with(
        "{counted: each, rows: [{amount: 880}], adjust: [{add: -88, facts: {later: 1+}, "
        "per: later}, {floor: 620}]}",
        "facts: {later: {to: 99, not_said: 0, zh: 已住院次数, en: stays before}}",
    )
    assert [charged(floors, facts={"later": n}) for n in (0, 1, 2, 3, 9)] == [880, 792, 704, 620, 620]
    # Changsha: lower only at the same level, all deductibles of the year at most 2,000
    total = stay_with(
        "{counted: each, rows: [{amount: 900}], adjust: [{facts: {same_level: 2+}, factor: 50%}],"
        " yearly_total: {counter: all.deductibles, rows: [{amount: 2000}]}}",
        "facts: {same_level: {to: 99, zh: 同级别住院次数, en: stays at this level}}",
    )
    first = ask(total, 10_000, facts={"same_level": 1})
    assert dict(first.counters)["all.deductibles"] == fen(900)
    assert charged(total, facts={"same_level": 2}, earlier={"all.deductibles": 900}) == 450
    assert charged(total, facts={"same_level": 1}, earlier={"all.deductibles": 1_350}) == 650
    assert charged(total, facts={"same_level": 1}, earlier={"all.deductibles": 2_000}) == 0


def test_shape_18_by_person_age_cohort_and_need_guangan_tongchuan_shanghai() -> None:
    policy = stay_with(
        "{counted: each, rows: [{facts: {cohort: [none, since_2001]}, amount: 600}, "
        "{facts: {cohort: to_2000}, amount: 280}],"
        " adjust: [{person: retired, add: -100}, {age: 0-44, add: +100}, {category: poor, factor: 50%}]}",
        "facts: {cohort: {answers: [none, to_2000, since_2001], not_said: none, zh: 退休年代, en: retired}}\n"
        "    groups: {category: {poor: {codes: ['2303'], zh: 低保, en: poor, source: CASE}}}",
    )
    assert charged(policy, age=45) == 600
    assert charged(policy, age=44) == 700
    assert charged(policy, age=70, **RETIRED) == 500
    assert charged(policy, age=80, facts={"cohort": "to_2000"}, **RETIRED) == 180
    assert charged(policy, age=70, assistance_category="2303", **RETIRED) == 250


def test_shape_19_by_kind_of_hospital_chongqing_jinan_chengdu() -> None:
    policy = stay_with(
        "{counted: each, rows: [{kind: primary, amount: 160}, {kind: [hospital, pharmacy], amount: 400},"
        " {kind: tcm, amount: 400}], adjust: [{kind: tcm, factor: 80%}]}"
    )
    kinds = ("primary", "hospital", "tcm")
    assert [charged(policy, institution_kind=kind) for kind in kinds] == [160, 400, 320]


def test_shape_20_once_a_day_at_an_institution_or_per_visit_or_prescription_zhengzhou_qujing() -> None:
    def visit(counted: str, rows: str) -> Policy:
        return region(
            f"""
        layers:
        - id: visit
          fund: pool
          care: [outpatient]
          deductible: {{counted: {counted}, rows: {rows}}}
          ratios: {{rows: [{{ratio: 50%}}]}}
        """
        )

    rows = "[{kind: primary, amount: 0}, {kind: [hospital, tcm, pharmacy], amount: 40}]"
    daily = visit("daily, per: institution, counter: day.deductible", rows)
    first = ask(daily, 30, institution="H1", **OUTPATIENT)
    assert dict(first.counters) == {"day.deductible@2026-11-22@H1": fen(30)}
    again = {"earlier": {"day.deductible@2026-11-22@H1": 30}, **OUTPATIENT}
    assert charged(daily, 100, institution="H1", **again) == 10
    assert charged(daily, 100, institution="H2", **again) == 40
    assert charged(daily, 100, institution="H1", institution_kind="primary", **OUTPATIENT) == 0
    assert refused(daily, 100, **OUTPATIENT) == ["POLICY-05 institution"]
    qujing = visit("visit", "[{level: 1, amount: 30}, {level: 2, amount: 60}, {level: 3, amount: 90}]")
    assert [charged(qujing, 100, level=level, **OUTPATIENT) for level in (1, 2, 3)] == [30, 60, 90]
    script = visit("prescription", "[{amount: 20}]")
    assert charged(script, 100, counts={"prescriptions": 3}, **OUTPATIENT) == 60
    assert refused(script, 100, **OUTPATIENT) == ["POLICY-05 prescriptions"]


def test_shape_21_deductible_as_a_share_of_a_wage_chengdu() -> None:
    policy = stay_with(
        "{counted: each, rows: [{level: [1, 2], share: 5%, of: average_wage}, {level: 3, "
        "share: 12%, of: average_wage}]}",
        "values: {average_wage: {source: CASE, rows: [{amount: 8084}]}}",
    )
    # 12 % of 8,084 = 970.08; 5 % = 404.20
    assert ask(policy, 10_000).deductible_fen == fen("970.08")
    assert ask(policy, 10_000, level=2).deductible_fen == fen("404.20")


def test_shape_21_deductible_as_a_share_of_this_bill_anhui() -> None:
    policy = stay_with(
        "{counted: each, rows: ["
        "{place: local, amount: 700}, "
        "{place: in_province, amount: 700}, "
        "{place: other_province, share: 20%, of: total, floor: 2000, ceiling: 10000}],"
        " adjust: [{place: in_province, factor: 200%}]}",
        scheme="390",
    )
    assert charged(policy, 30_000, **REFERRED) == 6_000
    assert charged(policy, 9_999, **REFERRED) == 2_000
    assert charged(policy, 60_000, **REFERRED) == 10_000
    # the share is of the total, not of the part in scope: 20 % of 30,000
    assert charged(policy, 20_000, full_self=10_000, **REFERRED) == 6_000
    # doubled out of the city
    assert charged(policy, 30_000, **IN_PROVINCE) == 1_400
    # one fen on each side of the floor: 20 % of 10,000.05 is 2,000.01
    assert ask(policy, "10000.05", **REFERRED).deductible_fen == fen("2000.01")
    assert ask(policy, "9999.95", **REFERRED).deductible_fen == fen(2_000)


def test_shape_22_long_stays_take_another_deductible_each_90_days_guangzhou() -> None:
    policy = stay_with(
        "{counted: each, rows: [{facts: {disease: psychiatric}, amount: 0}, {facts: {disease: [tb, "
        "none]}, amount: 1600}, "
        "{facts: {disease: continued}, amount: 0}],"
        " adjust: [{facts: {disease: none}, times: stay_days, each: 90, rounded: up},"
        " {facts: {disease: tb}, times: stay_days, each: 180, rounded: up}]}",
        "facts:\n"
        "      disease: {answers: [none, tb, psychiatric, continued], not_said: none, zh: 病种, "
        "en: disease}\n"
        "      stay_days: {to: 999, zh: 住院天数, en: days of the stay}",
    )
    days = [charged(policy, facts={"stay_days": n}) for n in (1, 90, 91, 180, 181)]
    assert days == [1_600, 1_600, 3_200, 3_200, 4_800]
    assert [charged(policy, facts={"stay_days": n, "disease": "tb"}) for n in (180, 181)] == [1_600, 3_200]
    assert charged(policy, facts={"stay_days": 400, "disease": "psychiatric"}) == 0
    # a transfer within a day continues the old stay: Zhongshan
    assert charged(policy, facts={"stay_days": 5, "disease": "continued"}) == 0


def test_shape_23_waived_by_disease_or_by_holder_hainan_ningbo() -> None:
    policy = stay_with(
        "{counted: each, rows: [{facts: {waived: yes}, amount: 0}, {facts: {waived: no}, amount: 350}]}",
        "facts: {waived: {answers: [yes, no], zh: 免起付线病种, en: waived disease or holder}}",
        "390",
    )
    assert [charged(policy, facts={"waived": word}) for word in ("yes", "no")] == [0, 350]


def test_shape_24_lowered_by_a_proper_referral_xian() -> None:
    policy = stay_with(
        "{counted: each, rows: [{amount: 1000}], adjust: [{level: 3, facts: {referred_up: yes}, add: -200}]}",
        "facts: {referred_up: {answers: [yes, no], not_said: no, zh: 规范转诊, en: referred properly}}",
    )
    assert charged(policy, facts={"referred_up": "yes"}) == 800
    assert charged(policy, facts={"referred_up": "yes"}, level=2) == 1_000
    assert charged(policy) == 1_000


def test_shape_25_depends_on_the_filing_shenzhen_guangan() -> None:
    policy = stay_with(
        "{counted: each, rows: [{standing: [local, long_term], level: 3, amount: 300}, "
        "{standing: [local, long_term], level: 2, amount: 200}, {standing: [local, long_term], "
        "level: 1, amount: 100}, "
        "{standing: [referred, emergency], amount: 400}, {standing: [temporary, unfiled], amount: 1000}]}"
    )
    assert [charged(policy, **where) for where in ({}, REFERRED, UNFILED)] == [300, 400, 1_000]


def test_an_outpatient_deductible_that_may_be_read_three_ways_is_refused_with_the_question() -> None:
    (found,) = open_questions("""
    layers:
    - id: visit
      fund: pool
      care: [outpatient]
      deductible: {counted: each, rows: [{amount: 40}]}
      ratios: {rows: [{ratio: 50%}]}
    """)
    assert found.startswith("POLICY-33 ")
    assert "per visit, per day at an institution, or per prescription" in found

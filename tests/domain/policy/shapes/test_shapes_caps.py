"""Shapes 46-51: caps, what they bound, and the large-amount layer above."""

from __future__ import annotations

from tests.domain.policy.shapes.region import (
    CHRONIC,
    OUTPATIENT,
    ask,
    fen,
    funds,
    open_questions,
    paid,
    refused,
    region,
)
from yidi.domain.policy.policy import Policy


def capped(caps: str, ratio: str = "80%", more: str = "", care: str = "inpatient") -> Policy:
    """A region with one pool layer below caps."""
    return region(f"""
    {more}
    layers:
    - id: pool
      fund: pool
      care: [{care}]
      ratios: {{rows: [{{ratio: {ratio}}}]}}
      caps: {caps}
    """)


def test_shape_46_a_cap_on_payment_and_a_cap_on_cost_qingyang_wuhan() -> None:
    payment = capped("[{on: payment, counted: yearly, counter: paid, rows: [{amount: 65000}]}]")
    cost = capped("[{on: cost, counted: yearly, counter: cost, rows: [{amount: 65000}]}]")
    assert funds(payment, 100_000) == fen(65_000)
    assert funds(cost, 100_000) == fen(52_000)
    # one fen on each side of the cap: 81,250 at 80 % is exactly 65,000
    assert [funds(payment, f) for f in ("81249.98", 81_250, "81250.02")] == [
        fen("64999.98"),
        fen(65_000),
        fen(65_000),
    ]
    (found,) = open_questions("""
    layers:
    - {id: a, fund: pool, ratios: {rows: [{ratio: 80%}]}, caps: [{counted: yearly, counter: paid,
        rows: [{amount: 65000}]}]}
    """)
    assert "bound what the fund pays, or the cost it looks at" in found


def test_shape_47_a_cap_shared_by_stays_and_chronic_care_or_apart_jinan_changsha() -> None:
    shared = region("""
    layers:
    - {id: stay, fund: pool, ratios: {rows: [{ratio: 80%}]}, caps: [{on: payment, counted: yearly,
        counter: all, rows: [{amount: 1000}]}]}
    - {id: chronic, fund: pool, care: [chronic], ratios: {rows: [{ratio: 80%}]},
        caps: [{on: payment, counted: yearly, counter: all, rows: [{amount: 1000}]}]}
    - {id: visit, fund: pool, care: [outpatient], ratios: {rows: [{ratio: 50%}]},
        caps: [{on: payment, counted: yearly, counter: visits, rows: [{amount: 300}]}]}
    """)
    year = dict(ask(shared, 1_000).counters)
    assert year["all"] == fen(800)
    assert funds(shared, 1_000, earlier={"all": 800}, **CHRONIC) == fen(200)
    assert funds(shared, 1_000, earlier={"all": 1_000}, **OUTPATIENT) == fen(300)


def test_shape_48_a_cap_as_a_share_of_wages_or_a_multiple_of_the_contribution_base_guangzhou_shenzhen() -> (
    None
):
    wage = capped(
        "[{on: payment, counted: yearly, counter: paid, rows: [{person: working, share: 5%, "
        "of: wage}, {person: retired, share: 7%, of: wage}]}]",
        more="values: {wage: {source: CASE, rows: [{amount: 152324, until: '2026-07-01'},"
        " {amount: 160000, from: '2026-07-01'}]}}",
    )
    assert funds(wage, 100_000) == fen(8_000)
    base = capped(
        "[{on: payment, counted: yearly, counter: paid, rows: [{times: 6, of: contribution_base}]}]",
        more="amounts: {contribution_base: {zh: 缴费基数, en: contribution base}}",
    )
    assert funds(base, 100_000, amounts={"contribution_base": "5000.01"}) == fen("30000.06")
    assert refused(base, 100_000) == ["POLICY-05 contribution_base"]
    assert refused(base, 100_000, amounts={"contribution_base": -1}) == ["FEE-44 contribution_base"]
    assert refused(base, 100, amounts={"contribution_base": 1, "luck": 1}) == ["POLICY-04 amounts"]


def test_shape_49_per_visit_day_month_and_a_share_of_the_yearly_cap_yanan_yueyang_guangzhou() -> None:
    visit = capped(
        "[{on: payment, counted: visit, rows: [{level: 1, amount: 20}, {level: 2, amount: 30}, "
        "{level: 3, amount: 60}]}]"
    )
    assert [funds(visit, 1_000, level=level) for level in (1, 2, 3)] == [fen(20), fen(30), fen(60)]
    day = capped("[{on: payment, counted: daily, counter: day, rows: [{amount: 70}]}]", care="outpatient")
    assert funds(day, 1_000, earlier={"day@2026-11-22": 50, "day@2026-11-21": 70}, **OUTPATIENT) == fen(20)
    month = capped(
        "[{on: payment, counted: monthly, counter: month, rows: [{amount: 300}]}]", care="outpatient"
    )
    assert funds(month, 1_000, earlier={"month@2026-11": 299}, **OUTPATIENT) == fen(1)
    # a month may take three twelfths of the year's 3,600
    quarter = capped(
        "[{on: payment, counted: yearly, counter: year, rows: [{amount: 3600}]},"
        " {on: payment, counted: monthly, counter: month, rows: [{share: 25%, of: year_cap}]}]",
        more="values: {year_cap: {source: CASE, rows: [{amount: 3600}]}}",
        care="chronic",
    )
    assert funds(quarter, 10_000, **CHRONIC) == fen(900)
    assert funds(quarter, 10_000, earlier={"year": 3_000}, **CHRONIC) == fen(600)


def test_shape_49_per_disease_with_more_for_each_further_one_wuwei() -> None:
    policy = capped(
        "[{on: payment, counted: yearly, counter: chronic.paid, rows: [{amount: 3000}],"
        " adjust: [{add: 300, per: further_diseases}, {ceiling: 4500}]}]",
        more="facts: {further_diseases: {to: 9, not_said: 0, zh: 另有病种数, en: further diseases}}",
        care="chronic",
    )
    assert [funds(policy, 10_000, facts={"further_diseases": n}, **CHRONIC) for n in (0, 1, 5, 6)] == [
        fen(3_000),
        fen(3_300),
        fen(4_500),
        fen(4_500),
    ]
    each = capped(
        "[{on: payment, counted: yearly, per: disease, counter: of, rows: [{amount: 300}]}]", care="chronic"
    )
    assert dict(ask(each, 1_000, chronic_code="M03900", **CHRONIC).counters) == {"of@M03900": fen(300)}
    assert funds(each, 1_000, chronic_code="M01600", earlier={"of@M03900": 300}, **CHRONIC) == fen(300)
    assert refused(each, 1_000, **CHRONIC) == ["POLICY-05 disease"]


def test_shape_49_an_unused_part_is_carried_into_the_next_year_hainan() -> None:
    policy = capped(
        "[{on: payment, counted: yearly, counter: paid, rows: [{amount: 400}], "
        "adjust: [{add_amount: carried_over}]}]",
        more="amounts: {carried_over: {zh: 上年结转, en: carried over}}",
    )
    assert funds(policy, 1_000, amounts={"carried_over": 0}) == fen(400)
    assert funds(policy, 1_000, amounts={"carried_over": 150}) == fen(550)


LARGE = """
    order: {{funds: [pool, large_sum], source: CASE}}
    layers:
    - {{id: pool, fund: pool, ratios: {{rows: [{{ratio: {pool}}}]}}, caps: [{{on: payment,
        counted: yearly, counter: pool, rows: [{{amount: {cap}}}]}}]}}
    - {{id: large, fund: large_sum, base: [over_cap], ratios: {large}, caps: {caps}}}
"""


def test_shape_50_the_large_amount_layer_hands_over_by_grossing_up_shanghai_chongqing_yantai_xuzhou() -> None:
    open_end = region(LARGE.format(pool="85%", cap=85_000, large="{rows: [{ratio: 80%}]}", caps="[]"))
    # 100,000 of cost carried the cap of 85,000; the 50,000 above at 80 %
    assert paid(open_end, 150_000) == {"pool": fen(85_000), "large_sum": fen(40_000)}
    yantai = region(
        LARGE.format(
            pool="85%",
            cap=85_000,
            large="{rows: [{ratio: 90%}]}",
            caps="[{on: payment, counted: yearly, counter: large, rows: [{amount: 40000}]}]",
        )
    )
    assert paid(yantai, 150_000) == {"pool": fen(85_000), "large_sum": fen(40_000)}
    by_age = region(
        LARGE.format(
            pool="85%",
            cap=85_000,
            large="{rows: [{age: 0-44, ratio: 90%}, {age: 45-59, ratio: 92%}, {age: 60+, ratio: 93%}]}",
            caps="[]",
        )
    )
    assert [paid(by_age, 101_000, age=age)["large_sum"] for age in (44, 45, 60)] == [
        fen(900),
        fen(920),
        fen(930),
    ]
    # a ratio that does not divide: 65,000 / 70 % is 92,857.142..., to the fen
    grossed = region(LARGE.format(pool="70%", cap=65_000, large="{rows: [{ratio: 100%}]}", caps="[]"))
    assert paid(grossed, 100_000)["large_sum"] == fen("7142.86")


def test_shape_51_outpatient_cost_above_the_cap_is_paid_by_the_large_amount_fund_zaozhuang() -> None:
    policy = region("""
    order: {funds: [pool, large_sum], source: CASE}
    layers:
    - {id: visit, fund: pool, care: [outpatient], ratios: {rows: [{ratio: 50%}]},
        caps: [{on: payment, counted: yearly, counter: visits, rows: [{amount: 2000}]}]}
    - {id: above, fund: large_sum, care: [outpatient], base: [over_cap],
        ratios: {rows: [{ratio: 50%}]}, caps: [{on: payment, counted: yearly, counter: above,
            rows: [{amount: 1000}]}]}
    """)
    # 4,000 carried the 2,000; of the 1,000 above it half, of 4,000 above it at most 1,000
    assert paid(policy, 5_000, **OUTPATIENT) == {"pool": fen(2_000), "large_sum": fen(500)}
    assert paid(policy, 8_000, **OUTPATIENT) == {"pool": fen(2_000), "large_sum": fen(1_000)}


def test_a_cap_no_source_gives_stops_only_the_visits_that_would_exceed_what_is_certain() -> None:
    policy = capped(
        "[{on: payment, counted: yearly, counter: paid, "
        "rows: [{unknown: the figure is not published, not_below: 60000}]}]"
    )
    assert funds(policy, 75_000) == fen(60_000)
    assert refused(policy, "75000.02") == ["POLICY-03 pool.caps"]
    assert refused(policy, 1_000, earlier={"paid": "59200.01"}) == ["POLICY-03 pool.caps"]
    assert funds(policy, 1_000, earlier={"paid": 59_200}) == fen(800)

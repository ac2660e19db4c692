"""Shapes 63-67: time, order, rounding, and what holds for all of them."""

from __future__ import annotations

from itertools import pairwise

from tests.domain.policy.shapes.region import (
    LONG_TERM,
    REFERRED,
    TEMPORARY,
    ask,
    fen,
    funds,
    paid,
    region,
)
from yidi.domain.policy.policy import year_of


def test_shape_63_the_insurance_year_of_the_region_shanghai_ningbo() -> None:
    text = """
    year: {{starts: {starts}, by: {by}, source: CASE}}
    layers:
    - {{id: stay, fund: pool, ratios: {{rows: [{{ratio: 80%}}]}}}}
    """
    july = region(text.format(starts="07-01", by="discharge"))
    assert [year_of(july, day) for day in ("2026-06-30", "2026-07-01")] == ["2025-07-01", "2026-07-01"]
    assert july.terms.year_by == "discharge"
    assert year_of(region(text.format(starts="01-01", by="settlement")), "2026-01-01") == "2026"


def test_shape_64_versions_by_effective_date_guangzhou() -> None:
    text = """
    layers:
    - id: stay
      fund: pool
      deductible:
        counted: each
        rows:
        - {level: 1, amount: 400, until: '2024-12-01'}
        - {level: 2, amount: 800, until: '2024-12-01'}
        - {level: 3, amount: 1600, until: '2024-12-01'}
        - {level: 1, amount: 250, from: '2024-12-01'}
        - {level: 2, amount: 500, from: '2024-12-01'}
        - {level: 3, amount: 1000, from: '2024-12-01'}
      ratios: {rows: [{ratio: 80%}]}
    """
    for day, figures in (("2024-11-30", (400, 800, 1_600)), ("2024-12-01", (250, 500, 1_000))):
        policy = region(text, day=day)
        assert [ask(policy, 10_000, level=n).deductible_fen for n in (1, 2, 3)] == [fen(f) for f in figures]


def test_shape_65_the_order_all_sound_examples_share() -> None:
    policy = region("""
    own_share_first: {source: CASE, rows: [{standing: referred, ratio: 10%}, {standing: [local,
        long_term, emergency, temporary, unfiled], ratio: 0%}]}
    order: {funds: [pool, large_sum, assistance], source: CASE}
    layers:
    - id: stay
      fund: pool
      deductible: {counted: each, rows: [{amount: 1000}]}
      ratios: {rows: [{ratio: 80%}]}
      caps: [{on: payment, counted: yearly, counter: pool, rows: [{amount: 60000}]}]
    - {id: large, fund: large_sum, base: [over_cap], ratios: {rows: [{ratio: 90%}]}}
    - {id: assistance, fund: assistance, base: [in_scope, deductible, over_cap],
        leaves_out: [first_self], ratios: {rows: [{ratio: 50%}]}}
    """)
    # total 110,000 - 4,000 - 1,000 - 5,000 = 100,000; first share 10,000; less 1,000; 80 % of 89,000 is
    # 71,200, capped at 60,000 (75,000 of cost), 14,000 above at 90 %; half of 15,000 + 1,000 + 1,400 left
    heads = {"full_self": 4_000, "over_limit": 1_000, "first_self": 5_000}
    found = ask(policy, 100_000, **heads, **REFERRED)
    shares = {str(share.fund): share.paid_fen for share in found.shares}
    assert shares == {"pool": fen(60_000), "large_sum": fen(12_600), "assistance": fen(8_700)}
    assert found.cash_fen == fen(110_000 - 60_000 - 12_600 - 8_700)


def test_shape_65_layers_work_on_what_is_left_not_each_on_the_total_meihekou() -> None:
    policy = region("""
    order: {funds: [pool, serious_illness, assistance], source: CASE}
    layers:
    - {id: a, fund: pool, ratios: {rows: [{ratio: 70%}]}}
    - {id: b, fund: serious_illness, leaves_out: [deductible, first_self, over_cap],
        ratios: {rows: [{ratio: 60%}]}}
    - {id: c, fund: assistance, leaves_out: [deductible, first_self, over_cap],
        ratios: {rows: [{ratio: 30%}]}}
    """)
    # the published 160 % of the bill is wrong: 7,000, then 60 % of 3,000, then 30 % of 1,200
    assert paid(policy, 10_000) == {"pool": fen(7_000), "serious_illness": fen(1_800), "assistance": fen(360)}


def test_shape_66_rounding_is_a_parameter_by_band_or_by_layer_qingyuan() -> None:
    def with_rule(how: str, each: str) -> int:
        policy = region(f"""
        rounding: {{how: {how}, each: {each}, source: CASE}}
        layers:
        - {{id: stay, fund: pool, ratios: {{counted: each, measured: above_deductible,
            rows: [{{bands: [[0.01, 50%], [none, 50%]]}}]}}}}
        """)
        return funds(policy, "0.02")

    assert [with_rule(*rule) for rule in (("half_up", "tier"), ("half_up", "layer"), ("down", "tier"))] == [
        2,
        1,
        0,
    ]
    assert with_rule("half_up", "total") == 1
    # Qingyuan: cost that carried 65,000 at 70 % is rounded before the next layer looks at the rest
    policy = region("""
    order: {funds: [pool, large_sum], source: CASE}
    layers:
    - {id: a, fund: pool, ratios: {rows: [{ratio: 70%}]}, caps: [{on: payment, counted: yearly,
        counter: p, rows: [{amount: 65000}]}]}
    - {id: b, fund: large_sum, base: [over_cap], ratios: {rows: [{ratio: 70%}]}}
    """)
    # 216,002.86 above it, of which 70 % is 151,202.002
    assert paid(policy, fen_sum("92857.14", "216002.86")) == {
        "pool": fen(65_000),
        "large_sum": fen("151202.00"),
    }


def test_shape_66_rounding_may_be_on_the_total_of_all_funds_only() -> None:
    def with_rule(how: str, each: str) -> dict[str, int]:
        return paid(
            region(f"""
        rounding: {{how: {how}, each: {each}, source: CASE}}
        layers:
        - {{id: a, fund: pool, ratios: {{rows: [{{ratio: 85%}}]}}}}
        - {{id: b, fund: serious_illness, leaves_out: [deductible, first_self, over_cap],
            ratios: {{rows: [{{ratio: 50%}}]}}}}
        """),
            "0.07",
        )

    # 5.95 fen, then half of what is left: 0.5; together 6.45 fen
    assert with_rule("half_up", "layer") == {"pool": 6, "serious_illness": 1}
    assert with_rule("half_up", "total") == {"pool": 6, "serious_illness": 0}
    assert with_rule("down", "total") == {"pool": 5, "serious_illness": 1}  # 5.95 + 1 = 6.95: 6
    assert with_rule("up", "total") == {"pool": 6, "serious_illness": 1}  # 6.45: 7
    assert with_rule("up", "layer") == {"pool": 6, "serious_illness": 1}


def fen_sum(first: str, second: str) -> str:
    """Add two amounts in yuan."""
    total = fen(first) + fen(second)
    return f"{total // 100}.{total % 100:02d}"


def test_shape_67_what_holds_for_every_region() -> None:
    policy = region("""
    order: {funds: [hospital, pool, large_sum], source: CASE}
    marks: {stent: {zh: 支架, en: stent, apart: yes}}
    layers:
    - {id: excess, fund: hospital, deductible: {counted: each, rows: [{amount: 90000}]},
        ratios: {rows: [{ratio: 100%}]}}
    - id: stay
      fund: pool
      deductible: {counted: yearly, counter: d, rows: [{amount: 1000}]}
      ratios: {rows: [{ratio: 80%}], adjust: [{standing: referred, points: -10},
          {standing: temporary, points: -20}]}
      caps: [{on: payment, counted: monthly, counter: m, rows: [{amount: 40000}]}]
    - {id: stent, fund: pool, base: [stent], ratios: {rows: [{ratio: 70%}]}}
    - {id: large, fund: large_sum, base: [over_cap], ratios: {rows: [{ratio: 85%}]}}
    """)
    # a better filing never lowers the fund; `ask` demands payers that add up, none negative
    amounts = [
        [
            funds(policy, yuan, marks={"stent": yuan // 10}, **where)
            for where in (LONG_TERM, REFERRED, TEMPORARY)
        ]
        for yuan in (10, 999, 1_000, 20_000, 89_999, 150_000)
    ]
    assert all(better >= worse for row in amounts for better, worse in pairwise(row))
    # a reversal takes back exactly what was counted
    found = ask(policy, 20_000)
    again = ask(policy, 20_000, earlier={"d": 1_000, "m@2026-11": 15_200, "stays": 1})
    assert dict(found.counters) == {"d": fen(1_000), "m@2026-11": fen(15_200), "stays": 1}
    assert again.fund_total_fen == fen(16_000)

"""Shapes 52-59: serious illness and assistance."""

from __future__ import annotations

import pytest

from tests.domain.policy.shapes.region import (
    REFERRED,
    UNFILED,
    ask,
    fen,
    funds,
    open_questions,
    paid,
    refused,
    region,
)
from yidi.domain.policy.policy import Policy

POOR = (
    "groups: {category: {poor: {codes: ['2303'], zh: 低保, en: poor, source: CASE},"
    " margin: {codes: ['236074'], zh: 边缘, en: margin, source: CASE}}}"
)
DECIDED = "base: [in_scope, deductible, over_cap]\n      leaves_out: [first_self]"


def serious(layer: str, more: str = "") -> Policy:
    """A resident scheme in which only serious-illness insurance (and what follows it) pays."""
    return region(
        f"""
    {more}
    layers:
    - id: serious
      fund: serious_illness
      {DECIDED}
      {layer}
    """,
        "390",
    )


@pytest.mark.parametrize(
    ("measured", "pays"),
    # 60,000 of own cost, 20,000 deductible, 50 % to 30,000, then 60 %
    [("with_deductible", 23_000), ("above_deductible", 21_000)],
)
def test_shape_52_bands_from_zero_or_from_the_deductible_shandong_beihai(measured: str, pays: int) -> None:
    policy = serious(
        "deductible: {counted: yearly, counter: serious.deductible, rows: [{amount: 20000}]}\n"
        f"      ratios: {{counted: yearly, counter: serious.above, measured: {measured}, "
        f"rows: [{{bands: [[30000, 50%], [none, 60%]]}}]}}"
    )
    assert funds(policy, 60_000) == fen(pays)


def test_shape_52_five_points_more_for_each_further_hundred_thousand_zongyang() -> None:
    policy = serious(
        "deductible: {counted: each, rows: [{amount: 20000}]}\n"
        "      ratios: {counted: each, measured: above_deductible, rows: [{bands: [[50000, 40%], "
        "[100000, 50%], [200000, 60%],"
        " [300000, 65%], [400000, 70%], [500000, 75%], [none, 80%]]}]}"
    )
    # 220,000 above: 20,000 + 25,000 + 60,000 + 13,000
    assert funds(policy, 240_000) == fen(118_000)


def test_shape_52_defined_by_disease_and_settled_per_stay_over_the_year_shanghai_hubei() -> None:
    policy = serious(
        "when: {facts: {listed: yes}}\n"
        "      deductible: {counted: yearly, counter: serious.deductible, rows: [{amount: 12000}]}\n"
        "      ratios: {counted: yearly, counter: serious.above, measured: above_deductible, "
        "rows: [{bands: [[18000, 60%], [none, 65%]]}]}",
        "facts: {listed: {answers: [yes, no], not_said: no, zh: 大病病种, en: listed disease}}",
    )
    first = ask(policy, 20_000, facts={"listed": "yes"})
    assert first.fund_total_fen == fen(4_800)  # 8,000 at 60 %
    year = {"serious.deductible": 12_000, "serious.above": 8_000}
    # 10,000 more at 60 %, then 10,000 at 65 %
    assert funds(policy, 20_000, facts={"listed": "yes"}, earlier=year) == fen(12_500)
    assert funds(policy, 20_000) == 0


def test_shape_53_what_enters_the_serious_illness_base_has_no_default_guangzhou_qingyuan() -> None:
    text = """
    order: {{funds: [pool, serious_illness], source: CASE}}
    layers:
    - id: stay
      fund: pool
      deductible: {{counted: each, rows: [{{amount: 1000}}]}}
      ratios: {{rows: [{{ratio: 50%}}]}}
      caps: [{{on: payment, counted: yearly, counter: pool, rows: [{{amount: 20000}}]}}]
    - {{id: serious, fund: serious_illness, {base}, ratios: {{rows: [{{ratio: 60%}}]}}}}
    """
    questions = open_questions(text.format(base="base: [in_scope]"), "390")
    assert len(questions) == 3
    assert all("enter the base" in each for each in questions)
    # 61,000 in scope, 2,000 first self: deductible 1,000, 40,000 carried the cap, 20,000 above it, own 20,000
    out = region(text.format(base="base: [in_scope], leaves_out: [deductible, first_self, over_cap]"), "390")
    assert paid(out, 61_000, first_self=2_000)["serious_illness"] == fen(12_000)
    all_in = region(text.format(base="base: [in_scope, deductible, first_self, over_cap]"), "390")
    assert paid(all_in, 61_000, first_self=2_000)["serious_illness"] == fen(25_800)
    said = "base: [in_scope, deductible, over_cap], undecided: {first_self: no source says}"
    silent = region(text.format(base=said), "390")
    assert paid(silent, 61_000)["serious_illness"] == fen(24_600)
    assert refused(silent, 61_000, first_self=2_000) == ["POLICY-03 serious.undecided.first_self"]


def test_shape_53_one_ratio_below_and_another_above_the_cap_guangzhou_residents() -> None:
    policy = region(
        """
    order: {funds: [pool, serious_illness], source: CASE}
    layers:
    - {id: stay, fund: pool, ratios: {rows: [{ratio: 50%}]}, caps: [{on: payment, counted: yearly,
        counter: pool, rows: [{amount: 30000}]}]}
    - {id: above, fund: serious_illness, base: [over_cap], leaves_out: [deductible, first_self],
        ratios: {rows: [{ratio: 90%}]}}
    - id: below
      fund: serious_illness
      base: [in_scope]
      leaves_out: [deductible, first_self, over_cap]
      deductible: {counted: yearly, counter: below, rows: [{amount: 18000}]}
      ratios: {rows: [{ratio: 60%}]}
    """,
        "390",
    )
    # 70,000: the cap was carried by 60,000; 10,000 above at 90 %; 30,000 own less 18,000 at 60 %
    assert paid(policy, 70_000)["serious_illness"] == fen(9_000) + fen(7_200)


def test_shape_54_the_needy_have_half_the_deductible_five_points_more_and_no_cap_hainan_hunan() -> None:
    policy = serious(
        "deductible: {counted: yearly, counter: d, rows: [{category: [none, other, margin], "
        "amount: 16000}, {category: poor, amount: 16000}], adjust: [{category: poor, factor: 50%}]}\n"
        "      ratios: {rows: [{ratio: 60%}], adjust: [{category: poor, points: +5}]}\n"
        "      caps: [{on: payment, counted: yearly, counter: c, rows: [{category: poor, "
        "amount: none}, {category: [none, other, margin], amount: 100000}]}]",
        POOR,
    )
    assert funds(policy, 26_000) == fen(6_000)
    assert funds(policy, 28_000, assistance_category="2303") == fen(13_000)
    assert funds(policy, 400_000) == fen(100_000)
    assert funds(policy, 408_000, assistance_category="2303") == fen(260_000)


def test_shape_55_a_fourth_layer_for_the_poor_with_its_own_bands_zhengzhou() -> None:
    policy = region(
        f"""
    {POOR}
    order: {{funds: [serious_illness, other], source: CASE}}
    layers:
    - {{id: serious, fund: serious_illness, base: [in_scope, deductible, over_cap],
        leaves_out: [first_self], deductible: {{counted: each, rows: [{{amount: 10000}}]}},
            ratios: {{rows: [{{ratio: 50%}}]}}}}
    - id: poor
      fund: other
      when: {{category: poor}}
      deductible: {{counted: yearly, counter: fourth, rows: [{{amount: 3000}}]}}
      ratios:
        counted: yearly
        counter: fourth.cost
        measured: with_deductible
        rows: [{{bands: [[5000, 30%], [10000, 40%], [15000, 50%], [50000, 80%], [none, 90%]]}}]
    """,
        "390",
    )
    # 40,000: serious 15,000; of 25,000 left: 2,000 at 30 %, 5,000 at 40 %, 5,000 at 50 %, 10,000 at 80 %
    assert paid(policy, 40_000, assistance_category="2303") == {
        "serious_illness": fen(15_000),
        "other": fen(13_100),
    }
    assert paid(policy, 40_000) == {"serious_illness": fen(15_000)}


def test_shape_56_unlimited_beijing_hefei() -> None:
    policy = serious(
        "ratios: {rows: [{ratio: 60%}]}\n      caps: [{on: payment, counted: yearly, counter: c, "
        "rows: [{amount: none}]}]"
    )
    found = ask(policy, 10_000_000)
    assert (found.fund_total_fen, found.shares[0].room_fen) == (fen(6_000_000), -1)


def test_shape_57_continuous_and_zero_claim_years_raise_the_cap_and_missed_years_make_one_wait() -> None:
    policy = serious(
        "ratios: {rows: [{facts: {waited: 3+}, ratio: 100%}, {facts: {waited: 0-2}, ratio: 0%}]}\n"
        "      caps: [{on: payment, counted: yearly, counter: c, rows: [{amount: 100000}], adjust:"
        " [{add: 3800, per: continuous_years, over: 4}, {add: 1000, per: zero_claim_years}, "
        "{ceiling_factor: 120%}]}]",
        "facts:\n"
        "      continuous_years: {to: 60, not_said: 0, zh: 连续参保年数, en: continuous years}\n"
        "      zero_claim_years: {to: 60, not_said: 0, zh: 零报销年数, en: zero-claim years}\n"
        "      months: {to: 600, not_said: 99, zh: 参保月数, en: months enrolled}\n"
        "      missed: {to: 60, not_said: 0, zh: 断保年数, en: missed years}\n"
        "      waited: {sum: {months: 1, missed: -1}, to: 600, zh: 等待期后月数, en: months waited}",
    )
    caps = [
        funds(policy, 500_000, facts={"continuous_years": years, "zero_claim_years": zero})
        for years, zero in ((4, 0), (5, 0), (6, 2), (20, 0))
    ]
    assert caps == [fen(100_000), fen(103_800), fen(109_600), fen(120_000)]
    # three months, and one more for each missed year
    assert funds(policy, 100, facts={"months": 3}) == fen(100)
    assert funds(policy, 100, facts={"months": 2}) == 0
    assert funds(policy, 100, facts={"months": 4, "missed": 2}) == 0
    assert funds(policy, 100, facts={"months": 5, "missed": 2}) == fen(100)
    assert funds(policy, 100, facts={"months": 1, "missed": 9}) == 0


def assisted(layer: str, more: str = POOR) -> Policy:
    """A resident scheme whose serious-illness insurance is followed by assistance."""
    return region(
        f"""
    {more}
    order: {{funds: [serious_illness, assistance], source: CASE}}
    layers:
    - id: serious
      fund: serious_illness
      {DECIDED}
      deductible: {{counted: yearly, counter: serious.deductible, rows: [{{amount: 14000}}]}}
      ratios: {{rows: [{{ratio: 60%}}]}}
    {layer}
    """,
        "390",
    )


def test_shape_58_assistance_by_category_on_what_is_left_jiangyin_yubei() -> None:
    policy = assisted(f"""- id: assistance
      fund: assistance
      when: {{category: [poor, margin]}}
      {DECIDED}
      deductible: {{counted: yearly, counter: a, rows: [{{category: poor, amount: 0}},
          {{category: margin, amount: 3000}}, {{category: [none, other], amount: none}}]}}
      ratios: {{counted: each, measured: above_deductible, rows: [{{category: poor, bands: [[5000,
          70%], [none, 80%]]}}, {{category: margin, ratio: 70%}}, {{category: [none, other], ratio: 0%}}]}}
    """)
    # 24,000: serious 6,000, left 18,000: poor 5,000 at 70 % + 13,000 at 80 %; margin 15,000 at 70 %
    assert paid(policy, 24_000, assistance_category="2303") == {
        "serious_illness": fen(6_000),
        "assistance": fen(13_900),
    }
    assert paid(policy, 24_000, assistance_category="236074")["assistance"] == fen(10_500)
    assert paid(policy, 24_000) == {"serious_illness": fen(6_000)}


def test_shape_58_two_caps_by_whether_the_serious_deductible_is_passed_pingli() -> None:
    layer = """- id: {name}
      fund: assistance
      base: [in_scope, deductible, over_cap]
      leaves_out: [first_self]
      only_if: {rule}
      ratios: {{rows: [{{ratio: 70%}}]}}
      caps: [{{on: payment, counted: yearly, counter: a, rows: [{{amount: {cap}}}]}}]
    """
    policy = assisted(
        layer.format(name="below", rule="{counter: serious.deductible, below: 14000}", cap=5_000)
        + layer.format(name="above", rule="{counter: serious.deductible, at_least: 14000}", cap=20_000)
    )
    # this visit counts: one fen below the deductible the lower cap holds
    assert paid(policy, "13999.99")["assistance"] == fen(5_000)
    assert paid(policy, 14_000)["assistance"] == fen(9_800)
    assert paid(policy, 2_000, earlier={"serious.deductible": 12_000})["assistance"] == fen(1_400)


def test_shape_58_lump_sums_and_the_year_end_share_above_a_tenth_of_the_cost_jinzhai_jiangyin() -> None:
    lump = assisted(f"""- id: lump
      fund: assistance
      {DECIDED}
      deductible: {{counted: each, rows: [{{amount: 10000}}]}}
      lump: {{source: CASE, rows: [{{category: poor, amount: 5000}}, {{category: [none, other,
          margin], amount: 2000}}]}}
      ratios: {{rows: [{{ratio: 100%}}]}}
    """)
    assert "assistance" not in paid(lump, "9999.99")
    assert paid(lump, 10_000)["assistance"] == fen(2_000)
    assert paid(lump, 10_000, assistance_category="2303")["assistance"] == fen(5_000)
    year_end = assisted(f"""- id: tenth
      fund: assistance
      when: {{category: poor}}
      {DECIDED}
      deductible: {{counted: each, rows: [{{share: 10%, of: in_scope}}]}}
      ratios: {{rows: [{{ratio: 100%}}]}}
    """)
    # 24,000: serious 6,000; of 18,000 left what exceeds 2,400
    assert paid(year_end, 24_000, assistance_category="2303")["assistance"] == fen(15_600)


def test_shape_59_tilted_assistance_only_after_a_proper_referral_yubei() -> None:
    policy = assisted(f"""- id: tilted
      fund: assistance
      when: {{category: poor, standing: [local, long_term, referred, emergency]}}
      {DECIDED}
      deductible: {{counted: yearly, counter: tilted, rows: [{{amount: 3000}}]}}
      ratios: {{rows: [{{ratio: 60%}}]}}
      caps: [{{on: payment, counted: yearly, counter: tilted.paid, rows: [{{amount: 20000}}]}}]
    """)
    need = {"assistance_category": "2303"}
    assert paid(policy, 13_000, **need) == {"serious_illness": 0, "assistance": fen(6_000)}
    assert paid(policy, 13_000, **need, **REFERRED)["assistance"] == fen(6_000)
    assert "assistance" not in paid(policy, 13_000, **need, **UNFILED)
    assert paid(policy, 200_000, **need)["assistance"] == fen(20_000)

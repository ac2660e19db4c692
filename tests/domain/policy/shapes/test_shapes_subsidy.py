"""Shapes 60-62: the civil servants' subsidy, the personal account, a city's own plan."""

from __future__ import annotations

from tests.domain.policy.shapes.region import (
    OUTPATIENT,
    ask,
    fen,
    funds,
    open_questions,
    paid,
    refused,
    region,
)


def test_shape_60_civil_servants_subsidy_by_bands_deductible_and_yearly_own_maximum() -> None:
    policy = region("""
    facts: {rank: {answers: [bureau, other], not_said: other, zh: 职级, en: rank}}
    amounts: {year_wage: {zh: 上年工资, en: wage of the year}}
    order: {funds: [pool, civil_servant], source: CASE}
    layers:
    - {id: stay, fund: pool, deductible: {counted: each, rows: [{amount: 1000}]},
        ratios: {rows: [{ratio: 80%}]}}
    - {id: on-deductible, fund: civil_servant, when: {civil_servant: yes}, base: [deductible],
        ratios: {rows: [{ratio: 80%}]}}
    - id: bands
      fund: civil_servant
      when: {civil_servant: yes}
      ratios: {counted: each, measured: above_deductible, rows: [{bands: [[1000, 80%], [2000, 70%],
          [3000, 60%], [none, 50%]]}]}
    - id: own-maximum
      fund: civil_servant
      when: {civil_servant: yes}
      base: [in_scope, deductible]
      deductible: {counted: yearly, counter: own, rows: [{facts: {rank: bureau}, share: 5%,
          of: year_wage}, {facts: {rank: other}, share: 10%, of: year_wage}]}
      ratios: {rows: [{ratio: 100%}]}
    """)
    servant = {"civil_servant": True}
    # 21,000: pool 16,000; deductible 1,000 at 80 %; own 4,000: 800 + 700 + 600 + 500; left 1,400 + 200
    told = {"amounts": {"year_wage": 10_000}}
    assert paid(policy, 21_000, **servant, **told)["civil_servant"] == fen(800 + 2_600 + 600)
    # a bureau rank bears 5 % of the wage only: 500 of the 1,600 left
    assert paid(policy, 21_000, facts={"rank": "bureau"}, **servant, **told)["civil_servant"] == fen(
        800 + 2_600 + 1_100
    )
    assert paid(policy, 21_000, **servant, earlier={"own": 900}, **told)["civil_servant"] == fen(
        800 + 2_600 + 1_500
    )


def test_shape_61_the_account_in_its_sequence_of_balances_shanghai_yangzhou() -> None:
    text = """
    account:
      source: CASE
      sequence:
      - {{balance: current_year, pays: [in_scope], care: [outpatient], first: {first}}}
      - {{balance: earlier_years, pays: [in_scope, deductible], care: [inpatient, outpatient]}}
      - {{balance: family, pays: [in_scope, deductible]}}
    layers:
    - {{id: visit, fund: pool, care: [outpatient], deductible: {{counted: yearly, counter: d,
        rows: [{{amount: 500}}]}}, ratios: {{rows: [{{ratio: 70%}}]}}}}
    - {{id: stay, fund: pool, ratios: {{rows: [{{ratio: 85%}}]}}}}
    """
    told = {"amounts": {"current_year": 300, "earlier_years": 100, "family": 50}}
    before = region(text.format(first="yes"))
    # Shanghai: 300 of the current year, then 500 borne, then 700 at 70 %; earlier years and family after
    found = ask(before, 1_500, **told, **OUTPATIENT)
    assert (found.fund_total_fen, found.account_fen, found.cash_fen) == (fen(490), fen(450), fen(560))
    assert dict(found.accounts) == {"current_year": fen(300), "earlier_years": fen(100), "family": fen(50)}
    # elsewhere the account only pays the person's share: the pool pays 70 % of 1,000
    after = ask(region(text.format(first="no")), 1_500, **told, **OUTPATIENT)
    assert (after.fund_total_fen, after.account_fen) == (fen(700), fen(450))
    stay = ask(before, 1_000, full_self=500, **told)
    # 150 own share from earlier years 100, family 50; what is out of scope stays cash
    assert (dict(stay.accounts), stay.cash_fen) == ({"earlier_years": fen(100), "family": fen(50)}, fen(500))


def test_shape_61_the_own_balance_never_lowers_what_funds_pay_and_may_be_unknown() -> None:
    one = region("""
    account: {pays: [in_scope, deductible], source: CASE, never: [fitness], may_pay: [premiums],
        inflow: [{person: working, what: own contribution}]}
    layers:
    - {id: stay, fund: pool, ratios: {rows: [{ratio: 85%}]}}
    """)
    found = ask(one, 1_000, account=2_760)
    assert (found.fund_total_fen, found.account_fen, found.cash_fen) == (fen(850), fen(150), 0)
    silent = region("""
    account: {unknown: the rules of the account are not published}
    layers:
    - {id: stay, fund: pool, ratios: {rows: [{ratio: 85%}]}}
    """)
    assert funds(silent, 1_000) == fen(850)
    assert refused(silent, 1_000, account=1) == ["POLICY-03 account"]


def test_shape_62_a_commercial_city_plan_on_the_parts_of_the_settlement_sheet_mianyang_weifang() -> None:
    policy = region("""
    order: {funds: [pool, other], source: CASE}
    layers:
    - {id: stay, fund: pool, deductible: {counted: each, rows: [{amount: 800}]},
        ratios: {rows: [{ratio: 80%}]}}
    - id: in-scope-part
      fund: other
      base: [in_scope, deductible, {first_self: 50%}]
      deductible: {counted: yearly, counter: plan.in, rows: [{amount: 5000}]}
      ratios: {rows: [{ratio: 80%}]}
    - id: out-of-scope
      fund: other
      base: [full_self]
      deductible: {counted: yearly, counter: plan.out, rows: [{amount: 20000}]}
      ratios: {rows: [{ratio: 50%}]}
    """)
    # in scope 40,800: pool 32,000; left 8,000 + 800 + half of 4,000 first self = 10,800; above 5,000 at 80 %
    found = paid(policy, 40_800, first_self=4_000, full_self=30_000)
    assert found == {"pool": fen(32_000), "other": fen(4_640) + fen(5_000)}
    (wrong,) = open_questions("""
    layers:
    - {id: stay, fund: pool, base: [full_self], ratios: {rows: [{ratio: 80%}]}}
    """)
    assert "full_self" in wrong

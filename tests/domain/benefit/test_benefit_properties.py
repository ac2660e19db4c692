"""What holds for every benefit of every shipped pack, whatever the bill, the visit and the year before."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.domain.benefit.benefit_cases import policies
from yidi.domain.benefit.kernel import ENDLESS, line, reach, rounding_row
from yidi.domain.benefit.plan import STAYS
from yidi.domain.benefit.settle import benefit, explain
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
from yidi.domain.money import share_fen
from yidi.domain.policy.policy import Policy

_PARTS = st.one_of(st.integers(0, 200), st.integers(0, 100_000_00))
_SOUND = [policy for policy in policies().all() if policy.start >= "2022" or policy.end > "2026"]


@st.composite
def visits(draw: st.DrawFn) -> tuple[Policy, Situation, Bill, dict[str, int], int]:
    """A policy, a visit it knows, a bill, counters of the year, and an account balance."""
    policy = draw(st.sampled_from(_SOUND))
    answers = policy.answers
    situation = Situation(
        scheme=policy.scheme,
        person_class=PersonClass(draw(st.sampled_from(answers.domains["person"]))),
        age=draw(st.integers(0, 110)),
        level=draw(st.integers(1, 3)),
        level_grade=draw(st.sampled_from(["A", "B", "C", ""])),
        institution_kind=draw(st.sampled_from(["hospital", "primary", "tcm", "pharmacy"])),
        care_kind=draw(st.sampled_from(CareKind)),
        place=draw(st.sampled_from(Place)),
        standing=draw(st.sampled_from(Standing)),
        chronic_code=draw(st.sampled_from(["", "M00500", "M03900"])),
        stay_number=draw(st.integers(1, 9)),
        contracted_primary=draw(st.booleans()),
        civil_servant=draw(st.booleans()),
        assistance_category=draw(st.sampled_from(["", "2303", "2304", "236074", "7"])),
        plan_tier=draw(st.sampled_from(("", *(t for t in answers.domains["tier"] if t != "none")))),
        on=policy.start,
    )
    parts = [draw(_PARTS) for _ in range(4)]
    counted = {cap.counter for layer in policy.terms.layers for cap in layer.caps}
    counted |= {layer.ratios.counter for layer in policy.terms.layers}
    counted |= {layer.deductible.counter for layer in policy.terms.layers if layer.deductible}
    counters = {
        name: draw(st.integers(0, 600_000_00)) for name in sorted(counted - {""}) if draw(st.booleans())
    }
    return policy, situation, Bill(sum(parts), *parts), counters, draw(st.integers(-5, 5_000_00))


def paid(found: Benefit | tuple[object, ...]) -> Benefit | None:
    """The benefit; None for a visit the policy refuses because a figure is unknown."""
    return found if isinstance(found, Benefit) else None


@given(visits())
def test_total_is_funds_and_person_and_nobody_pays_a_negative_amount(
    visit: tuple[Policy, Situation, Bill, dict[str, int], int],
) -> None:
    policy, situation, bill, counters, balance = visit
    found = paid(benefit(policy, situation, bill, counters, balance, use_account=True))
    if found is None:
        return
    assert bill.total_fen == found.fund_total_fen + found.person_total_fen + found.hospital_fen
    assert found.person_total_fen == found.account_fen + found.cash_fen
    assert found.fund_total_fen == sum(share.paid_fen for share in found.shares)
    assert min(found.fund_total_fen, found.account_fen, found.cash_fen, found.deductible_fen) >= 0
    assert all(share.paid_fen >= 0 for share in found.shares)
    assert found.fund_total_fen <= bill.total_fen - bill.full_self_fen
    assert found.account_fen <= max(balance, 0)
    assert found.deductible_fen <= bill.in_scope_fen


@given(visits())
def test_no_fund_pays_twice_and_each_later_one_looks_at_what_is_left(
    visit: tuple[Policy, Situation, Bill, dict[str, int], int],
) -> None:
    policy, situation, bill, counters, _ = visit
    found = paid(benefit(policy, situation, bill, counters))
    if found is None:
        return
    left = bill.total_fen
    for share in found.shares:
        assert share.base_fen <= left
        left -= share.paid_fen
    assert len({share.fund for share in found.shares}) == len(found.shares)


@given(visits())
def test_the_explanation_changes_no_figure_and_its_steps_add_up(
    visit: tuple[Policy, Situation, Bill, dict[str, int], int],
) -> None:
    policy, situation, bill, counters, balance = visit
    plain = paid(benefit(policy, situation, bill, counters, balance, use_account=True))
    told = paid(explain(policy, situation, bill, counters, balance, use_account=True))
    if plain is None or told is None:
        assert plain is told
        return
    figures = [name for name in Benefit.__struct_fields__ if name != "steps"]
    assert [getattr(plain, name) for name in figures] == [getattr(told, name) for name in figures]
    by_layer: dict[str, int] = {}
    for step in told.steps:
        layer, _, what = step.rule.rpartition(".")
        if what.startswith("band"):
            by_layer[layer] = by_layer.get(layer, 0) + step.result_fen
        elif what in ("rounded", "cap"):
            by_layer[layer] = step.result_fen
    assert sum(by_layer.values()) == told.fund_total_fen + told.hospital_fen
    assert told.steps[-1].result_fen == told.cash_fen


@given(visits())
def test_a_reversal_restores_every_counter(
    visit: tuple[Policy, Situation, Bill, dict[str, int], int],
) -> None:
    policy, situation, bill, counters, _ = visit
    found = paid(benefit(policy, situation, bill, counters))
    if found is None:
        return
    year = dict(counters)
    for sign in (1, -1):
        for name, amount in found.counters:
            year[name] = year.get(name, 0) + sign * amount
    assert {name: amount for name, amount in year.items() if amount} == {
        name: amount for name, amount in counters.items() if amount
    }
    assert all(amount > 0 for _, amount in found.counters)
    assert (STAYS in dict(found.counters)) == (situation.care_kind == CareKind.INPATIENT)


@given(visits())
def test_a_better_filing_never_lowers_what_the_funds_pay(
    visit: tuple[Policy, Situation, Bill, dict[str, int], int],
) -> None:
    policy, situation, bill, _, _ = visit
    order = (Standing.LONG_TERM, Standing.REFERRED, Standing.TEMPORARY, Standing.UNFILED)
    away = replace(situation, place=Place.OTHER_PROVINCE)
    answers = [paid(benefit(policy, replace(away, standing=each), bill, {})) for each in order]
    funds = [found.fund_total_fen for found in answers if found is not None]
    # one fen of rounding for each layer that pays on what another left
    assert all(better >= worse - 4 for better, worse in pairwise(funds))


@given(visits(), st.integers(1, 100_000_00))
def test_a_larger_bill_never_means_less_from_the_funds(
    visit: tuple[Policy, Situation, Bill, dict[str, int], int], more: int
) -> None:
    policy, situation, bill, counters, _ = visit
    larger = Bill(
        bill.total_fen + more,
        bill.full_self_fen,
        bill.over_limit_fen,
        bill.first_self_fen,
        bill.in_scope_fen + more,
    )
    less, greater = (paid(benefit(policy, situation, each, counters)) for each in (bill, larger))
    if less is not None and greater is not None:
        # one fen of rounding for each band and layer that another cut may shift
        assert greater.fund_total_fen >= less.fund_total_fen - 8


@given(
    st.lists(st.tuples(st.integers(1, 50_000_00), st.integers(0, 10_000)), min_size=1, max_size=6), st.data()
)
def test_a_line_pays_the_same_in_one_stay_as_in_many_but_for_rounding(
    steps: list[tuple[int, int]], data: st.DataObject
) -> None:
    ends, at = [], 0
    for width, ratio in steps:
        at += width
        ends.append((at, ratio))
    bands = (*ends, (ENDLESS, data.draw(st.integers(0, 10_000))))
    cuts = sorted(data.draw(st.lists(st.integers(0, at * 2), min_size=2, max_size=8)))
    rounding = rounding_row("half_up", "tier")
    whole = line(bands, cuts[0], cuts[-1], rounding)
    parts = sum(line(bands, a, b, rounding) for a, b in pairwise(cuts))
    assert abs(whole - parts) <= len(cuts) + len(bands)


@given(st.integers(0, 10**9), st.integers(1, 10_000), st.integers(0, 10**9))
def test_the_cost_that_carried_a_cap_pays_exactly_the_cap(length: int, ratio: int, room: int) -> None:
    bands = ((ENDLESS, ratio),)
    stop = reach(bands, 0, length, room)
    pays = line(bands, 0, stop, rounding_row("half_up", "tier"))
    assert stop <= length
    assert pays == min(room, share_fen(length, ratio)) or abs(pays - room) <= 1


def test_rounding_per_layer_and_per_tier_differ_where_two_halves_meet() -> None:
    bands = ((1, 5_000), (ENDLESS, 5_000))
    assert line(bands, 0, 2, rounding_row("half_up", "tier")) == 2
    assert line(bands, 0, 2, rounding_row("half_up", "layer")) == 1
    assert line(bands, 0, 2, rounding_row("down", "tier")) == 0
    assert line(bands, 0, 3, rounding_row("up", "layer")) == 2


def test_every_fund_has_a_place_in_the_order_of_every_policy() -> None:
    for policy in policies().all():
        funds = [ready.layer.fund for ready in policy.layers]
        assert funds == sorted(funds, key=policy.order.index)
        assert set(funds) <= set(Fund)

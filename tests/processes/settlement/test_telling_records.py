"""Records of person, institution and filing answer what a pack asks; what they leave open is said."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import HOME, HOME_CITY, HOME_HOSPITAL, designate, filing, relation
from tests.domain.policy.shapes.inline import inline_policies
from tests.domain.policy.shapes.region import pack_of
from tests.processes.settlement.counter import Counter
from yidi.domain.policy.policy import Policies
from yidi.processes.enrolment.commands import NewMark
from yidi.processes.filing.records import Category
from yidi.processes.ports.deciding import Refused
from yidi.processes.settlement.commands import Settled
from yidi.processes.settlement.records import AccumulatorEntry


def policies(fact: str, layer: str = "") -> Policies:
    """A home area that pays 80 % of a stay, and 5 points more where the answer is yes."""
    text = f"""
    facts: {{special: {{zh: 特例, en: the special case, answers: [yes, no], not_said: no, {fact}}}}}
    layers:
    - id: stay
      fund: pool
      ratios: {{rows: [{{ratio: 80%}}], adjust: [{{facts: {{special: yes}}, points: +5}}]}}
    {layer}
    """
    found, faults = inline_policies({**pack_of(text), "area": HOME_CITY}, "records")
    assert [fault.refusal.cause_en for fault in faults if not fault.warning] == []
    return found


def stay(counter: Counter, **given: Any) -> Settled:
    """A settled stay of 1,000 yuan at home."""
    visit_id = counter.discharged(1_000_00, **given)
    return counter.settled_now(visit_id, 1_000_00, inpatient=True)


def assumed(found: Settled) -> list[str]:
    """What the statement says was taken for granted, in English."""
    return [step.text_en for step in found.steps if step.rule.startswith("assumed.")]


@pytest.mark.parametrize(
    ("marks", "paid_yuan", "said"),
    [
        ((NewMark("6008", "2020-01-01"),), 850, []),
        ((NewMark("6008", "2020-01-01", "", "2025-01-01"),), 800, ["The special case: not on record"]),
        ((), 800, ["The special case: not on record"]),
    ],
)
def test_a_special_identity_in_force_answers_and_none_on_record_is_said(
    marks: tuple[NewMark, ...], paid_yuan: int, said: list[str]
) -> None:
    packs = policies("known_from: identity, codes: ['6008']")
    found = stay(Counter(HOME_HOSPITAL, packs=packs, marks=marks))
    assert found.fund_fen == paid_yuan * 100
    assert [each.partition(",")[0] for each in assumed(found)] == said


def test_what_the_care_place_has_on_record_of_an_institution_answers() -> None:
    packs = policies("known_from: trait, codes: [provincial], asked_of: care_place")
    counter = Counter(HOME_HOSPITAL, packs=packs)
    nothing = stay(counter)
    (said,) = assumed(nothing)
    assert said.startswith("The special case: not on record, taken as “no”")
    assert said.endswith("the agency of the care place can tell it.")
    counter.world.ask(designate(HOME_HOSPITAL, msgid="city", traits=("municipal",)))
    city = stay(counter)
    counter.world.ask(designate(HOME_HOSPITAL, msgid="province", traits=("provincial", "psychiatric")))
    province = stay(counter)
    assert [each.fund_fen for each in (nothing, city, province)] == [800_00, 800_00, 850_00]
    assert assumed(city) == assumed(province) == []


def test_a_special_hospital_of_level_three_is_told_by_its_grade() -> None:
    packs = policies("known_from: trait, codes: [special]")
    counter = Counter(HOME_HOSPITAL, packs=packs)
    counter.world.ask(designate(HOME_HOSPITAL, msgid="special", grade="01"))
    assert stay(counter).fund_fen == 850_00


def test_a_trait_nobody_knows_is_refused() -> None:
    reply = Counter(HOME_HOSPITAL).world.ask(designate(HOME_HOSPITAL, msgid="odd", traits=("famous",)))
    assert isinstance(reply, Refused)
    assert "traits" in [finding.field for finding in reply.refusals]


def test_a_referral_on_record_answers_and_its_absence_is_said() -> None:
    packs = policies("known_from: referral, asked_of: institution")
    counter = Counter(HOME_HOSPITAL, packs=packs)
    assert len(assumed(stay(counter))) == 1
    counter.world.add(filing(category=Category.REFERRED, care_area=HOME_CITY))
    found = stay(counter)
    assert (found.fund_fen, assumed(found)) == (850_00, [])


@pytest.mark.parametrize(("days_between", "paid_yuan"), [(0, 850), (1, 850), (2, 800)])
def test_a_stay_that_begins_within_a_day_of_another_is_a_transfer(days_between: int, paid_yuan: int) -> None:
    counter = Counter(HOME_HOSPITAL, packs=policies("known_from: transfer"))
    assert stay(counter).fund_fen == 800_00
    counter.world.passes(days=days_between)
    visit_id = counter.stay(started_at=f"{counter.world.today} 08:00:00")
    counter.charge(visit_id, 1_000_00, inpatient=True)
    counter.discharge(visit_id)
    found = counter.settled_now(visit_id, 1_000_00, inpatient=True)
    assert (found.fund_fen, assumed(found)) == (paid_yuan * 100, [])


def test_the_disease_of_a_visit_answers_by_its_code() -> None:
    packs = policies("known_from: diagnosis, codes: [F, A15]")
    counter = Counter(HOME_HOSPITAL, packs=packs)
    grave, plain = stay(counter, disease_code="F20.0"), stay(counter, disease_code="J18.9")
    assert (grave.fund_fen, plain.fund_fen) == (850_00, 800_00)
    assert assumed(grave) == assumed(plain) == []


def test_a_number_is_read_off_the_level_of_an_identity() -> None:
    text = """
    facts:
      missing: {zh: 缺缴, en: years missing, to: 30, not_said: 0, known_from: identity, codes: ['606003']}
    layers:
    - {id: stay, fund: pool, ratios: {rows: [{ratio: 80%}], adjust: [{points: -3, per: missing}]}}
    """
    packs, _ = inline_policies({**pack_of(text), "area": HOME_CITY}, "records")
    marks = (NewMark("606003", "2020-01-01", "5"),)
    assert stay(Counter(HOME_HOSPITAL, packs=packs, marks=marks)).fund_fen == 650_00
    silent = stay(Counter(HOME_HOSPITAL, packs=packs))
    assert (silent.fund_fen, len(assumed(silent))) == (800_00, 1)


def test_an_answer_that_decides_nothing_of_a_visit_is_not_mentioned() -> None:
    packs = policies("known_from: identity, codes: ['6008']")
    text = """
    facts: {special: {zh: 特例, en: the special case, answers: [yes, no], not_said: no}}
    layers:
    - id: stay
      fund: pool
      ratios: {rows: [{ratio: 80%}], adjust: [{facts: {special: yes}, level: 1, points: +5}]}
    """
    elsewhere, _ = inline_policies({**pack_of(text), "area": HOME_CITY}, "records")
    assert assumed(stay(Counter(HOME_HOSPITAL, packs=packs))) != []
    assert assumed(stay(Counter(HOME_HOSPITAL, packs=elsewhere))) == []


@pytest.mark.parametrize(("spent_yuan", "paid_yuan"), [(0, 500), (60, 440), (300, 200)])
def test_what_last_year_left_adds_to_this_years_cap(spent_yuan: int, paid_yuan: int) -> None:
    counter = carrying("2015-01-01")
    if spent_yuan:
        year, at = "2025", "2025-08-01T00:00:00.000000Z"
        entry = AccumulatorEntry(HOME, "P1", year, "S-2025", "outpatient.paid", spent_yuan * 100, at)
        counter.world.add(entry)
    assert stay(counter).fund_fen == paid_yuan * 100


def test_nothing_carries_over_for_who_was_not_insured_last_year() -> None:
    counter = carrying("2026-01-01")
    assert stay(counter).fund_fen == 200_00


def carrying(start: str) -> Counter:
    """An area that pays stays up to 200 yuan a year and what last year left of 300 for outpatient care."""
    text = """
    amounts: {left: {zh: 结余, en: left over, left_of: {counter: outpatient.paid, amount: 300, source: CASE}}}
    layers:
    - id: stay
      fund: pool
      ratios: {rows: [{ratio: 100%}]}
      caps:
      - on: payment
        counted: yearly
        counter: stay.paid
        rows: [{amount: 200}]
        adjust: [{add_amount: left}]
    - id: outpatient
      fund: pool
      care: [outpatient]
      ratios: {rows: [{ratio: 50%}]}
      caps: [{on: payment, counted: yearly, counter: outpatient.paid, rows: [{amount: 300}]}]
    """
    packs, faults = inline_policies({**pack_of(text), "area": HOME_CITY}, "carrying")
    assert [fault.refusal.cause_en for fault in faults if not fault.warning] == []
    return Counter(HOME_HOSPITAL, packs=packs, relations=(relation(start=start),))

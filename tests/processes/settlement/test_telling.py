"""What a pack asks of its own is told by the insured place that has it stored; else it is said who must."""

from __future__ import annotations

import pytest

from tests.builders import HOME_CITY, HOME_HOSPITAL, OTHER_HOSPITAL, designate, relation
from tests.domain.policy.shapes.inline import inline_policies
from tests.domain.policy.shapes.region import pack_of
from tests.processes.settlement.counter import Counter
from yidi.domain.policy.policy import Policies
from yidi.processes.ports.deciding import Refused
from yidi.processes.settlement.derivation import derive_again
from yidi.processes.settlement.records import Settlement


def policies(facts: str, adjust: str) -> Policies:
    """A home area whose deductible of 1,000 depends on a fact of its own; it pays all above."""
    text = f"""
    facts: {{{facts}}}
    layers:
    - id: stay
      fund: pool
      deductible: {{counted: each, rows: [{{amount: 1000}}], adjust: [{adjust}]}}
      ratios: {{rows: [{{ratio: 100%}}]}}
    """
    found, faults = inline_policies({**pack_of(text), "area": HOME_CITY}, "telling")
    assert [fault.refusal.cause_en for fault in faults if not fault.warning] == []
    return found


def deductible(counter: Counter, days: int = 3, **given: str) -> int:
    """What a stay of so many days at the hospital at home is charged first, in yuan."""
    visit_id = counter.stay(started_at=f"{counter.world.today} 08:00:00", **given)
    counter.charge(visit_id, 9_000_00, inpatient=True)
    counter.world.passes(days=days)
    counter.discharge(visit_id)
    settled = counter.settled_now(visit_id, 9_000_00, inpatient=True)
    return settled.deductible_fen // 100


@pytest.mark.parametrize(("days", "charged"), [(90, 1_000), (91, 2_000), (181, 3_000)])
def test_a_stay_of_more_than_ninety_days_opens_a_new_deductible(days: int, charged: int) -> None:
    packs = policies(
        "stay_days: {zh: 住院天数, en: days, to: 999, known_from: stay_days}",
        "{times: stay_days, each: 90, rounded: up}",
    )
    assert deductible(Counter(HOME_HOSPITAL, packs=packs), days) == charged


@pytest.mark.parametrize(("start", "charged"), [("2025-10-01", 1_500), ("2025-09-01", 1_000)])
def test_the_months_insured_are_counted_from_the_relation_in_force(start: str, charged: int) -> None:
    packs = policies(
        "months: {zh: 参保月数, en: months insured, to: 600, known_from: insured_months}",
        "{facts: {months: 0-5}, add: 500}",
    )
    counter = Counter(HOME_HOSPITAL, packs=packs, relations=(relation(start=start),))
    assert counter.world.today == "2026-03-02"
    assert deductible(counter) == charged


def test_a_number_may_be_asked_as_yes_or_no() -> None:
    packs = policies(
        "new: {zh: 新参保, en: new, answers: [yes, no], known_from: insured_months, below: 12}",
        "{facts: {new: yes}, add: 500}",
    )
    fresh = Counter(HOME_HOSPITAL, packs=packs, relations=(relation(start="2025-06-01"),))
    assert (deductible(fresh), deductible(Counter(HOME_HOSPITAL, packs=packs))) == (1_500, 1_000)


def test_a_later_stay_at_the_same_level_is_known_from_the_settled_ones() -> None:
    packs = policies(
        "again: {zh: 同级别再次住院, en: again, answers: [yes, no], known_from: same_level_again}",
        "{facts: {again: yes}, factor: 50%}",
    )
    counter = Counter(HOME_HOSPITAL, packs=packs)
    counter.world.ask(designate(HOME_HOSPITAL, msgid="level-2", grade="5"))
    assert deductible(counter) == 1_000
    assert deductible(counter) == 500
    counter.world.ask(designate(HOME_HOSPITAL, msgid="level-3", grade="2"))
    assert deductible(counter) == 1_000


@pytest.mark.parametrize(("codes", "charged"), [("['12']", 1_200), ("['11', '34']", 1_000)])
def test_a_person_type_and_an_institution_are_known_by_their_codes(codes: str, charged: int) -> None:
    packs = policies(
        f"kind: {{zh: 退休, en: retired, answers: [yes, no], known_from: person_type, codes: {codes}}},"
        f" here: {{zh: 本院, en: here, answers: [yes, no], known_from: institution,"
        f" codes: [{OTHER_HOSPITAL}]}}",
        "{facts: {kind: yes}, add: 200}, {facts: {here: yes}, add: 5000}",
    )
    assert deductible(Counter(HOME_HOSPITAL, packs=packs)) == charged


def test_what_nobody_has_stored_is_refused_with_who_must_supply_it() -> None:
    packs = policies(
        "rank: {zh: 职级, en: rank, answers: [high, low], asked_of: insured_place}",
        "{facts: {rank: high}, add: 200}",
    )
    counter = Counter(HOME_HOSPITAL, packs=packs)
    visit_id = counter.discharged(3_000_00)
    reply = counter.settle(visit_id, 3_000_00, inpatient=True)
    assert isinstance(reply, Refused)
    finding = reply.refusals[0]
    assert finding.code == "POLICY-05"
    assert "rank, to be told by the agency of the insured place" in finding.cause_en
    assert "职级，由参保地经办机构提供" in finding.cause_zh


def test_what_was_told_is_stored_with_the_settlement_and_derived_again() -> None:
    packs = policies(
        "stay_days: {zh: 住院天数, en: days, to: 999, known_from: stay_days}",
        "{times: stay_days, each: 90, rounded: up}",
    )
    counter = Counter(HOME_HOSPITAL, packs=packs)
    assert deductible(counter, days=100) == 2_000
    (row,) = counter.world.records(Settlement)
    assert not isinstance(derive_again(row, packs), tuple)
    assert '"stay_days","100"' in row.inputs.replace(" ", "")

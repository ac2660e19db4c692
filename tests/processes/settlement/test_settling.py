"""A visit is settled at the counter: five hops across provinces, three at home, one law."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import AWAY, AWAY_CITY, HOME, HOME_HOSPITAL, HOSPITAL
from tests.processes.settlement.counter import DRUG, PACKS, Counter, policies
from tests.processes.visit.stage import line
from yidi.edges.packs.policy import read_policies
from yidi.processes.enrolment.records import ChronicCertificate, IdentityMark
from yidi.processes.filing.records import Filing
from yidi.processes.relay.records import Relayed, Returned
from yidi.processes.settlement.commands import BookSettlement, Settled
from yidi.processes.settlement.derivation import derive_again
from yidi.processes.settlement.records import (
    AccumulatorEntry,
    Posting,
    Settlement,
    SettlementAnswered,
    SettlementAsked,
)
from yidi.processes.visit.commands import Flags

EVERYWHERE = pytest.mark.parametrize("hospital", [HOSPITAL, HOME_HOSPITAL], ids=["away", "home"])
FACTS = (SettlementAsked, Settlement, AccumulatorEntry, Posting, SettlementAnswered)


def filing(start: str, filed_at: str, **given: object) -> Filing:
    """A long-term filing for the city of the hospital."""
    texts = dict.fromkeys(Filing._fields, "")
    said = {"jurisdiction": HOME, "filing_id": "F1", "version": 1, "person_no": "P1", "end": "9999-12-31"}
    said |= {"category": "long_term_resident", "state": "active", "care_area": AWAY_CITY, "proven": 1}
    said |= {"start": start, "filed_at": filed_at, "recorded_at": filed_at, "committed": 0, "reviewed": 1}
    return Filing(**{**texts, **said, **given})  # type: ignore[arg-type]


def hold_identities(settled: Settled) -> None:
    """Assert the arithmetic of the national interface on a statement."""
    totals = settled.totals
    assert totals.total_fen == settled.fund_fen + settled.person_fen + settled.hospital_fen
    assert settled.person_fen == settled.account_fen + settled.cash_fen
    assert settled.fund_fen == sum(share.paid_fen for share in settled.shares)
    parts = totals.full_self_fen + totals.over_limit_fen + totals.first_self_fen + totals.in_scope_fen
    assert totals.total_fen == parts
    assert abs(settled.deductible_fen) <= abs(totals.in_scope_fen)


def test_an_unfiled_outpatient_abroad_is_settled_by_the_unfiled_ratio() -> None:
    counter = Counter()
    settled = counter.settled_now(counter.charged(400_00, 100_00), 500_00)
    hold_identities(settled)
    assert (settled.standing, settled.deductible_fen) == ("unfiled", 200_00)
    assert settled.fund_fen == 300_00 * 55 // 100
    assert settled.cash_fen == 500_00 - settled.fund_fen
    assert settled.steps[0].rule == "standing.7.unfiled"
    assert all(step.source for step in settled.steps)
    assert all(step.text_zh and step.text_en for step in settled.steps)


def test_at_home_the_same_stay_takes_the_local_ratio_and_leaves_the_nation_out() -> None:
    counter, abroad = Counter(HOME_HOSPITAL), Counter()
    settled = counter.settled_now(counter.discharged(3_000_00), 3_000_00, inpatient=True)
    assert (settled.standing, settled.fund_fen) == ("local", 2_350_00 * 91 // 100)
    away = abroad.settled_now(abroad.discharged(3_000_00), 3_000_00, inpatient=True)
    assert (away.standing, away.fund_fen) == ("unfiled", 2_350_00 * 71 // 100)
    assert not [row for row in counter.world.records(Relayed) if row.question == BookSettlement.__name__]


def test_every_hop_keeps_its_copy_in_its_own_jurisdiction() -> None:
    counter = Counter()
    visit_id = counter.charged(500_00)
    settled = counter.settled_now(visit_id, 500_00)
    world = counter.world
    assert {row.jurisdiction for row in world.records(SettlementAsked)} == {AWAY}
    assert {row.jurisdiction for row in world.records(Settlement)} == {HOME}
    assert [row.total_fen for row in world.records(Relayed) if row.question == "BookSettlement"] == [500_00]
    returned = [row for row in world.records(Returned) if row.question == "BookSettlement"]
    assert [(row.fund_fen, row.person_fen) for row in returned] == [(settled.fund_fen, settled.person_fen)]
    assert {row.case_id for row in returned} == {visit_id}
    assert world.records(SettlementAnswered)[0].fund_fen == settled.fund_fen
    assert len(settled.settlement_id) <= 30


@EVERYWHERE
def test_both_provinces_post_what_the_funds_and_the_account_pay(hospital: str) -> None:
    counter = Counter(hospital, account_fen=50_00)
    settled = counter.settled_now(counter.charged(500_00), 500_00, use_account=True)
    moved = settled.fund_fen + 50_00
    home, away = counter.ledger(HOME), counter.ledger(counter.care)
    assert home["spent.pool.610100"] == settled.fund_fen
    assert home["personal.610100"] == 50_00
    assert home["owed_to_province"] == -moved
    assert away["due_from_province"] == moved
    assert away["owed_to_institution"] == -moved


def test_a_trial_tells_what_the_settlement_will_and_books_nothing() -> None:
    counter = Counter(account_fen=20_00)
    visit_id = counter.charged(500_00)
    tried = [counter.settle(visit_id, 500_00, trial=True, use_account=True) for _ in range(2)]
    assert not [row for kind in FACTS for row in counter.world.records(kind)]
    settled = counter.settled_now(visit_id, 500_00, use_account=True)
    for trial in tried:
        assert isinstance(trial, Settled)
        assert trial.settlement_id == ""
        assert (trial.shares, trial.cash_fen, trial.balance_fen) == (
            settled.shares,
            settled.cash_fen,
            settled.balance_fen,
        )


def test_a_stay_may_be_tried_before_discharge_and_mid_stay_settlement_leaves_the_rest() -> None:
    counter = Counter()
    visit_id = counter.stay()
    counter.charge(visit_id, 3_000_00, inpatient=True)
    assert isinstance(counter.settle(visit_id, 3_000_00, trial=True, inpatient=True), Settled)
    first = counter.settled_now(visit_id, 3_000_00, inpatient=True, mid_stay=True)
    counter.charge(visit_id, 2_000_00, first=2, inpatient=True)
    counter.discharge(visit_id)
    last = counter.settled_now(visit_id, 2_000_00, inpatient=True)
    assert (first.deductible_fen, last.deductible_fen) == (650_00, 650_00)
    assert counter.counters()["stays"] == 1


def test_a_second_stay_of_the_year_is_counted_and_has_the_lower_deductible() -> None:
    counter = Counter()
    first = counter.settled_now(counter.discharged(3_000_00), 3_000_00, inpatient=True)
    second = counter.settled_now(counter.discharged(3_000_00), 3_000_00, inpatient=True)
    assert (first.deductible_fen, second.deductible_fen) == (650_00, 550_00)
    assert counter.counters()["stays"] == 2


def test_of_a_stay_only_the_expense_classes_travel_and_of_a_visit_each_item() -> None:
    counter = Counter()
    stay, visit = counter.stay(), counter.charged(10_00, 20_00)
    counter.charge(stay, 100_00, 50_00, inpatient=True)
    drug = line(stay, "3", item_code=DRUG, batch="", price=100_000_000)
    counter.upload(stay, drug, inpatient=True)
    counter.discharge(stay)
    counter.settled_now(stay, 250_00, inpatient=True)
    counter.settled_now(visit, 30_00)
    sent = [command for command in counter.world.decided if isinstance(command, BookSettlement)]
    assert [len(each.items) for each in sent] == [0, 2]
    classes = {each.expense_class: each.totals for each in sent[0].classes}
    assert classes["02"].total_fen == 150_00
    assert (classes["09"].first_self_fen, classes["09"].in_scope_fen) == (10_00, 90_00)
    assert not hasattr(sent[0], "lines")


def test_the_same_message_twice_has_one_effect_and_one_answer() -> None:
    counter = Counter()
    message = counter.settling(counter.charged(500_00), 500_00)
    first = counter.world.ask(message)
    counter.world.deliver(message)
    assert counter.answer_to(message) is first
    assert len(counter.world.records(Settlement)) == 1


def test_a_late_filing_covers_the_whole_stay() -> None:
    counter = Counter()
    visit_id = counter.discharged(3_000_00)
    counter.world.add(filing(counter.world.today, "2026-03-02T03:00:00.000000Z"))
    settled = counter.settled_now(visit_id, 3_000_00, inpatient=True)
    assert (settled.standing, settled.filing_id) == ("long_term", "F1")
    assert settled.fund_fen == (3_000_00 - 650_00) * 91 // 100
    assert counter.world.records(Settlement)[0].filing_version == 1


@pytest.mark.parametrize("flags", [Flags(admission="2"), Flags(urgent="1"), Flags(urgent="3")])
def test_an_emergency_counts_as_filed(flags: Flags) -> None:
    counter = Counter()
    visit_id = counter.charged(500_00)
    settled = counter.settled_now(visit_id, 500_00, flags=flags)
    assert settled.standing == "emergency"


@pytest.mark.parametrize(("end", "care_kind"), [("2027-01-01", "chronic"), ("2026-03-04", "outpatient")])
def test_a_chronic_visit_whose_certificate_ran_out_is_settled_on_general_terms(
    end: str, care_kind: str
) -> None:
    counter = Counter()
    at = "2026-01-01T00:00:00.000000Z"
    certificate = ChronicCertificate(
        HOME, "P1", "M03900", 1, "高血压", HOSPITAL, "valid", "2026-01-01", end, at
    )
    counter.world.add(certificate)
    visit_id = counter.charged(1_000_00, care_kind="chronic", visit_kind="14", disease_code="M03900")
    counter.world.passes(days=2)
    settled = counter.settled_now(visit_id, 1_000_00, visit_kind="14")
    assert settled.care_kind == care_kind
    assert [step.rule for step in settled.steps].count("care.general_terms") == (care_kind != "chronic")
    assert settled.fund_fen == (300_00 * 70 // 100 if care_kind == "chronic" else 800_00 * 55 // 100)


def test_a_special_identity_brings_medical_assistance() -> None:
    counter = Counter()
    at = "2026-01-01T00:00:00.000000Z"
    destitute = IdentityMark(HOME, "P1", "2304", 1, "", "2026-01-01", "9999-12-31", at)
    counter.world.add(destitute)
    settled = counter.settled_now(counter.discharged(3_000_00), 3_000_00, inpatient=True)
    assert {share.fund: share.paid_fen > 0 for share in settled.shares}["assistance"]
    assert '"assistance_category":"2304"' in counter.world.records(Settlement)[0].inputs


def test_five_settlements_never_pay_more_than_the_yearly_cap() -> None:
    counter = Counter()
    visits = [counter.charged(2_000_00) for _ in range(5)]
    messages = [counter.settling(visit_id, 2_000_00) for visit_id in visits]
    counter.hold(BookSettlement)
    counter.world.deliver(*messages)
    counter.let_go()
    paid = [row.fund_fen for row in counter.world.records(Settlement)]
    assert len(paid) == 5
    assert sum(paid) == counter.counters()["outpatient.paid"] == 2_500_00
    assert paid[-1] == 0


def test_charge_batches_of_one_visit_are_settled_one_by_one() -> None:
    counter = Counter()
    visit_id = counter.charged(300_00, batch="b1")
    counter.charge(visit_id, 100_00, batch="b2", first=2)
    first = counter.settled_now(visit_id, 300_00, batch="b1")
    second = counter.settled_now(visit_id, 100_00, batch="b2")
    assert first.deductible_fen == 200_00
    assert second.deductible_fen == 0


@settings(max_examples=25, deadline=None)
@given(
    totals=st.lists(st.integers(1, 9_999_99), min_size=1, max_size=4),
    inpatient=st.booleans(),
    use_account=st.booleans(),
    account_fen=st.integers(0, 500_00),
)
def test_the_identities_hold_on_every_answer_and_it_can_be_derived_again(
    totals: list[int], inpatient: bool, use_account: bool, account_fen: int
) -> None:
    counter = Counter(account_fen=account_fen)
    visit_id = counter.discharged(*totals) if inpatient else counter.charged(*totals)
    settled = counter.settled_now(visit_id, sum(totals), inpatient=inpatient, use_account=use_account)
    hold_identities(settled)
    assert settled.account_fen <= (account_fen if use_account else 0)
    again = derive_again(counter.world.records(Settlement)[0], policies())
    assert not isinstance(again, tuple)
    assert (again.fund_total_fen, again.cash_fen) == (settled.fund_fen, settled.cash_fen)
    assert not sum(row.amount_fen for row in counter.world.records(Posting))


@pytest.mark.parametrize(("by", "year"), [("settlement", "2027"), ("discharge", "2026")])
def test_a_stay_over_the_turn_of_the_year_counts_in_the_year_the_area_says(
    by: str, year: str, tmp_path: Path
) -> None:
    for name in ("610100-xian", "any-demonstration"):
        text = (PACKS / "policy" / f"{name}.yaml").read_text("utf-8")
        by_day = text.replace("year: {starts: 01-01,", f"year: {{starts: 01-01, by: {by},")
        (tmp_path / f"{name}.yaml").write_text(by_day, "utf-8")
    counter = Counter(packs=read_policies(tmp_path))
    counter.world.passes(days=(date(2026, 12, 31) - date.fromisoformat(counter.world.today)).days)
    visit_id = counter.discharged(3_000_00)
    counter.world.passes(days=2)
    settled = counter.settled_now(visit_id, 3_000_00, inpatient=True)
    assert settled.year == year
    assert {row.year for row in counter.world.records(AccumulatorEntry)} == {year}

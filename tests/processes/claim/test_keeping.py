"""A visit that the insured place refuses to settle directly is kept, data and lines, for a manual claim."""

from __future__ import annotations

import pytest

from tests.builders import HOME_HOSPITAL, HOSPITAL, OTHER_HOSPITAL
from tests.processes.settlement.counter import Counter
from tests.processes.settlement.test_refusing import pause
from tests.processes.visit.stage import done, number_in
from tests.world import codes_in, refusals_in
from yidi.processes.claim.commands import ClaimDecided
from yidi.processes.enrolment.refusals import RELATION_PAUSED
from yidi.processes.ports.deciding import Reply
from yidi.processes.reversal.commands import Reversed
from yidi.processes.settlement import refusals as settling
from yidi.processes.settlement.records import Settlement
from yidi.processes.visit.records import StayNotice, Visit, VisitChange
from yidi.processes.visit.refusals import (
    HOLDER_NAME_DIFFERS,
    IN_HOSPITAL,
    KEPT_FOR_CLAIM,
    KEPT_LINES_STAND,
    NOT_OPEN,
)

EVERYWHERE = pytest.mark.parametrize("hospital", [HOSPITAL, HOME_HOSPITAL], ids=["away", "home"])


def kept(counter: Counter, reply: Reply) -> str:
    """Return the number under which a refused visit is kept, as the institution is told it."""
    assert codes_in(reply) == {RELATION_PAUSED.code, KEPT_FOR_CLAIM.code}
    visit_id = counter.world.records(Visit)[-1].visit_id
    assert visit_id in refusals_in(reply)[-1].cause_zh
    return visit_id


def kept_outpatient(counter: Counter, **given: object) -> str:
    """Register an outpatient who is paused."""
    pause(counter)
    return kept(counter, counter.register(**given))


def kept_stay(counter: Counter, **given: object) -> str:
    """Admit a person who is paused."""
    pause(counter)
    return kept(counter, counter.admit(**given))


@EVERYWHERE
def test_a_visit_refused_at_registration_is_claimed_by_the_same_engine(hospital: str) -> None:
    counter, other = Counter(hospital), Counter(hospital)
    at_counter = other.settled_now(other.charged(900_00), 900_00)
    visit_id = kept_outpatient(counter)
    assert done(counter.describe(visit_id))
    counter.charge(visit_id, 900_00)
    pause(counter, "normal")
    claim = counter.claim(visit_id)
    assert isinstance(claim, ClaimDecided)
    assert claim.settled.shares == at_counter.shares
    assert len(counter.world.records(Settlement)) == 1


@EVERYWHERE
def test_a_stay_refused_at_admission_is_discharged_without_the_insured_place_and_claimed(
    hospital: str,
) -> None:
    counter = Counter(hospital)
    visit_id = kept_stay(counter)
    counter.charge(visit_id, 3_000_00, inpatient=True)
    assert done(counter.discharge(visit_id))
    assert done(counter.cancel_discharge(visit_id))
    assert done(counter.discharge(visit_id))
    assert not counter.world.records(StayNotice)
    pause(counter, "normal")
    claim = counter.claim(visit_id)
    assert isinstance(claim, ClaimDecided)
    assert claim.settled.fund_fen > 0


@pytest.mark.parametrize("trial", [False, True])
def test_what_is_kept_for_a_claim_is_never_settled_directly(trial: bool) -> None:
    counter = Counter()
    visit_id = kept_outpatient(counter)
    counter.charge(visit_id, 900_00)
    pause(counter, "normal")
    reply = counter.settle(visit_id, 900_00, trial=trial)
    assert codes_in(reply) == {settling.NO_DIRECT_SETTLEMENT.code}
    assert not counter.world.records(Settlement)


def test_while_the_reasons_last_the_claim_is_refused_and_may_be_filed_again() -> None:
    counter = Counter()
    visit_id = kept_outpatient(counter)
    counter.charge(visit_id, 900_00)
    assert RELATION_PAUSED.code in codes_in(counter.claim(visit_id))
    pause(counter, "normal")
    assert isinstance(counter.claim(visit_id), ClaimDecided)


def test_registered_anew_under_the_same_number_the_kept_visit_is_over_and_paid_once() -> None:
    counter = Counter()
    old = kept_outpatient(counter, own_number="OP-7")
    pause(counter, "normal")
    new = number_in(counter.register(own_number="OP-7"))
    counter.charge(new, 900_00)
    assert counter.settled_now(new, 900_00).fund_fen > 0
    assert codes_in(counter.upload(old)) >= {NOT_OPEN.code}
    assert codes_in(counter.claim(old)) >= {settling.VISIT_NOT_SETTLEABLE.code}
    assert len(counter.world.records(Settlement)) == 1


def test_lines_kept_for_a_claim_leave_before_the_visit_is_registered_anew() -> None:
    counter = Counter()
    old = kept_outpatient(counter, own_number="OP-7")
    counter.charge(old, 900_00)
    pause(counter, "normal")
    assert codes_in(counter.register(own_number="OP-7")) == {KEPT_LINES_STAND.code}
    assert done(counter.withdraw(old))
    assert number_in(counter.register(own_number="OP-7"))


def test_a_claimed_visit_is_not_registered_anew() -> None:
    counter = Counter()
    old = kept_outpatient(counter, own_number="OP-7")
    counter.charge(old, 900_00)
    pause(counter, "normal")
    assert isinstance(counter.claim(old), ClaimDecided)
    assert codes_in(counter.withdraw(old))
    assert codes_in(counter.register(own_number="OP-7")) == {KEPT_LINES_STAND.code}


def test_a_kept_stay_does_not_keep_the_person_from_another_hospital() -> None:
    counter = Counter()
    kept_stay(counter)
    pause(counter, "normal")
    assert number_in(counter.admit(sender=OTHER_HOSPITAL))


def test_a_kept_visit_is_cancelled_or_reversed_where_it_is() -> None:
    counter = Counter()
    assert done(counter.cancel(kept_stay(counter, own_number="IP-1")))
    visit_id = kept(counter, counter.admit(msgid="lost", own_number="IP-2"))
    first = counter.reverse("lost", "admission")
    assert isinstance(first, Reversed)
    assert counter.reverse("lost", "admission") == first
    assert codes_in(counter.discharge(visit_id)) == {NOT_OPEN.code}
    assert [row.event for row in counter.world.records(VisitChange)] == ["for_claim", "cancelled"] * 2


def test_a_visit_with_anothers_papers_or_during_a_stay_is_kept_for_nobody() -> None:
    counter = Counter()
    pause(counter)
    assert KEPT_FOR_CLAIM.code not in codes_in(counter.register(person_name="某乙"))
    assert HOLDER_NAME_DIFFERS.code in codes_in(counter.register(person_name="某乙"))
    pause(counter, "normal")
    counter.stay()
    assert codes_in(counter.admit(sender=OTHER_HOSPITAL)) == {IN_HOSPITAL.code}

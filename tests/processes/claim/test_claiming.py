"""What could not be settled at the counter is claimed by hand: the same engine, and never paid twice."""

from __future__ import annotations

import pytest

from tests.builders import HOME, HOME_HOSPITAL, HOSPITAL, asked_by, enrol
from tests.processes.settlement.counter import Counter
from tests.processes.settlement.test_refusing import pause
from tests.processes.settlement.test_settling import filing, hold_identities
from tests.world import codes_in, refusals_in
from yidi.processes.claim import refusals as kinds
from yidi.processes.claim.commands import AskClaim, ClaimDecided, ClaimEnded, MaterialSent, SendMaterial
from yidi.processes.claim.records import Claim
from yidi.processes.enrolment.refusals import PERSON_UNKNOWN, RELATION_PAUSED
from yidi.processes.ports.deciding import Command, Reply
from yidi.processes.settlement import refusals as settling
from yidi.processes.settlement.commands import BookSettlement, Settled
from yidi.processes.settlement.records import ClaimMaterial, DirectClosing, Settlement

EVERYWHERE = pytest.mark.parametrize("hospital", [HOSPITAL, HOME_HOSPITAL], ids=["away", "home"])


def decided(reply: object) -> ClaimDecided:
    """Insist that a claim was paid."""
    assert isinstance(reply, ClaimDecided), reply
    return reply


def refused_at_the_counter(counter: Counter) -> str:
    """Return a visit of a person who was paused then and is restored now."""
    visit_id = counter.charged(900_00)
    pause(counter)
    counter.settle(visit_id, 900_00)
    pause(counter, "normal")
    assert counter.world.records(ClaimMaterial)
    return visit_id


@EVERYWHERE
def test_what_the_counter_refused_is_claimed_and_computed_by_the_same_engine(hospital: str) -> None:
    counter, other = Counter(hospital, account_fen=100_00), Counter(hospital)
    at_counter = other.settled_now(other.charged(900_00), 900_00)
    claim = decided(counter.claim(refused_at_the_counter(counter)))
    hold_identities(claim.settled)
    assert claim.settled.shares == at_counter.shares
    assert claim.settled.steps
    booked = counter.world.records(Settlement)[0]
    assert (booked.kind, booked.account_fen) == ("claim", 0)
    assert counter.counters() == other.counters()
    assert counter.ledger(HOME)["owed_to_person"] == -claim.settled.fund_fen
    assert [row.state for row in counter.world.records(Claim)] == ["asked", "paid"]


def test_a_stay_is_claimed_after_discharge_only() -> None:
    counter = Counter()
    visit_id = counter.stay()
    counter.charge(visit_id, 3_000_00, inpatient=True)
    assert settling.NOT_DISCHARGED.code in codes_in(counter.claim(visit_id))
    counter.discharge(visit_id)
    assert decided(counter.claim(visit_id)).settled.deductible_fen > 0


def test_a_claim_needs_no_filing_and_one_made_after_payment_changes_nothing() -> None:
    counter = Counter(rules={"unfiled_settles": False})
    visit_id = counter.discharged(3_000_00)
    counter.world.passes(days=2)
    counter.world.add(filing("2026-03-01", "2026-03-04T03:00:00.000000Z"))
    assert decided(counter.claim(visit_id)).settled.standing == "unfiled"


@EVERYWHERE
def test_a_paid_claim_is_never_paid_again_by_claim_or_directly(hospital: str) -> None:
    counter = Counter(hospital)
    visit_id = counter.charged(900_00)
    counter.claim(visit_id)
    assert kinds.CLAIM_PAID.code in codes_in(counter.claim(visit_id))
    assert codes_in(counter.settle(visit_id, 900_00)) == {settling.CLOSED_FOR_CLAIM.code}
    assert len(counter.world.records(Settlement)) == 1


@pytest.mark.parametrize("inpatient", [False, True])
def test_what_was_settled_directly_is_not_claimed_until_it_is_cancelled(inpatient: bool) -> None:
    counter = Counter()
    visit_id = counter.discharged(3_000_00) if inpatient else counter.charged(3_000_00)
    settled = counter.settled_now(visit_id, 3_000_00, inpatient=inpatient)
    expected = kinds.SETTLED_DIRECTLY if inpatient else settling.NO_LINES
    assert expected.code in codes_in(counter.claim(visit_id))
    assert isinstance(counter.refund(settled), Settled)
    assert decided(counter.claim(visit_id)).settled.fund_fen == settled.fund_fen


def test_of_a_visit_settled_in_part_only_the_rest_is_claimed() -> None:
    counter = Counter()
    visit_id = counter.charged(300_00, batch="b1")
    counter.charge(visit_id, 100_00, batch="b2", first=2)
    counter.settled_now(visit_id, 300_00, batch="b1")
    assert decided(counter.claim(visit_id)).settled.totals.total_fen == 100_00


LINKS: list[tuple[type[Command], ...]] = [(BookSettlement,), (SendMaterial,), (MaterialSent,)]


@pytest.mark.parametrize("held", LINKS, ids=["booking", "material asked", "material sent"])
@pytest.mark.parametrize("claim_first", [True, False])
def test_claim_and_direct_settlement_at_the_same_time_pay_once(
    held: tuple[type[Command], ...], claim_first: bool
) -> None:
    counter = Counter()
    visit_id = counter.charged(900_00)
    direct, claim = counter.settling(visit_id, 900_00), counter.claiming(visit_id)
    counter.hold(*held)
    counter.world.deliver(*([claim, direct] if claim_first else [direct, claim]))
    counter.let_go()
    answers = [counter.answered(direct), counter.answered(claim)]
    paid = [each for each in answers if isinstance(each, Settled | ClaimDecided)]
    assert len(paid) == len(counter.world.records(Settlement)) <= 1
    if not paid:  # each saw the other under way; nothing is closed, and the next one is paid
        assert counter.settled_now(visit_id, 900_00).fund_fen > 0
    assert codes_in(counter.claim(visit_id))
    assert codes_in(counter.settle(visit_id, 900_00))
    assert len(counter.world.records(Settlement)) == 1


def test_a_booking_that_arrives_while_a_claim_is_pending_is_refused() -> None:
    counter = Counter()
    visit_id = counter.charged(900_00)
    direct = counter.settling(visit_id, 900_00)
    counter.hold(BookSettlement, SendMaterial)
    counter.world.deliver(direct, counter.claiming(visit_id))
    counter.let_go()
    assert codes_in(counter.answered(direct)) == {settling.CLAIM_STANDS.code}
    assert not counter.world.records(ClaimMaterial)


def test_a_second_claim_waits_for_the_first() -> None:
    counter = Counter()
    visit_id = counter.charged(900_00)
    counter.hold(SendMaterial)
    first = counter.claiming(visit_id)
    counter.world.deliver(first)
    reply = counter.claim(visit_id)
    assert codes_in(reply) == {kinds.CLAIM_PENDING.code}
    claim_id = counter.world.records(Claim)[0].claim_id
    assert codes_in(ask(counter, claim_id)) == {kinds.CLAIM_PENDING.code}
    counter.let_go()
    assert decided(counter.answered(first)).claim_id == claim_id


def ask(counter: Counter, claim_id: str, person_no: str = "P1") -> Reply:
    """Ask how a claim stands."""
    usual = asked_by(HOSPITAL, counter.world.next_msgid())
    question = AskClaim(**usual, claim_id=claim_id, person_no=person_no)
    return counter.insured_place_says(question)


def test_a_paid_claim_is_shown_with_its_statement_and_only_to_its_person() -> None:
    counter = Counter()
    claim = decided(counter.claim(counter.charged(900_00)))
    shown = decided(ask(counter, claim.claim_id))
    assert (shown.settled.shares, shown.settled.steps) == (claim.settled.shares, claim.settled.steps)
    assert codes_in(ask(counter, claim.claim_id, "P2")) == {kinds.CLAIM_UNKNOWN.code}
    assert codes_in(ask(counter, "C9")) == {kinds.CLAIM_UNKNOWN.code}


@EVERYWHERE
def test_a_refused_claim_opens_direct_settlement_again_and_may_be_filed_anew(hospital: str) -> None:
    counter = Counter(hospital)
    visit_id = counter.charged(900_00)
    pause(counter)
    reply = counter.claim(visit_id)
    assert codes_in(reply) == {RELATION_PAUSED.code, kinds.CLAIM_NOT_PAID.code}
    claim_id = counter.world.records(Claim)[0].claim_id
    assert codes_in(ask(counter, claim_id)) == {kinds.CLAIM_NOT_PAID.code}
    assert RELATION_PAUSED.code in refusals_in(ask(counter, claim_id))[0].cause_zh
    pause(counter, "normal")
    assert counter.settled_now(visit_id, 900_00).fund_fen > 0


def test_while_a_claim_is_pending_the_counter_is_closed_and_the_lines_stand() -> None:
    counter = Counter()
    visit_id = counter.charged(900_00)
    counter.hold(MaterialSent)
    counter.world.deliver(counter.claiming(visit_id))
    reply = counter.settle(visit_id, 900_00)
    assert codes_in(reply) == {settling.CLOSED_FOR_CLAIM.code}
    assert codes_in(counter.withdraw(visit_id, "1"))


def test_direct_settlement_is_opened_at_the_care_place_by_the_claim_that_closed_it() -> None:
    counter = Counter()
    visit_id = counter.charged(900_00)
    counter.claim(visit_id)
    stray = ClaimEnded(
        jurisdiction=counter.care, sender="000000", msgid="x", claim_id="C9", visit_id=visit_id
    )
    counter.world.deliver(stray)
    assert {row.event for row in counter.world.records(DirectClosing)} == {"closed"}


def test_unknown_persons_and_visits_are_refused() -> None:
    counter = Counter()
    assert codes_in(counter.claim("V9", person_no="P9")) == {PERSON_UNKNOWN.code}
    assert settling.NO_SUCH_VISIT.code in codes_in(counter.claim("V9"))
    visit_id = counter.charged(900_00)
    other = enrol("e2", person_no="P2", certificate_no="990000196005010025", credentials=())
    counter.world.ask(other)
    assert codes_in(counter.claim(visit_id, person_no="P2"))
    assert not counter.world.records(Settlement)


@pytest.mark.parametrize("care", ["", "330100", "990000", "zhejiang"])
def test_a_claim_at_a_place_that_is_no_province_closes_nothing(care: str) -> None:
    counter = Counter()
    visit_id = counter.charged(900_00)
    assert codes_in(counter.claim(visit_id, care=care)) == {kinds.CARE_PLACE_UNKNOWN.code}
    assert codes_in(counter.claim("", care="330000")) == {kinds.VISIT_NOT_NAMED.code}
    assert not counter.world.records(DirectClosing)
    assert counter.settled_now(visit_id, 900_00).fund_fen > 0


def test_material_that_comes_twice_or_to_no_claim_changes_nothing() -> None:
    counter = Counter()
    visit_id = counter.charged(900_00)
    counter.claim(visit_id)
    sent = next(each for each in counter.world.decided if isinstance(each, MaterialSent))
    fields = {name: getattr(sent, name) for name in sent.__struct_fields__}
    counter.world.deliver(MaterialSent(**fields | {"msgid": "material/again"}))
    assert len(counter.world.records(Settlement)) == 1

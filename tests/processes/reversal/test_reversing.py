"""A message whose answer never came is undone, whatever became of it and in whatever order all arrives."""

from __future__ import annotations

import pytest

from tests.builders import HOME, HOME_HOSPITAL, HOSPITAL, OTHER_HOSPITAL
from tests.processes.settlement.counter import Counter
from tests.world import codes_in
from yidi.processes.ports.deciding import Command
from yidi.processes.relay.commands import Answered, Relay, Return
from yidi.processes.relay.records import Tombstone
from yidi.processes.reversal import refusals as kinds
from yidi.processes.reversal.commands import Reversed, UndoAdmission
from yidi.processes.settlement.commands import BookSettlement, ReverseBooking
from yidi.processes.settlement.records import Settlement
from yidi.processes.settlement.refusals import REVERSED_BEFORE
from yidi.processes.visit.commands import OpenVisit, VisitOpened
from yidi.processes.visit.records import StayNotice
from yidi.processes.visit.refusals import REVERSED, VISIT_NUMBER_SPENT

EVERYWHERE = pytest.mark.parametrize("hospital", [HOSPITAL, HOME_HOSPITAL], ids=["away", "home"])


def reversed_(reply: object) -> Reversed:
    """Insist on a reversal."""
    assert isinstance(reply, Reversed), reply
    return reply


@EVERYWHERE
def test_a_booked_settlement_is_undone_completely(hospital: str) -> None:
    counter = Counter(hospital, account_fen=300_00)
    visit_id = counter.charged(900_00)
    counter.settled_now(visit_id, 900_00, msgid="s1", use_account=True)
    reply = reversed_(counter.reverse("s1"))
    assert (reply.found, reply.original_msgid) == (True, "s1")
    assert (counter.counters(), counter.account_fen) == ({}, 300_00)
    assert (counter.ledger(HOME), counter.ledger(counter.care)) == ({}, {})
    assert counter.settled_now(visit_id, 900_00).fund_fen > 0


LINKS: list[tuple[type[Command], ...]] = [(Relay,), (BookSettlement,), (Return,), (Answered,)]


@pytest.mark.parametrize("held", LINKS, ids=["relayed", "asked", "returned", "answered"])
@pytest.mark.parametrize("reversal_first", [True, False])
def test_an_unanswered_settlement_is_undone_wherever_it_was_lost(
    held: tuple[type[Command], ...], reversal_first: bool
) -> None:
    """The original hangs at one link; the reversal overtakes it, or comes just behind it."""
    counter = Counter(account_fen=300_00)
    visit_id = counter.charged(900_00)
    original = counter.settling(visit_id, 900_00, msgid="s1", use_account=True)
    counter.hold(*held)
    counter.world.deliver(original)
    assert counter.answer_to(original) is None
    late = list(counter.world.held)
    counter.world.held.clear()
    counter.hold()
    reversing = counter.reversing("s1")
    counter.world.deliver(*([reversing, *late] if reversal_first else [*late, reversing]))
    assert isinstance(counter.answer_to(reversing), Reversed)
    assert (counter.counters(), counter.account_fen) == ({}, 300_00)
    assert (counter.ledger(HOME), counter.ledger(counter.care)) == ({}, {})
    assert counter.settled_now(visit_id, 900_00).fund_fen > 0


def test_a_reversal_that_overtakes_leaves_a_tombstone_and_the_late_original_is_refused() -> None:
    counter = Counter()
    original = counter.settling(counter.charged(900_00), 900_00, msgid="s1")
    counter.hold(BookSettlement)
    counter.world.deliver(original)
    reply = reversed_(counter.reverse("s1"))
    assert not reply.found
    assert [row.jurisdiction for row in counter.world.records(Tombstone)] == [HOME]
    counter.let_go()
    assert codes_in(counter.answered(original)) == {REVERSED_BEFORE.code}
    assert not counter.world.records(Settlement)


def test_an_original_never_seen_is_barred_once() -> None:
    counter = Counter()
    assert not reversed_(counter.reverse("never")).found
    assert not reversed_(counter.reverse("never")).found
    assert len(counter.world.records(Tombstone)) == 1


def test_a_second_reversal_changes_nothing_and_says_so() -> None:
    counter = Counter()
    counter.settled_now(counter.charged(900_00), 900_00, msgid="s1")
    first, second = reversed_(counter.reverse("s1")), reversed_(counter.reverse("s1"))
    assert first == second
    assert len(counter.world.records(Settlement)) == 2


def test_a_reversal_under_way_is_not_asked_twice() -> None:
    counter = Counter()
    counter.settled_now(counter.charged(900_00), 900_00, msgid="s1")
    counter.hold(ReverseBooking)
    counter.world.deliver(counter.reversing("s1"))
    assert codes_in(counter.reverse("s1")) == {kinds.REVERSAL_UNDER_WAY.code}


def test_what_was_cancelled_cannot_be_reversed() -> None:
    counter = Counter()
    counter.refund(counter.settled_now(counter.charged(900_00), 900_00, msgid="s1"))
    assert codes_in(counter.reverse("s1")) == {kinds.ALREADY_CANCELLED.code}


def test_what_was_refused_needs_no_reversal() -> None:
    counter = Counter()
    counter.settle(counter.charged(900_00), 900_00, msgid="s1", credential_no="EV-9")
    assert not reversed_(counter.reverse("s1")).found


def test_a_reversal_undoes_its_settlement_though_later_ones_stand() -> None:
    counter = Counter()
    counter.settled_now(counter.charged(900_00), 900_00, msgid="s1")
    later = counter.settled_now(counter.charged(900_00), 900_00)
    assert reversed_(counter.reverse("s1")).found
    assert counter.counters()["outpatient.paid"] == later.fund_fen


def test_only_settlements_and_admissions_of_that_person_are_reversed() -> None:
    counter = Counter()
    settled = counter.settled_now(counter.charged(900_00), 900_00, msgid="s1")
    assert codes_in(counter.reverse("s1", "filing")) == {kinds.NOT_REVERSIBLE.code}
    assert codes_in(counter.reverse("s1", person_no="P2")) == {kinds.OF_ANOTHER_PERSON.code}
    counter.refund(settled, msgid="c1")
    assert codes_in(counter.reverse("c1")) == {kinds.NOT_REVERSIBLE.code}
    counter.visit(msgid="v1")
    assert codes_in(counter.reverse("v1", "admission")) == {kinds.NOT_REVERSIBLE.code}


def test_another_institutions_message_is_not_touched() -> None:
    counter = Counter()
    counter.settled_now(counter.charged(900_00), 900_00, msgid="s1")
    assert not reversed_(counter.reverse("s1", sender=OTHER_HOSPITAL)).found
    assert len(counter.world.records(Settlement)) == 1


@EVERYWHERE
def test_a_reversed_admission_frees_the_person_for_another_hospital(hospital: str) -> None:
    counter = Counter(hospital)
    counter.stay(msgid="a1")
    assert reversed_(counter.reverse("a1", "admission")).found
    assert counter.world.records(StayNotice)[-1].event == "cancelled"
    assert isinstance(counter.admit(sender=OTHER_HOSPITAL), VisitOpened)
    assert reversed_(counter.reverse("a1", "admission")).found
    assert codes_in(counter.reverse("a1", "admission", person_no="P2")) == {kinds.OF_ANOTHER_PERSON.code}


def test_an_admission_with_fees_or_cancelled_otherwise_is_not_reversed() -> None:
    counter = Counter()
    charged = counter.stay(msgid="a1")
    counter.charge(charged, 1_00, inpatient=True)
    assert codes_in(counter.reverse("a1", "admission")) == {kinds.STAY_HAS_FEES.code}
    counter.withdraw(charged)
    counter.cancel(charged)
    assert codes_in(counter.reverse("a1", "admission")) == {kinds.ALREADY_CANCELLED.code}


def test_an_admission_that_arrives_after_its_reversal_is_barred_at_both_places() -> None:
    counter = Counter()
    counter.reverse("a1", "admission")
    assert codes_in(counter.admit(msgid="a1")) == {REVERSED.code}
    counter.hold(OpenVisit)
    late = counter.registering(msgid="a2", care_kind="inpatient", visit_kind="21")
    counter.world.deliver(late)
    assert reversed_(counter.reverse("a2", "admission")).found
    counter.let_go()
    assert codes_in(counter.answered(late)) <= {REVERSED.code, VISIT_NUMBER_SPENT.code}
    assert codes_in(counter.answered(late))
    assert not counter.world.records(StayNotice)


def test_an_admission_refused_needs_no_reversal_and_a_notice_is_undone_once() -> None:
    counter = Counter()
    counter.admit(msgid="a1", credential_no="EV-9")
    assert not reversed_(counter.reverse("a1", "admission")).found
    counter.stay(msgid="a2")
    counter.reverse("a2", "admission")
    asked = next(each for each in counter.world.decided if isinstance(each, UndoAdmission))
    counter.insured_place_says(asked_again(asked))
    assert [row.event for row in counter.world.records(StayNotice)] == ["opened", "cancelled"]


def asked_again(asked: UndoAdmission) -> UndoAdmission:
    """The same question under another id."""
    fields = {name: getattr(asked, name) for name in asked.__struct_fields__}
    return UndoAdmission(**fields | {"msgid": "ask/again/1"})

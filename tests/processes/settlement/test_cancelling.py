"""A settlement is undone by its negative, all or nothing, the latest first."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import HOME, HOME_HOSPITAL, HOSPITAL, OTHER_HOSPITAL
from tests.processes.settlement.counter import Counter
from tests.processes.settlement.test_settling import hold_identities
from tests.world import codes_in, refusals_in
from yidi.processes.relay.commands import ask_id
from yidi.processes.settlement import refusals as kinds
from yidi.processes.settlement.commands import BookSettlement, Settled, UndoBooking
from yidi.processes.settlement.records import Posting, Settlement, SettlementAnswered

EVERYWHERE = pytest.mark.parametrize("hospital", [HOSPITAL, HOME_HOSPITAL], ids=["away", "home"])


@EVERYWHERE
def test_a_cancelled_settlement_restores_every_counter_the_account_and_both_ledgers(hospital: str) -> None:
    counter = Counter(hospital, account_fen=300_00)
    counter.settled_now(counter.charged(900_00), 900_00, use_account=True)
    before = (counter.counters(), counter.account_fen, counter.ledger(HOME), counter.ledger(counter.care))
    settled = counter.settled_now(counter.discharged(9_000_00), 9_000_00, inpatient=True, use_account=True)
    undone = counter.refund(settled)
    assert isinstance(undone, Settled)
    after = (counter.counters(), counter.account_fen, counter.ledger(HOME), counter.ledger(counter.care))
    assert before == after


def test_the_negative_statement_carries_every_amount_negated_and_a_number_of_its_own() -> None:
    counter = Counter(account_fen=100_00)
    settled = counter.settled_now(counter.charged(900_00), 900_00, use_account=True)
    undone = counter.refund(settled)
    assert isinstance(undone, Settled)
    hold_identities(undone)
    assert undone.settlement_id not in ("", settled.settlement_id)
    assert (undone.undoes, undone.visit_kind) == (settled.settlement_id, settled.visit_kind)
    assert (undone.fund_fen, undone.cash_fen, undone.account_fen, undone.deductible_fen) == (
        -settled.fund_fen,
        -settled.cash_fen,
        -settled.account_fen,
        -settled.deductible_fen,
    )
    assert undone.balance_fen == 100_00
    assert [share.paid_fen for share in undone.shares] == [-share.paid_fen for share in settled.shares]
    assert counter.world.records(Settlement)[-1].undoes == settled.settlement_id


@EVERYWHERE
def test_after_a_cancellation_the_visit_is_settled_again_as_the_first_time(hospital: str) -> None:
    counter = Counter(hospital)
    visit_id = counter.charged(900_00)
    first = counter.settled_now(visit_id, 900_00)
    counter.refund(first)
    again = counter.settled_now(visit_id, 900_00)
    assert (again.shares, again.cash_fen) == (first.shares, first.cash_fen)
    assert again.settlement_id != first.settlement_id


def test_a_settlement_is_cancelled_once() -> None:
    counter = Counter()
    settled = counter.settled_now(counter.charged(900_00), 900_00)
    counter.refund(settled)
    assert codes_in(counter.refund(settled)) == {kinds.ALREADY_UNDONE.code}
    assert len(counter.world.records(Settlement)) == 2


def test_a_cancellation_is_not_cancelled() -> None:
    counter = Counter()
    undone = counter.refund(counter.settled_now(counter.charged(900_00), 900_00))
    assert isinstance(undone, Settled)
    assert codes_in(counter.refund(undone)) == {kinds.NOT_A_SETTLEMENT.code}


def test_the_latest_settlement_of_the_year_goes_first_and_is_named() -> None:
    counter = Counter()
    first = counter.settled_now(counter.charged(900_00), 900_00)
    second = counter.settled_now(counter.charged(800_00), 800_00)
    reply = counter.refund(first)
    assert codes_in(reply) == {kinds.LATER_SETTLEMENT_FIRST.code}
    assert second.settlement_id in refusals_in(reply)[0].cause_zh
    assert isinstance(counter.refund(second), Settled)
    assert isinstance(counter.refund(first), Settled)
    assert not counter.counters()


def test_only_the_institution_that_settled_may_cancel_and_only_for_that_person() -> None:
    counter = Counter()
    settled = counter.settled_now(counter.charged(900_00), 900_00)
    assert codes_in(counter.refund(settled, sender=OTHER_HOSPITAL)) == {kinds.NO_SUCH_SETTLEMENT.code}
    assert codes_in(counter.refund(settled, person_no="P2")) == {kinds.VISIT_OF_ANOTHER.code}
    assert codes_in(counter.refund_of(settled.visit_id, "S9")) == {kinds.NO_SUCH_SETTLEMENT.code}


def test_what_was_refused_or_is_under_way_is_not_cancelled() -> None:
    counter = Counter()
    visit_id = counter.charged(900_00)
    counter.hold(BookSettlement)
    counter.world.deliver(counter.settling(visit_id, 900_00, credential_no="EV-9"))
    question = counter.world.held[0]
    assert isinstance(question, BookSettlement)
    waiting = counter.refund_of(visit_id, question.settlement_id)
    assert codes_in(waiting) == {kinds.SETTLEMENT_UNDER_WAY.code}
    counter.let_go()
    refused = counter.refund_of(visit_id, question.settlement_id)
    assert codes_in(refused) == {kinds.NO_SUCH_SETTLEMENT.code}


def test_a_cancellation_reversed_before_it_came_is_refused() -> None:
    counter = Counter()
    settled = counter.settled_now(counter.charged(900_00), 900_00)
    counter.reverse("late")
    assert codes_in(counter.refund(settled, msgid="late")) == {kinds.REVERSED_BEFORE.code}


def undo(counter: Counter, settled: Settled, undoes: str) -> UndoBooking:
    """Make a question to the insured place that no care place would send."""
    return UndoBooking(
        jurisdiction=HOME,
        sender="000000",
        msgid=ask_id(HOSPITAL, f"u-{undoes}"),
        settlement_id="N1",
        undoes=undoes,
        visit_id=settled.visit_id,
        person_no="P1",
        because="cancel",
        care=counter.care,
        insured=HOME,
        origin_sender=HOSPITAL,
        origin_msgid="u1",
    )


def test_the_insured_place_undoes_what_it_booked_and_only_once() -> None:
    counter = Counter()
    settled = counter.settled_now(counter.charged(900_00), 900_00)
    counter.refund(settled)
    twice = counter.insured_place_says(undo(counter, settled, settled.settlement_id))
    assert codes_in(twice) == {kinds.UNDONE_BEFORE.code}
    assert codes_in(counter.insured_place_says(undo(counter, settled, "S9"))) == {kinds.NEVER_BOOKED.code}


STEPS = st.lists(
    st.tuples(st.sampled_from(["visit", "stay", "cancel"]), st.integers(1, 500_000_00)), max_size=8
)


@settings(max_examples=30, deadline=None)
@given(STEPS)
def test_cancelling_everything_from_the_end_leaves_nothing_behind(steps: list[tuple[str, int]]) -> None:
    counter = Counter(account_fen=1_000_00)
    live: list[Settled] = []
    for kind, total_fen in steps:
        if kind == "cancel":
            if live:
                assert isinstance(counter.refund(live.pop()), Settled)
            continue
        stay = kind == "stay"
        visit_id = counter.discharged(total_fen) if stay else counter.charged(total_fen)
        live.append(counter.settled_now(visit_id, total_fen, inpatient=stay, use_account=True))
        assert counter.account_fen >= 0
    while live:
        counter.refund(live.pop())
    assert (counter.counters(), counter.account_fen) == ({}, 1_000_00)
    assert (counter.ledger(HOME), counter.ledger(counter.care)) == ({}, {})
    assert sum(row.total_fen for row in counter.world.records(SettlementAnswered)) == 0
    assert sum(row.amount_fen for row in counter.world.records(Posting)) == 0

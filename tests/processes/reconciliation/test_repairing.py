"""Differences that really happened: post lost on its way, facts lost at one; repaired, proven, or a case."""

from __future__ import annotations

import pytest

from tests.builders import AWAY, HOME
from tests.processes.reconciliation.reconciling import ReconcilingCounter
from yidi.processes.ports.deciding import NATION, Command
from yidi.processes.reconciliation.records import RepairSent
from yidi.processes.relay.commands import Answered, Relay, Return
from yidi.processes.relay.records import Returned
from yidi.processes.settlement.commands import BookSettlement, ReverseBooking, Settled
from yidi.processes.settlement.records import Settlement, SettlementAnswered, SettlementAsked


def counter_with(address: str, held: type[Command] | None = None) -> tuple[ReconcilingCounter, Command]:
    """A counter that settled one visit well, and another whose message of the held kind was lost."""
    counter = ReconcilingCounter(address)
    counter.settled_now(counter.charged(600_00), 600_00)
    message = counter.settling(counter.charged(900_00), 900_00)
    if held is not None:
        counter.hold(held)
    counter.world.deliver(message)
    counter.lose()
    counter.end_day()
    return counter, message


async def test_a_day_without_trouble_has_no_difference(address: str) -> None:
    counter = ReconcilingCounter(address)
    settled = counter.settled_now(counter.charged(600_00), 600_00)
    assert isinstance(counter.refund(settled), Settled)
    counter.settled_now(counter.discharged(9_000_00), 9_000_00, inpatient=True)
    counter.end_day()
    compared = await counter.compared()
    assert compared.findings == ()
    assert {(row.settlements, row.total_fen) for row in compared.extracts if row.settlements} == {
        (3, 9_000_00)
    }
    reply = await counter.reconcile()
    assert (reply.open, reply.cases, reply.repaired) == (0, 0, 0)


async def test_an_answer_lost_on_its_last_way_is_sent_home_again_and_the_next_run_proves_it(
    address: str,
) -> None:
    counter, message = counter_with(address, Answered)
    first = await counter.reconcile()
    (difference,) = counter.differences
    assert (difference.kind, difference.odd_side, difference.owner) == ("state", "care", AWAY)
    assert (first.open, first.cases) == (1, 0)
    assert counter.repair() == 1
    answer = counter.answered(message)
    assert isinstance(answer, Settled)
    again = await counter.reconcile()
    assert (again.version, again.open, again.repaired) == (2, 0, 1)
    assert counter.differences[0].proof == f"2/{again.result_digest}"
    settlements = [row.settlement_id for row in counter.world.records(Settlement)]
    assert (
        sorted(row.settlement_id for row in counter.world.records(Returned) if row.settlement_id)
        == settlements
    )


async def test_an_answer_that_arrives_late_after_its_repair_changes_nothing(address: str) -> None:
    counter = ReconcilingCounter(address)
    message = counter.settling(counter.charged(900_00), 900_00)
    counter.hold(Answered)
    counter.world.deliver(message)
    late, counter.world.held_kinds = list(counter.world.held), ()
    counter.end_day()
    await counter.reconcile()
    assert counter.repair() == 1
    counter.world.held.clear()
    counter.world.deliver(*late)
    assert len(counter.world.records(SettlementAnswered)) == 1
    assert (await counter.reconcile()).repaired == 1


async def test_an_answer_the_nation_never_had_is_sent_to_it_and_home(address: str) -> None:
    counter, message = counter_with(address, Return)
    await counter.reconcile()
    (difference,) = counter.differences
    assert (difference.kind, difference.owner) == ("missing_at_nation", NATION)
    assert counter.repair() == 1
    assert isinstance(counter.answered(message), Settled)
    assert (await counter.reconcile()).repaired == 1


async def test_a_copy_the_nation_lost_is_given_to_it_again_and_goes_no_further(address: str) -> None:
    counter, _ = counter_with(address)
    booked = counter.world.records(Settlement)[-1]
    lost = [row for row in counter.world.records(Returned) if row.settlement_id == booked.settlement_id]
    counter.forget(Returned, settlement_id=booked.settlement_id)
    await counter.reconcile()
    assert [row.kind for row in counter.differences] == ["missing_at_nation"]
    assert counter.repair() == 1
    assert [row[:-1] for row in counter.world.records(Returned)[-1:]] == [lost[0][:-1]]
    assert (await counter.reconcile()).repaired == 1
    assert len(counter.world.records(SettlementAnswered)) == 2


@pytest.mark.parametrize("lost", [Relay, ReverseBooking])
async def test_a_reversal_that_never_reached_the_insured_place_is_asked_again(
    address: str, lost: type[Command]
) -> None:
    counter, message = counter_with(address)
    counter.world.now = counter.world.now.replace(day=2, hour=10)
    counter.hold(lost)
    counter.world.deliver(counter.reversing(message.msgid))
    counter.lose()
    counter.end_day()
    await counter.reconcile()
    (difference,) = counter.differences
    assert (difference.kind, difference.repair) == ("reversed_at_one_only", "undo_again")
    assert counter.repair() == 1
    assert [row.undoes for row in counter.world.records(Settlement)][-1] == difference.undoes
    assert (await counter.reconcile()).repaired == 1
    undone_on = counter.world.records(Settlement)[-1].business_day
    counter.world.passes(days=1)
    reply = await counter.reconcile(undone_on)
    assert (reply.open, reply.cases) == (0, 0)


async def test_an_undoing_whose_answer_was_lost_is_heard_after_all(address: str) -> None:
    counter, message = counter_with(address)
    counter.world.now = counter.world.now.replace(day=2, hour=10)
    counter.hold(Answered)
    reversal = counter.reversing(message.msgid)
    counter.world.deliver(reversal)
    counter.lose()
    counter.end_day()
    await counter.reconcile()
    (difference,) = counter.differences
    assert (difference.kind, difference.repair) == ("state", "ask_again")
    assert counter.repair() == 1
    assert type(counter.answered(reversal)).__name__ == "Reversed"
    assert (await counter.reconcile()).repaired == 1


async def test_a_question_that_never_arrived_and_was_booked_nowhere_is_a_case_of_the_care_place(
    address: str,
) -> None:
    counter, _ = counter_with(address, BookSettlement)
    reply = await counter.reconcile()
    assert (reply.open, reply.cases) == (0, 1)
    (case,) = counter.cases
    assert case.owner == AWAY
    assert counter.repair() == 0


async def test_a_settlement_the_care_place_lost_altogether_is_a_case(address: str) -> None:
    counter, _ = counter_with(address)
    booked = counter.world.records(Settlement)[-1]
    for kind in (SettlementAsked, SettlementAnswered):
        counter.forget(kind, settlement_id=booked.settlement_id)
    reply = await counter.reconcile()
    assert reply.cases == 1
    assert [(row.kind, row.owner) for row in counter.differences] == [("missing_at_care", AWAY)]


async def test_a_booking_the_insured_place_lost_is_a_case(address: str) -> None:
    counter, _ = counter_with(address)
    counter.forget(Settlement, settlement_id=counter.world.records(Settlement)[-1].settlement_id)
    await counter.reconcile()
    assert [(row.kind, row.owner, row.state) for row in counter.differences] == [
        ("missing_at_insured", HOME, "case")
    ]


async def test_a_repair_that_changed_nothing_makes_the_difference_a_case(address: str) -> None:
    counter, _ = counter_with(address, Answered)
    await counter.reconcile()
    counter.hold(Answered)
    assert counter.repair() == 1
    counter.lose()
    under_way = await counter.reconcile()
    assert (under_way.open, under_way.cases) == (1, 0)
    counter.world.passes(minutes=31)
    reply = await counter.reconcile()
    assert (reply.repeated, reply.open, reply.cases) == (True, 0, 1)
    assert counter.repair() == 0
    assert len(counter.world.records(RepairSent)) == 1


async def test_the_same_day_again_records_nothing_new(address: str) -> None:
    counter, _ = counter_with(address, Answered)
    first = await counter.reconcile()
    count = sum(len(rows) for rows in counter.world.all_records().values())
    again = await counter.reconcile()
    assert again.repeated
    assert (again.version, again.result_digest) == (first.version, first.result_digest)
    assert sum(len(rows) for rows in counter.world.all_records().values()) == count

"""What the counter could not settle is kept, claimed by hand once, and never settled directly again."""

from __future__ import annotations

import msgspec

from tests.journeys.nation import Nation, codes_of
from tests.world import codes_in
from yidi.edges.national.counter import must
from yidi.edges.packs.sample import SamplePerson
from yidi.processes.claim.commands import ClaimDecided, FileClaim
from yidi.processes.claim.refusals import CLAIM_PAID, SETTLED_DIRECTLY
from yidi.processes.enrolment.commands import ChangeRelation
from yidi.processes.ports.deciding import Reply
from yidi.processes.settlement.records import ClaimMaterial
from yidi.processes.settlement.refusals import CLOSED_FOR_CLAIM, NO_DIRECT_SETTLEMENT
from yidi.processes.visit.records import Visit
from yidi.processes.visit.refusals import KEPT_FOR_CLAIM

CASE = "unfiled_traveller"


async def change_state(nation: Nation, person: SamplePerson, state: str) -> None:
    """Pause or restore the person's relation, as the agency does."""
    relation = msgspec.structs.replace(person.relations[0], state=state)
    reply = await nation.tell(
        ChangeRelation, person, f"{state}-1", person_no=person.person_no, relation=relation
    )
    assert not codes_in(reply)


async def claim(nation: Nation, person: SamplePerson, msgid: str, visit_id: str) -> Reply:
    """Claim a visit online."""
    return await nation.tell(
        FileClaim, person, msgid, person_no=person.person_no, care="530000", visit_id=visit_id
    )


async def test_a_visit_refused_at_the_counter_is_claimed_by_hand_and_never_settled_directly(
    nation: Nation,
) -> None:
    counter = await nation.at_the_till(CASE, person="claimed")
    person = counter.person
    await change_state(nation, person, "paused")
    refused = await counter.settle()
    assert NO_DIRECT_SETTLEMENT.code in codes_of(refused)
    material = await nation.node.rows(ClaimMaterial, {"visit_id": counter.visit_id})
    assert [(row.total_fen, row.person_no) for row in material] == [(213280, person.person_no)]
    await change_state(nation, person, "normal")
    paid = await claim(nation, person, "claim-1", counter.visit_id)
    assert isinstance(paid, ClaimDecided)
    # The area's pack, working, unfiled, level 3, first stay: 650; (2132.80 - 650) x (88 - 20) % = 1008.30.
    assert (paid.settled.deductible_fen, paid.settled.fund_fen) == (65000, 100830)
    assert (paid.settled.account_fen, paid.settled.cash_fen) == (0, 112450)
    assert codes_of(await counter.settle()) == {CLOSED_FOR_CLAIM.code}
    assert codes_in(await claim(nation, person, "claim-2", counter.visit_id)) == {CLAIM_PAID.code}
    assert [(row.kind, row.fund_fen) for row in await nation.booked(person)] == [("claim", 100830)]


async def test_a_visit_settled_directly_is_not_claimed_until_the_settlement_is_cancelled(
    nation: Nation,
) -> None:
    counter = await nation.at_the_till(CASE, person="claimed")
    settled = must(await counter.settle())
    refused = await claim(nation, counter.person, "claim-1", counter.visit_id)
    assert SETTLED_DIRECTLY.code in codes_in(refused)
    must(await counter.cancel(settled))
    paid = await claim(nation, counter.person, "claim-2", counter.visit_id)
    assert isinstance(paid, ClaimDecided)
    assert sum(row.fund_fen for row in await nation.booked(counter.person)) == 100830


async def test_a_visit_refused_at_the_door_is_kept_under_its_number_and_claimed(nation: Nation) -> None:
    counter = nation.counter(CASE, person="claimed")
    await change_state(nation, counter.person, "paused")
    assert not await counter.begin()
    refused = counter.hospital.exchanges[-1]
    assert KEPT_FOR_CLAIM.code in codes_of(refused)
    (visit,) = await nation.node.rows(Visit, {"person_no": counter.person.person_no})
    assert visit.visit_id in (refused.answer or {})["warn_msg"]
    counter.visit_id = visit.visit_id
    await counter.treat()
    await change_state(nation, counter.person, "normal")
    assert codes_of(await counter.settle()) == {NO_DIRECT_SETTLEMENT.code}
    paid = await claim(nation, counter.person, "claim-1", counter.visit_id)
    assert isinstance(paid, ClaimDecided)
    assert paid.settled.fund_fen == 100830

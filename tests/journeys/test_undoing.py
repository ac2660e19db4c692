"""What was settled is undone whole, once, and what was undone can never come back."""

from __future__ import annotations

import pytest

from tests.journeys.nation import Nation, codes_of
from yidi.edges.national.counter import must
from yidi.edges.national.hospital import Exchange
from yidi.processes.enrolment.records import AccountEntry
from yidi.processes.settlement.records import AccumulatorEntry, Posting
from yidi.processes.settlement.refusals import REVERSED_BEFORE

REVERSED, CANCELLED = "unanswered_reversed", "cancelled_settlement"


async def standing_sums(nation: Nation, person_no: str) -> tuple[dict[str, int], int]:
    """Return the counters of a person and the balance of the personal account, in fen."""
    counters: dict[str, int] = {}
    for entry in await nation.node.rows(AccumulatorEntry, {"person_no": person_no}):
        counters[entry.counter] = counters.get(entry.counter, 0) + entry.amount
    moved = await nation.node.rows(AccountEntry, {"person_no": person_no})
    return {name: amount for name, amount in counters.items() if amount}, sum(e.amount_fen for e in moved)


async def test_an_unanswered_settlement_is_reversed_and_its_late_original_has_no_effect(
    nation: Nation,
) -> None:
    counter = await nation.at_the_till(REVERSED)
    before = await standing_sums(nation, counter.person.person_no)
    lost = await counter.settle(lose_answer=True)
    assert await standing_sums(nation, counter.person.person_no) != before
    must(await counter.reverse(lost))
    assert await standing_sums(nation, counter.person.person_no) == before
    booked = await nation.booked(counter.person)
    assert [row.total_fen for row in booked] == [259420, -259420]
    await nation.repeat(counter, lost)
    assert await nation.booked(counter.person) == booked
    assert await standing_sums(nation, counter.person.person_no) == before
    settled = must(await counter.settle())
    assert settled.output["setlinfo"]["fund_pay_sumamt"] == 987.68


async def test_a_reversal_that_comes_first_bars_the_original_for_ever(nation: Nation) -> None:
    counter = await nation.at_the_till(REVERSED)
    client = nation.client(counter.hospital.code)
    never = client.envelope("2304", {"data": counter._bill()}, counter.patient.insured_area)
    must(await counter.reverse(Exchange(never, None)))
    for _ in range(2):
        assert codes_of(await client.repeat(never)) == {REVERSED_BEFORE.code}
    assert await nation.booked(counter.person) == []
    must(await counter.settle())


@pytest.mark.parametrize("case", [CANCELLED, REVERSED])
async def test_a_cancelled_visit_settles_again_to_the_same_amounts(nation: Nation, case: str) -> None:
    counter = await nation.at_the_till(case)
    first = must(await counter.settle())
    must(await counter.cancel(first))
    second = must(await counter.settle())
    names = ("fund_pay_sumamt", "acct_pay", "psn_cash_pay", "act_pay_dedc")
    amounts = [[one.output["setlinfo"][name] for name in names] for one in (first, second)]
    assert amounts[0] == amounts[1]
    assert len(await nation.booked(counter.person)) == 3
    entries = {row.entry_id for row in await nation.node.rows(Posting, {}, (), 5000)}
    assert len(entries) >= 3
    for entry_id in entries:
        lines = await nation.node.rows(Posting, {"entry_id": entry_id})
        for jurisdiction in {line.jurisdiction for line in lines}:
            assert sum(line.amount_fen for line in lines if line.jurisdiction == jurisdiction) == 0

"""The same settlements on the real journal and a real database, folded into one commit and hop by hop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.builders import AWAY, HOME
from tests.journal_room import open_journal
from tests.processes.settlement.counter import Counter, all_handlers
from tests.world import codes_in
from yidi.edges.clock import SettableClock
from yidi.edges.journal import Journal
from yidi.edges.storage.reading import rows
from yidi.processes.claim.commands import ClaimDecided
from yidi.processes.ports.deciding import NATION
from yidi.processes.reversal.commands import Reversed
from yidi.processes.settlement.commands import CancelSettlement, Settled
from yidi.processes.settlement.records import AccumulatorEntry, Posting, Settlement, SettlementAnswered
from yidi.processes.settlement.refusals import CLOSED_FOR_CLAIM, LATER_SETTLEMENT_FIRST

FOLDED = pytest.mark.parametrize("fold", [True, False], ids=["folded", "hop by hop"])


@asynccontextmanager
async def journal_of(counter: Counter, fold: bool) -> AsyncIterator[Journal]:
    """Open a journal on a database that holds the facts of a counter."""
    clock = SettableClock(counter.world.now)
    places = (NATION, HOME, AWAY)
    async with open_journal(handlers=all_handlers(), fold=fold, clock=clock, here=places) as journal:
        await journal.engine.begin()
        await journal.engine.write(counter.world.all_records())
        await journal.engine.commit()
        yield journal


async def counters(journal: Journal) -> dict[str, int]:
    """Sum the counters in the database."""
    found: dict[str, int] = {}
    for row in await rows(journal.engine, AccumulatorEntry):
        found[row.counter] = found.get(row.counter, 0) + row.amount
    return found


@FOLDED
async def test_five_at_once_never_pay_more_than_the_cap(fold: bool) -> None:
    counter = Counter()
    messages = [counter.settling(counter.charged(2_000_00), 2_000_00) for _ in range(5)]
    async with journal_of(counter, fold) as journal:
        replies = await asyncio.gather(*[journal.ask(message) for message in messages])
        assert sum(reply.fund_fen for reply in replies if isinstance(reply, Settled)) == 2_500_00
        assert (await counters(journal))["outpatient.paid"] == 2_500_00
        again = await asyncio.gather(*[journal.ask(message) for message in messages])
        assert again == replies
        assert len(await rows(journal.engine, Settlement)) == 5


@FOLDED
async def test_settle_cancel_reverse_and_claim_leave_sums_that_are_even(fold: bool) -> None:
    counter = Counter(account_fen=500_00)
    first, second, third = [counter.charged(900_00) for _ in range(3)]
    settling = [counter.settling(each, 900_00, use_account=True) for each in (first, second)]
    async with journal_of(counter, fold) as journal:
        settled = [await journal.ask(message) for message in settling]
        cancel = cancelling(counter, settled[0])
        assert codes_in(await journal.ask(cancel)) == {LATER_SETTLEMENT_FIRST.code}
        reversal = await journal.ask(counter.reversing(settling[1].msgid))
        assert isinstance(reversal, Reversed)
        assert isinstance(await journal.ask(cancelling(counter, settled[0])), Settled)
        assert set((await counters(journal)).values()) == {0}
        claim = await journal.ask(counter.claiming(third))
        assert isinstance(claim, ClaimDecided)
        assert codes_in(await journal.ask(counter.settling(third, 900_00))) == {CLOSED_FOR_CLAIM.code}
        assert sum(row.amount_fen for row in await rows(journal.engine, Posting)) == 0
        assert sum(row.total_fen for row in await rows(journal.engine, SettlementAnswered)) == 0
        assert await journal.engine.fetch("SELECT * FROM outbox") == []


def cancelling(counter: Counter, settled: object) -> CancelSettlement:
    """Make the message that cancels a settlement."""
    assert isinstance(settled, Settled)
    named = counter._on(settled.visit_id, {})
    return CancelSettlement(**named, settlement_id=settled.settlement_id)

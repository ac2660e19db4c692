"""One person's bills settled at two nodes at once: caps, deductible and account stay exact."""

from __future__ import annotations

from tests.builders import AWAY, HOME
from tests.processes.settlement.counter import Counter, all_handlers
from tests.two_nodes import two_nodes
from yidi.edges.storage.reading import rows
from yidi.processes.ports.deciding import NATION
from yidi.processes.settlement.commands import Settle, Settled
from yidi.processes.settlement.records import AccumulatorEntry, Posting, Settlement

BILLS, TOTAL_FEN = 8, 1_500_00


def charged() -> tuple[Counter, list[Settle]]:
    """A person with several charged outpatient visits, and the messages that settle them."""
    counter = Counter()
    visits = [counter.charged(TOTAL_FEN) for _ in range(BILLS)]
    return counter, [counter.settling(visit, TOTAL_FEN) for visit in visits]


async def test_bills_of_one_person_at_two_nodes_use_up_what_they_would_one_after_another(
    postgresql_database: str,
) -> None:
    counter, messages = charged()
    async with two_nodes(postgresql_database, counter.world, all_handlers(), (NATION, HOME, AWAY)) as both:
        replies = await both.at_once(*messages)
        booked = await rows(both.engine, Settlement, jurisdiction=HOME)
        used = await rows(both.engine, AccumulatorEntry, jurisdiction=HOME)
        owed = await rows(both.engine, Posting, jurisdiction=HOME, account="owed_to_province")
    for message in messages:
        counter.world.ask(message)
    alone = counter.world.records(Settlement)
    assert all(isinstance(reply, Settled) for reply in replies)
    assert sorted(row.fund_fen for row in booked) == sorted(row.fund_fen for row in alone)
    assert len({row.fund_fen for row in alone}) > 1
    sums: dict[str, int] = {}
    for entry in used:
        sums[entry.counter] = sums.get(entry.counter, 0) + entry.amount
    assert {name: fen for name, fen in sums.items() if fen} == counter.counters()
    assert sum(row.amount_fen for row in owed) == -sum(row.fund_fen for row in alone)

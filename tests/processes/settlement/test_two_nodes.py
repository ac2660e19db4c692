"""One person's bills settled at two nodes at once: caps, deductible and account stay exact."""

from __future__ import annotations

import pytest

from tests.builders import AWAY, HOME
from tests.processes.settlement.counter import SERVICE, Counter, all_handlers
from tests.processes.settlement.test_renumbering import renumber
from tests.processes.visit.stage import line
from tests.two_nodes import two_nodes
from yidi.edges.storage.reading import rows
from yidi.processes.ports.deciding import NATION, Done
from yidi.processes.settlement.commands import Settle, Settled
from yidi.processes.settlement.records import AccumulatorEntry, Posting, Settlement
from yidi.processes.visit.commands import LinesPriced

BILLS, TOTAL_FEN = 8, 1_500_00


NUMBERS = {"one number": ("P1", "P1"), "the old number at one, the new one at the other": ("P1", "P2")}


def charged(numbers: tuple[str, str]) -> tuple[Counter, list[Settle]]:
    """A person with several charged outpatient visits, and the messages that settle them in turn."""
    counter, used = Counter(), [numbers[at % 2] for at in range(BILLS)]
    if len(set(numbers)) > 1:
        assert renumber(counter, new=numbers[1]) == Done(reference=numbers[1])
    visits = [charged_visit(counter, number) for number in used]
    settling = [
        counter.settling(visit, TOTAL_FEN, person_no=number)
        for visit, number in zip(visits, used, strict=True)
    ]
    return counter, settling


def charged_visit(counter: Counter, person_no: str) -> str:
    """Register an outpatient under a number, and charge it."""
    visit_id = counter.visit(person_no=person_no)
    told = line(visit_id, item_code=SERVICE, price=TOTAL_FEN * 10_000, person_no=person_no)
    assert isinstance(counter.upload(visit_id, told), LinesPriced)
    return visit_id


@pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS)
async def test_bills_of_one_person_at_two_nodes_use_up_what_they_would_one_after_another(
    postgresql_database: str, numbers: tuple[str, str]
) -> None:
    counter, messages = charged(numbers)
    async with two_nodes(postgresql_database, counter.world, all_handlers(), (NATION, HOME, AWAY)) as both:
        replies = await both.at_once(*messages)
        booked = await rows(both.engine, Settlement, jurisdiction=HOME)
        used = await rows(both.engine, AccumulatorEntry, jurisdiction=HOME)
        owed = await rows(both.engine, Posting, jurisdiction=HOME, account="owed_to_province")
    for message in messages:
        counter.world.ask(message)
    alone = counter.world.records(Settlement)
    assert [reply for reply in replies if not isinstance(reply, Settled)] == []
    assert sorted(row.fund_fen for row in booked) == sorted(row.fund_fen for row in alone)
    assert len({row.fund_fen for row in alone}) > 1
    sums: dict[str, int] = {}
    for entry in used:
        sums[entry.counter] = sums.get(entry.counter, 0) + entry.amount
    assert {name: fen for name, fen in sums.items() if fen} == counter.counters()
    assert sum(row.amount_fen for row in owed) == -sum(row.fund_fen for row in alone)

"""Two processes serve one place on one PostgreSQL: either may be asked, either may fall away."""

from __future__ import annotations

import asyncio

import pytest

from tests.edges.exchange.nodes import Registered, toy_node
from tests.edges.journal.toys import CARE, INSURED, Filled, Poured, a_look, a_pour, code_of
from yidi.edges.storage.reading import count
from yidi.processes.ports.deciding import NATION
from yidi.processes.relay.records import Received


async def test_each_process_of_a_care_place_gets_the_answers_to_what_it_asked(
    postgresql_database: str,
) -> None:
    registered = Registered()
    second = registered.twice(CARE)
    async with (
        toy_node(registered, NATION),
        toy_node(registered, INSURED) as insured,
        toy_node(registered, CARE, database=postgresql_database) as first,
        toy_node(registered, CARE, database=postgresql_database, joins=True, number=1, url=second) as other,
    ):
        asked = [node.ask(a_pour(str(n), 1, tin=str(n))) for n in range(20) for node in (first, other)]
        replies = await asyncio.wait_for(asyncio.gather(*asked), 60)
        assert {code_of(reply) for reply in replies} == {"accepted"}
        assert replies[::2] == replies[1::2]
        assert await count(insured.journal.engine, Poured) == 20
        for node, name in ((first, "a"), (other, "b")):
            looked = await asyncio.wait_for(node.ask(a_look(name, "3")), 60)
            assert isinstance(looked, Filled)
            assert looked.total_fen == 1


@pytest.mark.parametrize("gone", [0, 1])
async def test_when_one_process_of_an_insured_place_falls_away_the_other_takes_its_messages(
    postgresql_database: str, gone: int
) -> None:
    registered = Registered()
    second = registered.twice(INSURED)
    async with (
        toy_node(registered, NATION) as nation,
        toy_node(registered, CARE) as care,
        toy_node(registered, INSURED, database=postgresql_database) as first,
        toy_node(
            registered, INSURED, database=postgresql_database, joins=True, number=1, url=second
        ) as other,
    ):
        await care.ask(a_pour("1", 1))
        await (first, other)[gone].hang_up()
        asked = [care.ask(a_pour(f"m{n}", 1, tin=str(n % 5))) for n in range(20)]
        replies = await asyncio.wait_for(asyncio.gather(*asked), 60)
        assert {code_of(reply) for reply in replies} == {"accepted"}
        assert await count(first.journal.engine, Poured) == 21
        assert await count(nation.journal.engine, Received) == 42

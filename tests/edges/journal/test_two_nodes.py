"""Two nodes on one PostgreSQL share the work; keys and locks keep every promise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from tests.edges.journal import toys
from tests.edges.journal.toys import ROOM_FEN, Poured, Thanked, a_pour, code_of
from tests.journal_room import HERE, open_engine, running, schema_with
from yidi.edges.clock import system_clock
from yidi.edges.journal import Journal, References
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.reading import count, rows
from yidi.processes.relay.records import Received

Pair = tuple[Journal, Journal]


@pytest_asyncio.fixture(params=[True, False], ids=["folded", "unfolded"])
async def pair(postgresql_database: str, request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    async with AsyncExitStack() as stack:
        engines = [
            await stack.enter_async_context(
                open_engine(postgresql_database, toys.RECORDS, toys.VIEWS, toys.UNIQUE)
            )
        ]
        engines.append(engine_for(postgresql_database, schema_with(toys.RECORDS, toys.VIEWS)))
        await engines[1].open()
        stack.push_async_callback(engines[1].close)
        nodes = [
            Journal(
                engine,
                toys.HANDLERS,
                HERE,
                system_clock,
                References(system_clock, number),
                fold=request.param,
                watch_seconds=0.05,
            )
            for number, engine in enumerate(engines)
        ]
        for node in nodes:
            await stack.enter_async_context(running(node))
        yield nodes[0], nodes[1]


async def test_the_same_messages_sent_to_both_nodes_have_one_effect_and_one_answer(pair: Pair) -> None:
    first, second = await asyncio.gather(
        *[asyncio.gather(*[node.ask(a_pour(str(n), 1, tin=str(n % 7))) for n in range(100)]) for node in pair]
    )
    assert first == second
    assert {code_of(reply) for reply in first} == {"accepted"}
    assert await count(pair[0].engine, Poured) == await count(pair[0].engine, Thanked) == 100
    assert await count(pair[0].engine, Received) == 500


async def test_both_nodes_at_once_never_fill_a_tin_above_its_room(pair: Pair) -> None:
    asked = [
        node.ask(a_pour(f"{where}/{n}", ROOM_FEN // 4, tin=str(n % 3)))
        for n in range(30)
        for where, node in enumerate(pair)
    ]
    replies = await asyncio.gather(*asked)
    assert [code_of(reply) for reply in replies].count("accepted") == 3 * 4
    filled = await rows(pair[0].engine, Poured)
    assert sum(coin.amount_fen for coin in filled) == 3 * ROOM_FEN


async def test_an_answer_stored_by_one_node_reaches_who_waits_at_the_other(pair: Pair) -> None:
    asking = asyncio.ensure_future(pair[0].ask(a_pour("1")))
    again = asyncio.ensure_future(pair[1].ask(a_pour("1")))
    assert code_of(await asking) == "accepted"
    assert await again == await asking

"""Messages between nodes: everything arrives, once, whatever is away meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.edges.exchange.nodes import PLACES, Registered, toy_nation, toy_node
from tests.edges.journal import toys
from tests.edges.journal.toys import CARE, INSURED, Filled, Poured, a_look, a_pour, code_of
from tests.journal_room import until
from tests.journeys.serving import free_port
from yidi.edges.exchange.circuit import State
from yidi.edges.exchange.directory import Peer
from yidi.edges.exchange.identity import ED25519, SM2
from yidi.edges.exchange.refusals import NOT_REACHED, SENDER_UNKNOWN
from yidi.edges.storage.engine import Outgoing
from yidi.edges.storage.reading import count, rows
from yidi.processes.ports.deciding import NATION
from yidi.processes.relay.records import Received


@pytest.mark.parametrize(("algorithm", "scheme"), [(SM2, "hmac_sm3"), (ED25519, "ed25519")])
async def test_a_question_passes_three_nodes_and_its_answer_comes_back(algorithm: str, scheme: str) -> None:
    async with toy_nation(Registered(algorithm=algorithm), scheme=scheme) as nodes:
        replies = await asyncio.gather(*[nodes[CARE].ask(a_pour(str(n), 10, tin=str(n))) for n in range(20)])
        assert {code_of(reply) for reply in replies} == {"accepted"}
        assert await count(nodes[INSURED].journal.engine, Poured) == 20
        looked = await nodes[CARE].ask(a_look("look", "3"))
        assert isinstance(looked, Filled)
        assert looked.total_fen == 10
        for node in nodes.values():
            await until(lambda node=node: nothing_waits(node))


async def nothing_waits(node: object) -> bool:
    return not await node.journal.engine.undelivered("9999")  # type: ignore[attr-defined]


async def test_nodes_may_start_in_any_order_and_what_waited_is_delivered_once() -> None:
    registered = Registered()
    async with AsyncExitStack() as stack:
        care = await stack.enter_async_context(toy_node(registered, CARE))
        asked = [asyncio.create_task(care.ask(a_pour(str(n), 1))) for n in range(5)]
        await until(lambda: waiting(care, 5))
        nation = await stack.enter_async_context(toy_node(registered, NATION))
        await until(lambda: waiting(nation, 5))
        insured = await stack.enter_async_context(toy_node(registered, INSURED))
        replies = await asyncio.wait_for(asyncio.gather(*asked), 60)
        assert {code_of(reply) for reply in replies} == {"accepted"}
        assert sum(coin.amount_fen for coin in await rows(insured.journal.engine, Poured)) == 5
        assert await count(insured.journal.engine, Received) == 5


async def waiting(node: object, number: int) -> bool:
    return len(await node.journal.engine.undelivered("9999")) == number  # type: ignore[attr-defined]


async def test_a_question_to_a_place_that_is_away_is_refused_at_once_and_leaves_no_trace() -> None:
    registered = Registered()
    async with toy_node(registered, CARE) as care, toy_node(registered, NATION) as nation:
        await refused_by_the_circuit(nation, care)
        before = await count(nation.journal.engine, Received)
        reply = await asyncio.wait_for(care.ask(a_look("2")), 60)
        assert code_of(reply) == NOT_REACHED.code
        assert await count(nation.journal.engine, Received) == before == 0


async def refused_by_the_circuit(nation: object, care: object) -> None:
    reply = await asyncio.wait_for(care.ask(a_look("1")), 60)  # type: ignore[attr-defined]
    assert code_of(reply) == NOT_REACHED.code
    channel = nation.exchange.sender.channels[next(iter(nation.exchange.directory.urls(INSURED)))]  # type: ignore[attr-defined]
    assert channel.circuit.state is not State.CLOSED


async def test_a_line_that_is_cut_and_mended_delivers_what_waited_once() -> None:
    async with toy_nation(Registered()) as nodes:
        assert code_of(await nodes[CARE].ask(a_pour("1", 1))) == "accepted"
        await nodes[INSURED].hang_up()
        asked = [asyncio.create_task(nodes[CARE].ask(a_pour(f"m{n}", 1))) for n in range(10)]
        await until(lambda: waiting(nodes[NATION], 10))
        await nodes[INSURED].serve()
        replies = await asyncio.wait_for(asyncio.gather(*asked), 60)
        assert {code_of(reply) for reply in replies} == {"accepted"}
        found = await rows(nodes[INSURED].journal.engine, Poured)
        assert len(found) == 11


async def test_a_peer_that_hangs_is_noticed_and_gets_what_waited_once_when_it_works_again() -> None:
    registered = Registered()
    async with (
        toy_node(registered, CARE) as care,
        toy_node(registered, NATION, hop_seconds=0.05) as nation,
        toy_node(registered, INSURED) as insured,
    ):
        await insured.journal.engine.begin()  # nothing can be stored there
        asked = asyncio.create_task(care.ask(a_pour("1", 1)))
        url = registered.urls[INSURED]

        async def silent() -> bool:
            channel = nation.exchange.sender.channels.get(url)
            return channel is not None and channel.circuit.state is not State.CLOSED

        await until(silent)
        await insured.journal.engine.rollback()
        assert code_of(await asyncio.wait_for(asked, 60)) == "accepted"
        assert await count(insured.journal.engine, Poured) == 1


async def test_a_place_that_moves_while_messages_wait_for_it_gets_each_once_at_its_new_address(
    tmp_path: Path,
) -> None:
    registered, database = Registered(), f"sqlite:{tmp_path / 'insured.db'}"
    async with toy_node(registered, CARE) as care, toy_node(registered, NATION) as nation:
        async with toy_node(registered, INSURED, database=database):
            assert code_of(await asyncio.wait_for(care.ask(a_pour("before", 1)), 60)) == "accepted"
        asked = [asyncio.create_task(care.ask(a_pour(f"m{n}", 1))) for n in range(5)]
        await until(lambda: waiting(nation, 5))
        registered.urls[INSURED] = f"http://127.0.0.1:{free_port()}"
        async with toy_node(registered, INSURED, database=database, joins=True) as moved:
            nation.exchange.directory.change(registered.peers())
            replies = await asyncio.wait_for(asyncio.gather(*asked), 60)
            assert {code_of(reply) for reply in replies} == {"accepted"}
            again = await asyncio.wait_for(care.ask(a_pour("before", 1)), 60)
            assert code_of(again) == "accepted"
            assert await count(moved.journal.engine, Poured) == 6


async def test_what_does_not_fit_in_memory_is_swept_up_from_the_outbox() -> None:
    registered = Registered()
    async with toy_node(registered, CARE, room=4) as care, toy_node(registered, INSURED):
        asked = [asyncio.create_task(care.ask(a_pour(str(n), 1))) for n in range(30)]
        await until(lambda: waiting(care, 30))
        (channel,) = [
            channel
            for channel in care.exchange.sender.channels.values()
            if channel.url == registered.urls[NATION]
        ]
        assert channel.held <= 4
        async with toy_node(registered, NATION):
            replies = await asyncio.wait_for(asyncio.gather(*asked), 60)
        assert {code_of(reply) for reply in replies} == {"accepted"}


async def test_an_answer_goes_straight_to_the_process_that_asked() -> None:
    """Two processes may serve a place; a question that leaves no trace is answered where it was asked."""
    registered = Registered()
    async with toy_nation(registered) as nodes:
        await nodes[CARE].ask(a_look("1"))
        matter = nodes[NATION].exchange.matters.of((toys.HOSPITAL, "1"))
        assert matter is not None
        assert matter.answer_to == registered.urls[CARE]
        assert PLACES[0] == NATION


async def test_a_message_this_version_cannot_read_keeps_no_other_from_its_way() -> None:
    """A node that went back a version may find newer messages in its own outbox: they wait."""
    registered = Registered()
    async with toy_node(registered, CARE) as care:
        engine = care.journal.engine
        strange = Outgoing(NATION, CARE, "new", '{"type":"OfTomorrow"}', "2026-01-01T00:00:00.000000Z")
        await engine.begin()
        await engine.put_outbox([strange])
        await engine.commit()
        asked = asyncio.create_task(care.ask(a_pour("1", 1)))
        await until(lambda: waiting(care, 2))
        async with toy_node(registered, NATION), toy_node(registered, INSURED):
            assert code_of(await asyncio.wait_for(asked, 60)) == "accepted"
            await until(lambda: waiting(care, 1))


async def test_a_message_a_peer_refuses_stays_with_its_reason_until_the_peer_takes_it() -> None:
    registered = Registered()
    async with (
        toy_node(registered, CARE) as care,
        toy_node(registered, INSURED),
        toy_node(registered, NATION) as nation,
    ):
        known = nation.exchange.directory
        known.change(
            {place: Peer(urls=known.urls(place), keys=known.keys(place) or ()) for place in (NATION, INSURED)}
        )
        asked = asyncio.create_task(care.ask(a_pour("1", 1)))

        async def noted() -> bool:
            rows = await care.journal.engine.undelivered("9999")
            return [row.trouble for row in rows] == [SENDER_UNKNOWN.code]

        await until(noted)
        known.change(registered.peers())
        assert code_of(await asyncio.wait_for(asked, 60)) == "accepted"

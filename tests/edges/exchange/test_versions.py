"""Nodes of different versions of the protocol: they understand each other, or what is sent waits."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.edges.exchange.nodes import PLACES, Registered, ToyNode, line_of, toy_node
from tests.edges.exchange.test_bad_messages import counted, relayed
from tests.edges.exchange.test_delivery import nothing_waits, waiting
from tests.edges.journal.toys import CARE, INSURED, Poured, a_look, a_pour, code_of
from tests.journal_room import until
from yidi.edges.clock import system_clock
from yidi.edges.exchange.keyring import bare_head
from yidi.edges.exchange.line import Unsigned
from yidi.edges.exchange.protocol import VERSIONS, common, spoken_with, understood
from yidi.edges.exchange.refusals import VERSION_UNKNOWN
from yidi.edges.settings import ExchangeSettings, exchange_findings
from yidi.edges.storage.reading import count, rows
from yidi.processes.ports.deciding import NATION
from yidi.processes.relay.records import Received

NEWEST, BEFORE = VERSIONS
NEXT = "2.0"


def spoken_between(one: ToyNode, other: str, registered: Registered) -> str:
    return one.exchange.sender.channels[registered.urls[other]].line.version


async def settle_through(stack: AsyncExitStack, speaking: dict[str, str], registered: Registered) -> None:
    """Send through three nodes, each with a newest version of its own; every line speaks the lower one."""
    nodes = {
        place: await stack.enter_async_context(
            toy_node(registered, place, speaks=speaking.get(place, NEWEST))
        )
        for place in PLACES
    }
    replies = await asyncio.gather(*[nodes[CARE].ask(a_pour(str(n), 1)) for n in range(5)])
    assert {code_of(reply) for reply in replies} == {"accepted"}
    assert (await nodes[CARE].ask(a_look("look"))).total_fen == 5  # type: ignore[attr-defined]
    for node in nodes.values():
        await until(lambda node=node: nothing_waits(node))
    assert await count(nodes[INSURED].journal.engine, Poured) == 5
    for one, other in ((CARE, NATION), (NATION, INSURED), (INSURED, NATION), (NATION, CARE)):
        lower = min(speaking.get(place, NEWEST) for place in (one, other))
        assert spoken_between(nodes[one], other, registered) == lower


@pytest.mark.parametrize("place", PLACES)
async def test_a_node_of_the_version_before_settles_with_the_others(place: str) -> None:
    async with AsyncExitStack() as stack:
        await settle_through(stack, {place: BEFORE}, Registered())


@pytest.mark.parametrize("place", PLACES)
async def test_a_node_of_the_next_major_version_falls_back_to_one_that_is_understood(place: str) -> None:
    before = counted(VERSION_UNKNOWN.code)
    async with AsyncExitStack() as stack:
        await settle_through(stack, {place: NEXT}, Registered())
    assert counted(VERSION_UNKNOWN.code) > before


async def test_the_version_before_is_written_as_it_was() -> None:
    registered = Registered()
    async with (
        toy_node(registered, NATION, speaks=BEFORE) as nation,
        line_of(registered, CARE, NATION) as line,
    ):
        receipts = nation.exchange.face._receipts()
        assert (receipts.version, receipts.versions) == (BEFORE, ())
        command = relayed()
        head = bare_head(CARE, NATION, "Relay", system_clock(), id=command.msgid)
        body = nation.journal.codec.write(command).encode()
        assert [receipt.stored for receipt in await line.post([Unsigned(head, body)])] == [True]
        assert line.version == BEFORE


async def test_what_a_peer_of_another_version_does_not_take_waits_and_is_delivered_once_it_is_upgraded(
    tmp_path: Path,
) -> None:
    registered, database = Registered(), f"sqlite:{tmp_path / 'care.db'}"
    async with AsyncExitStack() as stack:
        nation = await stack.enter_async_context(toy_node(registered, NATION))
        insured = await stack.enter_async_context(toy_node(registered, INSURED))
        async with toy_node(registered, CARE, database=database, versions=(NEXT,)) as newer:
            asked = [asyncio.create_task(newer.ask(a_pour(str(n), 1))) for n in range(3)]
            await until(lambda: kept_back(newer, 3))
            assert await count(nation.journal.engine, Received) == 0
            for task in asked:
                task.cancel()
        care = await stack.enter_async_context(toy_node(registered, CARE, database=database, joins=True))
        replies = await asyncio.gather(*[care.ask(a_pour(str(n), 1)) for n in range(3)])
        assert {code_of(reply) for reply in replies} == {"accepted"}
        await until(lambda: waiting(care, 0))
        assert sum(coin.amount_fen for coin in await rows(insured.journal.engine, Poured)) == 3


async def kept_back(node: ToyNode, number: int) -> bool:
    """Whether so many messages wait, each with the reason why it was not taken."""
    waits = await node.journal.engine.undelivered("9999")
    return len(waits) == number and all(row.trouble == VERSION_UNKNOWN.code for row in waits)


def test_the_newest_version_both_sides_speak_is_chosen() -> None:
    assert common(("1.1", "1.0"), ("1.0",)) == "1.0"
    assert common(("1.1", "1.0"), ("1.7",)) == "1.1"
    assert common(("2.0", "1.1", "1.0"), ("1.1", "1.0")) == "1.1"
    assert common(("1.1", "1.0"), ("2.0", "1.1")) == "1.1"
    assert common(("1.1",), ("2.0", "x", "")) is None
    assert spoken_with("1.0") == ("1.0",)
    assert spoken_with("1.1") == ("1.1", "1.0")


@pytest.mark.parametrize(
    "version", ["2.0", "0.9", "1", "1.", ".1", "1.x", "", "1.0.0", "1.²", "9" * 40 + ".0"]
)
def test_what_is_no_version_of_ours_is_not_understood(version: str) -> None:
    assert not understood(version)
    assert understood("1.7")


def test_a_node_can_be_kept_at_the_version_before_and_at_no_other() -> None:
    settings = ExchangeSettings(url="http://127.0.0.1:9", peers="", identity="", speaks=BEFORE)
    assert exchange_findings(settings) == []
    wrong = ExchangeSettings(url="http://127.0.0.1:9", peers="", identity="", speaks="0.9")
    assert exchange_findings(wrong) == ["exchange.speaks = '0.9': 只能是 one of 1.1, 1.0"]

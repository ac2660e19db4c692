"""Parcels of one line: moderate load waits for no answer, full load travels together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

import pytest_asyncio

from tests.edges.journal.toys import a_pour
from tests.journal_room import until
from yidi.edges.exchange.channel import FEW, PARCELS, Channel, Load
from yidi.edges.exchange.circuit import Circuit, State
from yidi.edges.exchange.line import Line, Unsent
from yidi.edges.exchange.protocol import Receipt


class SlowPeer:
    """The far end of a line: takes parcels, and answers each when it is told how."""

    url = "https://peer"

    def __init__(self) -> None:
        self.parcels: list[tuple[int, asyncio.Future[bool]]] = []

    async def post(self, unsigned: list[Any]) -> list[Receipt]:
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.parcels.append((len(unsigned), answer))
        if not await answer:
            raise Unsent("silent")
        return [Receipt(id="", stored=True) for _ in unsigned]

    def sizes(self) -> list[int]:
        return [size for size, _ in self.parcels]


class Sent:
    """A channel to a slow peer, and what was told of its loads."""

    def __init__(self) -> None:
        self.peer, self.circuit = SlowPeer(), Circuit(lambda: 0.0)
        self.told: list[bool] = []
        line = cast(Line, self.peer)
        self.channel = Channel(line, self.circuit, cast(Any, lambda load: load), self._told, 1 << 20)

    def _told(self, channel: Channel, results: Sequence[tuple[Load, Receipt | None]]) -> None:
        self.told += [receipt is not None for _, receipt in results]

    async def put(self, many: int) -> None:
        """Put loads, and let the channel send what it will."""
        for number in range(many):
            self.channel.put(Load(a_pour(str(number)), b"{}", 0.0))
        await self.rest()

    async def answer(self, number: int, *, stored: bool = True) -> None:
        """Have the peer answer a parcel."""
        self.peer.parcels[number][1].set_result(stored)
        await self.rest()

    async def rest(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)


@pytest_asyncio.fixture
async def sent() -> AsyncIterator[Sent]:
    made = Sent()
    await made.rest()
    yield made
    await made.channel.close()


async def test_a_message_does_not_wait_for_the_answer_to_the_parcel_before(sent: Sent) -> None:
    for _ in range(PARCELS + 2):
        await sent.put(1)
    assert sent.peer.sizes() == [1] * PARCELS
    await sent.answer(1)
    assert sent.peer.sizes() == [1] * PARCELS + [2], "the rest goes together as soon as one was answered"


async def test_with_many_messages_under_way_what_comes_travels_together(sent: Sent) -> None:
    await sent.put(FEW)
    await sent.put(1)
    await sent.put(1)
    assert sent.peer.sizes() == [FEW]
    await sent.answer(0)
    assert sent.peer.sizes() == [FEW, 2]
    await sent.answer(1)
    assert sent.told == [True] * (FEW + 2)


async def test_a_peer_that_fell_silent_is_tried_with_one_parcel_until_it_answers(sent: Sent) -> None:
    for _ in range(PARCELS):
        await sent.put(1)
    await sent.put(PARCELS)
    for number in range(PARCELS):
        await sent.answer(number, stored=False)
    assert sent.circuit.failures == 1, "parcels that were under way together fail together"

    async def tried() -> bool:
        return len(sent.peer.parcels) > PARCELS

    await until(tried)
    await sent.put(1)
    assert sent.peer.sizes() == [1] * PARCELS + [PARCELS]
    await sent.answer(PARCELS)
    assert sent.circuit.state is State.CLOSED
    assert sent.peer.sizes() == [1] * PARCELS + [PARCELS, 1]

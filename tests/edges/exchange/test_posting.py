"""Connections to other nodes: kept open, never used again after trouble, bounded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial

import pytest

from tests.journal_room import until
from yidi.edges.exchange.posting import BadAnswer, Poster

GOOD = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood"
Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Peer:
    """A server that behaves as it is told, and counts its connections."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour, self.connections, self.ended, self.url = behaviour, 0, 0, ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self.behaviour(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            self.ended += 1

    async def has_ended(self, connections: int) -> bool:
        return self.ended >= connections


async def request_of(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    return head + await reader.readexactly(length)


@asynccontextmanager
async def speaking(behaviour: Behaviour) -> AsyncIterator[tuple[Peer, Poster]]:
    peer = Peer(behaviour)
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    peer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/exchange/messages"
    poster = Poster(None, connect_seconds=5, answer_seconds=5, most_bytes=1000)
    try:
        yield peer, poster
    finally:
        await poster.aclose()
        server.close()
        await server.wait_closed()


async def said(poster: Poster, peer: Peer) -> tuple[int, bytes]:
    answer = await poster.post(peer.url, content=b"{}", headers={"content-type": "application/json"})
    return answer.status_code, answer.content


async def test_a_connection_is_used_again_and_a_request_names_host_and_length() -> None:
    heard: list[bytes] = []

    async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            heard.append(await request_of(reader))
            writer.write(GOOD[:30])
            await writer.drain()
            await asyncio.sleep(0)
            writer.write(GOOD[30:])

    async with speaking(answering) as (peer, poster):
        assert [await said(poster, peer) for _ in range(3)] == [(200, b"good")] * 3
        assert peer.connections == 1
    assert heard[0].startswith(b"POST /exchange/messages HTTP/1.1\r\nhost: 127.0.0.1:")
    assert heard[0].endswith(b"content-type: application/json\r\ncontent-length: 2\r\n\r\n{}")


async def test_a_connection_the_peer_closes_is_not_used_again() -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(GOOD)
        await writer.drain()

    async def last(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(GOOD.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"))
        await reader.read()

    for behaviour in (once, last):
        async with speaking(behaviour) as (peer, poster):
            for number in range(3):
                assert await said(poster, peer) == (200, b"good")
                if behaviour is once:
                    await until(partial(peer.has_ended, number + 1))
                await asyncio.sleep(0.05)  # what the peer closed is heard of when the loop looks next
            assert peer.connections == 3


@pytest.mark.parametrize(
    "words",
    [
        b"SSH-2.0-other\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2000\r\n\r\n" + b"x" * 2000,
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\ncut",
        b"",
    ],
)
async def test_a_bad_long_or_cut_answer_is_an_unknown_outcome_and_ends_the_connection(words: bytes) -> None:
    async def bad(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(words)
        await writer.drain()

    async with speaking(bad) as (peer, poster):
        for tries in (1, 2):
            with pytest.raises((BadAnswer, ConnectionError)):
                await said(poster, peer)
            assert peer.connections == tries


async def test_a_silent_peer_is_left_after_the_time_allowed() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with speaking(silent) as (peer, poster):
        poster._answer_seconds = 0.1
        with pytest.raises(TimeoutError):
            await said(poster, peer)
        with pytest.raises(TimeoutError):
            await said(poster, peer)
        assert peer.connections == 2


async def test_a_request_has_its_own_time_whatever_an_earlier_one_on_its_connection_had() -> None:
    ready = asyncio.Event()

    async def slow_at_last(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(GOOD)
        await request_of(reader)
        await ready.wait()
        writer.write(GOOD)
        await reader.read()

    async with speaking(slow_at_last) as (peer, poster):
        poster._answer_seconds = 3600
        assert await said(poster, peer) == (200, b"good")
        waiting = asyncio.create_task(said(poster, peer))
        await until(lambda: asyncio.sleep(0, bool(poster._busy)))
        for connection in poster._busy:
            connection._look(asyncio.get_running_loop())  # as the alarm of the first request does
        ready.set()
        assert await waiting == (200, b"good")

    ready.clear()
    async with speaking(slow_at_last) as (peer, poster):
        poster._answer_seconds = 3600
        assert await said(poster, peer) == (200, b"good")
        poster._answer_seconds = 0.05
        with pytest.raises(TimeoutError):  # in an hour, were it left to the alarm of the first
            await said(poster, peer)
        assert peer.connections == 1


async def test_a_late_peer_has_twice_as_long_each_time_until_it_answers_in_time() -> None:
    ready = asyncio.Event()

    async def hanging(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        await ready.wait()
        writer.write(GOOD)
        await reader.read()

    async with speaking(hanging) as (peer, poster):
        poster._answer_seconds = 0.01
        place = ("127.0.0.1", int(peer.url.split(":")[2].split("/")[0]), False)
        budgets = []
        for _ in range(6):
            budgets.append(poster._budget(place))
            with pytest.raises(TimeoutError):
                await said(poster, peer)
        assert budgets == [0.01, 0.02, 0.04, 0.08, 0.1, 0.1]
        ready.set()
        poster._answer_seconds = 5
        assert await said(poster, peer) == (200, b"good")
        assert poster._budget(place) == 5


async def test_a_peer_that_takes_no_connection_is_not_late_but_away() -> None:
    poster = Poster(None, connect_seconds=0.0, answer_seconds=5, most_bytes=1000)
    with pytest.raises(ConnectionError):
        await poster.post("http://127.0.0.1:1/", content=b"{}", headers={})
    await poster.aclose()

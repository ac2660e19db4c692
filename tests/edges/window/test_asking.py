"""Questions and answers over a real pair of sockets: whole, in any pieces, and told when nobody is there."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from tests.edges.journal.toys import Filled, Pour, a_pour, code_of
from yidi.edges.journal import Codec
from yidi.edges.window.asking import Answering, Asking, DecidingFailed, NobodyThere
from yidi.edges.window.frames import HEAD, LARGEST, Line, connect
from yidi.processes.ports.deciding import Command, Reply

CODEC = Codec([Pour], [Filled])
Ask = Callable[[Command], Awaitable[Reply]]


@asynccontextmanager
async def asked_by(ask: Ask) -> AsyncIterator[tuple[Asking, Answering]]:
    """Connect a window with somebody who decides."""
    one, other = socket.socketpair()
    asking, answering = Asking(CODEC), Answering(ask, CODEC)
    await asking.connect(one)
    await answering.connect(other)
    await asking.greeted.wait()
    try:
        yield asking, answering
    finally:
        for end in (asking.line, answering.line):
            assert end is not None
            end.close()
            await end.over.wait()


async def echo(command: Command) -> Reply:
    """Answer with what was asked."""
    assert isinstance(command, Pour)
    await asyncio.sleep(random.Random(command.msgid).random() / 100)
    return Filled(coin="c", total_fen=command.amount_fen)


async def test_every_question_gets_its_own_answer_whatever_the_order() -> None:
    async with asked_by(echo) as (asking, _):
        replies = await asyncio.gather(*[asking.ask(a_pour(str(n), n)) for n in range(500)])
    assert replies == [Filled(coin="c", total_fen=n) for n in range(500)]


async def test_whoever_stops_waiting_is_forgotten_at_the_other_end() -> None:
    begun, gone = asyncio.Event(), asyncio.Event()

    async def never(command: Command) -> Reply:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            gone.set()
        raise AssertionError

    async with asked_by(never) as (asking, _):
        question = asyncio.ensure_future(asking.ask(a_pour("1", 1)))
        await asyncio.wait_for(begun.wait(), 60)
        question.cancel()
        await asyncio.wait_for(gone.wait(), 60)


async def test_a_failure_at_the_other_end_is_one_here_and_takes_no_other_question_along() -> None:
    async def fails(command: Command) -> Reply:
        if command.msgid == "bad":
            raise RuntimeError("a bug")
        return await echo(command)

    async with asked_by(fails) as (asking, _):
        with pytest.raises(DecidingFailed):
            await asking.ask(a_pour("bad", 1))
        assert await asking.ask(a_pour("good", 1)) == Filled(coin="c", total_fen=1)


async def test_when_the_journals_process_is_gone_a_question_is_refused_at_once() -> None:
    async with asked_by(echo) as (asking, answering):
        assert answering.line is not None
        answering.line.close()
        await asyncio.wait_for(asking.wait_over(), 60)
        assert code_of(await asking.ask(a_pour("1", 1))) == "SYSTEM-03"


async def test_a_window_does_not_wait_for_a_journal_that_never_opens() -> None:
    one, other = socket.socketpair()
    asking = Asking(CODEC)
    await asking.connect(one)
    waiting = asyncio.create_task(asking.wait_ready())
    await asyncio.sleep(0)
    other.close()
    with pytest.raises(NobodyThere):
        await asyncio.wait_for(waiting, 60)


async def taken_from(pieces: list[bytes]) -> tuple[list[tuple[int, bytes]], Line]:
    """Send raw bytes in these pieces and return the frames that arrived."""
    one, other = socket.socketpair()
    taken: list[tuple[int, bytes]] = []
    line = await connect(one, lambda number, content: taken.append((number, content)))
    for piece in pieces:
        await asyncio.get_running_loop().sock_sendall(_quiet(other), piece)
        await asyncio.sleep(0)
    other.close()
    await asyncio.wait_for(line.over.wait(), 60)
    return taken, line


def _quiet(end: socket.socket) -> socket.socket:
    end.setblocking(False)
    return end


async def test_frames_cut_into_single_bytes_arrive_whole() -> None:
    sent = [(number, bytes([number]) * number) for number in range(1, 9)]
    whole = b"".join(HEAD.pack(len(content), number) + content for number, content in sent)
    assert (await taken_from([bytes([byte]) for byte in whole]))[0] == sent
    assert (await taken_from([whole]))[0] == sent


async def test_a_length_beyond_all_reason_ends_the_line() -> None:
    taken, line = await taken_from([HEAD.pack(LARGEST + 1, 1)])
    assert taken == []
    assert line.over.is_set()

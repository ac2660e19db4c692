"""How a window has commands decided: by the journal's process, at the other end of a line.

A question is the command as JSON, its answer the reply as JSON under the same number. An empty question
says that nobody waits any more, an empty answer that deciding failed. Number 0 is the greeting.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from itertools import count

import structlog

from yidi.edges.journal.codec import Codec
from yidi.edges.storage.engine import Engine
from yidi.edges.telemetry import kind_and_place
from yidi.edges.window.frames import Line, connect
from yidi.processes.ports.deciding import Command, Refused, Reply
from yidi.processes.relay.refusals import ENDING

log = structlog.get_logger("yidi.window")
GREETING = 0


class DecidingFailed(Exception):
    """The journal's process could not decide; it has logged why."""


class NobodyThere(Exception):
    """The journal's process ended before its database was ready; it has said why."""


class Asking:
    """The window's end: asks, and waits for the greeting that says the database is ready."""

    def __init__(self, codec: Codec) -> None:
        self._codec, self._numbers = codec, count(1)
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self.greeted = asyncio.Event()
        self.line: Line | None = None

    async def connect(self, end: socket.socket) -> None:
        """Take up the window's end of the line."""
        self.line = await connect(end, self._answered)

    def _answered(self, number: int, content: bytes) -> None:
        if number == GREETING:
            self.greeted.set()
        waiting = self._waiting.get(number)
        if waiting is not None and not waiting.done():
            waiting.set_result(content)

    async def ask(self, command: Command) -> Reply:
        """Have a command decided and stored. Cancel to stop waiting; the matter goes on."""
        assert self.line is not None
        if self.line.over.is_set():
            return Refused(refusals=(ENDING.because(msgid=command.msgid),))
        number = next(self._numbers)
        self._waiting[number] = waiting = asyncio.get_running_loop().create_future()
        self.line.send(number, self._codec.encode(command))
        try:
            content = await waiting
        finally:
            del self._waiting[number]
            if waiting.cancelled():
                self.line.send(number, b"")
        if not content:
            raise DecidingFailed
        return self._codec.reply(content)

    async def wait_ready(self) -> None:
        """Wait for the greeting. Raises NobodyThere when the journal's process ends before it."""
        greeted, over = asyncio.create_task(self.greeted.wait()), asyncio.create_task(self.wait_over())
        await asyncio.wait({greeted, over}, return_when=asyncio.FIRST_COMPLETED)
        for task in (greeted, over):
            task.cancel()
        if not self.greeted.is_set():
            raise NobodyThere

    async def wait_over(self) -> None:
        """Wait until the journal's process is gone."""
        assert self.line is not None
        await self.line.over.wait()


class DistantJournal:
    """A journal in another process, with an engine of this one to read by."""

    def __init__(self, engine: Engine, asking: Asking) -> None:
        self.engine, self.ask = engine, asking.ask


class Answering:
    """The journal's end: decides what windows ask."""

    def __init__(self, ask: Callable[[Command], Awaitable[Reply]], codec: Codec) -> None:
        self._ask, self._codec = ask, codec
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self.line: Line | None = None

    async def connect(self, end: socket.socket) -> None:
        """Take up the journal's end of the line, and greet."""
        self.line = await connect(end, self._asked)
        self.line.send(GREETING, b"")

    def _asked(self, number: int, content: bytes) -> None:
        if content:
            self._tasks[number] = asyncio.create_task(self._decide(number, content))
        elif number in self._tasks:
            self._tasks[number].cancel()

    async def _decide(self, number: int, content: bytes) -> None:
        assert self.line is not None
        answer = b""
        try:
            answer = self._codec.encode(await self._ask(self._codec.command(content)))
        except Exception as error:
            log.error("deciding_failed", error=kind_and_place(error))
        finally:
            del self._tasks[number]
        self.line.send(number, answer)

    async def wait_over(self) -> None:
        """Wait until the window is gone; what it still asked goes on to its end in the journal."""
        assert self.line is not None
        await self.line.over.wait()
        for task in list(self._tasks.values()):
            task.cancel()

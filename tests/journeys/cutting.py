"""A line that can be cut: a TCP proxy between a client and a node, or between two nodes."""

from __future__ import annotations

import asyncio
from contextlib import suppress

CHUNK = 16_384


class Line:
    """Carries bytes from a port to another, until it is cut."""

    def __init__(self, port: int, target: int) -> None:
        self.port, self.target, self.cuts = port, target, 0
        self._down = False
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)

    async def cut(self, seconds: float = 0.0) -> None:
        """Break every connection in the middle of whatever it carries, and let none be made for a while."""
        self._down, self.cuts = True, self.cuts + 1
        for writer in tuple(self._open):
            writer.transport.abort()
        await asyncio.sleep(seconds)
        self._down = False

    async def close(self) -> None:
        """End."""
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._open):
            writer.transport.abort()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._down:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, back}
        self._open |= ends
        pumps = [asyncio.create_task(pump(reader, back)), asyncio.create_task(pump(there, writer))]
        self._tasks.update(pumps)
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.transport.abort()
        await asyncio.gather(*pumps, return_exceptions=True)
        self._tasks.difference_update(pumps)
        self._open -= ends


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes one way until either end is gone."""
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()

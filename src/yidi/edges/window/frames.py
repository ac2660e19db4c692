"""Frames on a pair of connected sockets: a number, and so many bytes."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from struct import Struct
from typing import cast

HEAD = Struct(">IQ")
"""Length of the content in bytes, number of the question."""
LARGEST = 1 << 30
"""What no question or answer reaches; more means that the two ends do not understand each other."""


class Line(asyncio.Protocol):
    """One end of the line: `taken` gets every frame that arrives, `over` is set when nobody is there."""

    def __init__(self, taken: Callable[[int, bytes], None]) -> None:
        self._taken, self._rest = taken, bytearray()
        self._transport: asyncio.Transport | None = None
        self._leaving: list[bytes] = []
        self.over = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that nobody is there any more."""
        self.over.set()

    def data_received(self, data: bytes) -> None:
        """Hand on every frame that is whole. A length beyond all reason closes the line."""
        rest, at = self._rest, 0
        rest += data
        while len(rest) - at >= HEAD.size:
            length, number = HEAD.unpack_from(rest, at)
            if length > LARGEST:
                self.close()
                return
            end = at + HEAD.size + length
            if len(rest) < end:
                break
            self._taken(number, bytes(rest[at + HEAD.size : end]))
            at = end
        del rest[:at]

    def send(self, number: int, content: bytes) -> None:
        """Send a frame with all others of this turn of the loop; to nobody when the other end is gone."""
        if not self._leaving:
            asyncio.get_running_loop().call_soon(self._flush)
        self._leaving += (HEAD.pack(len(content), number), content)

    def _flush(self) -> None:
        parts, self._leaving = self._leaving, []
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join(parts))

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


async def connect(end: socket.socket, taken: Callable[[int, bytes], None]) -> Line:
    """Take up one end of a connected pair."""
    end.setblocking(False)
    _, line = await asyncio.get_running_loop().create_connection(lambda: Line(taken), sock=end)
    return line

"""Posts to other nodes over connections that stay open, at a tenth of the cost of a general client.

HTTP/1.1 is read by httptools, as the server does it; TLS is the event loop's. A connection carries one
request at a time. One that was idle too long, or is closing, is not used again.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from typing import NamedTuple, Protocol, cast
from urllib.parse import urlsplit

import httptools

from yidi.edges.exchange.revocation import Revocations, certificate_of

IDLE_SECONDS = 60.0
"""Shorter than the server's own patience, so that a connection is not taken while it is being closed."""
KEPT = 32
MOST_PATIENCE = 10
"""How many times its budget a peer is given at most, when it was late before."""


class Answer(Protocol):
    """What came back."""

    @property
    def status_code(self) -> int: ...
    @property
    def content(self) -> bytes: ...


class Posting(Protocol):
    """Posts bytes to an address. Raises OSError, or httpx.HTTPError where that does it."""

    async def post(self, url: str, *, content: bytes, headers: Mapping[str, str]) -> Answer:
        """Return the answer."""

    async def aclose(self) -> None:
        """Close every connection."""


class Answered(NamedTuple):
    """Status and body of an answer."""

    status_code: int
    content: bytes


class BadAnswer(OSError):
    """What came back is no HTTP, or is too long."""


class Connection(asyncio.Protocol):
    """One connection with at most one request under way."""

    def __init__(self, most_bytes: int) -> None:
        self.idle_since = 0.0
        self.usable = False
        self.certificate = b""
        self._most_bytes = most_bytes
        self._answer: asyncio.Future[Answered] | None = None
        self._transport: asyncio.Transport | None = None
        self._until = 0.0
        self._alarm: asyncio.TimerHandle | None = None
        self._begin()

    def _begin(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport, self.usable = cast("asyncio.Transport", transport), True
        self.certificate = certificate_of(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail what is under way."""
        self.usable = False
        self._silence()
        self._fail(ConnectionError(str(exc) if exc else "closed"))

    def data_received(self, data: bytes) -> None:
        """Read on."""
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.close(BadAnswer("no HTTP"))

    def on_body(self, part: bytes) -> None:
        """Take a part of the body."""
        self._size += len(part)
        if self._size > self._most_bytes:
            self.close(BadAnswer("too long"))
        else:
            self._body.append(part)

    def on_message_complete(self) -> None:
        """Give the answer."""
        status = self._parser.get_status_code()
        self.usable = self.usable and self._parser.should_keep_alive()
        if self._answer is None or status < 200:
            self.close(BadAnswer("not asked"))
        elif not self._answer.done():
            self._answer.set_result(Answered(status, b"".join(self._body)))

    async def send(self, request: bytes, seconds: float) -> Answered:
        """Send a request and return its answer. Raises OSError; the connection is closed then."""
        assert self._transport is not None
        self._begin()
        loop = asyncio.get_running_loop()
        self._answer = loop.create_future()
        self._watch(loop, seconds)
        self._transport.write(request)
        try:
            return await self._answer
        except BaseException:
            self.close()
            raise
        finally:
            self._answer = None

    def _watch(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        """See that an answer comes in time. The alarm of an earlier request serves, unless it comes late."""
        self._until = loop.time() + seconds
        if self._alarm is not None and self._alarm.when() > self._until:
            self._silence()
        if self._alarm is None:
            self._alarm = loop.call_at(self._until, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give up what is late; an answer that may still come in time gets the rest of it."""
        self._alarm = None
        if self._answer is None or self._answer.done():
            return
        if loop.time() < self._until:
            self._alarm = loop.call_at(self._until, self._look, loop)
        else:
            self._fail(TimeoutError())

    def _silence(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def close(self, why: OSError | None = None) -> None:
        """Close it; what is under way fails."""
        self.usable = False
        self._silence()
        if self._transport is not None:
            self._transport.abort()
        self._fail(why or ConnectionError("closed"))

    def _fail(self, why: OSError) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(why)


class Poster:
    """Posts over as many connections as are needed at a time, and keeps some of them open."""

    def __init__(
        self,
        context: ssl.SSLContext | None,
        *,
        connect_seconds: float,
        answer_seconds: float,
        most_bytes: int,
        revocations: Revocations | None = None,
    ) -> None:
        self._revocations = revocations
        self._context, self._most_bytes = context, most_bytes
        self._connect_seconds, self._answer_seconds = connect_seconds, answer_seconds
        self._free: dict[tuple[str, int, bool], list[Connection]] = {}
        self._late: dict[tuple[str, int, bool], int] = {}
        self._busy: set[Connection] = set()

    async def post(self, url: str, *, content: bytes, headers: Mapping[str, str]) -> Answered:
        """Post bytes. Raises OSError when nobody knows what became of them, TimeoutError when it was late.

        A peer that was late is given twice as long with every further post, until it answers in time.
        """
        parts = urlsplit(url)
        tls = parts.scheme == "https"
        place = (parts.hostname or "", parts.port or (443 if tls else 80), tls)
        head = [f"POST {parts.path or '/'} HTTP/1.1", f"host: {parts.netloc}"]
        head += [f"{name}: {value}" for name, value in headers.items()]
        head.append(f"content-length: {len(content)}\r\n\r\n")
        connection = self._idle(place) or await self._connect(place)
        self._busy.add(connection)
        try:
            request = "\r\n".join(head).encode("latin-1") + content
            answer = await connection.send(request, self._budget(place))
        except TimeoutError:
            self._late[place] = min(self._late.get(place, 0) + 1, MOST_PATIENCE)
            raise
        else:
            self._late.pop(place, None)
            return answer
        finally:
            self._busy.discard(connection)
            self._give_back(place, connection)

    async def aclose(self) -> None:
        """Close every connection."""
        for connection in [*self._busy, *(one for kept in self._free.values() for one in kept)]:
            connection.close()
        self._free.clear()

    def _budget(self, place: tuple[str, int, bool]) -> float:
        """Return how long a peer may take, in seconds."""
        return self._answer_seconds * min(1 << self._late.get(place, 0), MOST_PATIENCE)

    def _idle(self, place: tuple[str, int, bool]) -> Connection | None:
        """Return the connection used last, if it is still good; those idle too long are closed."""
        oldest = asyncio.get_running_loop().time() - IDLE_SECONDS
        kept = self._free.get(place, [])
        while kept:
            connection = kept.pop()
            if connection.usable and connection.idle_since > oldest and self._trusted(connection):
                return connection
            connection.close()
        return None

    def _trusted(self, connection: Connection) -> bool:
        """Say whether the certificate the other side has shown is still good."""
        return self._revocations is None or self._revocations.refusal(connection.certificate) is None

    def _give_back(self, place: tuple[str, int, bool], connection: Connection) -> None:
        kept = self._free.setdefault(place, [])
        if connection.usable and len(kept) < KEPT:
            connection.idle_since = asyncio.get_running_loop().time()
            kept.append(connection)
        else:
            connection.close()

    async def _connect(self, place: tuple[str, int, bool]) -> Connection:
        host, port, tls = place
        context = (self._context or True) if tls else None
        try:
            async with asyncio.timeout(self._connect_seconds):
                _, connection = await asyncio.get_running_loop().create_connection(
                    lambda: Connection(self._most_bytes), host, port, ssl=context
                )
        except TimeoutError:
            raise ConnectionError("no connection in time") from None
        return connection

"""HTTP clients of the load generator in plain asyncio: raw bytes out, status and body back.

A request is sent as it lies in the file, signature included, so the client costs as little as it can.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, cast

_HEAD_END = b"\r\n\r\n"
GOOD = (b'"infcode":0', b'"infcode":"0"')
UNKNOWN, SENDS = "MESSAGE-142", 8


def is_good(body: bytes) -> bool:
    """Whether an answer says success."""
    return any(mark in body for mark in GOOD)


SHARES = (50.0, 90.0, 99.0, 99.9, 100.0)


class Span(NamedTuple):
    """A request of an open loop, and when it was planned, sent and answered (time.perf_counter)."""

    request: bytes
    planned: float
    sent: float
    answered: float


class Load(NamedTuple):
    """What a client saw: good answers, others and one of those; latencies in ms by percentile (SHARES)."""

    seconds: float
    good: int
    bad: int
    percentiles: Mapping[float, float]
    example: str = ""
    latencies: Sequence[float] = ()
    """Every one of them, ms, where the client keeps them."""
    spans: Sequence[Span] = ()
    """When each was planned, sent and answered, where it was planned."""

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return self.good / self.seconds if self.seconds else 0.0

    @property
    def p50(self) -> float:
        """The median latency, ms."""
        return self.percentiles[50.0]

    @property
    def p99(self) -> float:
        """The latency that 99 of 100 stayed below, ms."""
        return self.percentiles[99.0]


def together(loads: Sequence[Load]) -> Load:
    """Sum up clients that ran side by side; where one keeps no latencies, the worst percentiles count."""
    latencies = [one for load in loads for one in load.latencies]
    if all(load.latencies for load in loads):
        percentiles = percentiles_of(latencies)
    else:
        percentiles = {share: max(load.percentiles[share] for load in loads) for share in SHARES}
    example = next((load.example for load in loads if load.example), "")
    seconds, good, bad = max(x.seconds for x in loads), sum(x.good for x in loads), sum(x.bad for x in loads)
    spans = [one for load in loads for one in load.spans]
    return Load(seconds, good, bad, percentiles, example, latencies, spans)


def percentiles_of(latencies: Sequence[float]) -> Mapping[float, float]:
    """Return the latency that each of SHARES stayed below."""
    ranked = sorted(latencies) or [float("nan")]
    last = len(ranked) - 1
    return {share: ranked[min(last, int(share / 100 * len(ranked)))] for share in SHARES}


class Connection(asyncio.Protocol):
    """One connection, one request under way at a time."""

    def __init__(self) -> None:
        self._buffer = b""
        self._wanted = -1
        self._answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = cast("asyncio.WriteTransport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail what is under way."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the node closed the connection"))

    def data_received(self, data: bytes) -> None:
        """Collect an answer; its length is told by its head."""
        self._buffer = self._buffer + data if self._buffer else data
        if self._wanted < 0:
            end = self._buffer.find(_HEAD_END)
            if end < 0:
                return
            head = self._buffer[:end].lower()
            place = head.index(b"content-length:") + 15
            self._wanted = int(head[place:].split(b"\r\n", 1)[0])
            self._buffer = self._buffer[end + 4 :]
        if len(self._buffer) >= self._wanted and self._answer is not None:
            body, self._buffer, self._wanted = self._buffer, b"", -1
            if not self._answer.done():
                self._answer.set_result(body)

    async def send(self, request: bytes) -> bytes:
        """Send one request and return the body of its answer."""
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self._answer


async def connect(port: int) -> Connection:
    """Open a connection to the node on this machine."""
    _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
    return connection


class Tally:
    """Counts answers while a load runs."""

    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.spans: list[Span] = []
        self.good = self.bad = 0
        self.example = ""

    def add(self, body: bytes, seconds: float) -> None:
        """Count one answer."""
        self.latencies.append(seconds * 1000)
        if is_good(body):
            self.good += 1
        else:
            self.bad += 1
            self.example = self.example or body[:400].decode(errors="replace")

    def load(self, seconds: float) -> Load:
        """Sum up."""
        percentiles = percentiles_of(self.latencies)
        return Load(seconds, self.good, self.bad, percentiles, self.example, self.latencies, self.spans)


async def closed_loop(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Load:
    """Keep `connections` requests under way until the time or the requests are up."""
    tally, waiting = Tally(), iter(requests)
    opened = [await connect(port) for _ in range(connections)]
    start = time.perf_counter()
    await asyncio.gather(*(_until(one, waiting, start + seconds, tally) for one in opened))
    took = time.perf_counter() - start
    for one in opened:
        one.transport.close()
    return tally.load(took)


async def known_loop(port: int, requests: Callable[[], Sequence[bytes]], connections: int) -> Load:
    """Send all requests, and all again under their ids while the outcome of one is unknown.

    A machine held up for longer than a counter waits answers so, and its refusal says to send again; a
    settlement that is known answers what is stored. Returned is the last round, with the time of the first.
    """
    first = seen = await closed_loop(port, requests(), connections, 1e9)
    for _ in range(SENDS):
        if UNKNOWN not in seen.example:
            break
        seen = await closed_loop(port, requests(), connections, 1e9)
    return seen._replace(seconds=first.seconds)


async def _until(connection: Connection, waiting: Iterator[bytes], end: float, tally: Tally) -> None:
    for request in waiting:
        sent = time.perf_counter()
        body = await connection.send(request)
        now = time.perf_counter()
        tally.add(body, now - sent)
        if now >= end:
            return


async def open_loop(
    port: int, requests: Sequence[bytes], rate: float, seconds: float, seed: int = 1, connections: int = 64
) -> Load:
    """Send at `rate` a second at instants drawn beforehand (Poisson), however slow the answers are.

    The latency of a request counts from its planned instant, so waiting for a connection counts too.
    """
    chance = random.Random(seed)
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(connections):
        free.put_nowait(await connect(port))
    tally, tasks = Tally(), set[asyncio.Task[None]]()
    start = planned = time.perf_counter()
    for request in requests:
        planned += chance.expovariate(rate)
        if planned > start + seconds:
            break
        await asyncio.sleep(max(0.0, planned - time.perf_counter()))
        tasks.add(asyncio.create_task(_planned(free, request, planned, tally)))
    await asyncio.gather(*tasks)
    while not free.empty():
        free.get_nowait().transport.close()
    return tally.load(time.perf_counter() - start)


async def _planned(free: asyncio.Queue[Connection], request: bytes, planned: float, tally: Tally) -> None:
    connection = await free.get()
    sent = time.perf_counter()
    body = await connection.send(request)
    now = time.perf_counter()
    tally.add(body, now - planned)
    tally.spans.append(Span(request, planned, sent, now))
    free.put_nowait(connection)

"""What waits for one address, and the workers that send it: bounded, in parcels, with a circuit."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

import structlog

from yidi.edges.exchange.circuit import Circuit, State
from yidi.edges.exchange.line import Late, Line, Unsent, Unsigned
from yidi.edges.exchange.metrics import circuit_of, queued_of, sent
from yidi.edges.exchange.protocol import MOST_IN_PARCEL, Receipt
from yidi.edges.telemetry import kind_and_place
from yidi.processes.ports.deciding import Command

log = structlog.get_logger("yidi.exchange")

PARCELS, FEW = 3, 6
"""Parcels under way at a time, the further ones only while fewer than FEW messages are.

So at moderate load nobody waits for the answer to the parcel before, while at full load what comes meanwhile
travels, and is committed, together.
"""


class Load:
    """A command to be sent, its JSON, how often it was tried, and when it came (loop time).

    `refused` counts how often the peer did not take it; tries at a peer that was away are not among them.
    """

    __slots__ = ("attempts", "body", "command", "refused", "since")

    def __init__(self, command: Command, body: bytes, since: float, attempts: int = 0) -> None:
        self.command, self.body, self.since, self.attempts = command, body, since, attempts
        self.refused = 0


class Channel:
    """Sends loads to one address. `write` makes the head of one, `told` learns what became of them.

    `told` gets each load with its receipt, or with None when it could not be sent.
    """

    def __init__(
        self,
        line: Line,
        circuit: Circuit,
        write: Callable[[Load], Unsigned],
        told: Callable[[Channel, Sequence[tuple[Load, Receipt | None]]], None],
        bytes_at_once: int,
    ) -> None:
        self.line, self.circuit = line, circuit
        self.queue: deque[Load] = deque()
        self.under_way, self._at_gate = 0, False
        self._write, self._told, self._bytes_at_once = write, told, bytes_at_once
        self._wake = asyncio.Event()
        self._workers = [asyncio.create_task(self._work()) for _ in range(PARCELS)]

    @property
    def url(self) -> str:
        """The address."""
        return self.line.url

    @property
    def held(self) -> int:
        """How many loads are in memory."""
        return len(self.queue) + self.under_way

    def put(self, load: Load) -> None:
        """Take a load to be sent."""
        self.queue.append(load)
        self._wake.set()

    def empty(self) -> list[Load]:
        """Give back everything that waits."""
        loads = list(self.queue)
        self.queue.clear()
        return loads

    async def close(self) -> None:
        """Stop sending; what is under way is not waited for, its sender keeps it."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    def _may_send(self) -> bool:
        """Whether another parcel may leave now; a peer that did not answer is tried with one."""
        if self.circuit.state is not State.CLOSED and (self.under_way or self._at_gate):
            return False
        return bool(self.queue) and self.under_way < FEW

    async def _work(self) -> None:
        while True:
            while not self._may_send():
                self._wake.clear()
                await self._wake.wait()
            self._at_gate = True
            await self.circuit.gate()
            self._at_gate = False
            loads = self._take() if self._may_send() else []
            if not loads:
                self.circuit.released()
                continue
            try:
                await self._post(loads)
            except Exception as error:  # a bug must not stop the line: what was stored is swept up again
                log.error("channel_failed", peer=self.url, error=kind_and_place(error))
                self.circuit.failed()
                self._told(self, [(load, None) for load in loads])
            finally:
                self.under_way -= len(loads)
                self._wake.set()

    def _take(self) -> list[Load]:
        """Take a parcel: as many as are allowed and fit; a single one always fits."""
        loads: list[Load] = []
        size = 0
        while self.queue and len(loads) < MOST_IN_PARCEL:
            size += len(self.queue[0].body) + 1024
            if loads and size > self._bytes_at_once:
                break
            loads.append(self.queue.popleft())
        self.under_way += len(loads)
        return loads

    async def _deliver(self, loads: list[Load]) -> list[Receipt]:
        """Post loads; once more, with more patience, to a peer that is late for the first time."""
        try:
            return await self.line.post([self._write(load) for load in loads])
        except Late:
            if self.circuit.state is not State.CLOSED:
                raise
            log.info("peer_late", peer=self.url)
            for load in loads:
                load.attempts += 1
            return await self.line.post([self._write(load) for load in loads])

    async def _post(self, loads: list[Load]) -> None:
        try:
            receipts = await self._deliver(loads)
        except Unsent as unsent:
            if self.circuit.state is not State.OPEN:  # else another parcel has told so already
                log.warning("peer_not_reached", peer=self.url, error=kind_and_place(unsent))
                self.circuit.failed()
            circuit_of(self.url).set(1)
            queued_of(self.url).set(self.held)
            sent(self.url, "unsent").inc(len(loads))
            self._told(self, [(load, None) for load in loads])
            return
        if self.circuit.state is not State.CLOSED:
            log.info("peer_reached", peer=self.url)
        self.circuit.succeeded()
        circuit_of(self.url).set(0)
        queued_of(self.url).set(len(self.queue))
        self._told(self, list(zip(loads, receipts, strict=True)))

"""A simulated node: the real journal on a disk that loses power, and a post office to the other nodes.

The post office keeps what the journal hands it until the other node has said that it is stored, and sends it
again and again; after a crash the journal hands it everything once more from its outbox.
"""

from __future__ import annotations

import asyncio
import contextvars
import hashlib
import random
import sqlite3
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from yidi.edges.exchange.exchange import Exchange
from yidi.edges.exchange.identity import PrivateKey
from yidi.edges.journal import Busy, Codec, Journal, References
from yidi.edges.journal.waiting import identity_of
from yidi.edges.sealing.chaining import Chains
from yidi.edges.sealing.seals import seal_some
from yidi.edges.simulation.disk import Medium, PowerLost, SimulatedDisk
from yidi.edges.simulation.judging import Finding
from yidi.edges.simulation.network import OUTSIDE, Network
from yidi.edges.storage.engine import Label
from yidi.processes.ports.deciding import Command, Handler, Refused, Reply

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 20.0
"""Seconds until a message that was not acknowledged is sent again: doubled each time, with jitter."""
WATCH_SECONDS = 5.0
SEALED_SECONDS = 300.0
"""How long between two seals."""
GATEWAY_PATIENCE = 120.0
"""Seconds after which a gateway gives up waiting for an answer that a hospital waits for no more."""


class Surroundings(NamedTuple):
    """What all nodes of a run share."""

    loop: asyncio.AbstractEventLoop
    network: Network
    codec: Codec
    engine: SimulatedDisk
    begins: datetime
    seed: int
    fold: bool
    died: Callable[[int, BaseException], None]
    told: Callable[[str], None] | None = None
    watch_seconds: float = WATCH_SECONDS
    sealed_seconds: float = SEALED_SECONDS
    sealed: PrivateKey | None = None
    """The key that seals the chains of what is written; None: this run makes no chains."""
    speaks: Callable[[Node], Exchange] | None = None
    """Makes the real exchange of a life of a node; None: a plain post office."""
    lives: dict[tuple[int, int], set[asyncio.Task[Any]]] | None = None
    """Tasks begun by a life of a node, whoever began them; noted where the real exchange runs."""
    found: Callable[[Finding], None] | None = None
    """Takes what a node is seen doing that must not be."""
    parcels: bool = False
    """Whether the plain post office sends what one transaction has for one node together."""


def person_hash(jurisdiction: str, person_no: str) -> bytes:
    """Name a person's chain; a simulated person has nothing to hide."""
    return hashlib.sha256(f"{jurisdiction} {person_no}".encode()).digest()


LIFE: contextvars.ContextVar[tuple[int, int]] = contextvars.ContextVar("LIFE")
"""Whose life a task belongs to: node number and count of lives."""


def remembering(lives: dict[tuple[int, int], set[asyncio.Task[Any]]]) -> Callable[..., asyncio.Task[Any]]:
    """Make the task factory that notes every task under the life it belongs to."""

    def made(loop: asyncio.AbstractEventLoop, work: Any, **more: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **more)
        context = more.get("context") or contextvars.copy_context()
        life = context.get(LIFE)
        if life is not None:
            tasks = lives.setdefault(life, set())
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        return task

    return made


class Message(NamedTuple):
    """A message as it travels."""

    label: Label
    name: str
    text: bytes


Parcel = tuple[Message, ...]
"""What travels as one from one node to another, and arrives, is lost or doubled as one."""


class Node:
    """One node, life after life. `places` are the jurisdictions it serves, `routes` who serves which."""

    def __init__(
        self,
        number: int,
        places: Sequence[str],
        handlers: Sequence[Handler],
        around: Surroundings,
        medium: Medium,
    ) -> None:
        self.number, self.places, self.handlers, self.around = number, tuple(places), handlers, around
        self.name = "+".join(self.places)
        self.routes: dict[str, Node] = {}
        self.medium = medium
        self.skew = timedelta()
        self.up = False
        self.lives = 0
        self.exchange: Exchange | None = None
        self._chance = random.Random(f"node {number} {around.seed}")
        self._tasks: set[asyncio.Task[None]] = set()
        self.pending: dict[Label, Message] = {}

    def clock(self) -> datetime:
        """Return what this node thinks the instant is."""
        return self.around.begins + timedelta(seconds=self.around.loop.time()) + self.skew

    def start(self) -> None:
        """Begin a life on what the disk holds."""
        self.lives += 1
        self.up = True
        self.disk = self.around.engine.inserted_into(self.medium)
        self.disk.power_lost = self.crash
        self.pending = {}
        self._context = contextvars.copy_context()
        self._context.run(LIFE.set, (self.number, self.lives))
        self.exchange = None if self.around.speaks is None else self.around.speaks(self)
        self.journal = Journal(
            self.disk,
            self.handlers,
            self.places,
            self.clock,
            References(self.clock, self.number),
            fold=self.around.fold,
            send=self._send if self.exchange is None else self.exchange.send,
            resends=self.exchange is None,
            codec=self.around.codec,
            watch_seconds=self.around.watch_seconds,
        )
        if self.around.sealed is not None:
            self.disk.chaining = Chains(self.clock, person_hash, self.number)
            self._spawn(self._seal(self.around.sealed))
        self._spawn(self._live(self.journal))

    async def _live(self, journal: Journal) -> None:
        await self.disk.open()
        if self.exchange is not None:
            self.exchange.start(journal, journal.ask)
        try:
            await journal.run()
        except PowerLost:
            self.crash()
        except Exception as error:
            self.around.died(self.number, error)

    async def _seal(self, key: PrivateKey) -> None:
        """Seal what is new, now and then, beside the journal."""
        while True:
            await asyncio.sleep(self.around.sealed_seconds)
            with suppress(sqlite3.Error):
                for place in self.places:
                    await seal_some(self.disk, place, key, self.clock())

    def crash(self) -> None:
        """Lose power: nothing of this life goes on, what was committed stays."""
        if not self.up:
            return
        self.up = False
        self.disk.cut()
        if self.around.told is not None:
            self.around.told(f"{self.name} has lost its power; its memory is gone")
        self.pending = {}
        lives = self.around.lives or {}
        for task in (*self._tasks, *lives.pop((self.number, self.lives), ())):
            task.cancel()
        self._tasks = set()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self.around.loop.create_task(work, context=self._context)
        self._tasks.add(task)
        task.add_done_callback(self._over)
        return task

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, PowerLost):
            self.around.died(self.number, error)

    def _send(self, commands: Iterable[Command]) -> None:
        """Take messages of the journal to other nodes; what must last until it is acknowledged."""
        parcels: dict[Any, list[Message]] = {}
        for command in commands:
            self._lasts(identity_of(command), "sent on")
            label, other = identity_of(command), self.routes[command.jurisdiction]
            message = Message(label, type(command).__name__, self.around.codec.kept(command))
            if not command.durable:
                self._deliver(other, (message,), self.lives)
                continue
            self.pending[label] = message
            parcels.setdefault(other.number if self.around.parcels else label, []).append(message)
        for messages in parcels.values():
            other = self.routes[messages[0].label[0]]
            self._post(other, tuple(messages), self.lives, FIRST_PAUSE)

    def _post(self, other: Node, parcel: Parcel, life: int, pause: float) -> None:
        """Send messages, and after a pause those again that have not arrived."""
        left = tuple(message for message in parcel if message.label in self.pending)
        if not left or life != self.lives or not self.up:
            return
        self._deliver(other, left, life)
        later = pause * (1 + self._chance.random() / 2)
        self.around.loop.call_later(later, self._post, other, left, life, min(pause * 2, LONGEST_PAUSE))

    def _deliver(self, other: Node, parcel: Parcel, life: int) -> None:
        def acknowledged(labels: Iterable[Label]) -> None:
            if self.up and life == self.lives:
                for label in labels:
                    if self.pending.pop(label, None) is not None:
                        self.journal.acknowledged(label)

        def arrived() -> None:
            other.receive(
                parcel,
                lambda labels: network.carry(other.number, self.number, lambda: acknowledged(labels)),
            )

        network = self.around.network
        if self.around.told is not None:
            for message in parcel:
                self.around.told(f"{self.name} sends {message.name} {message.label[2]} to {other.name}")
        network.carry(self.number, other.number, arrived)

    def serve(self, path: str, content: bytes, back: Callable[[int, bytes], None]) -> None:
        """Take a request of another node's exchange."""
        if self.up and self.exchange is not None:
            self._spawn(_served(self.exchange, path, content, back))

    def receive(self, parcel: Parcel, acknowledge: Callable[[Sequence[Label]], None]) -> None:
        """Take messages from the network; acknowledge those that are stored."""
        if self.up:
            self._spawn(self._store(parcel, acknowledge))

    async def _store(self, parcel: Parcel, acknowledge: Callable[[Sequence[Label]], None]) -> None:
        receipts = []
        for message in parcel:
            with suppress(Busy):  # it will be sent again
                command = self.around.codec.command(message.text)
                receipts.append((message, self.journal.hand_in(command)))
        stored = []
        for message, receipt in receipts:
            with suppress(Exception):  # not stored: it will be sent again
                await receipt
                self._lasts(message.label, "acknowledged")
                stored.append(message.label)
                if self.around.told is not None:
                    text = f"{self.name} has stored {message.name} {message.label[2]}, acknowledges"
                    self.around.told(text)
        if stored:
            acknowledge(stored)

    def ask(self, text: bytes, answer: Callable[[Reply], None]) -> None:
        """Take a command from a hospital or portal; `answer` is called here when it is decided."""
        if self.up:
            task = self._spawn(self._answer(text, answer))
            self.around.loop.call_later(GATEWAY_PATIENCE, task.cancel)

    def _lasts(self, label: Label, done: str) -> None:
        """See that a loss of power now would not undo what is told of a message."""
        if label in self.medium.fleeting and self.around.found is not None:
            text = f"{self.name} has {done} {label[2]}, which a loss of power would undo"
            self.around.found(Finding("told_too_early", text))

    async def _answer(self, text: bytes, answer: Callable[[Reply], None]) -> None:
        command = self.around.codec.command(text)
        try:
            reply = await self.journal.ask(command)
            if not isinstance(reply, Refused):
                self._lasts(identity_of(command), "answered")
        except Busy as busy:
            reply = busy.refused
        self.around.network.carry(self.number, OUTSIDE, lambda: answer(reply))


async def _served(exchange: Exchange, path: str, content: bytes, back: Callable[[int, bytes], None]) -> None:
    """Have a node's exchange answer a request."""
    parts: list[bytes] = []
    status = 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)
        parts.append(message.get("body", b""))

    scope = {"type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "root_path": "",
             "path": path, "raw_path": path.encode(), "query_string": b"",
             "headers": [(b"host", b"node"), (b"content-type", b"application/json"),
                         (b"content-length", str(len(content)).encode())],
             "server": ("node", 80), "client": ("127.0.0.1", 1)}  # fmt: skip
    await exchange.app(scope, receive, send)
    back(status, b"".join(parts))

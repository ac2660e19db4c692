"""Takes what the journal has for other nodes and sees it there.

Durable messages are sent until they are acknowledged: their rows are in the outbox, so what does not fit
in memory, or was not taken, is swept up from there again. Questions leave no trace: one that cannot be
sent at once is answered NOT_REACHED, so that nobody waits for nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, Protocol

import msgspec
import structlog

from yidi.domain.dates import write_instant
from yidi.domain.refusal import Refusal
from yidi.edges.clock import Clock
from yidi.edges.exchange.authority import link_sender, origin_of, question_of
from yidi.edges.exchange.channel import Channel, Load
from yidi.edges.exchange.circuit import State
from yidi.edges.exchange.directory import Directory
from yidi.edges.exchange.keyring import bare_head
from yidi.edges.exchange.line import Unsigned
from yidi.edges.exchange.matters import Matters
from yidi.edges.exchange.metrics import sent
from yidi.edges.exchange.protocol import Receipt
from yidi.edges.exchange.refusals import KEY_UNKNOWN, NOT_REACHED
from yidi.edges.journal.batch import case_of
from yidi.edges.journal.codec import Codec
from yidi.edges.storage.engine import Engine, Label, Outgoing
from yidi.edges.telemetry import kind_and_place
from yidi.processes.ports.deciding import Command, Refused, Reply
from yidi.processes.relay.commands import Answered, homeward

log = structlog.get_logger("yidi.exchange")

LATEST = "9999"
SWEEP_SECONDS = 1.0
FRESH = timedelta(seconds=5)
"""A row younger than this is most likely on its way already."""
AGAIN_SECONDS, LONGEST_AGAIN_SECONDS = 0.2, 60.0


class Home(Protocol):
    """What the sender needs of the journal it sends for."""

    engine: Engine
    here: frozenset[str]

    def acknowledged(self, label: Label) -> None:
        """Learn that a message is stored elsewhere."""

    def not_taken(self, label: Label, attempts: int, trouble: str) -> None:
        """Write down why a peer does not take a message."""

    def tell_origin(self, command: Command, reply: Reply) -> None:
        """Answer whoever waits here at the beginning of a matter."""

    async def deliver(self, command: Command) -> None:
        """Take a message."""


def label_of(command: Command) -> Label:
    """Return what names a message under way."""
    return command.jurisdiction, command.sender, command.msgid


class Sender:
    """Sends for one node. `open_channel` makes the channel of an address; `room` bounds each channel."""

    def __init__(
        self,
        directory: Directory,
        matters: Matters,
        codec: Codec,
        clock: Clock,
        open_channel: Callable[[str, Sender], Channel],
        *,
        answer_to: str,
        room: int,
        chance: Callable[[], float],
    ) -> None:
        self.channels: dict[str, Channel] = {}
        self.sweep_seconds = SWEEP_SECONDS
        self._directory, self._matters, self._codec, self._clock = directory, matters, codec, clock
        self._open_channel, self._answer_to, self._room = open_channel, answer_to, room
        self._chance = chance
        self._home: Home | None = None
        self._held: set[Label] = set()
        self._arrived: dict[Label, float] = {}
        self._unreadable: set[Label] = set()
        self._overflowed: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._resting: set[asyncio.TimerHandle] = set()
        self._drained = asyncio.Event()

    def start(self, home: Home) -> None:
        """Begin with what was under way when the node last ended."""
        self._home = home
        self._overflowed = set(self._directory.jurisdictions - home.here)
        self._keep(self._sweep_for_ever())

    async def close(self) -> None:
        """Stop; the outbox keeps what was not acknowledged."""
        for timer in self._resting:
            timer.cancel()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(
            *self._tasks, *(c.close() for c in self.channels.values()), return_exceptions=True
        )

    def send(self, messages: Sequence[Command]) -> None:
        """Take messages for other nodes: the journal's way out. Never waits."""
        for command in messages:
            self._put(command)

    def _put(self, command: Command, attempts: int = 0) -> None:
        """Write a command as it is sent, and place it."""
        if command.durable and label_of(command) in self._held:
            return
        body = self._codec.kept(command)
        self._place(Load(command, body, asyncio.get_running_loop().time(), attempts))

    def _place(self, load: Load) -> None:
        """Give a load to the channel of its address, if there is one with room that may answer."""
        command = load.command
        channel = self._route(command)
        if channel is None or (not command.durable and not self._answers(channel)):
            self._give_up(command, (NOT_REACHED.because(place=command.jurisdiction),))
            return
        if command.durable:
            if channel.held >= self._room:
                self._overflowed.add(command.jurisdiction)
                return
            self._held.add(label_of(command))
        elif channel.held >= self._room:
            self._give_up(command, (NOT_REACHED.because(place=command.jurisdiction),))
            return
        channel.put(load)

    @staticmethod
    def _answers(channel: Channel) -> bool:
        return channel.circuit.state is State.CLOSED

    def _route(self, command: Command) -> Channel | None:
        """Choose an address: where the question came from, else the first whose line is not open."""
        urls = self._directory.urls(command.jurisdiction)
        if not urls:
            return None
        if isinstance(command, Answered) and (matter := self._matters.of(origin_of(command))) is not None:
            urls = tuple(sorted(urls, key=lambda url: url != matter.answer_to))
        channels = [self._channel(url) for url in urls]
        return next((channel for channel in channels if self._answers(channel)), channels[0])

    def _channel(self, url: str) -> Channel:
        url = url.rstrip("/")
        if url not in self.channels:
            self.channels[url] = self._open_channel(url, self)
        return self.channels[url]

    def head_of(self, load: Load) -> Unsigned:
        """Write the head of a load as it is sent now."""
        command = load.command
        matter = self._matters.of(origin_of(command))
        head = bare_head(
            link_sender(command),
            command.jurisdiction,
            type(command).__name__,
            self._clock(),
            id=command.msgid,
            case=case_of(command),
            deadline=matter.deadline if matter is not None else "",
            attempt=load.attempts,
            answer_to=self._answer_to,
        )
        return Unsigned(head, load.body)

    def told(self, channel: Channel, results: Sequence[tuple[Load, Receipt | None]]) -> None:
        """Learn what became of loads; a line that fell silent gives its questions back as well."""
        for load, receipt in results:
            if receipt is None:
                self._unsent(load)
            elif receipt.stored:
                self._stored(channel, load)
            else:
                self._refused(channel, load, receipt.refusals)
        if self._overflowed and channel.held - len(results) <= self._room // 2:
            self._drained.set()
        if not self._answers(channel):
            self._drained.clear()
            self._directory.refresh()
            for load in channel.empty():
                self._unsent(load, tried=False)

    def _unsent(self, load: Load, *, tried: bool = True) -> None:
        """Send again: over another address if there is one, else when the line is back."""
        self._held.discard(label_of(load.command))
        load.attempts += tried
        self._place(load)

    def _stored(self, channel: Channel, load: Load) -> None:
        sent(channel.url, "stored").inc()
        if load.command.durable:
            label = label_of(load.command)
            self._held.discard(label)
            self._arrived[label] = asyncio.get_running_loop().time()
            assert self._home is not None
            self._home.acknowledged(label)

    def _refused(self, channel: Channel, load: Load, refusals: tuple[Refusal, ...]) -> None:
        """A question is answered so; what must arrive is tried again, ever more rarely.

        How rarely, its refusals say: a peer that was away for long and has forgotten the key of a message
        is sent it anew at once, however often it was tried meanwhile.
        """
        sent(channel.url, "refused").inc()
        command = load.command
        key_lost = any(refusal.code == KEY_UNKNOWN.code for refusal in refusals)
        if not command.durable and not (key_lost and load.refused == 0):
            self._give_up(command, refusals)
            return
        load.attempts += 1
        load.refused += 1
        if not key_lost:
            codes = ", ".join(refusal.code for refusal in refusals)
            log.warning("message_not_taken", message_id=command.msgid, peer=channel.url, codes=codes)
            assert self._home is not None
            self._home.not_taken(label_of(command), load.attempts, codes)
        if len(self._resting) >= self._room:
            self._held.discard(label_of(command))
            return
        pause = min(LONGEST_AGAIN_SECONDS, AGAIN_SECONDS * 2 ** min(load.refused, 12))
        if key_lost and load.refused <= 2:
            pause = 0.0
        self._rest(load, pause * (0.5 + self._chance() / 2))

    def _rest(self, load: Load, seconds: float) -> None:
        """Let a load rest; its place in memory stays taken, so the sweep leaves it alone."""

        def again() -> None:
            self._resting.discard(timer)
            self._held.discard(label_of(load.command))
            self._place(load)

        timer = asyncio.get_running_loop().call_later(seconds, again)
        self._resting.add(timer)

    def _give_up(self, command: Command, refusals: tuple[Refusal, ...]) -> None:
        """Tell who asked that a question does not arrive; what must arrive stays in the outbox."""
        if command.durable:
            self._overflowed.add(command.jurisdiction)
            return
        question, home = question_of(command), self._home
        if question is None or home is None:
            return
        reply = Refused(refusals=refusals)
        if question.care in home.here:
            home.tell_origin(question, reply)
            return
        answer = homeward(question, reply)
        if answer.jurisdiction in home.here:
            self._keep(home.deliver(answer))

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("exchange_task_failed", error=kind_and_place(error))

    async def _sweep_for_ever(self) -> None:
        while True:
            try:
                self._directory.refresh()
                await self.sweep()
            except Exception as error:
                log.warning("sweep_failed", error=kind_and_place(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._drained.wait(), self.sweep_seconds)
            self._drained.clear()

    async def sweep(self) -> None:
        """Take up what lies in the outbox and is not in memory, for every line that has room.

        Usually that is nothing, and one look for all is enough; a destination whose messages did not fit
        in memory is looked at by itself. The rows of what arrived lately may still be there: passed over.
        """
        assert self._home is not None
        lately = asyncio.get_running_loop().time() - FRESH.total_seconds()
        self._arrived = {label: at for label, at in self._arrived.items() if at > lately}
        ready = [place for place in self._directory.jurisdictions - self._home.here if self._free(place)]
        alone = sorted(place for place in ready if place in self._overflowed)
        together = sorted(set(ready) - self._overflowed)
        if together:
            old = write_instant(self._clock() - FRESH)
            await self._take_from(together, old, min(self._free(place) for place in together))
        for place in alone:
            self._overflowed.discard(place)
            await self._take_from([place], LATEST, self._free(place))

    def _free(self, destination: str) -> int:
        """Return how many more messages are worth taking up for a destination; 0 unless it is half empty."""
        channels = [self._channel(url) for url in self._directory.urls(destination)]
        free = min((self._room - channel.held for channel in channels), default=0)
        worth = any(self._answers(channel) or not channel.held for channel in channels)
        return free if worth and 2 * free > self._room else 0

    async def _take_from(self, destinations: Sequence[str], before: str, free: int) -> None:
        """Take up at most about `free` messages; if there may be more, look again by destination."""
        if free <= 0:
            self._overflowed.update(destinations)
            return
        assert self._home is not None
        wanted = frozenset(destinations)
        known = {label for label in (*self._held, *self._arrived, *self._unreadable) if label[0] in wanted}
        rows = await self._home.engine.undelivered(before, destinations, free + len(known))
        if len(rows) >= free + len(known):
            self._overflowed |= wanted
        new = [row for row in rows if (row.destination, row.sender, row.msgid) not in known]
        if new:
            await self._home.engine.sync()  # a stored message may be seen before it lasts
        for row in new:
            if self._is_new(row):
                self._take_up(row)

    def _is_new(self, row: Outgoing) -> bool:
        label = (row.destination, row.sender, row.msgid)
        return label not in self._held and label not in self._arrived

    def _take_up(self, row: Outgoing) -> None:
        """Take up a stored message; one this version cannot read waits for the version that can."""
        try:
            command = self._codec.command(row.message)
        except msgspec.DecodeError as error:
            label = (row.destination, row.sender, row.msgid)
            if label not in self._unreadable:
                self._unreadable.add(label)
                log.error("outbox_row_not_read", message_id=row.msgid, error=kind_and_place(error))
            return
        self._put(command, max(1, row.attempts))  # perhaps it was sent by the node as it was before

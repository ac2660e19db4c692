"""What the outbox must be told besides new messages: which arrived elsewhere, which failed again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

import structlog

from yidi.domain.dates import write_instant
from yidi.edges.clock import Clock
from yidi.edges.journal.batch import Unhandled, Unserved
from yidi.edges.journal.waiting import Item
from yidi.edges.storage.engine import Engine, Label
from yidi.edges.telemetry import kind_and_place

log = structlog.get_logger("yidi.journal")

BACKOFF_SECONDS = (0.1, 1.0, 10.0)
"""Pauses before a failed message is tried again; after the last it is parked."""


RIDE_SECONDS = 0.5
"""How long the news that a message arrived waits for a commit to ride with; its row does no harm."""


class Note(NamedTuple):
    """What is written on a message under way that failed."""

    label: Label
    attempts: int
    parked_at: str
    trouble: str


def told(error: Exception) -> str:
    """Return what is written down of an error: the words of others may hold a person."""
    return repr(error) if isinstance(error, (Unserved, Unhandled)) else kind_and_place(error)


class Troubles:
    """Arrivals and failures to be written with the next commit, and the timers of further tries."""

    def __init__(self, clock: Clock, backoff: Sequence[float]) -> None:
        self._clock, self._backoff = clock, tuple(backoff)
        self._timers: set[asyncio.TimerHandle] = set()
        self._ride: asyncio.TimerHandle | None = None
        self.arrived: list[Label] = []
        self.notes: list[Note] = []
        self.due = False

    @property
    def to_write(self) -> bool:
        """Whether the outbox must be told something, by a commit of its own if there is no other."""
        return bool(self.notes) or (self.due and bool(self.arrived))

    def arrival(self, label: Label, wake: Callable[[], None]) -> None:
        """Note that a message arrived; when no commit takes the news along soon, it gets one."""
        self.arrived.append(label)
        if self._ride is None:
            self._ride = asyncio.get_running_loop().call_later(RIDE_SECONDS, self._late, wake)

    def _late(self, wake: Callable[[], None]) -> None:
        self._ride = None
        self.due = True
        wake()

    async def write(self, engine: Engine) -> tuple[int, int]:
        """Write the failures in the transaction under way; return how many arrivals and failures it has."""
        notes = tuple(self.notes)
        for note in notes:
            await engine.note_trouble(*note)
        return len(self.arrived), len(notes)

    def written(self, counts: tuple[int, int]) -> Sequence[Label]:
        """Forget what was committed; return the labels that arrived.

        What arrived while it was committed stays due: the timer that would call for it may have run out.
        """
        arrived = self.arrived[: counts[0]]
        del self.arrived[: counts[0]]
        del self.notes[: counts[1]]
        self.due = self.due and bool(self.arrived)
        return arrived

    def later(self, item: Item, error: Exception, enqueue: Callable[[Item], None]) -> bool:
        """Have a stored message tried again after a pause; True when it is parked instead."""
        item.attempts += 1
        parked = item.attempts > len(self._backoff)
        parked_at = write_instant(self._clock()) if parked else ""
        self.notes.append(Note(item.identity, item.attempts, parked_at, told(error)))
        if parked:
            log.error("message_parked", message_id=item.command.msgid, error=kind_and_place(error))
            return True
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._backoff[item.attempts - 1], self._again, item, enqueue)
        self._timers.add(timer)
        return False

    def _again(self, item: Item, enqueue: Callable[[Item], None]) -> None:
        now = asyncio.get_running_loop().time()
        self._timers = {timer for timer in self._timers if timer.when() > now}
        enqueue(item)

    def forget(self) -> None:
        """Drop all further tries; the outbox keeps the messages."""
        if self._ride is not None:
            self._ride.cancel()
        for timer in self._timers:
            timer.cancel()

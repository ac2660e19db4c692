"""Looking now and then for what came into the database beside the journal's own work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from yidi.edges.clock import Clock
from yidi.edges.journal.codec import Codec
from yidi.edges.journal.waiting import Identity
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.reading import rows_among
from yidi.edges.telemetry import kind_and_place
from yidi.processes.ports.deciding import Reply
from yidi.processes.relay.records import REPLIED, Replied

log = structlog.get_logger("yidi.journal")

WATCH_SECONDS = 1.0
SWEEP_TICKS = 30
PARKED_TICKS = 600
"""Looks until what is parked is tried again: its cause may have gone, as that of a full disk does."""
ABANDONED_AFTER = timedelta(seconds=60)
DOUBTFUL_TICKS = 3
"""Looks after a commit in doubt: the database may finish it a little after it was reported as failed."""

FindAnswers = Callable[[], Awaitable[None]]
Resume = Callable[[datetime, bool], Awaitable[None]]
"""Takes up what is in the outbox since before an instant and nobody carries; True: what is parked too."""


class Watch:
    """Looks every `seconds` for answers other processes stored, and seldom for messages nobody carries."""

    def __init__(self, clock: Clock, seconds: float, find_answers: FindAnswers, resume: Resume) -> None:
        self.seconds = seconds
        self._clock, self._find_answers, self._resume = clock, find_answers, resume
        self._ticks = self._doubtful = 0
        self._doubted_at = clock()

    def doubt(self) -> None:
        """Look soon for messages of a commit that was reported as failed: it may have taken effect."""
        self._doubtful, self._doubted_at = DOUBTFUL_TICKS, self._clock()

    async def run(self) -> None:
        """Look until cancelled. What fails is logged, and looked for again."""
        while True:
            await asyncio.sleep(self.seconds)
            self._ticks += 1
            try:
                await self._find_answers()
                await self._sweep()
            except Exception as error:
                log.warning("watch_failed", error=kind_and_place(error))

    async def _sweep(self) -> None:
        if self._doubtful:
            self._doubtful -= 1
            await self._resume(self._doubted_at + timedelta(milliseconds=1), False)
        if self._ticks % SWEEP_TICKS == 0:
            await self._resume(self._clock() - ABANDONED_AFTER, self._ticks % PARKED_TICKS == 0)


async def stored_answers(
    engine: Engine, codec: Codec, identities: Sequence[Identity]
) -> list[tuple[Identity, Reply]]:
    """Return the answers to these messages that are stored and last."""
    found = await rows_among(engine, Replied, REPLIED.by, identities)
    if found:
        await engine.sync()  # a stored answer may be seen before it lasts
    return [((row.jurisdiction, row.sender, row.msgid), codec.reply(row.reply)) for row in found]

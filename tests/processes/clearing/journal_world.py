"""The world of the process tests, played on the real journal and a real database instead of in memory."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any, TypeVar

from tests.journal_room import open_journal
from yidi.edges.clock import SettableClock
from yidi.edges.journal import Journal
from yidi.edges.storage.reading import rows
from yidi.processes.ports.deciding import Command, Handler, Record, Reply

R = TypeVar("R", bound=Record)


class JournalWorld:
    """Asks a running journal; every look at the records reads the database."""

    def __init__(self, journal: Journal, clock: SettableClock, loop: asyncio.AbstractEventLoop) -> None:
        self.journal, self._clock, self._loop, self._messages = journal, clock, loop, 0

    @property
    def now(self) -> datetime:
        """The instant of the clock."""
        return self._clock()

    @now.setter
    def now(self, then: datetime) -> None:
        self._clock.set(then.astimezone(timezone.utc))

    @property
    def today(self) -> str:
        """The business date."""
        return self.now.date().isoformat()

    def next_msgid(self) -> str:
        """A message id that was not used yet."""
        self._messages += 1
        return f"m{self._messages:06d}"

    def ask(self, command: Command) -> Reply:
        """Have a command decided, and let everything that follows from it arrive."""
        self._clock.advance(milliseconds=1)
        reply = self._loop.run_until_complete(self.journal.ask(command))
        self._loop.run_until_complete(self._quiet())
        return reply

    def deliver(self, *commands: Command) -> None:
        """Let messages arrive."""
        for command in commands:
            self._clock.advance(milliseconds=1)
            self._loop.run_until_complete(self.journal.deliver(command))
        self._loop.run_until_complete(self._quiet())

    def records(self, kind: type[R]) -> Sequence[R]:
        """Read all records of a kind, oldest first where they say when."""
        names: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]
        order = [name for name in ("version", "month", "recorded_at") if name in names]
        return list(self._loop.run_until_complete(rows(self.journal.engine, kind, order=order)))

    def add(self, *records: Record) -> None:
        """Write facts as they are."""
        self._loop.run_until_complete(self._write(records))

    async def _write(self, records: Iterable[Record]) -> None:
        by_kind: Mapping[type[Any], list[Record]] = defaultdict(list)
        for record in records:
            by_kind[type(record)].append(record)
        engine = self.journal.engine
        await engine.begin()
        await engine.write(by_kind)
        await engine.commit()

    async def _quiet(self) -> None:
        for _ in range(60_000):
            if not await self.journal.engine.fetch("SELECT 1 FROM outbox LIMIT 1"):
                return
            await asyncio.sleep(0.002)
        raise AssertionError("messages are still under way")


@contextmanager
def journal_world(
    handlers: Sequence[Handler], here: Iterable[str], start: datetime, *, fold: bool
) -> Iterator[JournalWorld]:
    """Run a journal on a fresh SQLite file, folded or hop by hop, for the time of a test."""
    clock = SettableClock(start.astimezone(timezone.utc))
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        manager = open_journal(handlers=handlers, here=here, clock=clock, fold=fold)
        journal = loop.run_until_complete(manager.__aenter__())
        try:
            yield JournalWorld(journal, clock, loop)
        finally:
            loop.run_until_complete(manager.__aexit__(None, None, None))

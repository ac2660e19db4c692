"""A disk that loses power: the real SQLite engine on a database in memory that outlives its node.

What was synced stays. What was not is gone: also what was committed early, though the node saw it. A crash
may fall between any two statements, before a commit, after it, during a sync, or after that but before
anybody heard of it; the disk may be full, or slow.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

from yidi.edges.storage.engine import ANY_NUMBER, Label, Outgoing
from yidi.edges.storage.engines.sqlite import SQLite
from yidi.edges.storage.recent import Recent
from yidi.edges.storage.schema import Schema
from yidi.processes.ports.deciding import Key, Record
from yidi.processes.relay.records import Received

COMMIT_SECONDS = 0.002
IN_MEMORY = ":memory:"


class PowerLost(BaseException):
    """The node has no power any more: nothing it still does may take effect."""


class Medium:
    """What remains when a node loses power: the database, and what is wrong with the disk now.

    `crash_in` counts the statements until power is lost (0: never); `full` refuses to write; `unsure`
    lets that many commits take effect and then report a failure; `commits` counts those that lasted;
    `fleeting` names the messages, in or out, that a loss of power would still undo.
    A transaction takes `turn_seconds` until it is committed, a sync `commit_seconds`, both `slow_seconds`
    more while the disk is slow.
    """

    def __init__(self, template: sqlite3.Connection | None = None) -> None:
        self.connection = sqlite3.connect(
            IN_MEMORY, isolation_level=None, check_same_thread=False, cached_statements=1024
        )
        if template is not None:
            template.backup(self.connection)
        self.crash_in = 0
        self.full = False
        self.unsure = 0
        self.commit_seconds = COMMIT_SECONDS
        self.turn_seconds = self.slow_seconds = 0.0
        self.commits = 0
        self.fleeting: set[Label] = set()

    def lose_power(self) -> None:
        """Forget what was not committed."""
        self.crash_in = 0
        self.fleeting.clear()
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def mend(self) -> None:
        """Take away what is wrong with the disk and has not struck yet."""
        self.crash_in, self.full, self.unsure, self.slow_seconds = 0, False, 0, 0.0

    def close(self) -> None:
        """Throw the disk away."""
        self.connection.close()


def _nobody() -> None:
    """Nobody minds."""


class SimulatedDisk(SQLite):
    """The engine of one life of a node. `power_lost` is called once, when a statement loses power."""

    def __init__(self, schema: Schema) -> None:
        super().__init__(IN_MEMORY, schema)
        self.alive = True
        self.medium = Medium.__new__(Medium)
        self.power_lost: Callable[[], None] = _nobody

    def inserted_into(self, medium: Medium) -> SimulatedDisk:
        """Return an engine like this one on a medium; the statements made are shared."""
        found = SimulatedDisk.__new__(SimulatedDisk)
        found.__dict__ |= self.__dict__
        found.medium, found.alive, found._free = medium, True, asyncio.Lock()
        found._recent = Recent(self.schema)
        return found

    @property
    def at_work(self) -> bool:
        """Say whether a transaction is open: what it shows may still come to nothing."""
        return self._free.locked()

    def _connect(self) -> sqlite3.Connection:
        return self.medium.connection

    async def close(self) -> None:
        """Let go of the medium, which stays."""
        self.alive = False

    def cut(self) -> None:
        """Take the power away: nothing of this life reaches the medium any more."""
        if self.alive:
            self.alive = False
            self.medium.lose_power()

    def _step(self) -> None:
        """Count one statement; lose power when its turn has come."""
        if not self.alive:
            raise PowerLost
        if self.medium.crash_in:
            self.medium.crash_in -= 1
            if not self.medium.crash_in:
                self.cut()
                asyncio.get_running_loop().call_soon(self.power_lost)
                raise PowerLost

    def _room(self) -> None:
        if self.medium.full:
            raise sqlite3.OperationalError("database or disk is full")

    async def begin(self) -> None:
        """Begin, if there is power: a transaction in what the disk was not asked to keep yet."""
        self._step()
        await self._free.acquire()
        self._dirty = False
        self._messages: set[Label] = set()
        self._recent.begin()
        try:
            if not self._writer.in_transaction:
                self._writer.execute("BEGIN IMMEDIATE")
            self._writer.execute("SAVEPOINT turn")
        except BaseException:
            self._free.release()
            raise
        self._step()

    async def commit_early(self) -> None:
        """Commit: what comes next sees it, and only `sync` makes it outlive a loss of power."""
        if self._dirty:
            if takes := self.medium.turn_seconds + self.medium.slow_seconds:
                await asyncio.sleep(takes)
            self._room()
        self._step()
        self._writer.execute("RELEASE turn")
        self.medium.fleeting |= self._messages
        self._free.release()
        self._step()
        if self.medium.unsure and self._dirty:
            self.medium.unsure -= 1
            raise sqlite3.OperationalError("disk I/O error")

    async def commit(self) -> None:
        """Commit and sync, all in the disk's time."""
        if self._dirty:
            self._room()
            await asyncio.sleep(self.medium.commit_seconds + self.medium.slow_seconds)
        self._step()
        self._writer.execute("RELEASE turn")
        self._keep()
        self._free.release()
        self._step()
        if self.medium.unsure and self._dirty:
            self.medium.unsure -= 1
            raise sqlite3.OperationalError("disk I/O error")

    async def sync(self) -> None:
        """Make what was committed last, after the disk's time; nothing of it does if power is lost before."""
        await asyncio.sleep(self.medium.commit_seconds + self.medium.slow_seconds)
        async with self._free:
            self._step()
            self._keep()
        self._step()

    def _keep(self) -> None:
        if self._writer.in_transaction:
            self._writer.execute("COMMIT")
            self.medium.commits += 1
        self.medium.fleeting.clear()

    async def rollback(self) -> None:
        """Forget the transaction; without power it is forgotten already."""
        self.chaining.forget()
        self._recent.undo()
        if self.alive and self._free.locked():
            with suppress(sqlite3.OperationalError):  # it was released: only its report was a failure
                self._writer.execute("ROLLBACK TO turn")
                self._writer.execute("RELEASE turn")
            self._free.release()

    async def load(self, keys: Iterable[Key], facts: dict[Key, Any]) -> None:
        """Load, if there is power."""
        self._step()
        await super().load(keys, facts)

    async def write(self, records: Mapping[type[Record], Sequence[Record]]) -> None:
        """Write, if there is power and room."""
        self._step()
        self._room()
        received = cast("Sequence[Received]", records.get(Received, ()))
        self._messages.update((row.jurisdiction, row.sender, row.msgid) for row in received)
        await super().write(records)
        self._step()

    async def put_outbox(self, rows: Sequence[Outgoing]) -> None:
        """Add messages, if there is power and room."""
        self._step()
        self._room()
        self._messages.update((row.destination, row.sender, row.msgid) for row in rows)
        await super().put_outbox(rows)

    async def drop_outbox(self, labels: Sequence[Label]) -> None:
        """Remove messages, if there is power."""
        self._step()
        await super().drop_outbox(labels)

    async def undelivered(
        self, before: str, destinations: Sequence[str] = (), most: int = ANY_NUMBER
    ) -> Sequence[Outgoing]:
        """Read between transactions: the one connection would show what is not committed yet."""
        self._step()
        async with self._free:
            return await super().undelivered(before, destinations, most)

    async def fetch(self, sql: str, *parameters: str | int) -> Sequence[tuple[Any, ...]]:
        """Read, if there is power."""
        self._step()
        return await super().fetch(sql, *parameters)

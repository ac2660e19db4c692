"""A disk that loses power: the real SQLite engine on a database in memory that outlives its node.

What was committed stays, what was not is gone. A crash may fall between any two statements, before a
commit, or after it but before anybody heard of it; the disk may be full, or slow.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from yidi.edges.storage.engine import ANY_NUMBER, Label, Outgoing
from yidi.edges.storage.engines.sqlite import SQLite
from yidi.edges.storage.schema import Schema
from yidi.processes.ports.deciding import Key, Record

COMMIT_SECONDS = 0.002
IN_MEMORY = ":memory:"


class PowerLost(BaseException):
    """The node has no power any more: nothing it still does may take effect."""


class Medium:
    """What remains when a node loses power: the database, and what is wrong with the disk now.

    `crash_in` counts the statements until power is lost (0: never); `full` refuses to write; `unsure`
    lets that many commits take effect and then report a failure; `commits` counts those that lasted.
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
        self.commits = 0

    def lose_power(self) -> None:
        """Forget what was not committed."""
        self.crash_in = 0
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

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
        found.medium, found.alive = medium, True
        return found

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
        """Begin, if there is power."""
        self._step()
        await super().begin()
        self._step()

    async def commit(self) -> None:
        """Commit after the disk's time; power may be lost before it and after it."""
        if self._dirty:
            self._room()
            await asyncio.sleep(self.medium.commit_seconds)
        self._step()
        await super().commit()
        self.medium.commits += 1
        self._step()
        if self.medium.unsure and self._dirty:
            self.medium.unsure -= 1
            raise sqlite3.OperationalError("disk I/O error")

    async def commit_early(self) -> None:
        """Commit for good: to lose what was not synced is to lose power before it, as nobody was told."""
        await self.commit()

    async def rollback(self) -> None:
        """Forget the transaction; without power it is forgotten already."""
        if self.alive:
            await super().rollback()

    async def load(self, keys: Iterable[Key], facts: dict[Key, Any]) -> None:
        """Load, if there is power."""
        self._step()
        await super().load(keys, facts)

    async def write(self, records: Mapping[type[Record], Sequence[Record]]) -> None:
        """Write, if there is power and room."""
        self._step()
        self._room()
        await super().write(records)
        self._step()

    async def put_outbox(self, rows: Sequence[Outgoing]) -> None:
        """Add messages, if there is power and room."""
        self._step()
        self._room()
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

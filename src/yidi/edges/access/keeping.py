"""Where access keeps its records: the node's database, beside the journal, one transaction at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from yidi.edges.access.records import CHAINED
from yidi.edges.storage.engine import Collision, Engine
from yidi.edges.storage.reading import rows_where
from yidi.processes.ports.deciding import Record

R = TypeVar("R", bound=Record)
TRIES = 20
"""How often a record is written whose place in its chain another process took meanwhile."""


class Keeping:
    """Writes and reads the records of access. The engine is its own, or takes turns by itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._turn = engine, asyncio.Lock()

    def closes(self, owner: str) -> bool:
        """Whether marked columns of this owner are encrypted when they are written."""
        return self._engine.door.closes(owner)

    async def write(self, *rows: Record) -> None:
        """Store records for good. Raises Collision when one is there already.

        A record that is chained may meet another process's at the end of the chain: then it goes behind it.
        """
        tries = TRIES if any(type(row) in CHAINED for row in rows) else 1
        for _ in range(tries - 1):
            with suppress(Collision):
                await self._write(rows)
                return
        await self._write(rows)

    async def _write(self, rows: Sequence[Record]) -> None:
        grouped: dict[type[Record], list[Record]] = {}
        for row in rows:
            grouped.setdefault(type(row), []).append(row)
        async with self._turn:
            await self._engine.begin()
            try:
                await self._engine.write(grouped)
                await self._engine.commit()
            except BaseException:
                await self._engine.rollback()
                raise

    async def rows(
        self,
        record: type[R],
        where: Mapping[str, str | int],
        order: Sequence[str] = (),
        limit: int = 0,
        *,
        newest_first: bool = False,
    ) -> Sequence[R]:
        """Return stored records."""
        return await rows_where(
            self._engine, record, where, order=order, limit=limit, newest_first=newest_first
        )


@asynccontextmanager
async def keeping_beside(engine: Engine, another: Callable[[], Engine]) -> AsyncIterator[Keeping]:
    """Keep beside a journal: on its engine where transactions take turns there, else on `another`.

    Keys and chains are the journal's: whoever attends the keys reads them anew for both.
    """
    if not engine.takes_turns:
        yield Keeping(engine)
        return
    own = another()
    own.door, own.chaining = engine.door, engine.chaining
    await own.open()
    try:
        yield Keeping(own)
    finally:
        await own.close()

"""Where access keeps its records: the node's database, beside the journal, one transaction at a time."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from yidi.edges.access.records import CHAINED
from yidi.edges.secrecy.door import WHOLE_DATABASE, Keys
from yidi.edges.storage.engine import Collision, Engine
from yidi.edges.storage.migrate import append_only, lift_append_only
from yidi.edges.storage.reading import rows_where
from yidi.edges.storage.schema import Table
from yidi.processes.ports.deciding import Record

R = TypeVar("R", bound=Record)
PAGE = 500
"""Rows deleted in one transaction."""
ROW = {"sqlite": "rowid", "postgresql": "ctid"}
TRIES = 20
"""How often a record is written whose place in its chain another process took meanwhile."""


class Keeping:
    """Writes and reads the records of access. The engine is its own, or takes turns by itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._turn = engine, asyncio.Lock()

    def closes(self, owner: str) -> bool:
        """Whether marked columns of this owner are encrypted when they are written."""
        return self._engine.door.closes(owner)

    def keys(self) -> Keys | None:
        """Return the database's keys; None where nothing is encrypted."""
        return self._engine.door.keys

    def shared_secret(self, label: str) -> bytes:
        """Return 32 bytes that the processes of this database know, nobody else; by chance without keys."""
        keys = self.keys()
        if keys is None:
            return secrets.token_bytes(32)
        mac = keys.search(WHOLE_DATABASE).copy()
        mac.update(label.encode())
        return mac.digest()

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

    async def delete(self, record: type[Record], column: str, before: str, only: str = "") -> int:
        """Delete the rows whose instant in a column lies before another, a page a transaction; how many.

        `only` is what else must hold, in SQL. For records that hang in no chain.
        """
        table, row_id = self._engine.schema.tables[record], ROW[self._engine.name]
        old = f"FROM {table.name} WHERE {column} < $1" + (f" AND {only}" if only else "")
        page = f"SELECT {row_id} {old} LIMIT {PAGE}"
        among = f"IN ({page})" if self._engine.name == "sqlite" else f"= ANY(ARRAY({page}))"
        done = 0
        while await self._engine.fetch(f"SELECT 1 {old} LIMIT 1", before):
            async with self._turn:
                done += await self._delete_page(
                    table, f"DELETE FROM {table.name} WHERE {row_id} {among} RETURNING 1", before
                )
        return done

    async def _delete_page(self, table: Table, sql: str, before: str) -> int:
        """Lift the table's triggers for one deletion and put them back."""
        await self._engine.begin()
        try:
            await lift_append_only(self._engine, table)
            gone = await self._engine.execute(sql, before)
            for statement in append_only(self._engine.name, [table]):
                await self._engine.execute(statement)
            await self._engine.commit()
        except BaseException:
            await self._engine.rollback()
            raise
        return len(gone)


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

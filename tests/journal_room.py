"""A running journal for the tests of processes: real engine, real tables, on a throw-away database."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from yidi.edges.clock import Clock, SettableClock
from yidi.edges.journal import Codec, Journal, References
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.migrate import migrate, read_migrations, spoken_by
from yidi.edges.storage.schema import Schema, Table, gathered
from yidi.processes.ports.deciding import NATION, Handler, Record, View

HERE = (NATION, "110000", "140000", "150000", "410000", "420000", "500000", "510000")
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=timezone.utc)


def schema_with(records: Iterable[type[Record]] = (), views: Iterable[View[Any]] = ()) -> Schema:
    """Return the schema of all processes and of a test's own toys."""
    return gathered() + Schema(records, views)


def table_text(table: Table) -> str:
    """Write the CREATE TABLE for a toy, from its record; real tables are written by hand."""
    columns = [f"{c.name} {c.kind}{'' if c.nullable else ' NOT NULL'}" for c in table.columns]
    return f"CREATE TABLE {table.name} ({', '.join(columns)})"


async def prepare(engine: Engine, unique: Iterable[str] = ()) -> None:
    """Migrate, and make the tables of toys that no migration knows; `unique` are texts `table (columns)`."""
    real = {name for step in read_migrations() for name in re.findall(r"CREATE TABLE (\w+)", step.text)}
    toys = [table for table in engine.schema.tables.values() if table.name not in real]
    await engine.begin()
    for table in toys:
        await engine.execute(spoken_by(engine.name, table_text(table)))
    for number, target in enumerate(unique):
        await engine.execute(f"CREATE UNIQUE INDEX toy_{number} ON {target}")
    await engine.commit()
    await migrate(engine)


@asynccontextmanager
async def open_engine(
    engine: str = "sqlite",
    records: Iterable[type[Record]] = (),
    views: Iterable[View[Any]] = (),
    unique: Iterable[str] = (),
) -> AsyncIterator[Engine]:
    """Open a migrated database: "sqlite" for a throw-away file, or the address of an empty one."""
    with tempfile.TemporaryDirectory(prefix="yidi-") as folder:
        address = f"sqlite:{Path(folder) / 'facts.db'}" if engine == "sqlite" else engine
        opened = engine_for(address, schema_with(records, views))
        await opened.open()
        try:
            await prepare(opened, unique)
            yield opened
        finally:
            await opened.close()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds; AssertionError when it does not come to hold within minutes."""
    for _ in range(12_000):
        if await holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to hold")


@asynccontextmanager
async def running(journal: Journal) -> AsyncIterator[Journal]:
    """Run a journal and end it in good order."""
    task = asyncio.create_task(journal.run())
    try:
        yield journal
    finally:
        journal.stop()
        await task


@asynccontextmanager
async def open_journal(
    engine: str = "sqlite",
    *,
    handlers: Iterable[Handler],
    fold: bool = True,
    clock: Clock | None = None,
    here: Iterable[str] = HERE,
    records: Iterable[type[Record]] = (),
    views: Iterable[View[Any]] = (),
    unique: Iterable[str] = (),
    **more: Any,
) -> AsyncIterator[Journal]:
    """Run a journal on a fresh database.

    `engine` is "sqlite" or the address of an empty PostgreSQL database (fixture `postgresql_database`).
    `clock` stands still at noon Shanghai time of 2026-11-22 unless given. `records`, `views` and
    `unique` are for toys; those of the processes are there. Reach the facts by `journal.engine`.
    """
    chosen = clock if clock is not None else SettableClock(NOON)
    handlers = tuple(handlers)
    more.setdefault("codec", Codec([handler.command for handler in handlers if not handler.about]))
    async with open_engine(engine, records, views, unique) as opened:
        journal = Journal(opened, handlers, here, chosen, References(chosen), fold=fold, **more)
        async with running(journal):
            yield journal

"""SQLite: one writer, called on the event loop; only COMMIT waits for the disk in a thread of its own.

A statement takes microseconds, but in a thread beside a busy loop milliseconds a row (the interpreter lock is
given up at every row), so nothing but COMMIT leaves the loop. Durability: WAL, and the log is synced after
every COMMIT before anybody is answered, beside the next transaction (syncing.py says why that is safe).
Checkpoints are rare (80 MiB) and made by a connection of their own beside the writer: nobody at a counter
waits while pages are copied. What was seen lately is kept (recent.py): BEGIN IMMEDIATE lets nobody else
write, and PRAGMA data_version then tells whether another process has, so that everything is forgotten.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, NoReturn

from yidi.edges.secrecy.door import Door
from yidi.edges.secrecy.marks import MARKS
from yidi.edges.storage.engine import ANY_NUMBER, NO_CHAINING, Collision, Label, Outgoing, hidden, shown
from yidi.edges.storage.engines.checkpoints import Checkpoints
from yidi.edges.storage.engines.damage import fetched
from yidi.edges.storage.engines.syncing import LogSync
from yidi.edges.storage.loading import finish_order, place_of, prepare_places, put_rows
from yidi.edges.storage.recent import Recent
from yidi.edges.storage.schema import Schema, Table, quoted
from yidi.processes.ports.deciding import Key, Record, Sum, View

AT_ONCE = 16
"""Keys in one SELECT; fewer are padded with NULL, so that the text stays the same and stays prepared."""
BUSY_TIMEOUT_MS = 5_000
CACHE_KIB = 262_144

_PUT = (
    "INSERT INTO outbox (destination, sender, msgid, message, queued_at, attempts, parked_at, trouble)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_DROP = "DELETE FROM outbox WHERE destination = ? AND sender = ? AND msgid = ?"
_TROUBLE = (
    "UPDATE outbox SET attempts = ?, parked_at = ?, trouble = ?"
    " WHERE destination = ? AND sender = ? AND msgid = ?"
)
_UNDELIVERED = (
    "SELECT destination, sender, msgid, message, queued_at, attempts, parked_at, trouble FROM outbox"
    " WHERE {} queued_at < ? ORDER BY attempts, queued_at, destination, sender, msgid LIMIT ?"
)
_TO_SOME = "destination IN (SELECT value FROM json_each(?)) AND"


class _Select:
    """How the keys of one view are loaded: the texts for one key and for many, and the rows' reading.

    `place` makes what one key's place holds of its rows; `hidden` says that some columns are encrypted.
    """

    __slots__ = ("hidden", "many", "one", "place", "view", "width")

    def __init__(self, view: View[Any], table: Table) -> None:
        self.view, self.width = view, len(view.by)
        self.one, self.many = _select(view, table, 1), _select(view, table, AT_ONCE)
        self.place, self.hidden = place_of(view), view.record in MARKS

    def chunks(self, keys: Sequence[Sequence[str]]) -> Iterator[tuple[str, list[Any]]]:
        """Cut the keys, each its parts without the view's name, into statements with their parameters."""
        if len(keys) <= 2:
            for key in keys:
                yield self.one, list(key)
            return
        for start in range(0, len(keys), AT_ONCE):
            chunk = keys[start : start + AT_ONCE]
            given: list[Any] = [part for key in chunk for part in key]
            given += [None] * ((AT_ONCE - len(chunk)) * self.width)
            yield self.many, given


def _select(view: View[Any], table: Table, count: int) -> str:
    """Write the SELECT for `count` keys: the keys drive, the table is searched by its index."""
    marks = "(" + ", ".join("?" * len(view.by)) + ")"
    keys = ", ".join([marks] * count)
    match = " AND ".join(f"t.{quoted(column)} = k.column{n + 1}" for n, column in enumerate(view.by))
    if isinstance(view, Sum):
        by = ", ".join(f"t.{quoted(column)}" for column in (*view.by, view.per))
        return (
            f"SELECT {by}, SUM(t.{quoted(view.of)}) FROM (VALUES {keys}) k"
            f" CROSS JOIN {table.name} t ON {match} GROUP BY {by}"
        )
    columns = ", ".join(f"t.{quoted(column)}" for column in table.read(view))
    return f"SELECT {columns} FROM (VALUES {keys}) k CROSS JOIN {table.name} t ON {match}"


@lru_cache(256)
def numbered(sql: str) -> str:
    """Write $1 as ?1, the numbered parameter of SQLite."""
    return re.sub(r"\$(\d+)", r"?\1", sql)


class SQLite:
    """The embedded default: a file. `:memory:` works too and shares one connection with the readers."""

    name = "sqlite"
    takes_turns = False

    def __init__(self, path: str, schema: Schema) -> None:
        self.path, self.schema = path, schema
        self.door, self.chaining = Door(), NO_CHAINING
        tables = schema.tables
        self._selects = {v.name: _Select(v, tables[v.record]) for v in schema.views.values()}
        self._inserts = {
            record: f"INSERT INTO {table.name} ({table.column_names}) VALUES"
            f" ({', '.join('?' * len(table.stored))})"
            for record, table in tables.items()
        }
        self._recent, self._version = Recent(schema), 0
        self._dirty = False
        self._checkpoints: Checkpoints | None = None
        self._log: LogSync | None = None

    async def open(self) -> None:
        """Open the writer and the reader."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="commit")
        self._free = asyncio.Lock()
        self._writer = self._connect()
        self._reader = self._writer if self.path == ":memory:" else self._connect()
        if self._reader is not self._writer:
            self._reader.execute("PRAGMA query_only = 1")
            self._checkpoints = Checkpoints(self.path)
            self._log = LogSync(self.path)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, cached_statements=1024
        )
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute("PRAGMA temp_store = MEMORY")
        return connection

    async def close(self) -> None:
        """Close both connections; the last one out checkpoints the write-ahead log."""
        self._thread.shutdown(wait=True)
        if self._log is not None:
            self._log.close()
        if self._checkpoints is not None:
            self._checkpoints.close()
        if self._reader is not self._writer:
            self._reader.close()
        self._writer.close()

    async def begin(self) -> None:
        """Take the write lock at once, so that what is read stays true until COMMIT."""
        await self._free.acquire()
        self._dirty = False
        self._recent.begin()
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            self._see_others()
        except BaseException:
            self._free.release()
            raise

    def _see_others(self) -> None:
        """Forget what is kept of facts and chains when another connection has written since the last look."""
        (version,) = self._writer.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._version = version
            self._recent.forget()
            self.chaining.forget_read()

    async def commit(self) -> None:
        """Commit and sync; both happen in the commit thread while the loop serves others."""
        await self._commit(self._commit_and_sync)

    async def commit_early(self) -> None:
        """Commit; the next transaction may begin, and sees it, but only `sync` makes it last."""
        await self._commit(self._commit_alone)

    async def sync(self) -> None:
        """Wait until what was committed so far survives a loss of power."""
        if self._log is not None:
            await self._log.soon()

    async def _commit(self, work: Callable[[], None]) -> None:
        if self._dirty:
            await self._in_thread(work)
        else:
            self._writer.execute("COMMIT")
        self._free.release()

    async def _in_thread(self, work: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        committing = loop.run_in_executor(self._thread, work)
        try:
            await asyncio.shield(committing)
        except asyncio.CancelledError:
            await committing  # the connection is the thread's until it is through
            raise

    def _commit_alone(self) -> None:
        self._writer.execute("COMMIT")
        if self._checkpoints is not None:
            self._checkpoints.after_commit()

    def _commit_and_sync(self) -> None:
        self._writer.execute("COMMIT")
        if self._log is not None:
            self._log.now()
        if self._checkpoints is not None:
            self._checkpoints.after_commit()

    async def rollback(self) -> None:
        """Forget the transaction, if there still is one."""
        self.chaining.forget()
        self._recent.undo()
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")
        if self._free.locked():
            self._free.release()

    async def lock(self, subjects: Sequence[str]) -> None:
        """Do nothing: BEGIN IMMEDIATE has locked everything."""

    async def load(self, keys: Iterable[Key], facts: dict[Key, Any]) -> None:
        """Load keys of any views, each view's together; what was seen lately is known."""
        missing = self._recent.give(keys, facts)
        if not missing:
            return
        grouped: dict[str, list[Key]] = {}
        for key in missing:
            grouped.setdefault(key[0], []).append(key)
        for name, wanted in grouped.items():
            select = self._selects[name]
            if len(wanted) == 1:
                self._look(select, wanted[0], facts)
            else:
                self._look_for_many(select, wanted, facts)
        if not self._dirty:
            self._recent.keep(missing, facts)

    def _look(self, select: _Select, key: Key, facts: dict[Key, Any]) -> None:
        if not select.hidden:
            facts[key] = select.place(self._writer.execute(select.one, key[1:]).fetchall())
            return
        view, door = select.view, self.door
        found = self._writer.execute(select.one, door.parts(view, key)).fetchall()
        facts[key] = select.place(list(door.opened(view.record, found)) if found else ())

    def _look_for_many(self, select: _Select, keys: Sequence[Key], facts: dict[Key, Any]) -> None:
        view, door = select.view, self.door
        prepare_places(view, keys, facts)
        for sql, given in select.chunks([door.parts(view, key) for key in keys]):
            found = self._writer.execute(sql, given).fetchall()
            if found:
                put_rows(view, door.opened(view.record, found), facts)
        finish_order(view, keys, facts)

    async def write(self, records: Mapping[type[Record], Sequence[Record]]) -> None:
        """Insert the records of each table in one go."""
        self._dirty = True
        records = await self.chaining.linked(self, records)
        try:
            for record, rows in records.items():
                self._writer.executemany(self._inserts[record], self.door.closed(record, rows))
        except sqlite3.IntegrityError as error:
            _translate(error)
        self._recent.written(records)

    async def put_outbox(self, rows: Sequence[Outgoing]) -> None:
        """Add messages under way."""
        self._dirty = True
        self._writer.executemany(_PUT, hidden(self.door, rows))

    async def drop_outbox(self, labels: Sequence[Label]) -> None:
        """Remove messages that arrived."""
        self._dirty = True
        self._writer.executemany(_DROP, labels)

    async def note_trouble(self, label: Label, attempts: int, parked_at: str, trouble: str) -> None:
        """Write down that a message failed again."""
        self._dirty = True
        self._writer.execute(_TROUBLE, (attempts, parked_at, trouble, *label))

    async def undelivered(
        self, before: str, destinations: Sequence[str] = (), most: int = ANY_NUMBER
    ) -> Sequence[Outgoing]:
        """Return what is under way, the least tried and oldest first."""
        whom = (json.dumps(list(destinations)),) if destinations else ()
        sql = _UNDELIVERED.format(_TO_SOME if destinations else "")
        found = self._reader.execute(sql, (*whom, before, most))
        return [shown(self.door, row) for row in found]

    async def fetch(self, sql: str, *parameters: str | int) -> Sequence[tuple[Any, ...]]:
        """Read on the reader's connection."""
        if self._reader is not self._writer:
            return fetched(self._reader, numbered(sql), parameters)
        async with self._free:
            return fetched(self._reader, numbered(sql), parameters)

    async def execute(self, sql: str, *parameters: str | int) -> Sequence[tuple[Any, ...]]:
        """Run one statement on the writer's connection."""
        self._dirty = True
        if not sql.startswith("SELECT"):  # nobody knows which facts it changes
            self._recent.forget()
        return self._writer.execute(numbered(sql), parameters).fetchall()


def _translate(error: sqlite3.IntegrityError) -> NoReturn:
    """Raise Collision for a key that is taken, the error itself for anything else."""
    if error.sqlite_errorcode in (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY):
        raise Collision(str(error)) from error
    raise error

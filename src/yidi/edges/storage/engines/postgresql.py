"""PostgreSQL: every load and every write is a prepared statement over arrays.

Round trips cost: what the outbox is told travels with the facts, and where that is all there is to write, it
is the transaction. Sequential scans, hash and merge joins are off (statements.py says why).

Isolation is READ COMMITTED. Between processes that share a database two things stand guard: the unique keys,
and advisory locks (turns.py), taken before the facts are loaded and let go of after the commit. Whoever comes
second waits or gets a Collision, loads again and decides again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import asyncpg

from yidi.edges.secrecy.door import Door
from yidi.edges.storage.engine import (
    ANY_NUMBER,
    NO_CHAINING,
    Chain,
    Collision,
    Label,
    Outgoing,
    hidden,
    shown,
)
from yidi.edges.storage.engines.bundles import Bundles
from yidi.edges.storage.engines.literals import WRITERS, text_array
from yidi.edges.storage.engines.statements import (
    DROP,
    HEADS,
    OUTBOX_COLUMNS,
    OUTGOING,
    PUT,
    looking,
    looks_of,
    select_of,
    writes_of,
    writing,
)
from yidi.edges.storage.engines.turns import ASK_TO_SHARE, Turns
from yidi.edges.storage.loading import finish_order, prepare_places, put_rows
from yidi.edges.storage.schema import Schema
from yidi.processes.ports.deciding import Key, Record, View

SESSION = {
    "application_name": "yidi journal",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "lock_timeout": "10s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "25s",
}
"""The server ends the session of a machine that is gone within half a minute, and its locks with it."""
READERS = 4
FEW_KEYS = 16
"""Up to so many keys of a view, its rows travel with those of other views."""
COMMAND_TIMEOUT_SECONDS = 60

_TROUBLE = (
    "UPDATE outbox SET attempts = $1::bigint, parked_at = $2, trouble = $3"
    " WHERE destination = $4 AND sender = $5 AND msgid = $6"
)
_UNDELIVERED = (
    f"SELECT {OUTBOX_COLUMNS} FROM outbox WHERE queued_at < $1"
    " ORDER BY attempts, queued_at, destination, sender, msgid LIMIT $2"
)
_UNDELIVERED_TO = _UNDELIVERED.replace("WHERE", "WHERE destination = ANY($3::text[]) AND")
_LOST_RACES = (
    asyncpg.UniqueViolationError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
)


class PostgreSQL:
    """One session for the journal, a small pool for pages."""

    name = "postgresql"
    takes_turns = True

    def __init__(self, address: str, schema: Schema) -> None:
        self.address, self.schema = address, schema
        self.door, self.chaining = Door(), NO_CHAINING
        self._selects = {
            view.name: select_of(view, schema.tables[view.record]) for view in schema.views.values()
        }
        self._looks = Bundles(looks_of(schema), looking)
        self._writes = Bundles(writes_of(schema), writing)
        self._put_off: dict[str, list[str]] = {}
        self._prepared: dict[str, Any] = {}
        self._wanted = self._begun = False
        self._writer: Any = None
        self._turns = Turns(None, self._ask_to_share)
        self._readers: Any = None

    async def open(self) -> None:
        """Connect the journal's session and the readers."""
        await self._connect()
        self._readers = await asyncpg.create_pool(
            self.address,
            min_size=0,
            max_size=READERS,
            command_timeout=COMMAND_TIMEOUT_SECONDS,
            server_settings={"application_name": "yidi pages", "default_transaction_read_only": "on"},
        )

    async def _connect(self) -> None:
        self._prepared = {}
        self._writer = await asyncpg.connect(self.address, server_settings=SESSION)
        self._turns = Turns(self._writer, self._ask_to_share)
        self.chaining.forget()

    async def close(self) -> None:
        """End every session."""
        if self._readers is not None:
            await self._readers.close()
        if self._writer is not None:
            await self._turns.settle()
            await self._writer.close()

    async def _statement(self, sql: str) -> Any:
        found = self._prepared.get(sql)
        if found is None:
            found = self._prepared[sql] = await self._writer.prepare(sql)
        return found

    async def begin(self) -> None:
        """Start a transaction, on the server when it is needed; connect anew when the session was lost."""
        await self._turns.settle()
        if self._writer.is_closed():
            await self._connect()
        if await self._turns.begin():
            self.chaining.forget_read()
        self._wanted, self._begun = True, False
        self._put_off.clear()

    async def _begin(self) -> None:
        """See that the server is in the transaction, if one is wanted."""
        if self._wanted and not self._begun:
            self._begun = True
            await self._writer.execute("BEGIN")

    async def commit(self) -> None:
        """Commit; what was put off is written first, or is the whole transaction."""
        try:
            if self._put_off:
                await self._write({})
            if self._begun:
                await self._writer.execute("COMMIT")
        except _LOST_RACES as error:
            raise Collision(str(error)) from error
        self._wanted = self._begun = False
        await self._turns.end()

    async def commit_early(self) -> None:
        """Commit; the server syncs before it says so."""
        await self.commit()

    async def sync(self) -> None:
        """Do nothing: what is committed lasts."""

    async def rollback(self) -> None:
        """Forget the transaction, if there still is a session."""
        self.chaining.forget()
        begun, self._wanted, self._begun = self._begun, False, False
        if begun and not self._writer.is_closed():
            await self._writer.execute("ROLLBACK")
        await self._turns.give_up()

    async def lock(self, subjects: Sequence[str]) -> None:
        """Keep other processes off subjects: by holding the whole database, or each of them (turns.py)."""
        self.chaining.expect(subjects)
        try:
            await self._turns.take(subjects)
        except _LOST_RACES as error:
            raise Collision(str(error)) from error

    async def _ask_to_share(self) -> None:
        """Ask whoever is alone on the database: beside the transaction, which would hold it back."""
        await self._readers.fetch(ASK_TO_SHARE)

    async def load(self, keys: Iterable[Key], facts: dict[Key, Any]) -> None:
        """Load keys of any views: a few of them in one round trip, many a statement for each view.

        An array of rows costs more to read than rows do, a round trip more than a few rows.
        """
        if self._put_off:
            await self._catch_up()
        grouped: dict[str, list[Key]] = {}
        for key in keys:
            grouped.setdefault(key[0], []).append(key)
        for name, wanted in grouped.items():
            prepare_places(self.schema.views[name], wanted, facts)
        few = {name: wanted for name, wanted in grouped.items() if len(wanted) <= FEW_KEYS}
        heads = self.chaining.wanted(FEW_KEYS) if few else ()
        together = len(few) > 1 or heads
        if together:
            await self._load_together(few, heads, facts)
        for name, wanted in grouped.items():
            view = self.schema.views[name]
            if not together or name not in few:
                statement = await self._statement(self._selects[name])
                found = await statement.fetch(*self._arrays(view, wanted))
                put_rows(view, self.door.opened(view.record, found), facts)
            finish_order(view, wanted, facts)

    async def _load_together(
        self, grouped: Mapping[str, list[Key]], heads: Sequence[Chain], facts: dict[Key, Any]
    ) -> None:
        views = self.schema.views
        given = {name: self._arrays(views[name], wanted) for name, wanted in grouped.items()}
        if heads:
            given[HEADS] = [text_array(column) for column in zip(*heads, strict=True)]
        bundle = self._looks.serving(given)
        statement = await self._statement(bundle.text)
        found = await statement.fetchrow(*bundle.parameters(given))
        for name, rows in zip(bundle.names, found, strict=True):
            if name == HEADS:
                self.chaining.read(heads, rows)
            elif rows:
                put_rows(views[name], self.door.opened(views[name].record, rows), facts)

    def _arrays(self, view: View[Any], keys: Sequence[Key]) -> list[str]:
        """Turn keys into one array a key column."""
        columns = zip(*[self.door.parts(view, key) for key in keys], strict=True)
        table = self.schema.tables[view.record]
        kinds = [table.kind(column) for column in view.by]
        return [WRITERS[kind](column) for kind, column in zip(kinds, columns, strict=True)]

    async def write(self, records: Mapping[type[Record], Sequence[Record]]) -> None:
        """Insert the records of all tables in one statement, tables always in the same order.

        Put off to the commit where nothing has begun yet: a collision is told there then.
        """
        try:
            records = await self.chaining.linked(self, records)
            given = {self.schema.tables[kind].name: self._rows(kind, rows) for kind, rows in records.items()}
            if not self._wanted or self._begun or not given.keys().isdisjoint(self._put_off):
                await self._begin()
                await self._write(given)
            else:
                self._put_off |= given
        except _LOST_RACES as error:
            raise Collision(str(error)) from error

    def _rows(self, record: type[Record], rows: Sequence[Record]) -> list[str]:
        """Turn records into one array a column."""
        columns = zip(*self.door.closed(record, rows), strict=True)
        stored = self.schema.tables[record].stored
        return [WRITERS[kind.kind](column) for kind, column in zip(stored, columns, strict=True)]

    async def _write(self, given: dict[str, list[str]]) -> None:
        """Write rows, and tell the outbox what it is to be told, and what else was put off."""
        both = not given.keys().isdisjoint(self._put_off)
        parts = [self._put_off, given] if both else [self._put_off | given]
        self._put_off = {}
        for part in filter(None, parts):
            bundle = self._writes.serving(part)
            await (await self._statement(bundle.text)).fetch(*bundle.parameters(part))

    async def put_outbox(self, rows: Sequence[Outgoing]) -> None:
        """Add messages under way, with what is written next or with the commit."""
        columns = zip(OUTGOING, zip(*hidden(self.door, rows), strict=True), strict=True)
        await self._tell(PUT, [WRITERS[kind](column) for kind, column in columns])

    async def drop_outbox(self, labels: Sequence[Label]) -> None:
        """Remove messages that arrived, with what is written next or with the commit."""
        await self._tell(DROP, [text_array(column) for column in zip(*labels, strict=True)])

    async def _tell(self, part: str, arrays: list[str]) -> None:
        if part in self._put_off:
            await self._catch_up()
        self._put_off[part] = arrays

    async def _catch_up(self) -> None:
        """Begin, and write what was put off."""
        await self._begin()
        if self._put_off:
            await self._write({})

    async def note_trouble(self, label: Label, attempts: int, parked_at: str, trouble: str) -> None:
        """Write down that a message failed again."""
        await self._catch_up()
        await self._writer.execute(_TROUBLE, attempts, parked_at, trouble, *label)

    async def undelivered(
        self, before: str, destinations: Sequence[str] = (), most: int = ANY_NUMBER
    ) -> Sequence[Outgoing]:
        """Return what is under way, the least tried and oldest first."""
        if destinations:
            rows = await self._readers.fetch(_UNDELIVERED_TO, before, most, list(destinations))
        else:
            rows = await self._readers.fetch(_UNDELIVERED, before, most)
        return [shown(self.door, row) for row in rows]

    async def fetch(self, sql: str, *parameters: str | int) -> Sequence[tuple[Any, ...]]:
        """Read in a session of the pool."""
        return [tuple(row) for row in await self._readers.fetch(sql, *parameters)]

    async def look(self, sql: str, *parameters: str) -> Sequence[tuple[Any, ...]]:
        """Read in the journal's session, without beginning a transaction."""
        return [tuple(row) for row in await (await self._statement(sql)).fetch(*parameters)]

    async def execute(self, sql: str, *parameters: str | int) -> Sequence[tuple[Any, ...]]:
        """Run one statement in the journal's session."""
        await self._catch_up()
        return [tuple(row) for row in await self._writer.fetch(sql, *parameters)]

"""PostgreSQL: every load and every write is a prepared statement over arrays.

Round trips cost: what the outbox is told travels with the facts, and where that is all there is to write, it
is the transaction. `CROSS JOIN LATERAL ... OFFSET 0` searches the index once a key; a plain join, planned
while a table is empty, would read it whole for ever: so sequential scans, hash and merge joins are off.

Isolation is READ COMMITTED. Between nodes that share a database two things stand guard: the unique keys, and
advisory locks on the subjects of a decision (a person, a visit), taken before its facts are loaded and let
go of after the commit. Whoever comes second waits or gets a Collision, loads again and decides again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from hashlib import blake2b
from typing import Any

import asyncpg

from yidi.edges.secrecy.door import Door
from yidi.edges.storage.engine import ANY_NUMBER, NO_CHAINING, Collision, Label, Outgoing, hidden, shown
from yidi.edges.storage.engines.bundles import Bundles, Part
from yidi.edges.storage.engines.literals import WRITERS, array_of, number_array, text_array
from yidi.edges.storage.loading import finish_order, prepare_places, put_rows
from yidi.edges.storage.schema import Schema, Table, quoted
from yidi.processes.ports.deciding import Key, Record, Sum, View

SESSION = {
    "application_name": "yidi journal",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "lock_timeout": "10s",
}
READERS = 4
FEW_KEYS = 16
"""Up to so many keys of a view, its rows travel with those of other views."""
COMMAND_TIMEOUT_SECONDS = 60

_COLUMNS = "destination, sender, msgid, message, queued_at, attempts, parked_at, trouble"
_OUTGOING = ("TEXT",) * 5 + ("BIGINT", "TEXT", "TEXT")
PUT, DROP = "outbox put", "outbox drop"
"""Parts of the writing statement that are no table."""
_TROUBLE = (
    "UPDATE outbox SET attempts = $1::bigint, parked_at = $2, trouble = $3"
    " WHERE destination = $4 AND sender = $5 AND msgid = $6"
)
_UNDELIVERED = (
    f"SELECT {_COLUMNS} FROM outbox WHERE queued_at < $1"
    " ORDER BY attempts, queued_at, destination, sender, msgid LIMIT $2"
)
_UNDELIVERED_TO = _UNDELIVERED.replace("WHERE", "WHERE destination = ANY($3::text[]) AND")
_LOCK = "SELECT pg_advisory_xact_lock(h) FROM unnest($1::text::bigint[]) h"
_TAKE = "SELECT pg_advisory_lock(h) FROM unnest('{}'::bigint[]) h"
_LET_GO = "SELECT pg_advisory_unlock_all()"
_LOST_RACES = (
    asyncpg.UniqueViolationError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
)


def select_of(view: View[Any], table: Table, first: int = 1) -> str:
    """Write the SELECT for any number of keys, one array a key column, the parameters from `first` on."""
    letters = [f"k{n}" for n in range(len(view.by))]
    arrays = ", ".join(array_of(n + first, table.kind(column)) for n, column in enumerate(view.by))
    match = " AND ".join(
        _equal(column, letter, view) for column, letter in zip(view.by, letters, strict=True)
    )
    keys = f"unnest({arrays}) AS k({', '.join(letters)})"
    if isinstance(view, Sum):
        inner = (
            f"SELECT x.{quoted(view.per)} AS per, SUM(x.{quoted(view.of)})::bigint AS total"
            f" FROM {table.name} x WHERE {match} GROUP BY x.{quoted(view.per)} OFFSET 0"
        )
        mine = ", ".join(f"k.{letter}" for letter in letters)
        return f"SELECT {mine}, t.per, t.total FROM {keys} CROSS JOIN LATERAL ({inner}) t"
    inner = f"SELECT {table.column_names} FROM {table.name} x WHERE {match} OFFSET 0"
    return f"SELECT t.* FROM {keys} CROSS JOIN LATERAL ({inner}) t"


def _equal(column: str, letter: str, view: View[Any]) -> str:
    """Compare a key column so that only the view's own index can serve.

    Every table has the jurisdiction in every index. While a table is empty all of them look alike, and a
    plan made then would search a province's whole table for ever; so the jurisdiction is compared as an
    expression no index knows, and indexes begin with the other columns.
    """
    if column == "jurisdiction" and len(view.by) > 1:
        return f"x.jurisdiction || '' = k.{letter}"
    return f"x.{quoted(column)} = k.{letter}"


def rows_of(view: View[Any], table: Table, first: int) -> str:
    """Write the SELECT as one value, an array of rows, so that several views share a round trip."""
    names = [column.name for column in table.stored]
    if isinstance(view, Sum):
        names = [f"k{n}" for n in range(len(view.by))] + ["per", "total"]
    row = ", ".join(f"r.{quoted(name)}" for name in names)
    asked = select_of(view, table, first)
    return f"ARRAY(SELECT ROW({row}) FROM ({asked}) r)"


def insert_of(table: Table, first: int = 1) -> str:
    """Write the INSERT for any number of rows, one array a column."""
    arrays = ", ".join(array_of(n + first, column.kind) for n, column in enumerate(table.stored))
    return f"INSERT INTO {table.name} ({table.column_names}) SELECT * FROM unnest({arrays})"


def _put_of(first: int) -> str:
    arrays = ", ".join(array_of(n + first, kind) for n, kind in enumerate(_OUTGOING))
    return f"INSERT INTO outbox ({_COLUMNS}) SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"


def _drop_of(first: int) -> str:
    arrays = ", ".join(array_of(first + n, "TEXT") for n in range(3))
    return (
        f"DELETE FROM outbox o USING unnest({arrays}) AS k(destination, sender, msgid)"
        " WHERE o.destination = k.destination AND o.sender = k.sender AND o.msgid = k.msgid"
    )


def number_of(subject: str) -> int:
    """Return the number that a subject is locked by: the same on every node, within 64 bits."""
    return int.from_bytes(blake2b(subject.encode(), digest_size=8).digest(), signed=True)


def _look(view: View[Any], schema: Schema) -> Part:
    return Part(partial(rows_of, view, schema.tables[view.record]), len(view.by))


def _looking(texts: list[str]) -> str:
    return "SELECT " + ", ".join(texts)


def _put(table: Table) -> Part:
    return Part(partial(insert_of, table), len(table.stored))


def _writing(texts: list[str]) -> str:
    inserts = ", ".join(f"t{number} AS ({text})" for number, text in enumerate(texts))
    return f"WITH {inserts} SELECT 1"


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
        self._looks = Bundles({name: _look(view, schema) for name, view in schema.views.items()}, _looking)
        outbox = {PUT: Part(_put_of, len(_OUTGOING)), DROP: Part(_drop_of, 3)}
        self._writes = Bundles({**{t.name: _put(t) for t in schema.tables.values()}, **outbox}, _writing)
        self._put_off: dict[str, list[str]] = {}
        self._prepared: dict[str, Any] = {}
        self._wanted = self._begun = self._held = self._stale = False
        self._going: asyncio.Handle | None = None
        self._leaving: asyncio.Task[None] | None = None
        self._writer: Any = None
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
        self._held = self._stale = False
        self._writer = await asyncpg.connect(self.address, server_settings=SESSION)

    async def close(self) -> None:
        """End every session."""
        if self._readers is not None:
            await self._readers.close()
        if self._writer is not None:
            await self._settle_turn()
            await self._writer.close()

    async def _statement(self, sql: str) -> Any:
        found = self._prepared.get(sql)
        if found is None:
            found = self._prepared[sql] = await self._writer.prepare(sql)
        return found

    async def begin(self) -> None:
        """Start a transaction, on the server when it is needed; connect anew when the session was lost."""
        await self._settle_turn()
        if self._writer.is_closed():
            await self._connect()
        self._wanted, self._begun, self._stale = True, False, self._held
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
        if self._stale:
            await self._let_go()
        elif self._held:
            self._going = asyncio.get_running_loop().call_soon(self._let_go_beside)

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
        await self._let_go()

    async def lock(self, subjects: Sequence[str]) -> None:
        """Take advisory locks, in one order; they wait for another node's transaction on a subject.

        They are the session's where nothing has begun: so what follows needs no BEGIN and no COMMIT. Those
        of the transaction before go with the same round trip, if they are not gone already.
        """
        numbers = number_array(sorted(set(map(number_of, subjects))))
        before, self._stale = f"{_LET_GO}; " if self._stale else "", False
        try:
            if self._begun:
                await (await self._statement(_LOCK)).fetch(numbers)
            else:
                self._held = True
                await self._writer.execute(before + _TAKE.format(numbers))
        except _LOST_RACES as error:
            raise Collision(str(error)) from error

    async def _let_go(self) -> None:
        """Let other nodes have what was locked; a session that is lost has let go."""
        if self._held and not self._writer.is_closed():
            self._held = self._stale = False
            await self._writer.execute(_LET_GO)

    def _let_go_beside(self) -> None:
        """Let go when nothing follows at once, while nobody waits for it."""
        self._going, self._leaving = None, asyncio.create_task(self._let_go())

    async def _settle_turn(self) -> None:
        """See that nothing is said to the server beside the transaction that begins."""
        if self._going is not None:
            self._going.cancel()
            self._going = None
        leaving, self._leaving = self._leaving, None
        if leaving is not None:
            with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                await leaving

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
        if len(few) > 1:
            await self._load_together(few, facts)
        for name, wanted in grouped.items():
            view = self.schema.views[name]
            if len(few) < 2 or name not in few:
                statement = await self._statement(self._selects[name])
                found = await statement.fetch(*self._arrays(view, wanted))
                put_rows(view, self.door.opened(view.record, found), facts)
            finish_order(view, wanted, facts)

    async def _load_together(self, grouped: Mapping[str, list[Key]], facts: dict[Key, Any]) -> None:
        bundle = self._looks.serving(grouped)
        statement = await self._statement(bundle.text)
        views = self.schema.views
        given = {name: self._arrays(views[name], wanted) for name, wanted in grouped.items()}
        found = await statement.fetchrow(*bundle.parameters(given))
        for name, rows in zip(bundle.names, found, strict=True):
            if rows:
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
        columns = zip(_OUTGOING, zip(*hidden(self.door, rows), strict=True), strict=True)
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

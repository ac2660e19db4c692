"""Encrypts what lies in clear or under an older generation: table after table, a page a transaction.

Only here are stored facts rewritten: the value stays the same, only its cover changes, and the digests of
sealed facts, being of clear values, with it. The append-only triggers of one table are lifted inside the
transaction of each page and put back before it commits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from yidi.edges.secrecy.door import PREFIX, WHOLE_DATABASE, Door
from yidi.edges.secrecy.keyring import Keyring
from yidi.edges.secrecy.marks import KEPT, MARKS
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.migrate import append_only, lift_append_only
from yidi.edges.storage.schema import Table, quoted
from yidi.processes.ports.deciding import Record

PAGE = 500
Progress = Callable[[str, int], None]
_FIRST = {"sqlite": 0, "postgresql": "(0,0)"}
_ROW = {"sqlite": "rowid", "postgresql": "ctid"}
_MARK = {"sqlite": "{}", "postgresql": "CAST(CAST({} AS TEXT) AS TID)"}
_OUTBOX = "SELECT destination, sender, msgid, message FROM outbox"
_MESSAGE = "UPDATE outbox SET message = $1 WHERE destination = $2 AND sender = $3 AND msgid = $4"


async def encrypt_all(engine: Engine, keyring: Keyring, progress: Progress = lambda *_: None) -> int:
    """Bring every personal value under the generation in force; return how many rows were rewritten.

    May be broken off and run again: what is done stays done.
    """
    door, total = Door(keyring), 0
    for record in MARKS:
        table = engine.schema.tables[record]
        last: Any = _FIRST[engine.name]
        while last is not None:
            last, done = await _page(engine, door, record, table, last)
            total += done
            progress(table.name, done)
    return total + await _messages(engine, door)


async def _page(engine: Engine, door: Door, record: type[Record], table: Table, last: Any) -> tuple[Any, int]:
    """Rewrite one page of a table; return where the next begins (None: nowhere) and how many changed."""
    row_id, mark = _ROW[engine.name], _MARK[engine.name]
    shown = f"CAST({row_id} AS TEXT)" if engine.name == "postgresql" else row_id
    sql = (
        f"SELECT {shown}, {table.column_names} FROM {table.name} WHERE {row_id} > {mark.format('$1')}"
        f" ORDER BY {row_id} LIMIT {PAGE}"
    )
    await engine.begin()
    try:
        rows = await engine.execute(sql, last)
        stale = [row for row in rows if any(_stale(door, record, table, row[1:]))]
        if stale:
            await lift_append_only(engine, table)
            for row in stale:
                await _rewrite(engine, door, record, table, row)
            for statement in append_only(engine.name, [table]):
                await engine.execute(statement)
        await engine.commit()
    except BaseException:
        await engine.rollback()
        raise
    return (rows[-1][0] if len(rows) == PAGE else None), len(stale)


def _stale(door: Door, record: type[Record], table: Table, row: Sequence[Any]) -> Iterator[bool]:
    """Say of each marked column whether it is not yet under the generation in force."""
    assert door.keys is not None
    current = f"{PREFIX}{door.keys.active(row[0])}:"
    values = dict(zip((column.name for column in table.stored), row, strict=True))
    for field, mark in MARKS[record].items():
        cover = values[field] if mark is KEPT else values[f"{field}_cipher"]
        yield values[field] != "" and not cover.startswith(current)


async def _rewrite(
    engine: Engine, door: Door, record: type[Record], table: Table, row: Sequence[Any]
) -> None:
    clear = next(iter(door.opened(record, [row[1:]])))
    stored = door.closed(record, [tuple(clear)])[0]
    changed = [(c.name, now) for c, was, now in zip(table.stored, row[1:], stored, strict=True) if was != now]
    assignments = ", ".join(f"{quoted(name)} = ${n}" for n, (name, _) in enumerate(changed, 2))
    where = f"{_ROW[engine.name]} = {_MARK[engine.name].format('$1')}"
    values = [value for _, value in changed]
    await engine.execute(f"UPDATE {table.name} SET {assignments} WHERE {where}", row[0], *values)


async def _messages(engine: Engine, door: Door) -> int:
    """Rewrite the messages under way: there are few, and they go of themselves."""
    assert door.keys is not None
    current, done = f"{PREFIX}{door.keys.active(WHOLE_DATABASE)}:", 0
    await engine.begin()
    try:
        for destination, sender, msgid, message in await engine.execute(_OUTBOX):
            if not message.startswith(current):
                text = door.show(WHOLE_DATABASE, "outbox.message", message)
                hidden = door.hide(WHOLE_DATABASE, "outbox.message", text)
                await engine.execute(_MESSAGE, hidden, destination, sender, msgid)
                done += 1
        await engine.commit()
    except BaseException:
        await engine.rollback()
        raise
    return done

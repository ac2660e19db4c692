"""Typed reading of committed facts for pages, the command line and checks: small, by equality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, islice
from typing import Protocol, TypeVar

from yidi.edges.secrecy.marks import KEPT, MARKS
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.schema import quoted
from yidi.processes.ports.deciding import Record

R = TypeVar("R", bound=Record)

AT_ONCE = 200
"""How many tuples are sought in one statement."""


class Rows(Protocol):
    """Read-only access to facts: records of one type with these column values, in order."""

    async def __call__(
        self,
        record: type[R],
        where: Mapping[str, str | int] = ...,
        order: Sequence[str] = ...,
        limit: int = ...,
        newest_first: bool = ...,
    ) -> list[R]:
        """Return the rows."""
        ...


async def rows(
    engine: Engine,
    record: type[R],
    *,
    order: Sequence[str] = (),
    limit: int = 0,
    newest_first: bool = False,
    **where: str | int,
) -> Sequence[R]:
    """Return the records whose columns equal `where`, by `order`, at most `limit` (0: all).

    Raises KeyError for a name that is no column.
    """
    return await rows_where(engine, record, where, order=order, limit=limit, newest_first=newest_first)


async def rows_where(
    engine: Engine,
    record: type[R],
    where: Mapping[str, str | int],
    *,
    order: Sequence[str] = (),
    limit: int = 0,
    newest_first: bool = False,
) -> Sequence[R]:
    """Do what `rows` does, with the columns as a mapping."""
    table = engine.schema.tables[record]
    names = {column.name for column in table.columns}
    if unknown := [name for name in (*where, *order) if name not in names]:
        raise KeyError(f"{table.name} has no column {unknown}")
    direction = " DESC" if newest_first else ""
    given = _stored(engine, record, where)
    sql = f"SELECT {table.column_names} FROM {table.name}{_conditions(where)}"
    sql += f" ORDER BY {', '.join(quoted(name) + direction for name in order)}" if order else ""
    sql += f" LIMIT {int(limit)}" if limit else ""
    found = await engine.fetch(sql, *given.values())
    return [record._make(row) for row in engine.door.opened(record, found)]  # type: ignore[attr-defined]


async def rows_among(
    engine: Engine, record: type[R], names: Sequence[str], wanted: Sequence[tuple[str | int, ...]]
) -> list[R]:
    """Return the records whose columns `names` are one of the tuples wanted, in no order.

    Raises KeyError for a name that is no column, or one whose values are encrypted or hashed.
    """
    table = engine.schema.tables[record]
    marks = MARKS.get(record, {})
    columns = {column.name for column in table.columns}
    if unknown := [name for name in names if name not in columns or name in marks]:
        raise KeyError(f"{table.name}: {unknown} cannot be sought")
    shown = ", ".join(f"t.{quoted(column.name)}" for column in table.stored)
    found: list[R] = []
    for begin in range(0, len(wanted), AT_ONCE):
        piece = wanted[begin : begin + AT_ONCE]
        places = (f"${n}" for n in range(1, len(names) * len(piece) + 1))
        tuples = ", ".join(f"({', '.join(islice(places, len(names)))})" for _ in piece)
        equal = " AND ".join(f"t.{quoted(name)} = k.{quoted(name)}" for name in names)
        sql = f"WITH k ({', '.join(map(quoted, names))}) AS (VALUES {tuples}) SELECT {shown}"
        sql += f" FROM k CROSS JOIN {table.name} t WHERE {equal}"  # SQLite scans for tuples IN a list
        read = await engine.fetch(sql, *chain.from_iterable(piece))
        found += [record._make(row) for row in engine.door.opened(record, read)]  # type: ignore[attr-defined]
    return found


def _stored(engine: Engine, record: type[Record], where: Mapping[str, str | int]) -> Mapping[str, str | int]:
    """Return the conditions as they are stored. Raises KeyError for a column that cannot be sought."""
    marks = MARKS.get(record, {})
    if not any(name in marks for name in where):
        return where
    owner = str(where.get("jurisdiction", ""))
    if kept := [name for name in where if marks.get(name) is KEPT]:
        raise KeyError(f"{record.__name__}: {kept} is encrypted and cannot be sought")
    if not owner:
        raise KeyError(f"{record.__name__}: name the jurisdiction to seek by a hashed column")
    label = f"{record.__name__}."
    return {
        name: engine.door.token(owner, label + name, str(value)) if name in marks else value
        for name, value in where.items()
    }


def _conditions(where: Mapping[str, str | int]) -> str:
    equal = " AND ".join(f"{quoted(name)} = ${n}" for n, name in enumerate(where, 1))
    return f" WHERE {equal}" if where else ""


async def row(engine: Engine, record: type[R], **where: str | int) -> R | None:
    """Return the one record whose columns equal `where`, or None."""
    found = await rows_where(engine, record, where, limit=1)
    return found[0] if found else None


async def count(engine: Engine, record: type[R], **where: str | int) -> int:
    """Return how many records have these columns."""
    table = engine.schema.tables[record]
    sql = f"SELECT COUNT(*) FROM {table.name}{_conditions(where)}"
    return int((await engine.fetch(sql, *_stored(engine, record, where).values()))[0][0])

"""The texts of PostgreSQL's statements: how views are looked up and tables written, over arrays.

`CROSS JOIN LATERAL ... OFFSET 0` searches the index once a key; a plain join, planned while a table is empty,
would read it whole for ever.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from yidi.edges.storage.engines.bundles import Part
from yidi.edges.storage.engines.literals import array_of
from yidi.edges.storage.schema import Schema, Table, quoted
from yidi.processes.ports.deciding import Sum, View

OUTBOX_COLUMNS = "destination, sender, msgid, message, queued_at, attempts, parked_at, trouble"
OUTGOING = ("TEXT",) * 5 + ("BIGINT", "TEXT", "TEXT")
PUT, DROP = "outbox put", "outbox drop"
"""Parts of the writing statement that are no table."""
HEADS = "newest links"
"""A part of the looking statement that is no view."""


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
    columns = ", ".join(quoted(column) for column in table.read(view))
    inner = f"SELECT {columns} FROM {table.name} x WHERE {match} OFFSET 0"
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
    names = list(table.read(view))
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
    arrays = ", ".join(array_of(n + first, kind) for n, kind in enumerate(OUTGOING))
    return f"INSERT INTO outbox ({OUTBOX_COLUMNS}) SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"


def _drop_of(first: int) -> str:
    arrays = ", ".join(array_of(first + n, "TEXT") for n in range(3))
    return (
        f"DELETE FROM outbox o USING unnest({arrays}) AS k(destination, sender, msgid)"
        " WHERE o.destination = k.destination AND o.sender = k.sender AND o.msgid = k.msgid"
    )


def looks_of(schema: Schema) -> dict[str, Part]:
    """Return the part of every view, and that of the newest links of chains."""
    parts = {
        name: Part(partial(rows_of, view, schema.tables[view.record]), len(view.by))
        for name, view in schema.views.items()
    }
    return parts | {HEADS: Part(_heads_of, 2)}


def _heads_of(first: int) -> str:
    return f"ARRAY(SELECT ROW(h.c, h.j, h.number, h.head) FROM ({newest_of(first)}) h)"


def newest_of(first: int = 1) -> str:
    """Write the SELECT of the newest link (chain, jurisdiction, number, head) of each of several chains."""
    chains, places = array_of(first, "TEXT"), array_of(first + 1, "TEXT")
    return (
        f"SELECT k.c, k.j, t.number, t.head FROM unnest({chains}, {places}) AS k(c, j) CROSS JOIN LATERAL"
        " (SELECT x.number, x.head FROM chain_link x WHERE x.chain = k.c AND x.jurisdiction || '' = k.j"
        " ORDER BY x.chain DESC, x.number DESC LIMIT 1) t"
    )


def looking(texts: list[str]) -> str:
    """Join looks into one statement: one row, a column a look."""
    return "SELECT " + ", ".join(texts)


def writes_of(schema: Schema) -> dict[str, Part]:
    """Return the part that writes every table, and those that tell the outbox."""
    tables = {t.name: Part(partial(insert_of, t), len(t.stored)) for t in schema.tables.values()}
    return {**tables, PUT: Part(_put_of, len(OUTGOING)), DROP: Part(_drop_of, 3)}


def writing(texts: list[str]) -> str:
    """Join writes into one statement."""
    inserts = ", ".join(f"t{number} AS ({text})" for number, text in enumerate(texts))
    return f"WITH {inserts} SELECT 1"

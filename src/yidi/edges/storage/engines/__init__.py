"""The two databases. `engine_for` chooses by the address."""

from __future__ import annotations

from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines.postgresql import PostgreSQL
from yidi.edges.storage.engines.sqlite import SQLite
from yidi.edges.storage.schema import Schema


def engine_for(address: str, schema: Schema) -> Engine:
    """Make the engine for `sqlite:<path>` (also `sqlite:///<path>`) or `postgresql://...`.

    Raises ValueError when the address names neither.
    """
    if address.startswith(("postgresql://", "postgres://")):
        return PostgreSQL(address, schema)
    if address.startswith("sqlite:"):
        return SQLite(address.removeprefix("sqlite:").removeprefix("//"), schema)
    raise ValueError(f"a database is sqlite:<path> or postgresql://<...>, not {address!r}")

"""Brings a database to the tables this version of yidi expects: numbered plain SQL, forward only.

The texts are the same for both engines; three words differ and are put in here: on PostgreSQL text is
compared by code point (COLLATE "C"), on SQLite tables are STRICT, and whole numbers are INTEGER.
A lock keeps two starting nodes apart. `migrations/HEAD` names the last migration, so that two branches
that both add one conflict visibly.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from yidi.domain.dates import write_instant
from yidi.edges.clock import Clock, system_clock
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.schema import Table

FOLDER = Path(__file__).parent / "migrations"
LOCK_NUMBER = 91_310_021
LOCK_PATIENCE = "30s"
LONG_ROWS = ("replied", "outbox", "settlement", "settlement_answered")
"""Tables with texts of some kilobytes, read by key."""
WHOLE_BYTES = 8160
"""The most PostgreSQL takes: a page."""

_VERSION_TABLE = (
    "CREATE TABLE IF NOT EXISTS schema_version"
    " (number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL)"
)
_REFUSE = (
    "CREATE OR REPLACE FUNCTION facts_are_append_only() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'facts are append only: %', TG_TABLE_NAME; END $$"
)


Read = Callable[[str], Awaitable[Sequence[tuple[Any, ...]]]]


class SchemaTrouble(Exception):
    """The database is not as this version needs it; the message says what to do."""


class Migration(NamedTuple):
    """One step: its number, its name and its SQL text."""

    number: int
    name: str
    text: str


def read_migrations(folder: Path = FOLDER) -> Sequence[Migration]:
    """Read the migrations in order. Raises SchemaTrouble on a gap, a double number or a wrong HEAD."""
    found = [
        Migration(int(path.name[:4]), path.stem, path.read_text("utf-8"))
        for path in sorted(folder.glob("[0-9]*.sql"))
    ]
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise SchemaTrouble("migrations must be numbered 1, 2, 3, ... without gap or repetition")
    head = (folder / "HEAD").read_text("utf-8").strip()
    if not found or head != found[-1].name:
        raise SchemaTrouble(f"migrations/HEAD says {head}; make it name the last migration")
    return found


def statements_of(text: str) -> Sequence[str]:
    """Cut a migration into statements: each ends with a semicolon at the end of a line."""
    plain = re.sub(r"--[^\n]*", "", text)
    return [part.strip() for part in re.split(r";\s*(?:\n|$)", plain) if part.strip()]


def spoken_by(engine: str, statement: str) -> str:
    """Put in the three words that differ between the engines."""
    if engine == "postgresql":
        return re.sub(r"\bTEXT\b", 'TEXT COLLATE "C"', statement)
    if statement.startswith("CREATE TABLE"):
        return re.sub(r"\bBIGINT\b", "INTEGER", statement) + " STRICT"
    return statement


def append_only(engine: str, tables: Iterable[Table]) -> Sequence[str]:
    """Write the triggers that refuse to change or delete a fact; made anew at each migration."""
    texts = [_REFUSE] if engine == "postgresql" else []
    for table in tables:
        name = f"{table.name}_append_only"
        if engine == "postgresql":
            texts.append(
                f"CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table.name}"
                " FOR EACH STATEMENT EXECUTE FUNCTION facts_are_append_only()"
            )
            continue
        texts += [
            f"CREATE TRIGGER IF NOT EXISTS {name}_{verb.lower()} BEFORE {verb} ON {table.name}"
            f" BEGIN SELECT RAISE(ABORT, 'facts are append only: {table.name}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return texts


async def lift_append_only(engine: Engine, table: Table) -> None:
    """Lift the triggers of one table until the transaction puts them back by what `append_only` writes."""
    name = f"{table.name}_append_only"
    if engine.name == "postgresql":
        await engine.execute(f"DROP TRIGGER {name} ON {table.name}")
        return
    for verb in ("update", "delete"):
        await engine.execute(f"DROP TRIGGER {name}_{verb}")


def kept_whole(engine: str) -> Sequence[str]:
    """Write what keeps rows with long texts in one piece on PostgreSQL.

    It would cut them into chunks of 2 KB in a table of their own, after trying to compress what is
    encrypted and does not become shorter.
    """
    if engine != "postgresql":
        return ()
    return [f"ALTER TABLE IF EXISTS {table} SET (toast_tuple_target = {WHOLE_BYTES})" for table in LONG_ROWS]


async def version_of(engine: Engine) -> int:
    """Return the number of the last migration applied; 0 for an empty database."""
    return await _version(engine.name, engine.fetch)


async def _version(name: str, read: Read) -> int:
    catalogue = "sqlite_master WHERE name" if name == "sqlite" else "pg_tables WHERE tablename"
    if not await read(f"SELECT 1 FROM {catalogue} = 'schema_version'"):
        return 0
    rows = await read("SELECT MAX(number) FROM schema_version")
    return int(rows[0][0] or 0)


async def check_version(engine: Engine, folder: Path = FOLDER) -> None:
    """Raise SchemaTrouble unless the database is exactly at this version's head."""
    there, here = await version_of(engine), read_migrations(folder)[-1].number
    if there > here:
        raise SchemaTrouble(f"the database is at {there}, newer than this yidi ({here}): use a newer yidi")
    if there < here:
        raise SchemaTrouble(f"the database is at {there}, this yidi needs {here}: run `yidi storage init`")


async def migrate(engine: Engine, clock: Clock = system_clock, folder: Path = FOLDER) -> Sequence[str]:
    """Apply what is missing, all in one transaction; return the names applied.

    Raises SchemaTrouble when the database is newer, or when another migration holds the lock too long.
    """
    steps = read_migrations(folder)
    await _begin_alone(engine)
    try:
        await engine.execute(spoken_by(engine.name, _VERSION_TABLE))
        done = await _apply(engine, steps, write_instant(clock()))
        await engine.commit()
    except BaseException:
        await engine.rollback()
        raise
    return done


async def _begin_alone(engine: Engine) -> None:
    """Begin, and wait a while for the lock: SQLite's BEGIN takes it, PostgreSQL has advisory ones."""
    try:
        await engine.begin()
        if engine.name == "postgresql":
            await engine.execute(f"SET LOCAL lock_timeout = '{LOCK_PATIENCE}'")
            await engine.execute(f"SELECT pg_advisory_xact_lock({LOCK_NUMBER})")
    except Exception as error:
        await engine.rollback()
        raise SchemaTrouble("another migration holds the database: wait for it, then try again") from error


async def _apply(engine: Engine, steps: Sequence[Migration], instant: str) -> Sequence[str]:
    there = await _version(engine.name, engine.execute)
    if there > len(steps):
        raise SchemaTrouble(f"the database is at {there}, newer than this yidi: use a newer yidi")
    for step in steps[there:]:
        for statement in statements_of(step.text):
            await engine.execute(spoken_by(engine.name, statement))
        await engine.execute(
            "INSERT INTO schema_version (number, name, applied_at) VALUES ($1, $2, $3)",
            step.number,
            step.name,
            instant,
        )
    texts = kept_whole(engine.name) if there < len(steps) else ()
    for statement in (*texts, *append_only(engine.name, engine.schema.tables.values())):
        await engine.execute(statement)
    return [step.name for step in steps[there:]]

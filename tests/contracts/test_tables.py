"""The tables that the migrations make are the records that the processes declare."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any, get_type_hints

import pytest_asyncio

from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.migrate import LONG_ROWS, migrate
from yidi.edges.storage.schema import Column, Table, gathered
from yidi.processes.ports.deciding import Key, One
from yidi.processes.visit.records import BILLED_LINES, LINES, FeeLine

NOT_FACTS = {"schema_version", "outbox", "data_key", "served_place"}


@pytest_asyncio.fixture
async def migrated(address: str, tmp_path_factory: object) -> AsyncIterator[Engine]:
    engine = engine_for("sqlite::memory:" if address == "sqlite" else address, gathered())
    await engine.open()
    await migrate(engine)
    yield engine
    await engine.close()


async def columns_of(engine: Engine, table: Table) -> list[Column]:
    if engine.name == "sqlite":
        found = await engine.fetch(f"PRAGMA table_info({table.name})")
        kinds = {"INTEGER": "BIGINT", "TEXT": "TEXT"}
        return [Column(name, kinds[kind], not needed) for _, name, kind, needed, _, _ in found]
    found = await engine.fetch(
        "SELECT column_name, data_type, is_nullable, collation_name FROM information_schema.columns"
        " WHERE table_name = $1 AND table_schema = 'public' ORDER BY ordinal_position",
        table.name,
    )
    assert {collation for _, kind, _, collation in found if kind == "text"} == {"C"}
    return [Column(name, kind.upper(), empty == "YES") for name, kind, empty, _ in found]


async def keys_of(engine: Engine, table: Table) -> list[tuple[bool, list[str]]]:
    """Return whether each index of a table is unique, and its columns in order."""
    if engine.name == "postgresql":
        found = await engine.fetch("SELECT indexdef FROM pg_indexes WHERE tablename = $1", table.name)
        split = [re.search(r"(UNIQUE)?.*\((.*)\)", text).groups() for (text,) in found]  # type: ignore[union-attr]
        return [
            ("UNIQUE" in text[0], re.sub('"| COLLATE.*', "", names).split(", "))
            for text, (_, names) in zip(found, split, strict=True)
        ]
    found = await engine.fetch(f"PRAGMA index_list({table.name})")
    return [
        (bool(unique), [row[2] for row in await engine.fetch(f"PRAGMA index_info({name})")])
        for _, name, unique, _, _ in found
    ]


async def test_every_record_has_a_table_with_its_fields_and_their_ciphers_as_columns(
    migrated: Engine,
) -> None:
    for table in migrated.schema.tables.values():
        assert sorted(await columns_of(migrated, table)) == sorted(table.stored), table.name


async def test_every_table_is_a_record(migrated: Engine) -> None:
    catalogue = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if migrated.name == "sqlite"
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    there = {name for (name,) in await migrated.fetch(catalogue)}
    assert there - NOT_FACTS == {table.name for table in migrated.schema.tables.values()}


async def test_every_view_is_served_by_an_index_and_one_means_one(migrated: Engine) -> None:
    for view in migrated.schema.views.values():
        keys = await keys_of(migrated, migrated.schema.tables[view.record])
        wanted = set(view.by[1:])
        serving = [names for _, names in keys if set(names[: len(wanted)]) == wanted]
        assert serving, f"{view.name}: no index that begins with {wanted}"
        if isinstance(view, One):
            unique = [set(names) for unique, names in keys if unique]
            assert set(view.by) in unique, f"{view.name}: {view.by} is not unique"


async def test_no_two_indexes_of_a_table_begin_alike_nor_with_the_jurisdiction(migrated: Engine) -> None:
    """While a table is empty the planner cannot tell such indexes apart, and plans are kept."""
    for table in migrated.schema.tables.values():
        firsts = [names[0] for _, names in await keys_of(migrated, table)]
        assert len(set(firsts)) == len(firsts), table.name
        assert "jurisdiction" not in firsts, table.name


async def test_every_fact_refuses_to_be_changed_or_deleted(migrated: Engine) -> None:
    """A trigger stands on each fact table; that it bites is shown on one in the engine contract."""
    catalogue = (
        "SELECT tbl_name, COUNT(*) FROM sqlite_master WHERE type = 'trigger' GROUP BY tbl_name"
        if migrated.name == "sqlite"
        else "SELECT event_object_table, COUNT(*) FROM information_schema.triggers GROUP BY 1"
    )
    guarded = dict(await migrated.fetch(catalogue))
    assert guarded == {table.name: 2 for table in migrated.schema.tables.values()}


async def test_a_view_of_parts_finds_of_every_record_its_part_in_the_same_order(migrated: Engine) -> None:
    kinds = get_type_hints(FeeLine)
    written = [
        FeeLine._make(f"{name}{n}" if kinds[name] is str else n for name in FeeLine._fields)._replace(
            jurisdiction="510000", visit_id="V1", recorded_at=f"2026-11-0{9 - n}"
        )
        for n in range(1, 4)
    ]
    facts: dict[Key, Any] = {}
    whole, parts = LINES.key("510000", "V1"), BILLED_LINES.key("510000", "V1")
    await migrated.begin()
    await migrated.write({FeeLine: written})
    await migrated.load((whole, parts, BILLED_LINES.key("510000", "V2")), facts)
    await migrated.rollback()
    assert facts[whole] == sorted(written, key=lambda line: line.recorded_at)
    assert facts[parts] == [BILLED_LINES.part_of(line) for line in facts[whole]]
    assert facts[BILLED_LINES.key("510000", "V2")] == []


async def test_long_rows_are_kept_in_one_piece_on_postgresql(postgresql_database: str) -> None:
    engine = engine_for(postgresql_database, gathered())
    await engine.open()
    try:
        await migrate(engine)
        found = await engine.fetch(
            "SELECT relname FROM pg_class WHERE 'toast_tuple_target=8160' = ANY(reloptions) ORDER BY relname"
        )
    finally:
        await engine.close()
    assert [name for (name,) in found] == sorted(LONG_ROWS)

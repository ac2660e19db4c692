"""The database server of the tests is a real one, with the settings of operation."""

from __future__ import annotations

import asyncpg

from tests.postgresql import running_server
from yidi.edges.storage.embedded import roomy


async def test_the_server_is_postgresql_and_keeps_fsync_on(postgresql_server: str) -> None:
    connection = await asyncpg.connect(postgresql_server)
    try:
        assert (await connection.fetchval("SELECT version()")).startswith("PostgreSQL 18")
        assert await connection.fetchval("SHOW fsync") == "on"
        assert await connection.fetchval("SHOW synchronous_commit") == "on"
    finally:
        await connection.close()


async def test_every_test_gets_an_empty_database_of_its_own(
    postgresql_server: str, postgresql_database: str
) -> None:
    assert postgresql_database != postgresql_server
    connection = await asyncpg.connect(postgresql_database)
    try:
        tables = await connection.fetchval(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        )
        assert tables == 0
        assert await connection.fetchval("SELECT current_database()") in postgresql_database
    finally:
        await connection.close()


async def test_a_server_that_works_for_itself_has_more_room_and_syncs_as_before() -> None:
    with running_server(settings=roomy()) as address:
        connection = await asyncpg.connect(address)
        try:
            rows = await connection.fetch(
                "SELECT name, setting::bigint AS now, boot_val::bigint AS by_itself"
                " FROM pg_settings WHERE name = ANY($1)",
                list(roomy()),
            )
            assert {row["name"] for row in rows if row["now"] > row["by_itself"]} == set(roomy())
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                assert await connection.fetchval(f"SHOW {name}") == "on"
        finally:
            await connection.close()

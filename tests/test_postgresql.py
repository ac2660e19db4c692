"""The database server of the tests is a real one, with the settings of operation."""

from __future__ import annotations

import asyncpg


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

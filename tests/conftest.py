"""What every test may ask for: a real PostgreSQL server, and a fresh database on it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
import pytest_asyncio
import structlog
from hypothesis import settings

from tests.postgresql import running_server

settings.register_profile("untimed", deadline=None)  # nothing is timed: a busy machine is no bug
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def fresh_logging() -> Iterator[None]:
    """Forget what a test configured of logging: a node started in one test logs for that test alone."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Address (`postgresql://postgres@/postgres?host=...`) of one real server, fsync on, for the session."""
    with running_server() as address:
        yield address


@pytest_asyncio.fixture
async def postgresql_database(postgresql_server: str) -> AsyncIterator[str]:
    """Address of a fresh, empty database; it is dropped after the test, sessions included."""
    name = f"test_{uuid.uuid4().hex}"
    await _on_server(postgresql_server, f'CREATE DATABASE "{name}"')
    yield postgresql_server.replace("/postgres?", f"/{name}?")
    await _on_server(postgresql_server, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _on_server(address: str, statement: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()

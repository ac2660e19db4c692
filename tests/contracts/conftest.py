"""The same engine contract on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.edges.journal import toys
from tests.journal_room import open_engine
from yidi.edges.storage.engine import Engine


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    """An empty database of either kind."""
    found: str = request.getfixturevalue("postgresql_database") if request.param == "postgresql" else "sqlite"
    return found


@pytest_asyncio.fixture
async def engine(address: str) -> AsyncIterator[Engine]:
    async with open_engine(address, toys.RECORDS, toys.VIEWS, toys.UNIQUE) as opened:
        yield opened

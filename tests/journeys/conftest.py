"""A fresh nation a test: on a SQLite file and on PostgreSQL, folded and hop by hop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.journeys.nation import Nation, open_nation

ENGINES = ("sqlite", "postgresql")
WAYS = {"folded": True, "hop_by_hop": False}


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'nation.sqlite'}"
    return str(request.getfixturevalue("postgresql_database"))


@pytest.fixture(params=WAYS)
def fold(request: pytest.FixtureRequest) -> bool:
    """Whether messages between neighbours are decided in the transaction of their cause."""
    return WAYS[request.param]


@pytest_asyncio.fixture
async def nation(database: str, fold: bool) -> AsyncIterator[Nation]:
    """A served sample nation; afterwards its facts must prove each other."""
    async with open_nation(database, fold=fold) as opened:
        yield opened
        assert await opened.findings() == []

"""A database with three settlements and a month's clearing, all sealed, on each engine in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.edges.sealing.chained import ANNA, BEN, Chained, open_chained


@pytest.fixture(params=("sqlite", "postgresql"))
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'facts.sqlite'}"
    return str(request.getfixturevalue("postgresql_database"))


@pytest_asyncio.fixture
async def chained(address: str, tmp_path: Path) -> AsyncIterator[Chained]:
    """Anna's settlements 1, 2 and 3 and Ben's 9, sealed after the second and at the end."""
    async with open_chained(address, tmp_path / "keys") as opened:
        await opened.book("1", ANNA)
        await opened.book("2", ANNA)
        await opened.seal()
        await opened.book("3", ANNA)
        await opened.book("9", BEN)
        await opened.clear()
        await opened.seal()
        yield opened

"""A journal with the toy process, on either database, folded or not."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.edges.journal.toys import TOYS
from tests.journal_room import open_journal
from yidi.edges.journal import Journal


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    """An empty database of either kind."""
    found: str = request.getfixturevalue("postgresql_database") if request.param == "postgresql" else "sqlite"
    return found


@pytest_asyncio.fixture(params=[True, False], ids=["folded", "unfolded"])
async def journal(address: str, request: pytest.FixtureRequest) -> AsyncIterator[Journal]:
    async with open_journal(address, fold=request.param, **TOYS) as opened:
        yield opened

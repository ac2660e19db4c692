"""Days are compared from real tables, on either engine."""

from __future__ import annotations

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    """An empty database of either kind."""
    found: str = request.getfixturevalue("postgresql_database") if request.param == "postgresql" else "sqlite"
    return found

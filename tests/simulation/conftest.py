"""The stage of simulated runs, built once for all tests of this room."""

from __future__ import annotations

import pytest

from yidi.edges.simulation.stage import Stage, built
from yidi.wiring import rules


@pytest.fixture(scope="session")
def stage() -> Stage:
    """A nation and three provinces, ready to be copied for every run."""
    return built(rules)

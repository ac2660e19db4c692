"""A synthetic month and one Spark session, made once for all tests of bulk work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from yidi.edges.batch.engines import Spark, local_session
from yidi.edges.batch.generate import Synthetic, generate

PROVINCES = ("110000", "140000", "310000", "440000", "510000", "660000")
MONTH = Synthetic(20_000, 7, "2026-10", PROVINCES, rate_ppm=2_000)


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a month of 20,000 settlements, 40 or so of them struck by each class of difference."""
    folder = tmp_path_factory.mktemp("batch") / "october"
    generate(MONTH, folder)
    return folder


@pytest.fixture(scope="session")
def spark() -> Iterator[Spark]:
    """Spark on two threads of this machine; its Java compiles quickly rather than well, for few rows."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        session = local_session("1g", 2)
    yield Spark(session=session)
    session.stop()

"""Migrations go forward, all or nothing, and never onto a database they do not know."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.migrate import SchemaTrouble, check_version, migrate, read_migrations, version_of
from yidi.edges.storage.schema import Schema, gathered


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'facts.db'}"
    found: str = request.getfixturevalue("postgresql_database")
    return found


@pytest_asyncio.fixture
async def engine(address: str) -> AsyncIterator[Engine]:
    engine = engine_for(address, Schema((), ()))
    await engine.open()
    yield engine
    await engine.close()


def steps(folder: Path, *texts: str, head: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(texts, 1):
        (folder / f"{number:04d}_step.sql").write_text(text)
    (folder / "HEAD").write_text(head or f"{len(texts):04d}_step")
    return folder


ONE = "-- why\nCREATE TABLE one (\n  a TEXT NOT NULL\n);\nCREATE INDEX one_by_a ON one (a);\n"
TWO = "CREATE TABLE two (a BIGINT NOT NULL);\n"


async def test_what_is_missing_is_applied_once_and_in_order(engine: Engine, tmp_path: Path) -> None:
    assert await version_of(engine) == 0
    assert await migrate(engine, folder=steps(tmp_path / "m", ONE)) == ["0001_step"]
    assert await migrate(engine, folder=steps(tmp_path / "m", ONE, TWO)) == ["0002_step"]
    assert await migrate(engine, folder=tmp_path / "m") == []
    assert await version_of(engine) == 2
    await check_version(engine, tmp_path / "m")


async def test_a_step_that_fails_leaves_the_database_as_it_was(engine: Engine, tmp_path: Path) -> None:
    await migrate(engine, folder=steps(tmp_path / "m", ONE))
    with pytest.raises(Exception, match="nowhere"):
        await migrate(engine, folder=steps(tmp_path / "m", ONE, TWO, "INSERT INTO nowhere VALUES (1);\n"))
    assert await version_of(engine) == 1
    assert await migrate(engine, folder=steps(tmp_path / "m", ONE, TWO, TWO.replace("two", "three"))) == [
        "0002_step",
        "0003_step",
    ]


async def test_a_database_newer_than_the_code_is_refused(engine: Engine, tmp_path: Path) -> None:
    await migrate(engine, folder=steps(tmp_path / "newer", ONE, TWO))
    with pytest.raises(SchemaTrouble, match="newer"):
        await migrate(engine, folder=steps(tmp_path / "older", ONE))
    with pytest.raises(SchemaTrouble, match="newer"):
        await check_version(engine, tmp_path / "older")


async def test_a_database_older_than_the_code_is_not_served(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(SchemaTrouble, match="storage init"):
        await check_version(engine, steps(tmp_path / "m", ONE))


async def test_two_nodes_that_start_at_once_migrate_once(address: str) -> None:
    engines = [engine_for(address, gathered()) for _ in range(2)]
    for engine in engines:
        await engine.open()
    done = await asyncio.gather(*[migrate(engine) for engine in engines])
    assert sorted(map(len, done)) == [0, len(read_migrations())]
    for engine in engines:
        await check_version(engine)
        await engine.close()


@pytest.mark.parametrize(
    ("texts", "head", "finding"), [((ONE,), "0002_other", "HEAD"), ((), "0001_step", "HEAD")]
)
def test_a_head_that_is_not_the_last_step_is_noticed(
    tmp_path: Path, texts: tuple[str, ...], head: str, finding: str
) -> None:
    with pytest.raises(SchemaTrouble, match=finding):
        read_migrations(steps(tmp_path / "m", *texts, head=head))


def test_a_gap_in_the_numbers_is_noticed(tmp_path: Path) -> None:
    folder = steps(tmp_path / "m", ONE, TWO)
    (folder / "0001_step.sql").unlink()
    with pytest.raises(SchemaTrouble, match="gap"):
        read_migrations(folder)


def test_an_address_of_no_known_database_is_refused() -> None:
    with pytest.raises(ValueError, match="postgresql"):
        engine_for("mysql://x", Schema((), ()))

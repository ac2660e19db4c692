"""A node does not start on the database of another: a database knows for whom it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from tests.edges.cli.conftest import typed
from yidi.edges.cli.nation import free_ports
from yidi.edges.clock import system_clock
from yidi.edges.settings import Settings
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.migrate import migrate
from yidi.edges.storage.schema import Schema
from yidi.edges.storage.served import AnothersDatabase, check_served, listed, serve_also, served_by
from yidi.wiring import PARTS

HERE, AWAY = ("330000", "440000"), "510000"


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
    await migrate(engine)
    yield engine
    await engine.close()


async def test_the_first_start_writes_for_whom_a_database_is_kept_and_others_are_refused(
    engine: Engine,
) -> None:
    await check_served(engine, HERE, system_clock())
    assert await served_by(engine) == HERE
    with pytest.raises(AnothersDatabase) as told:
        await check_served(engine, [AWAY], system_clock())
    assert f"承载 {HERE[0]} {HERE[1]}，不承载设置所写的 {AWAY}" in str(told.value)
    assert f"kept for {HERE[0]} {HERE[1]}, not for {AWAY}" in str(told.value)
    assert "yidi storage init --serve-also" in str(told.value)
    assert await served_by(engine) == HERE


async def test_a_place_may_leave_and_joins_only_when_the_operator_says_so(engine: Engine) -> None:
    await check_served(engine, HERE, system_clock())
    await check_served(engine, HERE[:1], system_clock())
    with pytest.raises(AnothersDatabase, match=f"not for {AWAY}, which"):
        await check_served(engine, [*HERE, AWAY], system_clock())
    await serve_also(engine, [*HERE, AWAY], system_clock())
    await check_served(engine, [*HERE, AWAY], system_clock())
    assert await served_by(engine) == (*HERE, AWAY)


async def test_two_processes_of_one_province_start_at_once_in_whatever_order(
    postgresql_database: str,
) -> None:
    engines = [engine_for(postgresql_database, Schema((), ())) for _ in range(2)]
    for engine in engines:
        await engine.open()
    try:
        await migrate(engines[0])
        await asyncio.gather(*[check_served(engine, HERE, system_clock()) for engine in engines])
        await check_served(engines[1], HERE, system_clock())
        assert await served_by(engines[0]) == HERE
    finally:
        for engine in engines:
            await engine.close()


def test_many_places_are_named_in_a_sentence_that_can_be_read() -> None:
    assert listed(["2", "1"]) == "1 2"
    assert listed([str(number) for number in range(9)]) == "0 1 2 3 4 5 … (9)"


async def test_a_node_whose_settings_name_anothers_database_does_not_start_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    config = tmp_path / "node.toml"
    config.write_text(
        f'database = "sqlite:{tmp_path / "n.sqlite"}"\nkeys = "{tmp_path / "keys.toml"}"\n'
        f'jurisdictions = ["{AWAY}"]\n',
        "utf-8",
    )
    (tmp_path / "keys.toml").write_text("[keys]\n", "utf-8")
    mine = Settings(
        database=f"sqlite:{tmp_path / 'n.sqlite'}", keys=str(tmp_path / "keys.toml"), jurisdictions=HERE
    )
    async with PARTS.open_node(mine, {}):
        pass
    with pytest.raises(AnothersDatabase):
        async with PARTS.open_node(msgspec.structs.replace(mine, jurisdictions=(AWAY,)), {}):
            pass
    engine = engine_for(mine.database, Schema((), ()))
    await engine.open()
    owners = await engine.fetch("SELECT DISTINCT jurisdiction FROM data_key")
    await engine.close()
    assert (AWAY,) not in owners
    added = await asyncio.to_thread(typed, "storage", "init", "--serve-also", "--config", config)
    assert added.exit_code == 0, added.output
    async with PARTS.open_node(msgspec.structs.replace(mine, jurisdictions=(AWAY,)), {}):
        pass


def test_serve_tells_it_in_a_sentence_and_ends_with_one(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text("[keys]\n", "utf-8")
    configs = {}
    for place in (HERE[0], AWAY):
        configs[place] = tmp_path / f"{place}.toml"
        configs[place].write_text(
            f'database = "sqlite:{tmp_path / "n.sqlite"}"\nkeys = "{tmp_path / "keys.toml"}"\n'
            f'jurisdictions = ["{place}"]\nport = {free_ports(1)[0]}\nprocesses = 1\n',
            "utf-8",
        )
    assert typed("storage", "init", "--serve-also", "--config", configs[HERE[0]]).exit_code == 0
    told = typed("serve", "--config", configs[AWAY])
    assert told.exit_code == 1
    assert f"This database is kept for {HERE[0]}, not for {AWAY}" in told.stderr
    assert "Traceback" not in told.output

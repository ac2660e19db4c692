"""Records of access are deleted when their time is over: those that hang in no chain, and no others."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.edges.access.conftest import HASH, PASSWORD, TERMS
from tests.edges.cli.conftest import typed
from tests.journal_room import until
from tests.journeys.nation import MORNING
from yidi.domain.dates import write_instant
from yidi.edges.access.access import Access, access_of
from yidi.edges.access.keeping import PAGE, Keeping, keeping_beside
from yidi.edges.access.records import (
    CHAINED,
    CodeTaken,
    SecondFactor,
    SessionEnded,
    SessionOpened,
    SignInAttempt,
    UserAccount,
)
from yidi.edges.access.retention import KINDS, delete_old, kept_in_time
from yidi.edges.access.roles import Role
from yidi.edges.clock import SettableClock
from yidi.edges.packs.national import PackError
from yidi.edges.packs.retention import read_retention
from yidi.edges.settings import Settings
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.migrate import migrate
from yidi.edges.storage.schema import gathered, table_name

HERE, LOGIN = "330000", "clerk.one"
WHO = UserAccount(HERE, LOGIN, 1, Role.AGENCY_CLERK, "", HASH, 0, "active", "test", "2026-11-22")
SPAN = next(span.days for span in read_retention().on(write_instant(MORNING)[:10]) if span.kind == "sessions")


@pytest.fixture(params=("sqlite", "postgresql"))
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either engine."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'node.sqlite'}"
    return str(request.getfixturevalue("postgresql_database"))


@asynccontextmanager
async def opened(database: str, clock: SettableClock) -> AsyncIterator[tuple[Engine, Keeping, Access]]:
    """Open a database as a node does, access beside the journal."""
    settings = Settings(database=database, keys="", encrypt=False, seal=False, access=TERMS)
    engine = engine_for(database, gathered())
    await engine.open()
    try:
        await migrate(engine, clock)
        async with keeping_beside(engine, lambda: engine_for(database, gathered())) as keeping:
            yield engine, keeping, access_of(keeping, settings, clock)
    finally:
        await engine.close()


async def test_ended_sessions_go_when_their_time_is_over_and_sign_ins_stay(database: str) -> None:
    clock = SettableClock(MORNING)
    async with opened(database, clock) as (engine, keeping, access):
        await keeping.write(WHO)
        user = await access.sessions.begin(LOGIN, PASSWORD, "test")
        assert isinstance(user, UserAccount)
        old = await access.sessions.open(user)
        session = await access.sessions.of(old)
        assert session is not None
        await access.sessions.end(session, "signed_out")
        clock.advance(days=SPAN)
        assert (await delete_old(keeping, read_retention(), clock))["sessions"] == 0, "to the day"
        young = await access.sessions.open(user)
        clock.advance(seconds=1)
        assert (await delete_old(keeping, read_retention(), clock))["sessions"] == 2
        assert await access.sessions.of(old) is None
        assert await access.sessions.of(young) is not None
        assert await keeping.rows(SessionEnded, {}) == []
        assert len(await keeping.rows(SignInAttempt, {"login": LOGIN})) == 1
        await engine.begin()
        with pytest.raises(Exception, match="append only"):
            await engine.execute("DELETE FROM session_opened")
        await engine.rollback()
        assert len(await keeping.rows(SessionOpened, {})) == 1, "the table refuses deletion as before"


async def test_more_than_a_page_goes_page_by_page(database: str) -> None:
    clock = SettableClock(MORNING)
    async with opened(database, clock) as (_, keeping, _):
        await keeping.write(
            *[CodeTaken(HERE, LOGIN, 1, step, write_instant(MORNING)) for step in range(PAGE + 7)]
        )
        clock.advance(days=2 * SPAN)
        assert (await delete_old(keeping, read_retention(), clock))["codes"] == PAGE + 7
        assert await keeping.rows(CodeTaken, {}) == []


async def test_a_second_factor_that_was_replaced_goes_and_the_one_in_use_stays(database: str) -> None:
    clock = SettableClock(MORNING)
    async with opened(database, clock) as (_, keeping, _):
        versions = [SecondFactor("*", LOGIN, n, f"SECRET{n}", "test", write_instant(MORNING)) for n in (1, 2)]
        await keeping.write(*versions)
        clock.advance(days=2 * SPAN)
        assert (await delete_old(keeping, read_retention(), clock))["replaced_factors"] == 1
        assert [row.version for row in await keeping.rows(SecondFactor, {})] == [2]


async def test_a_node_deletes_by_itself_and_goes_on_after_a_trouble(database: str) -> None:
    clock, asked = SettableClock(MORNING), []

    def terms() -> object:
        asked.append(clock())
        if len(asked) == 1:
            raise PackError("retention.yaml: cannot be read now")
        return read_retention()

    async with opened(database, clock) as (_, keeping, _):
        await keeping.write(CodeTaken(HERE, LOGIN, 1, 1, write_instant(MORNING)))
        clock.advance(days=2 * SPAN)

        async def gone() -> bool:
            return not await keeping.rows(CodeTaken, {})

        async with kept_in_time(keeping, terms, clock, every_seconds=0.01):  # type: ignore[arg-type]
            await until(gone)
    assert len(asked) >= 2


def test_nothing_that_is_chained_is_ever_deleted_and_every_kind_has_its_term() -> None:
    deleted = {old.record for kind in KINDS.values() for old in kind}
    assert not deleted & CHAINED
    terms = read_retention()
    assert {span.kind for span in terms.on("2026-11-22")} == set(KINDS)
    assert all(span.days >= 180 for span in terms.on("2026-11-22")), "logs are kept for six months at least"
    told = " ".join(one.what for one in terms.kept)
    assert all(table_name(record) in told for record in CHAINED)
    assert terms.on("2017-05-31") == [], "no term holds before its first day"


def test_terms_that_are_no_days_are_refused(tmp_path: Path) -> None:
    (tmp_path / "national").mkdir()
    good = read_retention()
    file = tmp_path / "national" / "retention.yaml"
    for value in ("0", "half a year", "true"):
        file.write_text(
            f'looked_up: "{good.looked_up}"\nkept: []\ndays:\n  codes:\n'
            f'    - {{from: "2017-06-01", value: {value}, sure_pct: 50, source: house}}\n',
            "utf-8",
        )
        with pytest.raises(PackError, match="whole number of days"):
            read_retention(tmp_path)


def test_the_commands_show_the_terms_and_delete(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text("[keys]\n", "utf-8")
    config = tmp_path / "node.toml"
    config.write_text(
        f'database = "sqlite:{tmp_path / "node.sqlite"}"\nkeys = "{tmp_path / "keys.toml"}"\n', "utf-8"
    )
    shown = json.loads(typed("retention", "show", "--json").output)
    assert {row["kind"] for row in shown["days"]} == set(KINDS)
    assert typed("storage", "init", "--config", str(config)).exit_code == 0
    done = typed("retention", "run", "--json", "--config", str(config))
    assert json.loads(done.output) == dict.fromkeys(KINDS, 0)

"""A second factor where two processes share a database: one key, and a code is good at one of them only."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.edges.access.authenticator import Authenticator
from tests.edges.access.conftest import HASH, PASSWORD, TERMS
from tests.journeys.nation import MORNING
from yidi.domain.refusal import Refusal
from yidi.edges.access.access import access_of
from yidi.edges.access.keeping import Keeping, keeping_beside
from yidi.edges.access.records import SecondFactor, UserAccount
from yidi.edges.access.refusals import SIGN_IN_STALE
from yidi.edges.access.roles import Role
from yidi.edges.access.second_factor import OFFERED, Factors, Taken, offer
from yidi.edges.access.sessions import Half
from yidi.edges.clock import SettableClock
from yidi.edges.sealing.guarding import guard
from yidi.edges.secrecy.door import PREFIX
from yidi.edges.settings import Settings
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.migrate import migrate
from yidi.edges.storage.schema import gathered

HERE = "330000"
WHO = UserAccount(HERE, "c.one", 1, Role.AGENCY_CLERK, "", HASH, 0, "active", "test", "2026-11-22")


@pytest.fixture(params=("sqlite", "postgresql"))
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either engine."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'node.sqlite'}"
    return str(request.getfixturevalue("postgresql_database"))


async def keeping_of(
    stack: AsyncExitStack, database: str, tmp_path: Path, clock: SettableClock
) -> tuple[Engine, Keeping]:
    """Open a database as a node does: its keys on the journal's engine, access beside it."""
    settings = Settings(database=database, keys="", key_folder=str(tmp_path / "keys"), seal=False)
    engine = engine_for(database, gathered())
    await engine.open()
    stack.push_async_callback(engine.close)
    await migrate(engine, clock)
    await guard(engine, settings, clock, here=(HERE,))
    beside = keeping_beside(engine, lambda: engine_for(database, gathered()))
    return engine, await stack.enter_async_context(beside)


async def test_a_secret_lies_encrypted_and_a_code_is_good_at_one_process_only(
    database: str, tmp_path: Path
) -> None:
    clock, made = SettableClock(MORNING), offer(WHO.login)
    async with AsyncExitStack() as stack:
        engine, first = await keeping_of(stack, database, tmp_path, clock)
        _, second = await keeping_of(stack, database, tmp_path, clock)
        one, other = (Factors(keeping, clock, OFFERED) for keeping in (first, second))
        await first.write(WHO)
        phone = Authenticator(made.address)
        kept = await one.enrol(WHO, made.secret, phone.code(clock()), "test")
        assert isinstance(kept, SecondFactor)
        ((stored,),) = await engine.fetch("SELECT secret FROM second_factor")
        assert stored.startswith(PREFIX)
        for _ in range(5):
            clock.advance(seconds=30)
            code = phone.code(clock())
            found = await asyncio.gather(one.take(WHO, code), other.take(WHO, code))
            assert set(found) == {Taken.GOOD, Taken.USED}


async def test_a_sign_in_begun_at_one_process_is_completed_at_the_other_once(
    database: str, tmp_path: Path
) -> None:
    clock, made = SettableClock(MORNING), offer(WHO.login)
    settings = Settings(database=database, keys="", seal=False, access=TERMS)
    async with AsyncExitStack() as stack:
        _, first = await keeping_of(stack, database, tmp_path, clock)
        _, second = await keeping_of(stack, database, tmp_path, clock)
        one, other = (access_of(keeping, settings, clock) for keeping in (first, second))
        await first.write(WHO)
        phone = Authenticator(made.address)
        user = await one.sessions.begin(WHO.login, PASSWORD, "test")
        assert isinstance(user, UserAccount)
        await one.factors.enrol(user, made.secret, phone.code(clock()), "test")
        clock.advance(seconds=30)
        half = await one.sessions.begin(WHO.login, PASSWORD, "test")
        assert isinstance(half, Half)
        done = await other.sessions.complete(half.token, phone.code(clock()), "test")
        assert isinstance(done, UserAccount)
        clock.advance(seconds=30)
        again = await one.sessions.complete(half.token, phone.code(clock()), "test")
        assert isinstance(again, Refusal)
        assert again.code == SIGN_IN_STALE.code, "completed elsewhere is completed"
        token = await one.sessions.open(done)
        assert await other.sessions.of(token) is not None
        assert one.form_secret == other.form_secret, "a form of one is taken by the other"

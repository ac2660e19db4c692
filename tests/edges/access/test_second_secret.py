"""The second secret of password hashes: a stolen table without the keys checks nothing; it is replaceable."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from tests.edges.access.conftest import HASH, PASSWORD, TERMS, House
from tests.journeys.nation import MORNING
from yidi.domain.refusal import Refusal
from yidi.edges.access.access import Access, access_of
from yidi.edges.access.keeping import Keeping
from yidi.edges.access.passwords import SECOND, fits, generation_of, hashed
from yidi.edges.access.records import UserAccount
from yidi.edges.access.roles import Role
from yidi.edges.clock import SettableClock
from yidi.edges.sealing.guarding import Guard, guard
from yidi.edges.secrecy.keyring import IN_FORCE_AFTER, Keyring
from yidi.edges.secrecy.troubles import KeyTrouble
from yidi.edges.settings import Settings
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.migrate import migrate
from yidi.edges.storage.schema import gathered

HERE, LOGIN = "330000", "clerk.one"
OLD = UserAccount(HERE, LOGIN, 1, Role.AGENCY_CLERK, "", HASH, 0, "active", "test", "2026-11-22")


class Room:
    """A database with its keys open, and the access of its users."""

    def __init__(self, engine: Engine, guarding: Guard, access: Access, clock: SettableClock) -> None:
        self.engine, self.keyring, self.access, self.clock = engine, guarding.keyring, access, clock

    async def sign_in(self, password: str = PASSWORD) -> object:
        """Give a password; the user's version, or the refusal."""
        return await self.access.sessions.begin(LOGIN, password, "test")

    async def kept(self) -> str:
        """Return the hash as it lies in the database."""
        rows = await self.engine.fetch("SELECT password_hash FROM user_account ORDER BY version DESC LIMIT 1")
        return str(rows[0][0])


@asynccontextmanager
async def opened(folder: Path, clock: SettableClock, *, encrypt: bool = True) -> AsyncIterator[Room]:
    """Open a database as a node does."""
    address = f"sqlite:{folder / 'node.sqlite'}"
    settings = Settings(database=address, keys="", encrypt=encrypt, seal=True, access=TERMS)
    async with AsyncExitStack() as stack:
        engine = engine_for(address, gathered())
        await engine.open()
        stack.push_async_callback(engine.close)
        await migrate(engine, clock)
        guarding = await guard(engine, settings, clock, here=(HERE,))
        assert guarding is not None
        yield Room(engine, guarding, access_of(Keeping(engine), settings, clock), clock)


async def test_a_hash_without_the_second_secret_is_replaced_at_the_next_sign_in(tmp_path: Path) -> None:
    async with opened(tmp_path, SettableClock(MORNING)) as room:
        await Keeping(room.engine).write(OLD)
        assert isinstance(await room.sign_in("not the password"), Refusal)
        assert await room.kept() == HASH, "a wrong password replaces nothing"
        user = await room.sign_in()
        assert isinstance(user, UserAccount)
        assert user.version == 2
        assert generation_of(await room.kept()) == 1
        again = await room.sign_in()
        assert isinstance(again, UserAccount)
        assert again.version == 2, "once is enough"
        changes = [event.what for event in await room.access.history.changes(LOGIN)]
        assert changes == ["added"], "the user has changed no password"


async def test_a_stolen_table_checks_no_password_without_the_keys(tmp_path: Path) -> None:
    async with opened(tmp_path, SettableClock(MORNING)) as room:
        await Keeping(room.engine).write(OLD)
        await room.sign_in()
        kept = await room.kept()
        assert fits(kept, PASSWORD, room.keyring)
        assert not fits(kept, "not the password", room.keyring)
        assert not fits(kept.split(":", 2)[2], PASSWORD), "the plain part is not of the password"
        with pytest.raises(KeyTrouble, match="database's keys"):
            fits(kept, PASSWORD)
        with pytest.raises(KeyTrouble, match="generation 7"):
            fits(kept.replace(f"{SECOND}1:", f"{SECOND}7:"), PASSWORD, room.keyring)


async def test_a_rotated_secret_takes_over_at_the_next_sign_in_and_the_old_one_is_good_till_then(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, SettableClock(MORNING)) as room:
        await Keeping(room.engine).write(OLD)
        await room.sign_in()
        await room.keyring.rotate(room.engine, room.clock())
        assert room.keyring.peppering() == 1, "other processes have to read it first"
        room.clock.advance(seconds=IN_FORCE_AFTER.total_seconds() + 1)
        await room.keyring.refresh(room.engine, room.clock())
        assert room.keyring.peppering() == 2
        assert isinstance(await room.sign_in(), UserAccount)
        assert generation_of(await room.kept()) == 2


async def test_another_master_key_leaves_every_password_as_it_was(tmp_path: Path) -> None:
    clock = SettableClock(MORNING)
    async with opened(tmp_path, clock) as room:
        await Keeping(room.engine).write(OLD)
        await room.sign_in()
        kept = await room.kept()
    async with opened(tmp_path, clock) as again:
        assert isinstance(again.keyring, Keyring)
        assert fits(kept, PASSWORD, again.keyring)


async def test_a_database_in_clear_has_no_second_secret_and_lets_its_users_in(tmp_path: Path) -> None:
    async with opened(tmp_path, SettableClock(MORNING), encrypt=False) as room:
        await Keeping(room.engine).write(OLD)
        assert isinstance(await room.sign_in(), UserAccount)
        assert await room.kept() == HASH
        assert hashed(PASSWORD, room.keyring).startswith("$argon2id$")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.asyncio(loop_scope="module")
async def test_the_own_password_that_is_set_on_the_page_has_the_second_secret(house: House) -> None:
    browser = await house.as_user("pepper", Role.FINANCE)
    new = "acht Zwerge im Tal"
    form = {"present": PASSWORD, "password": new, "again": new}
    assert (await browser.post("/password", form)).status_code == 303
    user = await house.account("pepper")
    assert generation_of(user.password_hash) == 1
    assert (await browser.sign_in(user.login, new)).status_code == 303

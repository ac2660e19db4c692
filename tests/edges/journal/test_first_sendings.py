"""A message sent for the first time is not searched for in the inbox: the inbox's key stands guard."""

from __future__ import annotations

import asyncio

from tests.edges.journal import toys
from tests.edges.journal.toys import Poured, a_pour
from tests.journal_room import HERE, open_engine, running, until
from yidi.edges.clock import system_clock
from yidi.edges.journal import Codec, Journal, References
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.reading import count

PARTS = {"records": toys.RECORDS, "views": toys.VIEWS, "unique": toys.UNIQUE}


async def test_a_stored_message_that_comes_as_if_for_the_first_time_leaves_nothing_twice(
    journal: Journal,
) -> None:
    """It collides, its whole batch is decided again one by one, and the others are stored all the same."""
    await journal.hand_in(a_pour("1"), first=True)
    await asyncio.gather(*[journal.hand_in(a_pour(str(n), tin=str(n)), first=True) for n in (2, 1, 3)])
    assert journal.collisions, "nothing was looked up before it was written"
    assert await poured(journal) == 3


async def test_a_message_that_comes_twice_in_one_batch_has_one_effect(journal: Journal) -> None:
    await asyncio.gather(*[journal.hand_in(a_pour("1"), first=True) for _ in range(4)])
    assert await poured(journal) == 1


async def test_a_message_said_to_be_sent_again_is_looked_up_and_collides_with_nothing(
    journal: Journal,
) -> None:
    await journal.hand_in(a_pour("1"), first=True)
    await journal.hand_in(a_pour("1"))
    assert journal.collisions == 0
    assert await poured(journal) == 1


async def poured(journal: Journal) -> int:
    """Wait until nothing is under way; count what was poured."""
    await until(lambda: at_rest(journal.engine))
    return await count(journal.engine, Poured)


async def at_rest(engine: Engine) -> bool:
    return not await engine.fetch("SELECT 1 FROM outbox")


async def test_locks_are_let_go_of_when_a_node_comes_to_rest(postgresql_database: str) -> None:
    """They are the session's, so the end of a transaction alone does not end them."""
    async with open_engine(postgresql_database, **PARTS) as engine:
        journal = Journal(engine, toys.HANDLERS, HERE, system_clock, References(system_clock, 1))
        async with running(journal):
            await engine.begin()
            await engine.lock(["330000/person_no/1", "330000/visit_id/2"])
            assert await _locked(engine) == 2
            await engine.commit()
            await until(lambda: nothing_locked(engine))
            await engine.begin()
            await engine.lock(["330000/person_no/1"])
            await engine.rollback()
            assert await _locked(engine) == 0


async def test_locks_of_the_transaction_before_go_when_the_next_one_locks(postgresql_database: str) -> None:
    async with open_engine(postgresql_database, **PARTS) as engine:
        for subjects in (["a", "b", "c"], ["d"], ["e", "f"]):
            await engine.begin()
            await engine.lock(subjects)
            assert await _locked(engine) == len(subjects)
            await engine.commit()
        await engine.begin()
        await engine.commit()
        assert await _locked(engine) == 0, "a transaction that locks nothing does not keep what is over"


async def nothing_locked(engine: Engine) -> bool:
    return await _locked(engine) == 0


LOCKED = (
    "SELECT COUNT(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
    " WHERE l.locktype = 'advisory' AND d.datname = current_database()"
)


async def _locked(engine: Engine) -> int:
    return int((await engine.fetch(LOCKED))[0][0])


def test_the_text_kept_for_sending_is_that_of_the_outbox_and_is_given_once() -> None:
    codec, command = Codec(), a_pour("1")
    text = codec.keep(command)
    assert codec.kept(command) == text.encode()
    assert codec.kept(command) == codec.encode(command), "written anew when it is sent again"
    assert codec.kept(a_pour("2")) == codec.encode(a_pour("2")) != text.encode()

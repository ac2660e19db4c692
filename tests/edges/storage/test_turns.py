"""Processes on one PostgreSQL take turns: one that is alone holds everything, several a subject at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from tests.edges.sealing.chained import ANNA, HOME, Chained, made, open_chained
from tests.journal_room import until
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import turns
from yidi.edges.storage.engines.turns import Turns
from yidi.processes.settlement.records import Settlement

SUBJECT = f"{HOME}/person_no/{ANNA}"
_LOCKS = (
    "SELECT COUNT(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory'"
    " AND d.datname = current_database()"
)
Two = tuple[Chained, Chained]


@pytest_asyncio.fixture
async def two(postgresql_database: str, tmp_path: Path) -> AsyncIterator[Two]:
    """Two processes on one database."""
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(open_chained(postgresql_database, tmp_path))
        second = await stack.enter_async_context(open_chained(postgresql_database, tmp_path, node=2))
        yield first, second


def turns_of(one: Chained) -> Turns:
    found: Turns = one.engine._turns  # type: ignore[attr-defined]
    return found


async def locks(engine: Engine, condition: str = "") -> int:
    return int((await engine.fetch(_LOCKS + condition))[0][0])


async def settled(one: Chained, *subjects: str) -> None:
    """Go through a transaction that locks subjects and writes nothing."""
    await one.engine.begin()
    await one.engine.lock(subjects)
    await one.engine.commit()


def waiting(one: Chained) -> object:
    """Say whether somebody waits for a lock."""

    async def waits() -> bool:
        return await locks(one.engine, " AND NOT l.granted") > 0

    return waits


async def test_a_process_that_is_alone_holds_one_lock_for_all_subjects(two: Two) -> None:
    first, _ = two
    await first.engine.begin()
    await first.engine.lock(["a", "b", "c"])
    assert await locks(first.engine) == 1
    await first.engine.commit()
    assert await locks(first.engine) == 1, "it stays alone from transaction to transaction"


async def test_who_is_alone_gives_way_after_its_transaction_and_not_before(two: Two) -> None:
    first, second = two
    await first.engine.begin()
    await first.engine.lock([SUBJECT])
    later = asyncio.create_task(settled(second, "another subject"))
    await until(waiting(first))  # type: ignore[arg-type]
    assert turns_of(first).alone
    assert not later.done()
    await first.engine.commit()
    await later
    await first.engine.begin()
    await first.engine.commit()
    assert (turns_of(first).alone, turns_of(second).alone) == (False, False)


async def test_who_is_alone_and_has_nothing_to_do_gives_way_at_once(two: Two) -> None:
    first, second = two
    await settled(first, SUBJECT)
    assert turns_of(first).alone
    await settled(second, SUBJECT)
    assert turns_of(second).shares


async def test_who_is_alone_and_has_much_to_do_gives_way_between_two_transactions(two: Two) -> None:
    first, second = two
    await settled(first, SUBJECT)
    later = asyncio.create_task(settled(second, SUBJECT))
    while not later.done():
        await settled(first, SUBJECT)
        await first.engine.fetch("SELECT 1")  # a transaction that says nothing never waits
    await later


async def test_those_who_share_exclude_each_other_from_a_subject_and_from_no_other(two: Two) -> None:
    first, second = two
    await settled(first)
    await settled(second)
    await first.engine.begin()
    await first.engine.lock(["a", "b"])
    await settled(second, "c")
    later = asyncio.create_task(settled(second, "b"))
    await until(waiting(first))  # type: ignore[arg-type]
    await first.engine.commit()
    await later


async def test_locks_of_those_who_share_go_when_they_come_to_rest_or_give_up(two: Two) -> None:
    first, second = two
    await settled(first)
    await settled(second)
    shares = await locks(first.engine)
    for subjects in (["a", "b", "c"], ["d"], ["e", "f"]):
        await second.engine.begin()
        await second.engine.lock(subjects)
        assert await locks(first.engine) == shares + len(subjects), "those before went with the same words"
        await second.engine.commit()

    async def nothing_more() -> bool:
        return await locks(first.engine) == shares

    await until(nothing_more)
    await second.engine.begin()
    await second.engine.lock(["g"])
    await second.engine.rollback()
    assert await nothing_more()


async def test_who_shares_with_nobody_any_more_is_alone_again(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LOOK_SECONDS", 0.0)
    first, second = two
    await settled(first)
    await settled(second)
    await settled(second)
    assert turns_of(second).shares, "the first still shares"
    await first.engine.close()
    await settled(second, SUBJECT)
    assert turns_of(second).alone


async def test_who_loses_its_session_is_no_longer_alone_and_comes_back(two: Two) -> None:
    first, second = two
    await settled(first)
    await second.engine.execute(
        "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
        " WHERE l.locktype = 'advisory' AND d.datname = current_database()"
    )
    await second.engine.commit()
    await settled(second, SUBJECT)
    assert turns_of(second).alone

    async def noticed() -> bool:
        return bool(first.engine._writer.is_closed())  # type: ignore[attr-defined]

    await until(noticed)
    await settled(first, SUBJECT)
    assert turns_of(first).shares


async def write(one: Chained, settlement_id: str) -> None:
    """Write a settlement as the journal does: begin, lock, load, write, commit."""
    await one.engine.begin()
    await one.engine.lock([SUBJECT])
    view = next(view for view in one.engine.schema.views.values() if view.record is Settlement)
    await one.engine.load([view.key(HOME, *(["?"] * (len(view.by) - 1)))], {})
    fact = made(Settlement, jurisdiction=HOME, settlement_id=settlement_id, person_no=ANNA)
    await one.engine.write({Settlement: [fact]})
    await one.engine.commit()


async def test_a_chain_goes_on_over_processes_without_a_collision(two: Two) -> None:
    """Heads read with the facts, and remembered while alone, are read anew when another process wrote."""
    first, second = two
    for turn, one in enumerate((first, first, second, first, second, second, first)):
        await write(one, str(turn))
    links = await first.engine.fetch("SELECT number, fact FROM chain_link ORDER BY number")
    assert links == [(turn + 1, f'["{turn}"]') for turn in range(7)]
    assert await first.findings() == []

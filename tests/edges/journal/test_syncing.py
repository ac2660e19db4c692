"""SQLite's log is synced beside the next transaction; nobody is answered before it is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from tests.edges.journal import toys
from tests.edges.journal.toys import HANDLERS, TOYS, Poured, a_pour, code_of
from tests.journal_room import HERE, NOON, open_engine, open_journal, running, until
from yidi.edges.clock import SettableClock
from yidi.edges.journal import Busy, Codec, Journal, References
from yidi.edges.storage.engines import syncing
from yidi.edges.storage.reading import count


class Gate:
    """Stands before the real sync: lets it through when opened, and can make it fail."""

    def __init__(self) -> None:
        self.open, self.waiting, self.fault = threading.Event(), threading.Event(), False
        self._sync = syncing._sync

    def __call__(self, file: int) -> None:
        """Sync, after the gate."""
        self.waiting.set()
        self.open.wait(60)
        if self.fault:
            raise OSError(5, "Input/output error")
        self._sync(file)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """A gate, closed once the database is made; open at the end whatever happens."""
    gate = Gate()
    gate.open.set()
    monkeypatch.setattr(syncing, "_sync", gate)
    yield gate
    gate.open.set()


async def test_nobody_is_answered_before_the_sync_and_the_next_transaction_does_not_wait(gate: Gate) -> None:
    async with open_journal(**TOYS) as journal:
        gate.open.clear()
        first = asyncio.create_task(journal.ask(a_pour("1", 5)))
        await asyncio.to_thread(gate.waiting.wait, 60)
        second = asyncio.create_task(journal.ask(a_pour("2", 5)))

        async def both_are_booked() -> bool:
            return await count(journal.engine, Poured) == 2

        await until(both_are_booked)
        assert not first.done()
        assert not second.done()
        gate.open.set()
        assert [code_of(reply) for reply in await asyncio.gather(first, second)] == ["accepted"] * 2


async def test_after_a_failed_sync_the_node_takes_no_more_and_a_restart_answers_the_same_id_once(
    gate: Gate,
) -> None:
    async with open_engine(records=toys.RECORDS, views=toys.VIEWS, unique=toys.UNIQUE) as engine:

        def made() -> Journal:
            clock = SettableClock(NOON)
            codec = Codec([handler.command for handler in HANDLERS if not handler.about])
            return Journal(engine, HANDLERS, HERE, clock, References(clock, 1), codec=codec)

        gate.fault = True
        async with running(made()) as journal:
            assert code_of(await journal.ask(a_pour("1", 5))) == "SYSTEM-02"
            with pytest.raises(Busy):
                await journal.ask(a_pour("2", 5))
        gate.fault = False
        async with running(made()) as journal:
            assert code_of(await journal.ask(a_pour("1", 5))) == "accepted"
        assert await count(engine, Poured) == 1

"""A commit that took effect and was reported as failed: decided again with care, nothing happens twice."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import pytest

from tests.edges.journal.toys import Poured, a_pour, code_of
from yidi.edges.journal import Journal
from yidi.edges.storage.engines.sqlite import SQLite
from yidi.edges.storage.reading import count
from yidi.processes.ports.deciding import Reply
from yidi.processes.relay.records import Received


def unsure(journal: Journal, monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """Have the next commits take effect and fail; the list returned gets a row for each."""
    engine: Any = journal.engine
    failed: list[int] = []
    if isinstance(engine, SQLite):
        write = engine._commit_alone

        def commit_and_fail() -> None:
            write()
            if len(failed) < times:
                failed.append(1)
                raise sqlite3.OperationalError("disk I/O error")

        monkeypatch.setattr(engine, "_commit_alone", commit_and_fail)
        return failed
    commit = engine.commit_early

    async def commit_and_lose_the_session() -> None:
        wrote = engine._begun or engine._put_off
        await commit()
        if wrote and len(failed) < times:
            failed.append(1)
            engine._writer.terminate()
            raise ConnectionResetError("the session is gone")

    monkeypatch.setattr(engine, "commit_early", commit_and_lose_the_session)
    return failed


async def asked(journal: Journal) -> list[Reply]:
    """Pour four coins; what is left in the outbox is found by the watch, some looks later."""
    asking = asyncio.gather(*(journal.ask(a_pour(f"{n}", 5, tin=str(n))) for n in range(4)))
    return await asyncio.wait_for(asking, 20)


@pytest.mark.parametrize("times", [1, 3])
async def test_what_was_committed_all_the_same_counts_once_and_is_answered(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    failed = unsure(journal, monkeypatch, times)
    replies = await asked(journal)
    again = await asked(journal)
    assert 1 <= len(failed) <= times  # what took effect needs no commit again
    assert [code_of(reply) for reply in again] == ["accepted"] * 4
    assert all(
        code_of(first) == "SYSTEM-02" or first == second for first, second in zip(replies, again, strict=True)
    )
    assert await count(journal.engine, Poured) == 4
    for number in range(4):
        assert await count(journal.engine, Received, msgid=str(number)) == 1

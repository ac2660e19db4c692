"""The row of a message that arrived elsewhere leaves the outbox, whenever the news of it came."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from tests.journal_room import NOON
from yidi.edges.clock import SettableClock
from yidi.edges.journal import troubles
from yidi.edges.journal.troubles import Troubles
from yidi.edges.storage.engine import Engine, Label

FIRST, SECOND = cast("list[Label]", [("330000", "110000", "1"), ("330000", "110000", "2")])
NOBODY = cast("Engine", None)
"""Without failures nothing is written."""


async def test_news_that_came_while_a_commit_ran_is_due_though_its_timer_ran_out(monkeypatch: Any) -> None:
    monkeypatch.setattr(troubles, "RIDE_SECONDS", 0.0)
    woken = asyncio.Event()
    told = Troubles(SettableClock(NOON), ())
    told.arrival(FIRST, woken.set)
    begun = await told.write(NOBODY)
    told.arrival(SECOND, woken.set)
    await woken.wait()  # the timer of both runs out before the commit has ended
    assert told.written(begun) == [FIRST]
    assert told.to_write
    assert told.written(await told.write(NOBODY)) == [SECOND]
    assert not told.to_write

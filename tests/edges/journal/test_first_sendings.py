"""A message sent for the first time is not searched for in the inbox: the inbox's key stands guard."""

from __future__ import annotations

import asyncio

from tests.edges.journal.toys import Poured, a_pour
from tests.journal_room import until
from yidi.edges.journal import Codec, Journal
from yidi.edges.journal.remembered import Remembered
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.reading import count


async def test_a_stored_message_that_comes_as_if_for_the_first_time_leaves_nothing_twice(
    journal: Journal,
) -> None:
    """It collides, its whole batch is decided again one by one, and the others are stored all the same."""
    journal._remembered = Remembered(0)  # as after a restart: only the inbox knows
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
    journal._remembered = Remembered(0)
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


def test_the_text_kept_for_sending_is_that_of_the_outbox_and_is_given_once() -> None:
    codec, command = Codec(), a_pour("1")
    text = codec.keep(command)
    assert codec.kept(command) == text.encode()
    assert codec.kept(command) == codec.encode(command), "written anew when it is sent again"
    assert codec.kept(a_pour("2")) == codec.encode(a_pour("2")) != text.encode()

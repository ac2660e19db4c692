"""A question sent again while the first sending is being answered has its answer too, whenever it comes."""

from __future__ import annotations

import asyncio

from tests.edges.journal.toys import Filled, a_look, a_pour
from yidi.edges.journal import Journal
from yidi.edges.journal.waiting import Item, Waiting
from yidi.processes.ports.deciding import Refused, Reply
from yidi.processes.relay.refusals import SAME_ID_OTHER_CONTENT

PATIENCE_SECONDS = 60
"""Far below it everybody is answered; who is not would wait for good."""


async def sent_after(turns: int, journal: Journal, tin: str = "t") -> Reply:
    """Ask the same question after so many turns of the loop."""
    for _ in range(turns):
        await asyncio.sleep(0)
    return await journal.ask(a_look("1", tin))


async def test_a_question_sent_again_at_any_moment_of_the_first_is_answered(journal: Journal) -> None:
    await journal.ask(a_pour("0"))
    for _ in range(5):
        sent = [asyncio.create_task(sent_after(turns, journal)) for turns in range(200)]
        answered, unanswered = await asyncio.wait(sent, timeout=PATIENCE_SECONDS)
        for one in unanswered:
            one.cancel()
        assert not unanswered
        assert {one.result() for one in answered} == {Filled(coin="", total_fen=10)}


async def test_another_question_under_the_id_of_one_that_was_answered_is_a_new_one() -> None:
    waiting = Waiting()
    first, second = (Item(a_look("1"), asker=asyncio.get_running_loop().create_future()) for _ in range(2))
    waiting.add(first)
    waiting.add(second)
    assert waiting.under_way(second) is None, "nobody has taken the first up yet"
    first.taken = True
    assert waiting.under_way(second) is first
    first.answer(Filled(coin="", total_fen=1))
    assert waiting.under_way(second) is None, "its answer is given: no other will come"


async def test_another_question_under_an_id_that_is_under_way_is_refused(journal: Journal) -> None:
    first, other = await asyncio.gather(journal.ask(a_look("1")), journal.ask(a_look("1", "another")))
    assert isinstance(first, Filled)
    assert isinstance(other, Refused)
    assert [row.code for row in other.refusals] == [SAME_ID_OTHER_CONTENT.code]

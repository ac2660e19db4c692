"""A repeat of a message whose fate lasts is answered from memory: no transaction, the same answer."""

from __future__ import annotations

import asyncio

import msgspec

from tests.edges.journal.toys import Filled, Poured, a_look, a_pour
from yidi.edges.journal import Journal
from yidi.edges.journal.remembered import Remembered
from yidi.edges.journal.waiting import identity_of
from yidi.edges.storage.reading import count
from yidi.processes.ports.deciding import Refused
from yidi.processes.relay.refusals import SAME_ID_OTHER_CONTENT


async def test_a_repeat_of_an_answered_message_needs_no_transaction(journal: Journal) -> None:
    answer = await journal.ask(a_pour("1"))
    await journal.engine.begin()  # nobody else gets a transaction now
    try:
        assert await journal.ask(a_pour("1")) == answer
        await journal.deliver(a_pour("1"))
    finally:
        await journal.engine.rollback()
    assert await count(journal.engine, Poured) == 1


async def test_the_inbox_gives_the_answer_that_memory_gave(journal: Journal) -> None:
    answer = await journal.ask(a_pour("1"))
    assert await journal.ask(a_pour("1")) == answer
    journal._remembered = Remembered()  # as after a restart
    assert await journal.ask(a_pour("1")) == answer
    assert await count(journal.engine, Poured) == 1


async def test_an_id_that_is_remembered_with_other_content_is_refused(journal: Journal) -> None:
    await journal.ask(a_pour("1"))
    reply = await journal.ask(msgspec.structs.replace(a_pour("1"), digest="another"))
    assert isinstance(reply, Refused)
    assert [row.code for row in reply.refusals] == [SAME_ID_OTHER_CONTENT.code]


async def test_a_question_under_the_id_of_a_message_leaves_the_messages_answer_as_it_is(
    journal: Journal,
) -> None:
    answer = await journal.ask(a_pour("1"))
    await journal.ask(a_pour("2"))
    assert await journal.ask(a_look("1")) != answer
    assert await journal.ask(a_pour("1")) == answer


async def test_a_repeat_while_the_answer_is_on_its_way_waits_for_it(journal: Journal) -> None:
    await journal.deliver(a_pour("1"))
    first, second = await asyncio.gather(journal.ask(a_pour("1")), journal.ask(a_pour("1")))
    assert isinstance(first, Filled)
    assert first == second
    assert await count(journal.engine, Poured) == 1


async def test_what_is_remembered_is_answered_also_while_the_journal_ends(journal: Journal) -> None:
    answer = await journal.ask(a_pour("1"))
    journal.stop()
    assert await journal.ask(a_pour("1")) == answer


def test_the_oldest_is_forgotten_first() -> None:
    pours = [a_pour(str(n)) for n in range(3)]
    remembered = Remembered(2)
    remembered.lasts([(identity_of(pour), pour.digest) for pour in pours], [])
    assert [remembered.fate_of(pour) is not None for pour in pours] == [False, True, True]
    assert len(remembered) == 2


async def test_who_had_no_answer_is_asked_of_the_disk_after_a_commit_in_doubt(journal: Journal) -> None:
    answer = await journal.ask(a_pour("1"))
    journal._remembered = Remembered()
    known = [(identity_of(a_pour("1")), a_pour("1").digest)]
    journal._remembered.lasts(known, [])  # as if the commit with the answer had been reported as failed
    journal._remembered.doubt()
    assert await journal.ask(a_pour("1")) == answer


def test_answers_that_are_known_stay_known_after_a_commit_in_doubt() -> None:
    first, second = a_pour("1"), a_pour("2")
    remembered, answer = Remembered(), Refused(refusals=())
    remembered.lasts(
        [(identity_of(pour), pour.digest) for pour in (first, second)], [(identity_of(first), answer)]
    )
    remembered.doubt()
    fate = remembered.fate_of(first)
    assert fate is not None
    assert fate.answer_to(first) == answer
    assert remembered.fate_of(second) is None

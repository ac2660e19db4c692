"""The journal keeps its promises on either database, folded or not."""

from __future__ import annotations

import asyncio

from tests.edges.journal.toys import (
    CARE,
    HOSPITAL,
    INSURED,
    ROOM_FEN,
    Filled,
    Pour,
    Poured,
    Thanked,
    a_look,
    a_pour,
    code_of,
)
from yidi.edges.journal import Journal
from yidi.edges.storage.reading import count, row, rows
from yidi.processes.ports.deciding import NATION
from yidi.processes.relay.records import Received, Relayed, Replied, Returned


async def test_a_question_goes_out_and_its_answer_returns_with_a_trace_at_every_link(
    journal: Journal,
) -> None:
    reply = await journal.ask(a_pour("1"))
    assert isinstance(reply, Filled)
    assert reply.total_fen == 10
    received = await rows(journal.engine, Received, order=("jurisdiction", "command"))
    links = [(NATION, "Relay"), (NATION, "Return"), (CARE, "Answered"), (CARE, "Pour"), (INSURED, "PourIn")]
    assert [(r.jurisdiction, r.command) for r in received] == links
    assert [r.total_fen for r in await rows(journal.engine, Thanked)] == [10]
    assert await count(journal.engine, Relayed) == await count(journal.engine, Returned) == 1
    assert await journal.engine.fetch("SELECT * FROM outbox") == []


async def test_the_same_message_gets_the_same_answer_and_has_one_effect(journal: Journal) -> None:
    first = await journal.ask(a_pour("1"))
    assert await journal.ask(a_pour("1")) == first
    assert await count(journal.engine, Poured) == 1


async def test_the_same_message_many_times_at_once_has_one_effect(journal: Journal) -> None:
    replies = await asyncio.gather(*[journal.ask(a_pour("1")) for _ in range(20)])
    assert len(set(replies)) == 1
    assert await count(journal.engine, Poured) == 1


async def test_an_id_with_other_content_is_refused_and_has_no_effect(journal: Journal) -> None:
    at_once = await asyncio.gather(journal.ask(a_pour("1", 10)), journal.ask(a_pour("1", 20)))
    assert [code_of(reply) for reply in at_once] == ["accepted", "MESSAGE-01"]
    assert code_of(await journal.ask(a_pour("1", 30))) == "MESSAGE-01"
    assert [poured.amount_fen for poured in await rows(journal.engine, Poured)] == [10]


async def test_five_of_a_hundred_at_once_into_room_for_a_hundred_are_one(journal: Journal) -> None:
    replies = await asyncio.gather(*[journal.ask(a_pour(str(n), ROOM_FEN)) for n in range(5)])
    assert sorted(code_of(reply) for reply in replies) == ["FUNDS-99"] * 4 + ["accepted"]
    assert [poured.amount_fen for poured in await rows(journal.engine, Poured)] == [ROOM_FEN]


async def test_each_command_of_a_batch_sees_what_the_ones_before_it_recorded(journal: Journal) -> None:
    replies = await asyncio.gather(*[journal.ask(a_pour(str(n), 7)) for n in range(14)])
    totals = sorted(reply.total_fen for reply in replies)  # type: ignore[attr-defined]
    assert totals == [7 * n for n in range(1, 15)]


async def test_a_refusal_is_stored_and_stays_the_answer(journal: Journal) -> None:
    await journal.ask(a_pour("1", ROOM_FEN))
    refused = await journal.ask(a_pour("2", 1))
    assert code_of(refused) == "FUNDS-99"
    assert await journal.ask(a_pour("2", 1)) == refused
    assert await count(journal.engine, Replied, sender=HOSPITAL) == 2


async def test_a_query_is_answered_and_leaves_no_row(journal: Journal) -> None:
    await journal.ask(a_pour("1", 30))
    before = await count(journal.engine, Received)
    replies = await asyncio.gather(*[journal.ask(a_look(f"q{n}")) for n in range(3)])
    assert [reply.total_fen for reply in replies] == [30] * 3  # type: ignore[attr-defined]
    assert await count(journal.engine, Received) == before
    await journal.ask(a_pour("2", 5))
    assert (await journal.ask(a_look("q0"))).total_fen == 35  # type: ignore[attr-defined]


async def test_the_same_query_twice_at_once_is_answered_twice(journal: Journal) -> None:
    replies = await asyncio.gather(journal.ask(a_look("q")), journal.ask(a_look("q")))
    assert [code_of(reply) for reply in replies] == ["accepted"] * 2
    other = await asyncio.gather(journal.ask(a_look("r")), journal.ask(a_look("r", "other")))
    assert [code_of(reply) for reply in other] == ["accepted", "MESSAGE-01"]


async def test_within_one_province_the_nation_sees_nothing(journal: Journal) -> None:
    assert code_of(await journal.ask(a_pour("1", insured=CARE))) == "accepted"
    assert (await journal.ask(a_look("q", insured=CARE))).total_fen == 10  # type: ignore[attr-defined]
    assert await count(journal.engine, Relayed) == 0
    assert await row(journal.engine, Poured, jurisdiction=CARE) is not None


async def test_a_command_for_a_place_not_served_here_is_refused(journal: Journal) -> None:
    elsewhere = Pour(jurisdiction="990000", sender=HOSPITAL, msgid="1", tin="t", amount_fen=1)
    assert code_of(await journal.ask(elsewhere)) == "NETWORK-01"

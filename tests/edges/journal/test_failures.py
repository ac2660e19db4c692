"""What goes wrong stays where it is: one bad command takes no others along, and no cause is undone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.edges.journal import toys
from tests.edges.journal.toys import CARE, INSURED, TOYS, Poured, Thanked, a_break, a_pour, code_of
from tests.journal_room import HERE, NOON, open_engine, open_journal, running, until
from yidi.edges.clock import SettableClock
from yidi.edges.journal import Busy, Journal, References
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.reading import count, rows
from yidi.processes.relay.records import Received

PARTS = {"records": toys.RECORDS, "views": toys.VIEWS, "unique": toys.UNIQUE}


@pytest.fixture
def broken() -> Iterator[set[str]]:
    """Mended after the test, whatever happens."""
    toys.broken.add("yes")
    yield toys.broken
    toys.broken.clear()


async def under_way(journal: Journal) -> bool:
    """Say whether the follow-up, and nothing else, is in the outbox."""
    return await journal.engine.fetch("SELECT destination FROM outbox") == [(INSURED,)]


async def empty(*engines: Engine) -> bool:
    """Say whether nothing is under way."""
    return not any([await engine.fetch("SELECT 1 FROM outbox") for engine in engines])


@pytest.mark.parametrize(
    "where", ["needs", "decide", "foreign key", "foreign record", "unnamed need", "null"]
)
async def test_a_bad_command_is_answered_and_takes_no_others_along(journal: Journal, where: str) -> None:
    good = [journal.ask(a_pour(f"good {n}", 5, tin=str(n))) for n in range(5)]
    replies = await asyncio.gather(*good[:3], journal.ask(a_break("bad", where)), *good[3:])
    assert [code_of(reply) for reply in replies] == ["accepted"] * 3 + ["SYSTEM-02"] + ["accepted"] * 2
    assert await count(journal.engine, Poured) == 5
    assert await count(journal.engine, Received, msgid="bad") == 0


async def test_a_command_to_a_place_nobody_serves_is_refused(journal: Journal) -> None:
    within = toys.Pour(jurisdiction=CARE, sender="h", msgid="1", tin="t", amount_fen=1, insured="990000")
    assert code_of(await journal.ask(toys.Break(jurisdiction="880000", sender="h", msgid="1", where=""))) == (
        "NETWORK-01"
    )
    asking = asyncio.ensure_future(journal.ask(within))
    question = "SELECT destination, trouble FROM outbox"

    async def told() -> bool:
        return any(trouble for _, trouble in await journal.engine.fetch(question))

    await until(told)
    assert not asking.done()
    asking.cancel()
    outbox = await journal.engine.fetch(question)
    assert [(where, "Unserved('990000')" in trouble) for where, trouble in outbox] == [("000000", True)]


async def test_a_command_nobody_decides_is_refused(journal: Journal) -> None:
    class Unheard(toys.Command, frozen=True, kw_only=True):
        """No handler knows it."""

    reply = await journal.ask(Unheard(jurisdiction=CARE, sender="h", msgid="1"))
    assert code_of(reply) == "MESSAGE-02"


async def test_a_key_taken_by_another_is_decided_again_and_then_refused(journal: Journal) -> None:
    same_coin = [journal.ask(a_pour(f"{n}", n + 1, tin=str(n), coin="7")) for n in range(2)]
    others = [journal.ask(a_pour(f"other {n}", tin=f"other {n}")) for n in range(3)]
    both = asyncio.gather(*same_coin)
    await until(lambda: asyncio.sleep(0, journal.collisions > 0))
    assert not both.done()
    assert [code_of(reply) for reply in await asyncio.gather(*others)] == ["accepted"] * 3
    assert await count(journal.engine, Poured, coin="7") == 1
    assert not both.done(), "the second is tried again and not answered"
    both.cancel()


async def test_a_failing_follow_up_keeps_its_cause_and_is_tried_again(address: str, broken: set[str]) -> None:
    async with open_journal(address, **TOYS, backoff=(0.05, 0.05, 5.0)) as journal:
        asking = asyncio.ensure_future(journal.ask(a_break("1", "at the insured place")))
        await until(lambda: under_way(journal))
        assert {r.command for r in await rows(journal.engine, Received)} == {"Break", "Relay"}
        broken.clear()
        assert code_of(await asking) == "accepted"
        assert await journal.engine.fetch("SELECT * FROM outbox") == []


async def test_a_follow_up_that_keeps_failing_is_parked_and_its_asker_told(
    address: str, broken: set[str]
) -> None:
    async with open_engine(address, **PARTS) as engine:
        clock = SettableClock(NOON)
        first = Journal(engine, toys.HANDLERS, HERE, clock, References(clock), backoff=(0.01,))
        async with running(first):
            assert code_of(await first.ask(a_break("1", "at the insured place"))) == "SYSTEM-02"
        ((*parked, trouble),) = await engine.fetch("SELECT attempts, parked_at, trouble FROM outbox")
        assert parked == [2, "2026-11-22T04:00:00.000000Z"]
        assert trouble.startswith("ZeroDivisionError at "), "the words of an error may hold a person"
        broken.clear()
        second = Journal(engine, toys.HANDLERS, HERE, clock, References(clock))
        async with running(second):
            assert code_of(await second.ask(a_break("1", "at the insured place"))) == "accepted"
        assert await engine.fetch("SELECT * FROM outbox") == []


async def test_a_full_queue_refuses_and_forgets_nothing(address: str) -> None:
    async with open_engine(address, **PARTS) as engine:
        clock = SettableClock(NOON)
        journal = Journal(engine, toys.HANDLERS, HERE, clock, References(clock), room=3)
        taken = [asyncio.ensure_future(journal.ask(a_pour(str(n)))) for n in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Busy) as busy:
            await journal.ask(a_pour("too many"))
        assert code_of(busy.value.refused) == "SYSTEM-01"
        with pytest.raises(Busy):
            await journal.deliver(a_pour("too many"))
        async with running(journal):
            assert [code_of(reply) for reply in await asyncio.gather(*taken)] == ["accepted"] * 3
        with pytest.raises(Busy) as ending:
            await journal.ask(a_pour("too late"))
        assert code_of(ending.value.refused) == "SYSTEM-03"


async def test_a_restart_takes_up_what_was_under_way_and_answers_those_who_ask_again(address: str) -> None:
    """The first node asks and ends before the question arrives; the second answers the same message."""
    async with open_engine(address, **PARTS) as engine:
        clock = SettableClock(NOON)
        sent: list[object] = []
        alone = Journal(engine, toys.HANDLERS, [CARE], clock, References(clock), send=sent.extend)
        async with running(alone):
            asking = asyncio.ensure_future(alone.ask(a_pour("1")))
            await until(lambda: asyncio.sleep(0, bool(sent)))
        assert code_of(await asking) == "SYSTEM-03"
        assert len(await engine.fetch("SELECT * FROM outbox")) == 1
        both = Journal(engine, toys.HANDLERS, HERE, clock, References(clock))
        async with running(both):
            assert code_of(await both.ask(a_pour("1"))) == "accepted"
        assert await count(engine, Poured) == await count(engine, Thanked) == 1
        assert await engine.fetch("SELECT * FROM outbox") == []


async def test_two_nodes_with_databases_of_their_own_settle_by_messages(address: str) -> None:
    """Every message is sent twice; an acknowledgement removes it from the sender's outbox."""
    async with open_engine(address, **PARTS) as first, open_engine("sqlite", **PARTS) as second:
        clock = SettableClock(NOON)
        nodes: dict[str, Journal] = {}

        async def carry(message: toys.Command, source: str) -> None:
            target = nodes[message.jurisdiction]
            await asyncio.gather(target.deliver(message), target.deliver(message))
            nodes[source].acknowledged((message.jurisdiction, message.sender, message.msgid))

        def send_from(source: str):  # type: ignore[no-untyped-def]
            return lambda messages: [asyncio.ensure_future(carry(m, source)) for m in messages]

        care = Journal(first, toys.HANDLERS, [CARE], clock, References(clock, 1), send=send_from(CARE))
        rest = Journal(
            second, toys.HANDLERS, ["000000", INSURED], clock, References(clock, 2), send=send_from(INSURED)
        )
        nodes.update({CARE: care, INSURED: rest, "000000": rest})
        async with running(care), running(rest):
            replies = await asyncio.gather(*[care.ask(a_pour(str(n), tin=str(n))) for n in range(10)])
            looked = await care.ask(toys.a_look("q", "3"))
            await until(lambda: empty(first, second))
        assert [code_of(reply) for reply in replies] == ["accepted"] * 10
        assert looked.total_fen == 10  # type: ignore[attr-defined]
        assert await count(second, Poured) == await count(first, Thanked) == 10

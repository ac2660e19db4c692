"""What SQLite keeps of facts between transactions is what the database holds, whoever wrote last."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.edges.journal import toys
from tests.edges.journal.toys import COIN, COINS, FILLED, Poured
from tests.edges.sealing.chained import made
from tests.journal_room import NOON, prepare, schema_with
from yidi.edges.sealing.chaining import Chains
from yidi.edges.sealing.records import ChainLink
from yidi.edges.storage.engine import Collision
from yidi.edges.storage.engines.sqlite import SQLite
from yidi.edges.storage.reading import rows
from yidi.edges.storage.recent import FEW, LONG, Recent
from yidi.processes.ports.deciding import Key
from yidi.processes.settlement.records import SettlementAnswered

PLACE = "140000"
NAMES = "abc"
KEYS: tuple[Key, ...] = tuple(view.key(PLACE, name) for view in (COIN, COINS, FILLED) for name in NAMES)
SCHEMA = schema_with(toys.RECORDS, toys.VIEWS)
COLOURS = ("red", "blue")


@asynccontextmanager
async def engines(count: int) -> AsyncIterator[list[SQLite]]:
    """Open several engines on one new file, as several processes would."""
    with tempfile.TemporaryDirectory(prefix="yidi-") as folder:
        opened = [SQLite(str(Path(folder) / "facts.db"), SCHEMA) for _ in range(count)]
        try:
            for number, engine in enumerate(opened):
                await engine.open()
                if number == 0:
                    await prepare(engine, toys.UNIQUE)
            yield opened
        finally:
            for engine in opened:
                await engine.close()


async def load(engine: SQLite, *keys: Key) -> dict[Key, Any]:
    facts: dict[Key, Any] = {}
    await engine.begin()
    await engine.load(keys, facts)
    await engine.commit()
    return facts


async def write(engine: SQLite, coins: Iterable[Poured], *, fails: bool = False) -> bool:
    """Look, write and commit, or lose it all; whether it lasted."""
    await engine.begin()
    await engine.load(KEYS, {})
    try:
        await engine.write({Poured: list(coins)})
        if fails:
            raise Collision
        await engine.commit()
    except Collision:
        await engine.rollback()
        return False
    return True


def coin(name: str, tin: str, number: int) -> Poured:
    return Poured(PLACE, tin, name, COLOURS[number % 2], number, None, f"{number % 3}")


STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(NAMES)), max_size=3),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=30, deadline=None)
@given(steps=STEPS)
def test_two_writers_on_one_file_each_see_what_a_fresh_look_sees(
    steps: list[tuple[int, list[tuple[str, str]], bool]],
) -> None:
    async def play() -> None:
        async with engines(3) as (*writers, fresh):
            for number, (who, coins, fails) in enumerate(steps):
                await write(writers[who], [coin(*names, number) for names in coins], fails=fails)
                fresh._recent.forget()
                truth = await load(fresh, *KEYS)
                for writer in writers:
                    assert await load(writer, *KEYS) == truth

    asyncio.run(play())


async def test_what_was_seen_is_not_looked_up_again_until_somebody_else_writes() -> None:
    async with engines(2) as (engine, other):
        asked: list[str] = []
        await write(engine, [coin("a", "a", 1)])
        await load(engine, *KEYS)
        engine._writer.set_trace_callback(asked.append)
        assert (await load(engine, *KEYS))[COIN.key(PLACE, "a")] == coin("a", "a", 1)
        await write(engine, [coin("b", "a", 2)])
        facts = await load(engine, *KEYS)
        assert facts[COINS.key(PLACE, "a")] == [coin("a", "a", 1), coin("b", "a", 2)]
        assert facts[FILLED.key(PLACE, "a")] == {"red": 2, "blue": 1}
        assert not [text for text in asked if text.startswith("SELECT")]
        await write(other, [coin("c", "a", 4)])
        facts = await load(engine, *KEYS)
        assert facts[FILLED.key(PLACE, "a")] == {"red": 6, "blue": 1}
        assert [text for text in asked if text.startswith("SELECT")]


async def test_what_a_decision_lays_over_its_facts_does_not_change_what_is_kept() -> None:
    async with engines(1) as (engine,):
        await write(engine, [coin("a", "a", 1)])
        seen = await load(engine, *KEYS)
        again = await load(engine, *KEYS)
        for facts in (seen, again):
            facts[COINS.key(PLACE, "a")].append(coin("b", "a", 2))
            facts[FILLED.key(PLACE, "a")]["red"] = 7
        facts = await load(engine, *KEYS)
        assert facts[COINS.key(PLACE, "a")] == [coin("a", "a", 1)]
        assert facts[FILLED.key(PLACE, "a")] == {"blue": 1}


async def test_after_a_statement_of_a_migration_everything_is_looked_up_again() -> None:
    async with engines(1) as (engine,):
        await write(engine, [coin("a", "a", 1)])
        await load(engine, *KEYS)
        await engine.begin()
        await engine.execute(
            "INSERT INTO poured (jurisdiction, tin, coin, colour, amount_fen, note, poured_at)"
            " VALUES ($1, 'a', 'b', 'blue', 9, NULL, '1')",
            PLACE,
        )
        await engine.commit()
        facts = await load(engine, *KEYS)
        assert facts[COIN.key(PLACE, "b")].amount_fen == 9
        assert facts[FILLED.key(PLACE, "a")] == {"blue": 10}


async def test_a_list_that_grew_long_is_looked_up_again_and_whole() -> None:
    async with engines(1) as (engine,):
        for number in range(LONG + 3):
            await write(engine, [coin(str(number), "a", number)])
            facts = await load(engine, *KEYS)
            assert len(facts[COINS.key(PLACE, "a")]) == number + 1


async def test_when_full_everything_is_forgotten_and_found_again() -> None:
    async with engines(1) as (engine,):
        engine._recent = Recent(SCHEMA, most=len(KEYS))
        await write(engine, [coin("a", "a", 1)])
        await load(engine, *KEYS)
        more = [COINS.key(PLACE, str(number)) for number in range(len(KEYS))]
        await load(engine, *more)
        assert len(engine._recent) == len(more)
        assert (await load(engine, *KEYS))[COIN.key(PLACE, "a")] == coin("a", "a", 1)


async def test_a_wide_transaction_keeps_nothing_and_what_follows_it_is_right() -> None:
    async with engines(1) as (engine,):
        await write(engine, [coin("a", "a", 1)])
        await load(engine, *KEYS)
        assert len(engine._recent) == len(KEYS)
        await load(engine, *KEYS, *[COINS.key(PLACE, str(number)) for number in range(FEW + 1)])
        assert len(engine._recent) == 0
        await write(engine, [coin("b", "a", 2)])
        assert (await load(engine, *KEYS))[FILLED.key(PLACE, "a")] == {"red": 2, "blue": 1}


@pytest.mark.parametrize("turns", ["aabbaabb", "abab", "aAabBb", "aAbBab"])
async def test_two_writers_on_one_file_link_one_chain_without_a_gap(turns: str) -> None:
    """A capital writes and loses it all again."""
    async with engines(2) as both:
        for number, engine in enumerate(both):
            engine.chaining = Chains(lambda: NOON, lambda place, person_no: b"p" * 16, number)
        for number, who in enumerate(turns):
            engine = both["ab".index(who.lower())]
            answered = made(SettlementAnswered, jurisdiction=PLACE, settlement_id=str(number), person_no="p")
            await engine.begin()
            await engine.write({SettlementAnswered: [answered]})
            await (engine.rollback() if who.isupper() else engine.commit())
        links = await rows(both[0], ChainLink, order=["number"])
        assert [link.number for link in links] == [n + 1 for n in range(sum(map(str.islower, turns)))]
        assert len({link.head for link in links}) == len(links)

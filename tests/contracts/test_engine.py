"""What every engine does: load by views, write once, refuse what is there, keep the outbox."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from tests.edges.journal.toys import COIN, COINS, FILLED, Poured
from yidi.edges.storage.engine import Collision, Engine, Outgoing
from yidi.edges.storage.reading import count, row, rows
from yidi.processes.ports.deciding import Key, Record

NATION, PLACE = "000000", "140000"


def poured(coin: str, amount_fen: int = 1, tin: str = "t", colour: str = "red", at: str = "1") -> Poured:
    return Poured(PLACE, tin, coin, colour, amount_fen, None, at)


async def write(engine: Engine, *records: Record) -> None:
    await engine.begin()
    grouped: dict[type[Record], list[Record]] = {}
    for record in records:
        grouped.setdefault(type(record), []).append(record)
    await engine.write(grouped)
    await engine.commit()


async def load(engine: Engine, *keys: Key) -> dict[Key, Any]:
    facts: dict[Key, Any] = {}
    await engine.begin()
    await engine.load(keys, facts)
    await engine.commit()
    return facts


async def test_one_many_and_sum_are_loaded_each_in_its_shape(engine: Engine) -> None:
    await write(engine, poured("b", 3), poured("a", 4), poured("c", 5, colour="蓝"), poured("d", 6, tin="u"))
    facts = await load(engine, COIN.key(PLACE, "a"), COINS.key(PLACE, "t"), FILLED.key(PLACE, "t"))
    assert facts[COIN.key(PLACE, "a")] == poured("a", 4)
    assert [coin.coin for coin in facts[COINS.key(PLACE, "t")]] == ["a", "b", "c"]
    assert facts[FILLED.key(PLACE, "t")] == {"red": 7, "蓝": 5}


async def test_what_is_not_there_is_none_or_empty(engine: Engine) -> None:
    keys = COIN.key(PLACE, "no"), COINS.key(PLACE, "no"), FILLED.key(PLACE, "no")
    assert list((await load(engine, *keys)).values()) == [None, [], {}]
    assert await load(engine) == {}


async def test_writing_nothing_is_no_trouble(engine: Engine) -> None:
    await engine.begin()
    await engine.write({})
    await engine.commit()
    assert await count(engine, Poured) == 0


async def test_views_with_few_and_with_many_keys_are_loaded_at_once(engine: Engine) -> None:
    await write(engine, *[poured(str(n), n, tin=str(n)) for n in range(40)])
    many = [COIN.key(PLACE, str(n)) for n in range(40)]
    facts = await load(engine, *many, FILLED.key(PLACE, "1"), COINS.key(PLACE, "2"), COINS.key(PLACE, "no"))
    assert [facts[key].amount_fen for key in many] == list(range(40))
    assert facts[FILLED.key(PLACE, "1")] == {"red": 1}
    assert [coin.coin for coin in facts[COINS.key(PLACE, "2")]] == ["2"]
    assert facts[COINS.key(PLACE, "no")] == []


@pytest.mark.parametrize("size", [1, 2, 3, 15, 16, 17, 33, 300])
async def test_any_number_of_keys_is_loaded(engine: Engine, size: int) -> None:
    await write(engine, *[poured(str(n), n, tin=str(n)) for n in range(size)])
    keys = [COIN.key(PLACE, str(n)) for n in range(size)] + [FILLED.key(PLACE, str(n)) for n in range(size)]
    facts = await load(engine, *keys)
    assert [facts[COIN.key(PLACE, str(n))].amount_fen for n in range(size)] == list(range(size))
    assert [facts[FILLED.key(PLACE, str(n))]["red"] for n in range(size)] == list(range(size))


async def test_lists_are_ordered_by_code_point_whatever_the_locale(engine: Engine) -> None:
    names = ["a", "B", "_", "1", "10", "2", "ä", "一", "😀", "Z", ""]
    random.Random(7).shuffle(names)
    await write(engine, *[poured(name) for name in names])
    facts = await load(engine, COINS.key(PLACE, "t"))
    assert [coin.coin for coin in facts[COINS.key(PLACE, "t")]] == sorted(names)
    assert [coin.coin for coin in await rows(engine, Poured, order=["coin"])] == sorted(names)


async def test_a_record_that_is_there_collides_and_nothing_of_its_transaction_stays(engine: Engine) -> None:
    await write(engine, poured("a"))
    with pytest.raises(Collision):  # from an engine that puts writing off, at the commit
        await write(engine, poured("b"), poured("a"))
    await engine.rollback()
    assert await count(engine, Poured) == 1


async def test_what_is_written_twice_in_a_transaction_is_seen_in_it_and_lasts(engine: Engine) -> None:
    await engine.begin()
    await engine.write({Poured: [poured("a")]})
    await engine.put_outbox([Outgoing(PLACE, "s", "1", "{}", "2026-01-01T00:00:00.000000Z")])
    await engine.write({Poured: [poured("b")]})
    seen: dict[Key, Any] = {}
    await engine.load([COIN.key(PLACE, "a"), COIN.key(PLACE, "b")], seen)
    await engine.drop_outbox([(PLACE, "s", "1")])
    await engine.write({Poured: [poured("c")]})
    await engine.commit()
    assert list(seen.values()) == [poured("a"), poured("b")]
    assert await count(engine, Poured) == 3
    assert not await engine.undelivered("9999")


async def test_what_is_rolled_back_never_was(engine: Engine) -> None:
    await engine.begin()
    await engine.write({Poured: [poured("a")]})
    await engine.rollback()
    await engine.rollback()
    assert await count(engine, Poured) == 0


async def test_large_amounts_and_odd_texts_come_back_as_they_went(engine: Engine) -> None:
    odd = Poured(PLACE, "'; DROP TABLE poured; --", '零\n\t"%', "red", 10**16 - 1, "", "1")
    await write(engine, odd, poured("null"))
    assert (await load(engine, COIN.key(PLACE, odd.coin)))[COIN.key(PLACE, odd.coin)] == odd
    assert (await row(engine, Poured, coin="null")) == poured("null")


@pytest.mark.parametrize(
    "wrong",
    [
        Poured(PLACE, "t", "x", "red", None, None, "1"),  # type: ignore[arg-type]
        Poured(PLACE, None, "x", "red", 1, None, "1"),  # type: ignore[arg-type]
        Poured(PLACE, "t", "x", "red", "much", None, "1"),  # type: ignore[arg-type]
    ],
)
async def test_a_record_of_the_wrong_kind_is_not_stored(engine: Engine, wrong: Poured) -> None:
    with pytest.raises(Exception, match=r"(?i)null|cannot store|invalid input") as refused:
        await write(engine, wrong)
    await engine.rollback()
    assert not isinstance(refused.value, Collision)


@pytest.mark.parametrize("statement", ["UPDATE poured SET amount_fen = 2", "DELETE FROM poured"])
async def test_facts_are_append_only(engine: Engine, statement: str) -> None:
    await write(engine, poured("a"))
    await engine.begin()
    with pytest.raises(Exception, match="append only"):
        await engine.execute(statement)
    await engine.rollback()
    assert await rows(engine, Poured) == [poured("a")]


async def test_the_outbox_keeps_what_is_under_way_once_and_lets_it_go(engine: Engine) -> None:
    first, second = (
        Outgoing(NATION, "s", "1", "{}", "2026-01-01"),
        Outgoing(NATION, "s", "2", "{}", "2026-01-02"),
    )
    await engine.begin()
    await engine.put_outbox([second, first])
    await engine.put_outbox([first._replace(message="other")])
    await engine.note_trouble((NATION, "s", "2"), 3, "2026-01-03", "why")
    await engine.commit()
    assert await engine.undelivered("9999") == [
        first,
        second._replace(attempts=3, parked_at="2026-01-03", trouble="why"),
    ]
    assert await engine.undelivered("2026-01-02") == [first]
    await engine.begin()
    await engine.drop_outbox([(NATION, "s", "1"), (NATION, "s", "never")])
    await engine.commit()
    assert [row.msgid for row in await engine.undelivered("9999")] == ["2"]


async def test_the_outbox_is_read_by_destination_the_least_tried_first_and_so_many_at_a_time(
    engine: Engine,
) -> None:
    rows_ = [
        Outgoing(place, "s", str(n), "{}", f"2026-01-0{n}") for n in (1, 2, 3) for place in ("a", "b", "c")
    ]
    await engine.begin()
    await engine.put_outbox(rows_)
    await engine.note_trouble(("a", "s", "1"), 1, "", "busy")
    await engine.commit()

    async def found(before: str, *whom: str, most: int = 9) -> list[str]:
        return [row.destination + row.msgid for row in await engine.undelivered(before, whom, most)]

    assert await found("9999", "a") == ["a2", "a3", "a1"]
    assert await found("9999", "a", most=2) == ["a2", "a3"]
    assert await found("2026-01-03", "b", "c") == ["b1", "c1", "b2", "c2"]
    assert await found("9999", "nobody") == []
    assert len(await found("9999", most=100)) == 9


async def test_readers_see_only_what_is_committed_and_cannot_write(engine: Engine) -> None:
    await engine.begin()
    await engine.write({Poured: [poured("a")]})
    assert await count(engine, Poured) == 0
    await engine.commit()
    assert await rows(engine, Poured, tin="t", amount_fen=1) == [poured("a")]
    with pytest.raises(Exception, match=r"(?i)read.?only"):
        await engine.fetch("INSERT INTO schema_version VALUES (99, 'x', 'y')")


async def test_reading_by_columns_orders_limits_and_knows_its_columns(engine: Engine) -> None:
    await write(engine, *[poured(str(n), n) for n in range(5)])
    newest = await rows(engine, Poured, tin="t", order=["amount_fen"], newest_first=True, limit=2)
    assert [coin.amount_fen for coin in newest] == [4, 3]
    assert await row(engine, Poured, coin="9") is None
    with pytest.raises(KeyError):
        await rows(engine, Poured, **{"1=1 --": "x"})


async def test_a_commit_that_is_cancelled_leaves_a_usable_engine(engine: Engine) -> None:
    await engine.begin()
    await engine.write({Poured: [poured("a")]})
    committing = asyncio.ensure_future(engine.commit())
    await asyncio.sleep(0)
    committing.cancel()
    await asyncio.gather(committing, return_exceptions=True)
    await engine.rollback()
    await write(engine, poured("b"))
    assert await count(engine, Poured, coin="b") == 1

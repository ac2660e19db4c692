"""Rows are sought by many tuples at once, by their key, on either database."""

from __future__ import annotations

import pytest

from tests.journal_room import open_engine
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.reading import AT_ONCE, rows_among
from yidi.processes.relay.records import REPLIED, Received, Replied

MANY = 2 * AT_ONCE + 7


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    """An empty database of either kind."""
    found: str = request.getfixturevalue("postgresql_database") if request.param == "postgresql" else "sqlite"
    return found


def an_answer(number: int, place: str = "110000") -> Replied:
    """An answer nobody reads."""
    return Replied(place, "H1", str(number), f"answer {number} of {place}", "2026-11-23T00:00:00Z")


async def stored(engine: Engine, count: int) -> None:
    """Store answers of two places under the same numbers."""
    await engine.begin()
    rows = [an_answer(number, place) for number in range(count) for place in ("110000", "120000")]
    await engine.write({Replied: rows})
    await engine.commit()


async def test_what_is_there_is_found_and_nothing_else(address: str) -> None:
    async with open_engine(address) as engine:
        await stored(engine, MANY)
        wanted = [("110000", "H1", str(number)) for number in range(0, 2 * MANY, 2)]
        found = await rows_among(engine, Replied, REPLIED.by, wanted)
        assert {row.msgid: row for row in found} == {str(n): an_answer(n) for n in range(0, MANY, 2)}
        assert len(found) == len(range(0, MANY, 2))
        assert await rows_among(engine, Replied, REPLIED.by, []) == []


async def test_they_are_sought_by_their_key(address: str) -> None:
    asked: list[tuple[str, ...]] = []
    async with open_engine(address) as engine:
        await stored(engine, MANY)
        fetch = engine.fetch

        async def explained(sql: str, *parameters: str | int) -> list[tuple[str, ...]]:
            asked.extend(
                await fetch(f"EXPLAIN {'QUERY PLAN ' * (engine.name == 'sqlite')}{sql}", *parameters)
            )
            return []

        engine.fetch = explained  # type: ignore[method-assign]
        await rows_among(engine, Replied, REPLIED.by, [("110000", "H1", "1"), ("110000", "H1", "2")])
    plan = "\n".join(str(row[-1]) for row in asked)
    assert "SEARCH t USING INDEX" in plan or "using replied_pkey" in plan, plan


@pytest.mark.parametrize("name", ["reply", "unheard_of"])
async def test_a_column_that_cannot_be_sought_is_refused(name: str) -> None:
    async with open_engine() as engine:
        with pytest.raises(KeyError, match=name):
            await rows_among(engine, Replied, (name,), [("x",)])


async def test_a_column_of_a_record_without_marks_may_be_any() -> None:
    async with open_engine() as engine:
        assert await rows_among(engine, Received, ("case_id",), [("none",)]) == []

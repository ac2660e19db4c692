"""Arrays go to PostgreSQL as one text each: whatever the values, what arrives is what was sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from yidi.edges.storage.engines.literals import (
    PRINTED,
    SEPARATOR,
    WRITERS,
    array_of,
    number_array,
    text_array,
)

ODD = [
    [""],
    ["", ""],
    ["a", "", "b"],
    [None],
    [None, "", "NULL", "null"],
    [f"a{SEPARATOR}b", "c"],
    [SEPARATOR],
    [PRINTED],
    [f'{PRINTED}{{"a"}}', "b"],
    ['{"a": "b\\\\n"}', "{x}", "\\", '"', "'; DROP TABLE t; --"],
    [f'q"{SEPARATOR}\\', None],
    ["零\n\t", " lead", "trail ", "a,b"],
    [],
]


@pytest_asyncio.fixture
async def session(postgresql_server: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(postgresql_server)
    yield connection
    await connection.close()


async def arrived(session: Any, kind: str, values: list[Any]) -> Any:
    return await session.fetchval(f"SELECT {array_of(1, kind)}", WRITERS[kind](values))


@pytest.mark.parametrize("values", ODD)
async def test_odd_texts_arrive_as_they_were_sent(session: Any, values: list[str | None]) -> None:
    assert await arrived(session, "TEXT", values) == values


@pytest.mark.parametrize("values", [[], [0], [None], [-1, None, 2**63 - 1, -(2**63)]])
async def test_numbers_arrive_as_they_were_sent(session: Any, values: list[int | None]) -> None:
    assert await arrived(session, "BIGINT", values) == values


async def test_no_array_at_all_is_no_rows(session: Any) -> None:
    both = f"{array_of(1, 'TEXT')}, {array_of(2, 'BIGINT')}"
    assert await session.fetch(f"SELECT * FROM unnest({both})", None, None) == []


TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8)
ARRAYS = st.lists(st.one_of(TEXTS, st.sampled_from([SEPARATOR, PRINTED, "{", '"', "\\"])), max_size=6)


async def test_any_texts_arrive_as_they_were_sent(session: Any) -> None:
    drawn: list[list[str]] = []

    @given(ARRAYS)
    def draw(values: list[str]) -> None:
        drawn.append(values)

    draw()
    for values in drawn:
        assert await arrived(session, "TEXT", values) == values


@pytest.mark.parametrize("wrong", [["a", 1], [1], [b"a"], [None, 1.5]])
def test_what_is_no_text_is_refused_as_one(wrong: list[Any]) -> None:
    with pytest.raises(TypeError, match="cannot store"):
        text_array(wrong)


@pytest.mark.parametrize("wrong", [["1"], [1.0], [1, "2"], [None, 1.5]])
def test_what_is_no_whole_number_is_refused_as_one(wrong: list[Any]) -> None:
    with pytest.raises(TypeError, match="cannot store"):
        number_array(wrong)

"""Killed at any moment, a node has lost nothing it answered and done nothing twice."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.edges.journal import toys
from tests.edges.journal.toys import Poured, Thanked
from tests.journal_room import prepare, schema_with
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.reading import rows

ROOT = Path(__file__).parents[3]
KILL_AFTER = (40, 150, 90)


async def play(address: str, fold: str, first: int, count: int, kill_after: int = 0) -> dict[int, str]:
    """Run a node; return the answers it printed, until it ended or was killed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.edges.journal.under_load", address, fold, str(first), str(count)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    answers: dict[int, str] = {}
    async for line in process.stdout:
        if not line.endswith(b"\n"):
            break  # killed while it wrote
        number, answer = line.decode().split(" ", 1)
        answers[int(number)] = answer
        if kill_after and len(answers) == kill_after:
            process.kill()
    await process.wait()
    assert process.returncode == (-9 if kill_after else 0)
    return answers


async def check_books(engine: Engine, messages: int) -> None:
    """One pour and one thanks a message, tins that add up, nothing left under way."""
    poured, thanked = await rows(engine, Poured), await rows(engine, Thanked)
    assert len(poured) == len(thanked) == messages
    assert Counter(coin.coin for coin in poured) == Counter(thanks.coin for thanks in thanked)
    per_tin = Counter(coin.tin for coin in poured)
    for tin, size in per_tin.items():
        coins = [coin.coin for coin in poured if coin.tin == tin]
        totals = sorted(thanks.total_fen for thanks in thanked if thanks.coin in coins)
        assert totals == list(range(1, size + 1))
    assert await engine.fetch("SELECT * FROM outbox") == []


@pytest.mark.parametrize("fold", ["folded", "unfolded"])
async def test_a_node_killed_under_load_loses_nothing_and_doubles_nothing(
    address: str, fold: str, tmp_path: Path
) -> None:
    where = f"sqlite:{tmp_path / 'facts.db'}" if address == "sqlite" else address
    engine = engine_for(where, schema_with(toys.RECORDS, toys.VIEWS))
    await engine.open()
    await prepare(engine, toys.UNIQUE)
    answered: dict[int, str] = {}
    for kill_after in KILL_AFTER:
        answered |= await play(where, fold, len(answered), 0, kill_after)
    last = max(answered) + 40
    again = await play(where, fold, 0, last)
    assert {number: again[number] for number in answered} == answered
    await check_books(engine, last)
    await engine.close()

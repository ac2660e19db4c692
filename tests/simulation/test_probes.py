"""Two probes taken from defects of peers: a room and a ceiling under concurrency.

The first sends five messages together to one journal, so that one batch decides them; the second lets real
processes on one database race.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.journal_room import open_engine, running
from tests.processes.settlement.counter import Counter, all_handlers
from tests.simulation.asking import PLACES
from yidi.edges.clock import SettableClock
from yidi.edges.journal import Codec, Journal, References
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.reading import rows
from yidi.processes.ports.deciding import Command
from yidi.processes.settlement.commands import Settled
from yidi.processes.settlement.records import AccumulatorEntry, Settlement

FOLDED = pytest.mark.parametrize("fold", ["folded", "hops"])
PROCESSES = 3
SIX = [1_400_00, 600_00, 0, 0, 0, 0]
CEILING_FEN = 2_500_00
"""What the demonstration policy pays a retired outpatient a year; 55 % above a deductible of 200 yuan."""


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind that several processes reach."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_database"))
    return f"sqlite:{tmp_path / 'facts.db'}"


def with_room(room_fen: int, account_fen: int = 0) -> Counter:
    """A counter whose person has so much left below the ceiling, the deductible used up."""
    counter = Counter(account_fen=account_fen)
    total_fen = 200_00 + ((CEILING_FEN - room_fen) * 100 + 27) // 55
    counter.settled_now(counter.charged(total_fen), total_fen)
    assert counter.counters()["outpatient.paid"] == CEILING_FEN - room_fen
    return counter


@asynccontextmanager
async def facts_of(counter: Counter, address: str) -> AsyncIterator[Engine]:
    """Fill a database with the facts of a counter."""
    async with open_engine(address) as engine:
        await engine.begin()
        await engine.write(counter.world.all_records())
        await engine.commit()
        yield engine


async def paid_in(engine: Engine) -> list[int]:
    """Return what the funds paid in each settlement, the first one left out."""
    found = await rows(engine, Settlement, order=("booked_at", "settlement_id"))
    return sorted((row.fund_fen for row in found[1:]), reverse=True)


async def above_the_start(engine: Engine) -> int:
    """Return the sum of the counter that has the ceiling."""
    return sum(row.amount for row in await rows(engine, AccumulatorEntry, counter="outpatient.paid"))


@FOLDED
async def test_five_messages_of_100_against_a_room_of_100_in_one_batch_accept_one(
    address: str, fold: str
) -> None:
    counter = with_room(100_00)
    messages = [counter.settling(counter.charged(181_82), 181_82) for _ in range(5)]
    clock = SettableClock(counter.world.now)
    async with facts_of(counter, address) as engine:
        references = References(clock)
        journal = Journal(
            engine, all_handlers(), PLACES, clock, references, fold=fold == "folded", codec=Codec()
        )
        async with running(journal):
            replies = await asyncio.gather(*[journal.ask(message) for message in messages])
        assert sorted(reply.fund_fen for reply in replies if isinstance(reply, Settled)) == [0] * 4 + [100_00]
        assert await above_the_start(engine) == CEILING_FEN
        assert fold == "hops" or journal.commits <= 2


@FOLDED
async def test_five_payments_of_100_from_an_account_of_100_in_one_batch_take_it_once(
    address: str, fold: str
) -> None:
    counter = with_room(0, account_fen=100_00)
    messages = [counter.settling(counter.charged(100_00), 100_00, use_account=True) for _ in range(5)]
    clock = SettableClock(counter.world.now)
    async with facts_of(counter, address) as engine:
        references = References(clock)
        journal = Journal(
            engine, all_handlers(), PLACES, clock, references, fold=fold == "folded", codec=Codec()
        )
        async with running(journal):
            replies = await asyncio.gather(*[journal.ask(message) for message in messages])
    paid = sorted(reply.account_fen for reply in replies if isinstance(reply, Settled))
    assert paid == [0] * 4 + [100_00]


async def asked_by_processes(address: str, counter: Counter, fold: str, commands: Sequence[Command]) -> str:
    """Have processes ask the commands, all at the same moment, each its part."""
    codec = Codec()
    processes = []
    for number in range(PROCESSES):
        words = [sys.executable, "-m", "tests.simulation.asking", address, str(number + 1)]
        process = await asyncio.create_subprocess_exec(
            *words,
            counter.world.now.isoformat(),
            fold,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert process.stdin is not None
        for command in commands[number::PROCESSES]:
            process.stdin.write(codec.write(command).encode() + b"\n")
        process.stdin.write(b"\n")
        processes.append(process)
    for process in processes:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    told = await asyncio.gather(*[process.communicate(b"go\n") for process in processes])
    assert [process.returncode for process in processes] == [0] * PROCESSES
    return b"".join(output for output, _ in told).decode()


@pytest.mark.parametrize(("fold", "claimed"), [("folded", False), ("hops", True)], ids=["settled", "claimed"])
async def test_six_claims_of_1400_against_a_ceiling_of_2000_never_pay_more_over_processes(
    address: str, fold: str, claimed: bool
) -> None:
    counter = with_room(2_000_00)
    visits = [counter.charged(2_545_45) for _ in range(6)]
    commands = [counter.claiming(visit) if claimed else counter.settling(visit, 2_545_45) for visit in visits]
    async with facts_of(counter, address) as engine:
        told = await asked_by_processes(address, counter, fold, commands)
        assert sorted(map(int, told.split()), reverse=True) == SIX
        assert await paid_in(engine) == SIX
        assert await above_the_start(engine) == CEILING_FEN
        assert await engine.fetch("SELECT * FROM outbox") == []

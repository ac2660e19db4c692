"""The simulated time, disk and network do what the real ones do."""

from __future__ import annotations

import asyncio
import sqlite3
from fractions import Fraction

import pytest

from yidi.edges.simulation.arithmetic import Moved, Terms, Year, half_up, settle
from yidi.edges.simulation.disk import Medium, PowerLost, SimulatedDisk
from yidi.edges.simulation.loop import Stillness, run_virtually
from yidi.edges.storage.schema import Schema


async def started(medium: Medium) -> SimulatedDisk:
    """Return an engine on a medium with one table."""
    medium.connection.execute("CREATE TABLE IF NOT EXISTS kept (n INTEGER)")
    disk = SimulatedDisk(Schema((), ())).inserted_into(medium)
    await disk.open()
    return disk


async def transacted(disk: SimulatedDisk) -> None:
    """Write a seven."""
    await disk.begin()
    await disk.execute("INSERT INTO kept VALUES (7)")
    await disk.commit()


def numbers(medium: Medium) -> list[int]:
    """Return what is on the disk."""
    return [row[0] for row in medium.connection.execute("SELECT n FROM kept ORDER BY n")]


def test_a_day_passes_at_once() -> None:
    async def sleep() -> float:
        await asyncio.sleep(86_400)
        return asyncio.get_running_loop().time()

    assert 86_400 <= run_virtually(sleep()) < 86_401


def test_waiting_for_what_can_never_come_is_told() -> None:
    async def wait() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(Stillness):
        run_virtually(wait())


def test_what_was_committed_outlives_a_crash_and_nothing_else_does() -> None:
    async def crash() -> list[int]:
        medium = Medium()
        disk = await started(medium)
        for number in (1, 2):
            await disk.begin()
            await disk.execute("INSERT INTO kept VALUES ($1)", number)
            if number == 1:
                await disk.commit()
        disk.cut()
        with pytest.raises(PowerLost):
            await disk.commit()
        again = await started(medium)
        await again.begin()
        await again.execute("INSERT INTO kept VALUES ($1)", 3)
        await again.commit()
        return numbers(medium)

    assert run_virtually(crash()) == [1, 3]


@pytest.mark.parametrize(("statements", "left"), [(1, []), (2, []), (3, []), (4, [7])])
def test_power_may_be_lost_before_and_after_a_commit(statements: int, left: list[int]) -> None:
    async def crash() -> list[int]:
        medium = Medium()
        disk = await started(medium)
        medium.crash_in = statements
        with pytest.raises(PowerLost):
            await transacted(disk)
        return numbers(medium)

    assert run_virtually(crash()) == left


def test_a_full_disk_takes_nothing_and_an_unsure_commit_takes_all() -> None:
    async def fail() -> list[int]:
        medium = Medium()
        disk = await started(medium)
        for number, trouble in ((1, "full"), (2, "unsure")):
            setattr(medium, trouble, 1)
            await disk.begin()
            await disk.execute("INSERT INTO kept VALUES ($1)", number)
            with pytest.raises(sqlite3.OperationalError):
                await disk.commit()
            await disk.rollback()
            medium.full = False
        return numbers(medium)

    assert run_virtually(fail()) == [2]


@pytest.mark.parametrize(
    ("in_scope", "year", "moved"),
    [
        (100_00, Year(), Moved(100_00, 0, 0)),
        (110_00, Year(), Moved(100_00, 7_00, 0)),
        (100_05, Year(), Moved(100_00, 4, 0)),
        (1_000_00, Year(100_00, 790_00, 0), Moved(0, 10_00, 492_86)),
        (1_000_00, Year(100_00, 800_00, 0), Moved(0, 0, 500_00)),
        (1_000_00, Year(100_00, 800_00, 499_99), Moved(0, 0, 1)),
    ],
)
def test_the_auditors_arithmetic_is_right_by_hand(in_scope: int, year: Year, moved: Moved) -> None:
    assert settle(in_scope, year, Terms(100_00, 70, 800_00, 50, 500_00)) == moved


def test_halves_are_rounded_up() -> None:
    assert [half_up(Fraction(n, 2)) for n in range(4)] == [0, 1, 1, 2]

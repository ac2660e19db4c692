"""Reconciles a day at a node: its parties' facts are extracted and compared, the nation closes the day.

Repairs are set out only when asked for; then the day is compared and closed again, which proves them.
"""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from yidi.domain.refusal import Refusal
from yidi.edges.batch.extract import extract
from yidi.edges.packs.national import read_divisions
from yidi.edges.reconciliation.comparing import Compared, compare_day, days_around
from yidi.edges.settings import Settings
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.schema import gathered
from yidi.processes.ports.deciding import NATION, Command, Refused, Reply
from yidi.processes.reconciliation.commands import CloseDay, DayClosed, RepairDay, RepairsSet

LOOKS = 40
LOOK_SECONDS = 0.25
"""How often, and after what time, a day is looked at again while its repairs are under way."""
Asker = Callable[[Command], Awaitable[Reply]]


class DayTask(NamedTuple):
    """A day to reconcile: with which node's facts, and the extracts other nodes handed in."""

    settings: Settings
    day: str
    handed_in: Sequence[Path] = ()

    @property
    def hosted(self) -> tuple[str, ...]:
        """The parties this node speaks for: those of its settings, else the nation and every province."""
        if self.settings.jurisdictions:
            return self.settings.jurisdictions
        return (NATION, *[place.code for place in read_divisions().provinces() if place.insuring])


async def compare(task: DayTask) -> Compared | tuple[Refusal, ...]:
    """Extract the day of every party this node hosts and compare it with what was handed in."""
    with tempfile.TemporaryDirectory(prefix="yidi-reconcile-") as place:
        engine = engine_for(task.settings.database, gathered())
        await engine.open()
        try:
            await extract(engine, Path(place), *days_around(task.day), task.hosted)
        finally:
            await engine.close()
        return compare_day(task.day, [Path(place), *task.handed_in])


async def close(ask: Asker, task: DayTask) -> DayClosed | tuple[Refusal, ...]:
    """Compare the day and have the nation close it; all refusals when it cannot be."""
    compared = await compare(task)
    if not isinstance(compared, Compared):
        return compared
    reply = await ask(
        CloseDay(
            jurisdiction=NATION,
            sender="agency",
            msgid=f"close/{task.day}/{secrets.token_hex(8)}",
            day=task.day,
            inputs_digest=compared.inputs_digest,
            extracts=compared.extracts,
            findings=compared.findings,
        )
    )
    if isinstance(reply, Refused):
        return reply.refusals
    assert isinstance(reply, DayClosed), reply
    return reply


async def waiting(task: DayTask) -> int:
    """Count what still differs."""
    compared = await compare(task)
    return len(compared.findings) if isinstance(compared, Compared) else 0


async def repair(ask: Asker, task: DayTask, closed: DayClosed) -> DayClosed | tuple[Refusal, ...]:
    """Set out every repair of the day, wait while they are under way, and close the day again."""
    msgid = f"repair/{task.day}/{secrets.token_hex(8)}"
    reply = await ask(RepairDay(jurisdiction=NATION, sender="agency", msgid=msgid, day=task.day))
    if isinstance(reply, Refused):
        return reply.refusals
    assert isinstance(reply, RepairsSet), reply
    for _ in range(LOOKS if reply.repairs else 0):
        if await waiting(task) <= closed.cases:
            break
        await asyncio.sleep(LOOK_SECONDS)
    return await close(ask, task)


async def reconcile(ask: Asker, task: DayTask, *, repairing: bool) -> DayClosed | tuple[Refusal, ...]:
    """Close a day, and repair it when asked to and there is something to repair."""
    closed = await close(ask, task)
    if repairing and isinstance(closed, DayClosed) and closed.open:
        return await repair(ask, task, closed)
    return closed

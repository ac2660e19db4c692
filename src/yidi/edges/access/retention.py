"""Deletes records of access whose time is over (OWASP ASVS 4.0.3, 8.3.8): those that hang in no chain.

Whoever opened a session goes before who ended it, so that no deletion wakes a session. What is chained and
sealed stays: a row taken out could not be told from one that was stolen.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import NamedTuple

import structlog
from prometheus_client import Counter

from yidi.domain.dates import write_instant
from yidi.edges.access.keeping import Keeping
from yidi.edges.access.records import (
    CodeTaken,
    HalfSignIn,
    SecondFactor,
    SessionConfirmed,
    SessionEnded,
    SessionOpened,
)
from yidi.edges.clock import Clock
from yidi.edges.packs.retention import RetentionTerms
from yidi.edges.telemetry import kind_and_place
from yidi.processes.ports.deciding import Record

log = structlog.get_logger("yidi.access")

DELETED = Counter("yidi_records_deleted_total", "Records of access deleted after their time", ["kind"])
EVERY_SECONDS = 24 * 3600.0
REPLACED = (
    "version < (SELECT MAX(version) FROM second_factor AS newer WHERE newer.login = second_factor.login)"
)


class Old(NamedTuple):
    """A table whose rows are deleted by the instant in a column, and what else must hold."""

    record: type[Record]
    column: str
    only: str = ""


KINDS: Mapping[str, Sequence[Old]] = {
    "sessions": (
        Old(SessionOpened, "opened_at"),
        Old(HalfSignIn, "at"),
        Old(SessionConfirmed, "at"),
        Old(SessionEnded, "ended_at"),
    ),
    "codes": (Old(CodeTaken, "at"),),
    "replaced_factors": (Old(SecondFactor, "changed_at", REPLACED),),
}
"""What can be deleted, in the order it is; packs/national/retention.yaml says after how many days."""


async def delete_old(keeping: Keeping, terms: RetentionTerms, clock: Clock) -> Mapping[str, int]:
    """Delete what is over by the terms of today; kind -> how many rows. May be broken off and run again."""
    now = clock()
    done: dict[str, int] = {}
    for span in terms.on(write_instant(now)[:10]):
        before = write_instant(now - timedelta(days=span.days))
        done[span.kind] = 0
        for old in KINDS.get(span.kind, ()):
            done[span.kind] += await keeping.delete(old.record, old.column, before, old.only)
        if done[span.kind]:
            DELETED.labels(span.kind).inc(done[span.kind])
            log.info("records_deleted", kind=span.kind, rows=done[span.kind], before=before)
    return done


@asynccontextmanager
async def kept_in_time(
    keeping: Keeping, terms: Callable[[], RetentionTerms], clock: Clock, every_seconds: float = EVERY_SECONDS
) -> AsyncIterator[None]:
    """Delete what is over at once and every day while the block runs; a trouble is logged and tried again."""

    async def turn() -> None:
        while True:
            try:
                await delete_old(keeping, terms(), clock)
            except Exception as error:
                log.warning("deletion_failed", error=kind_and_place(error))
            await asyncio.sleep(every_seconds)

    task = asyncio.create_task(turn())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

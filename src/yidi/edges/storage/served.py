"""For which jurisdictions a database is kept, so that a node does not start on another node's by mistake.

Written down at the first start, of a database from before this table too. A node may serve fewer later; for
more the operator says so by `yidi storage init --serve-also`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from yidi.domain.dates import write_instant
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.migrate import SchemaTrouble

SHOWN = 6
"""How many places a sentence names."""

_READ = "SELECT jurisdiction FROM served_place ORDER BY jurisdiction"
_PUT = "INSERT INTO served_place (jurisdiction, since) VALUES ($1, $2) ON CONFLICT DO NOTHING"


class AnothersDatabase(SchemaTrouble):
    """The database is kept for other jurisdictions than the settings name; the message says what to do."""


async def served_by(engine: Engine) -> tuple[str, ...]:
    """Return the jurisdictions a database is kept for, in order; none before its first start."""
    return tuple(row[0] for row in await engine.fetch(_READ))


async def serve_also(engine: Engine, places: Iterable[str], now: datetime) -> None:
    """Write down that a database is kept for these jurisdictions too, in a transaction of its own."""
    since = write_instant(now)
    await engine.begin()
    try:
        for place in sorted(places):
            await engine.execute(_PUT, place, since)
        await engine.commit()
    except BaseException:
        await engine.rollback()
        raise


async def check_served(engine: Engine, here: Collection[str], now: datetime) -> None:
    """Compare the jurisdictions to serve with those the database is kept for; the first start writes them.

    Raises AnothersDatabase when it is not kept for one of them.
    """
    kept = await served_by(engine)
    if not kept:
        await serve_also(engine, here, now)
        return
    if more := sorted(set(here) - set(kept)):
        raise AnothersDatabase(
            f"此数据库承载 {listed(kept)}，不承载设置所写的 {listed(more)}：请节点管理员核对 database 与"
            " jurisdictions；确要由此数据库增加承载的，执行 yidi storage init --serve-also。"
            f" This database is kept for {listed(kept)}, not for {listed(more)}, which the settings name:"
            " the node's administrator compares database and jurisdictions; if it is to serve them too, run"
            " `yidi storage init --serve-also` with these settings"
        )


def listed(places: Collection[str]) -> str:
    """Name some places, and how many there are when they are many."""
    named = " ".join(sorted(places)[:SHOWN])
    return named if len(places) <= SHOWN else f"{named} … ({len(places)})"

"""Proves after a load that every answered settlement is booked exactly once, at all its links."""

from __future__ import annotations

from typing import NamedTuple

from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.schema import gathered

_BOOKED_TWICE = (
    "SELECT COUNT(*) FROM (SELECT visit_id, batch FROM settlement WHERE undoes = ''"
    " GROUP BY jurisdiction, visit_id, batch HAVING COUNT(*) > 1) t"
)
_LINKS = {
    "asked": "SELECT COUNT(*) FROM settlement_asked WHERE undoes = ''",
    "booked": "SELECT COUNT(*) FROM settlement WHERE undoes = ''",
    "answered": "SELECT COUNT(*) FROM settlement_answered WHERE undoes = '' AND outcome = 'booked'",
    "relayed": "SELECT COUNT(*) FROM relayed WHERE question = 'BookSettlement'",
    "returned": "SELECT COUNT(*) FROM returned WHERE question = 'BookSettlement'",
    "twice": _BOOKED_TWICE,
}


class Links(NamedTuple):
    """How many settlements each link has; `twice` counts charges that were booked more than once."""

    asked: int
    booked: int
    answered: int
    relayed: int
    returned: int
    twice: int


async def count_links(address: str) -> Links:
    """Count the settlements of a database at every link."""
    engine = engine_for(address, gathered())
    await engine.open()
    try:
        return Links(**{name: int((await engine.fetch(sql))[0][0]) for name, sql in _LINKS.items()})
    finally:
        await engine.close()


def faults(before: Links, after: Links, answered: int) -> list[str]:
    """Say what does not fit: every good answer is one settlement more at each link, and none is double."""
    found = []
    if after.twice:
        found.append(f"{after.twice} charges are booked twice")
    for name in ("asked", "booked", "answered", "relayed", "returned"):
        more = getattr(after, name) - getattr(before, name)
        if more < answered:
            found.append(f"{answered} good answers, but {more} settlements more at the link {name!r}")
    return found

"""Seals: the heads that are new since a jurisdiction's last seal, signed, each seal naming the one before.

A seal takes at most MOST_HEADS, so that the journal never waits long; what is left gets the next seal at
once. What each seal says is also kept outside the database, a line a seal in `seals.jsonl` of the key
folder: whoever can rewrite the database cannot make the newest seal unmade.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from yidi.domain.dates import read_instant, write_instant
from yidi.edges.exchange.identity import PrivateKey
from yidi.edges.sealing.digests import head_text, seal_digest
from yidi.edges.sealing.records import ChainSeal, SealedHead
from yidi.edges.storage.engine import Engine

MOST_HEADS = 1_000
AT_ONCE = 5_000
"""Heads looked for in one query."""
OVERLAP = timedelta(minutes=3)
"""How far back a walk looks beyond the last: a link bears the instant its transaction began at."""
WITNESS = "seals.jsonl"
FIRST = "1970-01-02T00:00:00.000000Z"
"""Covered until, where nothing was covered before."""
PURPOSE = b"yidi audit seal 1\n"

_LAST = (
    "SELECT jurisdiction, number, previous, covered_until, heads, digest, algorithm, key_name, signature,"
    " sealed_at FROM chain_seal WHERE jurisdiction = $1 ORDER BY number DESC LIMIT 1"
)
_COVERED = "SELECT MAX(covered_until) FROM chain_seal"
_UNSEALED = (
    "SELECT l.jurisdiction, l.chain, l.number, l.kind, l.fact, l.head FROM"
    " (SELECT jurisdiction, chain, MAX(number) AS number FROM chain_link WHERE linked_at >= $1"
    " AND ($2 = '' OR jurisdiction = $2) GROUP BY jurisdiction, chain) n"
    " JOIN chain_link l ON l.chain = n.chain AND l.number = n.number AND l.jurisdiction = n.jurisdiction"
    " LEFT JOIN sealed_head s ON s.chain = l.chain AND s.number = l.number"
    " AND s.jurisdiction = l.jurisdiction"
    " WHERE s.chain IS NULL ORDER BY l.jurisdiction, l.chain LIMIT {}"
)


class Witness(NamedTuple):
    """What the key folder remembers of a seal."""

    jurisdiction: str
    number: int
    digest: str


async def seal_all(
    engine: Engine, key: PrivateKey, now: datetime, folder: Path, *, whole: bool = False
) -> Sequence[ChainSeal]:
    """Seal what is new of every jurisdiction, as many seals as it takes.

    Links are looked for since the instant the last walk covered, less OVERLAP; with `whole` since ever.
    Raises Collision when another process seals the same heads.
    """
    made: list[ChainSeal] = []
    while True:
        covered = (await engine.fetch(_COVERED))[0][0] or FIRST
        since = "" if whole else write_instant(read_instant(covered) - OVERLAP)
        rows = await engine.fetch(_UNSEALED.format(AT_ONCE), since, "")
        parts = list(_parts(rows))
        complete = len(rows) < AT_ONCE
        for number, (place, heads) in enumerate(parts, 1):
            # Only the walk's last seal says how far it came: broken off before, the next looks as far back.
            reached = write_instant(now) if complete and number == len(parts) else covered
            seal = await _seal(engine, place, heads, key, (reached, write_instant(now)))
            remember(folder, seal)
            made.append(seal)
        if complete:
            return made


async def seal_some(engine: Engine, place: str, key: PrivateKey, now: datetime) -> ChainSeal | None:
    """Seal at most MOST_HEADS new heads of one jurisdiction, of any age; None when nothing is new."""
    rows = await engine.fetch(_UNSEALED.format(MOST_HEADS), "", place)
    instant = write_instant(now)
    return await _seal(engine, place, rows, key, (FIRST, instant)) if rows else None


def _parts(rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Cut new heads by jurisdiction, and each jurisdiction's into what one seal takes."""
    for place, some in groupby(rows, key=itemgetter(0)):
        heads = list(some)
        for start in range(0, len(heads), MOST_HEADS):
            yield place, heads[start : start + MOST_HEADS]


async def _seal(
    engine: Engine,
    place: str,
    rows: Sequence[tuple[Any, ...]],
    key: PrivateKey,
    instants: tuple[str, str],
) -> ChainSeal:
    """Write one seal with its heads in a transaction. `instants`: covered until, sealed at."""
    await engine.begin()
    try:
        last = next((ChainSeal._make(row) for row in await engine.execute(_LAST, place)), None)
        number = last.number + 1 if last else 1
        heads = [
            SealedHead(place, chain, link, number, kind, fact, head)
            for _, chain, link, kind, fact, head in rows
        ]
        seal = _signed(last, heads, key, instants)
        await engine.write({ChainSeal: [seal], SealedHead: heads})
        await engine.commit()
    except BaseException:
        await engine.rollback()
        raise
    return seal


def _signed(
    last: ChainSeal | None, heads: Sequence[SealedHead], key: PrivateKey, instants: tuple[str, str]
) -> ChainSeal:
    covered, instant = instants
    previous, first = last.digest if last else "", heads[0]
    draft = ChainSeal(
        first.jurisdiction, first.seal, previous, covered, len(heads), "", key.algorithm, key.id, "", instant
    )
    digest = seal_digest(draft, map(head_text, heads))
    return draft._replace(digest=digest, signature=key.sign(PURPOSE + digest.encode()))


def remember(folder: Path, seal: ChainSeal) -> None:
    """Write a line about a seal into the key folder."""
    line = msgspec.json.encode(Witness(seal.jurisdiction, seal.number, seal.digest)) + b"\n"
    handle = os.open(folder / WITNESS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "ab") as file:
        file.write(line)


def witnesses(folder: Path) -> Iterable[Witness]:
    """Read what the key folder remembers, a line at a time; a line cut short by a crash is left out."""
    file = folder / WITNESS
    if not file.exists():
        return
    with file.open("rb") as lines:
        for line in lines:
            if line.endswith(b"\n"):
                yield msgspec.json.decode(line, type=Witness)

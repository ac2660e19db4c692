"""Seals: the heads that are new since a jurisdiction's last seal, signed, each seal naming the one before.

A seal takes at most MOST_HEADS, so that the journal never waits long; what is left gets the next seal at
once. What each seal says is also kept outside the database, a line a seal in `seals.jsonl` of the key
folder: whoever can rewrite the database cannot make the newest seal unmade.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from yidi.domain.dates import read_instant, write_instant
from yidi.edges.exchange.identity import PrivateKey
from yidi.edges.sealing.digests import head_text, seal_digest
from yidi.edges.sealing.records import ChainSeal, SealedHead
from yidi.edges.storage.engine import Engine

MOST_HEADS = 1_000
OVERLAP = timedelta(hours=1)
"""How far back a seal looks beyond the last: a link bears the instant its transaction began at."""
WITNESS = "seals.jsonl"
FIRST = "1970-01-02T00:00:00.000000Z"
"""Covered until, where nothing was covered before."""
PURPOSE = b"yidi audit seal 1\n"

_LAST = (
    "SELECT jurisdiction, number, previous, covered_until, heads, digest, algorithm, key_name, signature,"
    " sealed_at FROM chain_seal WHERE jurisdiction = $1 ORDER BY number DESC LIMIT 1"
)
_UNSEALED = (
    "SELECT l.chain, l.number, l.kind, l.fact, l.head FROM"
    " (SELECT chain, MAX(number) AS number FROM chain_link WHERE jurisdiction = $1 AND linked_at >= $2"
    " GROUP BY chain) n"
    " JOIN chain_link l ON l.chain = n.chain AND l.number = n.number AND l.jurisdiction = $1"
    " LEFT JOIN sealed_head s ON s.chain = l.chain AND s.number = l.number AND s.jurisdiction = $1"
    f" WHERE s.chain IS NULL ORDER BY l.chain, l.number LIMIT {MOST_HEADS}"
)
PLACES = "SELECT DISTINCT jurisdiction FROM chain_link WHERE linked_at >= $1 ORDER BY jurisdiction"


class Witness(NamedTuple):
    """What the key folder remembers of a seal."""

    jurisdiction: str
    number: int
    digest: str


async def seal_all(
    engine: Engine, key: PrivateKey, now: datetime, folder: Path, *, places: Iterable[str] = ()
) -> Sequence[ChainSeal]:
    """Seal what is new of every jurisdiction (or of `places`), as many seals as it takes."""
    made: list[ChainSeal] = []
    found = tuple(places) or [place for (place,) in await engine.fetch(PLACES, "")]
    for place in found:
        while seal := await seal_some(engine, place, key, now):
            made.append(seal)
            remember(folder, seal)
            if seal.heads < MOST_HEADS:
                break
    return made


async def seal_some(engine: Engine, place: str, key: PrivateKey, now: datetime) -> ChainSeal | None:
    """Seal at most MOST_HEADS new heads of a jurisdiction in one transaction; None when nothing is new."""
    await engine.begin()
    try:
        seal = await _write(engine, place, key, write_instant(now))
        await engine.commit()
    except BaseException:
        await engine.rollback()
        raise
    return seal


async def _write(engine: Engine, place: str, key: PrivateKey, instant: str) -> ChainSeal | None:
    last = next((ChainSeal._make(row) for row in await engine.execute(_LAST, place)), None)
    since = write_instant(read_instant(last.covered_until) - OVERLAP) if last else ""
    rows = await engine.execute(_UNSEALED, place, since)
    if not rows:
        return None
    number = last.number + 1 if last else 1
    heads = [
        SealedHead(place, chain, link, number, kind, fact, head) for chain, link, kind, fact, head in rows
    ]
    # When more is left, the next seal must look as far back as this one did.
    covered = instant if len(heads) < MOST_HEADS else (last.covered_until if last else FIRST)
    previous = last.digest if last else ""
    draft = ChainSeal(place, number, previous, covered, len(heads), "", key.algorithm, key.id, "", instant)
    digest = seal_digest(draft, map(head_text, heads))
    seal = draft._replace(digest=digest, signature=key.sign(PURPOSE + digest.encode()))
    await engine.write({ChainSeal: [seal], SealedHead: heads})
    return seal


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

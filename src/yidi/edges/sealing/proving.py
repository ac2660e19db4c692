"""Proves that no sealed fact was changed, removed, reordered or added behind the chain, and names each.

Four walks, each a page at a time, so memory does not grow with the facts:
links in the order of their chains, with the facts they name; seals in their order, with the heads they cover;
facts without a link of their own; what follows from sealed facts. What is not under a seal yet is told as a
number: its removal would leave no trace.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from yidi.edges.exchange.identity import PublicKey
from yidi.edges.sealing.deriving import derived
from yidi.edges.sealing.digests import fact_digest, head_after, head_text, seal_digest
from yidi.edges.sealing.findings import (
    ADDED,
    CHANGED,
    REMOVED,
    REORDERED,
    REWRITTEN,
    SEAL_FORGED,
    SEAL_REMOVED,
    UNREADABLE,
    Finding,
)
from yidi.edges.sealing.kinds import KIND_OF_TABLE, KINDS, OF_ACCESS, Kind
from yidi.edges.sealing.records import ChainLink, ChainSeal, SealedHead
from yidi.edges.sealing.seals import PURPOSE, Witness
from yidi.edges.secrecy.troubles import KeyTrouble
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.schema import Table, quoted
from yidi.processes.ports.deciding import Record

PAGE = 500
BEGINNING = ("", 0, "")


class Counts(Struct):
    """How much was looked at; `unsealed` links are newer than their chain's last seal.

    The oldest of them was linked at `unsealed_since`; empty when every link is under a seal. Those of the
    record of access are told apart (`unsealed_access`): looking is recorded, so there is always a new one.
    """

    links: int = 0
    facts: int = 0
    seals: int = 0
    heads: int = 0
    unsealed: int = 0
    unsealed_since: str = ""
    unsealed_access: int = 0


class _State(NamedTuple):
    """Where a chain stands: number and head of the link seen last, the last number under a seal, its fact."""

    number: int
    head: str
    fact: str


Progress = Callable[[int], None]
_NONE = _State(0, "", "")


def columns(record: type[Record], prefix: str) -> str:
    """List the columns of a sealing record in SQL."""
    fields: tuple[str, ...] = record._fields  # type: ignore[attr-defined]
    return ", ".join(f"{prefix}.{quoted(field)}" for field in fields)


_LINKS = (
    f"SELECT {columns(ChainLink, 'l')}, s.seal, s.head FROM chain_link l LEFT JOIN sealed_head s"
    " ON s.chain = l.chain AND s.number = l.number AND s.jurisdiction = l.jurisdiction"
    " WHERE (l.chain, l.number, l.jurisdiction) > ($1, $2, $3) AND l.linked_at >= $4"
    f" ORDER BY l.chain, l.number, l.jurisdiction LIMIT {PAGE}"
)
_SEALS = (
    f"SELECT {columns(ChainSeal, 'c')} FROM chain_seal c WHERE (c.jurisdiction, c.number) > ($1, $2)"
    f" AND c.sealed_at >= $3 ORDER BY c.jurisdiction, c.number LIMIT {PAGE}"
)
_HEADS = (
    f"SELECT {columns(SealedHead, 's')}, l.head FROM sealed_head s LEFT JOIN chain_link l"
    " ON l.chain = s.chain AND l.number = s.number AND l.jurisdiction = s.jurisdiction"
    " WHERE s.seal = $1 AND s.jurisdiction = $2 ORDER BY s.chain, s.number"
)
_UNSEALED = (
    "SELECT l.kind, COUNT(*), MIN(l.linked_at) FROM chain_link l WHERE l.linked_at >= $1"
    " AND NOT EXISTS (SELECT 1 FROM sealed_head s WHERE s.chain = l.chain"
    " AND s.jurisdiction = l.jurisdiction AND s.number >= l.number) GROUP BY l.kind"
)


_COUNT = "SELECT COUNT(*) FROM {} f WHERE {}"
_TWICE = (
    "SELECT jurisdiction, kind, fact, COUNT(*), MIN(chain), MAX(chain) FROM chain_link"
    " GROUP BY jurisdiction, kind, fact HAVING COUNT(*) > 1 ORDER BY jurisdiction, kind, fact"
)
_NAMED = "SELECT 1 FROM chain_link WHERE kind = $1 AND fact = $2 AND jurisdiction = $3 LIMIT 1"


class Proof:
    """One walk over everything; findings come as they are found, numbers are in `counts`."""

    def __init__(
        self,
        engine: Engine,
        keys: Iterable[PublicKey],
        *,
        since: str = "",
        witnesses: Iterable[Witness] = (),
        progress: Progress = lambda _: None,
    ) -> None:
        self.engine, self.since, self.counts, self.progress = engine, since, Counts(), progress
        self._keys: Mapping[str, PublicKey] = {key.id: key for key in keys}
        self._witnesses = witnesses
        self._linked: dict[str, int] = {}
        self._wrong: set[tuple[str, str, str]] = set()

    async def findings(self) -> AsyncIterator[Finding]:
        """Find what is wrong: links, seals, facts nobody linked, what does not follow from linked ones."""
        async for finding in self._walk_links():
            self._wrong.add((finding.jurisdiction, finding.kind, finding.fact))
            yield finding
        async for finding in self._walk_seals():
            yield finding
        async for finding in self._walk_witnesses():
            yield finding
        async for finding in self._walk_twice():
            yield finding
        async for finding in self._walk_unlinked():
            yield finding
        async for finding in derived(self.engine, self._wrong, self.since):
            yield finding
        await self._count_unsealed()

    async def _count_unsealed(self) -> None:
        rows = await self.engine.fetch(_UNSEALED, self.since)
        facts = [(count, oldest) for kind, count, oldest in rows if kind not in OF_ACCESS]
        self.counts.unsealed = sum(count for count, _ in facts)
        self.counts.unsealed_since = min((oldest for _, oldest in facts), default="")
        self.counts.unsealed_access = sum(row[1] for row in rows) - self.counts.unsealed

    async def _walk_links(self) -> AsyncIterator[Finding]:
        last: tuple[Any, ...] = BEGINNING
        chain, states = "", dict[str, _State]()
        while rows := await self.engine.fetch(_LINKS, *last, self.since):
            links = [ChainLink._make(row[:8]) for row in rows]
            facts = await self._facts_of(links)
            for link in links:
                if link.chain != chain:
                    chain, states = link.chain, {}
                for finding in self._check(link, states.get(link.jurisdiction), facts):
                    yield finding
                states[link.jurisdiction] = _State(link.number, link.head, f"{link.kind} {link.fact}")
            self.counts.links += len(links)
            self.progress(self.counts.links)
            last = (links[-1].chain, links[-1].number, links[-1].jurisdiction)

    def _check(
        self, link: ChainLink, before: _State | None, facts: Mapping[tuple[str, str, str], Sequence[str]]
    ) -> Iterable[Finding]:
        """Compare a link with its fact and with the link before it."""
        place = f"{link.chain} {link.number}"
        if before is None and self.since:
            before = _State(link.number - 1, "", "")  # the walk begins inside the chain
            follows = True
        else:
            before = before or _NONE
            follows = link.number == before.number + 1
        if not follows:
            yield Finding(
                REMOVED,
                link.jurisdiction,
                "chain_link",
                f"{before.number + 1}-{link.number - 1}",
                f"{link.chain} between {before.fact or 'the beginning'} and {link.kind} {link.fact}",
            )
        elif (before.head or not self.since) and link.head != head_after(before.head, link):
            yield Finding(REORDERED, link.jurisdiction, link.kind, link.fact, place)
        digests = facts.get((link.jurisdiction, link.kind, link.fact), ())
        if link.digest not in digests:
            what = UNREADABLE if UNREADABLE in digests else CHANGED if digests else REMOVED
            yield Finding(what, link.jurisdiction, link.kind, link.fact, place)
        if len(digests) > 1:
            yield Finding(ADDED, link.jurisdiction, link.kind, link.fact, f"{len(digests)} of it; {place}")

    async def _facts_of(self, links: Sequence[ChainLink]) -> Mapping[tuple[str, str, str], Sequence[str]]:
        """Return the digest of every fact the links name, as it is now; of several if there are."""
        found: dict[tuple[str, str, str], list[str]] = {}
        for name, some in groupby(sorted(links, key=_kind_of), key=_kind_of):
            kind = KIND_OF_TABLE.get(name)
            if kind is None:
                continue  # an unknown kind has no fact: it is told as removed
            for row in await self._rows(kind, list(some)):
                self.counts.facts += 1
                self._linked[name] = self._linked.get(name, 0) + 1
                key = (row[0], name, kind.fact(tuple(row)))
                found.setdefault(key, []).append(self._digest(kind, row))
        return found

    def _digest(self, kind: Kind, row: Sequence[Any]) -> str:
        try:
            (clear,) = self.engine.door.opened(kind.record, [row])
        except KeyTrouble:
            return UNREADABLE
        return fact_digest(kind.name, tuple(clear))

    async def _rows(self, kind: Kind, links: Sequence[ChainLink]) -> Sequence[Sequence[Any]]:
        """Read the facts of one kind that the links name."""
        table = self.engine.schema.tables[kind.record]
        wanted = dict.fromkeys((link.jurisdiction, *_parts(link.fact)) for link in links)
        whole = [parts for parts in wanted if len(parts) == len(kind.key) + 1]
        if not whole:
            return []
        given = [part for parts in whole for part in parts]
        return await self.engine.fetch(_select(table, kind, len(whole)), *given)

    async def _walk_seals(self) -> AsyncIterator[Finding]:
        last, before = ("", 0), dict[str, tuple[int, str]]()
        while rows := await self.engine.fetch(_SEALS, *last, self.since):
            for seal in map(ChainSeal._make, rows):
                async for finding in self._check_seal(seal, before.get(seal.jurisdiction)):
                    yield finding
                before = {seal.jurisdiction: (seal.number, seal.digest)}
                last = (seal.jurisdiction, seal.number)
                self.counts.seals += 1

    async def _check_seal(self, seal: ChainSeal, before: tuple[int, str] | None) -> AsyncIterator[Finding]:
        number, previous = before or ((seal.number - 1, seal.previous) if self.since else (0, ""))
        for missing in range(number + 1, seal.number):
            yield _of_seal(SEAL_REMOVED, seal.jurisdiction, missing)
        rows = await self.engine.fetch(_HEADS, seal.number, seal.jurisdiction)
        heads = [SealedHead._make(row[:7]) for row in rows]
        self.counts.heads += len(heads)
        adjoins = seal.number != number + 1 or seal.previous == previous
        digest = seal_digest(seal, map(head_text, heads))
        key = self._keys.get(seal.key_name)
        signed = key is not None and key.verifies(PURPOSE + seal.digest.encode(), seal.signature)
        if not (adjoins and digest == seal.digest and len(heads) == seal.heads and signed):
            yield _of_seal(SEAL_FORGED, seal.jurisdiction, seal.number)
        for head, row in zip(heads, rows, strict=True):
            if row[7] != head.head:
                what = REMOVED if row[7] is None else REWRITTEN
                place = f"{head.chain} {head.number}, seal {seal.number}"
                yield Finding(what, head.jurisdiction, head.kind, head.fact, place)

    async def _walk_witnesses(self) -> AsyncIterator[Finding]:
        for witness in self._witnesses:
            rows = await self.engine.fetch(
                "SELECT digest FROM chain_seal WHERE number = $1 AND jurisdiction = $2",
                witness.number,
                witness.jurisdiction,
            )
            if not rows:
                yield _of_seal(SEAL_REMOVED, witness.jurisdiction, witness.number)
            elif rows[0][0] != witness.digest:
                yield _of_seal(SEAL_FORGED, witness.jurisdiction, witness.number)

    async def _walk_twice(self) -> AsyncIterator[Finding]:
        """Find facts that more than one link names: one too many would make up for a fact without any."""
        if self.since:
            return
        for place, kind, fact, count, first, last in await self.engine.fetch(_TWICE):
            self._linked[kind] = self._linked.get(kind, 0) - (count - 1)
            chains = first if first == last else f"{first}, {last}"
            yield Finding(ADDED, place, kind, fact, f"{count} links: {chains}")

    async def _walk_unlinked(self) -> AsyncIterator[Finding]:
        """Find facts without a link, where a kind has more facts than its links were found to name."""
        if self.since:
            return
        for kind in KINDS.values():
            table = self.engine.schema.tables[kind.record]
            count = int((await self.engine.fetch(_COUNT.format(table.name, kind.condition)))[0][0])
            if count == self._linked.get(kind.name, 0):
                continue
            async for row in unlinked(self.engine, kind):
                yield Finding(ADDED, row[0], kind.name, kind.fact(tuple(row)), "no link")


def _kind_of(link: ChainLink) -> str:
    return link.kind


def _parts(fact: str) -> Sequence[str | int]:
    try:
        return msgspec.json.decode(fact, type=list[str | int])
    except msgspec.DecodeError:
        return ()


def _of_seal(what: str, jurisdiction: str, number: int) -> Finding:
    return Finding(what, jurisdiction, "chain_seal", str(number), f"seal {number}")


def _select(table: Table, kind: Kind, count: int) -> str:
    """Write the SELECT of facts by their keys; the casts tell PostgreSQL the types."""
    kinds = ["TEXT", *[table.kind(field) for field in kind.key_fields]]
    width, rows = len(kinds), []
    for n in range(count):
        marks = [f"CAST(${n * width + place} AS {sort})" for place, sort in enumerate(kinds, 1)]
        rows.append(f"({', '.join(marks)})")
    match = " AND ".join(f"t.{quoted(field)} = k.p{n}" for n, field in enumerate(kind.key_fields, 1))
    names = ", ".join(f"p{n}" for n in range(width))
    select = ", ".join(f"t.{quoted(column.name)}" for column in table.stored)
    return (
        f"WITH k({names}) AS (VALUES {', '.join(rows)}) SELECT {select} FROM k CROSS JOIN {table.name} t"
        f" WHERE t.jurisdiction = k.p0 AND {match}"
    )


def _key_text(table: Table, kind: Kind) -> str:
    """Write the SQL of a fact's key as JSON, as the links have it."""
    parts = [
        f"""'"' || f.{quoted(field)} || '"'"""
        if table.kind(field) == "TEXT"
        else f"CAST(f.{quoted(field)} AS TEXT)"
        for field in kind.key_fields
    ]
    return "'[' || " + " || ',' || ".join(parts) + " || ']'"


async def unlinked(engine: Engine, kind: Kind) -> AsyncIterator[Sequence[Any]]:
    """Yield the facts of a kind that no link names, as they are stored, a page at a time by their keys."""
    table, key = engine.schema.tables[kind.record], _key_text(engine.schema.tables[kind.record], kind)
    select = ", ".join(f"f.{quoted(column.name)}" for column in table.stored)
    sql = (
        f"SELECT {select}, {key} FROM {table.name} f LEFT JOIN chain_link l ON l.kind = $1 AND l.fact = {key}"
        f" AND l.jurisdiction = f.jurisdiction WHERE l.fact IS NULL AND {kind.condition}"
        f" AND (f.jurisdiction, {key}) > ($2, $3) ORDER BY f.jurisdiction, {key} LIMIT {PAGE}"
    )
    last = ("", "")
    while rows := await engine.fetch(sql, kind.name, *last):
        for row in rows:
            # A key with a quotation mark is written otherwise in JSON than SQL puts it together.
            fact = kind.fact(tuple(row))
            if fact == row[-1] or not await engine.fetch(_NAMED, kind.name, fact, row[0]):
                yield row[:-1]
        last = (rows[-1][0], rows[-1][-1])
        if len(rows) < PAGE:
            return

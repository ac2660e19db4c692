"""Chaining: what is written of sealed kinds gets its links, in the same transaction, a query a batch.

The heads before are read once for all chains of a batch; those of chains that only this process writes are
remembered. On PostgreSQL the heads of whom a transaction is about travel with its facts, and are remembered
while no other process writes. Within a batch each link follows the one before. The unique key (chain,
number, jurisdiction) is the guard between processes: who comes second gets a Collision, and the journal
decides again on fresh facts.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from yidi.domain.dates import write_instant
from yidi.edges.clock import Clock
from yidi.edges.sealing.digests import fact_digest, head_after
from yidi.edges.sealing.kinds import KINDS, Kind
from yidi.edges.sealing.records import ChainLink
from yidi.edges.storage.engine import Chain, Engine
from yidi.edges.storage.engines.literals import text_array
from yidi.edges.storage.engines.postgresql import PostgreSQL
from yidi.edges.storage.engines.statements import newest_of
from yidi.processes.ports.deciding import Record

AT_ONCE = 16
REMEMBERED = 10_000
PERSON_HASH_BYTES = 16

_NEWEST = (
    "SELECT l.chain, l.jurisdiction, l.number, l.head FROM (VALUES {keys}) k CROSS JOIN chain_link l"
    " WHERE l.chain = k.column1 AND l.jurisdiction = k.column2 AND l.number ="
    " (SELECT MAX(x.number) FROM chain_link x WHERE x.chain = k.column1 AND x.jurisdiction = k.column2)"
)
_NEWEST_POSTGRESQL = newest_of()
Head = tuple[int, str]
"""Number and head of the newest link of a chain; 0 and nothing where it has none."""
PersonHash = Callable[[str, str], bytes]
"""Jurisdiction and person number -> a keyed hash."""


def nobody(jurisdiction: str, person_no: str) -> bytes:
    """Name no person's chain: for who writes no facts of persons, only the record of access."""
    raise AssertionError(f"a person's fact of {jurisdiction} is not written here")


class Chains:
    """Makes the links of what one process writes.

    `person_hash` is keyed, so that a chain's name tells nothing of the person; `node` tells processes on one
    database apart.
    """

    def __init__(self, clock: Clock, person_hash: PersonHash, node: int = 0) -> None:
        self._clock, self._person_hash, self._node = clock, person_hash, node
        self._own: dict[Chain, Head] = {}
        self._read: dict[Chain, Head] = {}
        self._expected: dict[Chain, None] = {}
        self._names: dict[tuple[str, str], str] = {}

    async def linked(
        self, engine: Engine, records: Mapping[type[Record], Sequence[Record]]
    ) -> Mapping[type[Record], Sequence[Record]]:
        """Return the records with a link for each sealed fact among them."""
        kinds = [(KINDS[record], rows) for record, rows in records.items() if record in KINDS]
        facts = [(kind, fact) for kind, rows in kinds for fact in rows if kind.seals(fact)]
        if not facts:
            return records
        links = await self.links(engine, facts)
        return {**records, ChainLink: [*records.get(ChainLink, ()), *links]}

    async def links(self, engine: Engine, facts: Sequence[tuple[Kind, Record]]) -> Sequence[ChainLink]:
        """Make the links of facts, in their order, behind what their chains hold already."""
        placed = [((self._chain(kind, fact), fact[0]), kind, fact) for kind, fact in facts]
        chains = dict.fromkeys(chain for chain, _, _ in placed)
        heads = {chain: self._own[chain] for chain in chains if chain in self._own}
        heads |= {chain: self._read[chain] for chain in chains if chain in self._read}
        if len(heads) < len(chains):
            heads |= await self._look_up(engine, [chain for chain in chains if chain not in heads])
        instant = write_instant(self._clock())
        links = [self._link(heads, chain, kind, fact, instant) for chain, kind, fact in placed]
        if len(self._own) >= REMEMBERED:  # chains by day or month pile up in a long life
            self.forget()
        self._own |= {chain: heads[chain] for chain, kind, _ in placed if kind.by_node}
        self._read |= {chain: heads[chain] for chain in chains if chain in self._read}
        return links

    async def _look_up(self, engine: Engine, chains: Sequence[Chain]) -> dict[Chain, Head]:
        """Read the heads of chains; an engine that tells when others have written lets them be kept."""
        found = await newest(engine, chains)
        if not engine.takes_turns and engine.chaining is self:
            self.read(chains, [(*chain, *head) for chain, head in found.items()])
        return found

    def expect(self, subjects: Iterable[str]) -> None:
        """Learn whom a transaction is about, so that the heads of their chains are read with its facts."""
        for subject in subjects:
            place, what, person_no = (*subject.split("/", 2), "", "")[:3]
            if what == "person_no":
                chain = (self._chain_of(place, person_no), place)
                if chain not in self._read:
                    self._expected[chain] = None

    def wanted(self, most: int) -> Sequence[Chain]:
        """Return the chains whose heads are to be read, once; none when they are too many."""
        chains, self._expected = tuple(self._expected), {}
        return chains if len(chains) <= most else ()

    def read(self, chains: Iterable[Chain], newest: Iterable[Sequence[Any]]) -> None:
        """Learn the heads of chains; those that have no link yet begin."""
        if len(self._read) >= REMEMBERED:
            self._read.clear()
        self._read |= dict.fromkeys(chains, (0, ""))
        self._read |= {(chain, place): (number, head) for chain, place, number, head in newest}

    def forget_read(self) -> None:
        """Read the heads of persons' chains again: another process may have written."""
        self._read.clear()
        self._expected.clear()

    def forget(self) -> None:
        """Look up the heads of all chains again: what was linked last is not stored."""
        self._own.clear()
        self.forget_read()

    def _chain(self, kind: Kind, fact: Record) -> str:
        if kind.person >= 0:
            return self._chain_of(fact[0], fact[kind.person])
        return f"{kind.family(fact)}/{self._node}" if kind.by_node else kind.family(fact)

    def _chain_of(self, place: str, person_no: str) -> str:
        """Name a person's chain; remembered, since a settlement alone links four facts of one person."""
        found = self._names.get((place, person_no))
        if found is None:
            if len(self._names) >= REMEMBERED:
                self._names.clear()
            found = self._names[place, person_no] = person_chain(self._person_hash(place, person_no))
        return found

    def _link(
        self, heads: dict[Chain, Head], chain: Chain, kind: Kind, fact: Record, instant: str
    ) -> ChainLink:
        number, previous = heads.get(chain, (0, ""))
        digest, key = fact_digest(kind.name, fact), kind.fact(fact)
        parts = (chain[1], chain[0], number + 1, kind.name, key, digest)
        head = head_after(previous, (*parts, "", instant))
        heads[chain] = (number + 1, head)
        return ChainLink(*parts, head, instant)


def person_chain(hashed: bytes) -> str:
    """Name a person's chain by the keyed hash of the person's number."""
    return f"person/{urlsafe_b64encode(hashed[:PERSON_HASH_BYTES]).decode().rstrip('=')}"


async def newest(engine: Engine, chains: Iterable[Chain]) -> dict[Chain, Head]:
    """Read number and head of the newest link of each chain that has one."""
    if isinstance(engine, PostgreSQL):
        given = map(text_array, zip(*chains, strict=True))
        found = await engine.look(_NEWEST_POSTGRESQL, *given)
        return {(chain, place): (number, head) for chain, place, number, head in found}
    heads: dict[Chain, Head] = {}
    waiting = iter(chains)
    while some := list(islice(waiting, AT_ONCE)):
        keys = ", ".join(f"(${2 * n + 1}, ${2 * n + 2})" for n in range(len(some)))
        parts = [part for chain in some for part in chain]
        for chain, place, number, head in await engine.execute(_NEWEST.format(keys=keys), *parts):
            heads[chain, place] = (number, head)
    return heads

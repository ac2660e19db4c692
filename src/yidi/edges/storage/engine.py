"""What the journal, the pages and the migrations need of a database: the port both engines fill.

One transaction at a time, of one journal. `fetch` reads committed facts beside it. SQL texts given to
`fetch` and `execute` mark their parameters $1, $2, ... on either engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from yidi.edges.secrecy.door import WHOLE_DATABASE, Door
from yidi.edges.storage.schema import Schema
from yidi.processes.ports.deciding import Key, Record

ANY_NUMBER = 2**62
"""No limit, as a number both engines take."""


class Collision(Exception):
    """Another transaction has written what this one was about to: load again, decide again."""


class Outgoing(NamedTuple):
    """A message under way, a row of the outbox: the only table whose rows leave again.

    `destination`, `sender` and `msgid` name it; `message` is its JSON. `attempts` counts failures, and
    `parked_at` (an instant, or empty) says since when it waits for somebody to look at `trouble`.
    """

    destination: str
    sender: str
    msgid: str
    message: str
    queued_at: str
    attempts: int = 0
    parked_at: str = ""
    trouble: str = ""


Label = tuple[str, str, str]
"""Destination, sender and message id: names a message under way."""
Chain = tuple[str, str]
"""A chain of sealed facts and its jurisdiction."""

_MESSAGE = "outbox.message"


def hidden(door: Door, rows: Iterable[Outgoing]) -> list[Outgoing]:
    """Return messages under way as they are stored."""
    return [
        Outgoing(to, sender, msgid, door.hide(WHOLE_DATABASE, _MESSAGE, message), at, tries, parked, trouble)
        for to, sender, msgid, message, at, tries, parked, trouble in rows
    ]


def shown(door: Door, row: Iterable[Any]) -> Outgoing:
    """Return a stored message under way in clear."""
    outgoing = Outgoing(*row)
    return outgoing._replace(message=door.show(WHOLE_DATABASE, _MESSAGE, outgoing.message))


class Chaining(Protocol):
    """Links what is written to the chains of sealed facts, in the same transaction."""

    async def linked(
        self, engine: Engine, records: Mapping[type[Record], Sequence[Record]]
    ) -> Mapping[type[Record], Sequence[Record]]:
        """Return the records with their links added."""
        ...

    def expect(self, subjects: Iterable[str]) -> None:
        """Learn whom the transaction under way is about: subjects as `Engine.lock` is given them."""
        ...

    def wanted(self, most: int) -> Sequence[Chain]:
        """Return the chains whose newest links may travel with the facts, at most so many or none; once."""
        ...

    def read(self, chains: Iterable[Chain], newest: Iterable[Sequence[Any]]) -> None:
        """Learn the newest links (chain, jurisdiction, number, head) of chains, where they have one."""
        ...

    def forget_read(self) -> None:
        """Learn that others may have written since."""
        ...

    def forget(self) -> None:
        """Learn that the transaction under way came to nothing."""
        ...


class Unchained:
    """Links nothing: where sealing is off."""

    async def linked(
        self, engine: Engine, records: Mapping[type[Record], Sequence[Record]]
    ) -> Mapping[type[Record], Sequence[Record]]:
        """Return the records as they are."""
        return records

    def expect(self, subjects: Iterable[str]) -> None:
        """Expect nothing."""

    def wanted(self, most: int) -> Sequence[Chain]:
        """Want nothing."""
        return ()

    def read(self, chains: Iterable[Chain], newest: Iterable[Sequence[Any]]) -> None:
        """Keep nothing."""

    def forget_read(self) -> None:
        """Have nothing to forget."""

    def forget(self) -> None:
        """Have nothing to forget."""


NO_CHAINING: Chaining = Unchained()


class Engine(Protocol):
    """A database with its schema. `open` before use, `close` after."""

    name: str
    schema: Schema
    door: Door
    """Encrypts personal columns on their way in and decrypts them on their way out."""
    chaining: Chaining
    """Adds to what is written the links of sealed facts."""
    takes_turns: bool
    """Whether other nodes may write to this database at the same time, so that `lock` is of use."""

    async def open(self) -> None:
        """Connect. Makes no tables: migrations do."""
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...

    async def begin(self) -> None:
        """Start the journal's transaction."""
        ...

    async def commit(self) -> None:
        """Make it last. Raises Collision when somebody else was first."""
        ...

    async def commit_early(self) -> None:
        """Commit as `commit`, but do not wait for the disk where the next transaction need not.

        What it holds may be told to nobody before `sync` has returned.
        """
        ...

    async def sync(self) -> None:
        """Wait until everything committed so far lasts. Raises OSError when the disk fails."""
        ...

    async def rollback(self) -> None:
        """Forget it; also called after an error, when the transaction may be gone already."""
        ...

    async def lock(self, subjects: Sequence[str]) -> None:
        """Keep other nodes on this database off these subjects until the transaction ends.

        Called before the facts about them are loaded, so what is loaded stays true. Where only one
        transaction is possible there is nothing to do.
        """
        ...

    async def load(self, keys: Iterable[Key], facts: dict[Key, Any]) -> None:
        """Put what is stored under each key into `facts`: a record or None, a list, or sums."""
        ...

    async def write(self, records: Mapping[type[Record], Sequence[Record]]) -> None:
        """Insert records, a statement a table. Raises Collision when one is there already."""
        ...

    async def put_outbox(self, rows: Sequence[Outgoing]) -> None:
        """Add messages under way; one that is under way already stays as it is."""
        ...

    async def drop_outbox(self, labels: Sequence[Label]) -> None:
        """Remove messages that arrived."""
        ...

    async def note_trouble(self, label: Label, attempts: int, parked_at: str, trouble: str) -> None:
        """Write down on a message under way that it failed again."""
        ...

    async def undelivered(
        self, before: str, destinations: Sequence[str] = (), most: int = ANY_NUMBER
    ) -> Sequence[Outgoing]:
        """Return at most so many messages under way queued before an instant, the least tried first.

        Those to certain `destinations` only, where some are given.
        """
        ...

    async def fetch(self, sql: str, *parameters: str | int) -> Sequence[tuple[Any, ...]]:
        """Read committed facts, beside the journal's transaction."""
        ...

    async def execute(self, sql: str, *parameters: str | int) -> Sequence[tuple[Any, ...]]:
        """Run one statement on the journal's connection, inside its transaction: for migrations."""
        ...

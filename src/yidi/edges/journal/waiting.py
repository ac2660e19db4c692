"""Commands on their way through the journal, and who waits for which answer."""

from __future__ import annotations

import asyncio

from yidi.processes.ports.deciding import Command, Refused, Reply
from yidi.processes.relay.refusals import SAME_ID_OTHER_CONTENT

Identity = tuple[str, str, str]
"""Jurisdiction, sender, message id: answered once and for ever the same."""


def identity_of(command: Command) -> Identity:
    """Return what names a command."""
    return command.jurisdiction, command.sender, command.msgid


def other_content(command: Command) -> Refused:
    """Refuse an id that is taken by other content."""
    return Refused(refusals=(SAME_ID_OTHER_CONTENT.because("msgid", msgid=command.msgid),))


class Item:
    """One command in the queue.

    `asker` is who waits for the answer, `receipt` who waits until it is safely stored; `stored` says
    that it has a row in the outbox, `minted` that the transaction under way made it, `first` that whoever
    sends it says it is sent for the first time, `taken` that a transaction has accepted it, so that the
    answer to its id is an answer to it.
    """

    __slots__ = (
        "asker", "attempts", "command", "first", "identity", "minted", "receipt", "since", "stored", "taken",
    )  # fmt: skip

    def __init__(
        self,
        command: Command,
        *,
        asker: asyncio.Future[Reply] | None = None,
        receipt: asyncio.Future[None] | None = None,
        stored: bool = False,
        minted: bool = False,
        first: bool = False,
        attempts: int = 0,
    ) -> None:
        self.command, self.identity = command, identity_of(command)
        self.asker, self.receipt = asker, receipt
        self.stored, self.minted, self.first, self.attempts = stored, minted, first, attempts
        self.taken, self.since = False, 0.0

    @property
    def under_way(self) -> bool:
        """Whether it was taken and its answer is still to come.

        Who has been answered stays among those who wait until the loop comes round to it: nothing more
        will come, so nobody may wait along with it.
        """
        return self.taken and self.asker is not None and not self.asker.done()

    def answer(self, reply: Reply) -> None:
        """Give the answer to whoever still waits for it."""
        if self.asker is not None and not self.asker.done():
            self.asker.set_result(reply)

    def confirm(self) -> None:
        """Tell whoever waits for the receipt that the command is stored."""
        if self.receipt is not None and not self.receipt.done():
            self.receipt.set_result(None)


class Waiting:
    """All askers without an answer, by the identity of what they asked."""

    def __init__(self) -> None:
        self._items: dict[Identity, list[Item]] = {}

    def __len__(self) -> int:
        return len(self._items)

    def add(self, item: Item) -> None:
        """Note an asker, and since when it waits."""
        item.since = asyncio.get_running_loop().time()
        self._items.setdefault(item.identity, []).append(item)

    def remove(self, item: Item) -> None:
        """Forget an asker, answered or gone."""
        items = self._items.get(item.identity)
        if items is not None and item in items:
            items.remove(item)
            if not items:
                del self._items[item.identity]

    def under_way(self, item: Item) -> Item | None:
        """Return another item of the same identity whose answer is under way."""
        for other in self._items.get(item.identity, ()):
            if other is not item and other.under_way:
                return other
        return None

    def resolve(self, identity: Identity, reply: Reply) -> None:
        """Answer everybody whose question this answers: those not yet taken may have asked otherwise."""
        for item in self._items.get(identity, ()):
            if item.taken:
                item.answer(reply)

    def resolve_origin(self, question: Command, place: str, reply: Reply) -> None:
        """Answer whoever waits at the beginning of a matter; the field `place` says where that is."""
        origin = [getattr(question, name, "") for name in (place, "origin_sender", "origin_msgid")]
        self.resolve((origin[0], origin[1], origin[2]), reply)

    def unanswered(self, before: float) -> list[Identity]:
        """Return the identities of durable commands taken, asked before a loop time, and not answered."""
        return [
            identity
            for identity, items in self._items.items()
            if any(item.taken and item.since < before and item.command.durable for item in items)
        ]

    def everyone(self) -> list[Item]:
        """Return all askers."""
        return [item for items in self._items.values() for item in items]

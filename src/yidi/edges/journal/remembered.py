"""Messages whose fate is known for good: a repeat of one is answered without a transaction.

What was committed and lasts is never changed, so what is remembered here stays true, whichever node asks.
The inbox on the disk remains the judge of everything that is not here: it is what a restart begins with.
"""

from __future__ import annotations

from collections.abc import Iterable

from yidi.edges.journal.waiting import Identity, identity_of, other_content
from yidi.processes.ports.deciding import Command, Reply

MOST = 4_096
"""How many messages are remembered; repeats follow their original within seconds."""


class Fate:
    """What became of a stored message: the digest it was stored with, and its answer once there is one."""

    __slots__ = ("digest", "reply")

    def __init__(self, digest: str) -> None:
        self.digest = digest
        self.reply: Reply | None = None

    def answer_to(self, command: Command) -> Reply | None:
        """Return the answer to a message of this id; None when it is still to come."""
        return self.reply if command.digest == self.digest else other_content(command)


class Remembered:
    """The latest messages that lastingly are in the inbox, the oldest forgotten first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._fates: dict[Identity, Fate] = {}

    def __len__(self) -> int:
        return len(self._fates)

    def fate_of(self, command: Command) -> Fate | None:
        """Return what became of a message, None when that is not known here."""
        return self._fates.get(identity_of(command)) if command.durable else None

    def lasts(
        self, received: Iterable[tuple[Identity, str]], replies: Iterable[tuple[Identity, Reply]]
    ) -> None:
        """Note what a transaction stored first of all, once nothing can undo it any more."""
        fates = self._fates
        for identity, digest in received:
            fates[identity] = Fate(digest)
        for identity, reply in replies:
            if fate := fates.get(identity):
                fate.reply = reply
        while len(fates) > self._most:
            del fates[next(iter(fates))]

    def doubt(self) -> None:
        """Forget who has no answer yet: a commit that was reported as failed may have stored it."""
        self._fates = {identity: fate for identity, fate in self._fates.items() if fate.reply is not None}

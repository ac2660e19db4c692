"""What travels with a matter over its hops: until when somebody waits, and at which process.

Kept in memory by the institution's message that began it. Losing it costs nothing but a quick answer: the
deadline of a question, and the way straight back to the process that asked.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from yidi.domain.dates import write_instant

Origin = tuple[str, str]
"""Sender and message id of the institution's message."""


class Matter(NamedTuple):
    """Until when (UTC text) somebody waits, and the address of the process the question came from."""

    deadline: str
    answer_to: str = ""


class Matters:
    """The matters under way; those over their deadline are dropped when there are many."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._known: dict[Origin, Matter] = {}

    def __len__(self) -> int:
        return len(self._known)

    def note(self, origin: Origin, matter: Matter, now: datetime) -> None:
        """Remember a matter; of a matter seen before the later deadline counts."""
        if len(self._known) >= self._most:
            self._drop(write_instant(now))
        before = self._known.pop(origin, None)
        if before is not None and before.deadline > matter.deadline:
            matter = before
        self._known[origin] = matter

    def of(self, origin: Origin) -> Matter | None:
        """Return what is known of a matter."""
        return self._known.get(origin)

    def _drop(self, now: str) -> None:
        """Drop what is over; if that is not enough, the older half."""
        self._known = {origin: matter for origin, matter in self._known.items() if matter.deadline > now}
        if len(self._known) >= self._most:
            for origin in list(self._known)[: self._most // 2]:
                del self._known[origin]

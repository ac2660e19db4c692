"""References: numbers given to new facts, unique over nodes and restarts and rising with time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from yidi.edges.clock import Clock

_START = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)
MOST_NODES = 1_000


class References:
    """Nineteen digits: sixteen of microseconds since 1970 and three of the node (0 to 999).

    One node gives at most one a microsecond; a burst, or a clock set back while running, counts on from
    the last one. A clock set back before a restart could repeat one: then a unique key refuses it and
    the journal decides again with the next.
    """

    def __init__(self, clock: Clock, node: int = 0) -> None:
        if not 0 <= node < MOST_NODES:
            raise ValueError(f"a node number is 0 to {MOST_NODES - 1}, not {node}")
        self._clock, self._suffix, self._last = clock, f"{node:03d}", 0

    def next(self) -> str:
        """Return the next reference."""
        return self.following(self.microsecond(self._clock()))

    @staticmethod
    def microsecond(instant: datetime) -> int:
        """Return the number of an instant's microsecond."""
        return (instant - _START) // _MICROSECOND

    def following(self, microsecond: int) -> str:
        """Return the next reference, at a microsecond the caller has read already."""
        self._last = number = microsecond if microsecond > self._last else self._last + 1
        return str(number).zfill(16) + self._suffix

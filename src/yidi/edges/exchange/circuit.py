"""The state of the line to one address: closed, open while it rests, half open for one try."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import StrEnum

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 15.0


class State(StrEnum):
    """Closed: messages pass. Open: none does. Half open: one parcel tries."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Circuit:
    """Opens when a parcel cannot be sent; pauses double up to a limit, each shortened by chance.

    `chance` gives a number from 0 to 1: pauses are half to whole, so peers do not come back in step.
    """

    def __init__(self, chance: Callable[[], float], longest_seconds: float = LONGEST_PAUSE_SECONDS) -> None:
        self._chance, self._longest = chance, longest_seconds
        self.state, self.failures = State.CLOSED, 0
        self._until = 0.0

    async def gate(self) -> None:
        """Wait until a parcel may be sent; when half open only one caller is let through."""
        loop = asyncio.get_running_loop()
        while self.state is not State.CLOSED:
            rest = self._until - loop.time()
            if self.state is State.OPEN and rest <= 0:
                self.state = State.HALF_OPEN
                return
            await asyncio.sleep(max(rest, 0.01))

    def failed(self) -> None:
        """Note that a parcel could not be sent."""
        pause = min(self._longest, FIRST_PAUSE_SECONDS * 2 ** min(self.failures, 12))
        self.failures += 1
        self._until = asyncio.get_running_loop().time() + pause * (0.5 + self._chance() / 2)
        self.state = State.OPEN

    def succeeded(self) -> None:
        """Note that the peer answered."""
        self.state, self.failures = State.CLOSED, 0

    def released(self) -> None:
        """Note that a caller let through sent nothing after all."""
        if self.state is State.HALF_OPEN:
            self.state = State.OPEN

"""The only place that reads a clock. Everywhere else time is an argument."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Protocol

from yidi.domain.dates import SHANGHAI


class Clock(Protocol):
    """Tells the present instant, in UTC."""

    def __call__(self) -> datetime:
        """Return the present instant; always aware, always UTC."""
        ...


def system_clock() -> datetime:
    """Return the machine's idea of the present instant, in UTC."""
    return datetime.now(timezone.utc)


def local_now() -> datetime:
    """Return the present time in China, as a hospital's clock shows it."""
    return system_clock().astimezone(SHANGHAI)


class SettableClock:
    """A clock that stands still until it is moved: for tests, the demo and the simulator."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an instant with its offset")
        self._now = start.astimezone(timezone.utc)

    def __call__(self) -> datetime:
        """Return the instant it was set to."""
        return self._now

    def set(self, instant: datetime) -> None:
        """Move to an instant, backwards as well."""
        self._now = instant.astimezone(timezone.utc)

    def advance(self, **span: float) -> None:
        """Move on by a `timedelta` given by its parts: `advance(days=1)`."""
        self._now += timedelta(**span)

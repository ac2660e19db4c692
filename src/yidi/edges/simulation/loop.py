"""An event loop without a clock and without sockets: its time jumps to the next timer.

Everything that happens is a callback of one thread in one order, so the same seed gives the same run to the
last message. What asks for a thread gets its answer from the loop, after a simulated pause.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
Errand = Callable[..., Any]


class Stillness(Exception):
    """Nothing is left that could ever happen, and the run has not ended: somebody waits for ever."""


class _NoSockets:
    """Stands where a loop waits for sockets: waiting moves the loop's time instead."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> list[Any]:
        """Let the time until the next timer pass at once."""
        if timeout is None:
            raise Stillness("nothing is left to happen")
        self._loop.passed(timeout)
        return []

    def close(self) -> None:
        """Nothing to close."""


class VirtualLoop(asyncio.BaseEventLoop):
    """A loop whose seconds cost nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._seconds = 0.0
        self._selector = _NoSockets(self)
        self._clock_resolution = 1e-9

    def time(self) -> float:
        """Return the simulated seconds since the loop was made."""
        return self._seconds

    def passed(self, seconds: float) -> None:
        """Let time pass; a hair more than asked, so that rounding never leaves a timer just not due."""
        if seconds > 0:
            self._seconds += seconds + 1e-9

    def _process_events(self, events: list[Any]) -> None:
        """There are no events of sockets."""

    def _write_to_self(self) -> None:
        """Nobody sleeps, so nobody needs waking."""

    def run_in_executor(self, executor: Any, func: Errand, *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        """Do an errand of a thread on the loop, at once; the engine's commits come this way."""
        future: asyncio.Future[Any] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


def run_virtually(main: Coroutine[Any, Any, T]) -> T:
    """Run to the end in simulated time. Raises Stillness when nothing can happen any more."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(main)
    finally:
        _cancel_all(loop)
        loop.close()


def _cancel_all(loop: VirtualLoop) -> None:
    left = [task for task in asyncio.all_tasks(loop) if not task.done()]
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))

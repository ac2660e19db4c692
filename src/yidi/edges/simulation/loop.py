"""An event loop without a clock and without sockets: its time jumps to the next timer.

Everything that happens is a callback of one thread in one order, so the same seed gives the same run to the
last message. What asks for a thread gets its answer from the loop, after a simulated pause. A run is some
tens of thousands of turns, so a turn is kept short: no handles of asyncio, no look for sockets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from heapq import heappop, heappush
from typing import Any, TypeVar

T = TypeVar("T")
Errand = Callable[..., Any]


class Stillness(Exception):
    """Nothing is left that could ever happen, and the run has not ended: somebody waits for ever."""


class Turn:
    """Something the loop will call once; stands where asyncio has its handles and timers."""

    __slots__ = ("_at", "args", "callback", "context")

    def __init__(self, callback: Errand, args: tuple[Any, ...], context: Context | None, at: float) -> None:
        self.callback: Errand | None = callback
        self.args, self._at = args, at
        self.context = copy_context() if context is None else context

    def cancel(self) -> None:
        """Have it not called."""
        self.callback, self.args = None, ()

    def cancelled(self) -> bool:
        """Say whether it will not be called."""
        return self.callback is None

    def when(self) -> float:
        """Return the loop's second it is due at."""
        return self._at


class VirtualLoop(asyncio.BaseEventLoop):
    """A loop whose seconds cost nothing."""

    _ready: Any
    _stopping: bool

    def __init__(self) -> None:
        super().__init__()
        self._seconds = 0.0
        self._timers: list[tuple[float, int, Turn]] = []
        self._numbers = 0

    def time(self) -> float:
        """Return the simulated seconds since the loop was made."""
        return self._seconds

    def call_soon(  # type: ignore[override]
        self, callback: Errand, *args: Any, context: Context | None = None
    ) -> Any:
        """Have something called in this instant, after what is ready already."""
        turn = Turn(callback, args, context, self._seconds)
        self._ready.append(turn)
        return turn

    def call_soon_threadsafe(  # type: ignore[override]
        self, callback: Errand, *args: Any, context: Context | None = None
    ) -> Any:
        """Have something called soon; there is one thread only."""
        return self.call_soon(callback, *args, context=context)

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Errand, *args: Any, context: Context | None = None
    ) -> Any:
        """Have something called some seconds from now."""
        when = self._seconds + delay
        turn = Turn(callback, args, context, when)
        self._numbers += 1
        heappush(self._timers, (when, self._numbers, turn))
        return turn

    def call_at(  # type: ignore[override]
        self, when: float, callback: Errand, *args: Any, context: Context | None = None
    ) -> Any:
        """Have something called at a second of the loop; what is due at once is called in order."""
        turn = Turn(callback, args, context, when)
        self._numbers += 1
        heappush(self._timers, (when, self._numbers, turn))
        return turn

    def _run_once(self) -> None:
        """Take turns until somebody stops the loop; time passes when nothing is left for this instant.

        Raises Stillness when nothing is left at all.
        """
        ready, timers = self._ready, self._timers
        while not self._stopping:
            while not ready:
                if not timers:
                    raise Stillness("nothing is left to happen")
                at, _, turn = heappop(timers)
                if turn.callback is not None:
                    self._seconds = max(self._seconds, at)
                    ready.append(turn)
            turn = ready.popleft()
            callback = turn.callback
            if callback is None:
                continue
            try:
                turn.context.run(callback, *turn.args)
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException as error:  # as every loop of asyncio does: a power cut is one too
                self.call_exception_handler({"message": "a turn went wrong", "exception": error})

    def get_debug(self) -> bool:
        """Say no: every task and future asks."""
        return False

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

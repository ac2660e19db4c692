"""Who decides about what among the processes of one database: about everything, or a subject at a time.

A process that is alone holds the whole database, by an exclusive advisory lock of its session, and needs no
further lock: that saves every transaction a round trip. One that comes later asks it to share (NOTIFY) and
waits; the first gives way between two transactions. From then on each holds the database shared, and locks
the subjects of its decisions (a person, a visit) before their facts are loaded, until after the commit. Now
and then one that shares looks whether it is alone again.

All locks are the session's: so what follows needs no BEGIN and no COMMIT, and a session that is lost has let
go of everything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from hashlib import blake2b
from typing import Any

import asyncpg

from yidi.edges.storage.engines.literals import number_array


def number_of(subject: str) -> int:
    """Return the number that a subject is locked by: the same on every node, within 64 bits."""
    return int.from_bytes(blake2b(subject.encode(), digest_size=8).digest(), signed=True)


WHOLE = number_of("the whole database")
CHANNEL = "yidi_turns"
ASK_TO_SHARE = f"SELECT pg_notify('{CHANNEL}', '')"
LOOK_SECONDS = 10.0
"""How often a process that shares looks whether it is alone."""
_ALONE = f"SELECT pg_try_advisory_lock({WHOLE})"
_SHARED = f"SELECT pg_advisory_lock_shared({WHOLE})"
_NO_MORE_ALONE, _NO_MORE_SHARED = (f"SELECT pg_advisory_unlock{how}({WHOLE})" for how in ("", "_shared"))
_TAKE = "SELECT pg_advisory_lock(h) FROM unnest('{}'::bigint[]) h"
_LET_GO = "SELECT pg_advisory_unlock(h) FROM unnest('{}'::bigint[]) h"


class Turns:
    """The turns of one session. `ask` asks whoever is alone to share; it must not use the session."""

    def __init__(self, session: Any, ask: Callable[[], Awaitable[None]]) -> None:
        self.alone = self.shares = False
        self._session, self._ask = session, ask
        self._heard = self._asked = self._under_way = False
        self._held: list[str] = []
        self._stale: list[str] = []
        self._look_at = 0.0
        self._going: asyncio.Handle | None = None
        self._leaving: asyncio.Task[None] | None = None

    async def begin(self) -> bool:
        """Begin a transaction, after `settle`; say whether others may have written since the one before."""
        if self._asked:
            await self._share()
        elif self.shares and asyncio.get_running_loop().time() >= self._look_at:
            await self._look()
        self._under_way = True
        self._stale, self._held = [*self._stale, *self._held], []
        return not self.alone and self.shares

    async def take(self, subjects: Collection[str]) -> None:
        """See that nobody else decides about subjects until the transaction ends."""
        if not (self.alone or self.shares):
            await self._enter()
        if self.alone or not subjects:
            return
        numbers = number_array(sorted(set(map(number_of, subjects))))
        before, self._stale = self._stale, []
        self._held.append(numbers)
        await self._session.execute("; ".join([*map(_LET_GO.format, before), _TAKE.format(numbers)]))

    async def end(self) -> None:
        """End a transaction: let go of what the one before left; of the rest when nothing follows at once."""
        self._under_way = False
        if self._stale:
            await self._let_go()
        elif self._held or self._asked:
            self._going = asyncio.get_running_loop().call_soon(self._leave_beside)

    async def give_up(self) -> None:
        """End a transaction that came to nothing."""
        self._under_way = False
        await self._let_go()

    async def settle(self) -> None:
        """See that nothing is said to the server beside what comes."""
        if self._going is not None:
            self._going.cancel()
            self._going = None
        leaving, self._leaving = self._leaving, None
        if leaving is not None:
            with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                await leaving

    async def _enter(self) -> None:
        """Hold the whole database, if nobody else does; else have it shared."""
        if not self._heard:
            await self._session.add_listener(CHANNEL, self._hear)
            self._heard = True
        self.alone = bool(await self._session.fetchval(_ALONE))
        if not self.alone:
            await self._ask()
            await self._session.execute(_SHARED)
            self._now_shared()

    def _hear(self, *told: object) -> None:
        """Hear that somebody wants a share: give way at once, or when the transaction under way has ended."""
        if self.alone:
            self._asked = True
            if not self._under_way and self._going is None:
                self._going = asyncio.get_running_loop().call_soon(self._leave_beside)

    async def _share(self) -> None:
        self.alone = self._asked = False
        await self._session.execute(f"{_NO_MORE_ALONE}; {_SHARED}")
        self._now_shared()

    def _now_shared(self) -> None:
        self.shares = True
        self._look_at = asyncio.get_running_loop().time() + LOOK_SECONDS

    async def _look(self) -> None:
        """Hold the whole database again, if nobody shares it any more."""
        self.shares = False
        await self._session.execute(_NO_MORE_SHARED)
        await self._enter()

    async def _let_go(self) -> None:
        """Let others have what was locked; a session that is lost has let go."""
        over = [*self._stale, *self._held]
        self._stale, self._held = [], []
        if over and not self._session.is_closed():
            await self._session.execute("; ".join(map(_LET_GO.format, over)))

    def _leave_beside(self) -> None:
        """Let go when nothing follows at once, while nobody waits for it."""
        self._going, self._leaving = None, asyncio.create_task(self._leave())

    async def _leave(self) -> None:
        await self._let_go()
        if self._asked:
            await self._share()

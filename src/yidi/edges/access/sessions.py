"""Sign-in, lock-out, sessions. A session dies by signing out, by rest, by age, or with its user's version.

The token is 256 bits by chance and only the browser has it; the database holds its SHA-256. When a session
was last used is remembered by the process; after a restart what it had recorded counts, so it may end early,
never late.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from yidi.domain.dates import read_instant, write_instant
from yidi.domain.refusal import Refusal
from yidi.edges.access.accounts import ACTIVE, Accounts
from yidi.edges.access.keeping import Keeping
from yidi.edges.access.passwords import Verifier
from yidi.edges.access.records import PersonalReading, SessionEnded, SessionOpened, SignInAttempt, UserAccount
from yidi.edges.access.refusals import LOCKED, NOT_SIGNED_IN
from yidi.edges.clock import Clock

GOOD, WRONG, SHUT = "good", "wrong", "locked"
FIRST_LOCK_SECONDS = 30
MOST_REMEMBERED = 100_000


class Terms(Protocol):
    """The settings of sign-in."""

    @property
    def idle_minutes(self) -> float: ...
    @property
    def absolute_hours(self) -> float: ...
    @property
    def failures_before_lock(self) -> int: ...
    @property
    def longest_lock_minutes(self) -> float: ...


class Session(NamedTuple):
    """A live session: its hash and its user as he stands."""

    session: str
    user: UserAccount


def fingerprint(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    """Signs users in and out of one node."""

    def __init__(
        self, keeping: Keeping, accounts: Accounts, verifier: Verifier, terms: Terms, clock: Clock
    ) -> None:
        self._keeping, self._accounts, self._verifier = keeping, accounts, verifier
        self._terms, self._clock = terms, clock
        self._used: dict[str, datetime] = {}

    async def sign_in(self, login: str, password: str, source: str) -> Refusal | tuple[str, UserAccount]:
        """Check a password; return the token of a new session, always a new one, and the user."""
        user = await self.identify(login, password, source)
        if isinstance(user, Refusal):
            return user
        token, now = secrets.token_urlsafe(32), self._clock()
        session = fingerprint(token)
        opened = SessionOpened(user.jurisdiction, session, user.login, user.version, write_instant(now))
        await self._keeping.write(opened)
        self._remember(session, now)
        return token, user

    async def identify(self, login: str, password: str, source: str) -> Refusal | UserAccount:
        """Check a password and record the attempt, without a session."""
        user = await self._accounts.find(login)
        wait = await self._locked(user)
        if wait:
            await self._attempted(user, SHUT, source)
            return LOCKED.because(seconds=wait)
        known = user.password_hash if user is not None and user.state == ACTIVE else ""
        good = await self._verifier.fits(known, password)
        await self._attempted(user, GOOD if good else WRONG, source)
        return user if good and user is not None else NOT_SIGNED_IN.because()

    async def _attempted(self, user: UserAccount | None, outcome: str, source: str) -> None:
        place, login = (user.jurisdiction, user.login) if user is not None else ("000000", "")
        at = write_instant(self._clock())
        row = SignInAttempt(place, secrets.token_hex(12), login, outcome, source[:64], at)
        await self._keeping.write(row)

    async def _locked(self, user: UserAccount | None) -> int:
        """Return for how many seconds a user is locked out: doubled with every failure beyond the limit."""
        if user is None:
            return 0
        failures = await self._failures(user.login)
        beyond = len(failures) - self._terms.failures_before_lock
        if beyond < 0:
            return 0
        span = min(FIRST_LOCK_SECONDS * 2 ** min(beyond, 20), int(self._terms.longest_lock_minutes * 60))
        over = read_instant(failures[0].at) + timedelta(seconds=span)
        return max(0, int((over - self._clock()).total_seconds()) + 1) if over > self._clock() else 0

    async def _failures(self, login: str) -> Sequence[SignInAttempt]:
        """Return the wrong attempts since the last good one, newest first."""
        where = {"login": login}
        good = await self._keeping.rows(
            SignInAttempt, {**where, "outcome": GOOD}, ("at",), 1, newest_first=True
        )
        wrong = await self._keeping.rows(
            SignInAttempt, {**where, "outcome": WRONG}, ("at",), 50, newest_first=True
        )
        since = good[0].at if good else ""
        return [row for row in wrong if row.at > since]

    async def of(self, token: str) -> Session | None:
        """Return the live session of a token; None when it never was, ended, rested or aged too long."""
        if not 20 <= len(token) <= 100:
            return None
        session, now = fingerprint(token), self._clock()
        opened = await self._keeping.rows(SessionOpened, {"session": session}, (), 1)
        if not opened or await self._keeping.rows(SessionEnded, {"session": session}, (), 1):
            return None
        user = await self._accounts.find(opened[0].login)
        if user is None or user.state != ACTIVE or user.version != opened[0].version:
            return None
        began = read_instant(opened[0].opened_at)
        if now - began >= timedelta(hours=self._terms.absolute_hours):
            return None
        if now - await self._last_used(session, began) >= timedelta(minutes=self._terms.idle_minutes):
            self._used.pop(session, None)
            await self.end(Session(session, user), "idle")
            return None
        self._remember(session, now)
        return Session(session, user)

    async def _last_used(self, session: str, began: datetime) -> datetime:
        if session in self._used:
            return self._used[session]
        found = await self._keeping.rows(PersonalReading, {"session": session}, ("at",), 1, newest_first=True)
        return read_instant(found[0].at) if found else began

    def _remember(self, session: str, now: datetime) -> None:
        if len(self._used) >= MOST_REMEMBERED:
            self._used.clear()
        self._used[session] = now

    async def end(self, session: Session, cause: str) -> None:
        """End a session for good; ending it twice is ending it once."""
        self._used.pop(session.session, None)
        if await self._keeping.rows(SessionEnded, {"session": session.session}, (), 1):
            return
        now = write_instant(self._clock())
        await self._keeping.write(SessionEnded(session.user.jurisdiction, session.session, cause, now))

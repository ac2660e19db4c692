"""Sign-in, lock-out, sessions. A session dies by signing out, by rest, by age, or with its user's version.

The token is 256 bits by chance and only the browser has it; the database holds its SHA-256. When a session
was last used is remembered by the process; after a restart what it had recorded counts, so it may end early,
never late.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from prometheus_client import Counter

from yidi.domain.dates import read_instant, write_instant
from yidi.domain.refusal import Refusal
from yidi.edges.access.accounts import ACTIVE, Accounts
from yidi.edges.access.keeping import Keeping
from yidi.edges.access.passwords import Verifier
from yidi.edges.access.records import (
    HalfSignIn,
    PersonalReading,
    SessionConfirmed,
    SessionEnded,
    SessionOpened,
    SignInAttempt,
    UserAccount,
)
from yidi.edges.access.refusals import (
    CODE_WRONG,
    FACTOR_WANTED,
    FIRST_PASSWORD_OLD,
    LOCKED,
    NOT_SIGNED_IN,
    SIGN_IN_STALE,
)
from yidi.edges.access.second_factor import NONE, REQUIRED, Factors, Taken
from yidi.edges.clock import Clock

GOOD, WRONG, SHUT, HALFWAY, USED, LATE = "good", "wrong", "locked", "half", "used", "late"
GUESSED = "easily_guessed"
"""Who demands another password where the one that was typed is easily guessed."""
SIGN_INS = Counter("yidi_sign_ins_total", "Sign-ins by what came of them", ["outcome"])
FIRST_LOCK_SECONDS = 30
MOST_REMEMBERED = 100_000
HALF_LIVES = timedelta(minutes=5)


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
    @property
    def first_password_hours(self) -> float: ...


class Half(NamedTuple):
    """A sign-in whose password was good and whose code is due; `token` is known to nobody else."""

    token: str
    login: str


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
        self,
        keeping: Keeping,
        accounts: Accounts,
        factors: Factors,
        verifier: Verifier,
        terms: Terms,
        clock: Clock,
    ) -> None:
        self._keeping, self._accounts, self._verifier = keeping, accounts, verifier
        self._factors, self._terms, self._clock = factors, terms, clock
        self._used: dict[str, datetime] = {}
        self._one_code_at_a_time = asyncio.Lock()

    async def begin(self, login: str, password: str, source: str) -> Refusal | UserAccount | Half:
        """Check a password: the user when that is enough, else what `complete` goes on from with a code.

        A good password without its code is no good sign-in: wrong ones before it go on counting.
        """
        user = await self._fitting(login, password, source)
        if isinstance(user, Refusal):
            return user
        if not user.must_change and await self._verifier.weak(login, password):
            user = await self._accounts.demand_change(user, GUESSED)
        user = await self._accounts.rehash(user, password)
        factor = await self._factors.find(user.login) if self._factors.mode != NONE else None
        if factor is None and self._factors.mode != REQUIRED:
            await self._attempted(user, GOOD, source)
            return user
        await self._attempted(user, HALFWAY, source)
        if factor is None:
            return FACTOR_WANTED.because("login", login=user.login)
        return await self._half(user)

    async def _half(self, user: UserAccount) -> Half:
        token = secrets.token_urlsafe(32)
        now = write_instant(self._clock())
        await self._keeping.write(
            HalfSignIn(user.jurisdiction, fingerprint(token), user.login, user.version, now)
        )
        return Half(token, user.login)

    async def complete(self, token: str, code: str, source: str) -> Refusal | UserAccount:
        """Check the code of a sign-in half done; wrong ones count towards the lock as wrong passwords do."""
        async with self._one_code_at_a_time:
            user = await self._halfway(token)
            if user is None:
                return SIGN_IN_STALE.because()
            wait = await self._locked(user)
            if wait:
                await self._attempted(user, SHUT, source)
                return LOCKED.because(seconds=wait)
            refused = await self._code_taken(user, code, source)
            if refused is not None:
                return refused
            await self.end(Session(fingerprint(token), user), "completed")
            return user

    async def _code_taken(self, user: UserAccount, code: str, source: str) -> Refusal | None:
        """Take a code and record what came of it; one used before may be a thief's, or its owner's."""
        taken = await self._factors.take(user, code)
        await self._attempted(user, taken.value, source)
        return None if taken is Taken.GOOD else CODE_WRONG.because("code")

    async def _halfway(self, token: str) -> UserAccount | None:
        """Return whose sign-in this is; None when it never was, is done, too old, or the user has changed."""
        half: dict[str, str | int] = {"half": fingerprint(token)}
        begun = await self._keeping.rows(HalfSignIn, half, (), 1)
        if not begun or await self._keeping.rows(SessionEnded, {"session": begun[0].half}, (), 1):
            return None
        user = await self._accounts.find(begun[0].login)
        fresh = self._clock() - read_instant(begun[0].at) < HALF_LIVES
        if not fresh or user is None or user.state != ACTIVE or user.version != begun[0].version:
            return None
        return user

    async def open(self, user: UserAccount, source: str = "") -> str:
        """Begin a session of somebody whose sign-in was good; return its token, always a new one."""
        token, now = secrets.token_urlsafe(32), self._clock()
        session = fingerprint(token)
        opened = SessionOpened(
            user.jurisdiction, session, user.login, user.version, write_instant(now), source[:64]
        )
        await self._keeping.write(opened)
        self._remember(session, now)
        return token

    async def identify(self, login: str, password: str, source: str) -> Refusal | UserAccount:
        """Check the password of somebody who has a session already, and record the attempt."""
        user = await self._fitting(login, password, source)
        if isinstance(user, UserAccount):
            await self._attempted(user, GOOD, source)
        return user

    async def confirm(self, session: Session, password: str, code: str, source: str) -> Refusal | None:
        """Take the password again in a session, and the code of whoever has a second factor."""
        user = await self._fitting(session.user.login, password, source)
        if isinstance(user, Refusal):
            return user
        if await self.asks_code(user):
            async with self._one_code_at_a_time:
                refused = await self._code_taken(user, code, source)
            if refused is not None:
                return refused
        else:
            await self._attempted(user, GOOD, source)
        now = write_instant(self._clock())
        row = SessionConfirmed(user.jurisdiction, session.session, secrets.token_hex(12), now)
        await self._keeping.write(row)
        return None

    async def asks_code(self, user: UserAccount) -> bool:
        """Say whether a user is asked for a code."""
        return self._factors.mode != NONE and await self._factors.find(user.login) is not None

    async def fresh(self, session: Session, minutes: float) -> bool:
        """Say whether a session's user gave the password within so many minutes: at its start, or again."""
        where = {"session": session.session}
        opened = await self._keeping.rows(SessionOpened, where, (), 1)
        again = await self._keeping.rows(SessionConfirmed, where, ("at",), 1, newest_first=True)
        given = [row.opened_at for row in opened] + [row.at for row in again]
        return bool(given) and self._clock() - read_instant(max(given)) < timedelta(minutes=minutes)

    async def _fitting(self, login: str, password: str, source: str) -> Refusal | UserAccount:
        """Return the user a password fits; what does not is recorded here, what does by the caller."""
        user = await self._accounts.find(login)
        wait = await self._locked(user)
        if wait:
            await self._attempted(user, SHUT, source)
            return LOCKED.because(seconds=wait)
        known = user.password_hash if user is not None and user.state == ACTIVE else ""
        good = await self._verifier.fits(known, password)
        if good and user is not None:
            if await self._late(user):
                await self._attempted(user, LATE, source)
                return FIRST_PASSWORD_OLD.because(hours=f"{self._terms.first_password_hours:g}")
            return user
        await self._attempted(user, WRONG, source)
        return NOT_SIGNED_IN.because()

    async def _late(self, user: UserAccount) -> bool:
        """Say whether a password that is only good to be changed has waited too long."""
        if not user.must_change:
            return False
        issued = read_instant(await self._accounts.issued_at(user))
        return self._clock() - issued >= timedelta(hours=self._terms.first_password_hours)

    async def _attempted(self, user: UserAccount | None, outcome: str, source: str) -> None:
        place, login = (user.jurisdiction, user.login) if user is not None else ("000000", "")
        at = write_instant(self._clock())
        SIGN_INS.labels(outcome).inc()
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
        wrong = [
            row
            for outcome in (WRONG, USED)
            for row in await self._keeping.rows(
                SignInAttempt, {**where, "outcome": outcome}, ("at",), 50, newest_first=True
            )
        ]
        since = good[0].at if good else ""
        failed = [row for row in wrong if row.at > since]
        return sorted(failed, key=lambda row: row.at, reverse=True)

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

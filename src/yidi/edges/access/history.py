"""What users are told of their own access: sign-ins, changes of what lets them in, and open sessions.

There is no mail and no message: what changed is told at the next sign-in (OWASP ASVS 4.0.3, 2.2.3 and
2.5.5), and always on the page of the own account. Everything is read from what is recorded anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from yidi.domain.dates import read_instant, write_instant
from yidi.edges.access.accounts import CLOSED, SECOND_SECRET
from yidi.edges.access.keeping import Keeping
from yidi.edges.access.records import SecondFactor, SessionEnded, SessionOpened, SignInAttempt, UserAccount
from yidi.edges.access.sessions import GOOD, HALFWAY, Session
from yidi.edges.clock import Clock

SHOWN = 50
"""Sign-ins, changes and sessions shown at most, the newest."""
NEW_PLACE = "new_place"
"""A good sign-in from an address that none before came from."""


class Event(NamedTuple):
    """Something about a user's access: when, what (words.EVENTS), and by whom or from where."""

    at: str
    what: str
    by: str


class Open(NamedTuple):
    """A live session: a short name, since when, from where, and whether it is the one that asks."""

    name: str
    session: str
    opened_at: str
    source: str
    present: bool


class History:
    """Reads what is recorded of one user."""

    def __init__(self, keeping: Keeping, clock: Clock, absolute_hours: float) -> None:
        self._keeping, self._clock, self._hours = keeping, clock, absolute_hours

    async def sign_ins(self, login: str) -> list[Event]:
        """Return the last sign-ins and what failed, newest first; a new address is marked."""
        rows = await self._keeping.rows(
            SignInAttempt, {"login": login}, ("at", "attempt_id"), SHOWN, newest_first=True
        )
        return [
            Event(row.at, NEW_PLACE if await self._first_from(row) else row.outcome, row.source)
            for row in rows
            if row.outcome != HALFWAY
        ]

    async def _first_from(self, row: SignInAttempt) -> bool:
        where: dict[str, str | int] = {"login": row.login, "source": row.source, "outcome": GOOD}
        if row.outcome != GOOD:
            return False
        first = await self._keeping.rows(SignInAttempt, where, ("at", "attempt_id"), 1)
        return bool(first) and first[0].attempt_id == row.attempt_id

    async def changes(self, login: str) -> list[Event]:
        """Return what was changed of a user's password, role, state and second factor, newest first."""
        users = await self._keeping.rows(UserAccount, {"login": login}, ("version",))
        factors = await self._keeping.rows(SecondFactor, {"login": login}, ("version",))
        found = [
            Event(row.changed_at, "factor_set" if row.secret else "factor_removed", row.changed_by)
            for row in factors
        ]
        for before, user in zip((None, *users), users, strict=False):
            found += [Event(user.changed_at, what, user.changed_by) for what in differences(before, user)]
        return sorted(found, reverse=True)[:SHOWN]

    async def open(self, present: Session) -> list[Open]:
        """Return the sessions in which somebody is signed in as this user, newest first."""
        user = present.user
        where: dict[str, str | int] = {"login": user.login, "version": user.version}
        since = write_instant(self._clock() - timedelta(hours=self._hours))
        rows = await self._keeping.rows(SessionOpened, where, ("opened_at",), SHOWN, newest_first=True)
        return [
            Open(row.session[:12], row.session, row.opened_at, row.source, row.session == present.session)
            for row in rows
            if row.opened_at > since
            and not await self._keeping.rows(SessionEnded, {"session": row.session}, (), 1)
        ]

    async def news(self, present: Session) -> list[Event]:
        """Return what the user must know since the session before this one: changes, failures, new places."""
        opened = await self._keeping.rows(
            SessionOpened, {"login": present.user.login}, ("opened_at",), 2, newest_first=True
        )
        before = [row for row in opened if row.session != present.session]
        if not before:
            return []
        told = [*await self.changes(present.user.login), *await self.sign_ins(present.user.login)]
        since = read_instant(before[0].opened_at)
        return sorted(
            (event for event in told if event.what != GOOD and read_instant(event.at) > since), reverse=True
        )


def differences(before: UserAccount | None, user: UserAccount) -> Sequence[str]:
    """Say what a version of a user changed; nothing where only the second factor did."""
    if before is None:
        return ["added"]
    found = []
    if user.password_hash != before.password_hash and user.changed_by != SECOND_SECRET:
        found.append("one_time_set" if user.must_change else "password_set")
    elif user.must_change > before.must_change:
        found.append("must_change")
    if (user.role, user.institution_code) != (before.role, before.institution_code):
        found.append("role_set")
    if user.state != before.state:
        found.append("closed" if user.state == CLOSED else "reopened")
    return found

"""Users of a node: added, changed and closed in versions, never edited; each version says who made it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from yidi.domain.dates import write_instant
from yidi.domain.refusal import Refusal
from yidi.edges.access.keeping import Keeping
from yidi.edges.access.passwords import LEAST, MOST, Strength, Verifier
from yidi.edges.access.records import UserAccount
from yidi.edges.access.refusals import LOGIN_UNFIT, PASSWORD_WEAK
from yidi.edges.access.roles import DUTIES, Extent, Role
from yidi.edges.clock import Clock
from yidi.edges.storage.engine import Collision
from yidi.processes.ports.deciding import NATION

SECOND_SECRET = "second secret"
"""Who changed a user whose password was hashed anew; no login has a blank in it."""
ACTIVE, CLOSED = "active", "closed"
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,39}")


def unfit(login: str, role: str, jurisdiction: str, institution_code: str) -> Refusal | None:
    """Say why a user cannot be kept so; None when it can."""

    def because(reason_zh: str, reason_en: str) -> Refusal:
        return LOGIN_UNFIT.because("login", login=login[:40], reason_zh=reason_zh, reason_en=reason_en)

    if not _LOGIN.fullmatch(login):
        return because(
            "用户名为3至40个小写字母、数字、点或横线", "3 to 40 of a-z, 0-9, dot, dash; a letter first"
        )
    if role not in set(Role):
        return because(f"没有角色{role}", f"there is no role {role}")
    if not re.fullmatch(r"\d\d0000", jurisdiction):
        return because("辖区应为省级区划代码或000000", "the jurisdiction is a province's code or 000000")
    own = DUTIES[Role(role)].extent is Extent.OWN_INSTITUTION
    if own != bool(institution_code):
        return because("医院操作员须有机构，其他角色不得有", "an institution is for hospital operators alone")
    if (DUTIES[Role(role)].extent is Extent.NATION) and jurisdiction != NATION:
        return because("国家级操作员的辖区为000000", "a national operator is of 000000")
    return None


def next_version(user: UserAccount, by: str, now: str) -> UserAccount:
    """Return a user's next version; his sessions are of the one before and end."""
    return user._replace(version=user.version + 1, changed_by=by, changed_at=now)


class Accounts:
    """The users of a node; a login is one user's on the whole node."""

    def __init__(self, keeping: Keeping, clock: Clock, verifier: Verifier) -> None:
        self._keeping, self._clock, self._verifier = keeping, clock, verifier

    async def find(self, login: str) -> UserAccount | None:
        """Return a user as he stands; None for an unknown login."""
        found = await self._keeping.rows(UserAccount, {"login": login}, ("version",), 1, newest_first=True)
        return found[0] if found else None

    async def all(self) -> Sequence[UserAccount]:
        """Return every user as he stands, by login."""
        latest = {row.login: row for row in await self._keeping.rows(UserAccount, {}, ("login", "version"))}
        return list(latest.values())

    async def add(
        self, login: str, role: str, jurisdiction: str, institution_code: str, password: str, by: str
    ) -> Refusal | UserAccount:
        """Add a user with a password that must be changed at the first sign-in."""
        trouble = unfit(login, role, jurisdiction, institution_code)
        if trouble is None and await self.find(login) is not None:
            trouble = LOGIN_UNFIT.because(
                "login", login=login, reason_zh="该用户名已被占用", reason_en="the login is taken"
            )
        if trouble is not None:
            return trouble
        if await self._verifier.weak(login, password):
            return PASSWORD_WEAK.because("password", least=LEAST, most=MOST)
        secret = await self._verifier.hashed(password)
        now = write_instant(self._clock())
        user = UserAccount(jurisdiction, login, 1, role, institution_code, secret, 1, ACTIVE, by, now)
        await self._keeping.write(user)
        return user

    async def change_role(
        self, user: UserAccount, role: str, institution_code: str, by: str
    ) -> Refusal | UserAccount:
        """Give a user another role; his sessions end with the version."""
        trouble = unfit(user.login, role, user.jurisdiction, institution_code)
        if trouble is not None:
            return trouble
        return await self._next(user._replace(role=role, institution_code=institution_code), by)

    async def close(self, user: UserAccount, by: str) -> UserAccount:
        """Let a user in no more."""
        return await self._next(user._replace(state=CLOSED), by)

    async def set_password(
        self, user: UserAccount, password: str, by: str, *, must_change: bool
    ) -> Refusal | UserAccount:
        """Set a password: the user's own, or one-time by an administrator; it reopens a closed user."""
        same = self._verifier.can_check(user.password_hash) and await self._verifier.fits(
            user.password_hash, password
        )
        if same or await self._verifier.weak(user.login, password):
            return PASSWORD_WEAK.because("password", least=LEAST, most=MOST)
        secret = await self._verifier.hashed(password)
        changed = user._replace(password_hash=secret, must_change=int(must_change), state=ACTIVE)
        return await self._next(changed, by)

    async def strength(self, login: str, password: str) -> Strength:
        """Say how good a password would be."""
        return await self._verifier.strength(login, password)

    async def demand_change(self, user: UserAccount, by: str) -> UserAccount:
        """Let a user do nothing but set another password: the present one is easily guessed."""
        return await self._next(user._replace(must_change=1), by)

    async def rehash(self, user: UserAccount, password: str) -> UserAccount:
        """Hash a password that was just good under the second secret in force; sessions end by the version.

        A one-time password keeps its hash: it is soon replaced, and since when it is good hangs on it.
        """
        if user.must_change or not self._verifier.outdated(user.password_hash):
            return user
        secret = await self._verifier.hashed(password)
        try:
            return await self._next(user._replace(password_hash=secret), SECOND_SECRET)
        except Collision:  # another sign-in of the same user was quicker
            return await self.find(user.login) or user

    async def issued_at(self, user: UserAccount) -> str:
        """Return since when a password that must be changed is so, whatever else was changed meanwhile."""
        where: dict[str, str | int] = {"login": user.login, "must_change": 1}
        where["password_hash"] = user.password_hash
        (first,) = await self._keeping.rows(UserAccount, where, ("version",), 1)
        return first.changed_at

    async def _next(self, user: UserAccount, by: str) -> UserAccount:
        user = next_version(user, by, write_instant(self._clock()))
        await self._keeping.write(user)
        return user

"""The second factor: codes of 6 digits that change every 30 s (TOTP, RFC 6238), one step either side.

Its secret leaves this node once, when it is enrolled; in the database it lies encrypted under the data key
of the whole database, and where there is none it is not taken. A code is good once, and no older one after.
"""

from __future__ import annotations

import base64
import re
import secrets
from enum import Enum
from typing import NamedTuple

import pyotp

from yidi.domain.dates import write_instant
from yidi.domain.refusal import Refusal
from yidi.edges.access.accounts import next_version
from yidi.edges.access.keeping import Keeping
from yidi.edges.access.records import CodeTaken, SecondFactor, UserAccount
from yidi.edges.access.refusals import CODE_WRONG, FACTOR_UNFIT
from yidi.edges.clock import Clock
from yidi.edges.secrecy.door import WHOLE_DATABASE
from yidi.edges.storage.engine import Collision

NONE, OFFERED, REQUIRED = "none", "offered", "required"
ISSUER = "yidi"
SECRET_BYTES = 20
"""160 bits, as RFC 4226 recommends (section 4, R6)."""
EITHER_SIDE = 1
_CODE = re.compile(r"[0-9]{6}")


class Taken(Enum):
    """What came of a code: it is good; it is none; it was good, and somebody used it already."""

    GOOD = "good"
    WRONG = "wrong"
    USED = "used"


class Offer(NamedTuple):
    """A secret nobody has yet, and the address (otpauth) by which a phone takes it."""

    secret: str
    address: str


def offer(login: str) -> Offer:
    """Make a secret by chance for a user."""
    secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    return Offer(secret, pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER))


class Factors:
    """The second factors of the users of a node. `mode` is none, offered or required."""

    def __init__(self, keeping: Keeping, clock: Clock, mode: str) -> None:
        self._keeping, self._clock, self.mode = keeping, clock, mode

    async def find(self, login: str) -> SecondFactor | None:
        """Return a user's second factor; None without one."""
        found = await self._newest(login)
        return found if found is not None and found.secret else None

    async def _newest(self, login: str) -> SecondFactor | None:
        found = await self._keeping.rows(SecondFactor, {"login": login}, ("version",), 1, newest_first=True)
        return found[0] if found else None

    async def unfit(self, login: str) -> Refusal | None:
        """Say why a user cannot be enrolled; None when he can."""

        def because(reason_zh: str, reason_en: str) -> Refusal:
            return FACTOR_UNFIT.because("login", login=login, reason_zh=reason_zh, reason_en=reason_en)

        if self.mode == NONE:
            return because("设置中已关闭", "the settings say second_factor = none")
        if not self._keeping.closes(WHOLE_DATABASE):
            return because(
                "数据库未加密，密钥不能明文保存", "its secret would lie in clear: set encrypt = true"
            )
        if await self.find(login) is not None:
            return because("已登记，请先用 --remove 解除", "there is one already: take it away with --remove")
        return None

    async def enrol(self, user: UserAccount, secret: str, code: str, by: str) -> Refusal | SecondFactor:
        """Keep a secret once its first code is good; the user's sessions end by that."""
        trouble = await self.unfit(user.login)
        if trouble is not None:
            return trouble
        step = self._step(secret, code)
        if step is None:
            return CODE_WRONG.because("code")
        before, now = await self._newest(user.login), write_instant(self._clock())
        version = before.version + 1 if before is not None else 1
        factor = SecondFactor(WHOLE_DATABASE, user.login, version, secret, by, now)
        taken = CodeTaken(user.jurisdiction, user.login, version, step, now)
        await self._keeping.write(factor, taken, next_version(user, by, now))
        return factor

    async def remove(self, user: UserAccount, by: str) -> bool:
        """Take a user's second factor away; False when there was none. The user's sessions end by that."""
        before, now = await self.find(user.login), write_instant(self._clock())
        if before is None:
            return False
        removed = before._replace(version=before.version + 1, secret="", changed_by=by, changed_at=now)
        await self._keeping.write(removed, next_version(user, by, now))
        return True

    async def take(self, user: UserAccount, code: str) -> Taken:
        """Say whether a code is good now, and take it: it is not good again, here or at another node."""
        factor = await self.find(user.login)
        step = self._step(factor.secret, code) if factor is not None else None
        if factor is None or step is None:
            return Taken.WRONG
        where: dict[str, str | int] = {"login": user.login, "version": factor.version}
        last = await self._keeping.rows(CodeTaken, where, ("step",), 1, newest_first=True)
        if last and step <= last[0].step:
            return Taken.USED
        now = write_instant(self._clock())
        try:
            await self._keeping.write(CodeTaken(user.jurisdiction, user.login, factor.version, step, now))
        except Collision:
            return Taken.USED
        return Taken.GOOD

    def _step(self, secret: str, code: str) -> int | None:
        """Return the step a code belongs to; None when it is none of the three that are good now."""
        typed = code.replace(" ", "")
        if not _CODE.fullmatch(typed):
            return None
        try:
            return pyotp.TOTP(secret).verify_and_get_timecode(
                typed, for_time=self._clock(), valid_window=EITHER_SIDE
            )
        except pyotp.OTPVerificationError:
            return None

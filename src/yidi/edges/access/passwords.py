"""Passwords: argon2id (RFC 9106), what is too weak, and one-time passwords.

Lengths and the refusal of common ones follow OWASP ASVS 4.0.3, 2.1; no rules of composition (2.1.9). How
easily one is guessed is judged here, from lists in the package, when it is set and when it is used.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.low_level import Type

LEAST, MOST = 12, 128
AT_ONCE = 2
"""Hashes computed at a time: each takes 32 MiB, and sign-ins must not keep a node from its work."""
GOOD_ENOUGH = 3
"""Of 0 to 4: who guesses cleverly needs more than 10^8 tries."""
JUDGED = 72
"""Characters looked at: judging takes longer the longer a password is."""
FAMILIAR = tuple(
    """woaini woai aini woaiwojia woaiwojiaren woaizhongguo wode mima woshishui nihao zhongguo renmin xiexie
    zhang wang 520 1314 5201314 520131 131420 147258369 147258 159357 666 888 168 yidi yibao yiliao shebao
    yiyuan yisheng jiuyi jingban jiesuan caiwu guanli guanliyuan xitong ceshi agency clerk hospital settlement
    changeme welcome letmein""".split()
)
"""What people here put into passwords: daily words, words of this trade, numbers that sound like words."""
_HASHER = PasswordHasher(
    time_cost=3, memory_cost=32_768, parallelism=1, hash_len=32, salt_len=16, type=Type.ID
)
_NOBODYS = (
    "$argon2id$v=19$m=32768,t=3,p=1$bm9ib2R5cyBzYWx0IGhlcmU$qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo"
)
"""A hash of no password at all: an unknown login takes as long to refuse as a wrong password."""


class Strength(NamedTuple):
    """How good a password is: `score` 0 to 4, and the tries that take a clever guesser there."""

    score: int
    guesses: int


def strength(login: str, password: str) -> Strength:
    """Judge a password by the 30,000 most common ones, words, names, keyboard runs, dates and repetitions.

    The lists are the library's (zxcvbn, MIT), nothing is asked of a network. What the login says counts as
    known. Only the first 72 characters are looked at.
    """
    from zxcvbn import zxcvbn  # its lists take a while and some memory: only when a password is judged

    known = [login, *re.split(r"[._-]", login), *FAMILIAR]
    found = zxcvbn(password[:JUDGED], user_inputs=known) if password else {"score": 0, "guesses": 0}
    return Strength(int(found["score"]), int(found["guesses"]))


def weak(login: str, password: str) -> bool:
    """Say whether a password must not be taken: too short (blanks in a row are one), too long, guessable."""
    squeezed = re.sub(r"\s+", " ", password)
    return (
        len(squeezed) < LEAST
        or len(password) > MOST
        or login.casefold() in password.casefold()
        or strength(login, password).score < GOOD_ENOUGH
    )


def one_time() -> str:
    """Make a password that must be replaced at the first sign-in: 120 bits by chance, in readable groups."""
    text = secrets.token_hex(15)
    return "-".join(text[start : start + 6] for start in range(0, len(text), 6))


def hashed(password: str) -> str:
    """Hash a password with a salt of its own."""
    return _HASHER.hash(password)


def fits(password_hash: str, password: str) -> bool:
    """Say whether a password is the one of a hash; False as well, after as long, where there is no hash."""
    try:
        _HASHER.verify(password_hash or _NOBODYS, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash != ""


class Verifier:
    """Verifies passwords beside the event loop, few at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def fits(self, password_hash: str, password: str) -> bool:
        """Say whether a password is the one of a hash."""
        if len(password) > MOST:
            return False
        async with self._turn:
            return await asyncio.to_thread(fits, password_hash, password)

    async def weak(self, login: str, password: str) -> bool:
        """Say whether a password must not be taken."""
        async with self._turn:
            return await asyncio.to_thread(weak, login, password)

    async def strength(self, login: str, password: str) -> Strength:
        """Judge a password."""
        async with self._turn:
            return await asyncio.to_thread(strength, login, password[:MOST])

    async def hashed(self, password: str) -> str:
        """Hash a password."""
        async with self._turn:
            return await asyncio.to_thread(hashed, password)

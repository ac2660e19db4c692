"""Passwords: argon2id (RFC 9106) over a second secret, what is too weak, and one-time passwords.

The second secret (OWASP ASVS 4.0.3, 2.4.5) is one of the database's keys, wrapped by the master key: a hash
`second:1:$argon2id…` is of the password's HMAC-SM3 under its generation 1. One without it was made where no
keys were open; it is replaced at the next sign-in.

Lengths and the refusal of common ones follow OWASP ASVS 4.0.3, 2.1; no rules of composition (2.1.9). How
easily one is guessed is judged here, from lists in the package, when it is set and when it is used.
"""

from __future__ import annotations

import asyncio
import hmac
import re
import secrets
from collections.abc import Callable
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.low_level import Type

from yidi.edges.secrecy.door import Keys
from yidi.edges.secrecy.troubles import KeyTrouble

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


SECOND = "second:"
"""How a hash begins that was made with the second secret; its generation follows."""


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


def hashed(password: str, keys: Keys | None = None) -> str:
    """Hash a password with a salt of its own, and with the second secret in force where there is one."""
    generation = keys.peppering() if keys is not None else 0
    if keys is None or not generation:
        return _HASHER.hash(password)
    return f"{SECOND}{generation}:{_HASHER.hash(_keyed(keys.pepper(generation), password))}"


def _keyed(secret: hmac.HMAC, password: str) -> str:
    mac = secret.copy()
    mac.update(password.encode())
    return mac.hexdigest()


def generation_of(password_hash: str) -> int:
    """Return the generation of the second secret a hash was made with; 0 for none."""
    return int(password_hash.split(":", 2)[1]) if password_hash.startswith(SECOND) else 0


def fits(password_hash: str, password: str, keys: Keys | None = None) -> bool:
    """Say whether a password is the one of a hash; False as well, after as long, where there is no hash.

    Raises KeyTrouble for a hash whose second secret is not known.
    """
    generation = generation_of(password_hash)
    known = password_hash
    if generation:
        if keys is None:
            raise KeyTrouble("此口令须用数据库密钥核对。 This password is checked with the database's keys")
        password = _keyed(keys.pepper(generation), password)
        known = password_hash.split(":", 2)[2]
    try:
        _HASHER.verify(known or _NOBODYS, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash != ""


class Verifier:
    """Verifies passwords beside the event loop, few at a time. `keys` gives the database's keys, if any."""

    def __init__(self, keys: Callable[[], Keys | None] = lambda: None) -> None:
        self._turn, self._keys = asyncio.Semaphore(AT_ONCE), keys

    def outdated(self, password_hash: str) -> bool:
        """Say whether a hash was made without the second secret in force."""
        keys = self._keys()
        return keys is not None and 0 < keys.peppering() != generation_of(password_hash)

    def can_check(self, password_hash: str) -> bool:
        """Say whether a password can be compared with a hash here: without second secret, or with keys."""
        return not generation_of(password_hash) or self._keys() is not None

    async def fits(self, password_hash: str, password: str) -> bool:
        """Say whether a password is the one of a hash."""
        if len(password) > MOST:
            return False
        async with self._turn:
            return await asyncio.to_thread(fits, password_hash, password, self._keys())

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
            return await asyncio.to_thread(hashed, password, self._keys())

"""Passwords: argon2id (RFC 9106), what is too weak, and one-time passwords.

Lengths and the refusal of common ones follow OWASP ASVS 4.0.3, 2.1; no rules of composition (2.1.9).
"""

from __future__ import annotations

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.low_level import Type

LEAST, MOST = 12, 128
AT_ONCE = 2
"""Hashes computed at a time: each takes 32 MiB, and sign-ins must not keep a node from its work."""
COMMON = frozenset(
    """123456789012 1234567890123 12345678901234 123456123456 111111111111 000000000000 password1234
    password12345 passwordpassword qwertyuiop12 qwertyuiopas 1qaz2wsx3edc 1q2w3e4r5t6y qazwsxedcrfv
    abcdefghijkl abc123abc123 admin1234567 administrator adminadminadmin letmeinletmein iloveyou1234
    woaini123456 woaini520131 woaiwojiaren 5201314520131 88888888888 888888888888 666666666666 123123123123
    112233445566 121212121212 asdfghjkl123 zxcvbnm12345 changeme1234 changemechangeme welcome12345
    p@ssw0rd1234 passw0rd1234 qwerty123456 a123456789012 yibao1234567 yibaoyibaoyibao""".split()
)
_HASHER = PasswordHasher(
    time_cost=3, memory_cost=32_768, parallelism=1, hash_len=32, salt_len=16, type=Type.ID
)
_NOBODYS = (
    "$argon2id$v=19$m=32768,t=3,p=1$bm9ib2R5cyBzYWx0IGhlcmU$qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo"
)
"""A hash of no password at all: an unknown login takes as long to refuse as a wrong password."""


def weak(login: str, password: str) -> bool:
    """Say whether a password must not be taken."""
    folded = password.casefold()
    return (
        not LEAST <= len(password) <= MOST
        or folded in COMMON
        or login.casefold() in folded
        or len(set(folded)) < 5
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

    async def hashed(self, password: str) -> str:
        """Hash a password."""
        async with self._turn:
            return await asyncio.to_thread(hashed, password)

"""Long-lived keys of jurisdictions: SM2 (GB/T 32918) or Ed25519, kept in one file a jurisdiction.

A jurisdiction may hold several: the newest that has begun signs, all that its peers have registered are
accepted. That is how a key is replaced without a gap. Private keys lie in files only their owner reads.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import gmalg
import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from yidi.edges.exchange.protocol import digest_of
from yidi.edges.settings import SettingsFault

SM2, ED25519 = "sm2", "ed25519"
ALGORITHMS = (SM2, ED25519)
_USER_ID = b"1234567812345678"
"""The user id that GB/T 35276 gives where none was agreed."""
_NUMBER_BYTES = 32
_UNCOMPRESSED = 0x04
"""How a point of the curve that is written whole begins (GB/T 32918.1)."""


class PublicKey(Struct, frozen=True, kw_only=True):
    """A registered public key (hex), good from `since` until `until` (instants, or empty: no limit)."""

    id: str
    algorithm: str
    public: str
    since: str = ""
    until: str = ""

    def good_at(self, instant: str) -> bool:
        """Say whether it may be used at an instant."""
        return self.since <= instant and (not self.until or instant < self.until)

    def is_one(self) -> bool:
        """Say whether the public part is a key of its algorithm: of SM2 a point of the curve, 04 x y."""
        try:
            public = bytes.fromhex(self.public)
            if self.algorithm == ED25519:
                Ed25519PublicKey.from_public_bytes(public)
                return True
        except ValueError:
            return False
        whole = len(public) == 1 + 2 * _NUMBER_BYTES and public[0] == _UNCOMPRESSED
        return whole and bool(gmalg.SM2().verify_pk(public))

    def verifies(self, content: bytes, signature: str) -> bool:
        """Check a signature (hex) over bytes."""
        try:
            given, public = bytes.fromhex(signature), bytes.fromhex(self.public)
            if self.algorithm == ED25519:
                Ed25519PublicKey.from_public_bytes(public).verify(given, content)
                return True
            found = gmalg.SM2(uid=_USER_ID, pk=public)
            return len(given) == 2 * _NUMBER_BYTES and bool(
                found.verify(content, given[:_NUMBER_BYTES], given[_NUMBER_BYTES:])
            )
        except (InvalidSignature, ValueError, gmalg.errors.GMError):
            return False


class PrivateKey(Struct, frozen=True, kw_only=True):
    """A private key (hex) and since when it signs. Its repr shows no secret."""

    id: str
    algorithm: str
    secret: str
    public: str
    since: str = ""

    def __repr__(self) -> str:
        return f"PrivateKey({self.id}, {self.algorithm})"

    def sign(self, content: bytes) -> str:
        """Sign bytes; returns hex."""
        secret = bytes.fromhex(self.secret)
        if self.algorithm == ED25519:
            return Ed25519PrivateKey.from_private_bytes(secret).sign(content).hex()
        return joined(*gmalg.SM2(secret, _USER_ID, bytes.fromhex(self.public)).sign(content)).hex()

    def published(self) -> PublicKey:
        """Return what peers are to register."""
        return PublicKey(id=self.id, algorithm=self.algorithm, public=self.public, since=self.since)


def joined(first: bytes, second: bytes) -> bytes:
    """Join the numbers r and s of an SM2 signature, 32 bytes each (GB/T 35276).

    The library writes a number in as few bytes as it needs, so one of 128 signatures would be too short.
    """
    return first.rjust(_NUMBER_BYTES, b"\0") + second.rjust(_NUMBER_BYTES, b"\0")


def make_key(algorithm: str = SM2, since: str = "") -> PrivateKey:
    """Make a fresh key; its id is the beginning of the hash of its public part."""
    if algorithm == ED25519:
        key = Ed25519PrivateKey.generate()
        secret, public = key.private_bytes_raw(), key.public_key().public_bytes_raw()
    elif algorithm == SM2:
        secret, public = gmalg.SM2().generate_keypair()
    else:
        raise ValueError(f"{algorithm}: one of {', '.join(ALGORITHMS)}")
    return PrivateKey(
        id=digest_of(public)[:16], algorithm=algorithm, secret=secret.hex(), public=public.hex(), since=since
    )


class Identities:
    """The private keys of the jurisdictions a process may speak for."""

    def __init__(self, keys: Mapping[str, Iterable[PrivateKey]]) -> None:
        self._keys = {place: tuple(sorted(held, key=lambda key: key.since)) for place, held in keys.items()}

    @property
    def jurisdictions(self) -> frozenset[str]:
        """For whom it may speak."""
        return frozenset(self._keys)

    def signing(self, jurisdiction: str, instant: str, algorithm: str = "") -> PrivateKey | None:
        """Return the newest key that has begun, of an algorithm if one is named; None without any."""
        begun = [
            key
            for key in self._keys.get(jurisdiction, ())
            if key.since <= instant and algorithm in ("", key.algorithm)
        ]
        return begun[-1] if begun else None

    def of(self, jurisdiction: str) -> tuple[PrivateKey, ...]:
        """Return all keys of a jurisdiction, oldest first."""
        return self._keys.get(jurisdiction, ())


def file_of(folder: Path, jurisdiction: str) -> Path:
    """Return where the keys of a jurisdiction lie."""
    return folder / f"{jurisdiction}.toml"


def write_keys(folder: Path, jurisdiction: str, keys: Iterable[PrivateKey]) -> Path:
    """Write private keys so that only their owner reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    file = file_of(folder, jurisdiction)
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        for key in keys:
            rows = msgspec.to_builtins(key)
            out.write("[[keys]]\n" + "".join(f'{name} = "{value}"\n' for name, value in rows.items()) + "\n")
    draft.replace(file)
    return file


class _File(Struct, forbid_unknown_fields=True):
    keys: tuple[PrivateKey, ...]


def read_key_file(file: Path) -> tuple[PrivateKey, ...]:
    """Read the keys of one jurisdiction. Raises SettingsFault when they are missing or seen by others."""
    if not file.exists():
        raise SettingsFault(
            [
                f"{file}: 没有此区划的私钥，由承载它的节点生成（yidi keys make）。"
                f" {file}: no such file; the node that serves this place makes it by `yidi keys make`"
            ]
        )
    if file.stat().st_mode & 0o077:
        raise SettingsFault(
            [f"{file}: 他人可读此私钥，请 chmod 600。 others can read these private keys; chmod 600"]
        )
    try:
        return msgspec.convert(tomllib.loads(file.read_text("utf-8")), _File).keys
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError):
        raise SettingsFault(
            [f"{file}: 不是 yidi keys make 所写的私钥文件。 not a file of keys as `yidi keys make` writes it"]
        ) from None
    except OSError as fault:
        raise SettingsFault([f"{file}: 无法读取。 cannot be read: {fault.strerror}"]) from None


def read_identities(folder: Path, jurisdictions: Iterable[str]) -> Identities:
    """Read the keys of these jurisdictions. Raises SettingsFault with every finding."""
    held: dict[str, tuple[PrivateKey, ...]] = {}
    findings: list[str] = []
    for place in sorted(jurisdictions):
        try:
            held[place] = read_key_file(file_of(folder, place))
        except SettingsFault as fault:
            findings += fault.findings
    if findings:
        raise SettingsFault(findings)
    return Identities(held)

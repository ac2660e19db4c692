"""The master key and the folder it lives in: it wraps the data keys and is never in the database.

It comes from the variable YIDI_MASTER_KEY (32 bytes as base64) or from `master.key` in the node's key
folder. There is no default: a file is made only for a database that has no keys yet, readable by its
owner alone, and a sentence on standard error says so.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yidi.edges.secrecy.troubles import KeyTrouble

log = structlog.get_logger("yidi.secrecy")

VARIABLE = "YIDI_MASTER_KEY"
FILE = "master.key"
KEY_BYTES = 32
NONCE_BYTES = 12


class Master:
    """A master key: wraps and unwraps data keys (AES-256-GCM, GB/T 39786 envelope; NIST SP 800-38D)."""

    __slots__ = ("_cipher", "fingerprint")

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise KeyTrouble(f"主密钥应为 {KEY_BYTES} 字节。 A master key has {KEY_BYTES} bytes, as base64.")
        self._cipher = AESGCM(key)
        self.fingerprint = hashlib.sha256(b"yidi master key\n" + key).hexdigest()[:16]

    def wrap(self, key: bytes, label: str) -> str:
        """Encrypt a data key; `label` says what it is for and must be the same to unwrap it."""
        nonce = os.urandom(NONCE_BYTES)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, key, label.encode())).decode()

    def unwrap(self, wrapped: str, label: str) -> bytes:
        """Decrypt a data key. Raises KeyTrouble when this is not its master key, or it was tampered with."""
        raw = base64.b64decode(wrapped)
        try:
            return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], label.encode())
        except InvalidTag as fault:
            raise KeyTrouble(
                f"数据密钥 {label} 被改动。 The data key {label} was altered: restore the table data_key"
            ) from fault


def read_master(folder: Path, variables: Mapping[str, str] | None = None) -> Master | None:
    """Read the master key from the environment, else from the folder; None when there is neither."""
    given = (os.environ if variables is None else variables).get(VARIABLE, "")
    file = folder / FILE
    if not given and not file.exists():
        return None
    if not given and os.name == "posix" and file.stat().st_mode & 0o077:
        raise KeyTrouble(f"{file}: 他人可读。 Others may read it: chmod 600 it")
    return decoded(given or file.read_text("ascii", errors="replace"))


def decoded(text: str) -> Master:
    """Read a master key from its base64. Raises KeyTrouble; never repeats the text."""
    try:
        return Master(base64.b64decode(text.strip(), validate=True))
    except binascii.Error:
        raise KeyTrouble("主密钥不是 base64。 The master key is not base64") from None


def make_master(folder: Path, name: str = FILE) -> Master:
    """Make a master key in the folder, readable by its owner alone, and say so; one there already is read."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if write_secret(folder / name, base64.b64encode(os.urandom(KEY_BYTES)) + b"\n"):
        log.warning(
            "master_key_made", file=(folder / name).as_posix(), remedy="keep a copy apart from the database"
        )
    return decoded((folder / name).read_text("ascii"))


def write_secret(file: Path, content: bytes) -> bool:
    """Write a file only its owner may read, whole or not at all; False when another process was first."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    return put_in_place(draft, file)


def put_in_place(draft: Path, file: Path) -> bool:
    """Give a finished file its name unless that is taken; the draft is gone afterwards."""
    try:
        os.link(draft, file)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True

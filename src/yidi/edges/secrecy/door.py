"""The door between memory and database: what goes in is encrypted, what comes out is clear.

An encrypted value reads `enc:<generation>:<base64 of nonce, ciphertext and tag>`; AES-256-GCM under the
data key of its jurisdiction and generation, bound to jurisdiction, table and column, so that a value moved
elsewhere does not open. Generation 0 is clear text that happens to begin alike. The empty text stays empty.
A searched value is found by its keyed hash: HMAC-SM3 (GB/T 32905) under the jurisdiction's search key.
"""

from __future__ import annotations

import hmac
import os
from base64 import urlsafe_b64encode
from binascii import a2b_base64
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple, Protocol, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yidi.edges.secrecy.marks import MARKS, SEARCHED
from yidi.edges.secrecy.master import NONCE_BYTES
from yidi.edges.secrecy.troubles import KeyTrouble
from yidi.processes.ports.deciding import Key, Record, View

PREFIX = "enc:"
PLAIN = f"{PREFIX}0:"
REMEMBERED = 50_000
"""Values and hashes kept in memory, each; when full, all are forgotten at once."""
LONG = 400
"""Longer texts are not remembered: they are read once."""
WHOLE_DATABASE = "*"
"""The owner of keys for what belongs to no single jurisdiction: messages under way."""
ABSENT = ""
_STANDARD = bytes.maketrans(b"-_", b"+/")

Opener = tuple[Callable[[bytes, bytes, bytes], bytes], bytes]
"""What decrypts the values of one column, and what they are bound to."""

K = TypeVar("K")
V = TypeVar("V")


class _Layout(NamedTuple):
    """Where the marked columns of a record are (index and label), and its width without ciphers."""

    kept: tuple[tuple[int, str], ...]
    searched: tuple[tuple[int, str], ...]
    width: int


def _layout(record: type[Record]) -> _Layout | None:
    marks = MARKS.get(record)
    if marks is None:
        return None
    fields: tuple[str, ...] = record._fields  # type: ignore[attr-defined]
    places = [(fields.index(field), f"{record.__name__}.{field}", mark) for field, mark in marks.items()]
    return _Layout(
        tuple((index, label) for index, label, mark in places if mark is not SEARCHED),
        tuple((index, label) for index, label, mark in places if mark is SEARCHED),
        len(fields),
    )


_LAYOUTS = {record: layout for record in MARKS if (layout := _layout(record)) is not None}


@cache
def _labels(view: View[Any], layout: _Layout) -> tuple[str, ...]:
    """Return the label of each part of a view's key that is searched by its hash, else nothing."""
    hashed = {label.partition(".")[2]: label for _, label in layout.searched}
    return tuple(hashed.get(column, "") for column in view.by)


class Keys(Protocol):
    """The data keys as the door uses them."""

    def active(self, owner: str) -> int:
        """Return the generation new values are encrypted with; 0 for none."""
        ...

    def cipher(self, owner: str, generation: int) -> AESGCM:
        """Return the cipher of a generation. Raises KeyTrouble when it is not known."""
        ...

    def search(self, owner: str) -> hmac.HMAC:
        """Return the keyed hash of an owner, to be copied. Raises KeyTrouble when there is none."""
        ...

    def peppering(self) -> int:
        """Return the generation of the second secret that new password hashes take; 0 for none."""
        ...

    def pepper(self, generation: int) -> hmac.HMAC:
        """Return that secret's keyed hash, to be copied. Raises KeyTrouble when it is not known."""
        ...


class Door:
    """Encrypts on the way in, decrypts on the way out. Without keys clear values pass and others do not."""

    def __init__(self, keys: Keys | None = None) -> None:
        self.keys = keys
        self._clear: dict[str, tuple[str, str]] = {}
        self._tokens: dict[tuple[str, str], str] = {}
        self._openers: dict[tuple[str, str], Opener] = {}

    def closes(self, owner: str) -> bool:
        """Whether values of this owner are encrypted."""
        return self.keys is not None and self.keys.active(owner) > 0

    def hide(self, owner: str, label: str, value: str) -> str:
        """Encrypt one value; `label` is its table and column."""
        if value == ABSENT:
            return value
        keys = self.keys
        generation = keys.active(owner) if keys is not None else 0
        if keys is None or generation == 0:
            return f"{PLAIN}{value}" if value.startswith(PREFIX) else value
        nonce = os.urandom(NONCE_BYTES)
        bound = f"{owner}/{label}".encode()
        sealed = keys.cipher(owner, generation).encrypt(nonce, value.encode(), bound)
        return f"{PREFIX}{generation}:{urlsafe_b64encode(nonce + sealed).decode()}"

    def show(self, owner: str, label: str, stored: str) -> str:
        """Decrypt one value. Raises KeyTrouble when no key opens it or it was moved or altered."""
        bound = f"{owner}/{label}"
        known = self._clear.get(stored)
        if known is not None and known[0] == bound:
            return known[1]
        if not stored.startswith(PREFIX):
            return stored
        if stored.startswith(PLAIN):
            return stored[len(PLAIN) :]
        clear = self._decrypt(owner, bound, stored)
        if len(stored) <= LONG:
            self._remember(self._clear, stored, (bound, clear))
        return clear

    def _decrypt(self, owner: str, bound: str, stored: str) -> str:
        generation, _, text = stored[len(PREFIX) :].partition(":")
        try:
            decrypt, bytes_bound = self._opener(owner, bound, generation)
            # what base64.urlsafe_b64decode does, in a third of its time: nine values a settlement
            raw = a2b_base64(text.encode().translate(_STANDARD))
            return decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bytes_bound).decode()
        except (InvalidTag, ValueError):
            raise KeyTrouble(
                f"{bound} 的密文被改动或移动。 A value of {bound} was altered or moved from elsewhere"
            ) from None

    def _opener(self, owner: str, bound: str, generation: str) -> Opener:
        """Return what opens a column's values of one generation; made once, as keys never change."""
        found = self._openers.get((bound, generation))
        if found is None:
            if self.keys is None:
                raise KeyTrouble(
                    "数据库已加密，而未给出密钥。 The database is encrypted and no keys were given: "
                    "name the key folder in the settings"
                )
            found = (self.keys.cipher(owner, int(generation)).decrypt, bound.encode())
            self._openers[bound, generation] = found
        return found

    @staticmethod
    def _remember(where: dict[K, V], key: K, value: V) -> None:
        if len(where) >= REMEMBERED:
            where.clear()
        where[key] = value

    def token(self, owner: str, label: str, value: str) -> str:
        """Return what a searched value is looked up by: its keyed hash, or itself where nothing is hidden."""
        if value == ABSENT or not self.closes(owner):
            return value
        assert self.keys is not None
        known = self._tokens.get((owner, label + value))
        if known is None:
            mac = self.keys.search(owner).copy()
            mac.update(f"{label}\n{value}".encode())
            known = urlsafe_b64encode(mac.digest()).decode().rstrip("=")
            self._remember(self._tokens, (owner, label + value), known)
        return known

    def closed(self, record: type[Record], rows: Iterable[Record]) -> Sequence[Record]:
        """Return the rows as they are stored, ciphers of searched fields behind the record's columns."""
        layout = _LAYOUTS.get(record)
        if layout is None:
            return rows if isinstance(rows, Sequence) else tuple(rows)
        return [self._close(layout, row) for row in rows]

    def _close(self, layout: _Layout, row: Record) -> Record:
        owner, values = row[0], list(row)
        for index, label in layout.kept:
            values[index] = self.hide(owner, label, row[index])
        for index, label in layout.searched:
            values[index] = self.token(owner, label, row[index])
            values.append(self.hide(owner, label, row[index]) if self.closes(owner) else ABSENT)
        return tuple(values)

    def opened(self, record: type[Record], rows: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
        """Return rows as read from the database with all columns clear, without their ciphers."""
        layout = _LAYOUTS.get(record)
        return rows if layout is None else [self._open(layout, row) for row in rows]

    def _open(self, layout: _Layout, row: Sequence[Any]) -> Sequence[Any]:
        owner, values = row[0], list(row[: layout.width])
        for index, label in layout.kept:
            if row[index]:
                values[index] = self.show(owner, label, row[index])
        for place, (index, label) in enumerate(layout.searched, layout.width):
            if row[place]:
                values[index] = self.show(owner, label, row[place])
        return values

    def parts(self, view: View[Any], key: Key) -> Sequence[str]:
        """Return the parts of a key as they are stored: searched ones by their hash."""
        layout = _LAYOUTS.get(view.record)
        if layout is None or not layout.searched:
            return key[1:]
        labels = _labels(view, layout)
        if not any(labels):
            return key[1:]
        return [
            self.token(key[1], label, part) if label else part
            for label, part in zip(labels, key[1:], strict=True)
        ]

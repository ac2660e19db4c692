"""Looks at a message from outside, cheapest checks first; nothing is kept of one that is refused.

Order: whole, version, address, sender, clock, key, signature, seen before, body, kind, authority, deadline.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from yidi.domain.dates import read_instant, write_instant
from yidi.domain.refusal import Refusal
from yidi.edges.clock import Clock
from yidi.edges.exchange.authority import overreach
from yidi.edges.exchange.identity import ED25519
from yidi.edges.exchange.keyring import HMAC_SM3, Keyring
from yidi.edges.exchange.protocol import VERSIONS, Head, Message, digest_of, read_head, understood
from yidi.edges.exchange.refusals import (
    CUT_OFF,
    EARLY,
    EXPIRED,
    FORGED,
    KEY_UNKNOWN,
    KIND_UNKNOWN,
    MISADDRESSED,
    OVERDUE,
    RE_ENCODED,
    REPLAYED,
    SENDER_UNKNOWN,
    SPEAKS_FOR_ANOTHER,
    VERSION_UNKNOWN,
)
from yidi.edges.journal.codec import Codec
from yidi.edges.national.signatures import Nonces
from yidi.processes.ports.deciding import Command


class Taken(NamedTuple):
    """A message that passed: its head and the command it brings."""

    head: Head
    command: Command


class Inspector:
    """Checks messages for the jurisdictions `here`; clocks may differ by `window_seconds`."""

    def __init__(
        self,
        keyring: Keyring,
        here: Collection[str],
        clock: Clock,
        window_seconds: int,
        codec: Codec,
        versions: Sequence[str] = VERSIONS,
    ) -> None:
        self._keyring, self._here, self._clock = keyring, frozenset(here), clock
        self._window, self._codec, self._versions = window_seconds, codec, versions
        self._seen = Nonces(window_seconds)
        self.ahead_seconds: dict[str, float] = {}

    def inspect(self, message: Message) -> Taken | Refusal:
        """Check a message between jurisdictions and read its command."""
        now = self._clock()
        head = self.inspect_head(message, now)
        if isinstance(head, Refusal):
            return head
        if trouble := self._signed(head, message, now) or self.inspect_body(head, message, now):
            return trouble
        command = self.read(head, message)
        if isinstance(command, Refusal):
            return command
        if trouble := overreach(head.sender, head.receiver, command):
            return trouble
        if not command.durable and head.deadline and head.deadline < write_instant(now):
            return OVERDUE.because(deadline=head.deadline)
        return Taken(head, command)

    def inspect_own(self, message: Message) -> Taken | Refusal:
        """Check what a jurisdiction asks of itself: its agency at work, on whichever process serves it."""
        now = self._clock()
        head = self.inspect_head(message, now)
        if isinstance(head, Refusal):
            return head
        if trouble := self._signed(head, message, now) or self.inspect_body(head, message, now):
            return trouble
        command = self.read(head, message)
        if isinstance(command, Refusal):
            return command
        others = self._keyring.directory.jurisdictions - {head.sender}
        if head.sender != head.receiver or command.jurisdiction != head.receiver or command.sender in others:
            return SPEAKS_FOR_ANOTHER.because(
                sender=head.sender, claimed=f"{command.sender} → {command.jurisdiction}"
            )
        return Taken(head, command)

    def inspect_plain(self, message: Message) -> Head | Refusal:
        """Check a message that brings no command, such as a question where another message is."""
        now = self._clock()
        head = self.inspect_head(message, now)
        if isinstance(head, Refusal):
            return head
        return self._signed(head, message, now) or self.inspect_body(head, message, now) or head

    def inspect_head(self, message: Message, now: datetime) -> Head | Refusal:
        """Check everything that needs no key: form, version, address, sender, clock."""
        try:
            head = read_head(message.head)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self._unreadable(message)
        if not understood(head.version, self._versions):
            return VERSION_UNKNOWN.because(version=head.version, ours=self._versions[0])
        if head.receiver not in self._here:
            return MISADDRESSED.because(receiver=head.receiver)
        if self._keyring.directory.keys(head.sender) is None:
            return SENDER_UNKNOWN.because(sender=head.sender)
        return self._untimely(head, now) or head

    def inspect_body(self, head: Head, message: Message, now: datetime) -> Refusal | None:
        """Check, after the signature, that it is not seen again and that the body is the signed one."""
        if not self._seen.first(message.signature[:64], now.timestamp()):
            return REPLAYED.because()
        if digest_of(bytes(message.body)) != head.body_hash:
            return RE_ENCODED.because()
        self.ahead_seconds[head.sender] = (read_instant(head.sent_at) - now).total_seconds()
        return None

    def read(self, head: Head, message: Message) -> Command | Refusal:
        """Read the command of a body."""
        try:
            command = self._codec.command(bytes(message.body))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return KIND_UNKNOWN.because(kind=head.kind)
        if type(command).__name__ != head.kind or command.msgid != head.id:
            return KIND_UNKNOWN.because(kind=head.kind)
        return command

    def _unreadable(self, message: Message) -> Refusal:
        """A head of another major version may look otherwise: say so rather than that it is broken."""
        try:
            version = msgspec.json.decode(message.head, type=_Versioned).version
        except (msgspec.DecodeError, UnicodeDecodeError):
            return CUT_OFF.because()
        if understood(version, self._versions):
            return CUT_OFF.because()
        return VERSION_UNKNOWN.because(version=version[:16], ours=self._versions[0])

    def _untimely(self, head: Head, now: datetime) -> Refusal | None:
        try:
            ahead = (read_instant(head.sent_at) - now).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return CUT_OFF.because("sent_at")
        if abs(ahead) <= self._window:
            return None
        kind = EARLY if ahead > 0 else EXPIRED
        return kind.because("sent_at", seconds=int(abs(ahead)), window=self._window)

    def _signed(self, head: Head, message: Message, now: datetime) -> Refusal | None:
        """Check the signature with the key it names."""
        content, instant = bytes(message.head), write_instant(now)
        check: Callable[[], bool] | None = None
        if head.scheme == HMAC_SM3:
            session = self._keyring.accepted(head.receiver, head.sender, head.key_id, now=instant)
            if session is not None:
                expected = session.sign(content).encode()
                check = lambda: hmac.compare_digest(expected, message.signature.encode())  # noqa: E731
        elif head.scheme == ED25519:
            key = self._keyring.directory.key(head.sender, head.key_id, instant)
            if key is not None and key.algorithm == ED25519:
                check = lambda: key.verifies(content, message.signature)  # noqa: E731
        if check is None:
            return KEY_UNKNOWN.because(sender=head.sender, key_id=head.key_id)
        return None if check() else FORGED.because()


class _Versioned(msgspec.Struct):
    version: str

"""The face towards other nodes: takes parcels, offers and questions; refuses in words, and counts that.

A refused message leaves nothing behind but its count. A body over the limit is 413, a peer that sends too
often 429 (after its signature was checked, so nobody uses up another's rate), what cannot be read at all
400, an offer or question that is refused 403; a parcel is answered 200 with a receipt a message.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Protocol

import msgspec
from msgspec import Struct

from yidi.domain.dates import write_instant
from yidi.domain.refusal import Refusal
from yidi.edges.access.rates import Rate
from yidi.edges.access.refusals import TOO_OFTEN
from yidi.edges.clock import Clock
from yidi.edges.exchange.authority import origin_of, question_of
from yidi.edges.exchange.front import Answer, Front
from yidi.edges.exchange.identity import ED25519
from yidi.edges.exchange.inspection import Inspector, Taken
from yidi.edges.exchange.keyring import Keyring
from yidi.edges.exchange.matters import Matter, Matters
from yidi.edges.exchange.metrics import AGREED, REFUSED, taken
from yidi.edges.exchange.protocol import (
    MESSAGES,
    MOST_IN_PARCEL,
    OFFER,
    OFFERS,
    QUESTIONS,
    STATUS,
    TRACE,
    VERSIONS,
    Head,
    Message,
    Offer,
    Receipt,
    Receipts,
    Sightings,
    Trace,
    common,
    encode,
    read_message,
    read_parcel,
)
from yidi.edges.exchange.refusals import CUT_OFF, FORGED, KEY_UNKNOWN, KIND_UNKNOWN, NOT_JSON, TOO_LARGE
from yidi.edges.exchange.revocation import Revocations
from yidi.edges.journal.codec import Codec
from yidi.edges.journal.journal import Busy
from yidi.processes.ports.deciding import Command, Refused, Reply
from yidi.processes.relay.refusals import NOT_KNOWN

Stored = tuple[Head, asyncio.Future[None]]
"""A message taken, and what is done when it is stored."""
OFFERS_AT_ONCE = 2
"""Slow signatures checked at a time, so that offers cannot keep a node from its work."""
SHOWN_CHARACTERS = 60
"""How much of what a stranger says is told back."""
WITHOUT_VERSIONS = "1.0"
_OFFER, _TRACE = msgspec.json.Decoder(Offer), msgspec.json.Decoder(Trace)


class Host(Protocol):
    """What the face needs of its node."""

    def hand_in(self, command: Command, *, first: bool) -> asyncio.Future[None]:
        """Have a message stored, searched for before unless it is sent for the first time; raises Busy."""

    async def ask(self, command: Command) -> Reply:
        """Have a command decided."""

    async def sightings(self, msgid: str) -> Sightings:
        """Say what this node knows of a message."""

    def status(self) -> Struct:
        """Say how the lines to the peers are."""


class Limits(Protocol):
    """The settings the face reads."""

    @property
    def body_limit_bytes(self) -> int: ...
    @property
    def patience_seconds(self) -> float: ...


class Face:
    """Answers other nodes."""

    def __init__(
        self,
        host: Host,
        inspector: Inspector,
        keyring: Keyring,
        matters: Matters,
        codec: Codec,
        clock: Clock,
        limits: Limits,
        here: Collection[str],
        versions: Sequence[str] = VERSIONS,
    ) -> None:
        self._host, self._inspector, self._keyring, self._matters = host, inspector, keyring, matters
        self._codec, self._clock, self._limits, self._here = codec, clock, limits, frozenset(here)
        self._versions = versions
        self._slow = asyncio.Semaphore(OFFERS_AT_ONCE)
        self.rate: Rate | None = None
        self.revocations: Revocations | None = None

    def front(self) -> Front:
        """Make the application that answers."""
        posts = {MESSAGES: self._messages, OFFERS: self._offers, QUESTIONS: self._questions}
        return Front(
            posts,
            {STATUS: self._status},
            self._limits.body_limit_bytes,
            lambda: self._refusing(413, self._too_large()),
            lambda kind: self._refusing(415, NOT_JSON.because(kind=kind[:SHOWN_CHARACTERS])),
            self._turned_away,
        )

    def _turned_away(self, certificate: bytes) -> Answer | None:
        """Answer whoever shows a revoked certificate; the refusal is counted where the list is."""
        refusal = self.revocations.refusal(certificate) if self.revocations is not None else None
        return self._json(403, self._receipts(refusals=(refusal,))) if refusal is not None else None

    async def _messages(self, content: bytes) -> Answer:
        try:
            parcel = read_parcel(content)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._refusing(400, CUT_OFF.because())
        if len(parcel.messages) > MOST_IN_PARCEL:
            return self._refusing(413, self._too_large())
        taken = [self._take(message) for message in parcel.messages]
        receipts = tuple([await _receipt(one) for one in taken])
        answer = self._json(200, self._receipts(receipts=receipts))
        if receipts and all(map(_too_often, receipts)):
            return answer._replace(status=429, retry_after=1)
        return answer

    def _take(self, message: Message) -> Receipt | Stored:
        """Look at one message and have it stored."""
        taken = self._inspector.inspect(message)
        if isinstance(taken, Refusal):
            REFUSED.labels(taken.code).inc()
            return Receipt(id="", stored=False, refusals=(taken,))
        head, command = taken
        wait = self.rate.wait(head.sender) if self.rate is not None else 0
        if wait:
            REFUSED.labels(TOO_OFTEN.code).inc()
            return Receipt(id=head.id, stored=False, refusals=(TOO_OFTEN.because(seconds=wait),))
        self._note(taken)
        try:
            return head, self._host.hand_in(command, first=head.attempt == 0)
        except Busy as busy:
            return Receipt(id=head.id, stored=False, refusals=busy.refused.refusals)

    def _note(self, taken: Taken) -> None:
        """Remember of a question until when somebody waits for the answer, and where."""
        head, command = taken
        if question_of(command) is None and self._matters.of(origin_of(command)) is not None:
            return
        now = self._clock()
        own = write_instant(now + timedelta(seconds=self._limits.patience_seconds))
        deadline = min(head.deadline, own) if head.deadline else own
        urls = self._keyring.directory.urls(head.sender)
        answer_to = head.answer_to if head.answer_to in urls else ""
        self._matters.note(origin_of(command), Matter(deadline, answer_to), now)

    async def _offers(self, content: bytes) -> Answer:
        message = self._message(content)
        if message is None:
            return self._refusing(400, CUT_OFF.because())
        now = self._clock()
        head = self._inspector.inspect_head(message, now)
        if isinstance(head, Refusal):
            return self._refusing(403, head)
        async with self._slow:
            trouble = await self._identity_fault(head, message)
            trouble = trouble or self._inspector.inspect_body(head, message, now)
            if trouble:
                return self._refusing(403, trouble)
            try:
                offer = _OFFER.decode(message.body)
                if head.kind != OFFER:
                    return self._refusing(403, KIND_UNKNOWN.because(kind=head.kind))
                version = common(self._versions, (head.version,)) or self._versions[0]
                answer = await asyncio.to_thread(self._keyring.accept, head, message, offer, version)
            except (msgspec.DecodeError, ValueError):
                return self._refusing(403, KIND_UNKNOWN.because(kind=head.kind))
        AGREED.labels("accepting").inc()
        return self._json(200, answer)

    async def _identity_fault(self, head: Head, message: Message) -> Refusal | None:
        """Check a signature made with a long-lived key."""
        key = self._keyring.directory.key(head.sender, head.key_id, self._now())
        if key is None or key.algorithm != head.scheme:
            return KEY_UNKNOWN.because(sender=head.sender, key_id=head.key_id)
        content = bytes(message.head)
        if key.algorithm == ED25519:
            good = key.verifies(content, message.signature)
        else:
            good = await asyncio.to_thread(key.verifies, content, message.signature)
        return None if good else FORGED.because()

    async def _questions(self, content: bytes) -> Answer:
        """Answer where a message is, to anybody registered; or a jurisdiction's own agency, as itself."""
        message = self._message(content)
        if message is None:
            return self._refusing(400, CUT_OFF.because())
        kind = self._kind_of(message)
        if kind == TRACE:
            head = self._inspector.inspect_plain(message)
            if isinstance(head, Refusal):
                return self._refusing(403, head)
            try:
                wanted = _TRACE.decode(message.body)
            except msgspec.DecodeError:
                return self._refusing(403, KIND_UNKNOWN.because(kind=kind))
            return self._json(200, await self._host.sightings(wanted.msgid))
        taken = self._inspector.inspect_own(message)
        if isinstance(taken, Refusal):
            return self._refusing(403, taken)
        return Answer(200, self._codec.encode(await self._ask(taken.command)))

    async def _ask(self, command: Command) -> Reply:
        try:
            return await asyncio.wait_for(self._host.ask(command), self._limits.patience_seconds)
        except TimeoutError:
            return Refused(refusals=(NOT_KNOWN.because(msgid=command.msgid),))

    async def _status(self, content: bytes) -> Answer:
        return self._json(200, self._host.status())

    @staticmethod
    def _message(content: bytes) -> Message | None:
        try:
            return read_message(content)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    @staticmethod
    def _kind_of(message: Message) -> str:
        try:
            return msgspec.json.decode(message.head, type=_Kind).kind
        except (msgspec.DecodeError, UnicodeDecodeError):
            return ""

    def _too_large(self) -> Refusal:
        limit = self._limits.body_limit_bytes
        return TOO_LARGE.because(limit_bytes=limit, limit_messages=MOST_IN_PARCEL)

    def _now(self) -> str:
        return write_instant(self._clock())

    def _refusing(self, status: int, refusal: Refusal) -> Answer:
        REFUSED.labels(refusal.code).inc()
        return self._json(status, self._receipts(refusals=(refusal,)))

    def _receipts(self, receipts: tuple[Receipt, ...] = (), refusals: tuple[Refusal, ...] = ()) -> Receipts:
        """Answer in the newest version spoken here; the one before the list of versions names none."""
        newest = self._versions[0]
        told = () if newest == WITHOUT_VERSIONS else tuple(self._versions)
        return Receipts(version=newest, at=self._now(), receipts=receipts, refusals=refusals, versions=told)

    @staticmethod
    def _json(status: int, answer: Struct) -> Answer:
        return Answer(status, encode(answer))


async def _receipt(one: Receipt | Stored) -> Receipt:
    """Wait until a message is stored; its receipt."""
    if isinstance(one, Receipt):
        return one
    head, stored = one
    try:
        await stored
    except Exception:  # the journal has logged it; the sender keeps the message
        return Receipt(id=head.id, stored=False, refusals=(NOT_KNOWN.because(msgid=head.id),))
    taken(head.sender).inc()
    return Receipt(id=head.id, stored=True)


def _too_often(receipt: Receipt) -> bool:
    return any(refusal.code == TOO_OFTEN.code for refusal in receipt.refusals)


class _Kind(Struct):
    kind: str

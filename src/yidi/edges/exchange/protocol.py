"""What goes over the wire between nodes: JSON, described in docs/reference/exchange-protocol.md.

A message is a head, a body and a signature. The signature covers the bytes of the head as sent, and the
head holds the hash of the bytes of the body, so whoever writes either anew is found out. Keys this
version does not know are ignored: a later minor version may add some. 1.1 added `versions` to Receipts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives import hashes
from msgspec import Meta, Raw, Struct

from yidi.domain.refusal import Refusal
from yidi.edges.settings import EXCHANGE_VERSIONS

VERSIONS = EXCHANGE_VERSIONS
"""Spoken here, newest first."""
VERSION = VERSIONS[0]
MESSAGES, OFFERS, QUESTIONS, STATUS = (
    "/exchange/messages",
    "/exchange/offers",
    "/exchange/questions",
    "/exchange/status",
)
OFFER, TRACE = "Offer", "Trace"
"""Kinds of messages that are none of a process: a key agreement, and the question where a message is."""
MOST_IN_PARCEL = 256

Code = Annotated[str, Meta(min_length=6, max_length=6)]
Short = Annotated[str, Meta(max_length=64)]
Long = Annotated[str, Meta(max_length=256)]


class Head(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who sends what to whom, until when, and what the body hashes to."""

    version: Annotated[Short, Meta(description="Version of the protocol, major.minor.")]
    id: Annotated[Long, Meta(description="Id of the message; the same message sent again keeps it.")]
    case: Annotated[Long, Meta(description="Ties all messages of one matter together.")] = ""
    sender: Annotated[Code, Meta(description="Division code of the jurisdiction that sends.")]
    receiver: Annotated[Code, Meta(description="Division code of the jurisdiction it is for.")]
    kind: Annotated[Short, Meta(description="What the body is: the type of a command.")]
    deadline: Annotated[Short, Meta(description="Instant (UTC) until which somebody waits.")] = ""
    sent_at: Annotated[Short, Meta(description="Instant (UTC) of this sending.")]
    attempt: Annotated[int, Meta(ge=0, description="How often it was sent before.")] = 0
    answer_to: Annotated[Long, Meta(description="Address of the sending process.")] = ""
    body_hash: Annotated[Short, Meta(description="SM3 (GB/T 32905) of the bytes of the body, hex.")]
    scheme: Annotated[Short, Meta(description="How it is signed: hmac_sm3, ed25519 or sm2.")]
    key_id: Annotated[Short, Meta(description="Which key signed it.")]


class Message(Struct, frozen=True, kw_only=True):
    """A signed message: the signature (hex) covers the bytes of `head` exactly as they stand."""

    head: Raw
    body: Raw
    signature: Annotated[str, Meta(max_length=256)]


class Parcel(Struct, frozen=True, kw_only=True):
    """Messages sent in one request, to be answered one by one; at most 256."""

    messages: list[Message]


class Receipt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one message: stored (or answered, for a question), or refused with the reasons."""

    id: str
    stored: bool
    refusals: tuple[Refusal, ...] = ()


class Receipts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to a parcel, in its order; `at` is the receiver's clock. Refusals of the parcel as such.

    `versions` (since 1.1) are those the receiver speaks, newest first.
    """

    version: str
    at: str
    receipts: tuple[Receipt, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    versions: tuple[str, ...] = ()


class Offer(Struct, frozen=True, kw_only=True):
    """Half of a key agreement: a fresh public key (X25519, hex) and a number used once."""

    public: Annotated[str, Meta(min_length=64, max_length=64)]
    nonce: Annotated[str, Meta(min_length=32, max_length=32)]


class Acceptance(Struct, frozen=True, kw_only=True):
    """The other half: it names the offer by its hash, and says until when the agreed key is taken."""

    public: Annotated[str, Meta(min_length=64, max_length=64)]
    nonce: Annotated[str, Meta(min_length=32, max_length=32)]
    offer_hash: Short
    key_id: Short
    until: Short


class Trace(Struct, frozen=True, kw_only=True):
    """The question what a node knows of a message: an institution's id, or that of one on the way."""

    msgid: Annotated[str, Meta(min_length=1, max_length=256)]


class Sighting(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One trace a message left: where, which message, what happened to it, and when (UTC).

    `what` is received, answered or waiting; a waiting message names whom it waits for (`towards`), how often
    it was tried, and what kept it. A link that has the answer says whether it is accepted or refused
    (`outcome`), and the `codes` of the refusals where it holds them; an older node says neither.
    """

    node: str
    jurisdiction: str
    what: str
    sender: str
    msgid: str
    at: str
    kind: str = ""
    towards: str = ""
    attempts: int = 0
    trouble: str = ""
    outcome: str = ""
    codes: tuple[str, ...] = ()


class Sightings(Struct, frozen=True, kw_only=True):
    """Everything one node knows of a message, oldest first."""

    node: str
    sightings: tuple[Sighting, ...]


_SM3 = hashes.Hash(hashes.SM3())
"""A hash begun: to copy it is cheaper than to choose the algorithm again."""


def digest_of(content: bytes) -> str:
    """Return the SM3 hash (GB/T 32905) of bytes, in hex."""
    hashing = _SM3.copy()
    hashing.update(content)
    return hashing.finalize().hex()


@lru_cache(maxsize=64)
def numbers_of(version: str) -> tuple[int, int] | None:
    """Return major and minor of a version; None when it is none."""
    major, _, minor = version.partition(".")
    if not all(part.isascii() and part.isdigit() and len(part) < 7 for part in (major, minor)):
        return None
    return int(major), int(minor)


def understood(version: str, spoken: Collection[str] = VERSIONS) -> bool:
    """Say whether a version differs from one that is spoken at most in what may be ignored."""
    if version in spoken:
        return True
    numbers = numbers_of(version)
    majors = {known[0] for one in spoken if (known := numbers_of(one)) is not None}
    return numbers is not None and numbers[0] in majors


def spoken_with(speaks: str) -> tuple[str, ...]:
    """Return the versions a node speaks whose newest is `speaks`, newest first."""
    newest = numbers_of(speaks) or (0, 0)
    return (speaks, *(one for one in VERSIONS if (numbers_of(one) or (0, 0)) < newest))


def common(ours: Sequence[str], theirs: Iterable[str]) -> str | None:
    """Return the newest version that both sides speak, first in `ours`; None when there is none.

    Equal majors differ by what may be ignored, so the lower minor is spoken of two.
    """
    for one in ours:
        mine = numbers_of(one)
        known = [there for version in theirs if (there := numbers_of(version)) is not None]
        if mine is not None and any(there[0] == mine[0] and there >= mine for there in known):
            return one
    return None


encode = msgspec.json.encode
_HEAD = msgspec.json.Decoder(Head)
_PARCEL = msgspec.json.Decoder(Parcel)
_MESSAGE = msgspec.json.Decoder(Message)
_RECEIPTS = msgspec.json.Decoder(Receipts)


def read_head(content: bytes | Raw) -> Head:
    """Read a head. Raises msgspec.DecodeError or ValidationError."""
    return _HEAD.decode(content)


def read_parcel(content: bytes) -> Parcel:
    """Read a parcel. Raises msgspec.DecodeError or ValidationError."""
    return _PARCEL.decode(content)


def read_message(content: bytes) -> Message:
    """Read a single message. Raises msgspec.DecodeError or ValidationError."""
    return _MESSAGE.decode(content)


def read_receipts(content: bytes) -> Receipts:
    """Read the answer to a parcel. Raises msgspec.DecodeError or ValidationError."""
    return _RECEIPTS.decode(content)

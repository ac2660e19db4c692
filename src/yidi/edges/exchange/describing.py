"""Writes docs/reference/exchange-protocol.md from the types of the protocol and its refusals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from yidi.edges.exchange.keyring import AGREEMENT
from yidi.edges.exchange.protocol import (
    MESSAGES,
    MOST_IN_PARCEL,
    OFFERS,
    QUESTIONS,
    STATUS,
    VERSION,
    VERSIONS,
    Acceptance,
    Head,
    Message,
    Offer,
    Parcel,
    Receipt,
    Receipts,
    Sighting,
    Sightings,
    Trace,
)
from yidi.edges.exchange.refusals import KINDS

TYPES: tuple[type[Struct], ...] = (
    Head,
    Message,
    Parcel,
    Receipt,
    Receipts,
    Offer,
    Acceptance,
    Trace,
    Sighting,
    Sightings,
)
INTRODUCTION = f"""# The exchange protocol, version {VERSION}

Messages between jurisdictions on different nodes: JSON over HTTP/1.1, TLS with a certificate on both
sides. This page is made from the types in `edges/exchange/protocol.py` by
`python -m scripts.exchange_protocol`; a test says when it is old.

- `POST {MESSAGES}`: a Parcel of at most {MOST_IN_PARCEL} messages. 200 Receipts, in its order;
  400 or 413 Receipts with refusals when the parcel cannot be read.
- `POST {OFFERS}`: a Message of kind `Offer`, signed with a long-lived key. 200 a Message of kind
  `Acceptance`; 403 Receipts with refusals.
- `POST {QUESTIONS}`: a Message of kind `Trace`, or a command of a jurisdiction to itself. 200 Sightings,
  or the reply; 403 Receipts with refusals.
- `GET {STATUS}`: 200 how the node's lines are.
- What is posted says that it is `application/json`; anything else is 415 Receipts with refusals.

**Signing.** A message is `head`, `body` and `signature`. The signature covers the bytes of `head` exactly
as they stand between its braces, braces included; `head.body_hash` is the SM3 hash of the bytes of `body`.
Neither may be written anew on the way. `hmac_sm3`: lower-case hex HMAC-SM3 under the agreed key that
`key_id` names. `ed25519` and `sm2`: hex signature with a registered long-lived key (SM2: r and s, 32 bytes
each, user id 1234567812345678); `sm2` is taken for offers only.

**Agreeing on a key.** Offer and Acceptance are signed with long-lived keys. Both sides compute X25519 of
their fresh keys, and HKDF over SM3 with the hash of the offer (SM3 of head and body, joined) as salt and
`{AGREEMENT} SENDER RECEIVER NONCE NONCE` (offer's first) as info gives 32 bytes. A key is
renewed at half its life; the old one is taken until its end.

**Delivery.** A message is sent until a receipt says `stored`. The same message sent again keeps its `id`
and has a new `attempt`, `sent_at` and signature: a signature seen before is refused. A question (a command
that leaves no trace) has a `deadline`; after it nobody answers.

**Authority.** A province sends to the nation only, and only what is its own: the message, the question or
answer in it, and the care or insured place it names must be the sender. A province takes messages of
others from the nation only. A jurisdiction may command itself.

**Versions.** Spoken here: {", ".join(VERSIONS)}. Equal major versions understand each other: a minor version
only adds keys that may be left out, and unknown keys are ignored. A sender begins with its newest version
and learns from every answer (`version`, and `versions` since 1.1) which the peer speaks; from then on it
writes in the newest both speak. Another major version is refused (MESSAGE-208); if the answer names one
the sender speaks too, the same messages are sent in it at once, else they stay with their sender until one
side is upgraded. A message of a kind the receiver does not know yet is refused (MESSAGE-210) and waits too.
While a nation is upgraded, `speaks` in `[exchange]` keeps a node at the version before.

| version | since the one before |
|---|---|
| 1.1 | `versions` in Receipts; keys are agreed upon as in 1.0 |
| 1.0 | |
"""


def described() -> str:
    """Return the page."""
    parts = [INTRODUCTION, *(_type(kind) for kind in TYPES), _refusals()]
    return "\n".join(parts)


def _type(kind: type[Struct]) -> str:
    _, components = msgspec.json.schema_components([kind])
    fields = components[kind.__name__]
    rows = [f"## {kind.__name__}", "", _words(kind), "", "| field | type | |", "|---|---|---|"]
    needed = set(fields.get("required", ()))
    for name, schema in fields["properties"].items():
        told = schema.get("description", "")
        rows.append(f"| `{name}` | {_kind(schema)} | {told if name in needed else _optional(told)} |")
    return "\n".join([*rows, ""])


def _words(kind: type[Struct]) -> str:
    return " ".join((kind.__doc__ or "").split())


def _optional(told: str) -> str:
    return f"{told} May be left out.".strip()


def _kind(schema: dict[str, Any]) -> str:
    """Name the type of a field and its limits."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    return str(schema.get("type", "any JSON")) + "".join(_limits(schema))


def _limits(schema: dict[str, Any]) -> Iterator[str]:
    least, most = schema.get("minLength"), schema.get("maxLength")
    if least is not None and least == most:
        yield f", {least} characters"
    elif most is not None:
        yield f", at most {most} characters"


def _refusals() -> str:
    rows = ["## Refusals", "", "| code | cause | remedy |", "|---|---|---|"]
    rows += [
        f"| `{kind.code}` | {kind.cause_zh} {kind.cause_en} | {kind.remedy_zh} {kind.remedy_en} |"
        for kind in KINDS
    ]
    return "\n".join([*rows, ""])

"""Keys that sign messages: agreed between two jurisdictions, renewed at half their life, old ones overlap.

The agreement is two messages signed with the long-lived keys (SM2 or Ed25519): each brings a fresh X25519
key, and HMAC-SM3 keys come out by HKDF over SM3. Agreed keys live in memory only: after a restart the
peer's next message is refused by KEY_UNKNOWN, it agrees anew and sends again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Raw

from yidi.domain.dates import write_instant
from yidi.edges.clock import Clock
from yidi.edges.exchange.directory import Directory
from yidi.edges.exchange.identity import ED25519, Identities, PrivateKey
from yidi.edges.exchange.protocol import (
    OFFER,
    VERSION,
    Acceptance,
    Head,
    Message,
    Offer,
    digest_of,
    encode,
    read_head,
)

HMAC_SM3 = "hmac_sm3"
AGREEMENT = "yidi exchange 1.0"
"""Part of every agreed key: stays as it is until keys are agreed upon otherwise, whatever version speaks."""
SCHEMES = (HMAC_SM3, ED25519)
"""How messages are signed; a setting of the sending node, both are taken."""
ACCEPTANCE = "Acceptance"
_ACCEPTANCE = msgspec.json.Decoder(Acceptance)


class NoKey(Exception):
    """A jurisdiction whose private key is not here cannot be spoken for; the words say which and why."""


class Session(NamedTuple):
    """An agreed key between a jurisdiction here and one elsewhere: its HMAC begun; instants as UTC text."""

    mine: str
    theirs: str
    key_id: str
    begun: HMAC
    renew_at: str
    until: str

    def sign(self, content: bytes) -> str:
        """Return the HMAC-SM3 of bytes, in hex."""
        mac = self.begun.copy()
        mac.update(content)
        return mac.finalize().hex()


class Signer(NamedTuple):
    """What goes into a head, and how the head is signed."""

    scheme: str
    key_id: str
    sign: Callable[[bytes], str]


def sign_message(head: Head, body: bytes, signer: Signer, version: str = "") -> Message:
    """Put a message together; the head's hash, scheme and key are filled in here, and another version."""
    whole = msgspec.structs.replace(
        head,
        version=version or head.version,
        body_hash=digest_of(body),
        scheme=signer.scheme,
        key_id=signer.key_id,
    )
    written = encode(whole)
    return Message(head=Raw(written), body=Raw(body), signature=signer.sign(written))


def bare_head(
    sender: str, receiver: str, kind: str, now: datetime, *, id: str = "", version: str = VERSION, **more: Any
) -> Head:
    """Make a head that is not signed yet; without an id it gets one by chance."""
    return Head(
        version=version,
        sender=sender,
        receiver=receiver,
        kind=kind,
        sent_at=write_instant(now),
        id=id or secrets.token_hex(16),
        body_hash="",
        scheme="",
        key_id="",
        **more,
    )


def derived(private: X25519PrivateKey, public: str, offer_hash: str, label: str) -> HMAC:
    """Derive the agreed key of 32 bytes from both halves and everything that was said; an HMAC with it."""
    shared = private.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(public)))
    kdf = HKDF(hashes.SM3(), 32, bytes.fromhex(offer_hash), f"{AGREEMENT} {label}".encode())
    return HMAC(kdf.derive(shared), hashes.SM3())


class Offered(NamedTuple):
    """An offer on its way and what is needed to make a key of its acceptance."""

    message: Message
    private: X25519PrivateKey
    offer_hash: str
    nonce: str


class Keyring:
    """All keys a process signs and checks with. `hours` is how long an agreed key is taken."""

    def __init__(self, identities: Identities, directory: Directory, clock: Clock, hours: float) -> None:
        self.identities, self.directory, self.clock = identities, directory, clock
        self._life = timedelta(hours=hours)
        self._sending: dict[tuple[str, str, str], Session] = {}
        self._accepted: dict[tuple[str, str, str], Session] = {}

    def private(self, jurisdiction: str, algorithm: str = "", *, now: str = "") -> PrivateKey:
        """Return the key a jurisdiction signs with now. Raises NoKey when it is not spoken for here."""
        found = self.identities.signing(jurisdiction, now or self.now(), algorithm)
        if found is None:
            raise NoKey(f"no {algorithm or 'private'} key of {jurisdiction} is on this node")
        return found

    def now(self) -> str:
        """Return the instant as keys name it: what is asked together may be given one."""
        return write_instant(self.clock())

    def own(self, jurisdiction: str, algorithm: str = "") -> Signer:
        """Sign with the long-lived key."""
        key = self.private(jurisdiction, algorithm)
        return Signer(key.algorithm, key.id, key.sign)

    def session(self, mine: str, theirs: str, url: str, *, now: str = "") -> Session | None:
        """Return the key agreed with the process at an address; None when there is none any more."""
        found = self._sending.get((mine, theirs, url))
        return found if found is not None and (now or self.now()) < found.until else None

    def wants_renewal(self, session: Session, *, now: str = "") -> bool:
        """Say whether half of a key's life is over."""
        return (now or self.now()) >= session.renew_at

    def accepted(self, mine: str, theirs: str, key_id: str, *, now: str = "") -> Session | None:
        """Return the key of that name that a peer may sign with now."""
        found = self._accepted.get((mine, theirs, key_id))
        return found if found is not None and (now or self.now()) < found.until else None

    def forget(self, session: Session) -> None:
        """Drop a key the peer does not know; what it signed already is still checked."""
        self._sending = {name: kept for name, kept in self._sending.items() if kept.key_id != session.key_id}

    def offer(self, mine: str, theirs: str, answer_to: str, version: str = VERSION) -> Offered:
        """Begin an agreement: sign a fresh public key. Slow (SM2): call it in a thread."""
        private, nonce = X25519PrivateKey.generate(), secrets.token_hex(16)
        body = encode(Offer(public=private.public_key().public_bytes_raw().hex(), nonce=nonce))
        head = bare_head(mine, theirs, OFFER, self.clock(), version=version, answer_to=answer_to)
        message = sign_message(head, body, self.own(mine))
        return Offered(message, private, digest_of(bytes(message.head) + body), nonce)

    def accept(self, head: Head, message: Message, offer: Offer, version: str = VERSION) -> Message:
        """Answer an offer whose signature was checked, and take the key from now on. Slow (SM2)."""
        private, nonce, now = X25519PrivateKey.generate(), secrets.token_hex(16), self.clock()
        offer_hash = digest_of(bytes(message.head) + bytes(message.body))
        key_id = digest_of(f"{offer_hash} {nonce}".encode())[:16]
        label = f"{head.sender} {head.receiver} {offer.nonce} {nonce}"
        begun = derived(private, offer.public, offer_hash, label)
        until = write_instant(now + self._life)
        body = encode(
            Acceptance(
                public=private.public_key().public_bytes_raw().hex(),
                nonce=nonce,
                offer_hash=offer_hash,
                key_id=key_id,
                until=until,
            )
        )
        answer = bare_head(head.receiver, head.sender, ACCEPTANCE, now, id=head.id, version=version)
        signed = sign_message(answer, body, self.own(head.receiver))
        self._take(Session(head.receiver, head.sender, key_id, begun, self._renew_at(now), until), "")
        if head.answer_to in self.directory.urls(head.sender):
            name = (head.receiver, head.sender, head.answer_to)
            self._sending[name] = self._accepted[head.receiver, head.sender, key_id]
        return signed

    def complete(self, offered: Offered, answer: Message, url: str) -> Session | None:
        """Finish an agreement; None when the answer is not the peer's answer to this offer. Slow (SM2)."""
        asked, now = read_head(offered.message.head), self.clock()
        try:
            head, body = read_head(answer.head), _ACCEPTANCE.decode(answer.body)
            key = self.directory.key(asked.receiver, head.key_id, write_instant(now))
            fits = (
                key is not None
                and (head.kind, head.sender, head.receiver) == (ACCEPTANCE, asked.receiver, asked.sender)
                and head.body_hash == digest_of(bytes(answer.body))
                and body.offer_hash == offered.offer_hash
                and key.verifies(bytes(answer.head), answer.signature)
            )
            if not fits:
                return None
            label = f"{asked.sender} {asked.receiver} {offered.nonce} {body.nonce}"
            begun = derived(offered.private, body.public, offered.offer_hash, label)
        except (msgspec.DecodeError, ValueError):
            return None
        renew_at = min(self._renew_at(now), body.until)
        return self._take(
            Session(asked.sender, asked.receiver, body.key_id, begun, renew_at, body.until), url
        )

    def _renew_at(self, now: datetime) -> str:
        return write_instant(now + self._life / 2)

    def _take(self, session: Session, url: str) -> Session:
        """Sign with a key from now on, where an address is given, and accept it; drop what is over."""
        now = write_instant(self.clock())
        self._accepted = {name: kept for name, kept in self._accepted.items() if now < kept.until}
        self._accepted[session.mine, session.theirs, session.key_id] = session
        if url:
            self._sending[session.mine, session.theirs, url] = session
        return session

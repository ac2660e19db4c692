"""One HTTP line to one address: agrees on keys, signs, posts, and reads what became of each message."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

import httpx
import msgspec

from yidi.domain.dates import read_instant
from yidi.domain.refusal import Refusal
from yidi.edges.clock import Clock
from yidi.edges.exchange.identity import ED25519
from yidi.edges.exchange.keyring import HMAC_SM3, Keyring, NoKey, Session, Signer, sign_message
from yidi.edges.exchange.metrics import AGREED, ahead_of
from yidi.edges.exchange.posting import Answer, Posting
from yidi.edges.exchange.protocol import (
    MESSAGES,
    OFFERS,
    VERSIONS,
    Head,
    Message,
    Parcel,
    Receipt,
    Receipts,
    common,
    encode,
    read_head,
    read_message,
    read_receipts,
)
from yidi.edges.exchange.refusals import KEY_UNKNOWN, SPEAKS_FOR_ANOTHER, VERSION_UNKNOWN

JSON = {"content-type": "application/json"}


class Unsent(Exception):
    """What was posted did not arrive, or nobody knows: send it again. The words name no content."""


class Late(Unsent):
    """The peer took what was posted and has not answered within the budget of a hop."""


class Unsigned(NamedTuple):
    """A message still to be signed: its head without hash and key, and its body."""

    head: Head
    body: bytes


class Line:
    """Posts to the process at `url`. `answer_to` is the own address, empty for who only asks.

    It begins with the newest of `versions` and goes on with the newest that the peer speaks, too.
    """

    def __init__(
        self,
        url: str,
        client: Posting,
        keyring: Keyring,
        scheme: str,
        answer_to: str,
        clock: Clock,
        versions: Sequence[str] = VERSIONS,
    ) -> None:
        self.url, self.ahead_seconds = url.rstrip("/"), 0.0
        self.version, self._versions = versions[0], versions
        self._client, self._keyring, self._scheme = client, keyring, scheme
        self._answer_to, self._clock = answer_to, clock
        self._agreeing: dict[tuple[str, str], asyncio.Task[Session | Refusal]] = {}

    async def post(self, unsigned: list[Unsigned]) -> list[Receipt]:
        """Send messages, one receipt each in their order. Raises Unsent when that is not known.

        Refused for their version, they are sent once more in one that the peer speaks.
        """
        version = self.version
        receipts = await self._post(unsigned)
        if self.version != version and any(map(_of_another_version, receipts)):
            receipts = await self._post(unsigned)
        return receipts

    async def _post(self, unsigned: list[Unsigned]) -> list[Receipt]:
        ready: list[Message] = []
        places: list[int] = []
        receipts: list[Receipt | None] = [None] * len(unsigned)
        signers: dict[tuple[str, str], Signer | Refusal] = {}
        for place, one in enumerate(unsigned):
            pair = (one.head.sender, one.head.receiver)
            if pair not in signers:
                signers[pair] = await self.signer(*pair)
            signer = signers[pair]
            if isinstance(signer, Refusal):
                receipts[place] = Receipt(id=one.head.id, stored=False, refusals=(signer,))
            else:
                ready.append(sign_message(one.head, one.body, signer, self.version))
                places.append(place)
        if ready:
            answer = await self._send(encode(Parcel(messages=ready)))
            if len(answer.receipts) != len(ready):
                refusals = answer.refusals
                answered = tuple(Receipt(id="", stored=False, refusals=refusals) for _ in ready)
            else:
                answered = answer.receipts
            for place, receipt in zip(places, answered, strict=True):
                receipts[place] = receipt
                self._lose_unknown_key(unsigned[place].head, receipt)
        return [receipt for receipt in receipts if receipt is not None]

    async def ask(self, path: str, one: Unsigned) -> bytes:
        """Post one signed question; once more if the key or version is not known. Raises Unsent, NoKey."""
        words = ""
        for _ in range(3):
            version = self.version
            signer = await self.signer(one.head.sender, one.head.receiver)
            if isinstance(signer, Refusal):
                raise Unsent(f"{self.url}: {signer.code} {signer.cause_en}")
            answer = await self._request(path, encode(sign_message(one.head, one.body, signer, version)))
            if answer.status_code == 200:
                return answer.content
            refused = self._refusals(answer)
            self._lose_unknown_key(one.head, Receipt(id="", stored=False, refusals=refused))
            words = "; ".join(f"{refusal.code} {refusal.cause_en}" for refusal in refused)
            words = words or f"status {answer.status_code}"
            key_lost = any(refusal.code == KEY_UNKNOWN.code for refusal in refused)
            if not key_lost and self.version == version:
                break
        raise Unsent(f"{self.url}: {words}")

    async def signer(self, mine: str, theirs: str) -> Signer | Refusal:
        """Return how to sign for a pair: the agreed key, agreed upon now if there is none."""
        now = self._keyring.now()
        try:
            if self._scheme == ED25519:
                return self._keyring.own(mine, ED25519)
            self._keyring.private(mine, now=now)
        except NoKey:
            return SPEAKS_FOR_ANOTHER.because(sender="-", claimed=mine)
        session = self._keyring.session(mine, theirs, self.url, now=now)
        if session is None:
            agreed = await asyncio.shield(self._agreement(mine, theirs))
            if isinstance(agreed, Refusal):
                return agreed
            session = agreed
        elif self._keyring.wants_renewal(session, now=now):
            self._agreement(mine, theirs).add_done_callback(_retrieve)
        return Signer(HMAC_SM3, session.key_id, session.sign)

    def _agreement(self, mine: str, theirs: str) -> asyncio.Task[Session | Refusal]:
        """Return the agreement of a pair that is under way; begin one if there is none."""
        found = self._agreeing.get((mine, theirs))
        if found is None or found.done():
            found = self._agreeing[mine, theirs] = asyncio.create_task(self._agree(mine, theirs))
        return found

    async def _agree(self, mine: str, theirs: str, *, again: bool = True) -> Session | Refusal:
        version = self.version
        offered = await asyncio.to_thread(self._keyring.offer, mine, theirs, self._answer_to, version)
        answer = await self._request(OFFERS, encode(offered.message))
        if answer.status_code != 200:
            refused = self._refusals(answer)
            if again and self.version != version:
                return await self._agree(mine, theirs, again=False)
            if not refused:
                raise Unsent(f"{self.url}: no agreement, status {answer.status_code}")
            return refused[0]
        try:
            message = read_message(answer.content)
        except msgspec.DecodeError:
            raise Unsent(f"{self.url}: the answer to an offer is not a message") from None
        session = await asyncio.to_thread(self._keyring.complete, offered, message, self.url)
        if session is None:
            return KEY_UNKNOWN.because(sender=theirs, key_id=_key_of(message))
        AGREED.labels("offering").inc()
        return session

    def _lose_unknown_key(self, head: Head, receipt: Receipt) -> None:
        if any(refusal.code == KEY_UNKNOWN.code for refusal in receipt.refusals):
            session = self._keyring.session(head.sender, head.receiver, self.url)
            if session is not None:
                self._keyring.forget(session)

    async def _send(self, content: bytes) -> Receipts:
        began = self._clock()
        answer = await self._request(MESSAGES, content)
        try:
            receipts = self._heard(read_receipts(answer.content))
            middle = began + (self._clock() - began) / 2
            self.ahead_seconds = (read_instant(receipts.at) - middle).total_seconds()
        except (msgspec.DecodeError, ValueError, TypeError):
            raise Unsent(f"{self.url}: answered badly, status {answer.status_code}") from None
        ahead_of(self.url).set(self.ahead_seconds)
        if not receipts.receipts and not receipts.refusals:
            raise Unsent(f"{self.url}: answered with nothing, status {answer.status_code}")
        return receipts

    def _heard(self, receipts: Receipts) -> Receipts:
        """Learn from an answer which version to speak."""
        theirs = receipts.versions or (receipts.version,)
        self.version = common(self._versions, theirs) or self._versions[0]
        return receipts

    def _refusals(self, answer: Answer) -> tuple[Refusal, ...]:
        try:
            return self._heard(read_receipts(answer.content)).refusals
        except msgspec.DecodeError:
            return ()

    async def _request(self, path: str, content: bytes) -> Answer:
        try:
            return await self._client.post(self.url + path, content=content, headers=JSON)
        except TimeoutError:
            raise Late(f"{self.url}: late") from None
        except (httpx.HTTPError, OSError) as fault:
            raise Unsent(f"{self.url}: {type(fault).__name__}") from None


def _retrieve(task: asyncio.Task[Session | Refusal]) -> None:
    """Look at how a renewal ended, so that no failure is called unseen; the old key still serves."""
    if not task.cancelled():
        task.exception()


def _key_of(message: Message) -> str:
    """Return the key a message says it is signed with; a dash where its head cannot be read."""
    try:
        return read_head(message.head).key_id or "-"
    except msgspec.DecodeError:
        return "-"


def _of_another_version(receipt: Receipt) -> bool:
    return any(refusal.code == VERSION_UNKNOWN.code for refusal in receipt.refusals)

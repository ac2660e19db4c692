"""Facts about messages: what was received, what was answered, what the nation relayed."""

from __future__ import annotations

from typing import NamedTuple

from yidi.processes.ports.deciding import Many, One


class Received(NamedTuple):
    """A durable command that arrived (the inbox). One a (jurisdiction, sender, msgid), for ever."""

    jurisdiction: str
    sender: str
    msgid: str
    digest: str
    command: str
    case_id: str
    received_at: str


class Replied(NamedTuple):
    """The stored answer to a received command, as JSON of a Reply."""

    jurisdiction: str
    sender: str
    msgid: str
    reply: str
    replied_at: str


class Relayed(NamedTuple):
    """The nation's copy of a question on its way from a care place to an insured place."""

    jurisdiction: str
    msgid: str
    case_id: str
    question: str
    care: str
    insured: str
    origin_sender: str
    origin_msgid: str
    total_fen: int
    relayed_at: str


class Returned(NamedTuple):
    """The nation's copy of the answer on its way back: the third copy of every settlement, in fen."""

    jurisdiction: str
    msgid: str
    case_id: str
    question: str
    care: str
    insured: str
    outcome: str
    settlement_id: str
    undoes: str
    area: str
    scheme: str
    business_day: str
    total_fen: int
    fund_fen: int
    account_fen: int
    person_fen: int
    returned_at: str


class Tombstone(NamedTuple):
    """What must never take effect, seen or not yet: a late original is refused.

    At the care place `subject` is an institution's message id and `sender` the institution; at the insured
    place `subject` is a settlement or visit number and `sender` the care place.
    """

    jurisdiction: str
    sender: str
    subject: str
    reversal_msgid: str
    recorded_at: str


RECEIVED = One("received", Received, ("jurisdiction", "sender", "msgid"))
REPLIED = One("replied", Replied, ("jurisdiction", "sender", "msgid"))
RELAYED = Many("relayed_of_case", Relayed, ("jurisdiction", "case_id"), ("relayed_at", "msgid"))
RETURNED = Many("returned_of_case", Returned, ("jurisdiction", "case_id"), ("returned_at", "msgid"))
TOMBSTONE = One("tombstone", Tombstone, ("jurisdiction", "sender", "subject"))

RECORDS = (Received, Replied, Relayed, Returned, Tombstone)
VIEWS = (RECEIVED, REPLIED, RELAYED, RETURNED, TOMBSTONE)

"""Facts about reversals: a tombstone says that a message, seen or not, may never take effect."""

from __future__ import annotations

from typing import NamedTuple

from yidi.processes.ports.deciding import Many, One


class Tombstone(NamedTuple):
    """A late original is refused. At the care place for an institution's message id, at the insured place
    for a settlement or visit number (`subject`).
    """

    jurisdiction: str
    sender: str
    subject: str
    reversal_msgid: str
    recorded_at: str


class ReversalAsked(NamedTuple):
    """Care place: an institution asked to reverse one of its messages; `target` is settlement or visit."""

    jurisdiction: str
    institution_code: str
    msgid: str
    original_msgid: str
    original_kind: str
    target: str
    target_id: str
    settlement_id: str
    recorded_at: str


TOMBSTONE = One("tombstone", Tombstone, ("jurisdiction", "sender", "subject"))
REVERSALS = Many(
    "reversals",
    ReversalAsked,
    ("jurisdiction", "institution_code", "original_msgid"),
    ("recorded_at", "msgid"),
)

RECORDS = (Tombstone, ReversalAsked)
VIEWS = (TOMBSTONE, REVERSALS)

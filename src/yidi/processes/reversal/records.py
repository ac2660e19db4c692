"""Facts about reversals. That the original may never take effect any more says a `Tombstone` of relay."""

from __future__ import annotations

from typing import NamedTuple

from yidi.processes.ports.deciding import Many


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


REVERSALS = Many(
    "reversals",
    ReversalAsked,
    ("jurisdiction", "institution_code", "original_msgid"),
    ("recorded_at", "msgid"),
)

RECORDS = (ReversalAsked,)
VIEWS = (REVERSALS,)

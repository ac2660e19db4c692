"""What a proof finds: which fact, what was done to it, and the words for it in both languages."""

from __future__ import annotations

from msgspec import Struct

CHANGED = "changed"
REMOVED = "removed"
REORDERED = "reordered"
ADDED = "added"
REWRITTEN = "rewritten"
SEAL_REMOVED = "seal_removed"
SEAL_FORGED = "seal_forged"
UNREADABLE = "unreadable"
WORDS = {
    CHANGED: ("事实被改动", "the fact is not what was recorded"),
    REMOVED: ("事实被删除", "the fact is gone"),
    REORDERED: ("链环被改动或换位", "the link was changed or moved"),
    ADDED: ("链外事实", "the fact was added behind the chain"),
    REWRITTEN: ("封存后链被重写", "the chain is not the one that was sealed"),
    SEAL_REMOVED: ("封印被删除", "a seal is gone"),
    SEAL_FORGED: ("封印不符", "the seal does not hold"),
    UNREADABLE: ("密文被改动", "an encrypted column was altered"),
}
"""What each finding says, in both languages."""


class Finding(Struct, frozen=True):
    """One thing that is wrong: of which fact (`kind`, `fact`: its key), where in which chain or seal."""

    what: str
    jurisdiction: str
    kind: str
    fact: str
    place: str

    def text(self) -> str:
        """Write it as one line in both languages."""
        zh, en = WORDS[self.what]
        return f"{self.what}: {self.jurisdiction} {self.kind} {self.fact} ({self.place}) {zh} {en}"

"""What a run is judged by: what hospitals were told, and what is found wrong."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """Something that must not be."""

    kind: str
    text: str


class Heard(NamedTuple):
    """What a hospital or a portal was told of one message about money, in plain words. Amounts fen.

    `asked` is settle, cancel, reverse or claim; `said` booked, refused, undone, nothing (a reversal found
    nothing to undo) or silence. `about` is the message or settlement it is about.
    """

    asked: str
    said: str
    place: str
    sender: str
    msgid: str
    about: str
    person: str
    settlement_id: str
    undoes: str
    total_fen: int
    fund_fen: int
    person_fen: int
    account_fen: int
    codes: str

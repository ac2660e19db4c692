"""What institutions ask of reversal."""

from __future__ import annotations

from yidi.processes.ports.deciding import Command, Reply


class Reverse(Command, frozen=True, kw_only=True):
    """Undo a message whose answer never came. Answer: Reversed or Refused.

    `original_kind` is settlement or admission (the edge translates the number it is given).
    """

    person_no: str
    original_msgid: str
    original_kind: str


class Reversed(Reply, frozen=True, kw_only=True):
    """The message has no effect now and never will. `found` says whether there was anything to undo."""

    original_msgid: str
    found: bool
    settlement_id: str = ""

"""What institutions ask of reversal."""

from __future__ import annotations

from yidi.processes.ports.deciding import Ask, Command
from yidi.processes.settlement.commands import Reversed

__all__ = ["Reverse", "Reversed", "UndoAdmission"]


class Reverse(Command, frozen=True, kw_only=True):
    """Undo a message whose answer never came. Answer: Reversed or Refused.

    `original_kind` is settlement or admission (the edge translates the number it is given).
    """

    person_no: str
    original_msgid: str
    original_kind: str


class UndoAdmission(Ask, frozen=True, kw_only=True):
    """To the insured place: the stay never was, and a late notice of it is barred. Answer: Done."""

    visit_id: str
    person_no: str

"""The written form of a code: a pattern, and the refusal that says the form when it is not met."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yidi.domain.refusal import Refusal, RefusalKind

SHOWN_CHARACTERS = 40
"""A refused value is shown up to this length: error texts of the interface end at 200 characters."""


def shown(value: str) -> str:
    """Return a value fit to stand in a refusal: printable and short."""
    clean = "".join(mark if mark.isprintable() else "?" for mark in value)
    return clean if len(clean) <= SHOWN_CHARACTERS else clean[:SHOWN_CHARACTERS] + "…"


@dataclass(frozen=True, slots=True)
class Shape:
    """How a kind of code is written. The pattern is matched against the whole text."""

    pattern: re.Pattern[str]
    kind: RefusalKind

    def match(self, text: str) -> re.Match[str] | None:
        """Return the match of the stripped text, None when it has another form."""
        return self.pattern.fullmatch(text.strip())

    def refuse(self, text: str, field: str) -> Refusal:
        """Say that the text is not of this form, naming field, value and form."""
        return self.kind.because(field, value=shown(text))

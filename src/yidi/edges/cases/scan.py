"""Looks through a whole case as written: words with nothing behind them, and strange words in bands."""

from __future__ import annotations

from yidi.domain.policy.grammar import PARTS
from yidi.domain.policy.tree import Node
from yidi.edges.cases.layer import BAND_WORDS
from yidi.edges.cases.sheet import Sheet

_NOTHING = frozenset({"", "null", "Null", "NULL", "~"})
_MAY_BE_EMPTY = frozenset({"source", "sources", "about", "note", "title", "description", "comment", "why",
                           "region", "quality", "tags", "names", "to"})  # fmt: skip
"""Words for readers, and the open end of a band."""


def scan(node: Node, place: str, sheet: Sheet) -> None:
    """List what no reader of a single word would see, at every level of a case.

    A word with nothing behind it is a value somebody forgot: it is neither zero nor without bound.
    """
    for name, entry in (node.entries or {}).items():
        if name in _MAY_BE_EMPTY:
            continue
        here = f"{place}.{name}" if place else name
        if entry.text is not None and entry.text.strip() in _NOTHING:
            sheet.problem(here, entry.line, f"nothing stands after {name}: write a value, 0 or none")
        if name == "bands" and place.partition(".")[0] == "policy":
            _bands(entry, here, sheet)
        if name == "policy":
            _bases(entry, here, {*PARTS, "out_of_scope", *_marks(entry)}, sheet)
        scan(entry, here, sheet)
    for number, item in enumerate(node.items or ()):
        scan(item, f"{place}[{number}]", sheet)


def _bases(node: Node, place: str, known: set[str], sheet: Sheet) -> None:
    """List the strange words of shares of parts in a base, such as {first_self: 50%}."""
    for name, entry in (node.entries or {}).items():
        if name == "base":
            for number, item in enumerate(entry.items or (entry,)):
                for word in set(item.entries or {}) - known:
                    sheet.unknown_word(f"{place}.base[{number}].{word}")
        _bases(entry, f"{place}.{name}", known, sheet)
    for number, item in enumerate(node.items or ()):
        _bases(item, f"{place}[{number}]", known, sheet)


def _marks(node: Node) -> set[str]:
    """Return the marks a policy declares, wherever it does."""
    found = set((node.entries or {})["marks"].entries or {}) if "marks" in (node.entries or {}) else set()
    for entry in (*(node.entries or {}).values(), *(node.items or ())):
        found |= _marks(entry)
    return found


def _bands(node: Node, place: str, sheet: Sheet) -> None:
    """List the strange words of bands written {from: 0, to: 30000, ratio: 50%}."""
    for number, band in enumerate(node.items or ()):
        for word in band.entries or {}:
            if word not in BAND_WORDS:
                sheet.unknown_word(f"{place}[{number}].{word}")

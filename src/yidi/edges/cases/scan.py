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
        here = f"{place}.{name}" if place else name
        if name in _MAY_BE_EMPTY:
            _broken_texts(entry, here, sheet)
            continue
        if _is_nothing(entry):
            text = _BROKEN.format(name) if " " in name else _EMPTY.format(name)
            sheet.problem(here, entry.line, text)
        if name == "bands" and place.partition(".")[0] == "policy":
            _bands(entry, here, sheet)
        if name == "policy":
            _bases(entry, here, {*PARTS, "out_of_scope", *_marks(entry)}, sheet)
        scan(entry, here, sheet)
    for number, item in enumerate(node.items or ()):
        scan(item, f"{place}[{number}]", sheet)


_EMPTY = "nothing stands after {}: write a value, 0 or none"
_BROKEN = "nothing stands after '{}'; inside {{...}} a comma ends a text: put the text in quotes"


def _is_nothing(node: Node) -> bool:
    return node.text is not None and node.text.strip() in _NOTHING


def _broken_texts(node: Node, place: str, sheet: Sheet) -> None:
    """Say where a text for readers was cut at its comma, the rest of it taken for a word."""
    for name, entry in (node.entries or {}).items():
        if " " in name and _is_nothing(entry):
            sheet.problem(f"{place}.{name}", entry.line, _BROKEN.format(name))


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

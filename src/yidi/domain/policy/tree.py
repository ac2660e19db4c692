"""A pack as written: nodes with line numbers, and a reader that collects every fault.

An edge parses YAML into nodes (all scalars stay text); here they are read into terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from yidi.domain.dates import parse_day
from yidi.domain.money import parse_yuan
from yidi.domain.policy import refusals
from yidi.domain.refusal import Refusal, RefusalKind

NONE = "none"
"""How a pack writes that there is no bound."""


class Node(Struct, frozen=True):
    """A piece of a pack file: exactly one of text, items, entries is set; `line` counts from 1."""

    line: int
    text: str | None = None
    items: tuple[Node, ...] | None = None
    entries: dict[str, Node] | None = None


class Fault(Struct, frozen=True):
    """One finding in one pack file. A warning does not stop the pack from being used."""

    file: str
    line: int
    key: str
    refusal: Refusal
    warning: bool = False


class Reader:
    """Reads nodes of one file; remembers the faults instead of stopping at the first."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def fault(
        self, line: int, key: str, kind: RefusalKind, *, warning: bool = False, **values: object
    ) -> None:
        """Remember a finding."""
        self.faults.append(Fault(self.file, line, key, kind.because(key, **values), warning))

    def entries(
        self, node: Node, key: str, required: Mapping[str, str], optional: Iterable[str] = ()
    ) -> dict[str, Node]:
        """Read a mapping; `required` maps each key that must stand here to what it should say."""
        if node.entries is None:
            self.bad(node, key, "a mapping")
            return {}
        known = [*required, *optional]
        for name, entry in node.entries.items():
            if name not in known:
                expected = ", ".join(known)
                self.fault(entry.line, f"{key}.{name}", refusals.UNKNOWN_KEY, expected=expected)
        for name, expected in required.items():
            if name not in node.entries:
                self.fault(node.line, f"{key}.{name}", refusals.MISSING_KEY, expected=expected)
        return {name: entry for name, entry in node.entries.items() if name in known}

    def named(self, node: Node | None, key: str) -> dict[str, Node]:
        """Read a mapping whose keys are names chosen by the author."""
        if node is None:
            return {}
        if node.entries is None:
            self.bad(node, key, "a mapping")
            return {}
        return node.entries

    def items(self, node: Node | None, key: str) -> tuple[Node, ...]:
        """Read a list; a single value counts as a list of one, nothing as an empty one."""
        if node is None:
            return ()
        return node.items if node.items is not None else (node,)

    def bad(self, node: Node, key: str, expected: str) -> None:
        """Remember that a value is not of the expected form."""
        value = node.text if node.text is not None else ("..." if node.items is None else "[...]")
        self.fault(node.line, key, refusals.BAD_VALUE, value=value, expected=expected)

    def text(self, node: Node | None, key: str, default: str = "") -> str:
        """Read a piece of text; `default` when nothing stands there."""
        if node is None:
            return default
        if node.text is None:
            self.bad(node, key, "text")
            return default
        return node.text

    def word(self, node: Node | None, key: str, allowed: Iterable[str], default: str = "") -> str:
        """Read one of the allowed words."""
        text = self.text(node, key, default)
        if node is not None and text not in tuple(allowed):
            self.bad(node, key, ", ".join(allowed))
            return default
        return text

    def yes(self, node: Node | None, key: str) -> bool:
        """Read yes or no; no when nothing stands there."""
        return self.word(node, key, ("yes", "no"), "no") == "yes"

    def number(self, node: Node | None, key: str, default: int = 0) -> int:
        """Read a whole number, zero or more."""
        text = self.text(node, key, str(default))
        if node is not None and not (text.isascii() and text.isdigit() and len(text) < 10):
            self.bad(node, key, "a whole number")
            return default
        return int(text)

    def day(self, node: Node | None, key: str, default: str) -> str:
        """Read a day as 2026-11-22; `none` and nothing give the default."""
        text = self.text(node, key, NONE)
        if text == NONE:
            return default
        day = parse_day(text)
        if day is None and node is not None:
            self.bad(node, key, "a day such as 2026-11-22, or none")
        return default if day is None else day.isoformat()

    def yuan(self, node: Node, key: str) -> int | None:
        """Read an amount in yuan as fen; None for `none`."""
        text = self.text(node, key)
        if text == NONE:
            return None
        amount = parse_yuan(text)
        if amount is None or amount < 0:
            self.bad(node, key, "an amount in yuan such as 1300 or 99.50, or none")
            return 0
        return amount

    def ratio_bp(self, node: Node, key: str, greatest: int = 10_000) -> int:
        """Read a ratio such as 85% or 91.25% as basis points, at most `greatest`."""
        text = self.text(node, key)
        whole, _, decimals = text.removesuffix("%").partition(".")
        digits = whole + decimals
        if not text.endswith("%") or not (digits.isascii() and digits.isdigit() and 1 <= len(whole) <= 5):
            self.bad(node, key, "a ratio such as 85% or 91.25%")
            return 0
        if len(decimals.rstrip("0")) > 2:
            self.fault(node.line, key, refusals.FINER_THAN_BASIS_POINT, value=text)
            return 0
        ratio = int(whole) * 100 + int(decimals[:2].ljust(2, "0"))
        if ratio > greatest:
            self.bad(node, key, f"at most {greatest // 100}%")
        return ratio

    def points_bp(self, node: Node, key: str) -> int:
        """Read percentage points with their sign, such as -10 or +2.5, as basis points."""
        text = self.text(node, key)
        amount = parse_yuan(text)
        if amount is None:
            self.bad(node, key, "percentage points such as -10 or +2.5")
            return 0
        return amount

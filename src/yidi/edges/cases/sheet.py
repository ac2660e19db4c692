"""Reads a case's words and values: forgiving where the meaning is plain, listing every unknown word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from msgspec import Struct

from yidi.domain.dates import parse_day
from yidi.domain.money import GREATEST_FEN, format_yuan, parse_yuan
from yidi.domain.policy.tree import Node

_YES = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}
_TEN_THOUSAND = "万"
_ENDLESS = frozenset({"none", "null", "~", "", "无", "以上", "unlimited", "inf", ".inf", "∞"})
_SPACES = re.compile(r"[\s,，_¥￥]")


class Problem(Struct, frozen=True):
    """Something in a case that cannot be used: where, what, and what to write instead."""

    place: str
    line: int
    text: str


class Sheet:
    """One case while it is read: remembers problems and unknown words instead of stopping."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.unknown: list[str] = []

    def problem(self, place: str, line: int, text: str) -> None:
        """Remember a problem."""
        self.problems.append(Problem(place, line, text))

    def unknown_word(self, word: str) -> None:
        """Remember a word that is not part of the language."""
        if word not in self.unknown:
            self.unknown.append(word)

    def words(
        self,
        node: Node | None,
        place: str,
        known: Mapping[str, str],
        others: dict[str, Node] | None = None,
    ) -> dict[str, Node]:
        """Read a mapping by its known words; `known` maps what may be written to what it means.

        Other words are unknown, or put into `others` by their place when somebody else may know them.
        """
        found: dict[str, Node] = {}
        if node is None:
            return found
        if node.entries is None:
            if node.text not in _ENDLESS:
                self.problem(place, node.line, "must be a mapping of words to values")
            return found
        for word, entry in node.entries.items():
            meaning = known.get(word)
            if meaning is None and others is not None:
                others[f"{place}.{word}"] = entry
            elif meaning is None:
                self.unknown_word(f"{place}.{word}" if place else word)
            elif meaning in found:
                self.problem(f"{place}.{word}", entry.line, f"says {meaning} a second time")
            else:
                found[meaning] = entry
        return found

    def text(self, node: Node | None, place: str, default: str = "") -> str:
        """Read a piece of text."""
        if node is None:
            return default
        if node.text is None:
            self.problem(place, node.line, "must be text")
            return default
        return node.text.strip()

    def fen(self, node: Node | None, place: str, default: int = 0) -> int:
        """Read an amount of yuan as fen."""
        if node is None:
            return default
        amount = amount_fen(node.text) if node.text is not None else None
        if amount is None:
            self.problem(place, node.line, _not_an_amount(node.text or ""))
            return default
        return amount

    def number(self, node: Node, place: str) -> int:
        """Read a whole number."""
        text = (node.text or "").strip().removesuffix("岁")
        if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
            self.problem(place, node.line, "must be a whole number")
            return 0
        return int(text)

    def yes(self, node: Node, place: str) -> bool:
        """Read yes or no."""
        found = _YES.get((node.text or "").strip().lower())
        if found is None:
            self.problem(place, node.line, "must be yes or no")
        return bool(found)

    def day(self, node: Node, place: str, *, loose: bool = False) -> str:
        """Read a day; `loose` also takes a month or a year, as its first day."""
        text = _plain_day((node.text or "").strip())
        tries = [text, f"{text}-01", f"{text}-01-01"] if loose else [text]
        for found in map(parse_day, tries):
            if found is not None:
                return found.isoformat()
        self.problem(place, node.line, "must be a day such as 2026-11-22")
        return ""


def _not_an_amount(text: str) -> str:
    """Say why a text is no amount: too large, finer than a fen, or no number at all."""
    number = _NUMBER.fullmatch(_SPACES.sub("", text).removesuffix("元").removesuffix(_TEN_THOUSAND))
    if number is None:
        return "must be an amount in yuan such as 1300, 99.50 or 1.5万"
    if len(number[2] or "") > 2 and not text.strip().removesuffix("元").endswith(_TEN_THOUSAND):
        return f"must be an amount in yuan with at most two decimals (fen), not {text.strip()}"
    return f"is out of range: {text.strip()} is more than {format_yuan(GREATEST_FEN)} yuan"


_NUMBER = re.compile(r"[+-]?(\d+)(?:\.(\d*))?", re.ASCII)


def _plain_day(text: str) -> str:
    """Write 2023/6/1 or 2023年6月1日 as 2023-06-01; anything else stays as it is."""
    found = _DAY.fullmatch(text)
    return "-".join(part.zfill(2) for part in found.groups() if part) if found is not None else text


_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?", re.ASCII)


def amount_fen(text: str) -> int | None:
    """Read 1300, 1,300.50, 1300元 or 1.5万 as fen; None when it is no amount to the fen."""
    plain = _SPACES.sub("", text).removesuffix("元")
    if not plain.endswith(_TEN_THOUSAND):
        return parse_yuan(plain)
    try:
        exact = Decimal(plain.removesuffix(_TEN_THOUSAND)) * 1_000_000
    except InvalidOperation:
        return None
    return int(exact) if exact == exact.to_integral_value() and abs(exact) < 10**17 else None


def ratio_text(text: str) -> str:
    """Write a plain fraction between 0 and 1 as a percentage; anything else stays as it is."""
    text = text.replace("％", "%")
    if re.fullmatch(r"0?\.\d+", text.strip(), re.ASCII):
        return f"{(Decimal(text.strip()) * 100).normalize():f}%"
    return text.strip()


def is_endless(text: str | None) -> bool:
    """Say whether a text means that there is no bound."""
    return text is not None and text.strip().lower() in _ENDLESS

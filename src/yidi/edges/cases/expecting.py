"""Reads what a case expects: figures by name, how a source rounded them, and what it got wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from msgspec import Struct

from yidi.domain.money import format_yuan
from yidi.domain.policy.tree import Node
from yidi.edges.cases.figures import Value, rounded
from yidi.edges.cases.sheet import Sheet, amount_fen

_SPEC = {"published": "published", "value": "published", "right": "right", "why": "why", "note": "why"}
_SPEC_ALL = {**_SPEC, "rounded_to": "rounded_to", "rounded": "rounded"}
UNITS = {"fen": Fraction(1), "jiao": Fraction(10), "yuan": Fraction(100), "万元": Fraction(1_000_000)}
_BANDS = re.compile(r"(.*[._])?bands")
_RATIO = re.compile(r"(\d{1,3})(?:\.(\d{1,8}))?%|([01])\.(\d{1,8})")


class Written(Struct, frozen=True):
    """A figure as written: an amount in fen, or a ratio with the decimals it was given (`places`)."""

    text: str
    fen: int | None = None
    ratio: Fraction | None = None
    places: int = 0


class Expected(Struct, frozen=True):
    """One expected figure. `right` is what a wrong published figure should have been, and `why`."""

    name: str
    line: int
    published: Written
    right: Written | None = None
    why: str = ""
    unit: Fraction = Fraction(1)
    down: bool = False

    def agrees(self, value: Value) -> bool:
        """Say whether the computed figure is the right one (the published one, where it is not wrong)."""
        return self._meets(value, self.right or self.published)

    def _meets(self, value: Value, written: Written) -> bool:
        if value.ratio is None:
            return written.fen is not None and self._rounded(Fraction(value.fen)) == written.fen
        if written.ratio is None or value.ratio[1] == 0:
            return False
        unit = Fraction(1, 10**written.places)
        return rounded(Fraction(*value.ratio), unit, down=self.down) == written.ratio

    def _rounded(self, fen: Fraction) -> Fraction:
        return rounded(fen, self.unit, down=self.down)

    def published_is_right(self, value: Value) -> bool:
        """Say whether the published figure is met, whatever the case says is right."""
        return self._meets(value, self.published)


def read_expected(node: Node | None, place: str, sheet: Sheet) -> list[Expected]:
    """Read the expected figures of a visit or a case, nested or by their whole names."""
    if node is None:
        return []
    if node.entries is None:
        sheet.problem(place, node.line, "must be a mapping of figures to amounts")
        return []
    return [found for name, entry in _flat(node, "") if (found := _expected(name, entry, place, sheet))]


def _flat(node: Node, prefix: str) -> Iterator[tuple[str, Node]]:
    for name, entry in (node.entries or {}).items():
        whole = f"{prefix}{name}"
        if entry.entries is not None and not {"published", "value"} & set(entry.entries):
            yield from _flat(entry, f"{whole}.")
        elif entry.items is not None and _BANDS.fullmatch(whole):
            for number, item in enumerate(entry.items, 1):
                yield f"{whole.removesuffix('s')}{number}", item
        else:
            yield whole, entry


def _expected(name: str, node: Node, place: str, sheet: Sheet) -> Expected | None:
    place = f"{place}.{name}"
    if node.entries is None:
        written = _written(node, place, sheet)
        return None if written is None else Expected(name, node.line, written)
    given = sheet.words(node, place, _SPEC_ALL)
    published = _written(given["published"], place, sheet) if "published" in given else None
    right = _written(given["right"], place, sheet) if "right" in given else None
    why = sheet.text(given.get("why"), f"{place}.why")
    if published is None:
        return None
    if right is not None and not why:
        sheet.problem(place, node.line, "says the published figure is wrong, but not why")
    how = sheet.text(given.get("rounded"), f"{place}.rounded", "half_up")
    if how not in ("half_up", "down"):
        sheet.unknown_word(f"{place}.rounded: {how}")
    unit = _unit(given.get("rounded_to"), place, sheet)
    return Expected(name, node.line, published, right, why, unit, how == "down")


def _unit(node: Node | None, place: str, sheet: Sheet) -> Fraction:
    if node is None:
        return Fraction(1)
    text = (node.text or "").strip()
    if text in UNITS:
        return UNITS[text]
    fen = amount_fen(text)
    if fen is None or fen <= 0:
        sheet.unknown_word(f"{place}.rounded_to: {text}")
        return Fraction(1)
    return Fraction(fen)


def _written(node: Node, place: str, sheet: Sheet) -> Written | None:
    """Read 1300, 99.50, 1.5万 as an amount; 64.53% or 0.6453 also as a ratio."""
    text = (node.text or "").strip().replace("％", "%")
    fen = amount_fen(text)
    found = _RATIO.fullmatch(text)
    if found is not None:
        percent, decimals, whole, fraction = found.groups()
        if percent is not None:
            places = len(decimals or "") + 2
            return Written(text, fen, Fraction(int(percent + (decimals or "")), 10**places), places)
        return Written(text, fen, Fraction(int(whole + fraction), 10 ** len(fraction)), len(fraction))
    if fen is None:
        sheet.problem(place, node.line, f"must be an amount in yuan or a percentage, not '{text}'")
        return None
    return Written(text, fen)


def value_text(value: Value) -> str:
    """Write a computed figure as people read it: yuan, or a percentage to two places."""
    if value.ratio is None:
        return format_yuan(value.fen)
    if value.ratio[1] == 0:
        return "-"
    basis_points = int(rounded(Fraction(*value.ratio) * 10_000, Fraction(1), down=False))
    return f"{basis_points // 100}.{basis_points % 100:02d}%"

"""Which statements travel together: one round trip for many views or tables instead of one for each.

A statement that serves several views is written and planned once for their set. A set that is covered by
a statement known already takes that one, with nothing asked of the rest: an empty part costs
microseconds, a new plan milliseconds. So a busy node soon lives on a few texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

SPARE_PARTS = 8
"""How many parts a statement may have that are not asked for this time."""


class Part:
    """One view or table in a bundle: its SQL with its parameters numbered from 1, and how many they are."""

    __slots__ = ("count", "sql")

    def __init__(self, sql: Callable[[int], str], count: int) -> None:
        self.sql, self.count = sql, count


class Bundle:
    """A statement of several parts, in a fixed order."""

    __slots__ = ("names", "text", "widths")

    def __init__(
        self, names: Sequence[str], parts: Mapping[str, Part], write: Callable[[list[str]], str]
    ) -> None:
        self.names = tuple(names)
        self.widths = tuple(parts[name].count for name in names)
        texts, first = [], 1
        for name, width in zip(names, self.widths, strict=True):
            texts.append(parts[name].sql(first))
            first += width
        self.text = write(texts)

    def parameters(self, given: Mapping[str, Sequence[str]]) -> list[str | None]:
        """Put the arrays of every part in order; a part that is not asked for gets none, so no rows."""
        arrays: list[str | None] = []
        for name, width in zip(self.names, self.widths, strict=True):
            arrays += given[name] if name in given else [None] * width
        return arrays


class Bundles:
    """The bundles known so far. `write` joins the texts of the parts into one statement."""

    def __init__(self, parts: Mapping[str, Part], write: Callable[[list[str]], str]) -> None:
        self._parts, self._write = parts, write
        self._place = {name: number for number, name in enumerate(parts)}
        self._found: dict[frozenset[str], Bundle] = {}
        self._made: list[tuple[frozenset[str], Bundle]] = []

    def serving(self, names: Iterable[str]) -> Bundle:
        """Return a bundle that has these parts, and not many more."""
        wanted = frozenset(names)
        bundle = self._found.get(wanted)
        if bundle is None:
            bundle = self._found[wanted] = self._nearest(wanted) or self._make(wanted)
        return bundle

    def _nearest(self, wanted: frozenset[str]) -> Bundle | None:
        covering = [
            (len(names), bundle)
            for names, bundle in self._made
            if wanted <= names and len(names) <= len(wanted) + SPARE_PARTS
        ]
        return min(covering, key=lambda found: found[0])[1] if covering else None

    def _make(self, wanted: frozenset[str]) -> Bundle:
        bundle = Bundle(sorted(wanted, key=self._place.__getitem__), self._parts, self._write)
        self._made.append((wanted, bundle))
        return bundle

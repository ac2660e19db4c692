"""The sums of a comparison so far, by kind of group, in whole numbers without bound; they can be kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from yidi.edges.batch.policy.reasons import Refused
from yidi.edges.batch.policy.tally import CHANGES, MEASURES, Grouped

Array = np.ndarray[Any, np.dtype[Any]]
KINDS = ("place", "level", "standing", "age", "bin")
AGES = ((0, 17), (18, 44), (45, 59), (60, 74), (75, 199))


class Totals:
    """Sums by kind and group. `groups[kind][label]` are the measures, then the changes.

    `refused` says how many visits were refused for which reason.
    """

    def __init__(
        self, groups: dict[str, dict[str, list[int]]] | None = None, refused: dict[str, Refused] | None = None
    ) -> None:
        self.groups = groups or {kind: {} for kind in KINDS}
        self.refused = refused or {}

    def add(self, piece: Grouped, labels: Sequence[Sequence[str]]) -> None:
        """Add the sums of a piece; `labels` name its groups of every kind but the bins."""
        for kind, sums, changes, names in zip(KINDS, piece.sums, piece.changes, (*labels, ()), strict=True):
            for at in np.flatnonzero(sums[:, 0] + changes[:, 0]):
                label = names[int(at)] if kind != "bin" else str(at)
                row = [*map(int, sums[at]), *map(int, changes[at])]
                before = self.groups[kind].setdefault(label, [0] * (MEASURES + CHANGES))
                self.groups[kind][label] = [a + b for a, b in zip(before, row, strict=True)]

    def over(self, kind: str, part: int | None = None) -> dict[str, list[int]]:
        """Return the sums of a kind; of places by one part of the label, `area` 0 or `scheme` 1."""
        found: dict[str, list[int]] = {}
        for label, row in self.groups[kind].items():
            name = label if part is None else label.split(" ")[part]
            before = found.get(name)
            found[name] = row if before is None else [a + b for a, b in zip(before, row, strict=True)]
        return dict(sorted(found.items()))

    def deciles(self) -> dict[str, list[int]]:
        """Cut the cost bins into ten groups of persons, as equal as whole bins allow, lowest first."""
        bins = sorted((int(label), row) for label, row in self.groups["bin"].items())
        persons = sum(row[MEASURES] for _, row in bins)
        found: dict[str, list[int]] = {}
        seen = 0
        for _, row in bins:
            name = str(min(seen * 10 // max(persons, 1), 9) + 1).rjust(2, "0")
            before = found.get(name, [0] * len(row))
            found[name] = [a + b for a, b in zip(before, row, strict=True)]
            seen += row[MEASURES]
        return found


def age_groups(age: Array) -> Array:
    """Return each age's band; an impossible age (the first above the last band) is in the last."""
    edges = [first for first, _ in AGES[1:]]
    bands = np.searchsorted(edges, np.arange(AGES[-1][1] + 2), side="right").astype(np.int32)
    return bands[age]


def age_labels() -> list[str]:
    """Name the bands."""
    return [f"{first}-{last}" if last < 199 else f"{first}+" for first, last in AGES]

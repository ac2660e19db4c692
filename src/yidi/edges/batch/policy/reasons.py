"""Why visits were refused: how many for which reason, with the first row and its finding as the example.

A reason is looked up once for each kind of visit (`Shelf.kinds`), at the counter, in the file's order: the
same file gives the same reasons whatever the pieces and threads. Where a rule stops at what no source
decides, the first such visit of a kind speaks for all; what it said is kept for a run that is broken off.
"""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import msgspec
import numpy as np

from yidi.domain.policy.policy import Policies, Policy
from yidi.domain.refusal import Refusal
from yidi.edges.batch.policy.compiled import REFUSED, Answered, Asked
from yidi.edges.batch.policy.counter import refusals_of
from yidi.edges.batch.policy.flat import Shelf
from yidi.edges.batch.policy.visits import Lexicon, Visits, day_text

Array = np.ndarray[Any, np.dtype[Any]]


WRONG_BILLS = 64
"""Ways a bill may be wrong: each of five heads below zero, and the sum."""


class Refused(msgspec.Struct):
    """Visits that are refused for one reason, by side; `refusal` is that of the first, in row `first_row`."""

    refusal: Refusal
    first_row: int
    base: int = 0
    reform: int = 0


class Kind(NamedTuple):
    """Visits of a piece that are refused for the same reason; `row` is the first of them in the piece."""

    kind: int
    row: int
    visits: int


def kinds_of(shelf: Shelf, visits: Visits, asked: Asked, answered: Answered) -> list[Kind]:
    """Sort the refused visits of a piece by what they are refused for, in the order of first rows."""
    rows = np.flatnonzero(answered.state == REFUSED)
    if not len(rows):
        return []
    heads = visits.heads[:, rows]
    wrong = (heads[0] != heads[1:].sum(axis=0)).astype(np.int64)
    for head in heads:
        wrong = 2 * wrong + (head < 0)
    kinds = shelf.kinds(visits, asked.combination, rows) * WRONG_BILLS + wrong
    found, first, counts = np.unique(kinds, return_index=True, return_counts=True)
    made = [Kind(int(k), int(rows[f]), int(c)) for k, f, c in zip(found, first, counts, strict=True)]
    return sorted(made, key=lambda kind: kind.row)


class Reasons:
    """Finds the reasons of one side: the base, or the reform."""

    def __init__(self, policies: Policies, lexicon: Lexicon, shelf: Shelf, *, reform: bool) -> None:
        self._shelf = shelf
        self._policies, self._lexicon, self._reform = policies, lexicon, reform
        self._known: dict[int, list[tuple[str, Refusal]]] = {}
        self.said: dict[str, list[str]] = {}
        """What visits of a policy's answers are counted under, by a name that outlives the run."""

    def add(self, visits: Visits, kinds: list[Kind], first: int, into: dict[str, Refused]) -> None:
        """Count the refused visits of a piece whose first row is row `first` of the file, from 0."""
        for kind, row, count in kinds:
            if kind not in self._known:
                self._known[kind] = self._found(visits, kind, row, into)
            for label, refusal in self._known[kind]:
                number = first + row + 1
                counted = into.setdefault(label, Refused(refusal, number))
                if number < counted.first_row:
                    counted.refusal, counted.first_row = refusal, number
                if self._reform:
                    counted.reform += count
                else:
                    counted.base += count

    def _found(
        self, visits: Visits, kind: int, row: int, into: dict[str, Refused]
    ) -> list[tuple[str, Refusal]]:
        """Return the findings on a kind: those kept for it, else those on its first visit."""
        if kind < 0 or kind % WRONG_BILLS:
            return self._ask(visits, row)
        told = [self._reform, *self._shelf.told(visits, row)]
        name = hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:32]
        if name in self.said:
            return [(label, into[label].refusal) for label in self.said[name]]
        found = self._ask(visits, row)
        self.said[name] = [label for label, _ in found]
        return found

    def _ask(self, visits: Visits, row: int) -> list[tuple[str, Refusal]]:
        """Return the findings on a visit, each with what it is counted under."""
        area, scheme = (
            self._lexicon.words[n][visits.codes[i, row]] for i, n in enumerate(("area", "scheme"))
        )
        policy = self._policies.find(area, scheme, day_text(int(visits.day[row])))
        pack = policy.pack_id if isinstance(policy, Policy) else ""
        findings = refusals_of(self._policies, visits, self._lexicon, row)
        return [(f"{pack} {scheme} {each.code} {each.field}", each) for each in findings]

"""Cuts a failing case down: fewer stories, fewer faults, fewer charges, as long as it fails the same way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from yidi.edges.simulation.plan import Case

RUNS = 120
"""How many runs a shrinking may take."""
Fails = Callable[[Case], bool]


class Shrinking:
    """One shrinking: `fails` says whether a case still fails the same way."""

    def __init__(self, fails: Fails, runs: int = RUNS) -> None:
        self._fails, self.left = fails, runs

    def smallest(self, case: Case) -> Case:
        """Return the smallest case found."""
        before = None
        while before != case and self.left > 0:
            before = case
            case = self._fewer(case, "stories")
            case = self._fewer(case, "faults")
            case = self._fewer_charges(case)
        return case

    def _still(self, case: Case) -> bool:
        self.left -= 1
        return self.left >= 0 and self._fails(case)

    def _fewer(self, case: Case, part: str) -> Case:
        """Leave out ever smaller pieces of a part: half, a quarter, ... one by one."""
        rows: Sequence[Any] = getattr(case, part)
        size = len(rows)
        while size >= 1 and self.left > 0:
            start = 0
            while start < len(rows) and self.left > 0:
                fewer = (*rows[:start], *rows[start + size :])
                smaller = msgspec.structs.replace(case, **{part: fewer})
                if self._still(smaller):
                    case, rows = smaller, fewer
                else:
                    start += size
            size //= 2
        return case

    def _fewer_charges(self, case: Case) -> Case:
        for number, story in enumerate(case.stories):
            for kept in (1, 2, 3):
                if len(story.charges) <= kept:
                    break
                less = msgspec.structs.replace(story, charges=story.charges[:kept])
                stories = (*case.stories[:number], less, *case.stories[number + 1 :])
                smaller = msgspec.structs.replace(case, stories=stories)
                if self._still(smaller):
                    case = smaller
                    break
        return case

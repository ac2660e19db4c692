"""What a visit must know of its settlements, without knowing settlement: the port between the two.

Settlement comes later in the life of a case, so a visit may not read its facts. It asks this question,
and settlement answers it from the facts whose keys it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from yidi.processes.ports.deciding import Facts, Key


class Chargeable(Protocol):
    """A fee line as far as settlement counts it."""

    @property
    def line_id(self) -> str:
        """The line's number within the visit."""

    @property
    def batch(self) -> str:
        """The charge batch of an outpatient line; empty for a stay."""


class Coverage(NamedTuple):
    """What settlements hold of a visit.

    `settlement_of` gives for each line that may not change any more its settlement: one that stands, or one
    asked and not yet answered. `standing` are the numbers of settlements booked and not undone, `under_way`
    of those whose answer (to settle or to undo) is missing; `claimed` says that direct settlement of the
    visit is closed for a manual claim.
    """

    settlement_of: Mapping[str, str] = {}
    standing: tuple[str, ...] = ()
    under_way: tuple[str, ...] = ()
    claimed: bool = False

    @property
    def free(self) -> bool:
        """Whether nothing of the visit is settled, being settled or claimed."""
        return not (self.standing or self.under_way or self.claimed)


class SettledLines(Protocol):
    """Answers which lines of a visit are settled."""

    def needs(self, jurisdiction: str, visit_id: str) -> Iterable[Key]:
        """Name the facts the answer is made from."""

    def coverage(
        self, facts: Facts, jurisdiction: str, visit_id: str, live: Sequence[Chargeable]
    ) -> Coverage:
        """Answer for a visit whose live lines, in the order sent, are `live`."""

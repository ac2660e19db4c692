"""What settlement needs of later processes when a settlement is undone: the port between the two.

A settlement may have been reduced since it was booked: by an audit, a refund or a dispute. Settlement comes
earlier in the life of a case and may not read those facts. It books the whole negative and asks this port
to withdraw every such correction in the same commit, so that nothing is given back twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from yidi.processes.ports.deciding import Decision, Facts, Key, Moment


class Corrections(Protocol):
    """Knows at a care place what was taken back of its settlements."""

    def needs(self, jurisdiction: str, settlement_id: str) -> Iterable[Key]:
        """Name the facts about corrections of a settlement."""

    def needs_then(self, facts: Facts, jurisdiction: str, settlement_id: str) -> Iterable[Key]:
        """Name what those facts refer to."""

    def withdrawn(self, facts: Facts, jurisdiction: str, settlement_id: str, moment: Moment) -> Decision:
        """Withdraw what stands of the corrections of a settlement that is undone with this decision.

        Returns the records and messages to add; nothing where nothing was corrected.
        """

"""Fund settlement lists 医保基金结算清单 of settled visits, every version kept (regulation 5.2 step 12)."""

from __future__ import annotations

from collections.abc import Iterable

from yidi.domain.codes.shape import shown
from yidi.domain.refusal import Refusal
from yidi.processes.ports.deciding import Decision, Done, Facts, Key, Moment, accepted, refused
from yidi.processes.ports.settled import SettledLines
from yidi.processes.visit.access import needs_of_visit, own_visit
from yidi.processes.visit.changes import lines_of, needs_of_lines
from yidi.processes.visit.commands import SubmitSettlementList
from yidi.processes.visit.records import SettlementList
from yidi.processes.visit.refusals import NOT_SETTLED


class SettlementLists:
    """Takes settlement lists."""

    def __init__(self, settled: SettledLines) -> None:
        self._settled = settled

    def needs(self, command: SubmitSettlementList, facts: Facts) -> Iterable[Key]:
        """Need the visit and its settlements."""
        yield from needs_of_visit(command, facts)
        yield from needs_of_lines(command.jurisdiction, command.visit_id, self._settled)

    def take(self, command: SubmitSettlementList, facts: Facts, moment: Moment) -> Decision:
        """Keep the list of a settlement that stands, and give it its number."""
        now = own_visit(command, facts, command.person_no)
        if isinstance(now, Refusal):
            return refused(command, now)
        place, visit_id = command.jurisdiction, command.visit_id
        coverage = self._settled.coverage(facts, place, visit_id, lines_of(facts, place, visit_id))
        if command.settlement_id not in coverage.standing:
            missing = NOT_SETTLED.because(
                "settlement_id", visit_id=visit_id, settlement_id=shown(command.settlement_id)
            )
            return refused(command, missing)
        kept = SettlementList(
            jurisdiction=place,
            visit_id=visit_id,
            settlement_id=command.settlement_id,
            list_no=moment.reference,
            institution_code=command.sender,
            content=command.content,
            recorded_at=moment.instant,
        )
        return accepted(command, Done(reference=kept.list_no), kept)

"""Care place: the material of a claim is sent, and direct settlement of the visit closed and opened again."""

from __future__ import annotations

from collections.abc import Iterable

from yidi.processes.claim.commands import ClaimEnded, SendMaterial
from yidi.processes.claim.deciding import CLOSED, REOPENED, Desk
from yidi.processes.claim.messages import material
from yidi.processes.ports.deciding import Decision, Facts, Key, Moment, Record
from yidi.processes.settlement.commands import BookSettlement
from yidi.processes.settlement.records import CLOSINGS, DirectClosing
from yidi.processes.settlement.views import closing_claim


class Materials:
    """Answers insured places that ask for a visit's material."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def needs_first(self, command: SendMaterial, facts: Facts) -> Iterable[Key]:
        """Name what is to be known of the visit."""
        return self._desk.needs_bill(command.jurisdiction, command.visit_id)

    def needs_then(self, command: SendMaterial, facts: Facts) -> Iterable[Key]:
        """Name what follows from it."""
        return self._desk.needs_bill_then(command.jurisdiction, command.visit_id, facts)

    def send(self, command: SendMaterial, facts: Facts, moment: Moment) -> Decision:
        """Send the bill of what was not settled directly, and close direct settlement; or say why not."""
        here, visit_id, claim_id = command.jurisdiction, command.visit_id, command.claim_id
        found = self._desk.bill(command, visit_id, (command.person_no, *command.numbers), claim_id, facts)
        if not isinstance(found, BookSettlement):
            return Decision(messages=(material(command, None, found),))
        records: tuple[Record, ...] = ()
        if closing_claim(facts.many(CLOSINGS, here, visit_id)) != claim_id:
            records = (DirectClosing(here, visit_id, claim_id, CLOSED, moment.instant),)
        return Decision(records, (material(command, found),))


def needs_end(command: ClaimEnded, facts: Facts) -> Iterable[Key]:
    """Name the closings of the visit."""
    return (CLOSINGS.key(command.jurisdiction, command.visit_id),)


def end(command: ClaimEnded, facts: Facts, moment: Moment) -> Decision:
    """Open direct settlement again, if this claim closed it here."""
    here, visit_id = command.jurisdiction, command.visit_id
    if closing_claim(facts.many(CLOSINGS, here, visit_id)) != command.claim_id:
        return Decision()
    return Decision((DirectClosing(here, visit_id, command.claim_id, REOPENED, moment.instant),))

"""Care place: corrections are withdrawn when their settlement is undone, or when together they are too much.

A withdrawal is the negative of one correction, written and reported as that was: a line of a later table.
It does not matter in which order a province hears of the undoing, of a deduction and of a resolved dispute:
whatever comes last withdraws what is too much.
"""

from __future__ import annotations

from collections.abc import Iterable

from yidi.processes.clearing.corrected import Correction, Taken, needs_of, needs_then, taken_of, written
from yidi.processes.clearing.records import ClearingAdjustment
from yidi.processes.ports.deciding import Command, Decision, Facts, Key, Moment, Record
from yidi.processes.settlement.records import ASKED, SettlementAsked

REASON = "结算已撤销，原更正一并收回 | the correction is withdrawn: its settlement is undone or struck"


class Corrections:
    """The answer to `ports.corrected.Corrections`, from the facts of clearing at the care place."""

    def needs(self, jurisdiction: str, settlement_id: str) -> Iterable[Key]:
        """Name the facts about corrections of a settlement."""
        return needs_of(jurisdiction, settlement_id)

    def needs_then(self, facts: Facts, jurisdiction: str, settlement_id: str) -> Iterable[Key]:
        """Name what those facts refer to."""
        return needs_then(facts, jurisdiction, settlement_id)

    def withdrawn(self, facts: Facts, jurisdiction: str, settlement_id: str, moment: Moment) -> Decision:
        """Withdraw everything that stands of the corrections of a settlement that is undone now."""
        asked = facts.one(ASKED, jurisdiction, settlement_id)
        if asked is None:
            return Decision()
        return withdraw(taken_of(facts, asked)._replace(undone=True), asked, facts, moment)


def withdraw(taken: Taken, asked: SettlementAsked, facts: Facts, moment: Moment) -> Decision:
    """Withdraw what is too much of the corrections of a settlement."""
    records: list[Record] = []
    messages: list[Command] = []
    for each in taken.surplus():
        row = withdrawal(each, asked, moment)
        decision = written(row, asked, facts, moment, declaration="")
        records += decision.records
        messages += decision.messages
    return Decision(tuple(records), tuple(messages))


def withdrawal(each: Correction, asked: SettlementAsked, moment: Moment) -> ClearingAdjustment:
    """Make the negative of a correction. A penalty is no correction: it stays."""
    return ClearingAdjustment(
        asked.jurisdiction,
        each.withdrawal,
        asked.settlement_id,
        moment.today.isoformat()[:7],
        each.way.value,
        asked.jurisdiction,
        asked.insured,
        asked.scheme,
        asked.institution_code,
        each.cleared_in,
        -each.amount_fen,
        0,
        REASON,
        each.number,
        moment.instant,
    )

"""Insured place: a booking is undone by its negative, and every counter and the account are as before.

A reversal of what was never booked leaves a tombstone, so that a late original is refused. Only a
cancellation must go latest first; a reversal undoes what its sender does not know to exist, and sums of
entries are restored in any order.
"""

from __future__ import annotations

from collections.abc import Iterable

from yidi.domain.ledger.entry import Entry, Line
from yidi.domain.refusal import Refusal
from yidi.processes.enrolment.records import ACCOUNT, PERSON, RELATIONS, AccountEntry
from yidi.processes.ports.deciding import Decision, Facts, Key, Moment, Record, Refused
from yidi.processes.relay.commands import homeward
from yidi.processes.relay.records import TOMBSTONE, Tombstone
from yidi.processes.settlement.booking import DIRECT
from yidi.processes.settlement.cancelling import REVERSE
from yidi.processes.settlement.commands import PersonShown, UndoBooking, UndoneNothing
from yidi.processes.settlement.person import relation_of, shown
from yidi.processes.settlement.records import (
    COUNTERS,
    COUNTERS_OF_SETTLEMENT,
    POSTINGS,
    SETTLEMENT,
    SETTLEMENTS_OF_VISIT,
    SETTLEMENTS_OF_YEAR,
    Settlement,
)
from yidi.processes.settlement.refusals import LATER_SETTLEMENT_FIRST, NEVER_BOOKED, UNDONE_BEFORE
from yidi.processes.settlement.statement import encoded, stated, undoing_step
from yidi.processes.settlement.views import live_settlements, postings

_AMOUNTS = tuple([name for name in Settlement._fields if name.endswith("_fen")])


def needs_first(command: UndoBooking, facts: Facts) -> Iterable[Key]:
    """Name the booking, what it moved, and whether it is barred already."""
    here = command.jurisdiction
    return (
        SETTLEMENT.key(here, command.undoes),
        SETTLEMENTS_OF_VISIT.key(here, command.visit_id),
        COUNTERS_OF_SETTLEMENT.key(here, command.undoes),
        POSTINGS.key(here, f"B{command.undoes}"),
        TOMBSTONE.key(here, command.care, command.undoes),
        PERSON.key(here, command.person_no),
        RELATIONS.key(here, command.person_no),
        ACCOUNT.key(here, command.person_no),
    )


def needs_then(command: UndoBooking, facts: Facts) -> Iterable[Key]:
    """Name the settlements and the counters of the year of the booking."""
    here, booked = command.jurisdiction, facts.one(SETTLEMENT, command.jurisdiction, command.undoes)
    if booked is None:
        return ()
    return (
        SETTLEMENTS_OF_YEAR.key(here, booked.person_no, booked.year),
        COUNTERS.key(here, booked.person_no, booked.year),
    )


def undo(command: UndoBooking, facts: Facts, moment: Moment) -> Decision:
    """Book the negative, or leave a tombstone, or say why neither."""
    here = command.jurisdiction
    booked = facts.one(SETTLEMENT, here, command.undoes)
    if booked is None or booked.care != command.care or booked.person_no != command.person_no:
        return undo_nothing(command, facts, moment)
    refusals = tuple(faults(command, facts, booked))
    if refusals:
        return Decision(messages=(homeward(command, Refused(refusals=refusals)),))
    row = negative_row(booked, command, moment)
    settled = stated(row, *holder(facts, booked, moment))
    return Decision(negative_records(row, booked, facts), (homeward(command, settled),))


def undo_nothing(command: UndoBooking, facts: Facts, moment: Moment) -> Decision:
    """Bar the original for ever when it is reversed; a cancellation of what was never booked is refused."""
    if command.because != REVERSE:
        found = NEVER_BOOKED.because("settlement_id", settlement_id=command.undoes)
        return Decision(messages=(homeward(command, Refused(refusals=(found,))),))
    reply = homeward(command, UndoneNothing(undoes=command.undoes))
    if facts.one(TOMBSTONE, command.jurisdiction, command.care, command.undoes) is not None:
        return Decision(messages=(reply,))
    tombstone = Tombstone(
        command.jurisdiction, command.care, command.undoes, command.origin_msgid, moment.instant
    )
    return Decision((tombstone,), (reply,))


def faults(command: UndoBooking, facts: Facts, booked: Settlement) -> Iterable[Refusal]:
    """Find why a booking cannot be undone: it is already, or (cancellation) later ones must go first."""
    here = command.jurisdiction
    for row in facts.many(SETTLEMENTS_OF_VISIT, here, booked.visit_id):
        if row.undoes == booked.settlement_id:
            values = {"settlement_id": booked.settlement_id, "undone_by": row.settlement_id}
            yield UNDONE_BEFORE.because("settlement_id", **values)
            return
    if command.because == REVERSE:
        return
    rows = facts.many(SETTLEMENTS_OF_YEAR, here, booked.person_no, booked.year)
    of_year = [row for row in live_settlements(rows) if row.kind == DIRECT]
    last = of_year[-1]
    if last.settlement_id != booked.settlement_id:
        yield LATER_SETTLEMENT_FIRST.because(
            "settlement_id",
            settlement_id=last.settlement_id,
            institution=last.institution_name or last.institution_code,
            day=last.business_day,
        )


def holder(facts: Facts, booked: Settlement, moment: Moment) -> tuple[PersonShown, int]:
    """Return the person as the negative statement names them, and the balance after the money returned."""
    here = booked.jurisdiction
    person = facts.one(PERSON, here, booked.person_no)
    assert person is not None, f"the person of settlement {booked.settlement_id} is unknown"
    relation = relation_of(facts.many(RELATIONS, here, booked.person_no), booked.scheme, booked.area)
    balance_fen = sum(facts.sums(ACCOUNT, here, booked.person_no).values()) + booked.account_fen
    return shown(person, relation, moment.today.isoformat()), balance_fen


def negative_row(booked: Settlement, command: UndoBooking, moment: Moment) -> Settlement:
    """Make the settlement fact with every amount negated."""
    amounts = {name: -getattr(booked, name) for name in _AMOUNTS}
    return booked._replace(
        settlement_id=command.settlement_id,
        case_id=command.case,
        undoes=booked.settlement_id,
        business_day=moment.today.isoformat(),
        explanation=encoded((undoing_step(booked),)),
        booked_at=moment.instant,
        **amounts,
    )


def negative_records(row: Settlement, booked: Settlement, facts: Facts) -> tuple[Record, ...]:
    """Make the negative of every fact of a booking; `row` is the settlement that undoes it."""
    here, at, negative_id = row.jurisdiction, row.booked_at, row.settlement_id
    records: list[Record] = [row]
    for entry in facts.many(COUNTERS_OF_SETTLEMENT, here, booked.settlement_id):
        records.append(entry._replace(settlement_id=negative_id, amount=-entry.amount, recorded_at=at))
    if booked.account_fen:
        records.append(
            AccountEntry(here, booked.person_no, negative_id, "settlement", booked.account_fen, at)
        )
    entry_id = f"B{booked.settlement_id}"
    lines = [
        Line(line.account, line.counterpart, line.scheme, line.amount_fen)
        for line in facts.many(POSTINGS, here, entry_id)
    ]
    undoing = Entry(entry_id, lines).negated(f"B{negative_id}")
    return (*records, *postings(here, undoing, row.business_day, at))

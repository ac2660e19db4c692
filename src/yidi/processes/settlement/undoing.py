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
from yidi.processes.settlement.commands import Settled, UndoBooking, UndoneNothing
from yidi.processes.settlement.entering import postings
from yidi.processes.settlement.person import relation_of, shown
from yidi.processes.settlement.records import (
    COUNTERS,
    COUNTERS_OF_SETTLEMENT,
    POSTINGS,
    SETTLEMENT,
    SETTLEMENTS_OF_VISIT,
    SETTLEMENTS_OF_YEAR,
    AccumulatorEntry,
    Settlement,
)
from yidi.processes.settlement.refusals import LATER_SETTLEMENT_FIRST, NEVER_BOOKED, UNDONE_BEFORE
from yidi.processes.settlement.statement import encoded, negative
from yidi.processes.settlement.views import live_settlements


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
    settled = negative_of(command, facts, booked, moment)
    records = negative_records(command, facts, booked, settled, moment)
    return Decision(records, (homeward(command, settled),))


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


def negative_of(command: UndoBooking, facts: Facts, booked: Settlement, moment: Moment) -> Settled:
    """Make the negative statement; the balance is that after the money returned."""
    here = command.jurisdiction
    person = facts.one(PERSON, here, booked.person_no)
    assert person is not None, f"the person of settlement {booked.settlement_id} is unknown"
    relation = relation_of(facts.many(RELATIONS, here, booked.person_no), booked.scheme, booked.area)
    balance_fen = sum(facts.sums(ACCOUNT, here, booked.person_no).values()) + booked.account_fen
    day = moment.today.isoformat()
    return negative(booked, command.settlement_id, shown(person, relation, day), balance_fen, moment)


def negative_records(
    command: UndoBooking, facts: Facts, booked: Settlement, settled: Settled, moment: Moment
) -> tuple[Record, ...]:
    """Make the negative of every fact of a booking."""
    here, at, negative_id = command.jurisdiction, moment.instant, command.settlement_id
    records: list[Record] = [negative_row(booked, command, settled, at)]
    for row in facts.many(COUNTERS_OF_SETTLEMENT, here, booked.settlement_id):
        records.append(
            AccumulatorEntry(here, row.person_no, row.year, negative_id, row.counter, -row.amount, at)
        )
    if booked.account_fen:
        records.append(
            AccountEntry(here, booked.person_no, negative_id, "settlement", booked.account_fen, at)
        )
    entry_id = f"B{booked.settlement_id}"
    rows = facts.many(POSTINGS, here, entry_id)
    lines = [Line(row.account, row.counterpart, row.scheme, row.amount_fen) for row in rows]
    entry = Entry(entry_id, lines).negated(f"B{negative_id}")
    return (*records, *postings(here, entry, settled.business_day, at))


def negative_row(booked: Settlement, command: UndoBooking, settled: Settled, at: str) -> Settlement:
    """Make the settlement fact with every amount negated."""
    amounts = {name: -getattr(booked, name) for name in Settlement._fields if name.endswith("_fen")}
    return booked._replace(
        settlement_id=command.settlement_id,
        case_id=command.case,
        undoes=booked.settlement_id,
        business_day=settled.business_day,
        explanation=encoded(settled.steps),
        booked_at=at,
        **amounts,
    )

"""Insured place: a computed benefit becomes facts, all of them or none.

The settlement with its inputs and explanation, what it adds to the counters, the account payment, and the
double entry.
"""

from __future__ import annotations

from collections.abc import Callable

from yidi.domain.benefit.plan import STAYS
from yidi.domain.ledger.settlement import entry_of_booking, entry_of_claim
from yidi.processes.enrolment.records import AccountEntry
from yidi.processes.ports.deciding import Decision, Facts, Moment, Record, Refused
from yidi.processes.relay.commands import homeward
from yidi.processes.settlement.booking import CLAIM, DIRECT, Booker, Computed
from yidi.processes.settlement.commands import BookSettlement, Settled, StepShown
from yidi.processes.settlement.person import shown
from yidi.processes.settlement.records import AccumulatorEntry, Settlement
from yidi.processes.settlement.statement import (
    Inputs,
    encoded,
    fund_columns,
    general_terms_step,
    standing_step,
    statement,
)
from yidi.processes.settlement.telling import paid_counter
from yidi.processes.settlement.views import Booked, postings


def book(command: BookSettlement, computed: Computed, moment: Moment, kind: str = DIRECT) -> Booked:
    """Make the statement and the records of a booking: settlement, counters, account, postings."""
    settled = statement_of(command, computed, moment, command.settlement_id)
    here, person_no, benefit = command.jurisdiction, command.person_no, computed.benefit
    at, settlement_id = moment.instant, command.settlement_id
    records: list[Record] = [settlement_row(command, computed, settled, kind, at)]
    for name, amount in benefit.counters:
        if amount and not (computed.same_stay and name == STAYS):
            records.append(AccumulatorEntry(here, person_no, computed.year, settlement_id, name, amount, at))
    for balance, paid_fen in benefit.accounts:
        counter = paid_counter(balance)
        records.append(AccumulatorEntry(here, person_no, computed.year, settlement_id, counter, paid_fen, at))
    if benefit.account_fen:
        records.append(AccountEntry(here, person_no, settlement_id, "settlement", -benefit.account_fen, at))
    paid = [(share.fund, share.paid_fen) for share in settled.shares]
    entry_id = f"B{settlement_id}"
    if kind == CLAIM:
        entry = entry_of_claim(entry_id, settled.area, settled.scheme, person_no, paid)
    else:
        entry = entry_of_booking(
            entry_id, settled.area, settled.scheme, command.care, paid, benefit.account_fen
        )
    records += postings(here, entry, settled.business_day, at)
    return Booked(settled, tuple(records))


def statement_of(command: BookSettlement, computed: Computed, moment: Moment, settlement_id: str) -> Settled:
    """Make the statement of what was computed; without a settlement number it is a trial's."""
    return statement(
        command,
        computed.benefit,
        computed.policy,
        shown(computed.person, computed.relation, command.ended_on),
        moment,
        settlement_id=settlement_id,
        area=computed.relation.area,
        care_kind=computed.situation.care_kind.value,
        standing=computed.situation.standing.value,
        filing_id=computed.stands.filing_id,
        year=computed.year,
        balance_fen=computed.balance_fen,
        first_steps=first_steps(command, computed),
    )


def first_steps(command: BookSettlement, computed: Computed) -> tuple[StepShown, ...]:
    """Explain what was decided before any amount: the standing, and on which terms a visit is settled."""
    stands, bill = computed.stands, computed.bill
    standing = standing_step(stands.row, stands.reason, stands.standing.value, bill)
    if command.care_kind == computed.situation.care_kind:
        return (standing,)
    return (standing, general_terms_step(command.disease_code, bill))


def settlement_row(
    command: BookSettlement, computed: Computed, settled: Settled, kind: str, at: str
) -> Settlement:
    """Make the settlement fact, with inputs and explanation as JSON."""
    totals = command.totals
    inputs = Inputs(
        computed.situation,
        computed.bill,
        dict(computed.counters),
        computed.own_fen,
        command.use_account,
        settled.shares,
        command.visit_kind,
        tuple([item.line_id for item in command.items]),
        settled.completed_for_demonstration,
    )
    return Settlement(
        command.jurisdiction,
        command.settlement_id,
        command.person_no,
        command.visit_id,
        command.case,
        kind,
        command.batch,
        "",
        command.care,
        command.care_area,
        command.institution_code,
        command.institution_name,
        settled.area,
        settled.scheme,
        settled.care_kind,
        settled.standing,
        settled.filing_id,
        computed.stands.filing_version,
        settled.pack_id,
        settled.pack_hash,
        settled.year,
        totals.total_fen,
        totals.full_self_fen,
        totals.over_limit_fen,
        totals.first_self_fen,
        totals.in_scope_fen,
        settled.deductible_fen,
        *fund_columns(settled.shares),
        settled.fund_fen,
        settled.person_fen,
        settled.account_fen,
        settled.cash_fen,
        settled.hospital_fen,
        settled.business_day,
        encoded(inputs),
        encoded(settled.steps),
        at,
    )


def decide_booking(booker: Booker) -> Callable[[BookSettlement, Facts, Moment], Decision]:
    """Make the decision on a question of a care place: book and answer, or only compute for a trial."""

    def decide(command: BookSettlement, facts: Facts, moment: Moment) -> Decision:
        computed = booker.compute(command, facts, moment)
        if not isinstance(computed, Computed):
            return Decision(messages=(homeward(command, Refused(refusals=computed)),))
        if command.queries:
            settled = statement_of(command, computed, moment, "")
            return Decision(messages=(homeward(command, settled),))
        settled, records = book(command, computed, moment)
        return Decision(records, (homeward(command, settled),))

    return decide

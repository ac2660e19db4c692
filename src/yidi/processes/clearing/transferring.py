"""Provinces: notices arrive, are handed over, paid in full and confirmed; the nation sees every step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from yidi.domain.ledger.deduction import (
    entry_of_deduction_cleared,
    entry_of_deduction_offset,
    entry_of_recovery_cleared,
    entry_of_recovery_offset,
)
from yidi.domain.ledger.entry import Entry
from yidi.domain.ledger.movement import Transfer, entry_of_clearing_paid, entry_of_clearing_received
from yidi.domain.money import format_yuan
from yidi.domain.refusal import Refusal
from yidi.processes.clearing.commands import (
    ConfirmReceipt,
    Direction,
    HandToFinance,
    Named,
    NoticesIssued,
    PayNotice,
    Step,
    StepTaken,
    Way,
)
from yidi.processes.clearing.publishing import records_of
from yidi.processes.clearing.records import (
    NOTICE,
    NOTICE_LINES,
    STEPS_OF_MONTH,
    ClearingNotice,
    ClearingPublished,
    ClearingStep,
)
from yidi.processes.clearing.refusals import (
    NO_SUCH_NOTICE,
    NOT_HANDED_OVER,
    NOT_PAID_YET,
    STEP_TAKEN_ALREADY,
    WRONG_AMOUNT,
)
from yidi.processes.ports.deciding import (
    NATION,
    Command,
    Decision,
    Done,
    Facts,
    Key,
    Moment,
    accepted,
    refused,
)
from yidi.processes.settlement.views import postings


def hear_notices(command: NoticesIssued, facts: Facts, moment: Moment) -> Decision:
    """Keep the notices, and set the deductions and refunds of the table off against what is owed."""
    here, month, count = command.jurisdiction, command.month, len(command.notices)
    done = ClearingPublished(here, month, command.version, command.basis, count, moment.instant)
    records = [done, *records_of(here, month, command.notices, moment)]
    for row in command.adjustments:
        records += postings(here, entry_of_adjustment(row, here), moment.today.isoformat(), moment.instant)
    return Decision(tuple(records))


def entry_of_adjustment(row: Named, here: str) -> Entry:
    """Post a deduction or a refund as what it now is: less to be paid. `cause` is its number."""
    audit, entry_id = row.way is Way.DEDUCTION, f"E{row.cause}"
    if here == row.care:
        transfer = Transfer(row.insured, row.scheme, -row.fund_fen)
        return (entry_of_deduction_cleared if audit else entry_of_recovery_cleared)(entry_id, transfer)
    transfer = Transfer(row.care, row.scheme, -row.fund_fen)
    return (entry_of_deduction_offset if audit else entry_of_recovery_offset)(entry_id, transfer)


def needs_notice(command: HandToFinance | PayNotice | ConfirmReceipt, facts: Facts) -> Iterable[Key]:
    """Name the notice."""
    yield NOTICE.key(command.jurisdiction, command.number)
    yield NOTICE_LINES.key(command.jurisdiction, command.number)


def needs_steps(command: HandToFinance | PayNotice | ConfirmReceipt, facts: Facts) -> Iterable[Key]:
    """Name the steps of the notice's month."""
    for row in facts.many(NOTICE, command.jurisdiction, command.number):
        yield STEPS_OF_MONTH.key(command.jurisdiction, row.month)


def hand_over(command: HandToFinance, facts: Facts, moment: Moment) -> Decision:
    """Agency: the notice and the request for payment go to finance."""
    here, number = command.jurisdiction, command.number
    notice = notice_of(command, facts, Direction.PAYABLE)
    if notice is None:
        return refused(command, NO_SUCH_NOTICE.because("number", number=number, counterpart="—"))
    done = taken(facts, here, notice.month, Step.HANDED, here, "")
    if done:
        return refused(command, done_before(number, "—", done))
    return step(command, notice.month, Step.HANDED, (here, ""), notice.amount_fen, "", moment)


def pay(command: PayNotice, facts: Facts, moment: Moment) -> Decision:
    """Finance: a counterpart is paid exactly what the notice names, once."""
    here, number, counterpart = command.jurisdiction, command.number, command.counterpart
    notice, rows = notice_of(command, facts, Direction.PAYABLE), lines_with(command, facts)
    if notice is None or not rows:
        return refused(command, NO_SUCH_NOTICE.because("number", number=number, counterpart=counterpart))
    found: list[Refusal] = []
    if not taken(facts, here, notice.month, Step.HANDED, here, ""):
        found.append(NOT_HANDED_OVER.because("number", number=number))
    done = taken(facts, here, notice.month, Step.PAID, here, counterpart)
    if done:
        found.append(done_before(number, counterpart, done))
    found += wrong_amount(command, rows)
    if found:
        return refused(command, *found)
    entry = entry_of_clearing_paid(f"P{number}-{counterpart}", rows)
    ends = (here, counterpart)
    return step(command, notice.month, Step.PAID, ends, command.amount_fen, command.reference, moment, entry)


def confirm(command: ConfirmReceipt, facts: Facts, moment: Moment) -> Decision:
    """Receiver: the money of a counterpart that reported its payment has arrived."""
    here, number, counterpart = command.jurisdiction, command.number, command.counterpart
    notice, rows = notice_of(command, facts, Direction.RECEIVABLE), lines_with(command, facts)
    if notice is None or not rows:
        return refused(command, NO_SUCH_NOTICE.because("number", number=number, counterpart=counterpart))
    found: list[Refusal] = []
    if not taken(facts, here, notice.month, Step.PAID, counterpart, here):
        found.append(NOT_PAID_YET.because("number", number=number, counterpart=counterpart))
    done = taken(facts, here, notice.month, Step.RECEIVED, counterpart, here)
    if done:
        found.append(done_before(number, counterpart, done))
    found += wrong_amount(command, rows)
    if found:
        return refused(command, *found)
    entry = entry_of_clearing_received(f"R{number}-{counterpart}", rows)
    ends = (counterpart, here)
    return step(
        command, notice.month, Step.RECEIVED, ends, command.amount_fen, command.reference, moment, entry
    )


def notice_of(
    command: HandToFinance | PayNotice | ConfirmReceipt, facts: Facts, direction: Direction
) -> ClearingNotice | None:
    """Return the notice that a command names, when it looks that way."""
    rows = facts.many(NOTICE, command.jurisdiction, command.number)
    return rows[0] if rows and rows[0].direction == direction else None


def lines_with(command: PayNotice | ConfirmReceipt, facts: Facts) -> list[Transfer]:
    """Return what the notice says of the counterpart, scheme by scheme."""
    rows = facts.many(NOTICE_LINES, command.jurisdiction, command.number)
    return [
        Transfer(row.counterpart, row.scheme, row.amount_fen)
        for row in rows
        if row.counterpart == command.counterpart
    ]


def wrong_amount(command: PayNotice | ConfirmReceipt, rows: Sequence[Transfer]) -> list[Refusal]:
    """Refuse any amount but that of the notice."""
    expected_fen = sum(row.amount_fen for row in rows)
    if command.amount_fen == expected_fen:
        return []
    values = {"number": command.number, "counterpart": command.counterpart}
    amounts = {"expected": format_yuan(expected_fen), "given": format_yuan(command.amount_fen)}
    return [WRONG_AMOUNT.because("amount_fen", **values, **amounts)]


def taken(facts: Facts, here: str, month: str, kind: Step, payer: str, payee: str) -> ClearingStep | None:
    """Return the step if it was taken."""
    rows = facts.many(STEPS_OF_MONTH, here, month)
    found = [row for row in rows if (row.step, row.payer, row.payee) == (kind, payer, payee)]
    return found[0] if found else None


def done_before(number: str, counterpart: str, done: ClearingStep) -> Refusal:
    """Say that a step was taken before."""
    return STEP_TAKEN_ALREADY.because("number", number=number, counterpart=counterpart, day=done.day)


def step(
    command: Command,
    month: str,
    kind: Step,
    ends: tuple[str, str],
    amount_fen: int,
    reference: str,
    moment: Moment,
    entry: Entry | None = None,
) -> Decision:
    """Record a step with its posting and tell the nation."""
    here, day, (payer, payee) = command.jurisdiction, moment.today.isoformat(), ends
    row = ClearingStep(here, month, payer, payee, kind.value, amount_fen, reference, day, moment.instant)
    told = StepTaken(
        jurisdiction=NATION,
        sender=here,
        msgid=f"{kind}/{month}/{payer}/{payee}",
        month=month,
        payer=payer,
        payee=payee,
        step=kind,
        amount_fen=amount_fen,
        reference=reference,
        day=day,
    )
    posted = postings(here, entry, day, moment.instant) if entry else []
    return accepted(command, Done(reference=told.msgid), row, *posted, messages=(told,))


def hear_step(command: StepTaken, facts: Facts, moment: Moment) -> Decision:
    """Keep a step; the nation tells the payee that money is on its way."""
    row = ClearingStep(
        command.jurisdiction,
        command.month,
        command.payer,
        command.payee,
        command.step.value,
        command.amount_fen,
        command.reference,
        command.day,
        moment.instant,
    )
    if command.jurisdiction != NATION or command.step is not Step.PAID:
        return Decision((row,))
    onward = StepTaken(
        jurisdiction=command.payee,
        sender=NATION,
        msgid=command.msgid,
        month=command.month,
        payer=command.payer,
        payee=command.payee,
        step=command.step,
        amount_fen=command.amount_fen,
        reference=command.reference,
        day=command.day,
    )
    return Decision((row,), (onward,))

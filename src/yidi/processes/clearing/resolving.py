"""A dispute reaches the nation, is resolved there, and both provinces post what is struck."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from yidi.domain.ledger.deduction import (
    entry_of_deduction,
    entry_of_deduction_cleared,
    entry_of_deduction_heard,
    entry_of_deduction_offset,
)
from yidi.domain.ledger.entry import Entry
from yidi.domain.ledger.movement import Transfer
from yidi.domain.money import format_yuan
from yidi.processes.clearing.commands import DisputeRaised, DisputeResolved, DisputeState, ResolveDispute, Way
from yidi.processes.clearing.corrected import (
    holding,
    less_to_pay,
    needs_of,
    needs_then,
    shares_of,
    taken_of,
)
from yidi.processes.clearing.records import DISPUTES_OF_SETTLEMENT, ClearingAdjustment, ClearingDispute
from yidi.processes.clearing.refusals import CORRECTION_OUT_OF_RANGE, NO_OPEN_DISPUTE, UNDONE_SINCE
from yidi.processes.clearing.withdrawing import withdraw
from yidi.processes.ports.deciding import Decision, Done, Facts, Key, Moment, accepted, refused
from yidi.processes.relay.records import RETURNED
from yidi.processes.settlement.records import ASKED, SETTLEMENT, SettlementAsked
from yidi.processes.settlement.views import postings


def needs_raised(command: DisputeRaised, facts: Facts) -> Iterable[Key]:
    """Name the nation's copy and earlier disputes."""
    yield RETURNED.key(command.jurisdiction, command.case_id)
    yield DISPUTES_OF_SETTLEMENT.key(command.jurisdiction, command.settlement_id)


def hear_dispute(command: DisputeRaised, facts: Facts, moment: Moment) -> Decision:
    """Nation: keep a dispute; from now on the settlement waits. Of two provinces the first is kept.

    A province that is no party to the settlement disputes nothing.
    """
    here, number = command.jurisdiction, command.settlement_id
    if facts.many(DISPUTES_OF_SETTLEMENT, here, number):
        return Decision()
    copies = [row for row in facts.many(RETURNED, here, command.case_id) if row.settlement_id == number]
    if not copies or command.sender not in (copies[0].care, copies[0].insured):
        return Decision()
    copy = copies[0]
    row = ClearingDispute(
        here,
        number,
        1,
        command.month,
        command.sender,
        command.case_id,
        DisputeState.OPEN.value,
        copy.care,
        copy.insured,
        copy.scheme,
        copy.business_day,
        copy.fund_fen,
        copy.account_fen,
        command.reason,
        moment.instant,
    )
    return Decision((row,))


def needs_dispute(command: ResolveDispute | DisputeResolved, facts: Facts) -> Iterable[Key]:
    """Name the dispute."""
    return (DISPUTES_OF_SETTLEMENT.key(command.jurisdiction, command.settlement_id),)


def needs_copies(command: ResolveDispute, facts: Facts) -> Iterable[Key]:
    """Name the nation's copies of the matter: the settlement, and what may have undone it since."""
    for row in facts.many(DISPUTES_OF_SETTLEMENT, command.jurisdiction, command.settlement_id)[:1]:
        yield RETURNED.key(command.jurisdiction, row.case_id)


def resolve(command: ResolveDispute, facts: Facts, moment: Moment) -> Decision:
    """Nation: end a dispute and tell both provinces."""
    here, number = command.jurisdiction, command.settlement_id
    versions = facts.many(DISPUTES_OF_SETTLEMENT, here, number)
    if not versions or versions[-1].state != DisputeState.OPEN or command.outcome is DisputeState.OPEN:
        return refused(command, NO_OPEN_DISPUTE.because("settlement_id", settlement_id=number))
    last = versions[-1]
    copies = facts.many(RETURNED, here, last.case_id)
    undone = any(row.undoes == number and row.outcome == "accepted" for row in copies)
    undoes = any(row.settlement_id == number and row.undoes for row in copies)
    if (undone or undoes) and command.outcome is not DisputeState.DISMISSED:
        return refused(command, UNDONE_SINCE.because("outcome", settlement_id=number))
    fund_fen, account_fen = what_stands(command, last)
    due_fen = last.fund_fen + last.account_fen
    if command.outcome is DisputeState.CORRECTED and not smaller(last, fund_fen, account_fen):
        values = {"settlement_id": number, "due": format_yuan(due_fen)}
        return refused(command, CORRECTION_OUT_OF_RANGE.because("fund_fen", **values))
    row = last._replace(
        version=last.version + 1,
        state=command.outcome.value,
        fund_fen=fund_fen,
        account_fen=account_fen,
        reason=command.reason,
        recorded_at=moment.instant,
    )
    told = tuple(
        DisputeResolved(
            jurisdiction=province,
            sender=here,
            msgid=f"resolved/{number}",
            month=last.month,
            settlement_id=number,
            raised_by=last.raised_by,
            outcome=command.outcome,
            care=last.care,
            insured=last.insured,
            scheme=last.scheme,
            business_day=last.business_day,
            fund_fen=fund_fen,
            account_fen=account_fen,
            struck_fen=due_fen - fund_fen - account_fen,
            reason=command.reason,
        )
        for province in (last.care, last.insured)
    )
    return accepted(command, Done(reference=number), row, messages=told)


def what_stands(command: ResolveDispute, last: ClearingDispute) -> tuple[int, int]:
    """Return what a resolution leaves of funds and account."""
    match command.outcome:
        case DisputeState.UPHELD:
            return 0, 0
        case DisputeState.CORRECTED:
            return command.fund_fen, command.account_fen
        case DisputeState.OPEN | DisputeState.DISMISSED:
            return last.fund_fen, last.account_fen


def smaller(last: ClearingDispute, fund_fen: int, account_fen: int) -> bool:
    """Say whether a correction lies between nothing and what was settled, below it in sum."""
    pairs = ((fund_fen, last.fund_fen), (account_fen, last.account_fen))
    within = all(min(0, was) <= now <= max(0, was) for now, was in pairs)
    return within and fund_fen + account_fen != last.fund_fen + last.account_fen


def needs_resolved(command: DisputeResolved, facts: Facts) -> Iterable[Key]:
    """Name the province's own copy; at the care place also what else was taken back of it."""
    return needs_of(command.jurisdiction, command.settlement_id)


def needs_resolved_then(command: DisputeResolved, facts: Facts) -> Iterable[Key]:
    """Name what may have undone it, and the declarations that hold it."""
    return needs_then(facts, command.jurisdiction, command.settlement_id)


def hear_resolution(command: DisputeResolved, facts: Facts, moment: Moment) -> Decision:
    """Province: keep the outcome; what was struck is no longer owed and goes back to the funds.

    The care place withdraws what other corrections take beside it, or all if the settlement is undone.
    """
    here, number = command.jurisdiction, command.settlement_id
    versions = facts.many(DISPUTES_OF_SETTLEMENT, here, number)
    row = ClearingDispute(
        here,
        number,
        versions[-1].version + 1 if versions else 1,
        command.month,
        command.raised_by,
        versions[-1].case_id if versions else "",
        command.outcome.value,
        command.care,
        command.insured,
        command.scheme,
        command.business_day,
        command.fund_fen,
        command.account_fen,
        command.reason,
        moment.instant,
    )
    if not command.struck_fen:
        return Decision((row,))
    day, at = moment.today.isoformat(), moment.instant
    if here != command.care:
        posted = [line for entry in heard(command, facts) for line in postings(here, entry, day, at)]
        return Decision((row, *posted))
    asked = facts.one(ASKED, here, number)
    assert asked is not None, f"settlement {number} was not asked at {here}"
    posted = [line for entry in struck(command, asked) for line in postings(here, entry, day, at)]
    less = less_to_pay(strike(command, asked, moment), holding(facts, here, number), moment)
    too_much = withdraw(taken_of(facts, asked, row), asked, facts, moment)
    return Decision((row, less, *posted, *too_much.records), too_much.messages)


def struck(command: DisputeResolved, asked: SettlementAsked) -> Iterator[Entry]:
    """Post what the care place is no longer owed: a deduction, given at once instead of by a later table."""
    number, fen, scheme = command.settlement_id, command.struck_fen, command.scheme
    yield entry_of_deduction(f"D{number}", command.insured, asked.institution_code, scheme, fen)
    yield entry_of_deduction_cleared(f"E{number}", Transfer(command.insured, scheme, fen))


def heard(command: DisputeResolved, facts: Facts) -> Iterator[Entry]:
    """Post at the insured place what is no longer owed."""
    number, fen, scheme = command.settlement_id, command.struck_fen, command.scheme
    booked = facts.one(SETTLEMENT, command.jurisdiction, number)
    assert booked is not None, f"settlement {number} is not booked at {command.jurisdiction}"
    yield entry_of_deduction_heard(f"D{number}", booked.area, command.care, scheme, shares_of(booked), fen)
    yield entry_of_deduction_offset(f"E{number}", Transfer(command.care, scheme, fen))


def strike(command: DisputeResolved, asked: SettlementAsked, moment: Moment) -> ClearingAdjustment:
    """Read what was struck as an adjustment, of which the institution is paid less; it is kept nowhere."""
    return ClearingAdjustment(
        command.jurisdiction,
        command.settlement_id,
        command.settlement_id,
        moment.today.isoformat()[:7],
        Way.DEDUCTION.value,
        command.care,
        command.insured,
        command.scheme,
        asked.institution_code,
        command.month,
        command.struck_fen,
        0,
        command.reason,
        "",
        moment.instant,
    )

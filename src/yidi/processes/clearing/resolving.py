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
from yidi.processes.clearing.commands import DisputeRaised, DisputeResolved, DisputeState, ResolveDispute
from yidi.processes.clearing.records import DISPUTES_OF_SETTLEMENT, ClearingDispute
from yidi.processes.clearing.refusals import CORRECTION_OUT_OF_RANGE, NO_OPEN_DISPUTE, UNDONE_SINCE
from yidi.processes.clearing.standing import postings
from yidi.processes.ports.deciding import Decision, Done, Facts, Key, Moment, accepted, refused
from yidi.processes.relay.records import RETURNED
from yidi.processes.settlement.records import ASKED, SETTLEMENT, Settlement

SHARES = (
    "pool",
    "large_sum",
    "serious_illness",
    "civil_servant",
    "employer_supplement",
    "assistance",
    "disabled_soldier",
    "other",
)
"""The funds of a booked settlement, in the words of the ledger; its columns end in `_fen`."""


def needs_raised(command: DisputeRaised, facts: Facts) -> Iterable[Key]:
    """Name the nation's copy and earlier disputes."""
    yield RETURNED.key(command.jurisdiction, command.case_id)
    yield DISPUTES_OF_SETTLEMENT.key(command.jurisdiction, command.settlement_id)


def hear_dispute(command: DisputeRaised, facts: Facts, moment: Moment) -> Decision:
    """Nation: keep a dispute; from now on the settlement waits. Of two provinces the first is kept."""
    here, number = command.jurisdiction, command.settlement_id
    if facts.many(DISPUTES_OF_SETTLEMENT, here, number):
        return Decision()
    copies = [row for row in facts.many(RETURNED, here, command.case_id) if row.settlement_id == number]
    if not copies:
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
    if undone and command.outcome is not DisputeState.DISMISSED:
        return refused(command, UNDONE_SINCE.because("outcome", settlement_id=number))
    fund_fen, account_fen = what_stands(command, last)
    due_fen = last.fund_fen + last.account_fen
    if command.outcome is DisputeState.CORRECTED and not smaller(last, fund_fen, account_fen):
        values = {"settlement_id": number, "due_fen": due_fen}
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
    """Name the province's own copy."""
    yield from needs_dispute(command, facts)
    yield SETTLEMENT.key(command.jurisdiction, command.settlement_id)
    yield ASKED.key(command.jurisdiction, command.settlement_id)


def hear_resolution(command: DisputeResolved, facts: Facts, moment: Moment) -> Decision:
    """Province: keep the outcome; what was struck is no longer owed and goes back to the funds."""
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
    entries = struck(command, facts) if command.struck_fen else ()
    return Decision((row, *(line for entry in entries for line in postings(here, entry, moment))))


def struck(command: DisputeResolved, facts: Facts) -> Iterator[Entry]:
    """Post what is no longer owed: a deduction, given at once instead of by a later table."""
    here, number, fen = command.jurisdiction, command.settlement_id, command.struck_fen
    scheme = command.scheme
    if here == command.care:
        asked = facts.one(ASKED, here, number)
        institution = asked.institution_code if asked else ""
        yield entry_of_deduction(f"D{number}", command.insured, institution, scheme, fen)
        yield entry_of_deduction_cleared(f"E{number}", Transfer(command.insured, scheme, fen))
        return
    booked = facts.one(SETTLEMENT, here, number)
    assert booked is not None, f"settlement {number} is not booked at {here}"
    shares = shares_of(booked)
    yield entry_of_deduction_heard(f"D{number}", booked.area, command.care, scheme, shares, fen)
    yield entry_of_deduction_offset(f"E{number}", Transfer(command.care, scheme, fen))


def shares_of(booked: Settlement) -> list[tuple[str, int]]:
    """Return what each fund and the personal account paid, as weights for what comes back."""
    shares = [(fund, abs(getattr(booked, f"{fund}_fen"))) for fund in SHARES]
    return [(fund, fen) for fund, fen in (*shares, ("personal", abs(booked.account_fen))) if fen]

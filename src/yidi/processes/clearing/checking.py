"""Province: its part of the table is compared with its own copies, disputed item by item, and signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from yidi.domain.refusal import Refusal
from yidi.processes.clearing.commands import (
    CheckClearing,
    ClearingChecked,
    Direction,
    DisputeItem,
    DisputeRaised,
    DisputeState,
    SignatureSent,
    SignClearing,
    SumDiffers,
    Way,
)
from yidi.processes.clearing.lines import FROM_SETTLEMENTS, Item
from yidi.processes.clearing.records import (
    CHECKS_OF_MONTH,
    DISPUTES_OF_SETTLEMENT,
    ITEMS_OF_MONTH,
    LINES_OF_MONTH,
    RUNS_OF_MONTH,
    SIGNATURES_OF_MONTH,
    ClearingCheck,
    ClearingDispute,
    ClearingSignature,
)
from yidi.processes.clearing.refusals import (
    CHECK_FIRST,
    DISPUTE_AFTER_SIGNING,
    DISPUTED_ALREADY,
    DOUBLED_FILE,
    FILE_OF_ANOTHER_MONTH,
    NO_TABLE,
    NOT_IN_THIS_CLEARING,
    WRONG_DIGEST,
)
from yidi.processes.clearing.selection import own_items
from yidi.processes.clearing.standing import latest_run, named_in, table_of
from yidi.processes.ports.deciding import NATION, Decision, Done, Facts, Key, Moment, accepted, refused
from yidi.processes.settlement.records import ANSWERED, ASKED, SETTLEMENT

Key3 = tuple[Direction, str, str]


def needs_part(command: CheckClearing | SignClearing, facts: Facts) -> Iterable[Key]:
    """Name the province's part of the table, its checks and signatures."""
    here, month = command.jurisdiction, command.month
    for view in (RUNS_OF_MONTH, LINES_OF_MONTH, ITEMS_OF_MONTH, CHECKS_OF_MONTH, SIGNATURES_OF_MONTH):
        yield view.key(here, month)


def check(command: CheckClearing, facts: Facts, moment: Moment) -> Decision:
    """Compare sum by sum and record how it came out."""
    here, month = command.jurisdiction, command.month
    run, found = latest_run(facts, here, month), tuple(faults_of_sums(command))
    if run is None:
        found = (*found, NO_TABLE.because("month", month=month))
    if run is None or found:
        return refused(command, *found)
    differences = tuple(differing_sums(command, facts))
    row = ClearingCheck(here, month, run.lines_digest, len(differences), moment.instant)
    reply = ClearingChecked(
        month=month, version=run.version, lines_digest=run.lines_digest, differences=differences
    )
    return accepted(command, reply, row)


def faults_of_sums(command: CheckClearing) -> Iterator[Refusal]:
    """Find a file of another month, and one with a sum given twice."""
    month = command.month
    if command.source_month != month:
        yield FILE_OF_ANOTHER_MONTH.because("source_month", month=month, source_month=command.source_month)
    keys = [(row.direction, row.counterpart, row.scheme) for row in command.sums]
    if len(set(keys)) < len(keys):
        values = {
            "what_zh": "同一对方和险种出现两次",
            "what_en": "a counterpart and scheme stand in it twice",
        }
        yield DOUBLED_FILE.because("sums", month=month, **values)


def differing_sums(command: CheckClearing, facts: Facts) -> Iterator[SumDiffers]:
    """Compare settlements and what is due, per direction, counterpart and scheme."""
    theirs = table_sums(facts, command.jurisdiction, command.month)
    own = {
        (row.direction, row.counterpart, row.scheme): (row.settlements, row.fund_fen + row.account_fen)
        for row in command.sums
    }
    for key in sorted({*theirs, *own}):
        nation, mine = theirs.get(key, (0, 0)), own.get(key, (0, 0))
        if nation != mine:
            yield SumDiffers(*key, *nation, *mine)


def table_sums(facts: Facts, here: str, month: str) -> dict[Key3, tuple[int, int]]:
    """Return what the table says of settlements: their number and what is due for them."""
    sums: dict[Key3, tuple[int, int]] = {}
    for row in table_of(facts, here, month):
        if row.kind in FROM_SETTLEMENTS:
            owes = row.insured == here
            key = (
                Direction.PAYABLE if owes else Direction.RECEIVABLE,
                row.care if owes else row.insured,
                row.scheme,
            )
            count, due_fen = sums.get(key, (0, 0))
            sums[key] = (count + row.settlements, due_fen + row.due_fen)
    return sums


def needs_disputed(command: DisputeItem, facts: Facts) -> Iterable[Key]:
    """Name the table, the signatures, and the province's own copies of the settlement."""
    here, number = command.jurisdiction, command.settlement_id
    for view in (RUNS_OF_MONTH, ITEMS_OF_MONTH, SIGNATURES_OF_MONTH):
        yield view.key(here, command.month)
    yield DISPUTES_OF_SETTLEMENT.key(here, number)
    yield SETTLEMENT.key(here, number)
    yield ASKED.key(here, number)
    yield ANSWERED.key(here, number)


def dispute(command: DisputeItem, facts: Facts, moment: Moment) -> Decision:
    """Have the nation take one settlement out of the run until it is resolved."""
    here, month, number = command.jurisdiction, command.month, command.settlement_id
    found = tuple(against_dispute(command, facts))
    if found:
        return refused(command, *found)
    item = own_copy(facts, here, number)
    assert item is not None
    booked, asked = facts.one(SETTLEMENT, here, number), facts.one(ASKED, here, number)
    case_id = booked.case_id if booked else asked.case_id if asked else ""
    row = ClearingDispute(
        here,
        number,
        1,
        month,
        here,
        case_id,
        DisputeState.OPEN.value,
        item.care,
        item.insured,
        item.scheme,
        item.business_day,
        item.fund_fen,
        item.account_fen,
        command.reason,
        moment.instant,
    )
    raised = DisputeRaised(
        jurisdiction=NATION,
        sender=here,
        msgid=f"dispute/{number}",
        month=month,
        settlement_id=number,
        case_id=case_id,
        reason=command.reason,
    )
    return accepted(command, Done(reference=number), row, messages=(raised,))


def against_dispute(command: DisputeItem, facts: Facts) -> Iterator[Refusal]:
    """Find why a settlement cannot be disputed."""
    here, month, number = command.jurisdiction, command.month, command.settlement_id
    run = latest_run(facts, here, month)
    if run is None:
        yield NO_TABLE.because("month", month=month)
        return
    signed = [
        row for row in facts.many(SIGNATURES_OF_MONTH, here, month) if row.lines_digest == run.lines_digest
    ]
    if signed:
        values = {"month": month, "settlement_id": number, "signed_at": signed[-1].recorded_at}
        yield DISPUTE_AFTER_SIGNING.because("settlement_id", **values)
    earlier = facts.many(DISPUTES_OF_SETTLEMENT, here, number)
    if earlier:
        yield DISPUTED_ALREADY.because("settlement_id", settlement_id=number, state=earlier[-1].state)
    item = own_copy(facts, here, number)
    named = named_in(facts, here, month)
    late = {row.settlement_id for row in named if row.way is Way.LATE}
    held = {row.settlement_id for row in named if row.way is Way.HELD}
    here_now = item is not None and (item.business_day[:7] == month or number in late)
    if number in held or not here_now:
        yield NOT_IN_THIS_CLEARING.because("settlement_id", settlement_id=number, month=month)


def own_copy(facts: Facts, here: str, number: str) -> Item | None:
    """Return the province's own copy of a settlement between provinces."""
    booked, asked = facts.one(SETTLEMENT, here, number), facts.one(ASKED, here, number)
    answered = facts.one(ANSWERED, here, number)
    found = own_items((booked,) if booked else (), (asked,) if asked else (), (answered,) if answered else ())
    return next(found, None)


def sign(command: SignClearing, facts: Facts, moment: Moment) -> Decision:
    """Sign the part that was checked and found right; the same signature again changes nothing."""
    here, month = command.jurisdiction, command.month
    run = latest_run(facts, here, month)
    if run is None:
        return refused(command, NO_TABLE.because("month", month=month))
    if run.lines_digest != command.lines_digest:
        values = {"month": month, "given": command.lines_digest, "expected": run.lines_digest}
        return refused(command, WRONG_DIGEST.because("lines_digest", **values))
    signed = facts.many(SIGNATURES_OF_MONTH, here, month)
    if any(row.lines_digest == run.lines_digest for row in signed):
        return accepted(command, Done(reference=run.lines_digest))
    checks = [row for row in facts.many(CHECKS_OF_MONTH, here, month) if row.lines_digest == run.lines_digest]
    if not checks or checks[-1].differences:
        wrong = checks[-1].differences if checks else "—"
        return refused(command, CHECK_FIRST.because("month", month=month, differences=wrong))
    row = ClearingSignature(here, month, here, run.lines_digest, command.signed_by, moment.instant)
    sent = SignatureSent(
        jurisdiction=NATION,
        sender=here,
        msgid=f"sign/{month}/{run.lines_digest}",
        month=month,
        lines_digest=run.lines_digest,
        signed_by=command.signed_by,
    )
    return accepted(command, Done(reference=run.lines_digest), row, messages=(sent,))

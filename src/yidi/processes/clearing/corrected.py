"""Care place: what was taken back of a settlement, what is left of it, and how a correction is written down.

A settlement is corrected by an audit deduction, by a refund of the institution, or by a dispute that strikes
it. All of them together never take more than it is; when it is undone as a whole, each is withdrawn by its
own negative, so that what comes back is the settlement, once (regulation 7.4, 7.7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from yidi.domain.ledger.deduction import (
    entry_of_deduction,
    entry_of_deduction_cleared,
    entry_of_deduction_heard,
    entry_of_deduction_offset,
    entry_of_recovery,
    entry_of_recovery_withdrawn,
)
from yidi.domain.ledger.entry import Entry
from yidi.domain.ledger.movement import Transfer, entry_of_penalty
from yidi.processes.clearing.commands import AdjustmentReported, DisputeState, Way
from yidi.processes.clearing.records import (
    ADJUSTMENTS_OF_SETTLEMENT,
    DISPUTES_OF_SETTLEMENT,
    ClearingAdjustment,
    ClearingDispute,
)
from yidi.processes.payment.records import (
    DECLARATION,
    DECLARED,
    DeclarationDeduction,
    DeclarationState,
)
from yidi.processes.ports.deciding import NATION, Decision, Facts, Key, Moment, Record
from yidi.processes.settlement.records import (
    ANSWERED,
    ANSWERED_OF_VISIT,
    ASKED,
    SETTLEMENT,
    Settlement,
    SettlementAsked,
)
from yidi.processes.settlement.views import Outcome, postings

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
_STRUCK = frozenset({DisputeState.UPHELD.value, DisputeState.CORRECTED.value})


class Correction(NamedTuple):
    """Something taken back of a settlement, fen. `number` is that of the adjustment or, struck, its own."""

    number: str
    way: Way
    amount_fen: int
    cleared_in: str

    @property
    def withdrawal(self) -> str:
        """The number of the adjustment that withdraws it: there is one at most."""
        return f"{self.number}U"


class Taken(NamedTuple):
    """How a settlement stands: what it came to, what was taken back of it (oldest first), whether undone."""

    due_fen: int
    standing: tuple[Correction, ...]
    undone: bool

    @property
    def left_fen(self) -> int:
        """What can still be taken back."""
        return 0 if self.undone else self.due_fen - sum(each.amount_fen for each in self.standing)

    def surplus(self) -> tuple[Correction, ...]:
        """Return what must be withdrawn: all when it is undone, else the newest of what is too much."""
        if self.undone:
            return self.standing
        found: list[Correction] = []
        left_fen = self.left_fen
        for each in reversed(self.standing):
            if left_fen < 0:
                found.append(each)
                left_fen += each.amount_fen
        return tuple(found)


def needs_of(here: str, number: str) -> Iterator[Key]:
    """Name the copies of a settlement, its corrections, and the declaration that holds it."""
    for view in (ASKED, ANSWERED, SETTLEMENT, ADJUSTMENTS_OF_SETTLEMENT, DISPUTES_OF_SETTLEMENT, DECLARED):
        yield view.key(here, number)


def needs_then(facts: Facts, here: str, number: str) -> Iterator[Key]:
    """Name what may have undone it, and how its declarations stand."""
    asked = facts.one(ASKED, here, number)
    if asked is not None:
        yield ANSWERED_OF_VISIT.key(here, asked.visit_id)
    for row in facts.many(DECLARED, here, number):
        yield DECLARATION.key(here, row.declaration_id)


def taken_of(facts: Facts, asked: SettlementAsked, dispute: ClearingDispute | None = None) -> Taken:
    """Return how a settlement stands at its care place; `dispute` is newer than the facts."""
    here, number = asked.jurisdiction, asked.settlement_id
    answered = facts.one(ANSWERED, here, number)
    due_fen = answered.fund_fen + answered.account_fen if answered is not None else 0
    rows = facts.many(ADJUSTMENTS_OF_SETTLEMENT, here, number)
    disputes = (*facts.many(DISPUTES_OF_SETTLEMENT, here, number), *((dispute,) if dispute else ()))
    withdrawn = {row.adjustment_id for row in rows}
    found = [*struck(due_fen, disputes[-1:]), *map(correction, rows)]
    standing = tuple(each for each in found if each.amount_fen > 0 and each.withdrawal not in withdrawn)
    return Taken(due_fen, standing, undone(facts, asked))


def struck(due_fen: int, latest: Iterable[ClearingDispute]) -> Iterator[Correction]:
    """Return what a resolved dispute has struck of a settlement."""
    for row in latest:
        if row.state in _STRUCK:
            fen = due_fen - row.fund_fen - row.account_fen
            yield Correction(row.settlement_id, Way.DEDUCTION, fen, row.business_day[:7])


def correction(row: ClearingAdjustment) -> Correction:
    """Read an adjustment as a correction."""
    return Correction(row.adjustment_id, Way(row.way), row.amount_fen, row.cleared_in)


def undone(facts: Facts, asked: SettlementAsked) -> bool:
    """Say whether a settlement was undone as a whole."""
    visit = facts.many(ANSWERED_OF_VISIT, asked.jurisdiction, asked.visit_id)
    return any(row.undoes == asked.settlement_id and row.outcome == Outcome.BOOKED for row in visit)


def holding(facts: Facts, here: str, number: str) -> str:
    """Return the accepted declaration that holds a settlement and is still to be paid; empty when none."""
    for row in facts.many(DECLARED, here, number):
        versions = facts.many(DECLARATION, here, row.declaration_id)
        if versions and versions[-1].state == DeclarationState.ACCEPTED:
            return row.declaration_id
    return ""


def written(
    row: ClearingAdjustment,
    asked: SettlementAsked,
    facts: Facts,
    moment: Moment,
    declaration: str | None = None,
) -> Decision:
    """Write a correction (or, negative, the withdrawal of one) at the care place and report it.

    The institution is paid less by it, unless it has handed the money back itself. Within one province both
    sides are booked here at once: no table between provinces has it.
    """
    here = row.jurisdiction
    records: list[Record] = [row]
    if row.way == Way.DEDUCTION or row.amount_fen < 0:
        held = holding(facts, here, row.settlement_id) if declaration is None else declaration
        records.append(less_to_pay(row, held, moment))
    entries = [entry_at_care_place(row)]
    if row.penalty_fen:
        entries.append(entry_of_penalty(f"N{row.adjustment_id}", row.institution_code, row.penalty_fen))
    told: tuple[AdjustmentReported, ...] = ()
    if row.insured == here:
        booked = facts.one(SETTLEMENT, here, row.settlement_id)
        assert booked is not None, f"settlement {row.settlement_id} is not booked at {here}"
        entries += entries_at_home(row, booked)
    else:
        told = (reported(row, NATION, here, asked.case_id),)
    day, at = moment.today.isoformat(), moment.instant
    posted = [line for entry in entries for line in postings(here, entry, day, at)]
    return Decision((*records, *posted), told)


def entry_at_care_place(row: ClearingAdjustment) -> Entry:
    """Post a correction where the care took place."""
    entry_id, named = f"D{row.adjustment_id}", (row.insured, row.institution_code, row.scheme)
    if row.way == Way.DEDUCTION:
        return entry_of_deduction(entry_id, *named, row.amount_fen)
    if row.amount_fen < 0:
        return entry_of_recovery_withdrawn(entry_id, *named, -row.amount_fen)
    return entry_of_recovery(entry_id, *named, row.amount_fen)


def entries_at_home(row: ClearingAdjustment, booked: Settlement) -> list[Entry]:
    """Post, where care place and insured place are one, what a table between provinces would do."""
    number, transfer = row.adjustment_id, Transfer(row.insured, row.scheme, row.amount_fen)
    heard = (booked.area, row.care, row.scheme, shares_of(booked), row.amount_fen)
    return [
        entry_of_deduction_cleared(f"E{number}", transfer),
        entry_of_deduction_heard(f"H{number}", *heard),
        entry_of_deduction_offset(f"F{number}", transfer),
    ]


def less_to_pay(row: ClearingAdjustment, declaration: str, moment: Moment) -> DeclarationDeduction:
    """Say that payments of the institution are less by a correction, more by the withdrawal of one."""
    return DeclarationDeduction(
        row.jurisdiction,
        row.adjustment_id,
        declaration,
        row.settlement_id,
        row.institution_code,
        row.insured,
        row.scheme,
        row.amount_fen,
        row.reason,
        moment.today.isoformat(),
        moment.instant,
    )


def reported(row: ClearingAdjustment, to: str, sender: str, case_id: str) -> AdjustmentReported:
    """Report an adjustment; the penalty is nobody else's business."""
    return AdjustmentReported(
        jurisdiction=to,
        sender=sender,
        msgid=f"adjust/{row.adjustment_id}",
        adjustment_id=row.adjustment_id,
        settlement_id=row.settlement_id,
        case_id=case_id,
        way=Way(row.way),
        care=row.care,
        insured=row.insured,
        scheme=row.scheme,
        institution_code=row.institution_code,
        cleared_in=row.cleared_in,
        amount_fen=row.amount_fen,
        reason=row.reason,
        finding=row.finding,
    )


def shares_of(booked: Settlement) -> list[tuple[str, int]]:
    """Return what each fund and the personal account paid, as weights for what comes back."""
    shares = [(fund, abs(getattr(booked, f"{fund}_fen"))) for fund in SHARES]
    return [(fund, fen) for fund, fen in (*shares, ("personal", abs(booked.account_fen))) if fen]

"""Random months with everything that corrects a settlement, in memory and on the real journal.

What is right is worked out beside it by other means: each settlement has one number, what is left of it in
the end, and every sum of the nation must be a sum of those numbers.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple, cast

import pytest

from tests.processes.clearing.hospitals import Hospitals, money_handlers
from tests.processes.clearing.journal_world import journal_world
from tests.processes.clearing.nation import EMPLOYEE, PROVINCES, RESIDENT, day_after
from tests.world import refusals_in
from yidi.domain.dates import SHANGHAI
from yidi.domain.ledger.accounts import MIRRORS, OWED_TO_INSTITUTION
from yidi.edges.storage.ledger import prove
from yidi.processes.clearing.commands import DisputeState, RefundAfterClearing
from yidi.processes.clearing.lines import LineKind
from yidi.processes.clearing.records import ClearingAdjustment, ClearingDispute, ClearingLine, ClearingRun
from yidi.processes.payment.records import DeclarationDeduction, DeductionTaken
from yidi.processes.ports.deciding import NATION
from yidi.processes.settlement.records import Posting

MONTHS = ("2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07")
PAIRS = [(care, insured) for care in PROVINCES for insured in PROVINCES if care != insured]
FATES = ("plain", "plain", "late", "differs", "dismissed", "upheld", "corrected", "declared", "audited",
         "refunded", "both")  # fmt: skip
WAYS = ("kept", "kept", "undone_now", "undone_next", "undone_last")


class Bill(NamedTuple):
    """A settlement and what is to happen to it."""

    number: str
    care: str
    insured: str
    scheme: str
    due_fen: int
    account_fen: int
    fate: str
    way: str
    day: str


class Reckoning:
    """What is left of a settlement, worked out from what happened to it and nothing else."""

    def __init__(self, due_fen: int) -> None:
        self.stands_fen, self.taken, self.undone = due_fen, list[int](), False

    @property
    def left_fen(self) -> int:
        """What is left in the end: what a strike leaves, less what was taken as far as that fits."""
        if self.undone:
            return 0
        kept = list(self.taken)
        while sum(kept) > self.stands_fen:
            kept.pop()
        return self.stands_fen - sum(kept)


class Play:
    """Plays months by chance; `sums` is the other arithmetic."""

    def __init__(self, nation: Hospitals, seed: int) -> None:
        self.nation, self.chance = nation, random.Random(seed)
        self.bills: list[Bill] = []
        self.sums: dict[str, Reckoning] = {}
        self.cash: dict[str, int] = defaultdict(int)

    def part(self, bill: Bill) -> int:
        """Choose a part of what is left of a bill."""
        return self.chance.randint(1, self.sums[bill.number].left_fen)

    def settle(self, month: str) -> list[Bill]:
        """Have a few settlements, some of which the nation hears of a month later."""
        made = []
        for _ in range(self.chance.randint(3, 7)):
            (care, insured), fate = self.chance.choice(PAIRS), self.chance.choice(FATES)
            day = f"{month}-{self.chance.randint(1, 28):02d}"
            fund, account = self.chance.randint(3, 10**7), self.chance.randint(0, 10**4)
            scheme = self.chance.choice((EMPLOYEE, RESIDENT))
            returned = day_after(f"{month}-28", 26) if fate == "late" else ""
            number = self.nation.settle(day, care, insured, fund, account, scheme=scheme, returned=returned)
            way = self.chance.choice(WAYS)
            made.append(Bill(number, care, insured, scheme, fund + account, account, fate, way, day))
            self.sums[number] = Reckoning(fund + account)
        self.bills += made
        return made

    def differs(self, bill: Bill, state: str, version: int) -> None:
        """Have the copies of a settlement differ; of a late one the nation has none."""
        named = {"care": bill.care, "insured": bill.insured, "scheme": bill.scheme}
        copy = "" if bill.fate == "late" else "booked"
        self.nation.differs(bill.number, bill.day, state, version, copy, **named)

    def undo(self, bill: Bill, day: str) -> None:
        """Have a settlement undone."""
        self.nation.undo(bill.number, day)
        self.sums[bill.number].undone = True

    def month(self, month: str, *, quiet: bool) -> None:
        """Settle, declare, audit, clear, dispute, resolve, pay."""
        nation, made = self.nation, [] if quiet else self.settle(month)
        earlier = [bill for bill in self.bills if bill not in made]
        for bill in made:
            if bill.way == "undone_now" and bill.fate in ("plain", "declared"):
                self.undo(bill, bill.day)
            if bill.fate in ("differs", "late"):
                self.differs(bill, "open", 1)
        for bill in earlier:
            self.undo_in_time(bill, month)
        declarations = nation.accept(month)
        for bill in made:
            if bill.fate in ("declared", "both") and self.sums[bill.number].left_fen:
                fen = self.part(bill)
                reply = nation.deduct_declared(bill.care, declarations[bill.care], bill.number, fen)
                assert refusals_in(reply) == ()
                self.sums[bill.number].taken.append(fen)
        if self.chance.random() < 0.6:
            nation.pay_hospitals()
        nation.go_to(day_after(f"{month}-28", 24)[:8] + "21")
        nation.reconcile(month)
        nation.build(month)
        disputes = [bill for bill in made if bill.fate in ("dismissed", "upheld", "corrected", "both")]
        for bill in disputes:
            disputer = self.chance.choice((bill.care, bill.insured))
            assert refusals_in(nation.dispute(month, bill.number, disputer)) == ()
        built = nation.clear(month)
        assert sum(row.net_fen for row in built.nets) == 0
        self.afterwards(made, disputes)
        if quiet or self.chance.random() < 0.6:
            nation.pay_hospitals()

    def undo_in_time(self, bill: Bill, month: str) -> None:
        """Undo earlier settlements in the next month, or in the last in which chance rules."""
        if self.sums[bill.number].undone:
            return
        after = MONTHS.index(month) - MONTHS.index(bill.day[:7])
        if (bill.way in ("undone_now", "undone_next") and after == 1) or (
            bill.way == "undone_last" and after == 2
        ):
            self.undo(bill, f"{month}-05")

    def afterwards(self, made: list[Bill], disputes: list[Bill]) -> None:
        """Repair, resolve, audit and refund."""
        nation = self.nation
        for bill in made:
            sums = self.sums[bill.number]
            if bill.fate in ("differs", "late"):
                self.differs(bill, "repaired", 2)
            if bill.fate == "audited":
                for _ in range(2):
                    if fen := sums.left_fen and self.part(bill):
                        assert refusals_in(nation.deduct(bill.number, fen, bill.care, 9)) == ()
                        sums.taken.append(fen)
            if bill.fate == "refunded" and (fen := sums.left_fen and self.part(bill)):
                said = {"settlement_id": bill.number, "reason": "退费", "reference": "T"}
                assert refusals_in(nation.ask(RefundAfterClearing, bill.care, amount_fen=fen, **said)) == ()
                sums.taken.append(fen)
                self.cash[bill.care] += fen
        for bill in disputes:
            self.resolve(bill)

    def resolve(self, bill: Bill) -> None:
        """End a dispute."""
        fate = self.chance.choice(("upheld", "corrected")) if bill.fate == "both" else bill.fate
        outcome, said = DisputeState(fate), {}
        if outcome is DisputeState.CORRECTED:
            fund = self.chance.randint(0, bill.due_fen - bill.account_fen - 1)
            said = {"fund_fen": fund, "account_fen": bill.account_fen}
            self.sums[bill.number].stands_fen = fund + bill.account_fen
        if outcome is DisputeState.UPHELD:
            self.sums[bill.number].stands_fen = 0
        assert refusals_in(self.nation.resolve(bill.number, outcome, **said)) == ()


def play(nation: Hospitals, seed: int) -> Play:
    """Play three months by chance and three in which everything comes to rest."""
    played = Play(nation, seed)
    for number, month in enumerate(MONTHS):
        played.month(month, quiet=number >= 3)
    return played


def insist(played: Play) -> None:
    """Compare every sum of the nation with the sum of what is left of the settlements."""
    nation = played.nation
    left: dict[tuple[str, str, str], int] = defaultdict(int)
    for bill in played.bills:
        left[bill.care, bill.insured, bill.scheme] += played.sums[bill.number].left_fen
    cleared = cleared_of(nation)
    for pair in {*left, *cleared}:
        assert cleared.get(pair, 0) == left[pair], pair
    ledgers = {province: nation.ledger(province) for province in PROVINCES}
    spent: dict[tuple[str, str, str], int] = defaultdict(int)
    for insured, ledger in ledgers.items():
        for (account, whom, scheme), fen in ledger.items():
            if account.startswith(("spent.", "personal.")):
                spent[whom, insured, scheme] += fen
        for own, other in MIRRORS.items():
            for care in PROVINCES:
                for scheme in (EMPLOYEE, RESIDENT):
                    there = ledgers[care].get((other, insured, scheme), 0)
                    assert ledger.get((own, care, scheme), 0) == -there, (own, insured, care)
    assert {key: fen for key, fen in spent.items() if fen} == {key: fen for key, fen in left.items() if fen}
    for care in PROVINCES:
        insist_on_hospital(played, care, sum(fen for (place, _, _), fen in left.items() if place == care))


def cleared_of(nation: Hospitals) -> dict[tuple[str, str, str], int]:
    """Add up what all final tables say is due, and what the last of them carries on."""
    rows = [row for row in nation.world.records(ClearingLine) if row.jurisdiction == NATION]
    runs = [row for row in nation.world.records(ClearingRun) if row.jurisdiction == NATION]
    final = {row.month: row.version for row in sorted(runs, key=lambda row: row.version)}
    found: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in rows:
        carried_on = row.kind == LineKind.CARRIED and row.month == MONTHS[-1]
        if row.table_version == final[row.month] and not carried_on:
            found[row.care, row.insured, row.scheme] += row.fund_fen + row.account_fen
    return found


def insist_on_hospital(played: Play, care: str, left_fen: int) -> None:
    """A hospital has what is left of its settlements, but for what no payment could take yet."""
    nation = played.nation
    ledger, balance_fen = nation.ledger(care), 0
    for scheme in (EMPLOYEE, RESIDENT):
        balance_fen += ledger.get((OWED_TO_INSTITUTION, "H1", scheme), 0)
    got_fen = nation.handed_out(care) - played.cash[care]
    assert got_fen - balance_fen == left_fen, care
    taken = {row.deduction_id for row in nation.world.records(DeductionTaken) if row.jurisdiction == care}
    waits = [
        row for row in nation.world.records(DeclarationDeduction)
        if row.jurisdiction == care and not row.declaration_id and row.deduction_id not in taken
    ]  # fmt: skip
    if not waits and not nation.open_declarations(care):
        assert balance_fen == 0


def explained(nation: Hospitals) -> set[str]:
    """Return the entries of deductions that facts explain."""
    rows = nation.world.records(ClearingAdjustment)
    found = {f"{letter}{row.adjustment_id}" for row in rows for letter in "DEN"}
    struck = [row for row in nation.world.records(ClearingDispute) if row.state in ("upheld", "corrected")]
    return found | {f"{letter}{row.settlement_id}" for row in struck for letter in "DE"}


@pytest.mark.parametrize("seed", range(40))
def test_random_months_leave_to_everybody_what_is_left_of_the_settlements(seed: int) -> None:
    played = play(Hospitals(f"{MONTHS[0]}-01"), seed)
    insist(played)
    entries = {row.entry_id for row in played.nation.world.records(Posting) if row.entry_id[0] in "DEN"}
    assert entries <= explained(played.nation)


@pytest.mark.parametrize(("seed", "fold"), [(1001, True), (1002, False), (1003, True)])
def test_the_same_holds_on_the_real_journal_and_its_proofs_find_nothing(seed: int, fold: bool) -> None:
    start = datetime(2026, 2, 1, 10, tzinfo=SHANGHAI)
    with journal_world(money_handlers(), (NATION, *PROVINCES), start, fold=fold) as world:
        played = play(Hospitals(f"{MONTHS[0]}-01", cast(Any, world)), seed)
        insist(played)
        results = world._loop.run_until_complete(prove(world.journal.engine))
        assert [(result.check.name, result.findings) for result in results if result.found] == []

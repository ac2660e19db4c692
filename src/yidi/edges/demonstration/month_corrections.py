"""What goes wrong in a played month and is put right: a dispute that carries over, a deduction, a refund."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from yidi.edges.clearing.gathering import ALL, msgid_of
from yidi.edges.demonstration.month_clearing import insist
from yidi.edges.demonstration.stage import Asker
from yidi.edges.storage.reading import Rows
from yidi.processes.clearing.commands import (
    AuditDeduction,
    DisputeItem,
    DisputeState,
    RefundAfterClearing,
    ResolveDispute,
)
from yidi.processes.clearing.months import days_of
from yidi.processes.ports.deciding import NATION, Done
from yidi.processes.settlement.records import Settlement

LEAST_FEN = 100_00
"""Smaller settlements are left in peace."""
PART = 10
"""The tenth part of a settlement is taken back."""
PENALTY_FEN = 50_00


class Corrections(NamedTuple):
    """What was put right of the month before: numbers of settlements, and what was taken back in fen."""

    disputed: str = ""
    deducted: str = ""
    deducted_fen: int = 0
    refunded: str = ""
    refunded_fen: int = 0

    @property
    def taken_fen(self) -> int:
        """What provinces owe each other less."""
        return self.deducted_fen + self.refunded_fen


class PuttingRight:
    """Disputes and takes back of the month `earlier`; `month` is the one that carries it."""

    def __init__(self, ask: Asker, rows: Rows, earlier: str, month: str) -> None:
        self._ask, self._rows, self._earlier, self._month = ask, rows, earlier, month
        self.made = Corrections()

    async def dispute(self) -> None:
        """An insured province doubts its smallest settlement of the month; it waits, the others go on."""
        found = await self._standing(self._earlier)
        if len(found) < 2:
            return
        row = found[0]
        await insist(
            self._ask,
            DisputeItem(
                jurisdiction=row.jurisdiction,
                sender="agency",
                msgid=msgid_of("dispute", self._earlier),
                month=self._earlier,
                settlement_id=row.settlement_id,
                reason="住院天数与出院记录待核 days of stay to be verified",
            ),
            Done,
        )
        self.made = self.made._replace(disputed=row.settlement_id)

    async def resolve(self) -> None:
        """The nation finds the doubt unfounded: the settlement enters the month after, late."""
        if not self.made.disputed:
            return
        await insist(
            self._ask,
            ResolveDispute(
                jurisdiction=NATION,
                sender="agency",
                msgid=msgid_of("resolve", self._earlier),
                settlement_id=self.made.disputed,
                outcome=DisputeState.DISMISSED,
                reason="经核属实 verified: it stands",
            ),
            Done,
        )

    async def take_back(self) -> None:
        """The care place deducts after an audit, and a hospital pays back: both from what was cleared."""
        chosen = [row for row in await self._met() if row.settlement_id != self.made.disputed]
        if chosen:
            row, fen = chosen[-1], due_fen(chosen[-1]) // PART
            command = AuditDeduction(
                jurisdiction=row.care,
                sender="agency",
                msgid=msgid_of("deduct", self._earlier),
                settlement_id=row.settlement_id,
                amount_fen=fen,
                penalty_fen=PENALTY_FEN,
                reason="超限制用药 drug outside its restriction",
                finding=f"SH-{self._earlier}-001",
            )
            await insist(self._ask, command, Done)
            self.made = self.made._replace(deducted=row.settlement_id, deducted_fen=fen)
        if len(chosen) > 1:
            row, fen = chosen[-2], due_fen(chosen[-2]) // PART
            refund = RefundAfterClearing(
                jurisdiction=row.care,
                sender="agency",
                msgid=msgid_of("refund", self._earlier),
                settlement_id=row.settlement_id,
                amount_fen=fen,
                reason="检查未做退费 an examination that was not made",
                reference=f"TK-{self._earlier}-001",
            )
            await insist(self._ask, refund, Done)
            self.made = self.made._replace(refunded=row.settlement_id, refunded_fen=fen)

    async def _standing(self, month: str) -> list[Settlement]:
        """Return a month's settlements between provinces that stand and are not tiny, small ones first."""
        found: list[Settlement] = []
        for day in days_of(month):
            found += await self._rows(Settlement, {"business_day": day, "kind": "direct"}, (), ALL)
        undone = {row.undoes for row in found}
        standing = [
            row
            for row in found
            if not row.undoes and row.settlement_id not in undone and row.care != row.jurisdiction
        ]
        worth = [row for row in standing if due_fen(row) >= LEAST_FEN]
        return sorted(worth, key=lambda row: (due_fen(row), row.jurisdiction, row.care, row.business_day))

    async def _met(self) -> Sequence[Settlement]:
        """Return those whose provinces owe more this month than is taken back, one a pair and scheme."""
        owed: dict[tuple[str, str, str], int] = {}
        for row in await self._standing(self._month):
            owed[pair_of(row)] = owed.get(pair_of(row), 0) + due_fen(row)
        found = {
            pair_of(row): row
            for row in await self._standing(self._earlier)
            if owed.get(pair_of(row), 0) > due_fen(row) // PART
        }
        return sorted(found.values(), key=due_fen)


def due_fen(row: Settlement) -> int:
    """Return what the insured place owes for a settlement."""
    return row.fund_fen + row.account_fen


def pair_of(row: Settlement) -> tuple[str, str, str]:
    """Return the provinces and the scheme of a settlement."""
    return row.jurisdiction, row.care, row.scheme

"""Clears a played month as the agencies and finance departments do: table, signatures, notices, transfers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple, TypeVar

from yidi.domain.refusal import Refusal
from yidi.edges.clearing.gathering import ALL, build_command, check_command, msgid_of
from yidi.edges.demonstration.stage import Asker
from yidi.edges.storage.reading import Rows
from yidi.processes.clearing.commands import (
    ClearingBuilt,
    ClearingChecked,
    ConfirmReceipt,
    Direction,
    HandToFinance,
    NoticeShown,
    NoticesPublished,
    Overdue,
    OverdueMatter,
    PayNotice,
    PublishNotices,
    SignClearing,
    Step,
    Urge,
)
from yidi.processes.clearing.records import ClearingStep
from yidi.processes.ports.deciding import NATION, Command, Done, Refused, Reply

R = TypeVar("R", bound=Reply)
MORNING = 10.0
"""The hour at which agencies and finance departments act."""


class MonthFault(Exception):
    """A step of the month was refused, or left something open."""


class Cleared(NamedTuple):
    """A cleared month: the table, its notices, and every transfer as the nation was told of it."""

    built: ClearingBuilt
    notices: tuple[NoticeShown, ...]
    transfers: tuple[ClearingStep, ...]


def said_of(refusal: Refusal) -> str:
    """Write a refusal in one line, in both languages."""
    return f"{refusal.code} {refusal.cause_zh}。{refusal.cause_en}; {refusal.remedy_en}"


async def insist(ask: Asker, command: Command, kind: type[R]) -> R:
    """Have a command decided. Raises MonthFault with the first refusal."""
    reply = await ask(command)
    if isinstance(reply, Refused):
        first = reply.refusals[0]
        raise MonthFault(f"{type(command).__name__} {command.jurisdiction}: {said_of(first)}")
    if not isinstance(reply, kind):
        raise MonthFault(f"{type(command).__name__} {command.jurisdiction}: {type(reply).__name__}")
    return reply


class Clearing:
    """The clearing of one month on a node; `delay` is how many months late a settlement may enter."""

    def __init__(self, ask: Asker, rows: Rows, month: str, delay: int) -> None:
        self._ask, self._rows, self.month, self._delay = ask, rows, month, delay
        self.built: ClearingBuilt | None = None
        self.notices: tuple[NoticeShown, ...] = ()

    async def build(self) -> ClearingBuilt:
        """Build the national table, or its next version when something was disputed since."""
        command = await build_command(self._rows, self.month, self._delay)
        self.built = await insist(self._ask, command, ClearingBuilt)
        return self.built

    async def sign_all(self) -> None:
        """Have every province of the table check and sign its part."""
        for row in (await self.build()).nets:
            await self.sign(row.province)

    async def publish(self) -> None:
        """Publish the notices."""
        msgid = msgid_of("publish", self.month)
        publish = PublishNotices(jurisdiction=NATION, sender="agency", msgid=msgid, month=self.month)
        self.notices = (await insist(self._ask, publish, NoticesPublished)).notices

    def of(self, direction: Direction, left_out: Collection[str] = ()) -> list[NoticeShown]:
        """Return the notices of a direction but those of some provinces."""
        return [row for row in self.notices if row.direction is direction and row.province not in left_out]

    async def hand_over(self) -> None:
        """Hand every notice to pay to finance."""
        for row in self.of(Direction.PAYABLE):
            await self._step(HandToFinance, row.province, number=row.number)

    async def pay(self, left_out: Collection[str] = ()) -> None:
        """Pay every notice but those of some provinces."""
        for row in self.of(Direction.PAYABLE, left_out):
            await self.transfer(PayNotice, row)

    async def confirm(self, left_out: Collection[str] = ()) -> None:
        """Confirm every receipt but those of some provinces."""
        for row in self.of(Direction.RECEIVABLE, left_out):
            await self.transfer(ConfirmReceipt, row)

    async def urge(self) -> tuple[OverdueMatter, ...]:
        """Urge whoever is late."""
        urge = Urge(
            jurisdiction=NATION, sender="agency", msgid=msgid_of("urge", self.month), month=self.month
        )
        return (await insist(self._ask, urge, Overdue)).matters

    async def sign(self, province: str) -> None:
        """A province compares its own copies with its part and signs it. Raises MonthFault if they differ."""
        command = await check_command(self._rows, province, self.month, self._delay)
        checked = await insist(self._ask, command, ClearingChecked)
        if checked.differences:
            raise MonthFault(f"{province}: {checked.differences[0]}")
        await self._step(
            SignClearing, province, month=self.month, lines_digest=checked.lines_digest, signed_by="agency"
        )

    async def cleared(self) -> Cleared:
        """Return the month with what was received, as the nation knows it.

        Raises MonthFault unless every line of every notice to pay has arrived.
        """
        steps = await self._rows(ClearingStep, {"jurisdiction": NATION, "month": self.month}, (), ALL)
        received = {(row.payer, row.payee): row for row in steps if row.step == Step.RECEIVED}
        due = {
            (row.province, counterpart): fen
            for row in self.of(Direction.PAYABLE)
            for counterpart, fen in sums_of(row).items()
        }
        if self.built is None or {pair: row.amount_fen for pair, row in received.items()} != due:
            raise MonthFault(f"{self.month}: {len(received)} of {len(due)} transfers are confirmed")
        return Cleared(self.built, self.notices, tuple(received[pair] for pair in sorted(received)))

    async def transfer(self, kind: type[PayNotice] | type[ConfirmReceipt], notice: NoticeShown) -> None:
        """Pay or confirm every counterpart of a notice, schemes together as the bank moves them."""
        for counterpart, fen in sums_of(notice).items():
            ends = (notice.province, counterpart)
            payer, payee = ends if kind is PayNotice else reversed(ends)
            await self._step(
                kind,
                notice.province,
                number=notice.number,
                counterpart=counterpart,
                amount_fen=fen,
                reference=f"{self.month.replace('-', '')}{payer}{payee}",
            )

    async def _step(self, kind: type[Command], here: str, **said: Any) -> None:
        msgid = msgid_of(kind.__name__, self.month)
        await insist(self._ask, kind(jurisdiction=here, sender="agency", msgid=msgid, **said), Done)


def sums_of(notice: NoticeShown) -> dict[str, int]:
    """Add the schemes of each counterpart of a notice together; fen."""
    sums: dict[str, int] = {}
    for counterpart, _, fen in notice.lines:
        sums[counterpart] = sums.get(counterpart, 0) + fen
    return sums

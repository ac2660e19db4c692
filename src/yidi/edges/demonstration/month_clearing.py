"""Clears a played month as the agencies and finance departments do: table, signatures, notices, transfers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from yidi.domain.refusal import Refusal
from yidi.edges.clearing.gathering import ALL, build_command, check_command, msgid_of
from yidi.edges.demonstration.month import MoneyDays, MonthClock
from yidi.edges.demonstration.stage import Asker
from yidi.edges.portals.reading import Rows
from yidi.processes.clearing.commands import (
    ClearingBuilt,
    ClearingChecked,
    ConfirmReceipt,
    Direction,
    HandToFinance,
    NoticeShown,
    NoticesPublished,
    PayNotice,
    PublishNotices,
    SignClearing,
    Step,
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

    async def clear(self, clock: MonthClock, days: MoneyDays, told: Callable[[str], None]) -> Cleared:
        """Take the month from the table to confirmed transfers, each step on its day."""
        clock.at(days.build, MORNING)
        command = await build_command(self._rows, self.month, self._delay)
        built = await insist(self._ask, command, ClearingBuilt)
        clock.at(days.sign, MORNING)
        for province in (row.province for row in built.nets):
            await self.sign(province)
            told(f"核对签章 signed {province}")
        clock.at(days.publish, MORNING)
        msgid = msgid_of("publish", self.month)
        publish = PublishNotices(jurisdiction=NATION, sender="agency", msgid=msgid, month=self.month)
        notices = (await insist(self._ask, publish, NoticesPublished)).notices
        payable = [row for row in notices if row.direction is Direction.PAYABLE]
        clock.at(days.hand_over, MORNING)
        for row in payable:
            await self._step(HandToFinance, row.province, number=row.number)
        clock.at(days.pay, MORNING)
        for row in payable:
            await self._transfer(PayNotice, row)
            told(f"划拨 paid by {row.province}")
        clock.at(days.confirm, MORNING)
        for row in (row for row in notices if row.direction is Direction.RECEIVABLE):
            await self._transfer(ConfirmReceipt, row)
            told(f"确认到账 received by {row.province}")
        return Cleared(built, notices, await self.transfers(notices))

    async def sign(self, province: str) -> None:
        """A province compares its own copies with its part and signs it. Raises MonthFault if they differ."""
        command = await check_command(self._rows, province, self.month, self._delay)
        checked = await insist(self._ask, command, ClearingChecked)
        if checked.differences:
            raise MonthFault(f"{province}: {checked.differences[0]}")
        await self._step(
            SignClearing, province, month=self.month, lines_digest=checked.lines_digest, signed_by="agency"
        )

    async def transfers(self, notices: tuple[NoticeShown, ...]) -> tuple[ClearingStep, ...]:
        """Return what was received, as the nation knows it. Raises MonthFault unless it is everything."""
        steps = await self._rows(ClearingStep, {"jurisdiction": NATION, "month": self.month}, (), ALL)
        received = {(row.payer, row.payee): row for row in steps if row.step == Step.RECEIVED}
        due = {
            (row.province, counterpart): fen
            for row in notices
            if row.direction is Direction.PAYABLE
            for counterpart, fen in sums_of(row).items()
        }
        if {pair: row.amount_fen for pair, row in received.items()} != due:
            raise MonthFault(f"{self.month}: {len(received)} of {len(due)} transfers are confirmed")
        return tuple(received[pair] for pair in sorted(received))

    async def _transfer(self, kind: type[PayNotice] | type[ConfirmReceipt], notice: NoticeShown) -> None:
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

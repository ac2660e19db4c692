"""The agenda of a played month: what happens on which day, of the month and of the smaller one before it.

Visits, reconciliations, clearings and transfers of both lie on one line of time, as they do in life: while
one month's patients are treated, the month before is declared, cleared and paid.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from yidi.edges.demonstration.month import MoneyDays, PlannedVisit
from yidi.edges.demonstration.month_bank import FinanceOffice
from yidi.edges.demonstration.month_clearing import MORNING, Clearing, MonthFault, said_of, sums_of
from yidi.edges.demonstration.month_corrections import PuttingRight
from yidi.edges.demonstration.month_counters import Counters
from yidi.edges.demonstration.month_hospitals import HospitalsPaid, declare_all, pay_all
from yidi.edges.demonstration.month_parts import MonthNode, Plans
from yidi.edges.reconciliation.day import DayTask, reconcile
from yidi.processes.clearing.commands import Direction, NetShown, OverdueMatter, PayNotice
from yidi.processes.clearing.months import days_of
from yidi.processes.finance.records import OrderForm

AFTER_MIDNIGHT = 6.0
"""The hour at which a day is reconciled, on the day after it."""
BEFORE_NOON = 11.0
"""The hour at which agencies deal with single matters, after the steps that all take."""


class Event(NamedTuple):
    """Something that happens at an hour of a day; `counts` is what it adds to the progress."""

    day: str
    hour: float
    name: str
    act: Callable[[], Awaitable[object]]
    counts: int = 0


class Story:
    """Both months on a node."""

    def __init__(self, node: MonthNode, counters: Counters, plans: Plans) -> None:
        self._node, self._counters, self._plans = node, counters, plans
        self.clearings = {
            month: Clearing(node.ask, node.rows, month, plans.delay_of(month))
            for month in (plans.earlier, plans.month)
        }
        self.hospitals: dict[str, HospitalsPaid] = {}
        self.put_right = PuttingRight(node.ask, node.rows, plans.earlier, plans.month)
        self.office = FinanceOffice(node.ask, node.rows, node.clock, node.folder)
        self.urged: tuple[OverdueMatter, ...] = ()

    def agenda(self) -> Iterator[Event]:
        """Yield everything that happens, in no order."""
        plans = self._plans
        for planned in (*plans.before, *plans.visits):
            yield Event(planned.day, planned.hour, planned.day, partial(self._visit, planned), 1)
        for month in (plans.earlier, plans.month):
            for day in days_of(month):
                yield Event(next_day(day), AFTER_MIDNIGHT, day, partial(self._close, day), 1)
        yield from self._earlier(plans.days_of(plans.earlier), plans.days_of(plans.month))
        yield from self._month(plans.days_of(plans.month))

    def _earlier(self, days: MoneyDays, later: MoneyDays) -> Iterator[Event]:
        """Yield the money of the month before: one settlement is disputed, two are taken back in part."""
        of = self.clearings[self._plans.earlier]
        yield Event(days.declare, MORNING, "申报 declared", partial(self._hospitals, of.month))
        yield Event(days.build, MORNING, "清算表 table", of.build)
        yield Event(days.build, BEFORE_NOON, "异议 disputed", self.put_right.dispute)
        yield Event(days.sign, MORNING, "签章 signed", of.sign_all)
        yield Event(days.publish, MORNING, "通知书 notices", of.publish)
        yield Event(days.publish, BEFORE_NOON, "审核扣减 deducted", self.put_right.take_back)
        yield Event(days.hand_over, MORNING, "移交 handed over", of.hand_over)
        yield Event(days.pay, MORNING, "划拨 paid", of.pay)
        yield Event(days.confirm, MORNING, "到账 received", of.confirm)
        yield Event(later.declare, BEFORE_NOON, "异议处理 resolved", self.put_right.resolve)

    def _month(self, days: MoneyDays) -> Iterator[Event]:
        """Yield the money of the month: one province goes over its bank, another one pays late."""
        of = self.clearings[self._plans.month]
        yield Event(days.declare, MORNING, "申报 declared", self._hospitals_over_the_bank)
        yield Event(days.build, MORNING, "清算表 table", of.build)
        yield Event(days.sign, MORNING, "签章 signed", of.sign_all)
        yield Event(days.publish, MORNING, "通知书 notices", of.publish)
        yield Event(days.hand_over, MORNING, "移交 handed over", of.hand_over)
        yield Event(days.pay, MORNING, "划拨 paid", self._pay)
        yield Event(next_day(days.pay), MORNING, "催办 urged", self._urge)
        yield Event(days.confirm, MORNING, "到账 received", self._confirm)

    async def _visit(self, planned: PlannedVisit) -> None:
        await self._counters.play(planned)

    async def _close(self, day: str) -> None:
        """Reconcile a day. Raises MonthFault when something differs."""
        closed = await reconcile(self._node.ask, DayTask(self._node.settings, day), repairing=True)
        if isinstance(closed, tuple):
            raise MonthFault(f"{day}: {said_of(closed[0])}")
        if closed.open or closed.cases:
            raise MonthFault(f"{day}: {closed.open} open and {closed.cases} cases after the reconciliation")

    async def _hospitals(self, month: str) -> None:
        declared = await declare_all(self._node.ask, self._node.rows, month)
        self.hospitals[month] = await pay_all(self._node.ask, month, declared)

    async def _hospitals_over_the_bank(self) -> None:
        """Pay hospitals; those of the province that moves most get their orders from its finance office."""
        before = self.clearings[self._plans.earlier].built
        assert before is not None, "the month before is cleared first"
        await self.office.open_at(busiest(before.nets))
        await self._hospitals(self._plans.month)
        await self.office.order(OrderForm.PAIN)

    async def _pay(self) -> None:
        """All pay but one: the province with the bank by order and statement, the others by hand."""
        of, bank = self.clearings[self._plans.month], self.office.province
        await of.pay({bank, self._late()})
        await self.office.order(OrderForm.PACS)
        await self.office.take_outgoing()

    async def _urge(self) -> None:
        """The nation urges who is late, and it pays."""
        of, late = self.clearings[self._plans.month], self._late()
        self.urged = await of.urge()
        for notice in of.of(Direction.PAYABLE):
            if notice.province == late:
                await of.transfer(PayNotice, notice)

    async def _confirm(self) -> None:
        of = self.clearings[self._plans.month]
        await of.confirm({self.office.province})
        await self.office.take_incoming(of.month)

    def _late(self) -> str:
        """Choose who pays late: of the others the one that pays most; nobody where only one pays."""
        notices = self.clearings[self._plans.month].of(Direction.PAYABLE, {self.office.province})
        ranked = sorted(notices, key=lambda row: (sum(sums_of(row).values()), row.province))
        return ranked[-1].province if ranked else ""


def busiest(nets: tuple[NetShown, ...]) -> str:
    """Choose the province to show: of those that both pay and receive the one that moves most."""
    ranked = sorted(
        nets,
        key=lambda row: (
            bool(row.payable_fen and row.receivable_fen),
            row.payable_fen + row.receivable_fen,
        ),
    )
    return ranked[-1].province if ranked else ""


def next_day(day: str) -> str:
    """Return the day after."""
    return (date.fromisoformat(day) + timedelta(1)).isoformat()

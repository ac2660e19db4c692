"""The money days of a simulated nation: days are reconciled, two months cleared and paid, while all fails.

Agencies act at their hours, ask again when they are refused (a table may still be on its way), and dispute a
settlement, which must be carried over to the following month. What is wrong in the end is a finding.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec

from yidi.domain.dates import SHANGHAI
from yidi.domain.refusal import Refusal
from yidi.edges.clearing.gathering import build_command
from yidi.edges.demonstration.month import MoneyDays, money_days
from yidi.edges.demonstration.month_clearing import Cleared, Clearing, MonthFault, insist
from yidi.edges.packs.calendar import read_calendar
from yidi.edges.packs.money import read_money_terms
from yidi.edges.simulation.disk import PowerLost
from yidi.edges.simulation.judging import Finding
from yidi.edges.simulation.plan import Case
from yidi.edges.simulation.voice import Street, Voice
from yidi.edges.storage.reading import rows as read_rows
from yidi.processes.clearing.commands import (
    ClearingBuilt,
    DisputeItem,
    DisputeState,
    ResolveDispute,
)
from yidi.processes.clearing.months import days_of, month_after
from yidi.processes.clearing.records import ClearingItem
from yidi.processes.ports.deciding import NATION, Command, Done, Refused, Reply
from yidi.processes.reconciliation.commands import CloseDay, DayClosed, Extract, RepairDay, Side
from yidi.processes.relay.records import Returned

R = TypeVar("R", bound=tuple[object, ...])
AFTER_MIDNIGHT, MORNING = 6.0, 10.0
AGAIN_SECONDS, TRIES = 900.0, 30
"""How long a clerk waits after a refusal, and how often they try."""
REST = timedelta(hours=3)
"""The least time between two steps of the agencies: what one has sent should have arrived."""
CLOSINGS = 6
"""How often a day is closed again until nothing differs any more."""


class Agencies:
    """The clerks of all agencies; `at` sets the hour of what they do next, as a month's clock does."""

    def __init__(self, street: Street) -> None:
        self.street = street
        self._voice = Voice("agencies", 30.0, street)
        self._due = street.begins
        self._closings = 0

    def at(self, day: str, hour: float) -> None:
        """Do what comes next at this hour of this day, or some hours from now when that is over."""
        midnight = datetime.combine(date.fromisoformat(day), time(), SHANGHAI)
        now = self.street.begins + timedelta(seconds=asyncio.get_running_loop().time())
        self._due = max(midnight + timedelta(hours=hour), now + REST)

    async def until_due(self) -> None:
        """Wait until the hour has come."""
        wait = (self._due - self.street.begins).total_seconds() - asyncio.get_running_loop().time()
        await asyncio.sleep(max(0.0, wait))

    async def ask(self, command: Command, tries: int = TRIES) -> Reply:
        """Have a command decided; a refused one is sent again later, as a new message."""
        await self.until_due()
        reply: Reply | None = None
        for number in range(tries):
            said = msgspec.structs.replace(command, msgid=f"{command.msgid}/{number}") if number else command
            reply = await self._voice.say(said, self.street.serving(command.jurisdiction))
            if reply is not None and not isinstance(reply, Refused):
                return reply
            await asyncio.sleep(AGAIN_SECONDS)
        if reply is None:
            raise MonthFault(f"{type(command).__name__} {command.jurisdiction} was never answered")
        return reply

    async def rows(
        self,
        record: type[R],
        where: Mapping[str, str | int] | None = None,
        order: Sequence[str] = (),
        limit: int = 0,
        newest_first: bool = False,
    ) -> list[R]:
        """Read the facts of the jurisdiction that `where` names, when its node is up."""
        await self.until_due()
        where = where or {}
        node = self.street.serving(str(where["jurisdiction"]))
        while True:
            try:
                found = await read_rows(
                    node.disk, record, order=order, limit=limit, newest_first=newest_first, **where
                )
                return list(found)
            except PowerLost:
                await asyncio.sleep(5)

    async def close_day(self, day: str) -> None:
        """Reconcile a day on the morning after: compare, close, repair, until nothing differs."""
        self.at((date.fromisoformat(day) + timedelta(days=1)).isoformat(), AFTER_MIDNIGHT)
        await self.until_due()
        closed: Reply = Refused(refusals=())
        for _ in range(CLOSINGS):
            closed = await self._close(day)
            if not isinstance(closed, DayClosed):
                raise MonthFault(f"{day} cannot be closed: {closed}")
            if not closed.open:
                break
            self._closings += 1
            msgid = f"repair/{day}/{self._closings}"
            await self.ask(RepairDay(jurisdiction=NATION, sender="agency", msgid=msgid, day=day))
            await asyncio.sleep(3600)
        if isinstance(closed, DayClosed) and (closed.open or closed.cases):
            self.street.found(
                Finding("day_does_not_close", f"{day}: {closed.open} open, {closed.cases} cases")
            )

    async def close_empty(self, days: Sequence[str]) -> None:
        """Close days on which nobody settled: the parties say so, there is nothing to compare."""
        provinces = [place for place in self.street.places if place != NATION]
        parties = [
            (Side.NATION, NATION),
            *((side, place) for side in (Side.CARE, Side.INSURED) for place in provinces),
        ]
        for day in days:
            command = CloseDay(
                jurisdiction=NATION,
                sender="agency",
                msgid=f"close/{day}/empty",
                day=day,
                inputs_digest="0" * 64,
                extracts=tuple(Extract(side, place, day, 0, 0, 0, 0) for side, place in parties),
                findings=(),
            )
            await insist(self.ask, command, DayClosed)

    async def _close(self, day: str) -> Reply:
        from yidi.edges.reconciliation.comparing import Compared, compare_day

        with tempfile.TemporaryDirectory(prefix="yidi-simulated-") as place:
            folders = [
                await self._extracted(number, day, Path(place)) for number in range(len(self.street.nodes))
            ]
            compared = compare_day(day, folders)
        if not isinstance(compared, Compared):
            return Refused(refusals=compared)
        self._closings += 1
        return await self.ask(
            CloseDay(
                jurisdiction=NATION,
                sender="agency",
                msgid=f"close/{day}/{self._closings}",
                day=day,
                inputs_digest=compared.inputs_digest,
                extracts=compared.extracts,
                findings=compared.findings,
            )
        )

    async def _extracted(self, number: int, day: str, place: Path) -> Path:
        from yidi.edges.batch.extract import extract
        from yidi.edges.reconciliation.comparing import days_around

        node = self.street.nodes[number]
        while True:
            try:
                folder = place / f"{number}"
                await extract(node.disk, folder, *days_around(day), node.places)
                return folder
            except PowerLost:
                await asyncio.sleep(5)


async def money_of(case: Case, street: Street) -> None:
    """Reconcile the days of a case, clear its month with a dispute, resolve it, clear the next month."""
    agencies = Agencies(street)
    begins = street.begins.astimezone(SHANGHAI).date()
    last = (street.begins + timedelta(milliseconds=case.lasts_ms)).astimezone(SHANGHAI).date()
    days = [(begins + timedelta(days=n)).isoformat() for n in range((last - begins).days + 1)]
    try:
        month = days[0][:7]
        for day in days:
            await agencies.close_day(day)
        await agencies.close_empty([day for day in days_of(month) if day not in days])
        await _clear_both(agencies, month)
    except MonthFault as fault:
        street.found(Finding("month_does_not_clear", str(fault)))


def known_days(month: str) -> MoneyDays:
    """Return the money days of a month. Raises MonthFault when they are not known."""
    days = money_days(month, read_calendar(), read_money_terms())
    if isinstance(days, Refusal):
        raise MonthFault(days.cause_en)
    return days


async def _clear_both(agencies: Agencies, month: str) -> None:
    first_days = known_days(month)
    agencies.at(first_days.build, MORNING - 4)
    await insist(
        agencies.ask, await build_command(agencies.rows, month, _greatest_delay(month)), ClearingBuilt
    )
    agencies.at(first_days.build, MORNING - 2)
    disputed = await _dispute(agencies, month)
    first = await _clear(agencies, month, first_days)
    await _insist_held(agencies, month, disputed, first)
    following = month_after(month)
    agencies.at(days_of(following)[-1], MORNING)
    for settlement_id in disputed:
        resolve = ResolveDispute(
            jurisdiction=NATION,
            sender="agency",
            msgid=f"resolve/{settlement_id}",
            settlement_id=settlement_id,
            outcome=DisputeState.DISMISSED,
            reason="材料齐全 its papers are complete",
        )
        await insist(agencies.ask, resolve, Done)
    agencies.at(f"{month_after(following)}-01", AFTER_MIDNIGHT)
    await agencies.close_empty(days_of(following))
    second = await _clear(agencies, following, known_days(following))
    if second.built.settlements < len(disputed):
        text = f"{following} clears {second.built.settlements} of {len(disputed)} that were carried over"
        agencies.street.found(Finding("dispute_not_carried", text))


async def _built(agencies: Agencies, month: str, held: int) -> None:
    """Build the table, from a list made anew each time, until it is taken and holds back what it must."""
    for _ in range(TRIES):
        command = await build_command(agencies.rows, month, _greatest_delay(month))
        reply = await agencies.ask(command, tries=1)
        if isinstance(reply, ClearingBuilt) and reply.held == held:
            return
        await asyncio.sleep(AGAIN_SECONDS)
    raise MonthFault(f"{month}: the table cannot be built")


class PatientClearing(Clearing):
    """A clearing that looks again while something is still on its way."""

    async def sign(self, province: str) -> None:
        """A province signs when its part of the table has come. Raises MonthFault if they go on differing."""
        for _ in range(TRIES):
            try:
                await super().sign(province)
                return
            except MonthFault:
                await asyncio.sleep(AGAIN_SECONDS)
        await super().sign(province)

    async def arrived(self) -> Cleared:
        """Return the month as the nation knows it. Raises MonthFault unless it comes to know all."""
        for _ in range(TRIES):
            try:
                return await self.cleared()
            except MonthFault:
                await asyncio.sleep(AGAIN_SECONDS)
        return await self.cleared()


def _greatest_delay(month: str) -> int:
    terms = read_money_terms().on(f"{month}-01")
    assert not isinstance(terms, Refusal)
    return terms.clearing.greatest_delay_months


async def _clear(agencies: Agencies, month: str, days: MoneyDays) -> Cleared:
    """Clear and pay a month; its nets must sum to zero."""
    clearing = PatientClearing(agencies.ask, agencies.rows, month, _greatest_delay(month))
    agencies.at(days.build, MORNING)
    built = await clearing.build()
    agencies.at(days.sign, MORNING)
    for row in built.nets:
        await clearing.sign(row.province)
        agencies.street.told(f"核对签章 signed {row.province}")
    steps = (
        (days.publish, clearing.publish, "下发通知 notices published"),
        (days.hand_over, clearing.hand_over, "送交财政 handed to finance"),
        (days.pay, clearing.pay, "划拨 paid"),
        (days.confirm, clearing.confirm, "确认到账 received"),
    )
    for day, step, told in steps:
        agencies.at(day, MORNING)
        await step()
        agencies.street.told(told)
    cleared = await clearing.arrived()
    if net := sum(row.net_fen for row in cleared.built.nets):
        agencies.street.found(Finding("nets_not_zero", f"{month}: the provinces' nets sum to {net}"))
    return cleared


async def _dispute(agencies: Agencies, month: str) -> list[str]:
    """Have an insured place dispute one settlement of the month that still stands."""
    copies = await agencies.rows(Returned, {"jurisdiction": NATION}, ("returned_at", "msgid"))
    undone = {row.undoes for row in copies}
    standing = [
        row
        for row in copies
        if row.settlement_id
        and not row.undoes
        and row.settlement_id not in undone
        and row.business_day.startswith(month)
        and row.care != row.insured
        and row.fund_fen
    ]
    disputed = []
    for row in standing[:1]:
        command = DisputeItem(
            jurisdiction=row.insured,
            sender="agency",
            msgid=f"dispute/{row.settlement_id}",
            month=month,
            settlement_id=row.settlement_id,
            reason="材料不全 papers are missing",
        )
        await insist(agencies.ask, command, Done)
        disputed.append(row.settlement_id)
    return disputed


async def _insist_held(agencies: Agencies, month: str, disputed: Sequence[str], cleared: Cleared) -> None:
    """A disputed settlement waits, and nothing else does."""
    where = {"jurisdiction": NATION, "month": month}
    items = await agencies.rows(ClearingItem, where, ("table_version",))
    held = {row.settlement_id for row in items if row.way == "held"}
    if held != set(disputed) or cleared.built.held != len(disputed):
        text = f"{month}: {sorted(held)} are held, disputed are {sorted(disputed)}"
        agencies.street.found(Finding("dispute_not_held", text))

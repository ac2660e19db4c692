"""Opens a year: the nation fixes the prepayment from last year's fourth quarter, and every float is paid.

What was used in that quarter is made up, the same for the same pairs and seed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from yidi.domain.dates import day_of
from yidi.edges.clearing.gathering import ALL, msgid_of
from yidi.edges.demonstration.month import MonthClock
from yidi.edges.demonstration.month_clearing import MORNING, insist
from yidi.edges.demonstration.stage import Asker
from yidi.edges.storage.reading import Rows
from yidi.processes.ports.deciding import NATION, Done
from yidi.processes.prepayment.commands import (
    AcknowledgePrepayment,
    ConfirmPrepaymentReceived,
    CountUse,
    HandPrepaymentOver,
    PlanYear,
    ReportPrepaymentPaid,
    Used,
    YearPlanned,
)
from yidi.processes.prepayment.records import (
    SCHEMES,
    NoticeKind,
    PrepaymentNotice,
    PrepaymentNoticeLine,
)

QUARTER = ("10", "11", "12")
LEAST_FEN, MOST_FEN = 300_00, 3_000_00
FIXED_ON = "01-15"
EARLY = 0.5
"""The hour at which all is done on the first day, where the month itself is too early in the year."""
FIRST_MONTH = "04"
"""From this month on all floats are paid on the days of their notices before the first visit."""


def opening_day(month: str) -> str:
    """Return the day on which the year of a month is opened: in time, or on the month's first day."""
    return f"{month}-01" if month[5:] < FIRST_MONTH else f"{month[:4]}-{FIXED_ON}"


class Opened(NamedTuple):
    """A year that was opened: how many floats, their sum in fen, and how many transfers paid them."""

    year: str
    floats: int
    amount_fen: int
    transfers: int


class Opening:
    """The opening of a year on a node."""

    def __init__(self, ask: Asker, rows: Rows, clock: MonthClock) -> None:
        self._ask, self._rows, self._clock = ask, rows, clock

    async def play(self, month: str, pairs: Sequence[tuple[str, str]], seed: int) -> Opened:
        """Open the year of a month for pairs of insured and care province, before the month's first visit."""
        year, late = month[:4], month[5:] < FIRST_MONTH
        self._clock.at(opening_day(month), EARLY if late else MORNING)
        chance = random.Random(seed)
        for number in QUARTER:
            await self._count(f"{int(year) - 1}-{number}", pairs, chance)
        plan = PlanYear(jurisdiction=NATION, sender="agency", msgid=msgid_of("plan", year), year=year)
        planned = await insist(self._ask, plan, YearPlanned)
        where = {"jurisdiction": NATION, "year": year}
        notices = await self._rows(PrepaymentNotice, where, ("notice_no",), ALL)
        transfers = await self._settle(notices, late=late)
        return Opened(year, planned.pairs, planned.amount_fen, transfers)

    async def _count(self, month: str, pairs: Sequence[tuple[str, str]], chance: random.Random) -> None:
        lines = tuple(
            Used(insured, care, scheme, 1, chance.randrange(LEAST_FEN, MOST_FEN))
            for insured, care in pairs
            for scheme in SCHEMES
        )
        msgid = msgid_of("count", month)
        count = CountUse(jurisdiction=NATION, sender="agency", msgid=msgid, month=month, lines=lines)
        await insist(self._ask, count, Done)

    async def _settle(self, notices: Sequence[PrepaymentNotice], *, late: bool) -> int:
        """Take every notice to paid or received, each step on its day; return the number of transfers."""
        paying = [row for row in notices if row.kind == NoticeKind.PAY]
        receiving = [row for row in notices if row.kind == NoticeKind.RECEIVE]
        for row in notices:
            await self._enter(AcknowledgePrepayment, row)
        day = self._at(paying[0].hand_over_by, late=late)
        for row in paying:
            await self._enter(HandPrepaymentOver, row, handed_on=day)
        day = self._at(paying[0].pay_by, late=late)
        for row in paying:
            await self._lines(ReportPrepaymentPaid, row, paid_on=day)
        day = self._at(paying[0].report_by, late=late)
        return sum([await self._lines(ConfirmPrepaymentReceived, row, received_on=day) for row in receiving])

    def _at(self, day: str, *, late: bool) -> str:
        """Move to a day, or stay where there is no time to wait for it; return the day."""
        if not late:
            self._clock.at(day, MORNING)
            return day
        return day_of(self._clock()).isoformat()

    async def _lines(
        self,
        kind: type[ReportPrepaymentPaid] | type[ConfirmPrepaymentReceived],
        notice: PrepaymentNotice,
        **day: str,
    ) -> int:
        where = {"jurisdiction": NATION, "notice_no": notice.notice_no}
        lines = await self._rows(PrepaymentNoticeLine, where, ("line",), ALL)
        for row in lines:
            payer, payee = notice.province, row.counterpart
            if kind is ConfirmPrepaymentReceived:
                payer, payee = payee, payer
            said = {"amount_fen": row.amount_fen, "reference": f"YF{notice.year}{payer}{payee}{row.scheme}"}
            await self._enter(kind, notice, line=row.line, **said, **day)
        return len(lines)

    async def _enter(
        self,
        kind: type[
            AcknowledgePrepayment | HandPrepaymentOver | ReportPrepaymentPaid | ConfirmPrepaymentReceived
        ],
        notice: PrepaymentNotice,
        **said: object,
    ) -> None:
        msgid = msgid_of(kind.__name__, notice.notice_no)
        here, number = notice.province, notice.notice_no
        command = kind(jurisdiction=here, sender="agency", msgid=msgid, notice_no=number, **said)  # type: ignore[arg-type]
        await insist(self._ask, command, Done)

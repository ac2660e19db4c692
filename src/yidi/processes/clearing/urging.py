"""Nation: what is overdue is visible and urged, and a year is closed when nothing of it is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from yidi.domain.calendar.working_days import Calendar
from yidi.domain.dates import parse_day
from yidi.domain.money_terms.terms import ClearingTerms, MoneyTerms
from yidi.domain.refusal import Refusal
from yidi.processes.clearing.commands import (
    CloseYear,
    Direction,
    Overdue,
    OverdueMatter,
    Step,
    Urge,
    UrgedToAct,
    Way,
)
from yidi.processes.clearing.lines import provinces_in
from yidi.processes.clearing.months import day_in, is_month, month_after
from yidi.processes.clearing.records import (
    ITEMS_OF_MONTH,
    LINES_OF_MONTH,
    NOTICE_LINES,
    NOTICES_OF_MONTH,
    PUBLISHED,
    RUNS_OF_MONTH,
    SIGNATURES_OF_MONTH,
    STEPS_OF_MONTH,
    YEAR,
    ClearingNotice,
    ClearingUrged,
    ClearingYear,
)
from yidi.processes.clearing.refusals import MONTH_NOT_OVER, NO_TABLE, YEAR_CLOSED, YEAR_NOT_CLEARED
from yidi.processes.clearing.selection import CLOSED
from yidi.processes.clearing.standing import latest_run, named_in, table_of, unsigned
from yidi.processes.ports.deciding import Decision, Done, Facts, Key, Moment, accepted, refused

Taken = dict[tuple[str, str, str], str]
"""Step, payer, payee -> the day it was taken."""


class Urging:
    """Finds what is overdue; `calendar` and `terms` say by when each step is due."""

    def __init__(self, calendar: Calendar, terms: MoneyTerms) -> None:
        self._calendar, self._terms = calendar, terms

    def needs(self, command: Urge, facts: Facts) -> Iterable[Key]:
        """Name everything about the month."""
        yield PUBLISHED.key(command.jurisdiction, command.month)
        for view in (RUNS_OF_MONTH, LINES_OF_MONTH, SIGNATURES_OF_MONTH, NOTICES_OF_MONTH, STEPS_OF_MONTH):
            yield view.key(command.jurisdiction, command.month)

    def needs_lines(self, command: Urge, facts: Facts) -> Iterable[Key]:
        """Name the lines of its notices."""
        for row in facts.many(NOTICES_OF_MONTH, command.jurisdiction, command.month):
            yield NOTICE_LINES.key(command.jurisdiction, row.number)

    def urge(self, command: Urge, facts: Facts, moment: Moment) -> Decision:
        """List what is overdue today, record that it was urged, and tell every province its part."""
        here, month, today = command.jurisdiction, command.month, moment.today.isoformat()
        if not is_month(month):
            return refused(command, MONTH_NOT_OVER.because("month", month=month))
        if latest_run(facts, here, month) is None:
            return refused(command, NO_TABLE.because("month", month=month))
        terms = self._terms.on(today)
        if isinstance(terms, Refusal):
            return refused(command, terms)
        matters = tuple(
            sorted(row for row in self.matters(facts, here, month, terms.clearing) if row.due_on < today)
        )
        records = [ClearingUrged(here, month, *_fields(row), moment.instant) for row in matters]
        told = [
            UrgedToAct(
                jurisdiction=province,
                sender=here,
                msgid=f"urge/{month}/{command.msgid}",
                month=month,
                matters=tuple(row for row in matters if row.province == province),
            )
            for province in sorted({row.province for row in matters})
        ]
        return accepted(command, Overdue(month=month, matters=matters), *records, messages=told)

    def matters(self, facts: Facts, here: str, month: str, terms: ClearingTerms) -> Iterator[OverdueMatter]:
        """Yield every step still to be taken, with the day by which it is due."""
        notices = facts.many(NOTICES_OF_MONTH, here, month)
        if not facts.many(PUBLISHED, here, month):
            lines = table_of(facts, here, month)
            signed = facts.many(SIGNATURES_OF_MONTH, here, month)
            due_on = day_in(month_after(month), terms.sign_by_day)
            for province in unsigned(lines, provinces_in(lines), signed):
                yield OverdueMatter(province, "sign", "", due_on)
        steps = {(row.step, row.payer, row.payee): row.day for row in facts.many(STEPS_OF_MONTH, here, month)}
        for notice in notices:
            if notice.direction == Direction.PAYABLE:
                yield from self._of_notice(notice, facts, steps, terms)

    def _of_notice(
        self, notice: ClearingNotice, facts: Facts, steps: Taken, terms: ClearingTerms
    ) -> Iterator[OverdueMatter]:
        payer = notice.province
        if (Step.HANDED, payer, "") not in steps:
            yield OverdueMatter(payer, "hand_over", "", notice.hand_over_by)
        rows = facts.many(NOTICE_LINES, notice.jurisdiction, notice.number)
        for payee in sorted({row.counterpart for row in rows}):
            paid_on = steps.get((Step.PAID, payer, payee))
            if paid_on is None:
                yield OverdueMatter(payer, "pay", payee, notice.pay_by)
            elif (Step.RECEIVED, payer, payee) not in steps:
                due_on = self._calendar.add_working_days(paid_on, terms.report_working_days)
                if isinstance(due_on, str):  # else nobody can say that it is overdue: the year is not loaded
                    yield OverdueMatter(payee, "confirm", payer, due_on)


def hear_urging(command: UrgedToAct, facts: Facts, moment: Moment) -> Decision:
    """Province: keep what it was urged to do, for its pages."""
    here, month = command.jurisdiction, command.month
    return Decision(
        tuple(ClearingUrged(here, month, *_fields(row), moment.instant) for row in command.matters)
    )


def _fields(row: OverdueMatter) -> tuple[str, str, str, str]:
    return row.province, row.matter, row.counterpart, row.due_on


def months_of(year: str) -> list[str]:
    """Return the twelve months of a year."""
    return [f"{year}-{number:02d}" for number in range(1, 13)]


def closing_months(year: str) -> list[str]:
    """Return the clearings that may hold something of a year: its own, and the two of the first quarter.

    The last of them is made in March, by the end of which the year is to be closed (regulation 7, calendar).
    """
    december = f"{year}-12"
    return [*months_of(year), month_after(december), month_after(december, 2)]


def needs_year(command: CloseYear, facts: Facts) -> Iterable[Key]:
    """Name every clearing that may hold something of the year."""
    if parse_day(f"{command.year}-01-01") is None:
        return
    yield YEAR.key(command.jurisdiction, command.year)
    for month in closing_months(command.year):
        for view in (RUNS_OF_MONTH, ITEMS_OF_MONTH, NOTICES_OF_MONTH, PUBLISHED, STEPS_OF_MONTH):
            yield view.key(command.jurisdiction, month)


def needs_year_lines(command: CloseYear, facts: Facts) -> Iterable[Key]:
    """Name the lines of all its notices."""
    if parse_day(f"{command.year}-01-01") is None:
        return
    for month in months_of(command.year):
        for row in facts.many(NOTICES_OF_MONTH, command.jurisdiction, month):
            yield NOTICE_LINES.key(command.jurisdiction, row.number)


def close_year(command: CloseYear, facts: Facts, moment: Moment) -> Decision:
    """Close a year: over, cleared with all that entered late, its own months paid and confirmed."""
    here, year, today = command.jurisdiction, command.year, moment.today.isoformat()
    if parse_day(f"{year}-01-01") is None or today[:4] <= year:
        return refused(command, MONTH_NOT_OVER.because("year", month=f"{year}-12"))
    if facts.many(YEAR, here, year):
        return refused(command, YEAR_CLOSED.because("year", year=year))
    found = tuple(open_matters(facts, here, year))
    if found:
        return refused(command, *found)
    return accepted(command, Done(reference=year), ClearingYear(here, year, today, moment.instant))


def open_matters(facts: Facts, here: str, year: str) -> Iterator[Refusal]:
    """Find what is left: a table, its notices, a transfer not confirmed, a settlement that waits.

    The clearings of next January and February must be published, for settlements of the year enter them
    late; their transfers are urged like those of any month.
    """
    must = closing_months(year)[-3:]
    for month in closing_months(year):
        built = facts.many(RUNS_OF_MONTH, here, month)
        if month in must and not built:
            yield not_cleared(year, f"{month}尚无清算表", f"no table of {month}")
        if built and not facts.many(PUBLISHED, here, month):
            yield not_cleared(year, f"{month}未发布通知书", f"no notices of {month}")
        open_pairs = unconfirmed(facts, here, month) if month[:4] == year else 0
        if open_pairs:
            words = f"{month}有{open_pairs}笔划拨未确认", f"{open_pairs} transfers of {month} not confirmed"
            yield not_cleared(year, *words)
    held = waiting_of(facts, here, year, must[-1])
    if held:
        yield not_cleared(year, f"{held}笔结算暂缓未决", f"{held} settlements wait")


def not_cleared(year: str, what_zh: str, what_en: str) -> Refusal:
    """Say what is left of a year."""
    return YEAR_NOT_CLEARED.because("year", year=year, what_zh=what_zh, what_en=what_en)


def waiting_of(facts: Facts, here: str, year: str, month: str) -> int:
    """Count the settlements of a year that wait; what came too late for its year waits for ever."""
    rows = named_in(facts, here, month)
    return sum(row.way is Way.HELD and row.cause != CLOSED and row.business_day[:4] <= year for row in rows)


def unconfirmed(facts: Facts, here: str, month: str) -> int:
    """Count the transfers of a month that no receiver has confirmed."""
    received = {
        (row.payer, row.payee) for row in facts.many(STEPS_OF_MONTH, here, month) if row.step == Step.RECEIVED
    }
    wanted = {
        (notice.province, row.counterpart)
        for notice in facts.many(NOTICES_OF_MONTH, here, month)
        if notice.direction == Direction.PAYABLE
        for row in facts.many(NOTICE_LINES, here, notice.number)
    }
    return len(wanted - received)

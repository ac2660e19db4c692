"""From changes of floats to notices: who pays whom what, on which papers, until when (regulation 6.6-6.8)."""

from __future__ import annotations

import calendar as months_of_the_world
from collections.abc import Iterable
from typing import NamedTuple

from yidi.domain.calendar.working_days import Calendar
from yidi.domain.money_terms.terms import PrepaymentTerms
from yidi.domain.refusal import Refusal
from yidi.processes.ports.deciding import NATION, Command, Moment, Record
from yidi.processes.prepayment.commands import DeliverPrepaymentNotice
from yidi.processes.prepayment.records import (
    NoticeKind,
    PrepaymentChange,
    PrepaymentNotice,
    PrepaymentNoticeLine,
    Role,
)


class Deadlines(NamedTuple):
    """Until when a notice is handed to finance, paid and reported back."""

    hand_over_by: str
    pay_by: str
    report_by: str


class Written(NamedTuple):
    """A notice and its lines, as the nation keeps them."""

    notice: PrepaymentNotice
    lines: tuple[PrepaymentNoticeLine, ...]


class Owing(NamedTuple):
    """One line before it is numbered."""

    role: str
    counterpart: str
    scheme: str
    amount_fen: int


def last_day(year: str, month: int) -> str:
    """Return the last day of a month."""
    return f"{year}-{month:02d}-{months_of_the_world.monthrange(int(year), month)[1]:02d}"


def deadlines(
    issued_on: str, calendar: Calendar, terms: PrepaymentTerms, cap: str = ""
) -> Deadlines | Refusal:
    """Count the periods in working days; payment not after `cap`, unless the notice came too late for it.

    Refused when the calendar has not the year.
    """
    hand_over_by = calendar.add_working_days(issued_on, terms.hand_over_working_days)
    if isinstance(hand_over_by, Refusal):
        return hand_over_by
    pay_by = calendar.add_working_days(hand_over_by, terms.pay_working_days)
    if isinstance(pay_by, Refusal):
        return pay_by
    if hand_over_by <= cap < pay_by:
        pay_by = cap
    report_by = calendar.add_working_days(pay_by, terms.report_working_days)
    return report_by if isinstance(report_by, Refusal) else Deadlines(hand_over_by, pay_by, report_by)


def owings(changes: Iterable[PrepaymentChange]) -> dict[tuple[str, NoticeKind], list[Owing]]:
    """Split changes by the province that pays and the one that receives; each change is on two papers."""
    found: dict[tuple[str, NoticeKind], list[Owing]] = {}
    for change in changes:
        insured = Owing(Role.INSURED, change.care, change.scheme, abs(change.change_fen))
        care = Owing(Role.CARE, change.insured, change.scheme, abs(change.change_fen))
        up = change.change_fen > 0
        payer, payee = (change.insured, change.care) if up else (change.care, change.insured)
        pays, gets = (insured, care) if up else (care, insured)
        found.setdefault((payer, NoticeKind.PAY), []).append(pays)
        found.setdefault((payee, NoticeKind.RECEIVE), []).append(gets)
    return found


def write_notices(
    cause: str, year: str, changes: Iterable[PrepaymentChange], until: Deadlines, moment: Moment
) -> tuple[Written, ...]:
    """Write a payment and a receipt notice for every province with changes; the two sides are equal."""
    written = []
    for (province, kind), lines in sorted(owings(row for row in changes if row.change_fen).items()):
        number = f"{cause}-{province}-{'P' if kind is NoticeKind.PAY else 'R'}"
        rows = tuple(
            PrepaymentNoticeLine(NATION, number, place, *line) for place, line in enumerate(sorted(lines), 1)
        )
        notice = PrepaymentNotice(
            NATION,
            number,
            kind.value,
            province,
            cause,
            year,
            len(rows),
            sum([row.amount_fen for row in rows]),
            moment.today.isoformat(),
            *until,
            moment.instant,
        )
        written.append(Written(notice, rows))
    return tuple(written)


def kept(written: Iterable[Written]) -> list[Record]:
    """List the records of notices."""
    return [record for one in written for record in (one.notice, *one.lines)]


def delivered(written: Iterable[Written]) -> tuple[Command, ...]:
    """Make the messages that bring each notice to its province."""
    return tuple(
        DeliverPrepaymentNotice(
            jurisdiction=one.notice.province,
            sender=NATION,
            msgid=f"notice/{one.notice.notice_no}",
            notice=one.notice,
            lines=one.lines,
        )
        for one in written
    )

"""How facts of prepayment are read: the count that holds, where a notice stands, what is overdue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from yidi.processes.prepayment.records import (
    MonthUse,
    NoticeKind,
    PrepaymentNotice,
    PrepaymentNoticeLine,
    PrepaymentStep,
    Step,
    UsageRate,
    UseCount,
)

WHOLE = 0
"""The line number of steps that concern a notice as a whole."""
_MONTH = re.compile(r"2\d{3}-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"2\d{3}")


def is_month(text: str) -> bool:
    """Say whether a text is a month as records write it, such as 2026-10."""
    return _MONTH.fullmatch(text) is not None


def is_year(text: str) -> bool:
    """Say whether a text is a year as records write it."""
    return _YEAR.fullmatch(text) is not None


def month_after(month: str, count: int = 1) -> str:
    """Return the month so many months later (earlier when negative)."""
    whole = int(month[:4]) * 12 + int(month[5:]) - 1 + count
    return f"{whole // 12:04d}-{whole % 12 + 1:02d}"


def latest_use(counts: Sequence[UseCount], uses: Iterable[MonthUse]) -> list[MonthUse]:
    """Return the use of a month by its last count, in order of provinces and scheme."""
    if not counts:
        return []
    version = counts[-1].version
    rows = [row for row in uses if row.version == version]
    return sorted(rows, key=lambda row: (row.insured, row.care, row.scheme))


def latest_rates(rates: Iterable[UsageRate]) -> list[UsageRate]:
    """Return the rates of a month by their last version, one a float."""
    found: dict[tuple[str, str, str], UsageRate] = {}
    for row in rates:
        key = (row.insured, row.care, row.scheme)
        if key not in found or found[key].version < row.version:
            found[key] = row
    return [found[key] for key in sorted(found)]


def stands_at(kind: str, steps: Iterable[PrepaymentStep], line: int) -> Step | None:
    """Say which step a line has reached; None before the notice is acknowledged."""
    taken = {row.step for row in steps if row.line in (WHOLE, line)}
    order = (Step.PAID, Step.HANDED_OVER) if kind == NoticeKind.PAY else (Step.RECEIVED,)
    return next((step for step in (*order, Step.ACKNOWLEDGED) if step in taken), None)


class Overdue(NamedTuple):
    """What should have happened with a notice and has not: which step, since which day, how many fen."""

    notice_no: str
    province: str
    step: Step
    due_on: str
    amount_fen: int


def overdue(
    notice: PrepaymentNotice,
    lines: Iterable[PrepaymentNoticeLine],
    steps: Sequence[PrepaymentStep],
    today: str,
) -> tuple[Overdue, ...]:
    """List what is overdue on a day; the nation urges it (regulation 7.2). A receipt waits for its payer."""
    if notice.kind != NoticeKind.PAY:
        return ()
    found = []
    if not any(row.step == Step.HANDED_OVER for row in steps) and notice.hand_over_by < today:
        found.append((Step.HANDED_OVER, notice.hand_over_by, notice.total_fen))
    paid = {row.line for row in steps if row.step == Step.PAID}
    open_fen = sum([line.amount_fen for line in lines if line.line not in paid])
    if open_fen and notice.pay_by < today:
        found.append((Step.PAID, notice.pay_by, open_fen))
    return tuple([Overdue(notice.notice_no, notice.province, *row) for row in found])

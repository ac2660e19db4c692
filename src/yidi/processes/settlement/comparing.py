"""An institution compares its settlements of some days with the care place's (daily reconciliation).

Days are business days of the answers. A comparison reaches over at most two months.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from yidi.domain.dates import parse_day
from yidi.domain.refusal import Refusal
from yidi.processes.ports.deciding import Decision, Facts, Key, Moment, accepted, refused
from yidi.processes.settlement.commands import (
    CompareDetails,
    ComparedLine,
    CompareTotals,
    DetailDifference,
    DetailsCompared,
    TotalsCompared,
)
from yidi.processes.settlement.records import ANSWERED_OF_DAY, SettlementAnswered
from yidi.processes.settlement.refusals import DAYS_NOT_COMPARABLE
from yidi.processes.settlement.views import CARE_KINDS, Outcome

MOST_DAYS = 62


def days_between(since: str, until: str) -> list[str]:
    """List the days of a comparison; empty when they are no span of at most `MOST_DAYS`."""
    first, last = parse_day(since), parse_day(until)
    if first is None or last is None or not 0 <= (last - first).days < MOST_DAYS:
        return []
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def needs_days(command: CompareTotals | CompareDetails, facts: Facts) -> Iterable[Key]:
    """Name the sender's answers of every day."""
    days = days_between(command.since, command.until)
    return [ANSWERED_OF_DAY.key(command.jurisdiction, command.sender, day) for day in days]


def answers_of(
    command: CompareTotals | CompareDetails, facts: Facts, days: Sequence[str], scheme: str = ""
) -> list[SettlementAnswered]:
    """Return the sender's bookings and negatives of the days, by scheme and clearing kind (unknown: all)."""
    kinds = CARE_KINDS.get(command.clearing_kind)
    return [
        row
        for day in days
        for row in facts.many(ANSWERED_OF_DAY, command.jurisdiction, command.sender, day)
        if row.outcome == Outcome.BOOKED
        and (not scheme or row.scheme == scheme)
        and (kinds is None or row.care_kind in kinds)
    ]


def not_comparable(command: CompareTotals | CompareDetails) -> Refusal:
    """Refuse days that are none, in the wrong order, or too many."""
    return DAYS_NOT_COMPARABLE.because("since", since=command.since, until=command.until, most=MOST_DAYS)


def compare_totals(command: CompareTotals, facts: Facts, moment: Moment) -> Decision:
    """Compare sums: with `refunds` the negatives, else all; a settled and undone pair may count or not."""
    days = days_between(command.since, command.until)
    if not days:
        return refused(command, not_comparable(command))
    rows = answers_of(command, facts, days, command.scheme)
    if command.refunds:
        rows = [row for row in rows if row.undoes]
    undone = {row.undoes for row in rows if row.undoes}
    pairs = sum(1 for row in rows if row.settlement_id in undone)
    total_fen = sum(row.total_fen for row in rows)
    fund_fen = sum(row.fund_fen for row in rows)
    account_fen = sum(row.account_fen for row in rows)
    counts = {len(rows), len(rows) - 2 * pairs}
    said = (command.total_fen, command.fund_fen, command.account_fen)
    agrees = said == (total_fen, fund_fen, account_fen) and command.count in counts
    reply = TotalsCompared(
        agrees=agrees,
        total_fen=total_fen,
        fund_fen=fund_fen,
        account_fen=account_fen,
        count=command.count if command.count in counts else len(rows),
    )
    return accepted(command, reply)


def compare_details(command: CompareDetails, facts: Facts, moment: Moment) -> Decision:
    """Compare settlement by settlement; what only the care place knows is told without its numbers."""
    days = days_between(command.since, command.until)
    if not days:
        return refused(command, not_comparable(command))
    known = {row.settlement_id: row for row in answers_of(command, facts, days)}
    lines = [compared(line, known.pop(line.settlement_id, None)) for line in command.lines]
    return accepted(command, DetailsCompared(lines=(*lines, *map(unclaimed, known.values()))))


def compared(line: ComparedLine, row: SettlementAnswered | None) -> DetailDifference:
    """Compare one line of the institution with what the care place has."""
    if row is None:
        return DetailDifference(
            line, "", False, "中心无此结算", "the care place has no such settlement in these days"
        )
    ours = line_of(row)
    wrong_zh, wrong_en = [], []
    for name, zh in (("total_fen", "总额"), ("fund_fen", "基金"), ("account_fen", "账户")):
        said, have = getattr(line, name), getattr(ours, name)
        if said != have:
            wrong_zh.append(f"{zh}：机构{said}分，中心{have}分")
            wrong_en.append(f"{name}: institution {said}, care place {have}")
    if (line.visit_id, line.person_no) != (row.visit_id, row.person_no):
        wrong_zh.append("就诊或人员编号不符")
        wrong_en.append("visit or person number differs")
    return DetailDifference(line, row.msgid, not wrong_zh, "；".join(wrong_zh), "; ".join(wrong_en))


def unclaimed(row: SettlementAnswered) -> DetailDifference:
    """Show what the institution did not list: its numbers stay empty, as the interface has it."""
    line = line_of(row)
    bare = ComparedLine("", "", line.person_no, line.total_fen, line.fund_fen, line.account_fen, line.refund)
    return DetailDifference(bare, row.msgid, False, "机构无此结算", "the institution did not list it")


def line_of(row: SettlementAnswered) -> ComparedLine:
    """Write an answered settlement as a line to compare."""
    return ComparedLine(
        row.settlement_id,
        row.visit_id,
        row.person_no,
        row.total_fen,
        row.fund_fen,
        row.account_fen,
        bool(row.undoes),
    )

"""An insured province collects from its areas, by each one's share of last year's use (regulation 6.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from yidi.domain.dates import is_day
from yidi.domain.money import apportion_fen, format_yuan
from yidi.domain.refusal import Refusal
from yidi.processes.ports.deciding import Decision, Done, Facts, Key, Moment, accepted, refused
from yidi.processes.prepayment.commands import AreaPaid, AreasCalled, CallAreas, CountAreaUse
from yidi.processes.prepayment.planning import Explained
from yidi.processes.prepayment.posting import posted_area
from yidi.processes.prepayment.records import (
    AREA_CALLS,
    AREA_PAYMENTS,
    AREA_USE,
    NOTICE,
    NOTICE_LINES,
    SCHEMES,
    AreaCall,
    AreaPayment,
    AreaUse,
    NoticeKind,
    PrepaymentNotice,
    PrepaymentNoticeLine,
    Role,
)
from yidi.processes.prepayment.refusals import (
    AREAS_WITHOUT_USE,
    CALLED_BEFORE,
    DAY_IMPOSSIBLE,
    LINE_UNKNOWN,
    MONTH_NOT_OVER,
    NOTICE_UNKNOWN,
    OTHER_AMOUNT,
    USE_INVALID,
)
from yidi.processes.prepayment.views import is_year


def needs_of_count(command: CountAreaUse, facts: Facts) -> Iterable[Key]:
    """Need the counts of the year there are already."""
    yield AREA_USE.key(command.jurisdiction, command.year)


def count_area_use(command: CountAreaUse, facts: Facts, moment: Moment) -> Decision:
    """Keep the areas' use of a year as its next version."""
    findings: list[Refusal] = []
    if not is_year(command.year) or command.year >= moment.today.isoformat()[:4]:
        findings.append(MONTH_NOT_OVER.because("year", month=command.year))
    keys = [(row.area, row.scheme) for row in command.lines]
    for row in command.lines:
        if not row.area or row.scheme not in SCHEMES or keys.count((row.area, row.scheme)) > 1:
            findings.append(USE_INVALID.because("lines", line=f"{row.area} {row.scheme}"))
    if findings:
        return refused(command, *findings)
    here = command.jurisdiction
    version = max([row.version for row in facts.many(AREA_USE, here, command.year)], default=0) + 1
    rows = [
        AreaUse(here, command.year, row.area, row.scheme, version, row.used_fen, moment.instant)
        for row in command.lines
    ]
    return accepted(command, Done(reference=f"{command.year}/{version}"), *rows)


def latest_area_use(rows: Sequence[AreaUse]) -> list[AreaUse]:
    """Return the last count of a year."""
    last = max([row.version for row in rows], default=0)
    return [row for row in rows if row.version == last]


def needs_of_call(command: CallAreas, facts: Facts) -> Iterable[Key]:
    """Need the notice, its lines, and calls there are already."""
    yield NOTICE.key(command.jurisdiction, command.notice_no)
    yield NOTICE_LINES.key(command.jurisdiction, command.notice_no)
    yield AREA_CALLS.key(command.jurisdiction, command.notice_no)


def needs_of_use(command: CallAreas, facts: Facts) -> Iterable[Key]:
    """Need the areas' use of the year before the notice's."""
    notice = facts.one(NOTICE, command.jurisdiction, command.notice_no)
    if notice is not None:
        yield AREA_USE.key(command.jurisdiction, str(int(notice.year) - 1))


def called_fen(notice: PrepaymentNotice, lines: Iterable[PrepaymentNoticeLine]) -> dict[str, int]:
    """Return what the areas together hand up for a notice, per scheme; negative: they get back.

    Only what the province pays or gets as insured place is the areas' money.
    """
    sign = 1 if notice.kind == NoticeKind.PAY else -1
    found: dict[str, int] = {}
    for line in lines:
        if line.role == Role.INSURED:
            found[line.scheme] = found.get(line.scheme, 0) + sign * line.amount_fen
    return found


def call_areas(command: CallAreas, facts: Facts, moment: Moment) -> Decision:
    """Apportion a notice over the areas, scheme by scheme, to the fen."""
    here, number = command.jurisdiction, command.notice_no
    notice = facts.one(NOTICE, here, number)
    if notice is None:
        values = {"kind_zh": "通知书", "kind_en": "notice"}
        return refused(command, NOTICE_UNKNOWN.because("notice_no", notice_no=number, **values))
    if facts.many(AREA_CALLS, here, number):
        return refused(command, CALLED_BEFORE.because("notice_no", notice_no=number, item="-"))
    year = str(int(notice.year) - 1)
    used = latest_area_use(facts.many(AREA_USE, here, year))
    findings: list[Refusal] = []
    calls: list[AreaCall] = []
    for scheme, amount_fen in sorted(called_fen(notice, facts.many(NOTICE_LINES, here, number)).items()):
        rows = [row for row in used if row.scheme == scheme and row.used_fen > 0]
        if not rows:
            values = {"year": year, "scheme": scheme, "notice_no": number}
            findings.append(AREAS_WITHOUT_USE.because("notice_no", **values))
            continue
        parts = apportion_fen(amount_fen, [row.used_fen for row in rows])
        calls += [
            AreaCall(here, number, row.area, scheme, row.used_fen, part, moment.instant)
            for row, part in zip(rows, parts, strict=True)
        ]
    if findings:
        return refused(command, *findings)
    reply = AreasCalled(
        areas=len({row.area for row in calls}), amount_fen=sum([row.amount_fen for row in calls])
    )
    return accepted(command, reply, *calls)


def explain_call(calls: Sequence[AreaCall], area: str, scheme: str) -> tuple[Explained, ...]:
    """Say why an area is called for what it is: its use, all areas' use, the notice, its part of it.

    An area that is not called has no steps.
    """
    rows = [row for row in calls if row.scheme == scheme]
    own = [row for row in rows if row.area == area]
    return tuple(
        step
        for row in own
        for step in (
            Explained(f"{area}上年异地用款", f"use of {area} elsewhere last year", row.used_fen),
            Explained("全省合计", "of all areas", sum([other.used_fen for other in rows])),
            Explained("通知书金额", "the notice", sum([other.amount_fen for other in rows])),
            Explained(
                "按占比分摊，余数按大小依次补一分",
                "its part by that share; left-over fen go to the largest remainders",
                row.amount_fen,
            ),
        )
    )


def needs_of_payment(command: AreaPaid, facts: Facts) -> Iterable[Key]:
    """Need the calls and what was handed up."""
    yield NOTICE.key(command.jurisdiction, command.notice_no)
    yield AREA_CALLS.key(command.jurisdiction, command.notice_no)
    yield AREA_PAYMENTS.key(command.jurisdiction, command.notice_no)


def area_paid(command: AreaPaid, facts: Facts, moment: Moment) -> Decision:
    """Enter that an area handed its call up, to the fen, and post it."""
    here, number, wanted = command.jurisdiction, command.notice_no, (command.area, command.scheme)
    notice = facts.one(NOTICE, here, number)
    calls = facts.many(AREA_CALLS, here, number)
    call = next((row for row in calls if (row.area, row.scheme) == wanted), None)
    item = " ".join(wanted)
    if call is None or notice is None:
        return refused(command, LINE_UNKNOWN.because("area", notice_no=number, line=item))
    findings: list[Refusal] = []
    if any((row.area, row.scheme) == wanted for row in facts.many(AREA_PAYMENTS, here, number)):
        findings.append(CALLED_BEFORE.because("area", notice_no=number, item=item))
    if call.amount_fen != command.amount_fen:
        values = {"expected": format_yuan(call.amount_fen), "amount": format_yuan(command.amount_fen)}
        findings.append(OTHER_AMOUNT.because("amount_fen", notice_no=f"{number} {item}", **values))
    if not is_day(command.paid_on) or not notice.issued_on <= command.paid_on <= moment.today.isoformat():
        findings.append(DAY_IMPOSSIBLE.because("paid_on", day=command.paid_on, start=notice.issued_on))
    if findings:
        return refused(command, *findings)
    payment = AreaPayment(
        here, number, *wanted, command.amount_fen, command.paid_on, command.reference, moment.instant
    )
    return accepted(command, Done(reference=number), payment, *posted_area(payment))

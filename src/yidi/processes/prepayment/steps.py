"""A province works a notice off: acknowledged, handed to finance, paid; or acknowledged, received.

Every step is reported to the nation. Nobody is refused for being late: it is visible and urged instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from yidi.domain.dates import is_day
from yidi.domain.money import format_yuan
from yidi.domain.refusal import Refusal
from yidi.processes.ports.deciding import (
    NATION,
    Command,
    Decision,
    Done,
    Facts,
    Key,
    Moment,
    Record,
    accepted,
    refused,
    under_way,
)
from yidi.processes.prepayment.commands import (
    AcknowledgePrepayment,
    ConfirmPrepaymentReceived,
    DeliverPrepaymentNotice,
    HandPrepaymentOver,
    NotePrepaymentStep,
    ReportPrepaymentPaid,
)
from yidi.processes.prepayment.posting import posted_step
from yidi.processes.prepayment.records import (
    NOTICE,
    NOTICE_LINES,
    NOTICE_STEPS,
    NoticeKind,
    PrepaymentNotice,
    PrepaymentNoticeLine,
    PrepaymentStep,
    Step,
)
from yidi.processes.prepayment.refusals import (
    DAY_IMPOSSIBLE,
    LINE_UNKNOWN,
    NOTICE_UNKNOWN,
    OTHER_AMOUNT,
    STEP_OUT_OF_ORDER,
)
from yidi.processes.prepayment.views import WHOLE, stands_at

NAMES = {
    NoticeKind.PAY: ("付款通知书", "payment notice"),
    NoticeKind.RECEIVE: ("收款通知书", "receipt notice"),
}
Working = AcknowledgePrepayment | HandPrepaymentOver | ReportPrepaymentPaid | ConfirmPrepaymentReceived


class Wish(NamedTuple):
    """A step somebody wants to enter: of which kinds of notice, after which step, for which line."""

    step: Step
    kinds: tuple[NoticeKind, ...]
    after: Step | None
    line: int = WHOLE
    amount_fen: int = 0
    happened_on: str = ""
    reference: str = ""


def nothing(command: Command, facts: Facts) -> Iterable[Key]:
    """Need no facts."""
    return ()


def receive_notice(command: DeliverPrepaymentNotice, facts: Facts, moment: Moment) -> Decision:
    """Keep the province's copy of a notice."""
    here = command.jurisdiction
    lines = [line._replace(jurisdiction=here) for line in command.lines]
    return under_way(command.notice._replace(jurisdiction=here), *lines, messages=())


def needs_of_noted(command: NotePrepaymentStep, facts: Facts) -> Iterable[Key]:
    """Need the notice the step was taken on."""
    yield NOTICE.key(command.jurisdiction, command.step.notice_no)


def note_step(command: NotePrepaymentStep, facts: Facts, moment: Moment) -> Decision:
    """Keep the nation's copy of a step, taken by the province whose notice it is."""
    notice = facts.one(NOTICE, command.jurisdiction, command.step.notice_no)
    if notice is None or notice.province != command.sender:
        return Decision()
    return under_way(command.step._replace(jurisdiction=command.jurisdiction), messages=())


def needs_of_notice(command: Working, facts: Facts) -> Iterable[Key]:
    """Need the notice, its lines and the steps taken."""
    yield NOTICE.key(command.jurisdiction, command.notice_no)
    yield NOTICE_LINES.key(command.jurisdiction, command.notice_no)
    yield NOTICE_STEPS.key(command.jurisdiction, command.notice_no)


def acknowledge(command: AcknowledgePrepayment, facts: Facts, moment: Moment) -> Decision:
    """Enter that the notice was downloaded."""
    today = moment.today.isoformat()
    return _enter(command, Wish(Step.ACKNOWLEDGED, tuple(NoticeKind), None, happened_on=today), facts, moment)


def hand_over(command: HandPrepaymentOver, facts: Facts, moment: Moment) -> Decision:
    """Enter that finance has the notice and the payment request."""
    wish = Wish(
        Step.HANDED_OVER,
        (NoticeKind.PAY,),
        Step.ACKNOWLEDGED,
        happened_on=command.handed_on,
        reference=command.reference,
    )
    return _enter(command, wish, facts, moment)


def report_paid(command: ReportPrepaymentPaid, facts: Facts, moment: Moment) -> Decision:
    """Enter that finance has paid a line, to the fen, and post it."""
    wish = Wish(
        Step.PAID,
        (NoticeKind.PAY,),
        Step.HANDED_OVER,
        command.line,
        command.amount_fen,
        command.paid_on,
        command.reference,
    )
    return _enter(command, wish, facts, moment)


def confirm_received(command: ConfirmPrepaymentReceived, facts: Facts, moment: Moment) -> Decision:
    """Enter that a line has arrived, to the fen, and post it."""
    wish = Wish(
        Step.RECEIVED,
        (NoticeKind.RECEIVE,),
        Step.ACKNOWLEDGED,
        command.line,
        command.amount_fen,
        command.received_on,
        command.reference,
    )
    return _enter(command, wish, facts, moment)


def _enter(command: Working, wish: Wish, facts: Facts, moment: Moment) -> Decision:
    here, number = command.jurisdiction, command.notice_no
    notice = facts.one(NOTICE, here, number)
    if notice is None or notice.kind not in wish.kinds or notice.province != here:
        zh, en = NAMES[wish.kinds[0]]
        return refused(command, NOTICE_UNKNOWN.because("notice_no", notice_no=number, kind_zh=zh, kind_en=en))
    lines = {line.line: line for line in facts.many(NOTICE_LINES, here, number)}
    line = lines.get(wish.line)
    if wish.line != WHOLE and line is None:
        return refused(command, LINE_UNKNOWN.because("line", notice_no=number, line=wish.line))
    steps = facts.many(NOTICE_STEPS, here, number)
    findings = list(_faults(notice, line, wish, stands_at(notice.kind, steps, wish.line), moment))
    if findings:
        return refused(command, *findings)
    amount_fen = line.amount_fen if line is not None else notice.total_fen
    step = PrepaymentStep(
        here,
        number,
        wish.step.value,
        wish.line,
        amount_fen,
        wish.happened_on,
        wish.reference,
        moment.instant,
    )
    records: list[Record] = [step]
    if line is not None:
        records += posted_step(notice, line, step)
    noted = NotePrepaymentStep(
        jurisdiction=NATION,
        sender=here,
        msgid=f"step/{number}/{wish.step.value}/{wish.line}",
        step=step._replace(jurisdiction=NATION),
    )
    return accepted(command, Done(reference=number), *records, messages=(noted,))


def _faults(
    notice: PrepaymentNotice,
    line: PrepaymentNoticeLine | None,
    wish: Wish,
    at: Step | None,
    moment: Moment,
) -> Iterable[Refusal]:
    if at != wish.after:
        yield STEP_OUT_OF_ORDER.because(
            "notice_no",
            notice_no=notice.notice_no,
            line=wish.line,
            state=at.value if at is not None else "issued",
            step=wish.step.value,
        )
    if line is not None and line.amount_fen != wish.amount_fen:
        values = {"expected": format_yuan(line.amount_fen), "amount": format_yuan(wish.amount_fen)}
        yield OTHER_AMOUNT.because("amount_fen", notice_no=f"{notice.notice_no}/{line.line}", **values)
    if not is_day(wish.happened_on) or not notice.issued_on <= wish.happened_on <= moment.today.isoformat():
        yield DAY_IMPOSSIBLE.because("day", day=wish.happened_on, start=notice.issued_on)

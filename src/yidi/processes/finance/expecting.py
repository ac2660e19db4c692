"""Which payments the books expect: notices of prepayment and clearing, payments of institutions, releases.

Made from facts of other processes; a clearing is one transfer a counterpart, a prepayment one a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from yidi.processes.clearing.commands import Direction
from yidi.processes.clearing.commands import Step as ClearingStage
from yidi.processes.clearing.records import ClearingNotice, ClearingNoticeLine, ClearingStep
from yidi.processes.finance.commands import Expected
from yidi.processes.payment.records import InstitutionPayment, RetentionRelease
from yidi.processes.prepayment.records import (
    NoticeKind,
    PrepaymentNotice,
    PrepaymentNoticeLine,
    PrepaymentStep,
    Step,
)


def of_institutions(
    payments: Iterable[InstitutionPayment], releases: Iterable[RetentionRelease]
) -> Iterator[Expected]:
    """Money that goes to institutions; the books have it from the moment it is decided."""
    for row in (row for row in payments if row.paid_fen):
        yield Expected(
            f"institution/{row.payment_id}", row.institution_code, -row.paid_fen, row.paid_on,
            (row.payment_id,), booked=True,
        )  # fmt: skip
    for each in releases:
        yield Expected(
            f"release/{each.release_id}", each.institution_code, -each.amount_fen, each.released_on,
            (each.release_id,), booked=True,
        )  # fmt: skip


def of_clearing(
    notices: Iterable[ClearingNotice], lines: Iterable[ClearingNoticeLine], steps: Iterable[ClearingStep]
) -> Iterator[Expected]:
    """Money of clearing notices, one transfer a counterpart; ready once handed over and until it is paid."""
    sums: dict[tuple[str, str], int] = {}
    for line in lines:
        key = (line.number, line.counterpart)
        sums[key] = sums.get(key, 0) + line.amount_fen
    taken = {(row.month, row.step, row.payer, row.payee): row for row in steps}
    by_number = {row.number: row for row in notices}
    for (number, counterpart), amount_fen in sorted(sums.items()):
        notice = by_number.get(number)
        if notice is None or not amount_fen:
            continue
        here, month = notice.province, notice.month
        out = notice.direction == Direction.PAYABLE
        ends = (here, counterpart) if out else (counterpart, here)
        moved = taken.get((month, ClearingStage.PAID.value, *ends))
        done = ClearingStage.PAID if out else ClearingStage.RECEIVED
        yield Expected(
            f"clearing/{number}/{counterpart}",
            counterpart,
            -amount_fen if out else amount_fen,
            notice.pay_by,
            (number, *([moved.reference] if moved is not None and moved.reference else [])),
            booked=(month, done.value, *ends) in taken,
            ready=(month, ClearingStage.HANDED.value, here, "") in taken and moved is None,
        )


def of_prepayment(
    notices: Iterable[PrepaymentNotice],
    lines: Iterable[PrepaymentNoticeLine],
    steps: Iterable[PrepaymentStep],
) -> Iterator[Expected]:
    """Money of prepayment notices, one transfer a line; ready once handed over and until it is paid."""
    taken = {(row.notice_no, row.step, row.line): row for row in steps}
    by_number = {row.notice_no: row for row in notices}
    for line in sorted(lines):
        notice = by_number.get(line.notice_no)
        if notice is None or not line.amount_fen:
            continue
        out = notice.kind == NoticeKind.PAY
        done = taken.get((line.notice_no, (Step.PAID if out else Step.RECEIVED).value, line.line))
        yield Expected(
            f"prepayment/{line.notice_no}/{line.line}",
            line.counterpart,
            -line.amount_fen if out else line.amount_fen,
            notice.pay_by,
            (f"{line.notice_no}.{line.line}", *([done.reference] if done and done.reference else [])),
            booked=done is not None,
            ready=(line.notice_no, Step.HANDED_OVER.value, 0) in taken and done is None,
        )

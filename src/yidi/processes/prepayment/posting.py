"""Entries of prepayment become postings: the float paid and received, the areas' money."""

from __future__ import annotations

from yidi.domain.ledger.movement import (
    Transfer,
    entry_of_collection,
    entry_of_prepayment_paid,
    entry_of_prepayment_received,
)
from yidi.processes.prepayment.records import (
    AreaPayment,
    NoticeKind,
    PrepaymentNotice,
    PrepaymentNoticeLine,
    PrepaymentStep,
    Role,
)
from yidi.processes.settlement.records import Posting
from yidi.processes.settlement.views import postings


def posted_step(notice: PrepaymentNotice, line: PrepaymentNoticeLine, step: PrepaymentStep) -> list[Posting]:
    """Post money paid or received for a line; as which side, the line's role says."""
    paying = notice.kind == NoticeKind.PAY
    entry_id = f"P{notice.notice_no}.{line.line}"
    if line.role == Role.INSURED:
        outward = line.amount_fen if paying else -line.amount_fen
        entry = entry_of_prepayment_paid(entry_id, (Transfer(line.counterpart, line.scheme, outward),))
    else:
        inward = -line.amount_fen if paying else line.amount_fen
        entry = entry_of_prepayment_received(entry_id, (Transfer(line.counterpart, line.scheme, inward),))
    return postings(step.jurisdiction, entry, step.happened_on, step.recorded_at)


def posted_area(payment: AreaPayment) -> list[Posting]:
    """Post what an area has handed up, or got back."""
    entry_id = f"C{payment.notice_no}.{payment.area}.{payment.scheme}"
    entry = entry_of_collection(entry_id, payment.area, payment.scheme, payment.amount_fen)
    return postings(payment.jurisdiction, entry, payment.paid_on, payment.recorded_at)

"""Entries of audit deductions and recoveries: from the institution back to the insured place's funds.

The care place takes an irregular amount back. Before the institution is paid it is a deduction, after that
a recovery; either goes back to the insured place by the original channel, as a negative line of a later
clearing (regulation 7.4, 7.7). The insured place gives it back to the funds that had paid.
"""

from __future__ import annotations

from collections.abc import Sequence

from yidi.domain.ledger.accounts import (
    DEDUCTED_BY_PROVINCE,
    DEDUCTED_FOR_PROVINCE,
    DUE_FROM_PROVINCE,
    FISCAL_ACCOUNT,
    OWED_TO_INSTITUTION,
    OWED_TO_PROVINCE,
    RECOVERED_BY_PROVINCE,
    RECOVERED_FOR_PROVINCE,
    personal,
    spent,
)
from yidi.domain.ledger.entry import Entry, Line
from yidi.domain.ledger.movement import Transfer, entry_between
from yidi.domain.money import apportion_fen


def entry_of_deduction(
    entry_id: str, insured: str, institution_code: str, scheme: str, amount_fen: int
) -> Entry:
    """Care place: the institution is owed less; the next clearing gives it to the insured place."""
    lines = (
        Line(OWED_TO_INSTITUTION, institution_code, scheme, amount_fen),
        Line(DEDUCTED_FOR_PROVINCE, insured, scheme, -amount_fen),
    )
    return Entry(entry_id, lines)


def entry_of_recovery(
    entry_id: str, insured: str, institution_code: str, scheme: str, amount_fen: int
) -> Entry:
    """Care place: an institution that was paid pays back; the money belongs to the insured place."""
    lines = (
        Line(FISCAL_ACCOUNT, institution_code, scheme, amount_fen),
        Line(RECOVERED_FOR_PROVINCE, insured, scheme, -amount_fen),
    )
    return Entry(entry_id, lines)


def entry_of_recovery_withdrawn(
    entry_id: str, insured: str, institution_code: str, scheme: str, amount_fen: int
) -> Entry:
    """Care place: the settlement of a recovery is undone as a whole; what was paid back is owed again.

    The institution handed `amount_fen` back before; it gets them with its next payment, which has the whole
    negative of the settlement in it.
    """
    lines = (
        Line(RECOVERED_FOR_PROVINCE, insured, scheme, amount_fen),
        Line(OWED_TO_INSTITUTION, institution_code, scheme, -amount_fen),
    )
    return Entry(entry_id, lines)


def entry_of_deduction_heard(
    entry_id: str, area: str, care: str, scheme: str, shares: Sequence[tuple[str, int]], amount_fen: int
) -> Entry:
    """Insured place: a care province has deducted; the funds get it back by what each had paid.

    A negative amount withdraws the same amount to the fen of every fund. `shares` are (fund, fen) of the
    settlement, the personal account as the fund `personal`. Raises ValueError when nothing was paid.
    """
    return _heard(entry_id, DEDUCTED_BY_PROVINCE, area, care, scheme, shares, amount_fen)


def entry_of_recovery_heard(
    entry_id: str, area: str, care: str, scheme: str, shares: Sequence[tuple[str, int]], amount_fen: int
) -> Entry:
    """Insured place: a care province has taken money back; the funds get it by what each had paid."""
    return _heard(entry_id, RECOVERED_BY_PROVINCE, area, care, scheme, shares, amount_fen)


def _heard(
    entry_id: str,
    claim: str,
    area: str,
    care: str,
    scheme: str,
    shares: Sequence[tuple[str, int]],
    amount_fen: int,
) -> Entry:
    parts = apportion_fen(amount_fen, [paid_fen for _, paid_fen in shares])
    lines = [Line(claim, care, scheme, amount_fen)]
    for (fund, _), part_fen in zip(shares, parts, strict=True):
        account = personal(area) if fund == "personal" else spent(fund, area)
        lines.append(Line(account, care, scheme, -part_fen))
    return Entry(entry_id, lines)


def entry_of_deduction_cleared(entry_id: str, transfer: Transfer) -> Entry:
    """Care place: the deduction is a negative line of a clearing, so the insured place owes less."""
    return entry_between(entry_id, DEDUCTED_FOR_PROVINCE, DUE_FROM_PROVINCE, (transfer,))


def entry_of_deduction_offset(entry_id: str, transfer: Transfer) -> Entry:
    """Insured place: the deduction is a negative line of a clearing, so less is owed to the care place."""
    return entry_between(entry_id, OWED_TO_PROVINCE, DEDUCTED_BY_PROVINCE, (transfer,))


def entry_of_recovery_cleared(entry_id: str, transfer: Transfer) -> Entry:
    """Care place: the recovery is a negative line of a clearing, so the insured place owes less."""
    return entry_between(entry_id, RECOVERED_FOR_PROVINCE, DUE_FROM_PROVINCE, (transfer,))


def entry_of_recovery_offset(entry_id: str, transfer: Transfer) -> Entry:
    """Insured place: the recovery is a negative line of a clearing, so less is owed to the care place."""
    return entry_between(entry_id, OWED_TO_PROVINCE, RECOVERED_BY_PROVINCE, (transfer,))

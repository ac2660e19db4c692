"""Entries of money that moves: float, clearing, areas, institutions, interest, fees, suspense.

Each entry is of one jurisdiction and balanced by construction. Where two provinces book the same matter
the makers come in pairs (`paid`, `received`) and mirror each other: what one has with the other as an
asset, the other has as a debt. Amounts are fen; a negative amount is the same movement backwards.
Sources: regulation 6.11 to 6.13 (float, interest, fees), 7.1 to 7.4 (clearing, deductions, penalties).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from yidi.domain.ledger.accounts import (
    BANK_FEES,
    DUE_FROM_PROVINCE,
    FISCAL_ACCOUNT,
    HELD_FOR_PROVINCE,
    INTEREST,
    OWED_TO_INSTITUTION,
    OWED_TO_PROVINCE,
    OWN_ACCOUNT,
    PENALTIES,
    PREPAID_TO_PROVINCE,
    RETAINED_FROM_INSTITUTION,
    SUSPENSE,
    collected_from_area,
)
from yidi.domain.ledger.entry import Entry, Line
from yidi.domain.ledger.refusals import FEE_AGAINST_A_FUND
from yidi.domain.refusal import Refusal


class Transfer(NamedTuple):
    """Money that passes between this jurisdiction and another party: who, of which scheme, how many fen."""

    counterpart: str
    scheme: str
    amount_fen: int


def entry_between(entry_id: str, debit: str, credit: str, transfers: Iterable[Transfer]) -> Entry:
    """Move every amount from the account `credit` to the account `debit`, told by counterpart and scheme."""
    lines: list[Line] = []
    for counterpart, scheme, amount_fen in transfers:
        lines.append(Line(debit, counterpart, scheme, amount_fen))
        lines.append(Line(credit, counterpart, scheme, -amount_fen))
    return Entry(entry_id, lines)


def entry_of_prepayment_paid(entry_id: str, transfers: Iterable[Transfer]) -> Entry:
    """Insured place: prepayments go out to care provinces; negative: a province pays back."""
    return entry_between(entry_id, PREPAID_TO_PROVINCE, FISCAL_ACCOUNT, transfers)


def entry_of_prepayment_received(entry_id: str, transfers: Iterable[Transfer]) -> Entry:
    """Care place: prepayments come in from insured provinces; negative: they are paid back."""
    return entry_between(entry_id, FISCAL_ACCOUNT, HELD_FOR_PROVINCE, transfers)


def entry_of_clearing_paid(entry_id: str, transfers: Iterable[Transfer]) -> Entry:
    """Insured place: what is owed to care provinces is transferred."""
    return entry_between(entry_id, OWED_TO_PROVINCE, FISCAL_ACCOUNT, transfers)


def entry_of_clearing_received(entry_id: str, transfers: Iterable[Transfer]) -> Entry:
    """Care place: what insured provinces owe arrives."""
    return entry_between(entry_id, FISCAL_ACCOUNT, DUE_FROM_PROVINCE, transfers)


def entry_of_collection(entry_id: str, area: str, scheme: str, amount_fen: int) -> Entry:
    """Insured place: an area hands money up to its province; negative: the province hands it back."""
    account = collected_from_area(area)
    return Entry(
        entry_id,
        (Line(FISCAL_ACCOUNT, area, scheme, amount_fen), Line(account, area, scheme, -amount_fen)),
    )


def entry_of_institution_payment(
    entry_id: str, institution_code: str, scheme: str, owed_fen: int, retained_fen: int = 0
) -> Entry:
    """Care place: pay an institution what it is owed, holding `retained_fen` of it back.

    Raises ValueError when more would be held back than is owed.
    """
    if not 0 <= retained_fen <= max(owed_fen, 0):
        raise ValueError("what is held back is part of what is owed")
    paid_fen = owed_fen - retained_fen
    lines = (
        Line(OWED_TO_INSTITUTION, institution_code, scheme, owed_fen),
        Line(RETAINED_FROM_INSTITUTION, institution_code, scheme, -retained_fen),
        Line(FISCAL_ACCOUNT, institution_code, scheme, -paid_fen),
    )
    return Entry(entry_id, lines)


def entry_of_retention_released(entry_id: str, institution_code: str, scheme: str, amount_fen: int) -> Entry:
    """Care place: what was held back from an institution is paid out."""
    return entry_between(
        entry_id,
        RETAINED_FROM_INSTITUTION,
        FISCAL_ACCOUNT,
        (Transfer(institution_code, scheme, amount_fen),),
    )


def entry_of_penalty(entry_id: str, institution_code: str, amount_fen: int) -> Entry:
    """Care place: an institution pays a contract penalty. It stays here and touches no fund."""
    return entry_between(entry_id, OWN_ACCOUNT, PENALTIES, (Transfer(institution_code, "", amount_fen),))


def entry_of_interest(entry_id: str, bank: str, amount_fen: int) -> Entry:
    """Care place: the bank credits interest to the fiscal account; it belongs to the care place."""
    return entry_between(entry_id, FISCAL_ACCOUNT, INTEREST, (Transfer(bank, "", amount_fen),))


def entry_of_bank_fee(entry_id: str, bank: str, account: str, amount_fen: int) -> Entry | Refusal:
    """Charge a bank's fee to `account`; refused unless that is the agency's own (regulation 6.11)."""
    if account != OWN_ACCOUNT:
        return FEE_AGAINST_A_FUND.because("account", account=account, fee_fen=amount_fen)
    return entry_between(entry_id, BANK_FEES, OWN_ACCOUNT, (Transfer(bank, "", amount_fen),))


def entry_of_unknown_receipt(entry_id: str, payer: str, amount_fen: int) -> Entry:
    """Money has arrived of which nobody knows what it is for: it waits in suspense, under its payer."""
    return entry_between(entry_id, FISCAL_ACCOUNT, SUSPENSE, (Transfer(payer, "", amount_fen),))


def entry_of_receipt_explained(
    entry_id: str, payer: str, account: str, counterpart: str, scheme: str, amount_fen: int
) -> Entry:
    """What waited in suspense is found to belong to `account`, of this counterpart and scheme."""
    return Entry(
        entry_id,
        (Line(SUSPENSE, payer, "", amount_fen), Line(account, counterpart, scheme, -amount_fen)),
    )

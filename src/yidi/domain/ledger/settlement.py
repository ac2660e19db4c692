"""How a settlement is posted: at the insured place when it is booked, at the care place when answered.

The insured place owes the care place what its funds and the personal account pay (both go through
clearing); the care place is owed that and owes it to the institution. Cash and the institution's own share
touch no fund. A negative settlement posts negative amounts by the same rules.
"""

from __future__ import annotations

from collections.abc import Iterable

from yidi.domain.ledger.accounts import (
    DUE_FROM_PROVINCE,
    OWED_TO_INSTITUTION,
    OWED_TO_PERSON,
    OWED_TO_PROVINCE,
    personal,
    spent,
)
from yidi.domain.ledger.entry import Entry, Line


def entry_of_booking(
    entry_id: str, area: str, scheme: str, care: str, shares: Iterable[tuple[str, int]], account_fen: int
) -> Entry:
    """Post a direct settlement at the insured place: `shares` are (fund, fen), then the account."""
    return _booking(entry_id, area, scheme, OWED_TO_PROVINCE, care, shares, account_fen)


def entry_of_claim(
    entry_id: str, area: str, scheme: str, person_no: str, shares: Iterable[tuple[str, int]]
) -> Entry:
    """Post a manual claim at the insured place: the funds owe the person; no account pays."""
    return _booking(entry_id, area, scheme, OWED_TO_PERSON, person_no, shares, 0)


def _booking(
    entry_id: str,
    area: str,
    scheme: str,
    creditor: str,
    whom: str,
    shares: Iterable[tuple[str, int]],
    account_fen: int,
) -> Entry:
    lines = [Line(spent(fund, area), whom, scheme, paid_fen) for fund, paid_fen in shares]
    total_fen = account_fen + sum([line[3] for line in lines])
    lines.append(Line(personal(area), whom, scheme, account_fen))
    lines.append(Line(creditor, whom, scheme, -total_fen))
    return Entry(entry_id, lines)


def entry_of_answer(
    entry_id: str, insured: str, institution_code: str, scheme: str, fund_fen: int, account_fen: int
) -> Entry:
    """Post an answered settlement at the care place: the insured province owes, the institution is owed."""
    total_fen = fund_fen + account_fen
    lines = (
        Line(DUE_FROM_PROVINCE, insured, scheme, total_fen),
        Line(OWED_TO_INSTITUTION, institution_code, scheme, -total_fen),
    )
    return Entry(entry_id, lines)

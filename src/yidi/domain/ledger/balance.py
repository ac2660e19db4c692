"""The trial balance: what stands on every account, by counterpart and scheme, and what it must satisfy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from yidi.domain.ledger.accounts import parse_account
from yidi.domain.ledger.entry import Line


class Balance(NamedTuple):
    """One row: the sums of debits (positive) and credits (negative) in fen, and of how many postings."""

    account: str
    counterpart: str
    scheme: str
    debit_fen: int
    credit_fen: int
    postings: int

    @property
    def balance_fen(self) -> int:
        """What stands, debit positive."""
        return self.debit_fen + self.credit_fen


def trial_balance(lines: Iterable[Line]) -> tuple[Balance, ...]:
    """Sum lines by account, counterpart and scheme, in that order: the meaning of every SQL text of it."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for account, counterpart, scheme, amount_fen in lines:
        sums = found.setdefault((account, counterpart, scheme), [0, 0, 0])
        sums[amount_fen < 0] += amount_fen
        sums[2] += 1
    return tuple([Balance(*key, *found[key]) for key in sorted(found)])


def by_account(rows: Iterable[Balance]) -> tuple[Balance, ...]:
    """Add a trial balance up by account alone."""
    found: dict[str, Balance] = {}
    for row in rows:
        so_far = found.get(row.account, Balance(row.account, "", "", 0, 0, 0))
        found[row.account] = Balance(
            row.account,
            "",
            "",
            so_far.debit_fen + row.debit_fen,
            so_far.credit_fen + row.credit_fen,
            so_far.postings + row.postings,
        )
    return tuple([found[account] for account in sorted(found)])


def faults_of(rows: Sequence[Balance]) -> tuple[str, ...]:
    """Find what no trial balance may show: accounts outside the chart, and a sum that is not zero."""
    faults = [
        f"{row.account}: not in the chart of accounts" for row in rows if not parse_account(row.account)
    ]
    total_fen = sum([row.balance_fen for row in rows])
    if total_fen:
        faults.append(f"the ledger is out of balance by {total_fen} fen")
    return tuple(dict.fromkeys(faults))

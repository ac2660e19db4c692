"""The chart of accounts: what a province owes, is owed and has spent, as structured codes.

A code is the kind and, where money belongs to one, the fund and the pooling area: `spent.pool.140200`,
`personal.140200`, `owed_to_province`. Whom a line concerns (province, institution, person) and the scheme
are told beside the account, so the chart stays small.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple


class AccountKind(StrEnum):
    """What an account counts. Debit positive: spending and claims rise by debit, debts by credit."""

    SPENT = "spent"
    """Insured place: benefits a fund of an area has paid (an expense)."""
    PERSONAL = "personal"
    """Insured place: what the personal accounts of an area hold (a debt to the persons)."""
    OWED_TO_PROVINCE = "owed_to_province"
    """Insured place: what is to be paid to care provinces at clearing."""
    OWED_TO_PERSON = "owed_to_person"
    """Insured place: manual claims to be paid out to persons."""
    DUE_FROM_PROVINCE = "due_from_province"
    """Care place: what insured provinces are to pay at clearing."""
    OWED_TO_INSTITUTION = "owed_to_institution"
    """Care place: what institutions are to be paid for direct settlements."""


class Account(NamedTuple):
    """One account: its kind and, for money of a fund or an area, which."""

    kind: AccountKind
    fund: str = ""
    area: str = ""

    @property
    def code(self) -> str:
        """The code under which it is posted."""
        return ".".join(part for part in self if part)


@lru_cache(maxsize=4096)
def spent(fund: str, area: str) -> str:
    """Return the code of what a fund (domain word) of a pooling area has paid."""
    return Account(AccountKind.SPENT, fund, area).code


@lru_cache(maxsize=1024)
def personal(area: str) -> str:
    """Return the code of the personal accounts of a pooling area."""
    return Account(AccountKind.PERSONAL, "", area).code


OWED_TO_PROVINCE = Account(AccountKind.OWED_TO_PROVINCE).code
OWED_TO_PERSON = Account(AccountKind.OWED_TO_PERSON).code
DUE_FROM_PROVINCE = Account(AccountKind.DUE_FROM_PROVINCE).code
OWED_TO_INSTITUTION = Account(AccountKind.OWED_TO_INSTITUTION).code


def parse_account(code: str) -> Account | None:
    """Read a code back; None when it is not one of the chart."""
    kind, _, rest = code.partition(".")
    if kind not in set(AccountKind):
        return None
    fund, _, area = rest.rpartition(".")
    found = Account(AccountKind(kind), fund, area)
    needs = {AccountKind.SPENT: (True, True), AccountKind.PERSONAL: (False, True)}
    return found if (bool(fund), bool(area)) == needs.get(found.kind, (False, False)) else None

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
    PREPAID_TO_PROVINCE = "prepaid_to_province"
    """Insured place: the float that lies with a care province (预付款项, an asset)."""
    HELD_FOR_PROVINCE = "held_for_province"
    """Care place: the float of an insured province (暂收款, a debt)."""
    FISCAL_ACCOUNT = "fiscal_account"
    """Money of the funds in the provincial fiscal special account (财政专户, an asset)."""
    COLLECTED_FROM_AREA = "collected_from_area"
    """Insured place: what an area has handed up to its province for prepayment and clearing."""
    RETAINED_FROM_INSTITUTION = "retained_from_institution"
    """Care place: what is held back from an institution until its year is judged (质量保证金)."""
    DEDUCTED_FOR_PROVINCE = "deducted_for_province"
    """Care place: audit deductions that the next clearing gives to an insured province (审核扣减)."""
    DEDUCTED_BY_PROVINCE = "deducted_by_province"
    """Insured place: audit deductions that a care province still has to give."""
    RECOVERED_FOR_PROVINCE = "recovered_for_province"
    """Care place: money taken back from institutions that belongs to an insured province."""
    RECOVERED_BY_PROVINCE = "recovered_by_province"
    """Insured place: money that a care province has taken back for it and still has to return."""
    INTEREST = "interest"
    """Care place: interest of the fiscal account; it belongs to the care place (regulation 6.12)."""
    SUSPENSE = "suspense"
    """Money received of which nobody has yet said what it is for."""
    OWN_ACCOUNT = "own_account"
    """The agency's own money, no fund's: what penalties bring in and fees cost."""
    PENALTIES = "penalties"
    """Care place: contract penalties; they stay with it and touch no fund (regulation 7.4)."""
    BANK_FEES = "bank_fees"
    """Fees of banks; never a charge of a fund (regulation 6.11)."""


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


@lru_cache(maxsize=1024)
def collected_from_area(area: str) -> str:
    """Return the code of what a pooling area has handed up to its province."""
    return Account(AccountKind.COLLECTED_FROM_AREA, "", area).code


OWED_TO_PROVINCE = Account(AccountKind.OWED_TO_PROVINCE).code
OWED_TO_PERSON = Account(AccountKind.OWED_TO_PERSON).code
DUE_FROM_PROVINCE = Account(AccountKind.DUE_FROM_PROVINCE).code
OWED_TO_INSTITUTION = Account(AccountKind.OWED_TO_INSTITUTION).code
PREPAID_TO_PROVINCE = Account(AccountKind.PREPAID_TO_PROVINCE).code
HELD_FOR_PROVINCE = Account(AccountKind.HELD_FOR_PROVINCE).code
FISCAL_ACCOUNT = Account(AccountKind.FISCAL_ACCOUNT).code
RETAINED_FROM_INSTITUTION = Account(AccountKind.RETAINED_FROM_INSTITUTION).code
DEDUCTED_FOR_PROVINCE = Account(AccountKind.DEDUCTED_FOR_PROVINCE).code
DEDUCTED_BY_PROVINCE = Account(AccountKind.DEDUCTED_BY_PROVINCE).code
RECOVERED_FOR_PROVINCE = Account(AccountKind.RECOVERED_FOR_PROVINCE).code
RECOVERED_BY_PROVINCE = Account(AccountKind.RECOVERED_BY_PROVINCE).code
INTEREST = Account(AccountKind.INTEREST).code
SUSPENSE = Account(AccountKind.SUSPENSE).code
OWN_ACCOUNT = Account(AccountKind.OWN_ACCOUNT).code
PENALTIES = Account(AccountKind.PENALTIES).code
BANK_FEES = Account(AccountKind.BANK_FEES).code

MIRRORS = {
    PREPAID_TO_PROVINCE: HELD_FOR_PROVINCE,
    OWED_TO_PROVINCE: DUE_FROM_PROVINCE,
    DEDUCTED_BY_PROVINCE: DEDUCTED_FOR_PROVINCE,
    RECOVERED_BY_PROVINCE: RECOVERED_FOR_PROVINCE,
}
"""Account of the insured place -> account of the care place: with each other as counterpart they sum to
zero, once everything under way between the two has arrived."""
NO_FUND = frozenset({AccountKind.OWN_ACCOUNT, AccountKind.PENALTIES, AccountKind.BANK_FEES})
"""The agency's own books: every other account is the insurance funds' money and ring-fenced."""
_NEEDS = {
    AccountKind.SPENT: (True, True),
    AccountKind.PERSONAL: (False, True),
    AccountKind.COLLECTED_FROM_AREA: (False, True),
}


def of_a_fund(code: str) -> bool:
    """Say whether an account holds money of the insurance funds; what is not of the chart is not."""
    found = parse_account(code)
    return found is not None and found.kind not in NO_FUND


def parse_account(code: str) -> Account | None:
    """Read a code back; None when it is not one of the chart."""
    kind, _, rest = code.partition(".")
    if kind not in set(AccountKind):
        return None
    fund, _, area = rest.rpartition(".")
    found = Account(AccountKind(kind), fund, area)
    return found if (bool(fund), bool(area)) == _NEEDS.get(found.kind, (False, False)) else None

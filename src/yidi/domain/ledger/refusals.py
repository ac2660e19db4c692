"""What the ledger refuses."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

FEE_AGAINST_A_FUND = RefusalKind(
    "FUNDS-27",
    RefusalClass.FUNDS,
    Actor.CARE_PLACE,
    "银行手续费{fee_fen}分不得从基金科目{account}列支",
    "the bank fee of {fee_fen} fen may not be charged to the fund account {account}",
    "请从经办机构自有经费（own_account）列支；已从基金扣收的，请向银行追回",
    "charge it to the agency's own money (own_account); have the bank return what it took from the fund",
)

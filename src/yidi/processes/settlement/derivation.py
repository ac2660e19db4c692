"""Derives a booked settlement again from its stored inputs: for explaining, and for proving the facts."""

from __future__ import annotations

from yidi.domain.benefit.settle import explain
from yidi.domain.benefit.situation import Benefit
from yidi.domain.policy.policy import Policies, Policy
from yidi.domain.refusal import Refusal
from yidi.processes.settlement.records import Settlement
from yidi.processes.settlement.refusals import NOT_DERIVABLE
from yidi.processes.settlement.statement import INPUTS, fund_columns, shares_shown


def derive_again(row: Settlement, policies: Policies) -> Benefit | tuple[Refusal, ...]:
    """Compute a booked settlement anew, with its explanation, from its inputs and the pack it was made with.

    Refused when it undoes another, when the pack at hand is not the very same, or when the result differs
    (which no correct node can bring about).
    """
    if row.undoes:
        zh = f"它撤销{row.undoes}，金额与之相反，请推算那一笔"
        en = f"it takes back {row.undoes}, amount by amount: explain that one"
        return (_not_derivable(row, zh, en),)
    inputs = INPUTS.decode(row.inputs)
    policy = policies.find(row.area, row.scheme, inputs.situation.on)
    if not isinstance(policy, Policy) or policy.version != row.pack_hash:
        have = policy.version[:12] if isinstance(policy, Policy) else "-"
        return (
            _not_derivable(
                row,
                f"当时的政策包{row.pack_id}（{row.pack_hash[:12]}）不在手，现有{have}，请提供当时的政策包",
                f"the pack {row.pack_id} of then ({row.pack_hash[:12]}) is not at hand, only {have}: give it",
            ),
        )
    counters, balance = inputs.counters, inputs.balance_fen
    found = explain(policy, inputs.situation, inputs.bill, counters, balance, inputs.use_account)
    if isinstance(found, Benefit) and figures(found) != booked_figures(row):
        differs = "the result differs from what was booked: report it"
        return (_not_derivable(row, "结果与记账不符，请报告", differs),)
    return found


def figures(benefit: Benefit) -> tuple[int, ...]:
    """Return what each fund, account and person pay, in fen."""
    columns = fund_columns(shares_shown(benefit))
    return (*columns, benefit.account_fen, benefit.cash_fen, benefit.hospital_fen, benefit.deductible_fen)


def booked_figures(row: Settlement) -> tuple[int, ...]:
    """Return the same figures as they were booked."""
    return (
        row.pool_fen,
        row.large_sum_fen,
        row.serious_illness_fen,
        row.civil_servant_fen,
        row.employer_supplement_fen,
        row.assistance_fen,
        row.disabled_soldier_fen,
        row.other_fen,
        row.account_fen,
        row.cash_fen,
        row.hospital_fen,
        row.deductible_fen,
    )


def _not_derivable(row: Settlement, why_zh: str, why_en: str) -> Refusal:
    return NOT_DERIVABLE.because(
        "settlement_id", settlement_id=row.settlement_id, why_zh=why_zh, why_en=why_en
    )

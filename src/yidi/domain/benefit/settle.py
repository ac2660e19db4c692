"""The benefit of one visit: what each fund pays and what the person pays, with or without its explanation.

Order of regulation section 3.3 and policy-pack data: total - full self - over limit - first self = in
scope; the share borne first elsewhere; the deductible that is left; the bands; the cap; each further layer
on what is left; then the personal account and cash. Amounts integer fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec.structs import astuple, replace

from yidi.domain.benefit.assumed import with_assumed
from yidi.domain.benefit.kernel import FIRST_BEAR, Heads, Outcome, from_account, opened
from yidi.domain.benefit.plan import ASKED, Plan, make_plan, plan_for
from yidi.domain.benefit.planned import Walked
from yidi.domain.benefit.refusals import AMOUNT_BELOW_ZERO
from yidi.domain.benefit.situation import Benefit, Bill, Share, Situation, add_up, merged
from yidi.domain.benefit.wide import Widely, derived, settle_wide
from yidi.domain.benefit.words import explain_steps
from yidi.domain.money import GREATEST_FEN
from yidi.domain.policy.policy import Policy
from yidi.domain.refusal import Refusal

_AMOUNTS, _MARKS = (Situation.__struct_fields__.index(name) for name in ("amounts", "marks"))


def benefit(
    policy: Policy,
    situation: Situation,
    bill: Bill,
    counters: Mapping[str, int],
    account_balance_fen: int = 0,
    use_account: bool = False,
) -> Benefit | tuple[Refusal, ...]:
    """Compute who pays what of a bill.

    `counters` holds the benefit year's accumulators by name (missing ones are zero); they are not changed,
    the answer's `counters` are the amounts to add. `account_balance_fen` is used only when `use_account`.
    """
    if policy.derives:
        situation = derived(policy, situation, bill)
    said, heads = astuple(situation), astuple(bill)
    asked = said[:ASKED]
    plan = policy.memo.get(asked) or make_plan(policy, situation, asked)
    if not 0 <= account_balance_fen <= GREATEST_FEN or (counters and min(counters.values()) < 0):
        return _out_of_range(counters, account_balance_fen)
    if type(plan) is Plan and add_up(heads):
        balance = account_balance_fen if use_account else 0
        if not (plan.wide or said[_AMOUNTS] or said[_MARKS]):
            return _settle(plan, heads, counters, balance, [*opened(heads, plan.first_bear_bp)], None)
        found = settle_wide(plan, situation, bill, counters, balance, use_account)
        return found.benefit if isinstance(found, Widely) else found
    return bill.check() + (plan if isinstance(plan, tuple) else ())


def explain(
    policy: Policy,
    situation: Situation,
    bill: Bill,
    counters: Mapping[str, int],
    account_balance_fen: int = 0,
    use_account: bool = False,
) -> Benefit | tuple[Refusal, ...]:
    """Compute the same benefit with its steps, told from the very figures of the computation."""
    found = walk(policy, situation, bill, counters, account_balance_fen, use_account)
    if not isinstance(found, Walk):
        return found
    steps = explain_steps(found.plan, bill, found.benefit, found.walked)
    account = use_account and account_balance_fen > 0
    return replace(found.benefit, steps=with_assumed(steps, found.plan, situation, account=account))


class Walk(NamedTuple):
    """A benefit with every figure on the way."""

    benefit: Benefit
    walked: Walked
    plan: Plan


def walk(
    policy: Policy,
    situation: Situation,
    bill: Bill,
    counters: Mapping[str, int],
    account_balance_fen: int = 0,
    use_account: bool = False,
) -> Walk | tuple[Refusal, ...]:
    """Compute a benefit and keep every figure on the way, for explaining and tracing."""
    plan = plan_for(policy, derived(policy, situation, bill) if policy.derives else situation)
    if not 0 <= account_balance_fen <= GREATEST_FEN or (counters and min(counters.values()) < 0):
        return _out_of_range(counters, account_balance_fen)
    if isinstance(plan, tuple) or not bill.holds():
        return bill.check() + (plan if isinstance(plan, tuple) else ())
    balance = account_balance_fen if use_account else 0
    if not (plan.wide or situation.amounts or situation.marks):
        heads = astuple(bill)
        parts = [*opened(heads, plan.first_bear_bp)]
        first_bear = parts[FIRST_BEAR]
        outcomes: list[Outcome | None] = []
        settled = _settle(plan, heads, counters, balance, parts, outcomes)
        return Walk(settled, (first_bear, outcomes, plan.rows, parts, ()), plan)
    found = settle_wide(plan, situation, bill, counters, balance, use_account)
    return Walk(*found, plan) if isinstance(found, Widely) else found


def _out_of_range(counters: Mapping[str, int], account_balance_fen: int) -> tuple[Refusal, ...]:
    """Refuse a year or an account that holds less than nothing, or more than an amount can be."""
    held = {**counters, "account_balance_fen": account_balance_fen}
    return tuple(
        AMOUNT_BELOW_ZERO.because(name, amount=amount)
        for name, amount in held.items()
        if not 0 <= amount <= GREATEST_FEN
    )


def _settle(
    plan: Plan,
    heads: Heads,
    counters: Mapping[str, int],
    account_balance_fen: int,
    parts: list[int],
    outcomes: list[Outcome | None] | None,
) -> Benefit:
    """Walk the layers and divide the rest between account and cash; `parts` become what the funds left.

    `outcomes` takes the figures of every layer, where somebody wants them.
    """
    now = [*map(counters.get, plan.counters, plan.zeros)]
    before = now.copy()
    walk, figures = plan.walk or plan.unroll()
    shares: list[Share] = []
    funds, charged = walk(figures, now, parts, outcomes, Share, shares)
    if plan.stays_slot >= 0:
        now[plan.stays_slot] += 1
    added = []
    for name, was, found in zip(plan.counters, before, now):  # noqa: B905
        if found != was:
            added.append((name, found - was))
    person = heads[0] - funds
    account = from_account(plan.account_parts, account_balance_fen, parts) if account_balance_fen > 0 else 0
    return Benefit(
        tuple(shares) if plan.unique_funds else merged(shares),
        funds,
        person,
        account,
        person - account,
        0,
        charged,
        plan.standard_fen,
        tuple(added),
        plan.completed,
    )

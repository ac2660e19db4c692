"""What a benefit takes for granted: facts a rule looked at that nobody told, and the answer they then have.

A pack may say how a visit that is silent is settled (`not_said`). That is never silent: the explanation names
every such answer that decides a figure of this visit. Made once a plan; a visit only leaves out what it told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from yidi.domain.benefit.planned import Plan
from yidi.domain.benefit.situation import Situation, Step
from yidi.domain.benefit.words import BALANCES
from yidi.domain.policy.answers import FACT, Sets
from yidi.domain.policy.known import ASKED_OF
from yidi.domain.policy.resolve import Resolver, holds
from yidi.domain.policy.terms import Fact, Mark, Purse

RULE = "assumed"
"""How the rules of these steps begin: they compute nothing."""
_ANSWERS = {"yes": ("是", "yes"), "no": ("否", "no")}
_SOURCE = ("assumed", "政策包：未告知时的答案 (the pack: the answer of a visit that is silent)", "")


def assumed_steps(plan: Plan, situation: Situation) -> tuple[Step, ...]:
    """Return a step for every answer that was assumed; none where the pack asks nothing of its own."""
    terms = plan.policy.terms
    if not (terms.facts or terms.marks or terms.carries):
        return ()
    if plan.assumed is None:
        plan.assumed = tuple(_assumed(plan))
    said = {name for name, _ in situation.facts}
    said |= {FACT + name for name, _ in (*situation.marks, *situation.amounts)}
    return tuple(step for name, step in plan.assumed if name not in said)


def with_assumed(
    steps: tuple[Step, ...], plan: Plan, situation: Situation, *, account: bool = False
) -> tuple[Step, ...]:
    """Put what was assumed behind the first step, the bill; `account`: there is one, and it may pay."""
    found = assumed_steps(plan, situation)
    if account and plan.purses:
        found += tuple(_purse_steps(plan, situation))
    return (*steps[:1], *found, *steps[1:]) if found else steps


def _assumed(plan: Plan) -> Iterator[tuple[str, Step]]:
    """Yield what may be assumed: facts by their name, marks and amounts with `FACT` before it."""
    deciding = set(_deciding(plan))
    for fact in plan.policy.terms.facts.values():
        for name, _ in fact.adds if FACT + fact.name in deciding else ():
            deciding.add(FACT + name)
    for name, fact in plan.policy.terms.facts.items():
        if FACT + name in deciding and fact.not_said and not (fact.percent or fact.adds):
            yield name, _fact_step(fact)
    parts = {part for each in plan.layers for part in each.layer.base}
    for planned in plan.marks:
        mark = planned.mark
        if not mark.apart or mark.name in parts:
            yield FACT + mark.name, _mark_step(mark)
    for name in plan.policy.terms.carries:
        if name in plan.given:
            yield FACT + name, _carry_step(name, *plan.policy.terms.amounts[name])


def _carry_step(name: str, zh: str, en: str) -> Step:
    texts = f"{zh}：没有登记，按零计算。", f"{en[:1].upper()}{en[1:]}: not on record, taken as none."
    return Step(f"{RULE}.{name}", *texts, *_SOURCE, 0, 0)


def _purse_steps(plan: Plan, situation: Situation) -> Iterator[Step]:
    """Yield a step for every balance of the account that nobody told: it counts as empty."""
    told = {"own", *(name for name, _ in situation.amounts)}
    for purse in plan.purses:
        if purse.balance not in told:
            told.add(purse.balance)
            yield _purse_step(purse)


def _purse_step(purse: Purse) -> Step:
    zh, en = BALANCES.get(purse.balance, (purse.balance, purse.balance.replace("_", " ")))
    then_zh = then_en = ""
    if purse.first:
        then_zh = "；账户余额全部在基金支付之后使用"
        then_en = "; all of the account pays after the funds"
    return Step(
        f"{RULE}.account.{purse.balance}",
        f"个人账户（{zh}）：没有登记，按没有余额计算{then_zh}。",
        f"Of the personal account, {en}: not on record, taken as empty{then_en}.",
        *_SOURCE,
        0,
        0,
    )


def _deciding(plan: Plan) -> Iterator[str]:
    """Yield the facts on which, all else as it is, a figure, a layer or a refusal depends."""
    policy, answers = plan.policy, plan.answers
    figures = [figure for figure in (policy.first, *policy.limits.values()) if figure is not None]
    sets: list[Sets] = [each for each, _ in policy.answers.unknown]
    for ready in policy.layers:
        if answers["care"] not in ready.layer.care:
            continue
        sets.append(ready.when)
        if all(answers[name] in wanted for name, wanted in ready.when if not name.startswith(FACT)):
            figures += ready.resolvers()
    for figure in figures:
        yield from _counted(figure, answers)
        sets += [each for _, each in (*figure.rows, *figure.adjustments)]
    if any(name == "class" for each in sets for name, _ in each):
        sets += [each for each, _, _ in policy.answers.classes]
    yield from _open(sets, answers)


def _counted(figure: Resolver, answers: dict[str, str]) -> Iterator[str]:
    """Yield the numbers an adjustment of this visit counts by."""
    for each, sets in figure.adjustments:
        if each.per and holds(sets, answers):
            yield each.per


def _open(sets: Iterable[Sets], answers: dict[str, str]) -> Iterator[str]:
    """Yield the facts whose condition stands alone between a row and this visit."""
    for each in sets:
        for name, _ in each:
            if name.startswith(FACT) and all(answers[n] in wanted for n, wanted in each if n != name):
                yield name


def _fact_step(fact: Fact) -> Step:
    zh, en = _ANSWERS.get(fact.not_said, (fact.not_said, fact.not_said.replace("_", " ")))
    why_zh, why_en = ("没有登记", "not on record") if fact.known_from else ("无人告知", "not told")
    by_zh, by_en = "", ""
    if fact.asked_of:
        one, two = ASKED_OF[fact.asked_of]
        by_zh, by_en = f"；如有不符，请由{one}告知", f"; if that is wrong, {two} can tell it"
    return Step(
        f"{RULE}.{fact.name}",
        f"{fact.zh}：{why_zh}，按“{zh}”计算{by_zh}。",
        f"{fact.en[:1].upper()}{fact.en[1:]}: {why_en}, taken as “{en}”{by_en}.",
        *_SOURCE,
        0,
        0,
    )


def _mark_step(mark: Mark) -> Step:
    return Step(
        f"{RULE}.{mark.name}",
        f"账单中的{mark.zh}：无人告知，按没有计算。",
        f"Of the bill, {mark.en}: not told, taken as none.",
        *_SOURCE,
        0,
        0,
    )

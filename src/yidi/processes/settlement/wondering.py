"""What an estimate would still like to know: questions of the area's own that decide its figures.

Those nobody answered and a rule needs, and those that were taken for granted (`domain/benefit/assumed.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from yidi.domain.benefit.assumed import RULE
from yidi.domain.policy.answers import FACT
from yidi.domain.policy.policy import Policies, Policy
from yidi.domain.policy.refusals import NOT_SAID
from yidi.processes.settlement.estimating import Estimate, Option


class Question(Struct, frozen=True):
    """A question with its words to choose from (none: a number up to `greatest`) and the answer so far.

    `needed`: without an answer nothing can be computed.
    """

    name: str
    zh: str
    en: str
    answers: tuple[str, ...]
    greatest: int
    said: str
    needed: bool


def questions(found: Estimate, policies: Policies) -> tuple[Question, ...]:
    """Return what decides an estimate and was not told, or was told and may be told otherwise."""
    policy = policies.find(found.planned.area, found.planned.scheme, found.planned.on)
    if not isinstance(policy, Policy):
        return ()
    said = dict(found.planned.facts)
    names = {name: name in said for name in said}
    for option in found.options:
        for name, needed in _open(option):
            names[name] = names.get(name, False) or needed
    return tuple(_question(policy, name, said, names[name]) for name in policy.terms.facts if name in names)


def _open(option: Option) -> Iterator[tuple[str, bool]]:
    """Yield the facts an option lacks (needed) or took for granted."""
    for refusal in option.refusals:
        if refusal.code == NOT_SAID.code and refusal.field.startswith(FACT):
            yield refusal.field.removeprefix(FACT), True
    for step in option.benefit.steps if option.benefit is not None else ():
        if step.rule.startswith(f"{RULE}."):
            yield step.rule.removeprefix(f"{RULE}."), False


def _question(policy: Policy, name: str, said: Mapping[str, str], needed: bool) -> Question:
    fact = policy.terms.facts[name]
    answer = said.get(name, fact.not_said)
    return Question(name, fact.zh, fact.en, fact.answers, fact.greatest, answer, needed)

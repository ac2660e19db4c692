"""Insured place: a pack's own questions that stored facts answer, so that nobody at the counter is asked.

Only what the pack says is `known_from` them is told (see `domain/policy/known.py`); a question that stays
open is refused by the pack itself (POLICY-05), naming who must supply it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from yidi.domain.benefit.plan import answers_of
from yidi.domain.benefit.situation import CareKind, Situation
from yidi.domain.dates import whole_months
from yidi.domain.policy.answers import NOT_SAID
from yidi.domain.policy.known import AGAIN, DAYS, INSTITUTION, MONTHS, PERSON_TYPE
from yidi.domain.policy.policy import Policy
from yidi.domain.policy.terms import Fact
from yidi.processes.enrolment.records import InsuranceRelation
from yidi.processes.settlement.records import Settlement
from yidi.processes.settlement.statement import INPUTS
from yidi.processes.settlement.views import live_settlements


class Stored(NamedTuple):
    """What is known of a person and a visit: the relation that entitles, and the year's settlements."""

    relation: InsuranceRelation
    settlements: Sequence[Settlement] = ()
    visit_id: str = ""
    institution_code: str = ""


def asks_for_stays(policies: Iterable[Policy]) -> bool:
    """Say whether any of these policies asks for what only the year's earlier stays tell."""
    return any(fact.known_from == AGAIN for policy in policies for fact in policy.terms.facts.values())


def told(policy: Policy, situation: Situation, stored: Stored) -> Situation:
    """Return the situation with every fact told that the pack says is known; what it says already stands."""
    said = {name for name, _ in situation.facts}
    facts = tuple(
        (name, answer)
        for name, fact in policy.terms.facts.items()
        if fact.known_from and name not in said and (answer := _answer(policy, fact, situation, stored))
    )
    return replace(situation, facts=(*situation.facts, *facts)) if facts else situation


def _answer(policy: Policy, fact: Fact, situation: Situation, stored: Stored) -> str:
    """Return the answer to one question; empty where it does not arise."""
    stay = situation.care_kind is CareKind.INPATIENT
    if fact.known_from == MONTHS:
        return _number(fact, whole_months(_day(stored.relation.start), _day(situation.on)))
    if fact.known_from == DAYS and stay and situation.admitted_on:
        return _number(fact, max((_day(situation.on) - _day(situation.admitted_on)).days, 1))
    if fact.known_from == AGAIN and stay:
        return _yes(_stayed_before(policy, situation, stored))
    if fact.known_from == PERSON_TYPE:
        return _yes(stored.relation.person_type.startswith(fact.codes))
    if fact.known_from == INSTITUTION:
        return _yes(stored.institution_code.startswith(fact.codes))
    return ""


def _number(fact: Fact, number: int) -> str:
    """Write a number; what the pack asks as yes or no is yes below its bound."""
    if fact.answers:
        return _yes(number < fact.below)
    return str(min(max(number, 0), fact.greatest))


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


def _stayed_before(policy: Policy, situation: Situation, stored: Stored) -> bool:
    """Say whether an earlier stay of the benefit year was at a hospital of the same class or level."""
    here = _class_of(policy, situation)
    return any(
        _class_of(policy, INPUTS.decode(row.inputs).situation) == here
        for row in live_settlements(stored.settlements)
        if row.care_kind == CareKind.INPATIENT and row.visit_id != stored.visit_id
    )


def _class_of(policy: Policy, situation: Situation) -> str:
    """Return the region's own class of the hospital, or its level where the region has no classes."""
    answers = answers_of(policy, situation)
    return answers["class"] if answers["class"] != NOT_SAID else answers["level"]

"""A policy compiled for one kind of visit: flat integers for the kernel, and what the words need.

The plan of a combination of answers is made once and kept in the policy's memo; a visit then only looks
it up by its situation.
"""

from __future__ import annotations

from msgspec.structs import astuple

from yidi.domain.benefit.compiling import compile_plan, given_a_level
from yidi.domain.benefit.planned import STAYS, Plan
from yidi.domain.benefit.situation import CareKind, Situation
from yidi.domain.policy import refusals
from yidi.domain.policy.answers import FACT, FIXED_ANSWERS, NOT_SAID, OTHER, settled_place
from yidi.domain.policy.policy import Policy
from yidi.domain.policy.resolve import holds
from yidi.domain.refusal import Refusal

__all__ = ["ASKED", "STAYS", "Plan", "answers_of", "make_plan", "plan_for"]

KEPT_PLANS = 50_000
"""Most compiled lookups a policy keeps; beyond it the memo starts anew (it is derived data)."""
ASKED = Situation.__struct_fields__.index("facts") + 1
"""So many of a situation's fields are what rules may depend on; the days chose the policy already."""


def plan_for(policy: Policy, situation: Situation) -> Plan | tuple[Refusal, ...]:
    """Return the plan of a visit, or why the policy has none. Bounded memory, no hidden state."""
    asked = astuple(situation)[:ASKED]
    return policy.memo.get(asked) or make_plan(policy, situation, asked)  # type: ignore[return-value]


def make_plan(policy: Policy, situation: Situation, asked: tuple[object, ...]) -> Plan | tuple[Refusal, ...]:
    """Make the plan of a visit and keep it by what is asked of the visit."""
    if len(policy.memo) >= KEPT_PLANS:
        policy.memo.clear()
    found = policy.memo[asked] = _plan_or_refusals(policy, situation)
    return found


def _plan_or_refusals(policy: Policy, situation: Situation) -> Plan | tuple[Refusal, ...]:
    answers = answers_of(policy, situation)
    findings = unknown_answers(policy, answers)
    care = policy.terms.care[situation.care_kind]
    if care.word == "unknown":
        values = {"pack": policy.pack_id, "reason": care.detail}
        findings.append(
            refusals.UNKNOWN_FIGURE.because(f"care.{situation.care_kind}", key=situation.care_kind, **values)
        )
    findings += undeclared(policy, situation)
    if not findings:
        findings += unknown_situation(policy, answers)
    if findings:
        return tuple(findings)
    same = ("plan", *answers.values())
    plan = policy.memo.get(same)
    if plan is None:
        plan = policy.memo[same] = compile_plan(policy, answers)
    return plan  # type: ignore[return-value]


def answers_of(policy: Policy, situation: Situation) -> dict[str, str]:
    """Put a situation into the policy's dimensions and classes."""
    answers = policy.answers
    care = policy.terms.care[situation.care_kind]
    kind = care.detail if care.word == "as" else str(situation.care_kind)
    place, standing = settled_place(situation.place, situation.standing)
    stay = situation.stay_number if kind == CareKind.INPATIENT else 1
    tiers = answers.domains["tier"]
    groups = answers.group_of
    level, grade = str(situation.level), situation.level_grade or NOT_SAID
    fixed = policy.terms.elsewhere
    if fixed is not None and fixed.level != "same" and given_a_level(fixed, place, standing):
        level, grade = fixed.level, grade if level == fixed.level else NOT_SAID
    found = {
        "person": str(situation.person_class),
        "age": answers.ages[situation.age] if 0 <= situation.age < len(answers.ages) else str(situation.age),
        "level": level,
        "grade": grade,
        "kind": situation.institution_kind,
        "care": kind,
        "place": str(place),
        "standing": str(standing),
        "chronic": groups["chronic"].get(situation.chronic_code, OTHER),
        "stay": answers.stays[min(stay, len(answers.stays) - 1)] if stay >= 1 else str(stay),
        "contracted": "yes" if situation.contracted_primary else "no",
        "civil_servant": "yes" if situation.civil_servant else "no",
        "category": groups["category"].get(situation.assistance_category, OTHER),
        "tier": situation.plan_tier or tiers[0],
        "class": NOT_SAID,
    }
    if policy.terms.facts:
        _add_facts(policy, situation, found)
    if answers.classes:
        found["class"] = answers.class_of(found)
    return found


def _add_facts(policy: Policy, situation: Situation, found: dict[str, str]) -> None:
    """Put the pack's own facts into classes; what the visit does not say is empty."""
    said = dict(situation.facts)
    for name, fact in policy.terms.facts.items():
        value = said.get(name, fact.not_said)
        if fact.greatest and value.isascii() and value.isdigit():
            value = policy.answers.number_class(FACT + name, int(value))
        found[FACT + name] = value


def unknown_answers(policy: Policy, answers: dict[str, str]) -> list[Refusal]:
    """Return a finding for every answer the policy does not know; never clamp one in silence."""
    findings = []
    for name, value in answers.items():
        domain = FIXED_ANSWERS["care"] if name == "care" else policy.answers.domains[name]
        if value not in domain and not (value == "" and name.startswith(FACT)):
            greatest = policy.answers.greatest.get(name, 0)
            expected = f"0-{greatest}" if greatest else ", ".join(domain)
            findings.append(
                refusals.UNKNOWN_ANSWER.because(name, pack=policy.pack_id, value=value, expected=expected)
            )
    return findings


def undeclared(policy: Policy, situation: Situation) -> list[Refusal]:
    """Return a finding for every fact the visit tells that the pack does not ask."""
    known = policy.terms.facts
    return [
        refusals.UNKNOWN_ANSWER.because(
            "facts", pack=policy.pack_id, value=name, expected=", ".join(known) or "-"
        )
        for name, _ in situation.facts
        if name not in known
    ]


def unknown_situation(policy: Policy, answers: dict[str, str]) -> list[Refusal]:
    """Return why no source gives the rules of this kind of visit, where the pack says so."""
    return [
        refusals.UNKNOWN_FIGURE.because("situation", pack=policy.pack_id, key="situation", reason=why)
        for sets, why in policy.answers.unknown
        if holds(sets, answers)
    ]

"""A policy compiled for one kind of visit: flat integers for the kernel, and what the words need.

The plan of a combination of answers is made once and kept in the policy's memo; a visit then only looks
it up by its situation.
"""

from __future__ import annotations

from operator import attrgetter

from yidi.domain.benefit.kernel import ENDLESS, LayerRow, RoundingRow, rounding_row
from yidi.domain.benefit.situation import CareKind, Fund, Situation
from yidi.domain.policy import refusals
from yidi.domain.policy.answers import FIXED_ANSWERS, NOT_SAID, OTHER, settled_place
from yidi.domain.policy.grammar import PARTS
from yidi.domain.policy.policy import Policy, ReadyLayer
from yidi.domain.policy.resolve import Found, Resolver, holds
from yidi.domain.policy.terms import Layer
from yidi.domain.refusal import Refusal

STAYS = "stays"
"""The counter of inpatient stays in the benefit year."""
KEPT_PLANS = 50_000
"""Most compiled lookups a policy keeps; beyond it the memo starts anew (it is derived data)."""
_KEY = attrgetter(
    "person_class",
    "age",
    "level",
    "level_grade",
    "institution_kind",
    "care_kind",
    "place",
    "standing",
    "chronic_code",
    "stay_number",
    "contracted_primary",
    "civil_servant",
    "assistance_category",
    "plan_tier",
)
"""Everything of a situation that rules may depend on; the days chose the policy already."""


class PlannedLayer:
    """One layer of a plan with the figures that made its row."""

    __slots__ = ("caps", "deductible", "layer", "ratios", "words")

    def __init__(
        self, layer: Layer, ratios: Found, deductible: Found | None, caps: tuple[Found, ...]
    ) -> None:
        self.layer = layer
        self.ratios = ratios
        self.deductible = deductible
        self.caps = caps
        self.words: object = None


class Plan:
    """Everything a visit of this kind needs. `pays`: each layer's row, fund, whether it
    cascades, and the only part it looks at (-1: several).
    """

    __slots__ = (
        "account_parts",
        "answers",
        "completed",
        "counters",
        "first_bear",
        "first_bear_bp",
        "layers",
        "pays",
        "policy",
        "rounding",
        "rows",
        "standard_fen",
        "stays_slot",
        "unique_funds",
    )

    def __init__(self, policy: Policy, answers: dict[str, str]) -> None:
        self.policy = policy
        self.answers = answers
        self.counters: tuple[str, ...] = ()
        self.rows: tuple[LayerRow, ...] = ()
        self.layers: tuple[PlannedLayer, ...] = ()
        self.pays: tuple[tuple[LayerRow, Fund, int, int], ...] = ()
        self.unique_funds = True
        self.rounding: RoundingRow = rounding_row(policy.terms.rounding.how, policy.terms.rounding.each)
        self.account_parts = tuple(PARTS.index(name) for name in policy.terms.account)
        self.first_bear: Found | None = None
        self.first_bear_bp = 0
        self.standard_fen = 0
        self.stays_slot = -1
        self.completed = False


def plan_for(policy: Policy, situation: Situation) -> Plan | tuple[Refusal, ...]:
    """Return the plan of a visit, or why the policy has none. Bounded memory, no hidden state."""
    key = _KEY(situation)
    found = policy.memo.get(key)
    if found is None:
        if len(policy.memo) >= KEPT_PLANS:
            policy.memo.clear()
        found = policy.memo[key] = _plan_or_refusals(policy, situation)
    return found  # type: ignore[return-value]


def _plan_or_refusals(policy: Policy, situation: Situation) -> Plan | tuple[Refusal, ...]:
    answers = answers_of(policy, situation)
    findings = unknown_answers(policy, answers)
    care = policy.terms.care[situation.care_kind]
    if care.word == "unknown":
        values = {"pack": policy.pack_id, "reason": care.detail}
        findings.append(
            refusals.UNKNOWN_FIGURE.because(f"care.{situation.care_kind}", key=situation.care_kind, **values)
        )
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
    return {
        "person": str(situation.person_class),
        "age": answers.ages[situation.age] if 0 <= situation.age < len(answers.ages) else str(situation.age),
        "level": str(situation.level),
        "grade": situation.level_grade or NOT_SAID,
        "kind": situation.institution_kind,
        "care": kind,
        "place": str(place),
        "standing": str(standing),
        "chronic": groups["chronic"].get(situation.chronic_code, OTHER),
        "stay": answers.stays[min(max(stay, 1), len(answers.stays) - 1)],
        "contracted": "yes" if situation.contracted_primary else "no",
        "civil_servant": "yes" if situation.civil_servant else "no",
        "category": groups["category"].get(situation.assistance_category, OTHER),
        "tier": situation.plan_tier or tiers[0],
    }


def unknown_answers(policy: Policy, answers: dict[str, str]) -> list[Refusal]:
    """Return a finding for every answer the policy does not know; never clamp one in silence."""
    findings = []
    for name, value in answers.items():
        domain = FIXED_ANSWERS["care"] if name == "care" else policy.answers.domains[name]
        if value not in domain:
            expected = "0-199" if name == "age" else ", ".join(domain)
            findings.append(
                refusals.UNKNOWN_ANSWER.because(name, pack=policy.pack_id, value=value, expected=expected)
            )
    return findings


class _Compiler:
    """Collects slots, findings and whether a completed figure was used while a plan is made."""

    def __init__(self, policy: Policy, answers: dict[str, str]) -> None:
        self.policy = policy
        self.answers = answers
        self.slots: dict[str, int] = {}
        self.findings: list[Refusal] = []
        self.completed = False

    def slot(self, counter: str) -> int:
        """Return the slot of a counter, -1 for none."""
        return self.slots.setdefault(counter, len(self.slots)) if counter else -1

    def find(self, resolver: Resolver) -> Found:
        """Ask a figure; an unknown one becomes a finding."""
        found = resolver.find(self.answers)
        row = found.row
        if row.unknown:
            self.findings.append(
                refusals.UNKNOWN_FIGURE.because(
                    resolver.figure.key, pack=self.policy.pack_id, key=resolver.figure.key, reason=row.unknown
                )
            )
        else:
            used = [row.source, *(each.source for each in found.applied)]
            self.completed |= any(self.policy.source(name).completes for name in used)
        return found

    def layer(self, ready: ReadyLayer) -> tuple[LayerRow, PlannedLayer]:
        """Compile one layer."""
        layer = ready.layer
        ratios = self.find(ready.ratios)
        deductible = self.find(ready.deductible) if ready.deductible is not None else None
        caps = tuple((cap, self.find(resolver)) for cap, resolver in ready.caps)
        bounded = [
            (cap.on_cost, (found.amount_fen, self.slot(cap.counter)))
            for cap, found in caps
            if found.amount_fen is not None
        ]
        row: LayerRow = (
            tuple(PARTS.index(name) for name in layer.base),
            (deductible.amount_fen or 0) if deductible is not None else 0,
            self.slot(layer.deductible.counter) if layer.deductible is not None else -1,
            int(layer.ratios.gross),
            self.slot(layer.ratios.counter),
            tuple((ENDLESS if upper is None else upper, ratio) for upper, ratio in ratios.bands),
            tuple(cap for on_cost, cap in bounded if on_cost),
            tuple(cap for on_cost, cap in bounded if not on_cost),
            int(layer.fund in (Fund.POOL, Fund.LARGE_SUM)),
        )
        return row, PlannedLayer(layer, ratios, deductible, tuple(found for _, found in caps))


def _only_part(row: LayerRow) -> int:
    """Return the one part of the bill a layer looks at, -1 when it looks at several."""
    return row[0][0] if len(row[0]) == 1 else -1


def compile_plan(policy: Policy, answers: dict[str, str]) -> Plan | tuple[Refusal, ...]:
    """Compile the layers that apply to these answers; refused when a figure they need is unknown."""
    compiler = _Compiler(policy, answers)
    plan = Plan(policy, answers)
    pairs = [
        compiler.layer(ready)
        for ready in policy.layers
        if answers["care"] in ready.layer.care and holds(ready.when, answers)
    ]
    if policy.first is not None and pairs:
        plan.first_bear = compiler.find(policy.first)
        plan.first_bear_bp = plan.first_bear.bands[0][1] if plan.first_bear.bands else 0
    if compiler.findings:
        return tuple(compiler.findings)
    if answers["care"] == CareKind.INPATIENT:
        plan.stays_slot = compiler.slot(STAYS)
    plan.rows = tuple(row for row, _ in pairs)
    plan.pays = tuple((row, planned.layer.fund, row[-1], _only_part(row)) for row, planned in pairs)
    plan.layers = tuple(planned for _, planned in pairs)
    plan.unique_funds = len({fund for _, fund, _, _ in plan.pays}) == len(plan.pays)
    plan.counters = tuple(compiler.slots)
    plan.standard_fen = next((row[1] for row in plan.rows if row[-1]), 0)
    plan.completed = compiler.completed
    return plan

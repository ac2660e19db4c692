"""Compiles a policy for one combination of answers: every figure found, every counter given a slot."""

from __future__ import annotations

from collections.abc import Iterable

from yidi.domain.benefit.kernel import (
    ADD,
    ADD_GIVEN,
    CEILING,
    CEILING_FACTOR,
    ENDLESS,
    FACTOR,
    FLOOR,
    TIMES,
    TIMES_GIVEN,
    ExtraRow,
    Formula,
    LayerRow,
)
from yidi.domain.benefit.planned import STAYS, Plan, PlannedLayer, PlannedMark
from yidi.domain.benefit.situation import CareKind, Fund, Place
from yidi.domain.policy import refusals
from yidi.domain.policy.answers import FACT
from yidi.domain.policy.grammar import PARTS
from yidi.domain.policy.known import ASKED_OF
from yidi.domain.policy.policy import Policy, ReadyLayer
from yidi.domain.policy.resolve import Found, Resolver, holds
from yidi.domain.policy.terms import Bands, Cap, Elsewhere, Fact, Layer, Mark, Row
from yidi.domain.refusal import Refusal


class _Compiler:
    """Collects slots, findings and whether a completed figure was used while a plan is made."""

    def __init__(self, policy: Policy, answers: dict[str, str]) -> None:
        self.policy = policy
        self.answers = answers
        self.slots: dict[str, int] = {}
        self.findings: list[Refusal] = []
        self.completed = False
        self.given: list[str] = list(BILL_AMOUNTS)
        self.position: dict[str, int] = {}
        self.apart = [name for name, mark in policy.terms.marks.items() if mark.apart]

    def slot(self, counter: str) -> int:
        """Return the slot of a counter, -1 for none."""
        return self.slots.setdefault(counter, len(self.slots)) if counter else -1

    def refuse(self, key: str, reason: str) -> None:
        """Remember that a figure is unknown."""
        pack = self.policy.pack_id
        self.findings.append(refusals.UNKNOWN_FIGURE.because(key, pack=pack, key=key, reason=reason))

    def ask(self, names: Iterable[str]) -> bool:
        """Say whether the visit tells every fact that is needed; a missing one becomes a finding."""
        missing = [name for name in sorted(names) if self.answers.get(name) == ""]
        for name in missing:
            fact = self.policy.terms.facts[name.removeprefix(FACT)]
            zh, en = _with_who(fact)
            finding = refusals.NOT_SAID.because(name, pack=self.policy.pack_id, words_zh=zh, words_en=en)
            if finding not in self.findings:
                self.findings.append(finding)
        return not missing

    def find(self, resolver: Resolver, *, may_be_open: bool = False) -> Found:
        """Ask a figure; an unknown one becomes a finding; of what only some visits need it stays open."""
        if not self.ask(resolver.names):
            return Found((Row((), "", 0, unknown="-"),), unknown="-")
        found = resolver.find(self.answers)
        if found.unknown:
            if not (may_be_open and (found.row.once_reached or found.row.not_below_fen is not None)):
                self.refuse(resolver.figure.key, found.unknown)
        else:
            used = [found.row.source, *(each.source for each in found.applied)]
            self.completed |= any(self.policy.source(name).completes for name in used)
        return found

    def layer(self, ready: ReadyLayer) -> tuple[LayerRow, PlannedLayer]:
        """Compile one layer."""
        layer, before = ready.layer, self.completed
        self.completed = False
        ratios = self.find(ready.ratios, may_be_open=True)
        deductible = self.find(ready.deductible) if ready.deductible is not None else None
        caps = tuple((cap, self.find(resolver, may_be_open=True)) for cap, resolver in ready.caps)
        bounded = [
            (cap.on_cost, (amount, self.slot(cap.counted.slot_name)))
            for cap, found in caps
            if (amount := found.row.not_below_fen if found.unknown else found.amount_fen) is not None
            and not found.later
        ]
        bands = ratios.bands
        if ratios.unknown:  # whatever passes the deductible runs into a cap of nothing, and is refused
            bands, bounded = _ALL, [*bounded, (False, (0, -1))]
        rules = layer.deductible
        row: LayerRow = (
            tuple(self.part(name) for name in layer.base),
            (deductible.amount_fen or 0) if deductible is not None else 0,
            self.slot(rules.counted.slot_name) if rules is not None else -1,
            int(layer.ratios.gross),
            self.slot(layer.ratios.counted.slot_name),
            tuple((ENDLESS if upper is None else upper, ratio) for upper, ratio in bands),
            tuple(cap for on_cost, cap in bounded if on_cost),
            tuple(cap for on_cost, cap in bounded if not on_cost),
            int(_cascades(layer)),
        )
        planned = PlannedLayer(layer, ratios, deductible, tuple(found for _, found in caps))
        planned.open_caps = tuple(found.unknown for found in (ratios, *(f for _, f in caps)) if found.unknown)
        planned.extra = self.extra(ready, deductible, caps)
        planned.completed = self.completed
        self.completed |= before
        return row, planned

    def part(self, name: str) -> int:
        """Return the index of a part: one of the bill's own, or one the pack marks apart."""
        return PARTS.index(name) if name in PARTS else len(PARTS) + self.apart.index(name)

    def formula(self, found: Found) -> Formula:
        """Turn an amount that only the visit knows into integers."""
        row = [self.index(found.of), found.ratio_bp] if found.of else [-1, found.amount_fen or 0]
        for kind, value in found.later:
            row += [_CHANGES[kind], self.index(str(value)) if kind == "add_amount" else int(value)]
        return tuple(row)

    def index(self, name: str) -> int:
        """Return the index of an amount of the visit among those given to the kernel."""
        if name not in self.given:
            self.given.append(name)
        return self.given.index(name)

    def extra(
        self, ready: ReadyLayer, deductible: Found | None, caps: tuple[tuple[Cap, Found], ...]
    ) -> ExtraRow | None:
        """Compile what the layer needs beyond its row; None when that is nothing."""
        layer, rules = ready.layer, ready.layer.deductible
        charge: Formula = ()
        if deductible is not None and (deductible.of or deductible.later):
            charge = self.formula(deductible)
        if rules is not None and rules.counted.period == "prescription" and deductible is not None:
            charge = (*(charge or (-1, deductible.amount_fen or 0)), TIMES_GIVEN, self.index("prescriptions"))
        total: tuple[int, ...] = ()
        if ready.total is not None and rules is not None and rules.total is not None:
            bound = self.find(ready.total).amount_fen
            total = (bound, self.slot(rules.total.counted.slot_name)) if bound is not None else ()
        later = [(cap, self.formula(found)) for cap, found in caps if found.of or found.later]
        only_if: tuple[int, ...] = ()
        if layer.only_if is not None:
            below = layer.only_if.below_fen
            slot = self.slot(layer.only_if.counter)
            only_if = (slot, layer.only_if.at_least_fen, ENDLESS if below is None else below)
        shares = dict(layer.weights)
        weights = tuple(shares.get(name, 10_000) for name in layer.base) if shares else ()
        extra: ExtraRow = (
            charge,
            total,
            tuple((formula, self.slot(cap.counted.slot_name)) for cap, formula in later if cap.on_cost),
            tuple((formula, self.slot(cap.counted.slot_name)) for cap, formula in later if not cap.on_cost),
            only_if,
            weights,
            self.filling(layer),
            self.lump(ready),
        )
        return extra if any(extra) else None

    def filling(self, layer: Layer) -> tuple[int, ...]:
        """Compile a guarantee: the amount it is measured on, and the layers it fills up."""
        if layer.guarantee is None:
            return ()
        at = [self.position[name] for name in layer.guarantee.less if name in self.position]
        return (self.index(layer.guarantee.of), *at)

    def lump(self, ready: ReadyLayer) -> Formula:
        """Compile a lump sum."""
        if ready.lump is None:
            return ()
        found = self.find(ready.lump)
        return self.formula(found)


_ALL: Bands = ((None, 10_000),)


def _cascades(layer: Layer) -> bool:
    """Say whether what a layer leaves is sorted into deductible, over cap and own share.

    What is left of a part marked apart stays in that part, out of the reach of the ordinary layers.
    """
    plain = any(name in PARTS for name in layer.base)
    return layer.fund in (Fund.POOL, Fund.LARGE_SUM) and layer.guarantee is None and plain


_CHANGES = {
    "factor": FACTOR,
    "add": ADD,
    "add_amount": ADD_GIVEN,
    "times": TIMES,
    "floor": FLOOR,
    "ceiling": CEILING,
    "ceiling_factor": CEILING_FACTOR,
}
BILL_AMOUNTS = ("total", "in_scope")


def _only_part(row: LayerRow) -> int:
    """Return the one part of the bill a layer looks at, -1 when it looks at several."""
    return row[0][0] if len(row[0]) == 1 else -1


def _doubt(planned: PlannedLayer) -> int:
    """Return what about a layer no source decides, as the kernel's `doubtful` reads it."""
    return int(bool(planned.open_caps)) + sum(2 << PARTS.index(part) for part, _ in planned.layer.undecided)


def compile_plan(policy: Policy, answers: dict[str, str]) -> Plan | tuple[Refusal, ...]:
    """Compile the layers that apply to these answers; refused when a figure they need is unknown."""
    compiler = _Compiler(policy, answers)
    plan = Plan(policy, answers)
    applying = [
        ready
        for ready in policy.layers
        if answers["care"] in ready.layer.care
        and compiler.ask(name for name, _ in ready.when)
        and holds(ready.when, answers)
    ]
    _check_elsewhere(compiler, applying)
    compiler.position = {ready.layer.id: number for number, ready in enumerate(applying)}
    pairs = [compiler.layer(ready) for ready in applying]
    compiler.completed = False
    if policy.first is not None and pairs:
        plan.first_bear = compiler.find(policy.first)
        plan.first_bear_bp = plan.first_bear.bands[0][1] if plan.first_bear.bands else 0
    plan.marks = tuple(_planned_mark(compiler, mark) for mark in policy.terms.marks.values())
    if compiler.findings:
        return tuple(compiler.findings)
    if answers["care"] == CareKind.INPATIENT:
        plan.stays_slot = compiler.slot(STAYS)
    plan.rows = tuple(row for row, _ in pairs)
    plan.pays = tuple(
        (row, planned.layer.fund, row[-1] + 2 * _doubt(planned), _only_part(row)) for row, planned in pairs
    )
    plan.layers = tuple(planned for _, planned in pairs)
    plan.unique_funds = len({fund for _, fund, _, _ in plan.pays}) == len(plan.pays)
    plan.counters = tuple(compiler.slots)
    plan.zeros = (0,) * len(plan.counters)
    plan.standard_fen = next((row[1] for row in plan.rows if row[-1]), 0)
    plan.completed_beside = compiler.completed
    plan.completed = compiler.completed or any(planned.completed for _, planned in pairs)
    plan.given = tuple(compiler.given)
    plan.purses = tuple(p for p in policy.terms.purses if not p.care or answers["care"] in p.care)
    plan.wide = _is_wide(plan)
    return plan


def _with_who(fact: Fact) -> tuple[str, str]:
    """Name a fact that is not told, with who must supply it where the pack says."""
    if not fact.asked_of:
        return fact.zh, fact.en
    zh, en = ASKED_OF[fact.asked_of]
    return f"{fact.zh}，由{zh}提供", f"{fact.en}, to be told by {en}"


def given_a_level(fixed: Elsewhere, place: str, standing: str) -> bool:
    """Say whether a visit is looked up as care elsewhere, where the area gives hospitals a level."""
    return place != Place.LOCAL and (not fixed.standings or standing in fixed.standings)


def _planned_mark(compiler: _Compiler, mark: Mark) -> PlannedMark:
    limits, care = compiler.policy.limits, compiler.answers["care"]
    limit_fen = compiler.find(limits[mark.name]).amount_fen if mark.name in limits else None
    layers = [ready.layer for ready in compiler.policy.layers if care in ready.layer.care]
    return PlannedMark(mark, limit_fen, mark.apart and any(mark.name in layer.base for layer in layers))


def _check_elsewhere(compiler: _Compiler, applying: list[ReadyLayer]) -> None:
    """Refuse care elsewhere whose rules depend on the hospital's level, where nobody said which it has."""
    terms, answers = compiler.policy.terms.elsewhere, compiler.answers
    if terms is None or not terms.unknown or not given_a_level(terms, answers["place"], answers["standing"]):
        return
    names = {name for ready in applying for figure in ready.resolvers() for name in figure.names}
    if names & {"level", "grade", "class"}:
        compiler.refuse("hospital_elsewhere", terms.unknown)


def _is_wide(plan: Plan) -> bool:
    """Say whether a visit needs more than the flat rows."""
    layers = plan.layers
    return bool(
        plan.by_total
        or plan.marks
        or plan.purses
        or plan.policy.terms.account_unknown
        or any("{" in name for name in plan.counters)
        or any(each.extra is not None or each.open_caps or each.layer.undecided for each in layers)
        or any(each.layer.fund is Fund.HOSPITAL for each in layers)
    )

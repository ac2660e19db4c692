"""The closed list of figures a case may expect, and how each is read off a computed visit.

A name is either one of the visit's own figures, a figure of a layer (`inpatient.band1`,
`serious_illness_paid`), or a counter, a line or a step by its own name. Anything else is an unknown word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

from msgspec import Struct

from yidi.domain.benefit.situation import Benefit
from yidi.domain.money import BASIS_POINTS
from yidi.domain.policy.dimensions import Fund
from yidi.edges.cases.bills import BillLine, CaseBill
from yidi.edges.cases.walk import Tier, Walked

FUND_WORDS: dict[str, str] = {
    **{str(fund): str(fund) for fund in Fund},
    "basic": "pool",
    "large": "large_sum",
    "cii": "serious_illness",
    "supplement": "employer_supplement",
    "commercial": "other",
}
"""The words by which a figure may name a fund."""
ALIASES = {
    "full_self": "out_of_scope",
    "b_first_self": "first_self",
    "funds": "total_paid",
    "paid_total": "total_paid",
    "person": "person_pays",
    "account": "account_paid",
    "cash_paid": "cash",
    "hospital": "hospital_pays",
}
"""Second names of the visit's own figures."""
LAYER_ALIASES = {
    "base": "above_deductible",
    "burden": "looked_at",
    "ratio_self": "own_share",
}
"""Second names of a layer's figures."""
VISIT_FIGURES: dict[str, str] = {
    "total": "the whole bill",
    "out_of_scope": "cost outside the payment scope, wholly the person's",
    "over_limit": "cost above price limits",
    "first_self": "the first self-pay share of class B items",
    "in_scope": "cost in scope, before any share borne first elsewhere",
    "first_bear": "the share borne first away from home",
    "total_paid": "what all funds pay together",
    "person_pays": "what the person bears in all, account and cash",
    "in_scope_self": "cost in scope that no fund pays",
    "account_paid": "what the personal account pays",
    "account_left": "the personal account's balance afterwards",
    "cash": "what the person pays in cash",
    "refund": "what of the deposit is given back",
    "hospital_pays": "what the hospital bears",
    "effective_ratio": "total_paid over total, a percentage",
    "in_scope_ratio": "total_paid over in_scope, a percentage",
    "person_if_each_alone": "what would be left if every layer paid on the whole cost in scope",
}
"""The visit's own figures, each with its meaning."""
LAYER_FIGURES: dict[str, str] = {
    "looked_at": "the cost the layer looks at, before its deductible",
    "deductible": "the deductible charged now",
    "deductible_standard": "the deductible as the rule states it",
    "deductible_used_before": "how much of a yearly deductible earlier visits used",
    "above_deductible": "the cost above the deductible, to which the ratios apply",
    "band1": "what band 1 pays, after the cap (band2, band3 ... likewise)",
    "band1_cost": "the cost that lies in band 1",
    "band1_before_cap": "what band 1 would pay without the cap",
    "band1_self": "what the person bears in band 1, within the ratio",
    "band1_ratio": "the ratio of band 1",
    "ratio": "the ratio at which the layer pays, where it is one",
    "through_band2": "what bands 1 and 2 pay together (through_band3 ... likewise)",
    "before_cap": "what the layer would pay without its cap",
    "paid": "what the layer pays",
    "over_cap": "the cost above the cap",
    "own_share": "what the person bears within the ratios",
    "within_cap": "the cost that carried what was paid: paid and own_share",
    "room_left": "what the cap still allows afterwards",
}
"""The figures of a layer, each with its meaning."""
_BAND = re.compile(r"(through_)?band([1-9]\d?)(_paid|_cost|_before_cap|_self|_ratio)?")


_SCOPE = ("in_scope", "deductible", "over_cap", "first_bear")
"""The parts of the cost in scope that the person may be left with."""


class Value(Struct, frozen=True):
    """A figure found: fen, or a ratio as numerator and denominator."""

    fen: int = 0
    ratio: tuple[int, int] | None = None

    def plus(self, other: Value) -> Value:
        """Add the same figure of another visit."""
        if self.ratio is None or other.ratio is None:
            return Value(self.fen + other.fen)
        return Value(0, (self.ratio[0] + other.ratio[0], self.ratio[1] + other.ratio[1]))


class Done(Struct, frozen=True):
    """A visit that was computed, with what the case adds around it, fen."""

    bill: CaseBill
    walked: Walked
    balance_fen: int
    prepaid_fen: int
    line_self: Callable[[int], int | None]
    alone: Callable[[], dict[str, int]]
    heads: dict[str, int]


class Ambiguous(Struct, frozen=True):
    """A known word that fits more than one layer, or a band that does not exist."""

    text: str


Found = Value | Ambiguous | None


def find(name: str, done: Done) -> Found:
    """Return a figure of a visit by its name; None when the word is unknown."""
    name = ALIASES.get(name, name)
    if name in VISIT_FIGURES:
        return _visit_figure(name, done)
    head, _, rest = name.partition(".")
    special = {
        "shares": lambda: find(f"{rest}_paid", done),
        "layers": lambda: find(rest, done) if rest else None,
        "added": lambda: _added(rest, done),
        "counters": lambda: _added(rest, done),
        "accumulators": lambda: _accumulated(rest, done),
        "accounts": lambda: _balance(rest, done),
        "marks": lambda: _mark(rest, done),
        "left": lambda: _left(rest, done),
        "alone": lambda: _alone(rest, done),
        "line": lambda: _line(rest, done),
        "class": lambda: _line(rest, done),
        "steps": lambda: _step(rest, done),
    }
    if head in special:
        return special[head]()
    return _layer_figure(name, done)


def _visit_figure(name: str, done: Done) -> Value:
    benefit, bill = done.walked.benefit, done.walked.bill
    if name == "person_if_each_alone":
        return Value(bill.total_fen - sum(done.alone().values()))
    if name == "effective_ratio":
        return Value(0, (benefit.fund_total_fen, bill.total_fen))
    if name == "in_scope_ratio":
        return Value(0, (benefit.fund_total_fen, bill.in_scope_fen))
    return Value(
        {
            "total": benefit.fund_total_fen + benefit.person_total_fen + benefit.hospital_fen,
            "out_of_scope": done.heads["full_self"],
            "over_limit": done.heads["over_limit"],
            "first_self": done.heads["first_self"],
            "in_scope": done.heads["in_scope"],
            "first_bear": done.walked.first_bear_fen,
            "total_paid": benefit.fund_total_fen,
            "person_pays": benefit.person_total_fen,
            "in_scope_self": sum(done.walked.left[part] for part in _SCOPE),
            "account_paid": benefit.account_fen,
            "account_left": done.balance_fen - own_account(benefit),
            "cash": benefit.cash_fen,
            "refund": done.prepaid_fen - benefit.cash_fen,
            "hospital_pays": benefit.hospital_fen,
        }[name]
    )


def _added(name: str, done: Done) -> Found:
    added = dict(done.walked.benefit.counters)
    return (
        None if name not in added and name not in done.walked.before else _counted(name, added.get(name, 0))
    )


def _accumulated(name: str, done: Done) -> Found:
    added, before = dict(done.walked.benefit.counters), done.walked.before
    if name not in added and name not in before:
        return None
    return _counted(name, added.get(name, 0) + before.get(name, 0))


def _counted(name: str, number: int) -> Value:
    """Stays are counted, all other counters are amounts."""
    return Value(number * 100 if name == "stays" else number)


def own_account(benefit: Benefit) -> int:
    """Return what the person's own balance paid, fen; other balances are told apart where there are any."""
    return dict(benefit.accounts).get("own", 0) if benefit.accounts else benefit.account_fen


def _balance(name: str, done: Done) -> Found:
    """Read what one balance of the account paid."""
    found = dict(done.walked.benefit.accounts)
    return Value(found[name]) if name in found else None


def _mark(name: str, done: Done) -> Found:
    found = dict(done.bill.marks)
    return Value(found[name]) if name in found else None


def _alone(layer: str, done: Done) -> Found:
    """Read what a layer would pay if it looked at the whole cost in scope."""
    found = done.alone()
    return Value(found[layer]) if layer in found else None


def _left(part: str, done: Done) -> Found:
    """Read what the person bears in one part of the bill."""
    left = done.walked.left
    return Value(left[part]) if part in left else None


def _step(rule: str, done: Done) -> Found:
    found = [step.result_fen for step in done.walked.benefit.steps if step.rule == rule]
    return Value(found[0]) if found else None


def _line(name: str, done: Done) -> Found:
    """Read `line.<name>.<figure>`; its self share is what the person's total grows by with this line."""
    word, _, figure = name.rpartition(".")
    lines = done.bill.lines
    numbers = [number for number, line in enumerate(lines) if line.name == word]
    if not numbers:
        return None
    if figure in ("self", "paid"):
        parts = [(done.line_self(number), lines[number].total_fen) for number in numbers]
        found = [own if figure == "self" else total - own for own, total in parts if own is not None]
        return Value(sum(found)) if len(found) == len(numbers) else Ambiguous("cannot be computed by line")
    heads: dict[str, Callable[[BillLine], int]] = {
        "total": lambda line: line.total_fen,
        "out_of_scope": lambda line: line.full_self_fen,
        "over_limit": lambda line: line.over_limit_fen,
        "first_self": lambda line: line.first_self_fen,
        "in_scope": lambda line: line.in_scope_fen,
    }
    return Value(sum(heads[figure](lines[number]) for number in numbers)) if figure in heads else None


def _layer_figure(name: str, done: Done) -> Found:
    """Read `<layer>`, `<layer>.<figure>`, `<fund>_<figure>`, or a figure of the first layer."""
    tiers = done.walked.tiers
    own = [tier for tier in tiers if not tier.given]
    for tier in tiers:
        if name == tier.id:
            return Value(tier.paid_fen)
    head, dot, figure = name.partition(".")
    for tier in tiers:
        prefix = f"{tier.id}."
        if name.startswith(prefix):
            return _of_tier(name.removeprefix(prefix), tier)
    if dot and head in FUND_WORDS:
        return _of_fund(FUND_WORDS[head], figure, tiers)
    for word in sorted(FUND_WORDS, key=len, reverse=True):
        if name == word:
            return _of_fund(FUND_WORDS[word], "paid", tiers)
        if name.startswith(f"{word}_"):
            return _of_fund(FUND_WORDS[word], name.removeprefix(f"{word}_"), tiers)
    first = next((tier for tier in own if tier.looked_at_fen), own[0] if own else None)
    return _of_tier(name, first) if first is not None else None


def _of_fund(fund: str, figure: str, tiers: Sequence[Tier]) -> Found:
    mine = [tier for tier in tiers if tier.fund == fund]
    figure = LAYER_ALIASES.get(figure, figure)
    if figure == "paid":
        return Value(sum(tier.paid_fen for tier in mine))
    if not is_layer_figure(figure):
        return None
    used = [tier for tier in mine if tier.looked_at_fen] or mine
    if len(used) > 1:
        return Ambiguous(f"say which layer: {', '.join(f'{tier.id}.{figure}' for tier in used)}")
    if not used:
        return Ambiguous(f"the policy has no layer of {fund}")
    return _of_tier(figure, used[0])


def is_layer_figure(name: str) -> bool:
    """Say whether a word is a figure of a layer."""
    name = LAYER_ALIASES.get(name, name)
    return name in LAYER_FIGURES or _BAND.fullmatch(name) is not None


def _of_tier(figure: str, tier: Tier) -> Found:
    figure = LAYER_ALIASES.get(figure, figure)
    band = _BAND.fullmatch(figure)
    if band is not None:
        return _band(bool(band[1]), int(band[2]), band[3] or "_paid", tier)
    if figure not in LAYER_FIGURES:
        return None
    if figure == "ratio":
        return _ratio(tier)
    return Value(
        {
            "looked_at": tier.looked_at_fen,
            "deductible": tier.charged_fen,
            "deductible_standard": tier.standard_fen,
            "deductible_used_before": tier.used_before_fen,
            "above_deductible": tier.above_deductible_fen,
            "before_cap": tier.before_cap_fen,
            "paid": tier.paid_fen,
            "over_cap": tier.over_cap_fen,
            "own_share": tier.looked_at_fen - tier.charged_fen - tier.over_cap_fen - tier.paid_fen,
            "within_cap": tier.looked_at_fen - tier.charged_fen - tier.over_cap_fen,
            "room_left": tier.room_fen,
        }[figure]
    )


def _band(through: bool, number: int, what: str, tier: Tier) -> Found:
    """Read a band: the cap is reached in the bands' order, so the last ones get what is left."""
    if number > len(tier.bands):
        return Ambiguous(f"{tier.id} has {len(tier.bands)} bands")
    if what == "_ratio":
        return Value(0, (tier.bands[number - 1].ratio_bp, BASIS_POINTS))
    left = tier.paid_fen
    paid = []
    for band in tier.bands:
        paid.append(min(band.pays_fen, left))
        left -= paid[-1]
    values = {
        "_paid": paid,
        "_cost": [band.to_fen - band.from_fen for band in tier.bands],
        "_before_cap": [band.pays_fen for band in tier.bands],
        "_self": [band.to_fen - band.from_fen - band.pays_fen for band in tier.bands],
    }[what]
    return Value(sum(values[:number]) if through else values[number - 1])


def _ratio(tier: Tier) -> Found:
    """Read the one ratio of a layer; one with several bands in use has none."""
    used = [band for band in tier.bands if band.from_fen < band.to_fen] or tier.bands
    ratios = {band.ratio_bp for band in used}
    if len(ratios) == 1:
        return Value(0, (ratios.pop(), BASIS_POINTS))
    return Ambiguous(f"{tier.id} pays at several ratios: {tier.id}.band1_ratio, band2_ratio ...")


_HEADS = (
    "shares", "layers", "added", "counters", "accumulators", "accounts", "marks", "left", "alone", "line",
    "class", "steps",
)  # fmt: skip


def is_figure(name: str, layers: Sequence[str]) -> bool:
    """Say whether a word can be a figure of a case that was not computed; `layers` are its layers' ids."""
    name = ALIASES.get(name, name)
    head, dot, rest = name.partition(".")
    if name in VISIT_FIGURES or name in layers or name in FUND_WORDS or is_layer_figure(name):
        return True
    if dot and head in _HEADS:
        return True
    if dot and head in FUND_WORDS:
        return is_layer_figure(rest)
    for word in FUND_WORDS:
        if name.startswith(f"{word}_") and is_layer_figure(name.removeprefix(f"{word}_")):
            return True
    return any(
        name.startswith(f"{layer}.") and is_layer_figure(name.removeprefix(f"{layer}.")) for layer in layers
    )


def rounded(value: Fraction, unit: Fraction, *, down: bool) -> Fraction:
    """Round an amount to a unit, half up or down, as a published figure was."""
    steps = value / unit
    whole = steps.numerator // steps.denominator
    return (whole if down or steps - whole < Fraction(1, 2) else whole + 1) * unit

"""Proves a pack over its whole span and every combination of its answers, and against the national frame.

No rule found and two rules found are both errors. Ratios that fall further below the home ratio than the
national frame allows are warnings: real areas have them, and somebody has to look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from yidi.domain.dates import FOREVER
from yidi.domain.money import BASIS_POINTS
from yidi.domain.policy import refusals
from yidi.domain.policy.dimensions import CareKind, Fund, Place, Standing
from yidi.domain.policy.frame import Ceilings
from yidi.domain.policy.mistyped import mistyped_faults
from yidi.domain.policy.phrases import ANSWERS, Phrase, conditions_phrase, ratio_text
from yidi.domain.policy.policy import Policy, ReadyLayer
from yidi.domain.policy.resolve import Found, Resolver
from yidi.domain.policy.terms import Bands, Layer
from yidi.domain.policy.tree import Fault
from yidi.domain.refusal import Refusal

_BOUNDLESS_FEN = 10**18
_SLACK = (Standing.REFERRED, Standing.EMERGENCY)


def check_policy(policy: Policy, frame: Ceilings | None) -> list[Fault]:
    """Return every finding about one slice of a pack."""
    faults = list(_care_faults(policy))
    for ready in policy.layers:
        found = {resolver: _found(policy, resolver, ready.layer) for resolver in ready.resolvers()}
        for resolver in ready.resolvers():
            faults += _figure_faults(policy, resolver, ready.layer, found[resolver])
        if ready.layer.fund is Fund.POOL and ready.layer.guarantee is None:
            walked = tuple(_effective(policy, ready, found[ready.ratios]))
            faults += _amount_order_warnings(policy, ready)
            faults += _order_warnings(policy, ready, walked)
            faults += _ceiling_warnings(policy, ready, walked, frame) if frame is not None else ()
    others = [*policy.values.values(), *policy.limits.values()]
    if policy.first is not None:
        others.append(policy.first)
    if policy.terms.classes is not None:
        others.append(Resolver(policy.terms.classes, policy.answers))
    for resolver in others:
        faults += _figure_faults(policy, resolver, None, _found(policy, resolver, None))
    return [*faults, *_naming_faults(policy), *mistyped_faults(policy)]


def _naming_faults(policy: Policy) -> Iterator[Fault]:
    """Find what points at nothing: layers to fill up, marks to take a percentage of."""
    ids = {layer.id for layer in policy.terms.layers}
    for layer in policy.terms.layers:
        for name in layer.guarantee.less if layer.guarantee else ():
            if name not in ids:
                key = f"schemes.{policy.scheme}.layers.{layer.id}.guarantee.less"
                refusal = refusals.BAD_VALUE.because(key, value=name, expected=", ".join(sorted(ids)))
                yield _fault(policy, layer.line, key, refusal)
    for fact in policy.terms.facts.values():
        if fact.percent and fact.percent not in policy.terms.marks:
            key = f"schemes.{policy.scheme}.facts.{fact.name}.percent"
            expected = ", ".join(policy.terms.marks) or "a mark"
            refusal = refusals.BAD_VALUE.because(key, value=fact.percent, expected=expected)
            yield _fault(policy, policy.terms.line, key, refusal)


def _fault(policy: Policy, line: int, key: str, refusal: Refusal, *, warning: bool = False) -> Fault:
    return Fault(policy.file, line, key, refusal, warning)


def _care_faults(policy: Policy) -> Iterator[Fault]:
    """Find covered care without a layer, care that counts as something uncovered, funds without a place."""
    covered = {kind for layer in policy.terms.layers for kind in layer.care}
    for kind, rule in policy.terms.care.items():
        target = rule.detail if rule.word == "as" else kind
        key = f"schemes.{policy.scheme}.care.{kind}"
        if rule.word in ("covered", "as") and target not in covered:
            refusal = refusals.GAP.because(key, count=1, value=target)
            yield _fault(policy, policy.terms.line, key, refusal)
        if rule.word == "borrowed":
            refusal = refusals.NOTHING_TO_BORROW.because(key, value="?")
            yield _fault(policy, policy.terms.line, key, refusal)
    for layer in policy.terms.layers:
        if layer.fund not in policy.order:
            key = f"schemes.{policy.scheme}.order"
            refusal = refusals.MISSING_KEY.because(key, expected=str(layer.fund))
            yield _fault(policy, layer.line, key, refusal)


Combination = dict[str, str]
Every = list[tuple[Combination, Found]]
"""Every combination of a table's dimensions with what the table says."""


def _found(policy: Policy, resolver: Resolver, layer: Layer | None) -> Every:
    """Ask one table for every combination that can reach it."""
    return [
        (answers, resolver.find(answers)) for answers in policy.answers.combinations(resolver.names, layer)
    ]


def _figure_faults(policy: Policy, resolver: Resolver, layer: Layer | None, every: Every) -> Iterator[Fault]:
    """Walk every combination of one table: gaps, overlaps and ratios that adjustments break."""
    gaps, overlaps, broken = [], [], []
    for answers, found in every:
        if policy.answers.unknown and policy.answers.guarded(answers, layer):
            continue
        if not found.rows:
            gaps.append(answers)
        elif len(found.rows) > 1:
            overlaps.append((answers, found))
        elif found.problem:
            broken.append(found)
    figure = resolver.figure
    names = resolver.names
    if gaps:
        value = combination_text(gaps[0], names) + _span_text(policy)
        yield _fault(
            policy, figure.line, figure.key, refusals.GAP.because(figure.key, count=len(gaps), value=value)
        )
    if overlaps:
        answers, found = overlaps[0]
        lines = ", ".join(str(row.line) for row in found.rows)
        refusal = refusals.OVERLAP.because(
            figure.key,
            count=len(overlaps),
            value=combination_text(answers, names) + _span_text(policy),
            lines=lines,
        )
        yield _fault(policy, found.rows[1].line, figure.key, refusal)
    for found in {each.row.line: each for each in broken}.values():
        refusal = refusals.RATIO_OUT_OF_RANGE.because(figure.key, value=found.problem)
        yield _fault(policy, found.row.line, figure.key, refusal)


def combination_text(answers: dict[str, str], names: Iterable[str]) -> str:
    """Write a combination as an author would write its row."""
    wanted = set(names) | ({"place", "standing"} if set(names) & {"place", "standing"} else set())
    return (
        ", ".join(f"{name}: {value}" for name, value in answers.items() if name in wanted)
        or "所有情形 every case"
    )


def _span_text(policy: Policy) -> str:
    """Name the days of a slice of a pack; nothing where the pack is one piece."""
    if (policy.start, policy.end) == policy.pack_span:
        return ""
    return f", {policy.start} – {policy.end}" if policy.end != FOREVER else f", {policy.start} –"


Rest = tuple[str, ...]
"""The answers of a combination but for place and standing, in the order of its walk."""


Effective = tuple[Rest, dict[str, str], Found, Bands]
"""A combination in two forms, what was found for it, and what is really paid."""


def _rest(answers: Combination) -> Rest:
    """Leave place and standing, which stand side by side, out of a combination."""
    values = tuple(answers.values())
    at = tuple(answers).index("place")
    return values[:at] + values[at + 2 :]


def _effective(policy: Policy, ready: ReadyLayer, every: Every) -> Iterator[Effective]:
    """Walk what the layer pays of each yuan, after the share borne first elsewhere."""
    first = policy.first
    names = ready.ratios.names | (first.names if first is not None else frozenset())
    if not names & {"place", "standing"}:
        return
    if first is not None:
        combinations = policy.answers.combinations(names, ready.layer)
        every = [(answers, ready.ratios.find(answers)) for answers in combinations]
    for answers, found in every:
        borne = first.find(answers) if first is not None else None
        if len(found.rows) != 1 or not found.bands or (borne is not None and len(borne.rows) != 1):
            continue
        bands = found.bands
        if borne is not None and borne.bands:
            left = BASIS_POINTS - borne.bands[0][1]
            bands = tuple((upper, ratio * left // BASIS_POINTS) for upper, ratio in bands)
        yield _rest(answers), answers, found, bands


def _ceiling_warnings(
    policy: Policy, ready: ReadyLayer, walked: tuple[Effective, ...], frame: Ceilings
) -> Iterator[Fault]:
    """Compare every standing away from home with the home ratio under otherwise equal answers."""
    if not {CareKind.INPATIENT, CareKind.CHRONIC} & set(ready.layer.care):
        return
    home: dict[Rest, Bands] = {}
    seen: set[tuple[int, str]] = set()
    for rest, answers, found, bands in walked:
        if answers["place"] == Place.LOCAL:
            home[rest] = bands
            continue
        ceiling = ceiling_bp(frame, answers["standing"])
        drop = greatest_drop_bp(home[rest], bands) if rest in home else 0
        place = (found.row.line, answers["standing"])
        if drop > ceiling and place not in seen:
            seen.add(place)
            value_zh, value_en = _situation_phrase(policy, found, answers)
            law_zh, law_en = _law_phrase(ceiling)
            refusal = refusals.ABOVE_NATIONAL_CEILING.because(
                ready.ratios.figure.key,
                value_zh=value_zh,
                value_en=value_en,
                points=ratio_text(drop).removesuffix("%"),
                law_zh=law_zh,
                law_en=law_en,
            )
            yield _fault(policy, found.row.line, ready.ratios.figure.key, refusal, warning=True)


def _situation_phrase(policy: Policy, found: Found, answers: dict[str, str]) -> Phrase:
    """Say in words for whom a figure was found: by its row, what adjusts it, and where and how filed."""
    said = dict(found.row.conditions)
    for each in found.applied:
        said |= dict(each.conditions)
    said |= {name: (answers[name],) for name in ("place", "standing")}
    return conditions_phrase(tuple(said.items()), policy.words)


def _law_phrase(ceiling_bp: int) -> Phrase:
    """Say how far the national rules let a figure lie below home."""
    if not ceiling_bp:
        return "长期备案应与本地相同（国家规定）", "a long-term filing takes the home rule (national rule)"
    points = ratio_text(ceiling_bp).removesuffix("%")
    return f"国家上限为 {points} 个百分点", f"the national ceiling is {points} points"


def _loss(key: str, better: Standing, worse: Standing) -> Refusal:
    """Find that a better filing is a loss, named as people call it."""
    (better_zh, better_en), (worse_zh, worse_en) = (ANSWERS["standing"][each] for each in (better, worse))
    return refusals.BETTER_FILING_PAYS_LESS.because(
        key, better_zh=better_zh, better_en=better_en, worse_zh=worse_zh, worse_en=worse_en
    )


_WORSE = {
    Standing.LONG_TERM: (Standing.REFERRED, Standing.TEMPORARY, Standing.UNFILED),
    Standing.REFERRED: (Standing.TEMPORARY, Standing.UNFILED),
    Standing.EMERGENCY: (Standing.TEMPORARY, Standing.UNFILED),
    Standing.TEMPORARY: (Standing.UNFILED,),
}
"""The standings that may never be paid more than the one before (2022 notice: filing is never a loss)."""


def _order_warnings(policy: Policy, ready: ReadyLayer, walked: tuple[Effective, ...]) -> Iterator[Fault]:
    """Find where a better filing pays less than a worse one under otherwise equal answers."""
    paid: dict[tuple[Rest, str], dict[str, tuple[Found, Bands]]] = {}
    for rest, answers, found, bands in walked:
        paid.setdefault((rest, answers["place"]), {})[answers["standing"]] = (found, bands)
    seen: set[tuple[int, int]] = set()
    for by_standing in paid.values():
        for better, worse in ((b, w) for b, each in _WORSE.items() for w in each):
            if better not in by_standing or worse not in by_standing:
                continue
            (one, first), (two, second) = by_standing[better], by_standing[worse]
            rows = (one.row.line, two.row.line)
            if greatest_drop_bp(second, first) > 0 and rows not in seen:
                seen.add(rows)
                refusal = _loss(ready.ratios.figure.key, better, worse)
                yield _fault(policy, one.row.line, ready.ratios.figure.key, refusal, warning=True)


def _amount_order_warnings(policy: Policy, ready: ReadyLayer) -> Iterator[Fault]:
    """Find where a better filing has a larger deductible or a smaller cap than a worse one."""
    figures = [(ready.deductible, -1)] if ready.deductible is not None else []
    for resolver, sign in (*figures, *((caps, 1) for _, caps in ready.caps)):
        if "standing" not in resolver.names:
            continue
        said: dict[tuple[Rest, str], dict[str, Found]] = {}
        for answers in policy.answers.combinations(resolver.names, ready.layer):
            found = resolver.find(answers)
            if len(found.rows) == 1 and not found.unknown and not found.of and not found.later:
                said.setdefault((_rest(answers), answers["place"]), {})[answers["standing"]] = found
        yield from _amount_warnings(policy, resolver, sign, said.values())


def _amount_warnings(
    policy: Policy, resolver: Resolver, sign: int, said: Iterable[dict[str, Found]]
) -> Iterator[Fault]:
    """Compare the amounts of a better and a worse filing; `sign` 1 where more is better, -1 where less is."""
    seen: set[tuple[Standing, Standing]] = set()
    key = resolver.figure.key
    for by_standing in said:
        for better, worse in ((b, w) for b, each in _WORSE.items() for w in each):
            if better not in by_standing or worse not in by_standing or (better, worse) in seen:
                continue
            one, two = by_standing[better], by_standing[worse]
            if _worth(one, sign) < _worth(two, sign):
                seen.add((better, worse))
                refusal = _loss(key, better, worse)
                yield _fault(policy, one.row.line, key, refusal, warning=True)


def _worth(found: Found, sign: int) -> int:
    """Return an amount so that more is better for the person; no bound is the best cap."""
    return _BOUNDLESS_FEN if found.amount_fen is None else sign * found.amount_fen


def ceiling_bp(frame: Ceilings, standing: str) -> int:
    """Return how far a standing may lie below home: nothing for long-term filers."""
    if standing == Standing.LONG_TERM:
        return 0
    return frame.referred_bp if standing in _SLACK else frame.temporary_bp


@lru_cache(maxsize=4096)
def greatest_drop_bp(home: Bands, away: Bands) -> int:
    """Return the largest fall of the ratio at any amount, in basis points."""
    ends = sorted({upper for upper, _ in (*home, *away) if upper is not None})
    points = [0, *ends]
    return max(ratio_at(home, point) - ratio_at(away, point) for point in points)


def ratio_at(bands: Bands, position_fen: int) -> int:
    """Return the ratio of the band that begins at or contains a position."""
    return next(ratio for upper, ratio in bands if upper is None or position_fen < upper)

"""One visit through the engine, with the figures of every layer. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from yidi.domain.benefit.kernel import ENDLESS
from yidi.domain.benefit.plan import plan_for
from yidi.domain.benefit.planned import Plan
from yidi.domain.benefit.situation import Benefit, Bill, Situation
from yidi.domain.benefit.trace import Traced, TracedLayer, trace
from yidi.domain.benefit.wide import derived
from yidi.domain.policy.policy import Policy
from yidi.domain.policy.terms import Pack
from yidi.domain.refusal import Refusal

GIVEN = "already-paid-"
"""The id, before the fund's word, of a layer that pays what the source says was paid."""


class Band(Struct, frozen=True):
    """What one band of a layer's line paid before its cap, fen."""

    from_fen: int
    to_fen: int
    ratio_bp: int
    pays_fen: int


class Tier(Struct, frozen=True):
    """One layer's figures, fen: what it looked at, charged first, and paid."""

    id: str
    fund: str
    given: bool
    looked_at_fen: int = 0
    standard_fen: int = 0
    used_before_fen: int = 0
    charged_fen: int = 0
    bands: tuple[Band, ...] = ()
    before_cap_fen: int = 0
    paid_fen: int = 0
    over_cap_fen: int = 0
    room_fen: int = -1
    above_deductible_fen: int = 0


class Walked(Struct, frozen=True):
    """A computed visit: the answer, its layers, the counters before, and by part what the person bears."""

    benefit: Benefit
    bill: Bill
    first_bear_fen: int
    tiers: tuple[Tier, ...]
    before: dict[str, int]
    left: dict[str, int]


def walk(
    policy: Policy, visit: Situation, bill: Bill, counters: Mapping[str, int], account_fen: int
) -> Walked | tuple[Refusal, ...]:
    """Ask the engine for a visit and keep every layer's figures."""
    told = dict(visit.amounts)
    use_account = account_fen > 0 or any(told.get(purse.balance) for purse in policy.terms.purses)
    found = trace(policy, visit, bill, counters, account_fen, use_account)
    if not isinstance(found, Traced):
        return found
    ends = _band_ends(policy, visit, bill)
    tiers = [_tier(layer, ends.get(layer.id, ())) for layer in found.layers]
    met = {tier.id for tier in tiers}
    for layer in policy.terms.layers:
        if layer.id not in met:  # a layer for other persons or other care pays nothing here
            tiers.append(Tier(layer.id, str(layer.fund), given=layer.id.startswith(GIVEN)))
    return Walked(found.benefit, bill, found.first_bear_fen, tuple(tiers), dict(counters), dict(found.parts))


def _band_ends(policy: Policy, visit: Situation, bill: Bill) -> dict[str, tuple[int, ...]]:
    """Return where the bands of each layer end, so that bands the visit never reached keep their number."""
    plan = plan_for(policy, derived(policy, visit, bill) if policy.derives else visit)
    if not isinstance(plan, Plan):
        return {}
    return {
        planned.layer.id: tuple(ENDLESS if end is None else end for end, _ in planned.ratios.bands)
        for planned in plan.layers
    }


def heads(policy: Policy, pack: Pack, visit: Situation, bill: Bill) -> dict[str, int]:
    """Return the heads of a bill as the policy's marks leave them, fen: what is found before any layer."""
    plain = {
        "full_self": bill.full_self_fen,
        "over_limit": bill.over_limit_fen,
        "first_self": bill.first_self_fen,
        "in_scope": bill.in_scope_fen,
    }
    if not visit.marks:
        return plain
    bare = Policy(pack, replace(policy.terms, layers=()), policy.start, policy.end)
    found = walk(bare, visit, bill, {}, 0)
    return {name: found.left[name] for name in plain} if isinstance(found, Walked) else plain


def _tier(layer: TracedLayer, ends: tuple[int, ...]) -> Tier:
    """Name the figures of one layer."""
    given = layer.id.startswith(GIVEN)
    return Tier(
        id=layer.id,
        fund=layer.id.removeprefix(GIVEN) if given else layer.fund,
        given=given,
        looked_at_fen=layer.base_fen,
        standard_fen=layer.standard_fen,
        used_before_fen=layer.used_before_fen,
        charged_fen=layer.charged_fen,
        bands=_bands(layer.bands, ends),
        before_cap_fen=layer.unclipped_fen,
        paid_fen=layer.paid_fen,
        over_cap_fen=layer.over_cap_fen,
        room_fen=layer.room_fen,
        above_deductible_fen=layer.looked_fen - layer.charged_fen,
    )


def _bands(pieces: tuple[tuple[int, int, int, int], ...], ends: tuple[int, ...]) -> tuple[Band, ...]:
    """Put the pieces of the line that were walked into all of its bands."""
    found = []
    lower = 0
    for number, end in enumerate(ends):
        inside = [each for each in pieces if lower <= each[0] < each[1] <= end]
        ratio = pieces[number][2] if number < len(pieces) else 0
        found.append(Band(*inside[0]) if inside else Band(lower, lower, ratio, 0))
        lower = end
    return tuple(found)

"""One visit through the engine, with the figures of every layer. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from yidi.domain.benefit import settle
from yidi.domain.benefit.kernel import LayerRow, Outcome, RoundingRow, line
from yidi.domain.benefit.situation import Benefit, Bill, Situation
from yidi.domain.policy.grammar import PARTS
from yidi.domain.policy.policy import Policy
from yidi.domain.policy.terms import Layer, Pack
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
    asked = (policy, visit, bill, counters, account_fen, use_account)
    found, steps = settle.walk(*asked), settle.explain(*asked)
    if not isinstance(found, settle.Walk) or isinstance(steps, tuple):
        return found if not isinstance(found, settle.Walk) else ()
    _, (first_bear, outcomes, rows, parts), plan = found
    tiers = tuple(
        _tier(planned.layer, row, outcome, plan.rounding)
        for planned, row, outcome in zip(plan.layers, rows, outcomes, strict=True)
    )
    names = [*PARTS, *(each.mark.name for each in plan.marks if each.mark.apart)]
    left = dict(zip(names, parts, strict=False))
    return Walked(steps, bill, first_bear, tiers, dict(counters), left)


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


def _tier(layer: Layer, row: LayerRow, outcome: Outcome | None, rounding: RoundingRow) -> Tier:
    """Name the figures of one layer."""
    given = layer.id.startswith(GIVEN)
    fund = layer.id.removeprefix(GIVEN) if given else str(layer.fund)
    if outcome is None:
        return Tier(layer.id, fund, given, standard_fen=row[1])
    base, looked, charged, start, stop, unclipped, paid, over, room, due = outcome
    return Tier(
        id=layer.id,
        fund=fund,
        given=given,
        looked_at_fen=base,
        standard_fen=row[1],
        used_before_fen=row[1] - due,
        charged_fen=charged,
        bands=_bands(row[5], start, stop, rounding),
        before_cap_fen=unclipped,
        paid_fen=paid,
        over_cap_fen=over,
        room_fen=room,
        above_deductible_fen=looked - charged,
    )


def _bands(
    bands: tuple[tuple[int, int], ...], start: int, stop: int, rounding: tuple[int, int]
) -> tuple[Band, ...]:
    """Let the kernel's own line tell what each band pays."""
    found = []
    lower = 0
    for end, ratio in bands:
        first, last = max(start, lower), min(stop, end)
        pays = line(bands, first, last, rounding) if first < last else 0
        found.append(Band(first, max(first, last), ratio, pays))
        lower = end
    return tuple(found)

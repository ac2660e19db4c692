"""Walks every boundary of every line of a policy one fen on each side, and holds the kernel against it.

Boundaries are the deductible, each end of a band and the cost at which a cap is reached. What the kernel
pays there must equal a second arithmetic written differently (antiderivative and whole division), no fen
more of cost may move any payer by more than a fen, and a year's line cut in two there must end where it ends
uncut. Amounts integer fen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

from yidi.domain.benefit.kernel import ENDLESS, Bands, CapRow, LayerRow, layer, rounding_row
from yidi.domain.money import BASIS_POINTS, GREATEST_FEN
from yidi.domain.policy import refusals
from yidi.domain.policy.policy import Policy, ReadyLayer
from yidi.domain.policy.resolve import Found, Resolver
from yidi.domain.policy.tree import Fault

Rule = tuple[LayerRow, str, bool]
"""A row with its rounding: half_up, down or up, and whether each tier is rounded by itself."""
PAID, CHARGED, STOP = 6, 2, 4
"""Where the kernel's figures of a layer stand in its outcome."""
_BASE_PART = 0


class Boundaries:
    """Remembers rows already walked: slices of one pack and packs of one pattern share most of theirs."""

    def __init__(self) -> None:
        self.walked: dict[Rule, str] = {}
        self.points = 0

    def faults(self, policy: Policy) -> Iterator[Fault]:
        """Yield a finding for every line of the policy that breaks at a boundary."""
        how, each = policy.terms.rounding.how, policy.terms.rounding.each == "tier"
        for ready in policy.layers:
            key = f"schemes.{policy.scheme}.layers.{ready.layer.id}"
            for row in rows_of(policy, ready):
                broken = self.broken((row, how, each))
                if broken:
                    refusal = refusals.BREAKS_AT_BOUNDARY.because(key, value=broken)
                    yield Fault(policy.file, ready.layer.line, key, refusal)
                    break

    def broken(self, rule: Rule) -> str:
        """Return what is wrong with a row at one of its boundaries, empty when nothing is."""
        found = self.walked.get(rule)
        if found is None:
            edges = boundaries_of(rule)
            self.points += 3 * len(edges)
            found = self.walked[rule] = next(chain.from_iterable(walk_edge(rule, at) for at in edges), "")
        return found


def rows_of(policy: Policy, ready: ReadyLayer) -> Iterator[LayerRow]:
    """Yield rows that between them have every line, every deductible and every cap the layer can have.

    They are paired in turn and not each with each: an edge depends on its own figure alone.
    """
    rules = ready.layer
    lines = [found.bands for found in values_of(policy, ready.ratios, ready) if found.bands]
    fees = amounts_of(values_of(policy, ready.deductible, ready)) if ready.deductible is not None else []
    caps = [(cap, amounts_of(values_of(policy, resolver, ready))) for cap, resolver in ready.caps]
    count = max(len(lines), len(fees), *(len(amounts) for _, amounts in caps), 0) if lines else 0
    slot = 0 if rules.deductible is not None and rules.deductible.yearly else -1
    for turn in range(count):
        bands: Bands = tuple(
            (ENDLESS if upper is None else upper, ratio) for upper, ratio in lines[turn % len(lines)]
        )
        here: tuple[tuple[bool, CapRow], ...] = tuple(
            (cap.on_cost, (amounts[turn % len(amounts)], 2 + number if cap.counter else -1))
            for number, (cap, amounts) in enumerate(each for each in caps if each[1])
        )
        yield (
            (_BASE_PART,),
            fees[turn % len(fees)] if fees else 0,
            slot,
            int(rules.ratios.gross),
            1 if rules.ratios.yearly else -1,
            bands,
            tuple(cap for on_cost, cap in here if on_cost),
            tuple(cap for on_cost, cap in here if not on_cost),
            1,
        )


def values_of(policy: Policy, resolver: Resolver, ready: ReadyLayer) -> list[Found]:
    """Return every different value a figure can have in this layer, each once."""
    known: dict[object, Found] = {}
    for answers in policy.answers.combinations(resolver.names, ready.layer):
        found = resolver.find(answers)
        if len(found.rows) == 1:
            known.setdefault((found.bands, found.amount_fen, found.row.line, found.later), found)
    return list(known.values())


def amounts_of(values: Iterable[Found]) -> list[int]:
    """Return the bounded amounts; of one that only the visit knows its floor and ceiling stand in."""
    known: dict[int, None] = {}
    for found in values:
        bounds = [int(each) for kind, each in found.later if kind in ("floor", "ceiling")]
        for amount in (found.amount_fen, found.row.not_below_fen, *bounds):
            if amount is not None:
                known[amount] = None
    return list(known)


def boundaries_of(rule: Rule) -> list[int]:
    """Return the costs, in fen, at which something of the row begins or ends."""
    (_, due, _, gross, _, bands, cost_caps, pay_caps, _), _, _ = rule
    shift = 0 if gross else due
    found = {due, *(amount for amount, _ in cost_caps)}
    found |= {upper + shift for upper, _ in bands if upper < ENDLESS}
    found |= {cost for cap, _ in pay_caps if (cost := cost_paying(bands, due, gross, cap)) is not None}
    return sorted(cost for cost in found if 0 < cost < GREATEST_FEN)


def cost_paying(bands: Bands, due: int, gross: int, cap: int) -> int | None:
    """Return the cost at which the line has paid the cap, rounded up; None when it never does."""
    target = cap * BASIS_POINTS + (antiderivative(bands, due) if gross else 0)
    lower = paid = 0
    for upper, ratio in bands:
        most = (upper - lower) * ratio
        if ratio and target - paid <= most:
            position = lower - (paid - target) // ratio
            return position + (0 if gross else due)
        paid += most
        lower = upper
    return None


def antiderivative(bands: Bands, position: int) -> int:
    """Return what the line pays from zero up to a position, in ten-thousandths of a fen."""
    total = lower = 0
    for upper, ratio in bands:
        total += ratio * max(0, min(position, upper) - lower)
        lower = upper
    return total


def rounded(exact: int, how: str) -> int:
    """Round ten-thousandths of a fen to whole fen by whole division."""
    if how == "down":
        return exact // BASIS_POINTS
    if how == "up":
        return -(-exact // BASIS_POINTS)
    return (2 * exact + BASIS_POINTS) // (2 * BASIS_POINTS)


def expected_fen(rule: Rule, cost: int) -> int:
    """Return what the row must pay of a first visit, by an arithmetic of its own."""
    (_, due, _, gross, _, bands, cost_caps, pay_caps, _), how, by_tier = rule
    looked = min([cost, *(amount for amount, _ in cost_caps)])
    charged = min(due, looked)
    start = charged if gross else 0
    stop = looked if gross else looked - charged
    ends = [start, *(upper for upper, _ in bands if start < upper < stop), stop] if by_tier else [start, stop]
    pays = sum(
        rounded(antiderivative(bands, last) - antiderivative(bands, first), how)
        for first, last in pairwise(ends)
    )
    return min([pays, *(amount for amount, _ in pay_caps)])


def walk_edge(rule: Rule, edge: int) -> Iterator[str]:
    """Yield what breaks one fen below, at, and one fen above a boundary."""
    row, how, by_tier = rule
    rounding = rounding_row(how, "tier" if by_tier else "layer")
    before = None
    for cost in (edge - 1, edge, edge + 1):
        now, parts = [0] * (2 + len(row[6]) + len(row[7])), [cost, 0, 0]
        outcome = layer(row, rounding, now, parts)
        paid = outcome[PAID] if outcome is not None else 0
        due = expected_fen(rule, cost)
        if paid != due:
            yield f"{cost} fen pays {paid}, by the second arithmetic {due}"
        if before is not None and not 0 <= paid - before <= 1:
            yield f"{cost} fen pays {paid}, one fen less of cost pays {before}"
        if paid + sum(parts) != cost or min(parts) < 0:
            yield f"{cost} fen is not divided without rest: paid {paid}, left {parts}"
        before = paid
    if row[2] >= 0 and row[4] >= 0:
        yield from _cut_in_two(rule, edge)


def _cut_in_two(rule: Rule, edge: int) -> Iterator[str]:
    """Yield where a year's line ends elsewhere when the cost comes in two visits cut at the edge."""
    row, how, by_tier = rule
    rounding = rounding_row(how, "tier" if by_tier else "layer")
    size = 2 + len(row[6]) + len(row[7])
    whole, cut = [0] * size, [0] * size
    layer(row, rounding, whole, [edge + 1, 0, 0])
    for piece in (edge, 1):
        layer(row, rounding, cut, [piece, 0, 0])
    if not row[3] and whole[:2] != cut[:2]:
        yield f"{edge + 1} fen in one visit counts {whole[:2]}, cut in two {cut[:2]}"

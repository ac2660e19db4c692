"""Every intermediate figure of a benefit by name, for cases and reviews; told by the same computation."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from yidi.domain.benefit.kernel import LayerRow, Outcome, RoundingRow, line
from yidi.domain.benefit.planned import PlannedLayer
from yidi.domain.benefit.settle import Walk, walk
from yidi.domain.benefit.situation import Benefit, Bill, Situation
from yidi.domain.benefit.words import explain_steps
from yidi.domain.policy.grammar import PARTS
from yidi.domain.policy.policy import Policy
from yidi.domain.refusal import Refusal


class TracedLayer(Struct, frozen=True):
    """The figures of one layer in fen; all zero when it had nothing to pay.

    `base` is what it found, `looked` what lies below its caps on cost, `standard` and `used_before` the
    deductible and what was counted towards it, `start` and `stop` the stretch of its line, `bands` every
    band of it in order (from, to, ratio in basis points, pays; from = to where it is
    not touched). `room` is -1 without a cap.
    """

    id: str
    fund: str
    base_fen: int = 0
    looked_fen: int = 0
    standard_fen: int = 0
    used_before_fen: int = 0
    charged_fen: int = 0
    start_fen: int = 0
    stop_fen: int = 0
    bands: tuple[tuple[int, int, int, int], ...] = ()
    unclipped_fen: int = 0
    paid_fen: int = 0
    over_cap_fen: int = 0
    room_fen: int = -1
    gross: bool = False


class Traced(Struct, frozen=True):
    """A benefit with its steps, and every figure on the way. `parts` is what the funds left, by part."""

    benefit: Benefit
    first_bear_fen: int
    parts: tuple[tuple[str, int], ...]
    layers: tuple[TracedLayer, ...]


def trace(
    policy: Policy,
    situation: Situation,
    bill: Bill,
    counters: Mapping[str, int],
    account_balance_fen: int = 0,
    use_account: bool = False,
) -> Traced | tuple[Refusal, ...]:
    """Compute a benefit (see `settle.benefit`) and return every figure of it by name."""
    found = walk(policy, situation, bill, counters, account_balance_fen, use_account)
    if not isinstance(found, Walk):
        return found
    benefit, walked, plan = found
    first_bear, outcomes, rows, parts, _ = walked
    names = (*PARTS, *(mark.mark.name for mark in plan.marks if mark.mark.apart))
    return Traced(
        benefit=replace(benefit, steps=explain_steps(plan, bill, benefit, walked)),
        first_bear_fen=first_bear,
        parts=tuple(zip(names, parts, strict=True)),
        layers=tuple(
            _traced(planned, row, plan.rounding, outcome)
            for planned, row, outcome in zip(plan.layers, rows, outcomes, strict=True)
        ),
    )


def _traced(
    planned: PlannedLayer, row: LayerRow, rounding: RoundingRow, outcome: Outcome | None
) -> TracedLayer:
    layer = planned.layer
    if outcome is None:
        return TracedLayer(layer.id, str(layer.fund), standard_fen=row[1], gross=bool(row[3]))
    base, looked, charged, start, stop, unclipped, paid, over, room, due = outcome
    return TracedLayer(
        id=layer.id,
        fund=str(layer.fund),
        base_fen=base,
        looked_fen=looked,
        standard_fen=row[1],
        used_before_fen=row[1] - due,
        charged_fen=charged,
        start_fen=start,
        stop_fen=stop,
        bands=_pieces(row, start, stop, rounding),
        unclipped_fen=unclipped,
        paid_fen=paid,
        over_cap_fen=over,
        room_fen=room,
        gross=bool(row[3]),
    )


def _pieces(
    row: LayerRow, start: int, stop: int, rounding: RoundingRow
) -> tuple[tuple[int, int, int, int], ...]:
    """Return every band of the line in its order: what of it was used, its ratio, what it pays."""
    found, lower = [], 0
    for end, ratio in row[5]:
        first, last = max(start, lower), min(stop, end)
        if first < last:
            found.append((first, last, ratio, line(row[5], first, last, rounding)))
        else:
            found.append((lower, lower, ratio, 0))
        lower = end
    return tuple(found)

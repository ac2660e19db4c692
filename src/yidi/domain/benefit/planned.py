"""A plan: a policy compiled for one kind of visit into flat integers, with what the words need."""

from __future__ import annotations

from typing import NamedTuple

from yidi.domain.benefit.kernel import ExtraRow, LayerRow, Outcome, PayRow, RoundingRow, rounding_row
from yidi.domain.benefit.situation import Fund, Step
from yidi.domain.benefit.unrolled import Unrolled, unrolled
from yidi.domain.policy.grammar import PARTS
from yidi.domain.policy.policy import Policy
from yidi.domain.policy.resolve import Found
from yidi.domain.policy.terms import Layer, Mark, Purse

STAYS = "stays"
"""The counter of inpatient stays in the benefit year."""


class PlannedLayer:
    """One layer of a plan with the figures that made its row, and what it needs beyond the row."""

    __slots__ = ("caps", "completed", "deductible", "extra", "layer", "open_caps", "ratios", "words")

    def __init__(
        self, layer: Layer, ratios: Found, deductible: Found | None, caps: tuple[Found, ...]
    ) -> None:
        self.layer = layer
        self.ratios = ratios
        self.deductible = deductible
        self.caps = caps
        self.words: object = None
        self.completed = False
        self.extra: ExtraRow | None = None
        self.open_caps: tuple[str, ...] = ()


class PlannedMark(NamedTuple):
    """A mark of the bill with the limit that holds for this kind of visit (None: no limit).

    `apart`: some layer of this kind of care looks at it by name; where none does, it stays in its head.
    """

    mark: Mark
    limit_fen: int | None
    apart: bool


class Plan:
    """Everything a visit of this kind needs. `pays`: the layers as the kernel walks them. `wide`: more than
    the rows is needed, so the visit takes the longer way (`wide.settle_wide`). `walk`: the kernel's walk with
    these layers filled in, and its figures; `zeros`: one for each counter.
    """

    __slots__ = (
        "account_parts",
        "answers",
        "assumed",
        "by_total",
        "completed",
        "completed_beside",
        "counters",
        "first_bear",
        "first_bear_bp",
        "given",
        "layers",
        "marks",
        "pays",
        "policy",
        "purses",
        "rounding",
        "rows",
        "standard_fen",
        "stays_slot",
        "unique_funds",
        "walk",
        "wide",
        "zeros",
    )

    def __init__(self, policy: Policy, answers: dict[str, str]) -> None:
        self.policy = policy
        self.answers = answers
        self.assumed: tuple[tuple[str, Step], ...] | None = None
        self.counters: tuple[str, ...] = ()
        self.zeros: tuple[int, ...] = ()
        self.rows: tuple[LayerRow, ...] = ()
        self.layers: tuple[PlannedLayer, ...] = ()
        self.pays: tuple[PayRow[Fund], ...] = ()
        self.unique_funds = True
        self.rounding: RoundingRow = rounding_row(policy.terms.rounding.how, policy.terms.rounding.each)
        self.by_total = policy.terms.rounding.each == "total"
        self.account_parts = tuple(PARTS.index(name) for name in policy.terms.account)
        self.first_bear: Found | None = None
        self.first_bear_bp = 0
        self.standard_fen = 0
        self.stays_slot = -1
        self.completed = False
        self.completed_beside = False
        self.wide = False
        self.walk: Unrolled | None = None
        self.given: tuple[str, ...] = ()
        self.marks: tuple[PlannedMark, ...] = ()
        self.purses: tuple[Purse, ...] = ()

    def unroll(self) -> Unrolled:
        """Make the kernel's walk over these layers and keep it; asked for by the first visit."""
        self.walk = unrolled(self.pays, self.rounding)
        return self.walk


class SortedMark(NamedTuple):
    """Where a marked part of a bill went, in fen: above its limit, to each head, what is set apart."""

    mark: Mark
    amount_fen: int
    above_fen: int
    shares: tuple[tuple[str, int], ...]
    rest_fen: int


Walked = tuple[int, list[Outcome | None], tuple[LayerRow, ...], list[int], tuple[SortedMark, ...]]
"""The amount borne first elsewhere, each layer's figures, the rows they came from, what the person bears,
and the marks."""

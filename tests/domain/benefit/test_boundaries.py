"""Every edge of every line is walked one fen on each side and held against a second arithmetic."""

from __future__ import annotations

from itertools import product

import pytest

from tests.domain.policy.shapes.region import region
from yidi.domain.benefit.boundaries import (
    Boundaries,
    Rule,
    boundaries_of,
    cost_paying,
    expected_fen,
    rounded,
    walk_edge,
)
from yidi.domain.benefit.kernel import ENDLESS, LayerRow, layer, rounding_row

LINE = ((30_000_00, 8_500), (40_000_00, 9_000), (ENDLESS, 9_500))
TIERED = """
layers:
- id: inpatient
  fund: pool
  deductible: {counted: yearly, counter: d, rows: [{level: [1, 2], amount: 500}, {level: 3, amount: 1300}]}
  ratios:
    counted: yearly
    counter: above
    measured: above_deductible
    rows: [{bands: [[30000, 85%], [none, 95%]]}]
    adjust: [{person: retired, points: +3}]
  caps: [{on: payment, counted: yearly, counter: p, rows: [{amount: 100000}]}]
"""


def row(due: int = 0, gross: int = 0, cost: int = 0, pay: int = 0) -> LayerRow:
    """A row whose every figure starts anew; 0 is no cap."""
    caps = [((each, -1),) if each else () for each in (cost, pay)]
    return (0,), due, -1, gross, -1, LINE, caps[0], caps[1], 1


@pytest.mark.parametrize("how", ["half_up", "down", "up"])
@pytest.mark.parametrize(
    ("due", "gross", "cost", "pay", "by_tier"),
    list(product((0, 130_033), (0, 1), (0, 5_000_001), (0, 1_234_567), (True, False))),
)
def test_the_kernel_and_the_second_arithmetic_agree_one_fen_on_each_side_of_every_edge(
    how: str, due: int, gross: int, cost: int, pay: int, by_tier: bool
) -> None:
    rule: Rule = (row(due, gross, cost, pay), how, by_tier)
    edges = boundaries_of(rule)
    assert len(edges) == 2 + sum(map(bool, (due, cost, pay)))
    assert [found for edge in edges for found in walk_edge(rule, edge)] == []


@pytest.mark.parametrize(("gross", "cost"), [(0, 1_300_00 + 11_764_71), (1, 11_764_71 + 1_300_00)])
def test_the_edge_of_a_cap_is_the_first_cost_at_which_it_is_paid_in_full(gross: int, cost: int) -> None:
    assert cost_paying(LINE, 1_300_00, gross, 10_000_00) == cost
    rule: Rule = (row(1_300_00, gross, pay=10_000_00), "down", True)
    assert [expected_fen(rule, each) for each in (cost - 1, cost, cost + 1)] == [
        999_999,
        10_000_00,
        10_000_00,
    ]


def test_a_cap_a_line_never_reaches_has_no_edge() -> None:
    assert cost_paying(((10_000, 5_000), (ENDLESS, 0)), 0, 0, 5_001) is None


@pytest.mark.parametrize(("how", "fen"), [("half_up", 1), ("down", 0), ("up", 1)])
def test_half_a_fen_is_rounded_as_the_policy_says(how: str, fen: int) -> None:
    assert rounded(5_000, how) == fen
    assert rounded(5_000 + 10_000 * 7, how) == fen + 7


def test_a_row_that_jumps_is_named() -> None:
    folded = (*row()[:5], ((20_000, 9_000), (10_000, 5_000), (ENDLESS, 1_000)), (), (), 1)
    assert list(walk_edge((folded, "half_up", True), 20_000))


def test_a_policy_is_walked_over_all_its_lines_deductibles_and_caps() -> None:
    policy = region(TIERED)
    boundaries = Boundaries()
    assert list(boundaries.faults(policy)) == []
    walked = {(each[0][1], each[0][5]) for each in boundaries.walked}
    assert {due for due, _ in walked} == {500_00, 1_300_00}
    assert {bands[0][1] for _, bands in walked} == {8_500, 8_800}
    assert boundaries.points >= 2 * 3 * 3


def test_a_line_that_breaks_is_a_finding_with_its_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = region(TIERED)
    boundaries = Boundaries()
    monkeypatch.setattr(boundaries, "broken", lambda rule: "3000000 fen pays 1")
    (found,) = boundaries.faults(policy)
    assert (found.refusal.code, found.key) == ("POLICY-43", "schemes.310.layers.inpatient")
    assert not found.warning


def test_a_year_cut_in_two_at_an_edge_ends_where_it_ends_uncut() -> None:
    yearly: LayerRow = ((0,), 1_300_00, 0, 0, 1, LINE, (), (), 1)
    now = [0, 0]
    for piece in (1_299_99, 2, 30_000_00):
        layer(yearly, rounding_row("half_up", "tier"), now, [piece, 0, 0])
    assert now == [1_300_00, 30_000_01]
    assert list(walk_edge((yearly, "half_up", True), 1_300_00)) == []

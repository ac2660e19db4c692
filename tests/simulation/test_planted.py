"""A simulator that cannot fail proves nothing: faults planted into the product are found within few seeds."""

from __future__ import annotations

import pytest

from tests.simulation.planted import PLANTED, Planted
from yidi.edges.simulation.plan import plan_case
from yidi.edges.simulation.playing import play
from yidi.edges.simulation.stage import Stage


@pytest.mark.parametrize("planted", PLANTED, ids=[planted.name for planted in PLANTED])
def test_a_planted_fault_is_found_within_its_number_of_seeds(planted: Planted, stage: Stage) -> None:
    with planted.plant(stage) as worse:
        found = any(
            play(plan_case(seed, planted.hours), worse).findings for seed in range(1, planted.seeds + 1)
        )
    assert found


def test_at_least_ten_faults_are_planted() -> None:
    assert len(PLANTED) >= 10

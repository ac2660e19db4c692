"""Power is lost at every single statement of one settlement, at each node in turn."""

from __future__ import annotations

import pytest

from yidi.edges.simulation.judging import Finding
from yidi.edges.simulation.plan import Case, Ending, Fault, FaultKind, Story
from yidi.edges.simulation.playing import play
from yidi.edges.simulation.stage import Stage

STATEMENTS = 24
"""From the settling message on, as far as the booking and its cancellation at any node go."""


@pytest.mark.parametrize("node", [0, 1, 2], ids=["nation", "care place", "insured place"])
def test_whatever_statement_loses_power_nothing_is_lost(node: int, stage: Stage) -> None:
    story = Story(1_000, person=1, care=1, charges=(45_000,), ending=Ending.CANCEL, patience_ms=4_000)
    found: dict[int, tuple[Finding, ...]] = {}
    for statement in range(1, STATEMENTS + 1):
        crash = Fault(FaultKind.CRASH, 1_150, 3_000, node=node, amount=statement)
        outcome = play(Case(7, "2026-03-10T01:00:00Z", 60_000, (story,), (crash,)), stage)
        assert outcome.settlements == 2
        found |= {statement: outcome.findings} if outcome.findings else {}
    assert found == {}

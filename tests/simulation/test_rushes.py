"""Rushes: hundreds of messages in the time of a few transactions, and the faults in the middle of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from tests.simulation.planted import PLANTED_BY_NAME
from yidi.edges.journal import Journal
from yidi.edges.simulation.plan import SPREAD_EVERY, Case, FaultKind, case_of, plan_case, plan_rushes
from yidi.edges.simulation.playing import play
from yidi.edges.simulation.stage import Stage

HOURS = 0.5


@pytest.mark.parametrize("seed", range(1, 9))
def test_nothing_is_lost_and_nothing_doubled_when_faults_strike_in_a_rush(seed: int, stage: Stage) -> None:
    outcome = play(plan_rushes(seed, HOURS), stage)
    assert outcome.findings == ()
    assert outcome.settlements > 50


def test_what_comes_while_a_transaction_takes_its_time_is_decided_together(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    widths: Counter[int] = Counter()
    original = Journal._commit

    async def counted(journal: Journal, items: Sequence[Any], **how: Any) -> Any:
        widths[len(items)] += 1
        return await original(journal, items, **how)

    monkeypatch.setattr(Journal, "_commit", counted)

    def mean_width(case: Case) -> float:
        widths.clear()
        assert play(case, stage).findings == ()
        return sum(width * count for width, count in widths.items()) / widths.total()

    rush = plan_rushes(2, HOURS)
    assert mean_width(msgspec.structs.replace(rush, turn_ms=0)) < mean_width(rush)
    assert max(widths) > 10
    assert mean_width(msgspec.structs.replace(rush, faults=())) > 3


def test_a_disk_may_be_slow_for_a_while(stage: Stage) -> None:
    cases = [plan_rushes(seed, HOURS) for seed in range(1, 9)]
    slow = next(case for case in cases if any(row.kind is FaultKind.SLOW_DISK for row in case.faults))
    outcome = play(slow, stage)
    assert outcome.findings == ()
    assert outcome.faults[FaultKind.SLOW_DISK] > 0


@pytest.mark.parametrize(
    ("name", "seeds"),
    [
        ("caps are checked a batch", 1),
        ("the outbox is memory only", 3),
        ("the outbox forgets what is sent", 3),
        ("a message is acknowledged when it arrives", 5),
        ("a reversal leaves no tombstone", 5),
    ],
)
def test_a_planted_fault_is_found_in_rushes_too(name: str, seeds: int, stage: Stage) -> None:
    with PLANTED_BY_NAME[name].plant(stage) as worse:
        assert any(play(plan_rushes(seed, HOURS), worse).findings for seed in range(1, seeds + 1))


def test_of_three_seeds_one_has_its_visits_spread() -> None:
    seeds = range(1, 25)
    spread = [seed for seed in seeds if case_of(seed, 1.0) == plan_case(seed, 1.0)]
    assert len(spread) == len(seeds) // SPREAD_EVERY
    assert all(case_of(seed, 1.0).turn_ms for seed in seeds if seed not in spread)


def test_no_run_ends_while_a_slow_transaction_is_open(stage: Stage) -> None:
    """The row of a message that arrived goes with a later transaction: cut off in it, the row would stay."""
    outcome = play(case_of(8058, 1.0), stage)
    assert outcome.findings == ()


@pytest.mark.parametrize("seed", [7469, 7956])
def test_what_arrived_while_a_slow_commit_ran_leaves_the_outbox_without_another_message(
    stage: Stage, seed: int
) -> None:
    assert play(case_of(seed, 1.0), stage).findings == ()


@pytest.mark.parametrize("seed", [7168, 7952])
def test_an_answer_that_a_failed_commit_stored_all_the_same_is_given_to_whoever_asks_again(
    stage: Stage, seed: int
) -> None:
    assert play(case_of(seed, 1.0), stage).findings == ()

"""Real faults under load: nodes killed, lines cut, a full disk, PostgreSQL away. Longer: `make faults`."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.insisting import UNDONE, YES, Outcome
from tests.journeys.trouble import KINDS, differences, run


async def test_nothing_is_lost_and_nothing_doubled_whatever_breaks(tmp_path: Path) -> None:
    told = await run(tmp_path, [*KINDS, "kill"], bills=200, workers=6, seed=3, pace_seconds=0.5)
    assert told.faults == []
    assert told.befell == {**dict.fromkeys(KINDS, 1), "kill": 2}
    assert told.outcomes[YES] > 20
    assert told.answers["silence"] + told.answers["refused"] > 0


def test_the_comparison_finds_what_is_lost_doubled_or_stands_without_an_answer() -> None:
    yes = {1: Outcome(1, YES, "S1", "10.00")}
    assert differences([("S1", "", 1000)], yes) == []
    reversed_ = {2: Outcome(2, UNDONE)}
    assert differences([("S1", "", 1000), ("S2", "", 5), ("S3", "S2", -5)], yes | reversed_) == []
    for rows in (
        [],
        [("S1", "", 999)],
        [("S1", "", 1000), ("S1", "", 1000)],
        [("S1", "", 1000), ("S3", "S1", -1000)],
        [("S1", "", 1000), ("S2", "", 5)],
        [("S1", "", 1000), ("S2", "", 5), ("S3", "S2", -5)],
    ):
        assert differences(rows, yes) != []

"""References are numbers, unique and rising, over bursts, restarts and nodes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.journal_room import NOON
from yidi.edges.clock import SettableClock, system_clock
from yidi.edges.journal import References


def test_a_burst_within_one_microsecond_gives_rising_numbers_of_nineteen_digits() -> None:
    references = References(SettableClock(NOON), 7)
    given = [references.next() for _ in range(1000)]
    assert given == sorted(set(given))
    assert {(len(number), number.isdigit(), number[-3:]) for number in given} == {(19, True, "007")}


def test_a_later_start_and_another_node_never_repeat_a_number() -> None:
    clock = SettableClock(NOON)
    first = [References(clock, node).next() for node in range(3)]
    clock.advance(seconds=1)
    again = [References(clock, node).next() for node in range(3)]
    assert len({*first, *again}) == 6
    assert max(first) < min(again)


def test_a_clock_set_back_while_running_does_not_bring_numbers_back() -> None:
    clock = SettableClock(NOON)
    references = References(clock)
    before = references.next()
    clock.set(NOON - timedelta(hours=1))
    assert references.next() > before


@pytest.mark.parametrize("node", [-1, 1000])
def test_a_node_has_a_number_of_three_digits(node: int) -> None:
    with pytest.raises(ValueError, match="node number"):
        References(system_clock, node)

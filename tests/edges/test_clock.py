"""The one place that reads a clock."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from yidi.edges.clock import SettableClock, system_clock


def test_the_system_clock_tells_utc_and_goes_on() -> None:
    first = system_clock()
    assert first.tzinfo is timezone.utc
    assert system_clock() >= first


def test_a_settable_clock_stands_still_until_it_is_moved() -> None:
    shanghai = timezone(timedelta(hours=8))
    clock = SettableClock(datetime(2026, 11, 22, 12, tzinfo=shanghai))
    assert clock() == clock() == datetime(2026, 11, 22, 4, tzinfo=timezone.utc)
    clock.advance(days=1, seconds=2)
    assert clock() == datetime(2026, 11, 23, 4, 0, 2, tzinfo=timezone.utc)
    clock.set(datetime(2026, 1, 1, tzinfo=shanghai))
    assert clock().utcoffset() == timedelta(0)


def test_a_clock_without_an_offset_is_no_clock() -> None:
    with pytest.raises(ValueError, match="offset"):
        SettableClock(datetime(2026, 11, 22))

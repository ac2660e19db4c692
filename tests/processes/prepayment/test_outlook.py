"""Forecasts are plain and say how wrong they were; stress says how long a float lasts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.processes.prepayment.nation import AWAY, HOME, THIRD
from yidi.processes.prepayment.forecast import Forecast, Method, error_of, forecast
from yidi.processes.prepayment.planning import Float
from yidi.processes.prepayment.stress import shortfall_by_care, stress, stress_of
from yidi.processes.prepayment.views import month_after

FLOAT = Float(HOME, AWAY, "310")
SEASONS = [100, 110, 120, 130, 140, 150, 160, 150, 140, 130, 120, 110]
FEN = st.integers(0, 10**13)


def test_an_even_series_is_forecast_by_the_mean_without_error() -> None:
    assert forecast([500] * 8, 3) == Forecast(Method.MEAN, (500, 500, 500), 0, 7)


def test_a_seasonal_series_is_forecast_by_the_same_month_a_year_ago() -> None:
    found = forecast(SEASONS * 3, 12)
    assert found == Forecast(Method.SEASONAL, tuple(SEASONS), 0, 12)


def test_a_growing_seasonal_series_is_forecast_by_its_trend() -> None:
    series = [month * grown for grown in (100, 200, 400) for month in SEASONS]
    found = forecast(series, 1)
    assert found.method is Method.TREND
    assert found.months == (100 * 800,)


def test_the_error_is_the_mean_of_what_each_past_forecast_missed() -> None:
    assert error_of(Method.MEAN, [100, 200]) == (5000, 1)
    assert error_of(Method.MEAN, [100, 200, 300]) == (5000, 2)
    assert error_of(Method.MEAN, [100, 0]) is None
    assert error_of(Method.SEASONAL, SEASONS) is None


def test_one_month_is_forecast_as_it_was_and_its_error_is_unknown() -> None:
    assert forecast([7], 2) == Forecast(Method.MEAN, (7, 7), None, 0)
    with pytest.raises(ValueError, match="at least one month"):
        forecast([], 1)


@given(st.lists(FEN, min_size=1, max_size=40), st.integers(1, 12))
def test_the_method_taken_is_never_worse_than_another_on_past_months(past: list[int], ahead: int) -> None:
    found = forecast(past, ahead)
    assert len(found.months) == ahead
    errors = [row[0] for method in Method if (row := error_of(method, past)) is not None]
    assert found.error_bp == (min(errors) if errors else None)


def test_a_float_of_two_months_covers_sixty_days_and_then_the_care_place_advances() -> None:
    found = stress_of(FLOAT, 300_00, 600_00, 90)
    assert (found.days_of_cover, found.shortfall_fen) == (60, 300_00)
    assert stress_of(FLOAT, 300_00, 600_00, 60).shortfall_fen == 0
    assert stress_of(FLOAT, 300_00, 600_00, 61).shortfall_fen == 10_00
    assert stress_of(FLOAT, 0, 600_00, 90).days_of_cover is None


@given(FEN, FEN, st.integers(0, 400))
def test_nothing_is_short_while_the_float_covers(month: int, prepaid: int, days: int) -> None:
    found = stress_of(FLOAT, month, prepaid, days)
    if found.days_of_cover is None or days <= found.days_of_cover:
        assert found.shortfall_fen == 0
    else:
        assert found.shortfall_fen > 0


def test_stress_of_one_province_adds_up_by_care_province() -> None:
    other, foreign = Float(HOME, THIRD, "390"), Float(AWAY, HOME, "310")
    use = {FLOAT: 300_00, other: 30_00, foreign: 900_00}
    rows = stress(use, {FLOAT: 100_00}, HOME, 30)
    assert shortfall_by_care(rows) == {AWAY: 200_00, THIRD: 30_00}
    assert len(stress(use, {FLOAT: 100_00}, "", 30)) == 3


def test_months_follow_each_other_over_the_year() -> None:
    assert [month_after("2025-11", ahead) for ahead in (1, 2, 14, -11)] == [
        "2025-12",
        "2026-01",
        "2027-01",
        "2024-12",
    ]

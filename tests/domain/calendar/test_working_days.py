"""The working-day calendar: the State Council's shifts, the counting of terms, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yidi.domain.calendar.refusals import NOT_A_CALENDAR_DAY, YEAR_NOT_LOADED
from yidi.domain.calendar.working_days import Calendar, DayKind, Holiday, YearOfHolidays, faults_of
from yidi.domain.refusal import Refusal
from yidi.edges.packs.calendar import read_calendar
from yidi.edges.packs.national import PackError

CALENDAR = read_calendar()
LOADED = st.dates(date(2023, 1, 1), date(2026, 12, 31)).map(date.isoformat)
EARLY = st.dates(date(2023, 1, 1), date(2026, 6, 30)).map(date.isoformat)


def days_of(year: int) -> list[date]:
    return [
        date(year, 1, 1) + timedelta(days=n)
        for n in range(366)
        if (date(year, 1, 1) + timedelta(n)).year == year
    ]


def year_of(*days_off: Holiday) -> YearOfHolidays:
    return YearOfHolidays("文号", "title", "2029-11-01", "https://example.org", 99, days_off)


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_every_day_agrees_with_the_packaged_chinesecalendar(year: int) -> None:
    differing = [
        day
        for day in days_of(year)
        if CALENDAR.working_day(day.isoformat()) is not chinese_calendar.is_workday(day)
    ]
    assert differing == []


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_every_working_day_agrees_with_the_packaged_holidays(year: int) -> None:
    packaged = holidays.country_holidays("CN", years=[year - 1, year, year + 1])
    differing = [
        day
        for day in days_of(year)
        if CALENDAR.working_day(day.isoformat()) is not packaged.is_working_day(day)
    ]
    assert differing == []


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-02-14", DayKind.SHIFTED_WORKING),
        ("2026-02-16", DayKind.HOLIDAY),
        ("2026-11-21", DayKind.REST),
        ("2026-11-23", DayKind.WORKING),
    ],
)
def test_a_day_is_one_of_four_kinds(day: str, kind: DayKind) -> None:
    assert CALENDAR.kind(day) is kind


def test_five_working_days_before_the_national_holiday_end_after_it() -> None:
    assert CALENDAR.add_working_days("2026-09-25", 5) == "2026-10-09"
    assert CALENDAR.add_working_days("2026-10-08", 2) == "2026-10-10"


def test_adding_nothing_moves_a_day_of_rest_to_the_next_working_day() -> None:
    assert CALENDAR.add_working_days("2026-10-01", 0) == "2026-10-08"
    assert CALENDAR.add_working_days("2026-10-08", 0) == "2026-10-08"


def test_working_days_can_be_counted_backwards() -> None:
    assert CALENDAR.add_working_days("2026-10-08", -1) == "2026-09-30"
    assert CALENDAR.working_days_between("2026-10-08", "2026-09-30") == -1


@given(EARLY, st.integers(1, 60))
def test_the_days_between_a_day_and_its_nth_working_day_are_n(day: str, count: int) -> None:
    end = CALENDAR.add_working_days(day, count)
    assert isinstance(end, str)
    assert CALENDAR.working_day(end) is True
    assert CALENDAR.working_days_between(day, end) == count


@given(LOADED, LOADED, LOADED)
def test_counts_of_adjoining_terms_add_up(one: str, two: str, three: str) -> None:
    first, second, third = sorted((one, two, three))
    parts = (CALENDAR.working_days_between(first, second), CALENDAR.working_days_between(second, third))
    assert not any(isinstance(part, Refusal) for part in parts)
    assert CALENDAR.working_days_between(first, third) == parts[0] + parts[1]  # type: ignore[operator]


@pytest.mark.parametrize("day", ["2022-12-31", "2027-01-04", "1999-10-01"])
def test_a_year_that_is_not_loaded_is_refused(day: str) -> None:
    found = CALENDAR.working_day(day)
    assert isinstance(found, Refusal)
    assert (found.code, found.heals_with_time) == (YEAR_NOT_LOADED.code, True)
    assert day[:4] in found.cause_zh


def test_a_term_that_runs_into_a_year_not_loaded_is_refused() -> None:
    for found in (
        CALENDAR.add_working_days("2026-12-30", 5),
        CALENDAR.add_working_days("2023-01-03", -5),
        CALENDAR.working_days_between("2026-12-30", "2027-01-05"),
        CALENDAR.working_days_between("2027-01-05", "2026-12-30"),
    ):
        assert isinstance(found, Refusal)
        assert found.code == YEAR_NOT_LOADED.code


@pytest.mark.parametrize("day", ["", "20261122", "2026-02-30", "tomorrow"])
def test_what_is_no_day_is_refused(day: str) -> None:
    answers = (
        CALENDAR.kind(day),
        CALENDAR.add_working_days(day, 1),
        CALENDAR.working_days_between(day, "2026-01-05"),
    )
    assert {found.code for found in answers if isinstance(found, Refusal)} == {NOT_A_CALENDAR_DAY.code}
    assert all(isinstance(found, Refusal) for found in answers)


@pytest.mark.parametrize(
    ("holiday", "fault"),
    [
        (Holiday("节", "day", "2030-01-01", "2030-13-01"), "is not a day"),
        (Holiday("节", "day", "2030-01-03", "2030-01-01"), "ends before it begins"),
        (Holiday("节", "day", "2031-01-01", "2031-01-01"), "is of another year"),
        (Holiday("节", "day", "2030-01-01", "2030-01-01", ("2030-01-02",)), "is worked as any weekday is"),
        (Holiday("节", "day", "2030-01-05", "2030-01-06", ("2030-01-05",)), "is named by"),
    ],
)
def test_a_notice_that_cannot_be_right_is_not_loaded(holiday: Holiday, fault: str) -> None:
    assert any(fault in found for found in faults_of({2030: year_of(holiday)}))
    with pytest.raises(ValueError, match=fault):
        Calendar({2030: year_of(holiday)})


def test_a_notice_may_reach_into_the_december_before_its_year() -> None:
    new_year = Holiday("元旦", "New Year", "2029-12-31", "2030-01-01", ("2029-12-29",))
    calendar = Calendar({2029: year_of(), 2030: year_of(new_year)})
    assert calendar.kind("2029-12-31") is DayKind.HOLIDAY
    assert calendar.kind("2029-12-29") is DayKind.SHIFTED_WORKING


def test_a_pack_with_a_wrong_day_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "national").mkdir()
    text = "looked_up: x\nyears: {2030: {document: d, title: t, issued: i, link: l, sure_pct: 9, "
    text += "holidays: [%s]}}"
    wrong = '{name: 节, name_en: day, first: "2030-02-30", last: "2030-02-30"}'
    (tmp_path / "national" / "working_days.yaml").write_text(text % wrong, "utf-8")
    with pytest.raises(PackError, match=r"working_days.yaml: 2030 节: '2030-02-30' is not a day"):
        read_calendar(tmp_path)


def test_every_year_of_the_pack_names_its_document() -> None:
    assert set(CALENDAR.years) == {2023, 2024, 2025, 2026}
    for year, notice in CALENDAR.years.items():
        assert f"{year}年部分节假日安排" in notice.title
        assert f"〔{year - 1}〕" in notice.document

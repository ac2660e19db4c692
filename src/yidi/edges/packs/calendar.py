"""Reads packs/national/working_days.yaml."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from yidi.domain.calendar.working_days import Calendar, YearOfHolidays
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.national import PackError, read_yaml


class _CalendarFile(Struct, forbid_unknown_fields=True):
    looked_up: str
    years: dict[int, YearOfHolidays]


def read_calendar(packs: Path | None = None) -> Calendar:
    """Read the working-day calendar. Raises PackError naming the file and what is wrong in it."""
    path = (packs or packs_folder()) / "national" / "working_days.yaml"
    read: _CalendarFile = read_yaml(path, _CalendarFile)
    try:
        return Calendar(read.years)
    except ValueError as fault:
        raise PackError(f"{path.name}: {fault}") from fault

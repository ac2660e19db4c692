"""When a day may be compared and how long its owner has: dated data of packs/national, not law in code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from msgspec import Struct

from yidi.domain.dates import SHANGHAI, is_day
from yidi.processes.reconciliation.commands import Kind


class ReconciliationRule(Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from"}):
    """What holds from the day `start` on, its source and how sure it is.

    A day may be compared `cut_off_minutes` after its midnight in Asia/Shanghai. `deadline_working_days` are
    counted from the business day, for every kind of difference. A repair may be under way for
    `repair_minutes`; after that its difference is a case.
    """

    start: str
    cut_off_minutes: int
    repair_minutes: int
    deadline_working_days: Mapping[Kind, int]
    source: str
    sure_pct: int

    def __post_init__(self) -> None:
        """Refuse a rule without a day, a source or a kind, or with a term below one day: ValueError."""
        if not is_day(self.start) or not self.source.strip() or not 0 <= self.sure_pct <= 100:
            raise ValueError("a rule has a day, a source, and is sure by 0 to 100 %")
        if missing := [kind.value for kind in Kind if kind not in self.deadline_working_days]:
            raise ValueError(f"no deadline for {', '.join(missing)}")
        if min(self.cut_off_minutes, self.repair_minutes) < 0 or min(self.deadline_working_days.values()) < 1:
            raise ValueError("no minutes below zero, and a deadline is one working day at least")

    def cut_off(self, day: date) -> datetime:
        """Return the instant from which a day may be compared: its end and the minutes after."""
        midnight = datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
        return midnight + timedelta(minutes=self.cut_off_minutes)


class ReconciliationRules:
    """The rules of every day. ValueError when they are not in the order of their days."""

    def __init__(self, rules: Sequence[ReconciliationRule]) -> None:
        starts = [rule.start for rule in rules]
        if not starts or starts != sorted(set(starts)):
            raise ValueError("rules come in the order of the days from which they hold")
        self._rules = tuple(rules)

    def on(self, day: str) -> ReconciliationRule | None:
        """Return the rule of a business day, None before the first."""
        held = [rule for rule in self._rules if rule.start <= day]
        return held[-1] if held else None

"""The nation: counts months, fixes the year. It sees only its own copies, never a province's facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from yidi.domain.calendar.working_days import Calendar
from yidi.domain.money_terms.terms import MoneyTerms, PrepaymentTerms
from yidi.domain.refusal import Refusal
from yidi.processes.ports.deciding import (
    NATION,
    Command,
    Decision,
    Done,
    Facts,
    Key,
    Moment,
    accepted,
    refused,
)
from yidi.processes.prepayment.commands import CountUse, PlanYear, RateMonth, Used, YearPlanned
from yidi.processes.prepayment.notices import deadlines, delivered, kept, last_day, write_notices
from yidi.processes.prepayment.planning import Float, PlannedFloat, base_months, explain, float_of, plan
from yidi.processes.prepayment.records import (
    COUNTS_OF_MONTH,
    SCHEMES,
    STANDING,
    USE_OF_MONTH,
    YEAR_PLAN,
    Basis,
    MonthUse,
    PrepaymentChange,
    UseCount,
    YearPlan,
)
from yidi.processes.prepayment.refusals import (
    MONTH_NOT_COUNTED,
    MONTH_NOT_OVER,
    ONLY_THE_NATION,
    USE_INVALID,
    YEAR_INVALID,
    YEAR_PLANNED_BEFORE,
)
from yidi.processes.prepayment.views import is_month, is_year, latest_use

YEARLY = "yearly"


def not_the_nation(command: Command) -> tuple[Refusal, ...]:
    """Refuse what a province asks of itself although it is the nation's business."""
    if command.jurisdiction == NATION:
        return ()
    return (ONLY_THE_NATION.because("jurisdiction", place=command.jurisdiction),)


def needs_of_count(command: CountUse, facts: Facts) -> Iterable[Key]:
    """Need the counts of the month there are already."""
    yield COUNTS_OF_MONTH.key(command.jurisdiction, command.month, command.basis)
    yield USE_OF_MONTH.key(command.jurisdiction, command.month, command.basis)


def count_use(command: CountUse, facts: Facts, moment: Moment) -> Decision:
    """Keep a month's use as its next version; the same numbers again change nothing."""
    findings = [*not_the_nation(command), *_faults_of_count(command, moment)]
    if findings:
        return refused(command, *findings)
    here, month, basis = command.jurisdiction, command.month, command.basis.value
    counts = facts.many(COUNTS_OF_MONTH, here, month, basis)
    version = counts[-1].version + 1 if counts else 1
    lines = sorted(command.lines, key=lambda line: (line.insured, line.care, line.scheme))
    rows = tuple(
        MonthUse(here, month, basis, row.insured, row.care, row.scheme, version, *_figures(row))
        for row in lines
    )
    held = latest_use(counts, facts.many(USE_OF_MONTH, here, month, basis))
    if counts and [row._replace(version=version) for row in held] == list(rows):
        return accepted(command, Done(reference=f"{month}/{counts[-1].version}"))
    count = UseCount(
        here,
        month,
        basis,
        version,
        len(rows),
        sum([row.settlements for row in rows]),
        sum([row.fund_fen for row in rows]),
        sum([row.account_fen for row in rows]),
        moment.instant,
    )
    return accepted(
        command, Done(reference=f"{month}/{version}"), count, *rows, messages=rating(command, version)
    )


def rating(command: CountUse, version: int) -> tuple[RateMonth, ...]:
    """Have what a signed clearing came to rated, now that it is counted."""
    if not command.signings:
        return ()
    rate = RateMonth(
        jurisdiction=command.jurisdiction,
        sender=command.jurisdiction,
        msgid=f"rate/{command.month}/{command.basis.value}/{version}",
        month=command.month,
        basis=command.basis,
        signings=command.signings,
    )
    return (rate,)


def _figures(row: Used) -> tuple[int, int, int]:
    return row.settlements, row.fund_fen, row.account_fen


def _faults_of_count(command: CountUse, moment: Moment) -> Iterator[Refusal]:
    if not is_month(command.month) or command.month >= moment.today.isoformat()[:7]:
        yield MONTH_NOT_OVER.because("month", month=command.month)
    seen: set[Float] = set()
    for row in command.lines:
        key = Float(row.insured, row.care, row.scheme)
        known = row.scheme in SCHEMES and row.insured and row.care and row.insured != row.care
        if not known or key in seen or row.settlements < 0:
            yield USE_INVALID.because("lines", line=" ".join(key))
        seen.add(key)


def terms_on(terms: MoneyTerms, moment: Moment) -> PrepaymentTerms | Refusal:
    """Return the prepayment terms of today."""
    found = terms.on(moment.today.isoformat())
    return found if isinstance(found, Refusal) else found.prepayment


class YearPlanner:
    """Fixes the prepayment of a year by dated terms and the calendar of working days."""

    def __init__(self, terms: MoneyTerms, calendar: Calendar) -> None:
        self._terms, self._calendar = terms, calendar

    def _months(self, command: PlanYear) -> tuple[str, ...]:
        found = self._terms.on(f"{command.year}-01-01") if is_year(command.year) else None
        return (
            () if found is None or isinstance(found, Refusal) else base_months(command.year, found.prepayment)
        )

    def needs(self, command: PlanYear, facts: Facts) -> Iterable[Key]:
        """Need the plan, the base months and what stands."""
        here = command.jurisdiction
        yield YEAR_PLAN.key(here, command.year)
        for month in self._months(command):
            yield COUNTS_OF_MONTH.key(here, month, Basis.SETTLED)
            yield USE_OF_MONTH.key(here, month, Basis.SETTLED)
        for scheme in SCHEMES:
            yield STANDING.key(here, scheme)

    def decide(self, command: PlanYear, facts: Facts, moment: Moment) -> Decision:
        """Fix every float, write the notices and send them; refused with all that is missing."""
        today = moment.today.isoformat()
        terms = self._terms.on(f"{command.year}-01-01") if is_year(command.year) else None
        if terms is None or command.year != today[:4]:
            return refused(command, YEAR_INVALID.because("year", year=command.year))
        if isinstance(terms, Refusal):
            return refused(command, terms)
        cap = last_day(command.year, terms.prepayment.paid_by_month)
        until = deadlines(today, self._calendar, terms.prepayment, cap)
        findings = [*not_the_nation(command), *self._faults(command, facts)]
        if isinstance(until, Refusal):
            findings.append(until)
        if findings or isinstance(until, Refusal):
            return refused(command, *findings)
        planned = self._planned(command, facts, terms.prepayment)
        plan_id = f"PP{command.year}"
        months = self._months(command)
        changes = [_change(plan_id, row, months, terms.prepayment, moment) for row in planned]
        written = write_notices(plan_id, command.year, changes, until, moment)
        year_plan = YearPlan(
            NATION,
            command.year,
            plan_id,
            len(planned),
            sum([row.amount_fen for row in planned]),
            sum([row.change_fen for row in planned]),
            msgspec.json.encode(terms.prepayment).decode(),
            today,
            moment.instant,
        )
        reply = YearPlanned(
            plan_id=plan_id,
            pairs=year_plan.pairs,
            amount_fen=year_plan.amount_fen,
            change_fen=year_plan.change_fen,
            notices=tuple([one.notice.notice_no for one in written]),
            late=today > last_day(command.year, terms.prepayment.planned_by_month),
        )
        return accepted(command, reply, year_plan, *changes, *kept(written), messages=delivered(written))

    def _faults(self, command: PlanYear, facts: Facts) -> Iterator[Refusal]:
        held = facts.one(YEAR_PLAN, command.jurisdiction, command.year)
        if held is not None:
            values = {"year": held.year, "planned_on": held.planned_on, "plan_id": held.plan_id}
            yield YEAR_PLANNED_BEFORE.because("year", **values)
        for month in self._months(command):
            if not facts.many(COUNTS_OF_MONTH, command.jurisdiction, month, Basis.SETTLED):
                yield MONTH_NOT_COUNTED.because("month", month=month, basis=Basis.SETTLED.value)

    def _planned(self, command: PlanYear, facts: Facts, terms: PrepaymentTerms) -> tuple[PlannedFloat, ...]:
        here = command.jurisdiction
        uses = [
            latest_use(
                facts.many(COUNTS_OF_MONTH, here, month, Basis.SETTLED),
                facts.many(USE_OF_MONTH, here, month, Basis.SETTLED),
            )
            for month in self._months(command)
        ]
        return plan(uses, standing(facts, here), terms)


def standing(facts: Facts, here: str) -> dict[Float, int]:
    """Return what stands per float, in fen."""
    return {
        float_of(pair, scheme): fen
        for scheme in SCHEMES
        for pair, fen in facts.sums(STANDING, here, scheme).items()
    }


def _change(
    plan_id: str, row: PlannedFloat, months: tuple[str, ...], terms: PrepaymentTerms, moment: Moment
) -> PrepaymentChange:
    return PrepaymentChange(
        NATION,
        plan_id,
        YEARLY,
        *row.float,
        row.float.pair,
        row.standing_fen,
        row.change_fen,
        msgspec.json.encode(explain(row, months, terms)).decode(),
        moment.instant,
    )

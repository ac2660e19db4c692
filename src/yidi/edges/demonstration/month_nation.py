"""Plays a month of the nation on one node: visits, daily reconciliation, clearing, transfers, proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import NamedTuple

from yidi.domain.calendar.working_days import Calendar
from yidi.domain.ledger.accounts import DUE_FROM_PROVINCE, OWED_TO_PROVINCE
from yidi.domain.money_terms.terms import MoneyTerms, Terms
from yidi.domain.refusal import Refusal
from yidi.edges.clearing.gathering import ALL
from yidi.edges.demonstration.month import MoneyDays, MonthClock, PlannedVisit, money_days
from yidi.edges.demonstration.month_clearing import MORNING, Cleared, Clearing, MonthFault, said_of
from yidi.edges.demonstration.month_counters import Counters
from yidi.edges.demonstration.month_hospitals import HospitalsPaid, declare_all, pay_all
from yidi.edges.demonstration.stage import Asker
from yidi.edges.portals.reading import Rows
from yidi.edges.reconciliation.day import DayTask, reconcile
from yidi.edges.settings import Settings
from yidi.edges.storage import ledger
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.schema import gathered
from yidi.edges.storage.verify import Result, verify
from yidi.processes.clearing.months import days_of, month_after
from yidi.processes.settlement.records import Settlement

AFTER_MIDNIGHT = 6.0
"""The hour at which a day is reconciled, on the day after it."""


class MonthNode(NamedTuple):
    """A running node as the month needs it."""

    ask: Asker
    rows: Rows
    settings: Settings
    clock: MonthClock


class MonthPlayed(NamedTuple):
    """A month that was played: how visits ended, why some were refused, the clearing, and the proofs."""

    month: str
    visits: Mapping[str, int]
    refusals: tuple[str, ...]
    days: int
    settlements: int
    settled_fen: int
    hospitals: HospitalsPaid
    cleared: Cleared
    proofs: tuple[Result, ...]


async def play_month(
    node: MonthNode,
    counters: Counters,
    month: str,
    plan: tuple[PlannedVisit, ...],
    terms: tuple[Calendar, MoneyTerms],
    told: Callable[[str, int], None],
) -> MonthPlayed:
    """Play a planned month to confirmed transfers. Raises MonthFault or CounterFault where it goes wrong."""
    days, known = known_terms(month, *terms)
    of_day = {day: list(visits) for day, visits in groupby(plan, lambda row: row.day)}
    for day in days_of(month):
        for planned in of_day.get(day, []):
            node.clock.at(day, planned.hour)
            await counters.play(planned)
            told(day, 1)
        await close_day(node, day)
        told(day, 1)
    node.clock.at(days.declare, MORNING)
    declared = await declare_all(node.ask, node.rows, month)
    hospitals = await pay_all(node.ask, month, declared)
    clearing = Clearing(node.ask, node.rows, month, known.clearing.greatest_delay_months)
    cleared = await clearing.clear(node.clock, days, lambda step: told(step, 0))
    settled, settled_fen = await settled_in(node.rows, month)
    proofs = await prove_all(node.settings)
    visits, refusals = dict(counters.told), tuple(counters.refusals)
    played = MonthPlayed(
        month, visits, refusals, len(days_of(month)), settled, settled_fen, hospitals, cleared, proofs
    )
    insist_nothing_is_open(played, await still_owed(node.settings))
    return played


def known_terms(month: str, calendar: Calendar, money: MoneyTerms) -> tuple[MoneyDays, Terms]:
    """Return the clearing days and the terms of a month. Raises MonthFault when they are not known."""
    days, known = money_days(month, calendar, money), money.on(f"{month}-01")
    if isinstance(days, Refusal):
        raise MonthFault(said_of(days))
    if isinstance(known, Refusal):
        raise MonthFault(said_of(known))
    return days, known


async def close_day(node: MonthNode, day: str) -> None:
    """Reconcile a day on the morning after. Raises MonthFault when something differs."""
    days = days_of(day[:7])
    following = days[days.index(day) + 1] if day != days[-1] else f"{month_after(day[:7])}-01"
    node.clock.at(following, AFTER_MIDNIGHT)
    closed = await reconcile(node.ask, DayTask(node.settings, day), repairing=True)
    if isinstance(closed, tuple):
        raise MonthFault(f"{day}: {said_of(closed[0])}")
    if closed.open or closed.cases:
        raise MonthFault(f"{day}: {closed.open} open and {closed.cases} cases after the reconciliation")


async def settled_in(rows: Rows, month: str) -> tuple[int, int]:
    """Count what insured places booked between provinces in a month, undoings too, and its sum in fen."""
    found: list[Settlement] = []
    for day in days_of(month):
        found += await rows(Settlement, {"business_day": day, "kind": "direct"}, (), ALL)
    between = [row for row in found if row.care != row.jurisdiction]
    return len(between), sum(row.fund_fen + row.account_fen for row in between)


async def prove_all(settings: Settings) -> tuple[Result, ...]:
    """Prove facts against each other and every balance by its postings, as the commands do."""
    engine = engine_for(settings.database, gathered())
    await engine.open()
    try:
        return (*await verify(engine), *await ledger.prove(engine))
    finally:
        await engine.close()


async def still_owed(settings: Settings) -> Mapping[str, int]:
    """Return what provinces still owe each other by their ledgers; what stays at home is not between them."""
    engine = engine_for(settings.database, gathered())
    await engine.open()
    owed: dict[str, int] = {}
    try:
        for place in await ledger.ledgers(engine):
            for row in await ledger.read_trial_balance(engine, place):
                between = row.account in (DUE_FROM_PROVINCE, OWED_TO_PROVINCE) and row.counterpart != place
                if between and row.balance_fen:
                    owed[f"{place} {row.account} {row.counterpart} {row.scheme}"] = row.balance_fen
    finally:
        await engine.close()
    return owed


def insist_nothing_is_open(played: MonthPlayed, owed: Mapping[str, int]) -> None:
    """Raises MonthFault unless all is cleared once, paid, nets are zero, and every proof holds."""
    built, found = played.cleared.built, []
    if sum(row.net_fen for row in built.nets):
        found.append("the nets do not sum to zero")
    if (built.settlements, built.held) != (played.settlements, 0):
        found.append(f"{built.settlements} of {played.settlements} settlements cleared, {built.held} held")
    if sum(row.amount_fen for row in played.cleared.transfers) != played.settled_fen:
        found.append("the transfers are not the sum of the settlements")
    if played.hospitals.owed_fen != played.settled_fen:
        found.append("what hospitals were owed is not the sum of the settlements")
    found += [f"{name}: {fen}" for name, fen in owed.items()]
    found += [f"{proof.check.name}: {finding}" for proof in played.proofs for finding in proof.findings]
    if found:
        raise MonthFault("; ".join(found))

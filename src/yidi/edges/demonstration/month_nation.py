"""Plays a month of the nation on one node, after a smaller one, and proves what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from yidi.domain.ledger.accounts import DUE_FROM_PROVINCE, OWED_TO_PROVINCE
from yidi.edges.clearing.gathering import ALL
from yidi.edges.demonstration.month_bank import Banked
from yidi.edges.demonstration.month_clearing import Cleared, MonthFault
from yidi.edges.demonstration.month_corrections import Corrections
from yidi.edges.demonstration.month_counters import Counters
from yidi.edges.demonstration.month_hospitals import HospitalsPaid
from yidi.edges.demonstration.month_opening import Opened
from yidi.edges.demonstration.month_parts import MonthNode, Plans
from yidi.edges.demonstration.month_story import Story
from yidi.edges.settings import Settings
from yidi.edges.storage import ledger
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.reading import Rows
from yidi.edges.storage.schema import gathered
from yidi.edges.storage.verify import Result, verify
from yidi.processes.clearing.commands import OverdueMatter
from yidi.processes.clearing.months import days_of
from yidi.processes.ports.deciding import NATION
from yidi.processes.prepayment.records import Colour, UsageRate
from yidi.processes.settlement.records import Settlement


class MonthPlayed(NamedTuple):
    """A month that was played after a smaller one: how visits ended, both clearings, what was put right.

    `settlements` and `settled_fen` are of both months, undoings too.
    """

    month: str
    visits: Mapping[str, int]
    refusals: tuple[str, ...]
    days: int
    settlements: int
    settled_fen: int
    opened: Opened
    hospitals: HospitalsPaid
    hospitals_before: HospitalsPaid
    before: Cleared
    cleared: Cleared
    corrected: Corrections
    urged: tuple[OverdueMatter, ...]
    banked: Banked
    colours: Mapping[str, int]
    proofs: tuple[Result, ...]


async def play_month(
    node: MonthNode,
    counters: Counters,
    plans: Plans,
    opened: Opened,
    told: Callable[[str, int], None],
) -> MonthPlayed:
    """Play a month, its year being opened, to confirmed transfers.

    Raises MonthFault or CounterFault where it goes wrong.
    """
    story = Story(node, counters, plans)
    for event in sorted(story.agenda(), key=lambda row: (row.day, row.hour)):
        node.clock.at(event.day, event.hour)
        await event.act()
        told(event.name, event.counts)
    proofs = await prove_all(node.settings)
    counted = [await settled_in(node.rows, month) for month in (plans.earlier, plans.month)]
    played = MonthPlayed(
        month=plans.month,
        visits=dict(counters.told),
        refusals=tuple(counters.refusals),
        days=len(days_of(plans.month)),
        settlements=sum(count for count, _ in counted),
        settled_fen=sum(fen for _, fen in counted),
        opened=opened,
        hospitals=story.hospitals[plans.month],
        hospitals_before=story.hospitals[plans.earlier],
        before=await story.clearings[plans.earlier].cleared(),
        cleared=await story.clearings[plans.month].cleared(),
        corrected=story.put_right.made,
        urged=story.urged,
        banked=story.office.banked(),
        colours=await colours_of(node.rows, plans.month),
        proofs=proofs,
    )
    insist_nothing_is_open(played, await still_owed(node.settings))
    return played


async def colours_of(rows: Rows, month: str) -> Mapping[str, int]:
    """Count the floats by the warning their use of a month raised."""
    where = {"jurisdiction": NATION, "month": month}
    rates = await rows(UsageRate, where, ("version",), ALL)
    last = [row for row in rates if row.version == rates[-1].version]
    counted = Counter(row.colour for row in last)
    return {colour.value: counted[colour] for colour in Colour}


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
    built, before, found = played.cleared.built, played.before.built, []
    if sum(row.net_fen for row in (*before.nets, *built.nets)):
        found.append("the nets do not sum to zero")
    cleared = before.settlements + built.settlements
    if (cleared, built.held) != (played.settlements, 0):
        found.append(f"{cleared} of {played.settlements} settlements cleared, {built.held} held")
    moved_fen = sum(row.amount_fen for row in (*played.before.transfers, *played.cleared.transfers))
    if moved_fen != played.settled_fen - played.corrected.taken_fen:
        found.append("the transfers are not the sum of the settlements less what was taken back")
    if played.hospitals_before.owed_fen + played.hospitals.owed_fen != played.settled_fen:
        found.append("what hospitals were owed is not the sum of the settlements")
    found += [f"{name}: {fen}" for name, fen in owed.items()]
    found += [f"{proof.check.name}: {finding}" for proof in played.proofs for finding in proof.findings]
    if found:
        raise MonthFault("; ".join(found))

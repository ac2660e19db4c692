"""Nation: the table of a month is built from its settlements, with deductions, refunds and balances.

Volume is added up outside (by `lines_of` or the bulk job); here the law is applied to a few thousand lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import astuple

from yidi.domain.refusal import Refusal
from yidi.processes.clearing.commands import (
    BuildClearing,
    ClearingBuilt,
    ClearingProposed,
    DisputeState,
    Named,
    NetShown,
    Way,
)
from yidi.processes.clearing.lines import (
    FROM_SETTLEMENTS,
    LineKind,
    TableLine,
    digest_of,
    part_of,
    provinces_in,
)
from yidi.processes.clearing.months import days_of, is_month, month_after
from yidi.processes.clearing.netting import brought_forward, carried_over, nets
from yidi.processes.clearing.records import (
    ADJUSTMENTS_OF_MONTH,
    DISPUTES_OF_MONTH,
    DISPUTES_OF_SETTLEMENT,
    ITEMS_OF_MONTH,
    LINES_OF_MONTH,
    PUBLISHED,
    RUNS_OF_MONTH,
    YEAR,
    ClearingAdjustment,
    ClearingItem,
    ClearingLine,
    ClearingRun,
)
from yidi.processes.clearing.refusals import (
    CARRIED_ITEM_LOST,
    DOUBLED_FILE,
    EARLIER_MONTH_OPEN,
    FILE_OF_ANOTHER_MONTH,
    MONTH_HAS_A_HOLE,
    MONTH_NOT_OVER,
    OTHER_CUT_OFF,
    PUBLISHED_ALREADY,
    WAITING_ITEM_IN_LIST,
    YEAR_CLOSED,
)
from yidi.processes.clearing.selection import NO_COPY, differing, disputed
from yidi.processes.clearing.standing import latest_run, named_in, table_of
from yidi.processes.ports.deciding import (
    Command,
    Decision,
    Facts,
    Key,
    Moment,
    Record,
    accepted,
    refused,
)
from yidi.processes.reconciliation.records import DIFFERENCES_OF_DAY, RUNS_OF_DAY

_SHOWN = 10


def needs_table(command: BuildClearing, facts: Facts) -> Iterable[Key]:
    """Name what stands of the month and the one before, and the reconciliation of every day."""
    if not is_month(command.month):
        return
    here, month = command.jurisdiction, command.month
    earlier = month_after(month, -1)
    for view in (RUNS_OF_MONTH, ITEMS_OF_MONTH, LINES_OF_MONTH, PUBLISHED, DISPUTES_OF_MONTH):
        yield view.key(here, month)
        yield view.key(here, earlier)
    yield ADJUSTMENTS_OF_MONTH.key(here, month)
    yield ADJUSTMENTS_OF_MONTH.key(here, earlier)
    for view in (RUNS_OF_MONTH, LINES_OF_MONTH, ITEMS_OF_MONTH):
        yield view.key(here, month_after(month, -2))
    for year in years_in(command):
        yield YEAR.key(here, year)
    for day in days_of(month):
        yield RUNS_OF_DAY.key(here, day)
        yield DIFFERENCES_OF_DAY.key(here, day)


def needs_waiting(command: BuildClearing, facts: Facts) -> Iterable[Key]:
    """Name how the matters stand that waited in the month before."""
    if not is_month(command.month):
        return
    for row in held_before(facts, command.jurisdiction, command.month):
        yield DISPUTES_OF_SETTLEMENT.key(command.jurisdiction, row.settlement_id)
        yield DIFFERENCES_OF_DAY.key(command.jurisdiction, row.business_day)


def build(command: BuildClearing, facts: Facts, moment: Moment) -> Decision:
    """Make the table and send every province its part; or say why not, and change nothing."""
    here, month = command.jurisdiction, command.month
    if not is_month(month) or month >= moment.today.isoformat()[:7]:
        return refused(command, MONTH_NOT_OVER.because("month", month=month))
    found = tuple(faults(command, facts, moment))
    if found:
        return refused(command, *found)
    adjustments = facts.many(ADJUSTMENTS_OF_MONTH, here, month)
    lines = whole_table(command.lines, adjustments, table_of(facts, here, month_after(month, -1)))
    named = (*sorted((*command.late, *command.held)), *map(named_adjustment, adjustments))
    digest, last = digest_of(lines), latest_run(facts, here, month)
    same = (digest, command.source_digest, command.settlements)
    told_again = last and same == (last.lines_digest, last.items_digest, last.settlements)
    if last and told_again and set(named_in(facts, here, month)) == set(named):
        return accepted(command, built(last, lines, named, repeated=True))
    run = ClearingRun(
        here,
        month,
        last.version + 1 if last else 1,
        command.as_of,
        command.settlements,
        digest,
        command.source_digest,
        moment.instant,
    )
    reply = built(run, lines, named, repeated=False)
    messages = [proposal(run, lines, named, province) for province in provinces_in(lines)]
    return accepted(command, reply, *records_of(run, lines, named), messages=messages)


def faults(command: BuildClearing, facts: Facts, moment: Moment) -> Iterator[Refusal]:
    """Find everything that stands against a table of these lines."""
    here, month = command.jurisdiction, command.month
    earlier, last = month_after(month, -1), latest_run(facts, here, month)
    for year in years_in(command):
        if facts.many(YEAR, here, year):
            yield YEAR_CLOSED.because("month", year=year)
    if command.source_month != month:
        yield FILE_OF_ANOTHER_MONTH.because("source_month", month=month, source_month=command.source_month)
    yield from doubled(command, facts, earlier)
    if facts.many(PUBLISHED, here, month):
        yield PUBLISHED_ALREADY.because("month", month=month)
    open_table = table_of(facts, here, earlier) and not facts.many(PUBLISHED, here, earlier)
    if open_table or skipped_month(facts, here, earlier):
        yield EARLIER_MONTH_OPEN.because("month", month=month, earlier=earlier)
    holes = [day for day in days_of(month) if not facts.many(RUNS_OF_DAY, here, day)]
    if holes:
        yield MONTH_HAS_A_HOLE.because("month", month=month, days=listed(holes))
    elif (last and command.as_of != last.as_of) or not f"{month}-28" < command.as_of <= moment.instant:
        as_of = last.as_of if last else moment.instant
        yield OTHER_CUT_OFF.because("as_of", month=month, as_of=as_of, given=command.as_of)
    waiting = must_wait(facts, here, month) - {row.settlement_id for row in command.held}
    if waiting:
        yield WAITING_ITEM_IN_LIST.because("held", month=month, settlements=listed(sorted(waiting)))
    gone = lost(command, facts)
    if gone:
        yield CARRIED_ITEM_LOST.because("late", month=month, earlier=earlier, settlements=listed(gone))


def skipped_month(facts: Facts, here: str, month: str) -> bool:
    """Say whether a month was never cleared, though it has deductions or the one before leaves something."""
    if latest_run(facts, here, month) is not None:
        return False
    carries = (row.kind == LineKind.CARRIED for row in table_of(facts, here, month_after(month, -1)))
    return bool(
        facts.many(ADJUSTMENTS_OF_MONTH, here, month) or any(carries) or held_before(facts, here, month)
    )


def years_in(command: BuildClearing) -> list[str]:
    """Return the years of which something would be cleared."""
    return sorted({command.month[:4], *(row.business_day[:4] for row in command.late)})


def doubled(command: BuildClearing, facts: Facts, earlier: str) -> Iterator[Refusal]:
    """Find lines or names given twice, and the list of the month before given again."""
    keys = [(row.care, row.insured, row.scheme, row.kind) for row in command.lines]
    names = [row.settlement_id for row in (*command.late, *command.held)]
    if len(set(keys)) < len(keys) or len(set(names)) < len(names):
        values = {"what_zh": "同一项目出现两次", "what_en": "something stands in it twice"}
        yield DOUBLED_FILE.because("lines", month=command.month, **values)
    before = latest_run(facts, command.jurisdiction, earlier)
    if before and command.settlements and before.items_digest == command.source_digest:
        values = {"what_zh": f"与{earlier}的清单相同", "what_en": f"it is the list of {earlier}"}
        yield DOUBLED_FILE.because("source_digest", month=command.month, **values)
    if any(row.kind not in FROM_SETTLEMENTS for row in command.lines):
        values = {"what_zh": "清单已含扣减或结转", "what_en": "deductions or balances are in it already"}
        yield DOUBLED_FILE.because("lines", month=command.month, **values)


def must_wait(facts: Facts, here: str, month: str) -> set[str]:
    """Return the settlements that may not be in the table: disputed, or with an open difference."""
    carried = held_before(facts, here, month)
    disputes = list(facts.many(DISPUTES_OF_MONTH, here, month))
    for row in carried:
        disputes += facts.many(DISPUTES_OF_SETTLEMENT, here, row.settlement_id)
    days = {*days_of(month), *(row.business_day for row in carried)}
    differences = (row for day in sorted(days) for row in facts.many(DIFFERENCES_OF_DAY, here, day))
    return {*disputed(disputes), *differing(differences)}


def held_before(facts: Facts, here: str, month: str) -> tuple[Named, ...]:
    """Return what the table of the month before has left waiting."""
    earlier = named_in(facts, here, month_after(month, -1))
    return tuple(row for row in earlier if row.way is Way.HELD)


def lost(command: BuildClearing, facts: Facts) -> list[str]:
    """Return what waited in the month before and is now neither in nor waiting, though nobody struck it."""
    here, found = command.jurisdiction, []
    listed_now = {row.settlement_id for row in (*command.late, *command.held)}
    for row in held_before(facts, here, command.month):
        versions = facts.many(DISPUTES_OF_SETTLEMENT, here, row.settlement_id)
        struck = bool(versions) and versions[-1].state == DisputeState.UPHELD
        if row.settlement_id not in listed_now and not struck and row.cause != NO_COPY:
            found.append(row.settlement_id)
    return found


def whole_table(
    lines: Sequence[TableLine], adjustments: Sequence[ClearingAdjustment], before: Sequence[TableLine]
) -> tuple[TableLine, ...]:
    """Add deductions, refunds and balances to the lines of settlements."""
    sums: dict[tuple[str, str, str, str], list[int]] = {}
    for row in adjustments:
        kind = LineKind.DEDUCTION if row.way == Way.DEDUCTION else LineKind.REFUND
        found = sums.setdefault((row.care, row.insured, row.scheme, kind.value), [0, 0])
        found[0] += 1
        found[1] -= row.amount_fen
    negative = [TableLine(*key, count, 0, fen, 0) for key, (count, fen) in sums.items()]
    table = (*lines, *negative, *brought_forward(before))
    return tuple(sorted((*table, *carried_over(table))))


def named_adjustment(row: ClearingAdjustment) -> Named:
    """Name a deduction or a refund in the table; negative."""
    return Named(
        Way(row.way),
        row.settlement_id,
        "",
        row.care,
        row.insured,
        row.scheme,
        f"{row.cleared_in}-01",
        0,
        -row.amount_fen,
        0,
        row.adjustment_id,
    )


def records_of(run: ClearingRun, lines: Iterable[TableLine], named: Iterable[Named]) -> tuple[Record, ...]:
    """Write a version of the table."""
    head = (run.jurisdiction, run.month, run.version)
    rows = [ClearingLine(*head, *astuple(row)) for row in lines]
    items = [ClearingItem(*head, row.way.value, *astuple(row)[1:]) for row in named]
    return (run, *rows, *items)


def built(
    run: ClearingRun, lines: Sequence[TableLine], named: Sequence[Named], *, repeated: bool
) -> ClearingBuilt:
    """Tell how the table stands."""
    shown = tuple(NetShown(*row, row.net_fen) for row in nets(lines))
    assert sum(row.net_fen for row in shown) == 0
    return ClearingBuilt(
        month=run.month,
        version=run.version,
        repeated=repeated,
        lines_digest=run.lines_digest,
        items_digest=run.items_digest,
        settlements=run.settlements,
        held=sum(row.way is Way.HELD for row in named),
        nets=shown,
    )


def proposal(run: ClearingRun, lines: Sequence[TableLine], named: Sequence[Named], province: str) -> Command:
    """Send a province its part."""
    return ClearingProposed(
        jurisdiction=province,
        sender=run.jurisdiction,
        msgid=f"clearing/{run.month}/{run.version}",
        month=run.month,
        version=run.version,
        as_of=run.as_of,
        settlements=run.settlements,
        items_digest=run.items_digest,
        lines=part_of(lines, province),
        named=tuple(row for row in named if province in (row.care, row.insured)),
    )


def hear_proposal(command: ClearingProposed, facts: Facts, moment: Moment) -> Decision:
    """Province: keep the part of a version."""
    run = ClearingRun(
        command.jurisdiction,
        command.month,
        command.version,
        command.as_of,
        command.settlements,
        digest_of(command.lines),
        command.items_digest,
        moment.instant,
    )
    return Decision(records_of(run, command.lines, command.named))


def listed(texts: Sequence[str]) -> str:
    """List the first of many."""
    more = f" … ({len(texts)})" if len(texts) > _SHOWN else ""
    return ", ".join(texts[:_SHOWN]) + more

"""The report of a reconciled day: a paper for Excel and HTML, a table for people, an object for machines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from yidi.domain.dates import day_of, read_instant
from yidi.domain.money import format_yuan
from yidi.edges.documents.papers import DayReport, DifferenceSum, Issue, OpenDifference, Party, SideSum
from yidi.edges.storage.reading import Rows
from yidi.processes.ports.deciding import NATION
from yidi.processes.reconciliation.commands import Kind, Side
from yidi.processes.reconciliation.records import (
    ComparedSide,
    Difference,
    ReconciliationCase,
    ReconciliationRun,
)
from yidi.processes.reconciliation.views import WAITING, DifferenceState, latest_cases, latest_differences

SIDES = {
    Side.CARE: ("就医地", "care place"),
    Side.NATION: ("国家平台", "nation"),
    Side.INSURED: ("参保地", "insured place"),
}
KINDS = {
    Kind.MISSING_AT_CARE: ("就医地缺失", "missing at care place"),
    Kind.MISSING_AT_NATION: ("国家平台缺失", "missing at nation"),
    Kind.MISSING_AT_INSURED: ("参保地缺失", "missing at insured place"),
    Kind.AMOUNT: ("金额不符", "amount"),
    Kind.DUPLICATE: ("重复", "duplicate"),
    Kind.REVERSED_AT_ONE_ONLY: ("单方撤销", "reversed at one only"),
    Kind.STATE: ("状态不符", "state"),
    Kind.ATTRIBUTION: ("归属不符", "attribution"),
    Kind.LATE: ("跨日", "late"),
}
STATES = {
    DifferenceState.OPEN: ("待修复", "open"),
    DifferenceState.CASE: ("已立案", "case"),
    DifferenceState.REPAIRED: ("已修复", "repaired"),
    DifferenceState.SETTLED: ("已办结", "settled"),
}
EVERYTHING = 1_000_000
Place = Callable[[str], str]
"""Names a jurisdiction by its code."""


class Reconciled(msgspec.Struct, frozen=True):
    """A day as the nation's facts tell it: its last run, what each side had then, differences, cases."""

    run: ReconciliationRun
    sides: tuple[ComparedSide, ...]
    differences: tuple[Difference, ...]
    cases: Mapping[str, ReconciliationCase]


async def read_day(rows: Rows, day: str) -> Reconciled | None:
    """Read a day from the facts; None when it was never compared."""
    where: dict[str, str | int] = {"jurisdiction": NATION, "day": day}
    runs = await rows(ReconciliationRun, where, ("version",), 1, True)
    if not runs:
        return None
    version = {**where, "version": runs[0].version}
    sides = await rows(ComparedSide, version, ("side", "province"), EVERYTHING)
    differences = await rows(Difference, where, ("difference_id", "version"), EVERYTHING)
    cases = await rows(ReconciliationCase, where, ("case_no", "version"), EVERYTHING)
    return Reconciled(
        runs[0], tuple(sides), tuple(latest_differences(differences).values()), latest_cases(cases)
    )


def paper_of(day: Reconciled, place: Place) -> DayReport:
    """Make the paper: sums of each side, differences by class, and what is still open."""
    run = day.run
    nation = Party(NATION, place(NATION))
    number = f"DZ{run.day.replace('-', '')}-{run.version}"
    still = [row for row in day.differences if row.state in WAITING]
    return DayReport(
        Issue(number, nation, day_of(read_instant(run.recorded_at)).isoformat()),
        run.day,
        nation,
        tuple([side_sum(side, day.sides) for side in SIDES]),
        tuple([kind_sum(kind, rows) for kind, rows in by_kind(day.differences).items()]),
        tuple([open_line(row, place) for row in still]),
    )


def side_sum(side: Side, rows: Iterable[ComparedSide]) -> SideSum:
    """Add up what one side had over all its provinces."""
    own = [row for row in rows if row.side == side]
    settlements = sum(row.settlements for row in own)
    total_fen, fund_fen = sum(row.total_fen for row in own), sum(row.fund_fen for row in own)
    return SideSum(*SIDES[side], settlements, total_fen, fund_fen)


def by_kind(rows: Iterable[Difference]) -> dict[Kind, list[Difference]]:
    """Sort differences by class, in the order of the classes; a class without any is left out."""
    found: dict[Kind, list[Difference]] = {kind: [] for kind in Kind}
    for row in rows:
        found[Kind(row.kind)].append(row)
    return {kind: of_kind for kind, of_kind in found.items() if of_kind}


def kind_sum(kind: Kind, rows: Sequence[Difference]) -> DifferenceSum:
    """Count the differences of a class and add up the fund money they concern."""
    still = sum(1 for row in rows if row.state in WAITING)
    amount_fen = sum(largest_fen(row) for row in rows)
    return DifferenceSum(*KINDS[kind], len(rows), amount_fen, len(rows) - still, still)


def largest_fen(row: Difference) -> int:
    """Return the largest fund amount any side has of it, regardless of sign: what is at stake."""
    amounts = (row.care_fund_fen, row.nation_fund_fen, row.insured_fund_fen)
    return max((abs(amount) for amount in amounts if amount is not None), default=0)


def open_line(row: Difference, place: Place) -> OpenDifference:
    """Write one difference that is still open."""
    amounts = (row.care_fund_fen, row.nation_fund_fen, row.insured_fund_fen)
    owner = Party(row.owner, place(row.owner))
    return OpenDifference(
        row.settlement_id,
        *KINDS[Kind(row.kind)],
        amounts,
        f"{row.cause_zh} {row.cause_en}",
        owner,
        row.due_on,
    )


def as_object(day: Reconciled) -> str:
    """Write a day as one JSON object, always the same for the same facts."""
    shown = {
        "run": day.run._asdict(),
        "sides": [row._asdict() for row in day.sides],
        "differences": [row._asdict() for row in day.differences],
        "cases": {key: row._asdict() for key, row in day.cases.items()},
    }
    return msgspec.json.encode(shown, order="deterministic").decode()


def show(console: Console, day: Reconciled, place: Place) -> None:
    """Print a day: sums by side, then every difference with its owner, deadline and state."""
    paper = paper_of(day, place)
    console.print(f"[bold]{day.run.day}[/]  v{day.run.version}  {day.run.result_digest[:16]}")
    sides = Table("对账方 side", "笔数 settlements", "总费用 total", "基金 fund")
    for column in sides.columns[1:]:
        column.justify = "right"
    for side in paper.sides:
        amounts = (side.medical_fee_fen, side.fund_fen)
        sides.add_row(
            f"{side.side} {side.side_en}",
            str(side.records),
            *[format_yuan(amount, thousands=True) for amount in amounts],
        )
    console.print(sides)
    if not day.differences:
        console.print("没有差异。 No difference.")
        return
    for row in day.differences:  # in paragraphs: a number broken over lines can be neither read nor copied
        kind, state = KINDS[Kind(row.kind)], STATES[DifferenceState(row.state)]
        case = day.cases.get(row.difference_id)
        head = f"[bold]{row.settlement_id}[/]  {' '.join(kind)}  {' '.join(state)}"
        console.print(f"{head}{f'  {case.case_no}' if case else ''}", soft_wrap=True, highlight=False)
        told = f"{row.cause_zh}\n{row.cause_en}\n责任方 owner {place(row.owner)}  期限 due {row.due_on}"
        console.print(Padding(told, (0, 0, 0, 4)), highlight=False)

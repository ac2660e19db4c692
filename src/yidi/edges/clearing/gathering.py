"""Reads the facts a clearing is made from and makes its commands: a small month whole, a large one in bulk.

In bulk the job adds up what is ordinary; whatever is special (late, disputed, differing) is looked at one by
one by the same pure functions, so both ways give the same lines.
"""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from yidi.domain.refusal import Refusal
from yidi.edges.storage.reading import Rows
from yidi.processes.clearing.commands import BuildClearing, CheckClearing, Named
from yidi.processes.clearing.lines import TableLine, digest_of_items, lines_of
from yidi.processes.clearing.months import days_of, month_after, months_to_read
from yidi.processes.clearing.records import ClearingDispute, ClearingItem, ClearingRun, ClearingYear
from yidi.processes.clearing.selection import Known, building, choose, differing, own_items, own_sums
from yidi.processes.clearing.standing import named_of
from yidi.processes.ports.deciding import NATION
from yidi.processes.reconciliation.records import Difference, ReconciliationRun
from yidi.processes.relay.records import Returned
from yidi.processes.settlement.records import Settlement, SettlementAnswered, SettlementAsked

ALL = 0


class Gathered(NamedTuple):
    """What is known before the settlements of a month are read; `cut_offs` includes this month's."""

    month: str
    as_of: str
    cut_offs: Mapping[str, str]
    known: Known
    greatest_delay: int


async def gather(rows: Rows, month: str, greatest_delay: int) -> Gathered:
    """Read earlier cut-offs, what waits, and disputes; the cut-off is the month's last reconciliation."""
    runs = await rows(ClearingRun, {"jurisdiction": NATION}, ("month", "version"), ALL)
    cut_offs = {row.month: row.as_of for row in runs}
    if month not in cut_offs:
        cut_offs[month] = await last_reconciliation(rows, month)
    earlier = month_after(month, -1)
    items = await rows(ClearingItem, {"jurisdiction": NATION, "month": earlier}, ("table_version",), ALL)
    carried = tuple(
        named_of(row) for row in items if row.way == "held" and row.table_version == items[-1].table_version
    )
    disputes = await rows(ClearingDispute, {"jurisdiction": NATION}, ("settlement_id", "version"), ALL)
    differences: list[Difference] = []
    for day in sorted({*days_of(month), *(row.business_day for row in carried)}):
        where = {"jurisdiction": NATION, "day": day}
        differences += await rows(Difference, where, ("difference_id", "version"), ALL)
    closed = frozenset(row.year for row in await rows(ClearingYear, {"jurisdiction": NATION}, ("year",), ALL))
    known = Known(carried, tuple(disputes), tuple(differences), closed)
    return Gathered(month, cut_offs[month], cut_offs, known, greatest_delay)


async def last_reconciliation(rows: Rows, month: str) -> str:
    """Return the instant of the last reconciliation of any day of the month; empty without one."""
    found = [""]
    for day in days_of(month):
        runs = await rows(ReconciliationRun, {"jurisdiction": NATION, "day": day}, ("version",), ALL)
        found += [row.recorded_at for row in runs]
    return max(found)


async def build_command(rows: Rows, month: str, greatest_delay: int) -> BuildClearing:
    """Make the command from the nation's facts, settlement by settlement."""
    known = await gather(rows, month, greatest_delay)
    months = set(months_to_read(month, greatest_delay))
    since = known.cut_offs.get(month_after(month, -1), "~")
    copies = [
        row
        for row in await rows(Returned, {"jurisdiction": NATION}, ("returned_at", "msgid"), ALL)
        if row.business_day[:7] in months or row.returned_at >= since
    ]
    chosen = choose(month, copies, known.cut_offs, greatest_delay, known.known)
    return building(month, known.as_of, chosen, msgid_of("build", month))


def bulk_command(known: Gathered, folders: Sequence[Path]) -> BuildClearing | tuple[Refusal, ...]:
    """Make the command from extracts of the nation's copies; refused where they are not the month's."""
    from yidi.edges.batch.inputs import Inputs, Period
    from yidi.edges.batch.inputs import choose as choose_files
    from yidi.edges.batch.jobs import JOBS
    from yidi.edges.batch.running import JobResult, run_job

    month = known.month
    period = Period(f"{month}-01", f"{month_after(month)}-01")
    files = choose_files(JOBS["clearing_month"], folders, period)
    if not isinstance(files, Inputs):
        return files
    special = special_copies(files.paths("nation"), known)
    chosen = choose(month, special, known.cut_offs, known.greatest_delay, known.known)
    with tempfile.TemporaryDirectory(prefix="yidi-clearing-") as place:
        excluded = write_list(Path(place) / "excluded.parquet", (row.settlement_id for row in special))
        result = run_job("clearing_month", folders, period, lists={"excluded": excluded})
    if not isinstance(result, JobResult):
        return result
    ordinary = tuple(TableLine(*(row[name] for name in _COLUMNS)) for row in result.rows)  # type: ignore[arg-type]
    lines = merged((*ordinary, *lines_of(chosen.items, month)))
    sources = [digest_of_items(chosen.items), *(file.file.sha256 for file in files.files)]
    return BuildClearing(
        jurisdiction=NATION,
        sender="agency",
        msgid=msgid_of("build", month),
        month=month,
        as_of=known.as_of,
        source_month=month,
        source_digest=hashlib.sha256("\n".join(sources).encode()).hexdigest(),
        settlements=sum(row.settlements for row in lines),
        lines=lines,
        late=chosen.late,
        held=chosen.held,
    )


_ALWAYS = "1970-01-01T00:00:00Z"
_COLUMNS = ("care", "insured", "scheme", "kind", "settlements", "total_fen", "fund_fen", "account_fen")


def special_copies(paths: Sequence[str], known: Gathered) -> list[Returned]:
    """Read the copies that need a look: after a cut-off, or named by a dispute, a difference, a list.

    With them comes what undoes one of them: it may have to wait with it.
    """
    import duckdb

    named = {row.settlement_id for row in known.known.carried}
    named |= {row.settlement_id for row in known.known.disputes}
    named |= set(differing(known.known.differences))
    before = known.cut_offs.get(month_after(known.month, -1), "")
    with duckdb.connect() as connection:
        found = connection.execute(
            """WITH copies AS (SELECT * FROM read_parquet($paths) WHERE state = 'booked'),"""
            " special AS (SELECT settlement_id FROM copies WHERE list_contains($named, settlement_id)"
            """ OR "at" >= CAST($as_of AS TIMESTAMP)"""
            """ OR business_day < CAST($since AS DATE) AND "at" >= CAST($before AS TIMESTAMP)),"""
            " numbers AS (SELECT settlement_id FROM special UNION SELECT unnest($named))"
            " SELECT settlement_id, undoes, case_id, care, insured, area, scheme,"
            " CAST(business_day AS VARCHAR), total_fen, fund_fen, account_fen,"
            """ strftime("at", '%Y-%m-%dT%H:%M:%S.%fZ') FROM copies"""
            " WHERE settlement_id IN (FROM special) OR undoes IN (FROM numbers)",
            {
                "paths": list(paths),
                "named": sorted(named),
                "as_of": (known.as_of or _ALWAYS).rstrip("Z"),
                "since": f"{known.month}-01",
                "before": (before or _ALWAYS).rstrip("Z"),
            },
        ).fetchall()
    return [copy_of(row) for row in found]


def copy_of(row: Sequence[object]) -> Returned:
    """Read a row of an extract as the nation's copy it was made from."""
    number, undoes, case_id, care, insured, area, scheme, day, total_fen, fund_fen, account_fen, at = row
    return Returned(
        NATION,
        str(number),
        str(case_id),
        "",
        str(care),
        str(insured),
        "accepted",
        str(number),
        str(undoes),
        str(area),
        str(scheme),
        str(day),
        int(str(total_fen)),
        int(str(fund_fen)),
        int(str(account_fen)),
        0,
        str(at),
    )


def write_list(path: Path, numbers: Iterable[str]) -> Path:
    """Write a list of settlements as the jobs read them."""
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.table({"settlement_id": pa.array(sorted(set(numbers)), pa.string())})
    parquet.write_table(table, path)
    return path


def merged(lines: Iterable[TableLine]) -> tuple[TableLine, ...]:
    """Add lines of the same pair, scheme and kind together."""
    sums: dict[tuple[str, str, str, str], list[int]] = {}
    for row in lines:
        found = sums.setdefault((row.care, row.insured, row.scheme, row.kind), [0, 0, 0, 0])
        for place, amount in enumerate((row.settlements, row.total_fen, row.fund_fen, row.account_fen)):
            found[place] += amount
    return tuple(sorted(TableLine(*key, *amounts) for key, amounts in sums.items()))


async def part_of_table(rows: Rows, here: str, month: str) -> tuple[Named, ...]:
    """Read the single matters of the table that stands at a jurisdiction."""
    where = {"jurisdiction": here, "month": month}
    runs = await rows(ClearingRun, where, ("version",), ALL)
    items = await rows(ClearingItem, where, ("way", "settlement_id", "cause"), ALL)
    return tuple(named_of(row) for row in items if runs and row.table_version == runs[-1].version)


class OwnCopies(NamedTuple):
    """A province's own facts of the months that may enter a clearing."""

    booked: tuple[Settlement, ...]
    asked: tuple[SettlementAsked, ...]
    answered: tuple[SettlementAnswered, ...]
    table: tuple[Named, ...]
    disputes: tuple[ClearingDispute, ...]


async def own_copies(rows: Rows, province: str, month: str, greatest_delay: int) -> OwnCopies:
    """Read a province's own copies and what it was told of the table."""
    months, where = set(months_to_read(month, greatest_delay)), {"jurisdiction": province}
    booked = await rows(Settlement, where, ("settlement_id",), ALL)
    asked = await rows(SettlementAsked, where, ("settlement_id",), ALL)
    answered = await rows(SettlementAnswered, where, ("settlement_id",), ALL)
    disputes = await rows(ClearingDispute, where, ("settlement_id", "version"), ALL)
    return OwnCopies(
        tuple(row for row in booked if row.business_day[:7] in months),
        tuple(asked),
        tuple(row for row in answered if row.business_day[:7] in months),
        await part_of_table(rows, province, month),
        tuple(disputes),
    )


async def check_command(rows: Rows, province: str, month: str, greatest_delay: int) -> CheckClearing:
    """Make the command with which a province compares its own copies with its part."""
    own = await own_copies(rows, province, month, greatest_delay)
    return CheckClearing(
        jurisdiction=province,
        sender="agency",
        msgid=msgid_of("check", month),
        month=month,
        source_month=month,
        sums=own_sums(province, month, own_items(*own[:3]), own.table, own.disputes),
    )


def msgid_of(what: str, month: str) -> str:
    """Make an id for a command typed by a person."""
    return f"{what}/{month}/{secrets.token_hex(8)}"

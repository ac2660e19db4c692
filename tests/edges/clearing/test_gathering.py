"""A month read from a database: settlement by settlement and in bulk, its checks and its papers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from tests.processes.clearing.nation import EAST, NORTH, RESIDENT, SOUTH, Nation
from tests.world import refusals_in
from yidi.edges.batch.extract import extract
from yidi.edges.clearing.gathering import build_command, bulk_command, check_command, gather
from yidi.edges.clearing.papers import papers_of
from yidi.edges.documents.papers import (
    DeductionList,
    Direction,
    NationalTable,
    ProvinceTable,
    SchemeDetail,
    TransferNotice,
)
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.migrate import migrate
from yidi.edges.storage.schema import gathered, quoted
from yidi.processes.clearing.commands import DisputeState
from yidi.processes.ports.deciding import NATION
from yidi.wiring import rows_of


@pytest_asyncio.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    """A database with all tables and nothing in them."""
    opened = engine_for(f"sqlite:{tmp_path / 'nation.sqlite'}", gathered())
    await opened.open()
    await migrate(opened)
    yield opened
    await opened.close()


async def keep(engine: Engine, nation: Nation, kept: dict[type[Any], int]) -> None:
    """Write what a world knows and the database does not yet."""
    await engine.begin()
    for record, table in engine.schema.tables.items():
        rows = nation.world.records(record)
        names = ", ".join(quoted(column.name) for column in table.columns)
        marks = ", ".join(f"${number}" for number in range(1, len(table.columns) + 1))
        for row in rows[kept.get(record, 0) :]:
            await engine.execute(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", *row)
        kept[record] = len(rows)
    await engine.commit()


def august(nation: Nation) -> str:
    """Settle and clear August, with a dispute open and a deduction after it; returns the disputed number."""
    audited = nation.settle("2026-08-03", EAST, NORTH, 90_00, 0)
    disputed = nation.settle("2026-08-04", SOUTH, NORTH, 40_00, 1_00)
    corrected = nation.settle("2026-08-05", SOUTH, NORTH, 60_00, 0)
    nation.go_to("2026-09-21")
    nation.reconcile("2026-08")
    nation.build("2026-08")
    for number in (disputed, corrected):
        assert refusals_in(nation.dispute("2026-08", number)) == ()
    nation.clear("2026-08")
    assert refusals_in(nation.resolve(corrected, DisputeState.CORRECTED, fund_fen=50_00)) == ()
    assert refusals_in(nation.deduct(audited, 9_00, EAST, penalty_fen=5_00)) == ()
    return disputed


def september(nation: Nation, *, straggler: bool = True) -> None:
    """Settle and reconcile September: ordinary, undone, differing, and one of August that came late."""
    nation.settle("2026-08-31", SOUTH, NORTH, 11_00, 0, returned="2026-09-25")
    undone = nation.settle("2026-09-21", SOUTH, NORTH, 70_00, 5_00)
    nation.settle("2026-09-22", SOUTH, NORTH, -70_00, -5_00, undoes=undone)
    nation.settle("2026-09-23", NORTH, EAST, 30_00, 0, scheme=RESIDENT)
    nation.settle("2026-09-23", EAST, NORTH, 500_00, 0)
    nation.differs(nation.settle("2026-09-24", SOUTH, NORTH, 20_00, 0), "2026-09-24")
    nation.go_to("2026-10-21")
    nation.reconcile("2026-09")
    if straggler:
        nation.settle("2026-09-30", SOUTH, NORTH, 13_00, 0, returned="2026-10-22")


async def test_what_is_special_is_chosen_alike_from_facts_and_in_bulk(engine: Engine, tmp_path: Path) -> None:
    nation = Nation("2026-08-01")
    disputed = august(nation)
    september(nation)
    assert nation.build("2026-09").version == 1
    kept: dict[type[Any], int] = {}
    await keep(engine, nation, kept)
    rows = rows_of(engine)
    one_by_one = await build_command(rows, "2026-09", 2)
    await extract(engine, tmp_path / "extract", "2026-07-01", "2026-10-01", (NATION,))
    in_bulk = bulk_command(await gather(rows, "2026-09", 2), [tmp_path / "extract"])
    assert not isinstance(in_bulk, tuple), in_bulk
    assert in_bulk.lines == one_by_one.lines
    assert (in_bulk.late, in_bulk.held) == (one_by_one.late, one_by_one.held)
    assert in_bulk.settlements == one_by_one.settlements
    assert {(row.kind, row.care, row.fund_fen) for row in in_bulk.lines} == {
        ("late", SOUTH, 50_00 + 11_00),
        ("settled", SOUTH, 70_00),
        ("undone", SOUTH, -70_00),
        ("settled", NORTH, 30_00),
        ("settled", EAST, 500_00),
    }
    assert {row.settlement_id for row in in_bulk.held} == {disputed, "s00009"}


async def test_provinces_check_from_their_own_copies_and_the_papers_tell_the_table(engine: Engine) -> None:
    nation = Nation("2026-08-01")
    august(nation)
    september(nation, straggler=False)
    nation.clear("2026-09")
    await keep(engine, nation, {})
    rows = rows_of(engine)
    for province in (NORTH, SOUTH, EAST):
        assert (await check_command(rows, province, "2026-09", 2)).sums == nation.own(
            province, "2026-09"
        ).sums
    papers = await papers_of(rows, "2026-09")
    (table,) = [paper for paper in papers if isinstance(paper, NationalTable)]
    assert sum(row.net_fen for row in table.rows) == 0
    north = next(row for row in table.rows if row.province.code == NORTH)
    assert (north.payable.employee.cases, north.payable.due_fen) == (3, 61_00 + 500_00 - 9_00)
    assert north.payable.employee.deduction_fen == -9_00
    (listed,) = [paper for paper in papers if isinstance(paper, DeductionList)]
    assert [(row.deduction_fen, row.finding) for row in listed.rows] == [(-9_00, "SH-1")]
    for kind in (ProvinceTable, SchemeDetail, TransferNotice):
        owed = [paper for paper in papers if isinstance(paper, kind) and paper.direction is Direction.PAYABLE]
        due_fen = {paper.issue.number: total(paper) for paper in owed if NORTH in paper.issue.number}
        assert list(due_fen.values()) == [552_00], due_fen
    assert len({paper.issue.number for paper in papers}) == len(papers)


def total(paper: ProvinceTable | SchemeDetail | TransferNotice) -> int:
    """Return what a paper adds up to."""
    if isinstance(paper, TransferNotice):
        return paper.amount_fen
    if isinstance(paper, ProvinceTable):
        return sum(row.sums.due_fen for row in paper.rows)
    return sum(row.due_fen for row in paper.rows)

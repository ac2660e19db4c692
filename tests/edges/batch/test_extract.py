"""What a node's extract says is what its facts say: real settlements, on both databases."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from pyarrow import parquet
from typer.testing import CliRunner

from tests.journeys.nation import SAMPLE, Nation, open_nation
from yidi.edges.batch import extract as extracting
from yidi.edges.batch.extract import extract
from yidi.edges.batch.form import FORM, SIDES
from yidi.edges.batch.inputs import Period
from yidi.edges.batch.manifest import Manifest
from yidi.edges.batch.running import JobResult, run_job
from yidi.edges.cli.batch import app
from yidi.edges.demonstration.play import play
from yidi.processes.settlement.records import Settlement, SettlementAsked

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'nation.sqlite'}"
    return str(request.getfixturevalue("postgresql_database"))


async def play_all(nation: Nation) -> None:
    at_the_counter = [visit for visit in SAMPLE.visits if visit.then != "claim"]
    for visit in at_the_counter:
        place = nation.institutions[visit.institution]
        await play(nation.hospital(place), visit, nation.people[visit.person])


def around(day: date) -> Period:
    return Period((day - timedelta(days=1)).isoformat(), (day + timedelta(days=2)).isoformat())


async def extracted(nation: Nation, folder: Path) -> Manifest:
    engine, period = nation.node.journal.engine, around(nation.today)
    return await extract(
        engine, folder, period.since, period.until, tuple(sorted(nation.node.reference.here))
    )


async def test_the_three_parties_of_a_played_nation_agree_and_say_what_was_booked(
    database: str, tmp_path: Path
) -> None:
    async with open_nation(database) as nation:
        await play_all(nation)
        manifest = await extracted(nation, tmp_path / "day")
        booked = await nation.node.rows(Settlement, {"kind": "direct"})
        period = around(nation.today)
    away = [row for row in booked if row.care != row.jurisdiction]
    assert away
    assert any(row.undoes for row in away)
    for side in SIDES:
        sums = manifest.sums()[side]
        assert sums[1:] == tuple(
            sum(getattr(row, name) for row in away) for name in ("total_fen", "fund_fen", "account_fen")
        )
    result = run_job("reconcile_day", [tmp_path / "day"], period)
    assert isinstance(result, JobResult)
    assert result.rows == []
    assert result.counts_in["insured"] == len(away)
    pairs = run_job("clearing_month", [tmp_path / "day"], period)
    assert isinstance(pairs, JobResult)
    assert sum(int(row["fund_fen"] or 0) for row in pairs.rows) == sum(row.fund_fen for row in away)


async def test_a_page_more_or_less_makes_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_nation(f"sqlite:{tmp_path / 'nation.sqlite'}") as nation:
        await play_all(nation)
        whole = await extracted(nation, tmp_path / "whole")
        small = {
            side: source._replace(text=source.text.replace(f"LIMIT {extracting.PAGE}", "LIMIT 2"))
            for side, source in extracting._SOURCES.items()
        }
        monkeypatch.setattr(extracting, "_SOURCES", small)
        monkeypatch.setattr(extracting, "PAGE", 2)
        paged = await extracted(nation, tmp_path / "paged")
    assert paged == whole
    assert sum(file.rows for file in whole.files) > 6


async def test_a_question_without_an_answer_is_open_on_the_day_it_was_asked(tmp_path: Path) -> None:
    async with open_nation(f"sqlite:{tmp_path / 'nation.sqlite'}") as nation:
        await play_all(nation)
        engine, day = nation.node.journal.engine, nation.today
        asked = await nation.node.rows(SettlementAsked, {"undoes": ""})
        lost = next(row for row in asked if row.jurisdiction != row.insured)
        unanswered = lost._replace(settlement_id="1", visit_id="V", msgid="M", case_id="C")
        await engine.begin()
        await engine.write({SettlementAsked: [unanswered]})
        await engine.commit()
        await extracted(nation, tmp_path / "day")
    rows = parquet.read_table(tmp_path / "day" / "care" / f"{day}.parquet")
    found = [row for row in rows.to_pylist() if row["settlement_id"] == "1"]
    assert rows.schema.names == FORM.names
    assert [(row["state"], row["business_day"], row["total_fen"]) for row in found] == [("open", day, 0)]
    result = run_job("reconcile_day", [tmp_path / "day"], around(day))
    assert isinstance(result, JobResult)
    assert result.rows == []  # nothing is booked anywhere: it is unknown, no difference yet


async def test_a_settlement_the_care_place_does_not_know_of_is_found_missing_there(tmp_path: Path) -> None:
    async with open_nation(f"sqlite:{tmp_path / 'nation.sqlite'}") as nation:
        await play_all(nation)
        engine, day = nation.node.journal.engine, nation.today
        booked = await nation.node.rows(Settlement, {"kind": "direct", "undoes": ""})
        known = next(row for row in booked if row.care != row.jurisdiction)
        await engine.begin()
        await engine.write({Settlement: [known._replace(settlement_id="1", visit_id="V", case_id="C")]})
        await engine.commit()
        await extracted(nation, tmp_path / "day")
    result = run_job("reconcile_day", [tmp_path / "day"], around(day))
    assert isinstance(result, JobResult)
    (row,) = result.rows
    assert (row["settlement_id"], row["difference"], row["insured_rows"]) == ("1", "missing_at_care", 1)
    assert row["insured_total_fen"] == known.total_fen
    assert row["care_total_fen"] is None


async def test_the_command_writes_an_extract_and_a_node_says_what_it_hosts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_nation(f"sqlite:{tmp_path / 'nation.sqlite'}") as nation:
        await play_all(nation)
        whole, day = await extracted(nation, tmp_path / "whole"), nation.today
    monkeypatch.setenv("YIDI_DATABASE", f"sqlite:{tmp_path / 'nation.sqlite'}")
    monkeypatch.setenv("YIDI_KEYS", str(tmp_path / "keys.toml"))
    code = "import sys; from yidi.edges.cli.batch import app; app(sys.argv[1:])"
    words = ["extract", str(tmp_path / "day"), "--day", day.isoformat(), "--json"]
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, *words, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await run.communicate()
    assert run.returncode == 0
    assert json.loads(told)["nation"]["fund_fen"] == whole.sums()["nation"].fund_fen


def test_a_database_without_tables_gives_no_extract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIDI_DATABASE", f"sqlite:{tmp_path / 'empty.sqlite'}")
    monkeypatch.setenv("YIDI_KEYS", str(tmp_path / "keys.toml"))
    told = CliRunner().invoke(app, ["extract", str(tmp_path / "day"), "--month", "2026-10"])
    assert told.exit_code == 1
    assert "yidi storage init" in told.output

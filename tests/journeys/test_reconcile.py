"""A played day is reconciled by `yidi reconcile` the next morning: clean, with post lost, and as a report."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from tests.journeys.nation import MORNING, SAMPLE, Nation, TickingClock, key_folder_of, open_nation
from yidi.edges.batch.generate import Synthetic, generate
from yidi.edges.batch.refusals import DOUBLED_FILE, OTHER_MONTH
from yidi.edges.cli.main import app
from yidi.edges.national.counter import must
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.schema import gathered
from yidi.processes.ports.deciding import Command
from yidi.processes.reconciliation.refusals import CASE_OF_ANOTHER, DAY_NOT_OVER
from yidi.processes.relay.commands import Answered
from yidi.processes.settlement.records import SettlementAnswered
from yidi.wiring import PARTS, open_node

DAY = "2026-11-22"
LOST = "long_term_resident_inpatient"


async def type_command(
    database: str, folder: Path, *words: str, after: timedelta = timedelta(days=1), fold: bool = False
) -> Result:
    """Type a command, the next morning unless said otherwise."""
    config, keys = folder / "node.toml", folder / "keys.toml"
    keys.write_text("[keys]\n", "utf-8")
    told = {"database": f'"{database}"', "keys": f'"{keys}"', "sample": "true", "fold": str(fold).lower()}
    told["key_folder"] = f'"{key_folder_of(database)}"'
    config.write_text("".join(f"{name} = {value}\n" for name, value in told.items()), "utf-8")

    def opened(settings: Any, secrets: Any) -> Any:
        return open_node(settings, secrets, TickingClock(MORNING + after))

    typed = [*words, "--config", str(config)]
    return await asyncio.to_thread(
        CliRunner().invoke, app, typed, obj=PARTS._replace(open_node=opened), catch_exceptions=False
    )


async def play(nation: Nation, *cases: str) -> None:
    """Settle visits, and cancel those that are cancelled."""
    for visit in SAMPLE.visits:
        if visit.case in cases or (not cases and visit.then in ("settle", "cancel")):
            counter = await nation.at_the_till(visit.case)
            settled = must(await counter.settle())
            if visit.then == "cancel":
                must(await counter.cancel(settled))


async def settle_without_answer(database: str) -> Sequence[tuple[Any, ...]]:
    """Settle a visit whose answer is lost between the nation and the care place; return what was lost."""
    async with open_nation(database, fold=False, counter_timeout_seconds=0.3) as nation:
        counter = await nation.at_the_till(LOST)
        journal = nation.node.journal
        carry = journal._carry

        def lossy(messages: Iterable[Command]) -> None:
            carry([message for message in messages if not isinstance(message, Answered)])

        journal._carry = lossy  # type: ignore[method-assign]
        assert not (await counter.settle()).good
    lost = await on_database(database, "SELECT * FROM outbox")
    assert len(lost) == 1
    await on_database(database, "DELETE FROM outbox")
    return lost


async def on_database(database: str, *statements: str) -> Sequence[tuple[Any, ...]]:
    """Run statements on a database no node has open and return what the last one gives."""
    engine = engine_for(database, gathered())
    await engine.open()
    await engine.begin()
    found: Sequence[tuple[Any, ...]] = ()
    for statement in statements:
        found = await engine.execute(statement)
    await engine.commit()
    await engine.close()
    return found


def told(result: Result) -> dict[str, Any]:
    """Read what `--json` printed."""
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def states(result: Result) -> Sequence[tuple[str, str]]:
    """Return class and state of every difference."""
    return [(row["kind"], row["state"]) for row in told(result)["differences"]]


async def test_the_day_of_the_demonstration_has_no_difference_and_a_second_run_is_the_same(
    database: str, fold: bool, tmp_path: Path
) -> None:
    async with open_nation(database, fold=fold) as nation:
        await play(nation)
        answered = await nation.node.rows(SettlementAnswered, {"outcome": "booked"})
    first = await type_command(database, tmp_path, "reconcile", DAY, "--json")
    assert first.exit_code == 0, first.output
    day = told(first)
    assert day["differences"] == []
    care = [row for row in day["sides"] if row["side"] == "care"]
    assert 0 < sum(row["settlements"] for row in care) <= len(answered)
    sums = {
        side: sum(row["fund_fen"] for row in day["sides"] if row["side"] == side)
        for side in ("care", "nation", "insured")
    }
    assert len(set(sums.values())) == 1
    again = await type_command(database, tmp_path, "reconcile", DAY, "--json", after=timedelta(days=2))
    assert (again.exit_code, again.stdout) == (0, first.stdout)


async def test_a_day_that_is_not_over_is_refused_with_cause_and_remedy(tmp_path: Path) -> None:
    database = f"sqlite:{tmp_path / 'nation.sqlite'}"
    async with open_nation(database):
        pass
    result = await type_command(database, tmp_path, "reconcile", DAY, after=timedelta(hours=1))
    assert result.exit_code == 1
    assert DAY_NOT_OVER.code in result.stderr
    assert (await type_command(database, tmp_path, "reconcile", "22.11.2026")).exit_code == 2


async def test_a_lost_answer_is_shown_then_repaired_and_proven(
    database: str, fold: bool, tmp_path: Path
) -> None:
    await settle_without_answer(database)
    seen = await type_command(database, tmp_path, "reconcile", DAY, "--json")
    assert (seen.exit_code, states(seen)) == (1, [("state", "open")])
    repaired = await type_command(database, tmp_path, "reconcile", DAY, "--repair", "--json", fold=fold)
    assert (repaired.exit_code, states(repaired)) == (0, [("state", "repaired")])
    run = told(repaired)["run"]
    assert told(repaired)["differences"][0]["proof"] == f"2/{run['result_digest']}"


async def test_the_report_says_the_same_as_a_table_as_html_and_as_a_workbook(tmp_path: Path) -> None:
    database = f"sqlite:{tmp_path / 'nation.sqlite'}"
    await settle_without_answer(database)
    html, excel = tmp_path / "day.html", tmp_path / "day.xlsx"
    words = ("reconcile", DAY, "--html", str(html), "--excel", str(excel))
    result = await type_command(database, tmp_path, *words)
    assert "状态不符" in result.stdout
    assert "…" not in result.stdout
    assert "状态不符" in html.read_text("utf-8")
    cells = [cell.value for sheet in load_workbook(excel) for row in sheet.iter_rows() for cell in row]
    assert any("状态不符" in str(value) for value in cells)


async def test_a_case_is_taken_and_closed_at_the_command_line_by_its_owner(tmp_path: Path) -> None:
    database = f"sqlite:{tmp_path / 'nation.sqlite'}"
    await settle_without_answer(database)
    await on_database(
        database,
        "DROP TRIGGER returned_append_only_update",
        "UPDATE returned SET fund_fen = fund_fen + 1 WHERE settlement_id <> ''",
    )
    seen = told(await type_command(database, tmp_path, "reconcile", DAY, "--json"))
    (case,) = seen["cases"].values()
    taking = ("case", "take", case["case_no"], "--by", "clerk", "--owner")
    (listed,) = json.loads((await type_command(database, tmp_path, "case", "list", "--json")).stdout)
    assert (listed["case_no"], listed["state"]) == (case["case_no"], "open")
    refused = await type_command(database, tmp_path, *taking, "999999")
    assert (refused.exit_code, CASE_OF_ANOTHER.code in refused.stderr) == (1, True)
    assert (await type_command(database, tmp_path, *taking, case["owner"])).exit_code == 0
    closing = ("case", "close", case["case_no"], "--owner", case["owner"], "--reason", "copy corrected")
    assert (await type_command(database, tmp_path, *closing)).exit_code == 0
    assert (await type_command(database, tmp_path, "case", "list", "--json")).stdout.strip() == "[]"
    table = await type_command(database, tmp_path, "reconcile", DAY, "--json")
    assert [row["state"] for row in told(table)["cases"].values()] == ["closed"]
    assert (table.exit_code, [row["state"] for row in told(table)["differences"]]) == (0, ["settled"])


async def test_a_lost_answer_that_turns_up_after_its_repair_changes_nothing(tmp_path: Path) -> None:
    database = f"sqlite:{tmp_path / 'nation.sqlite'}"
    ((*texts, attempts, parked, trouble),) = await settle_without_answer(database)
    await type_command(database, tmp_path, "reconcile", DAY)
    proven = await type_command(database, tmp_path, "reconcile", DAY, "--repair", "--json")
    values = [*texts, attempts, parked, trouble]
    written = ", ".join(str(v) if isinstance(v, int) else "'" + v.replace("'", "''") + "'" for v in values)
    await on_database(database, f"INSERT INTO outbox VALUES ({written})")
    again = await type_command(database, tmp_path, "reconcile", DAY, "--json")
    assert (again.exit_code, again.stdout) == (0, proven.stdout)
    assert await on_database(database, "SELECT * FROM outbox") == []
    assert len(await on_database(database, "SELECT * FROM settlement_answered")) == 1


async def test_extracts_of_another_month_or_handed_in_twice_are_refused_and_nothing_is_recorded(
    tmp_path: Path,
) -> None:
    database, february = f"sqlite:{tmp_path / 'nation.sqlite'}", tmp_path / "february"
    await settle_without_answer(database)
    generate(Synthetic(500, 1, "2026-02", ("330000", "610000"), 0), february)
    foreign = await type_command(database, tmp_path, "reconcile", DAY, "--extracts", str(february))
    assert (foreign.exit_code, OTHER_MONTH.code in foreign.stderr) == (1, True)
    own = tmp_path / "own"
    extracted = await type_command(database, tmp_path, "batch", "extract", str(own), "--day", DAY)
    assert extracted.exit_code == 0
    doubled = await type_command(database, tmp_path, "reconcile", DAY, "--extracts", str(own))
    assert (doubled.exit_code, DOUBLED_FILE.code in doubled.stderr) == (1, True)
    assert await on_database(database, "SELECT * FROM reconciliation_run") == []

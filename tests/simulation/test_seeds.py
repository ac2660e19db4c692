"""The short form of the simulation: what `make simulate` does at length, on a few seeds."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from tests.simulation.planted import PLANTED_BY_NAME
from yidi.edges.cli.main import app
from yidi.edges.simulation import arithmetic, auditor, seeds
from yidi.edges.simulation.plan import NODES, PROVINCES, Fault, FaultKind, case_of, plan_case, plan_month
from yidi.edges.simulation.playing import play
from yidi.edges.simulation.stage import Stage
from yidi.wiring import PARTS

ROOT = Path(__file__).parents[2]
KEPT = sorted((ROOT / "tests" / "cases" / "simulation").glob("*.json"))
HOURS = 0.2
TRACED = (
    "import hashlib; from yidi.wiring import rules; from yidi.edges.simulation.stage import built;"
    " from yidi.edges.simulation.plan import plan_case; from yidi.edges.simulation.playing import play;"
    " told = play(plan_case(3, 0.1), built(rules), traced=True).trace;"
    " print(hashlib.sha256(chr(10).join(told).encode()).hexdigest())"
)


@pytest.mark.parametrize("seed", range(1, 13))
def test_nothing_is_lost_and_nothing_doubled_whatever_fails(seed: int, stage: Stage) -> None:
    outcome = play(plan_case(seed, HOURS), stage)
    assert outcome.findings == ()
    assert outcome.settlements > 10


def test_days_reconcile_and_months_clear_although_the_faults_go_on(stage: Stage) -> None:
    outcome = play(plan_month(2), stage)
    assert outcome.findings == ()
    assert outcome.settlements > 100
    assert outcome.faults["crash"] > 70


@pytest.mark.parametrize("seed", [1, 4])
def test_the_real_exchange_loses_and_doubles_nothing_either(seed: int, stage: Stage) -> None:
    case = plan_case(seed, 0.1)
    rotations = [
        Fault(FaultKind.KEY_ROTATION, at_ms, node=at_ms // 90_000 % 4) for at_ms in range(0, 360_000, 90_000)
    ]
    faults = (*case.faults, *rotations)
    case = msgspec.structs.replace(case, nodes=4, exchange=True, sealed=True, faults=faults)
    outcome = play(case, stage, traced=True)
    assert outcome.findings == ()
    assert sum("/exchange/offers" in line for line in outcome.trace) >= 2
    assert sum("/exchange/messages" in line for line in outcome.trace) > 50


def test_cases_of_an_hour_meet_every_kind_of_fault_on_every_number_of_nodes() -> None:
    cases = [case_of(seed, 1.0) for seed in range(1, 41)]
    assert {fault.kind for case in cases for fault in case.faults} == set(FaultKind)
    assert {case.nodes for case in cases} == set(NODES)
    assert {(case.nodes, case.fold) for case in cases} == {
        (nodes, fold) for nodes in NODES for fold in (True, False)
    }
    assert any(case.exchange for case in cases)
    assert all(case.nodes == PROVINCES + 1 for case in cases if case.exchange)


def test_the_same_seed_gives_the_same_run_in_any_process(stage: Stage) -> None:
    told = play(plan_case(3, 0.1), stage, traced=True).trace
    here = hashlib.sha256("\n".join(told).encode()).hexdigest()
    other = subprocess.run(
        [sys.executable, "-c", TRACED],
        env={**os.environ, "PYTHONHASHSEED": "12345"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == here


def test_every_kept_case_goes_well_now(stage: Stage) -> None:
    assert KEPT
    assert [(path.stem, play(seeds.read_case(path), stage).findings) for path in KEPT] == [
        (path.stem, ()) for path in KEPT
    ]


def test_every_case_kept_of_a_planted_fault_still_finds_it(stage: Stage) -> None:
    cases = [seeds.read_case(path) for path in KEPT]
    named = [(case, PLANTED_BY_NAME.get(case.note.partition(":")[0])) for case in cases]
    found = {}
    for case, planted in named:
        if planted is not None:
            with planted.plant(stage) as worse:
                found[planted.name] = bool(play(case, worse).findings)
    assert len(found) >= 4
    assert all(found.values()), found


@pytest.mark.parametrize("module", [auditor, arithmetic])
def test_the_auditor_knows_no_rule_of_the_product(module: object) -> None:
    source = ast.parse(Path(str(module.__file__)).read_text("utf-8"))  # type: ignore[attr-defined]
    imported = [
        name
        for node in ast.walk(source)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [row.name for row in node.names])
    ]
    own = [name for name in imported if str(name).startswith("yidi") and "simulation" not in str(name)]
    assert own == []


def test_a_failing_seed_is_cut_down_and_kept_as_a_case(stage: Stage, tmp_path: Path) -> None:
    planted = PLANTED_BY_NAME["the nation alters an amount"]
    with planted.plant(stage) as worse:
        kept = seeds.shrunk(plan_case(1, HOURS), worse, runs=60)
        path = seeds.keep(kept.case, tmp_path)
        again = play(seeds.read_case(path), worse)
    assert len(kept.case.stories) == 1
    assert len(kept.case.faults) == 0
    assert "links_agree" in {finding.kind for finding in again.findings}
    assert any("settle" in line for line in kept.outcome.trace)
    assert play(seeds.read_case(path), stage).findings == ()


def test_the_command_sums_up_in_json_and_ends_with_nought_when_all_is_well() -> None:
    words = ["simulate", "--seeds", "1-2", "--hours", "0.05", "--processes", "1", "--json"]
    done = CliRunner().invoke(app, words, obj=PARTS)
    told = json.loads(done.stdout)
    assert (done.exit_code, told["seeds"], told["violations"], told["failed_seeds"]) == (0, 2, {}, [])
    assert done.stderr == ""
    assert told["settlements"] > 0
    assert sum(told["faults"].values()) > 0


def test_the_command_ends_with_one_and_names_the_case_when_something_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: Stage
) -> None:
    with PLANTED_BY_NAME["the nation keeps no copy"].plant(stage) as worse:
        monkeypatch.setattr(seeds, "built", lambda rules: worse)
        monkeypatch.setattr(seeds, "_here", {})
        words = ["simulate", "--seeds", "1", "--hours", "0.05", "--processes", "1", "--keep", str(tmp_path)]
        done = CliRunner().invoke(app, words, obj=PARTS)
    assert done.exit_code == 1
    assert (tmp_path / "seed-1.json").exists()
    assert "questions_were_copied" in done.stdout
    assert "seed 1: " in done.stderr
    assert "questions_were_copied" in done.stderr


def test_the_page_shows_the_trace_that_is_really_played(stage: Stage) -> None:
    page = (ROOT / "docs" / "concepts" / "why-nothing-is-lost.md").read_text("utf-8")
    case = seeds.read_case(ROOT / "tests/cases/simulation/cut-apart-and-without-power.json")
    assert "\n".join(play(case, stage, traced=True).trace) in page

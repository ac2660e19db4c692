"""Packs that ship, each broken in one way: every break is found at once, with its place and remedy."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from yidi.domain.policy import refusals
from yidi.domain.policy.tree import Fault
from yidi.domain.refusal import RefusalKind
from yidi.edges.cases.run import AGREES, run_files
from yidi.edges.cases.shelf import Shelf
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.policy import inspect_policies

SHIPPED = packs_folder() / "policy"
CASES = Path(__file__).parents[2] / "cases" / "policies"


class Break(NamedTuple):
    """What is written instead of what, in which pack, and how it must be found."""

    file: str
    old: str
    new: str
    kind: RefusalKind
    key: str
    warning: bool = False


BREAKS = {
    "a gap by date": Break(
        "310000-shanghai.yaml",
        "        - {amount: 610000, from: '2023-07-01', until: '2024-07-01'}\n",
        "",
        refusals.GAP,
        "schemes.310.layers[0].caps[0]",
    ),
    "a gap by dimension": Break(
        "120000-tianjin.yaml",
        "        - {person: resident, stay: 1, level: 2, amount: 400}\n",
        "",
        refusals.GAP,
        "schemes.390.layers[0].deductible",
    ),
    "an overlap": Break(
        "320700-lianyungang.yaml",
        "{person: resident, bands: [[10000, 80%], [none, 85%]]}",
        "{person: [resident, child], bands: [[10000, 80%], [none, 85%]]}",
        refusals.OVERLAP,
        "schemes.390.layers[0].ratios",
    ),
    "an unsourced figure": Break(
        "410100-zhengzhou.yaml",
        "- {age: 0-14, factor: 50%, source: S5}",
        "- {age: 0-14, factor: 50%, source: S99}",
        refusals.NO_SOURCE,
        "schemes.390.layers[0].deductible.adjust[0]",
    ),
    "a better filing that pays less": Break(
        "320481-liyang.yaml",
        "- {standing: referred, points: -5}",
        "- {standing: referred, points: -25}",
        refusals.BETTER_FILING_PAYS_LESS,
        "schemes.310.layers[0].ratios",
        warning=True,
    ),
    "an edge off by one fen": Break(
        "320300-xuzhou.yaml",
        "{person: retired, age: 0-69, bands: [[100000, 92%]",
        "{person: retired, age: 0-69, bands: [[99999.99, 92%]",
        refusals.ALMOST_EQUAL_EDGES,
        "schemes.large-amount.layers[0].ratios",
        warning=True,
    ),
    "fen instead of yuan": Break(
        "330200-ningbo.yaml",
        "level: [1, 2], amount: 600, source: S2}",
        "level: [1, 2], amount: 60000, source: S2}",
        refusals.OUT_OF_SCALE,
        "schemes.390.layers[0].deductible",
        warning=True,
    ),
    "a ratio that is no percentage": Break(
        "370600-yantai.yaml",
        "rows: [{ratio: 90%}]",
        "rows: [{ratio: 0.9}]",
        refusals.BAD_VALUE,
        "schemes.large-amount.layers[0].ratios.rows[0].ratio",
    ),
    "an unknown key": Break(
        "440300-shenzhen.yaml",
        "    tiers: [tier1, tier2, tier3]\n",
        "    tiers: [tier1, tier2, tier3]\n    teirs: [tier4]\n",
        refusals.UNKNOWN_KEY,
        "schemes.310.teirs",
    ),
    "the national ceiling passed": Break(
        "430100-changsha.yaml",
        "- {standing: [temporary, unfiled], points: -20, source: DEMO}",
        "- {standing: [temporary, unfiled], points: -20.01, source: DEMO}",
        refusals.ABOVE_NATIONAL_CEILING,
        "schemes.310.layers[0].ratios",
        warning=True,
    ),
    "a question left open": Break(
        "990004-resident-outpatient-and-chronic-misc.yaml",
        "      - {on: payment, counted: yearly, counter: outpatient.paid, rows: [{amount: 400}]}",
        "      - {counted: yearly, counter: outpatient.paid, rows: [{amount: 400}]}",
        refusals.LEFT_OPEN,
        "schemes.yueyang.layers[0].caps[1].on",
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packs with every break in it."""
    made = tmp_path_factory.mktemp("broken") / "policy"
    shutil.copytree(SHIPPED, made)
    for each in BREAKS.values():
        path = made / each.file
        text = path.read_text("utf-8")
        assert each.old in text, (each.file, each.old)
        path.write_text(text.replace(each.old, each.new, 1), "utf-8")
    return made


@pytest.fixture(scope="module")
def findings(folder: Path) -> list[Fault]:
    """What one look at the folder finds."""
    return inspect_policies(folder)[1]


def test_each_break_is_in_a_pack_of_its_own() -> None:
    assert len({each.file for each in BREAKS.values()}) == len(BREAKS)


@pytest.mark.parametrize("wanted", BREAKS.values(), ids=BREAKS.keys())
def test_a_broken_pack_is_found_with_its_place_and_remedy(
    wanted: Break, folder: Path, findings: list[Fault]
) -> None:
    mine = [
        fault
        for fault in findings
        if (fault.file, fault.key, fault.refusal.code) == (wanted.file, wanted.key, wanted.kind.code)
    ]
    assert mine, [(each.key, each.refusal.code) for each in findings if each.file == wanted.file]
    for fault in mine:
        assert 1 <= fault.line <= len((folder / wanted.file).read_text("utf-8").splitlines())
        assert fault.warning == wanted.warning
        assert fault.refusal.remedy_zh
        assert fault.refusal.remedy_en


def test_nothing_is_found_that_is_not_broken(findings: list[Fault]) -> None:
    """The national ceiling may be passed together with a filing that pays less, or in packs known for it."""
    before = {(fault.file, fault.key, fault.refusal.code) for fault in inspect_policies(SHIPPED)[1]}
    after = {(fault.file, fault.key, fault.refusal.code) for fault in findings} - before
    wanted = {(each.file, each.key, each.kind.code) for each in BREAKS.values()}
    beyond = {(file, code) for file, _, code in after - wanted}
    assert beyond == {("320481-liyang.yaml", refusals.ABOVE_NATIONAL_CEILING.code)}


def test_a_case_of_a_broken_pack_is_not_run_on_the_pack_that_stands_in(folder: Path) -> None:
    """It would differ, or worse agree, for a reason nobody sees."""
    (verdict, *_) = run_files([CASES / "440300-shenzhen.yaml"], Shelf(folder))
    told = [each.why for each in verdict.differences]
    assert verdict.verdict != AGREES
    assert any("440300-shenzhen.yaml" in why and refusals.UNKNOWN_KEY.code in why for why in told), told


def test_a_line_is_where_the_author_finds_the_break(folder: Path, findings: list[Fault]) -> None:
    (fault,) = [each for each in findings if each.refusal.code == refusals.ALMOST_EQUAL_EDGES.code]
    assert "99999.99" in (folder / fault.file).read_text("utf-8").splitlines()[fault.line - 1]
    (fault,) = [each for each in findings if each.refusal.code == refusals.OUT_OF_SCALE.code]
    assert "60000" in (folder / fault.file).read_text("utf-8").splitlines()[fault.line - 1]
    (fault,) = [each for each in findings if each.refusal.code == refusals.OVERLAP.code]
    lines = (folder / fault.file).read_text("utf-8").splitlines()
    assert "child" in lines[fault.line - 1]

"""Every pack that ships: a case worked by hand for each, sources, the national ceilings, and its page."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml

from yidi.domain.policy.policy import Policies, Policy
from yidi.domain.policy.show import show
from yidi.domain.policy.tree import Fault
from yidi.edges.cases.run import AGREES, run_files
from yidi.edges.cases.shelf import Shelf
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.policy import describe, inspect_policies

ROOT = Path(__file__).parents[3]
SHIPPED = packs_folder() / "policy"
CASES = ROOT / "tests" / "cases" / "policies"
FRAME = "000000-national.yaml"
COLLECTION = "99"
BELOW_THE_FRAME = {
    "330100-hangzhou.yaml": "20 % borne first on unfiled care costs more than 20 points of a high ratio",
    "370000-shandong-pattern.yaml": "40 % borne first on care without referral",
    "441800-qingyuan.yaml": "67 and 70 % out of the city against 91 %: the table may be an older rule",
    "532900-dali.yaml": "50 % out of the prefecture whatever the level, against 85 % at level 1",
    "620100-lanzhou.yaml": "75 % out of the city whatever the level, against 87 % at level 1",
}
"""Packs whose source pays less elsewhere than the national notice allows, as printed."""

sys.path.insert(0, str(ROOT / "scripts"))

import policy_pages  # noqa: E402  (a script, found by its folder)

SHELF = Shelf(SHIPPED)


@pytest.fixture(scope="module")
def inspected() -> tuple[Policies, list[Fault]]:
    return inspect_policies(SHIPPED)


def files() -> list[str]:
    return sorted(path.name for path in SHIPPED.glob("*.yaml") if path.name != FRAME)


def test_no_pack_has_a_fault(inspected: tuple[Policies, list[Fault]]) -> None:
    assert [describe(fault) for fault in inspected[1] if not fault.warning] == []


def test_only_the_known_packs_pay_less_elsewhere_than_the_national_frame_allows(
    inspected: tuple[Policies, list[Fault]],
) -> None:
    """Remedy: check the source; if it is printed so, name the pack in BELOW_THE_FRAME with its figures."""
    found = {fault.file for fault in inspected[1] if fault.refusal.code == "POLICY-41"}
    assert found == set(BELOW_THE_FRAME)


@pytest.mark.parametrize("file", files())
def test_every_figure_worked_by_hand_is_reached_to_the_fen(
    file: str, inspected: tuple[Policies, list[Fault]]
) -> None:
    """Remedy for a new pack: write tests/cases/policies/<file> with the arithmetic in a comment."""
    packs = {policy.pack_id for policy in inspected[0].all() if policy.file == file}
    assert packs
    verdicts = run_files([case_file(file)], SHELF)
    assert verdicts
    assert {v.id: v.differences for v in verdicts if v.verdict != AGREES or not v.figures} == {}


def case_file(file: str) -> Path:
    """The cases of a pack; an older rule of an area has its cases beside the present one."""
    return CASES / file.replace("-old.yaml", ".yaml")


def test_every_case_worked_by_hand_shows_its_arithmetic() -> None:
    for path in CASES.glob("*.yaml"):
        for text in path.read_text("utf-8").split("---\n"):
            assert text.startswith("# "), path.name


@pytest.mark.parametrize("file", files())
def test_a_pack_says_where_its_figures_are_from_and_how_sure_they_are(file: str) -> None:
    pack = yaml.safe_load((SHIPPED / file).read_text("utf-8"))
    named = [source for source in pack["sources"].values() if not source.get("completes")]
    assert all(source["title"] and source["date"] for source in named)
    assert all(source.get("confidence") in ("high", "medium", "low") for source in named)
    assert pack["confidence"] in ("high", "medium", "low", "mixed")


def test_a_completed_figure_stands_only_in_a_pack_that_says_so(
    inspected: tuple[Policies, list[Fault]],
) -> None:
    for policy in inspected[0].all():
        completing = [
            line for line in show(policy).lines if line.source and policy_source(policy, line.source)
        ]
        assert not completing or policy.completed_for_demonstration, policy.pack_id


def policy_source(policy: Policy, name: str) -> bool:
    """Whether a source of a shown line is a completion."""
    known = {**policy.terms.sources, **{s.id: s for s in policy.filing_sources.values()}}
    return known[name].completes


def test_collections_answer_for_no_division() -> None:
    """Their codes are no divisions, so nobody can be insured under them."""
    divisions = (packs_folder() / "national" / "divisions.csv").read_text("utf-8")
    codes = [file[:6] for file in files() if file.startswith(COLLECTION)]
    assert len(codes) == 4
    assert not [code for code in codes if f"\n{code}," in divisions]


def test_the_pages_of_the_packs_are_as_the_packs_say() -> None:
    """Remedy: python scripts/policy_pages.py"""
    there = {path.name: path.read_text("utf-8") for path in policy_pages.PAGES.glob("*.md")}
    assert there == policy_pages.pages()

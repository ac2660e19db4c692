"""`yidi person renumber`, on the database a demonstration left."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.edges.cli.conftest import Kept, typed

OLD, NEW = "51160019900530000104", "NEW-0104"


@pytest.fixture
def own(kept: Kept, tmp_path: Path) -> Kept:
    """A copy of the demonstration: other tests read the first one under its own numbers."""
    shutil.copytree(kept.folder, tmp_path / "copy")
    return Kept(tmp_path / "copy")


def renumbered(own: Kept, *words: object) -> tuple[int, dict[str, object]]:
    """Give numbers, and return the status and what was told."""
    told = typed("person", "renumber", *words, "--province", "510000", "-c", own.config, "--json")
    return told.exit_code, json.loads(told.stdout) if told.stdout else {}


def test_a_number_is_replaced_and_the_filings_and_claims_are_found_under_it(own: Kept) -> None:
    assert renumbered(own, OLD, NEW) == (0, {"changed": 1, "refused": []})
    assert renumbered(own, OLD, NEW) == (0, {"changed": 1, "refused": []})
    filed = typed(
        *("filing", "file", "--person", NEW, "--category", "temporary", "--area", "460000", "--json"),
        *("--start", "2027-01-01", "--province", "510000", "-c", own.config),
    )
    assert filed.exit_code == 0, filed.output
    for number in (OLD, NEW):
        shown = typed(
            "filing", "show", "--person", number, "--province", "510000", "-c", own.config, "--json"
        )
        assert json.loads(filed.stdout)["filing_id"] in shown.stdout
    listed = typed("claim", "list", "--person", NEW, "--province", "510000", "-c", own.config)
    assert listed.exit_code == 0
    assert typed("storage", "verify", "-c", own.config).exit_code == 0


def test_a_file_of_numbers_is_taken_as_far_as_it_is_right(own: Kept, tmp_path: Path) -> None:
    file = tmp_path / "numbers.csv"
    file.write_text(f"{OLD},{NEW}\n{NEW},NEW-0104-2\nNOBODY,NEW-1\n", "utf-8")
    status, told = renumbered(own, "--file", file)
    assert (status, told["changed"]) == (1, 2)
    refused = told["refused"]
    assert isinstance(refused, list)
    assert [(row["old"], row["refusals"][0]["code"]) for row in refused] == [("NOBODY", "IDENTITY-01")]
    spoken = typed("person", "renumber", "--file", file, "--province", "510000", "-c", own.config)
    assert "IDENTITY-01" in spoken.output


@pytest.mark.parametrize("text", ["one column\n", "a,b,c\n", "\x00"])
def test_a_file_that_is_none_is_wrong_use(own: Kept, tmp_path: Path, text: str) -> None:
    file = tmp_path / "numbers.csv"
    file.write_text(text, "utf-8")
    assert renumbered(own, "--file", file)[0] == 2
    assert renumbered(own, OLD)[0] == 2

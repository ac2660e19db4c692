"""The rules are dated data: what cannot be right in them is said, with the name of the file."""

from __future__ import annotations

from pathlib import Path
from shutil import copy

import pytest

from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.national import PackError
from yidi.edges.packs.reconciliation import read_reconciliation_rules

SHIPPED = packs_folder() / "national" / "reconciliation.yaml"


def test_the_rules_that_ship_hold_today_and_not_before_their_first_day() -> None:
    rules = read_reconciliation_rules()
    rule = rules.on("2026-11-22")
    assert rule is not None
    assert rule.source
    assert rules.on("2022-12-31") is None


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("cut_off_minutes: 120", "cut_off_minutes: -1"),
        ("repair_minutes: 30", "repair_minutes: soon"),
        ("late: 2", "late: 0"),
        ("      late: 2\n", ""),
        ("late: 2", "later: 2"),
        ('from: "2023-01-01"', 'from: "2023-13-01"'),
        ("sure_pct: 30", "sure_pct: 130"),
    ],
)
def test_a_rule_that_cannot_be_right_is_refused_by_the_name_of_its_file(
    said: str, instead: str, tmp_path: Path
) -> None:
    (tmp_path / "national").mkdir()
    file = Path(copy(SHIPPED, tmp_path / "national"))
    text = file.read_text("utf-8")
    assert said in text
    file.write_text(text.replace(said, instead), "utf-8")
    with pytest.raises(PackError, match=r"reconciliation\.yaml"):
        read_reconciliation_rules(tmp_path)


def test_two_rules_of_one_day_are_refused(tmp_path: Path) -> None:
    (tmp_path / "national").mkdir()
    text = SHIPPED.read_text("utf-8")
    rule = text[text.index("  - from") :]
    (tmp_path / "national" / "reconciliation.yaml").write_text(text + rule, "utf-8")
    with pytest.raises(PackError, match="in the order"):
        read_reconciliation_rules(tmp_path)

"""The first words of the command line: what there is, what was meant, and where settings come from."""

from __future__ import annotations

import re

from tests.edges.cli.conftest import typed
from yidi.edges.cli.main import GROUPS, NOUNS


def test_the_help_shows_every_noun_under_its_heading() -> None:
    shown = typed("--help").output
    for heading, nouns in GROUPS.items():
        below = shown.partition(heading)[2].partition("╰")[0]
        assert re.findall(r"^│ ([a-z]+) ", below, re.MULTILINE) == list(nouns), heading


def test_a_mistyped_noun_is_answered_with_the_nearest_one() -> None:
    result = typed("settlment", "show")
    assert result.exit_code == 2
    assert "没有这个命令" in result.output
    assert "Did you mean settlement?" in result.output


def test_a_noun_like_no_other_is_answered_without_a_guess() -> None:
    result = typed("zzzzz")
    assert result.exit_code == 2
    assert "Did you mean" not in result.output
    assert "zzzzz" not in NOUNS


def test_who_names_no_settings_file_is_told_how_to_get_one() -> None:
    result = typed("settlement", "show", "1")
    assert result.exit_code == 3
    assert "--config node.toml" in result.output
    assert "yidi demo --data FOLDER" in result.output

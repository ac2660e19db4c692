"""No committed file names a machine's folders, a package registry's host, or work left undone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.house_rules.code_base import ROOT, demand, text_files

RULES = {
    "a folder of one machine": re.compile(r"(?<![\w.:/)}-])/(?:work|tmp|root|home|Users)/[\w.]"),
    "a folder a clone does not have": re.compile(r"(?:\.\./|(?<![\w/-]))shared/\w"),
    "a package registry's host": re.compile(
        r"(?:py"
        r"pi\.org|python"
        r"hosted\.org|registry\.(?:npm"
        r"js|yarn"
        r"pkg)|deb\.deb"
        r"ian\.org"
        r"|--(?:extra-)?index"
        r"-url|--find"
        r"-links)"
    ),
    "work left undone": re.compile(r"\b(?:TO" r"DO|FIX" r"ME)\b"),
}
EXEMPT = {"tests/house_rules/test_texts.py", "LICENSE"}


def faults_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield line number and finding for every line that breaks a rule."""
    for number, line in enumerate(text.splitlines(), 1):
        yield from ((number, what) for what, pattern in RULES.items() if pattern.search(line))


def test_no_file_names_what_only_one_machine_has_or_leaves_work_undone() -> None:
    found: list[str] = []
    for path in text_files():
        place = path.relative_to(ROOT).as_posix()
        if place not in EXEMPT:
            found += [
                f"{place}:{line}: {what}" for line, what in faults_in(path.read_text("utf-8", "replace"))
            ]
    demand(found, "say it relative to the project; leave out hosts and paths; finish it or open an issue")


def test_the_rule_of_texts_bites() -> None:
    """Written in pieces, so that this file keeps the rule itself."""
    pieces = (
        ("see /home", "/somebody"),
        ("see ../", "shared/data"),
        ("pip --index", "-url x"),
        ("# TO", "DO later"),
    )
    bad = "\n".join(["".join(parts) for parts in pieces] + ["ok https://a.cn/work/x"])
    assert [line for line, _ in faults_in(bad)] == [1, 2, 3, 4]

"""Every file and test that the page on security points to is there, so that no point is met on paper only."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house_rules.code_base import ROOT, demand

PAGE = ROOT / "docs" / "operating" / "security.md"
_QUOTED = re.compile(r"`([^`\s]+)`")
_TESTED = re.compile(r"test_[a-z_]+")
BASES = ("", "src/yidi", "src/yidi/edges", "tests/edges/access", "tests/edges/exchange", "docs/operating")


def places() -> set[str]:
    """List the files and tests that are named in quotation."""
    return {name for name in _QUOTED.findall(PAGE.read_text("utf-8")) if re.search(r"\.(py|md)\b", name)}


def found(name: str) -> Path | None:
    """Find a file by the path as the page writes it."""
    path = name.partition("::")[0]
    return next((ROOT / base / path for base in BASES if (ROOT / base / path).is_file()), None)


def test_every_file_the_page_names_is_there() -> None:
    demand((f"{name} is not there" for name in places() if found(name) is None), f"set {PAGE.name} right")


def test_every_test_the_page_names_is_there() -> None:
    gone = []
    for name in places():
        file, test = found(name), name.partition("::")[2]
        if test and file is not None and f"def {test}(" not in file.read_text("utf-8"):
            gone.append(name)
    demand(gone, f"set {PAGE.name} right")


def test_every_test_file_a_point_names_in_a_word_is_there() -> None:
    words = {word for word in _TESTED.findall(PAGE.read_text("utf-8")) if not word.startswith("test_a_")}
    files = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
    texts = "".join(path.read_text("utf-8") for path in (ROOT / "tests" / "edges").rglob("test_*.py"))
    gone = [word for word in words - files if f"def {word}(" not in texts]
    demand(gone, f"set {PAGE.name} right")

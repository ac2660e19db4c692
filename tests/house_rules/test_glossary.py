"""The glossary speaks of this code: every identifier it names stands somewhere in the sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tests.house_rules.code_base import ROOT, demand

GLOSSARY = ROOT / "docs" / "reference" / "glossary.md"
_QUOTED = re.compile(r'"[^"]*"')
_ROW = re.compile(r"^\| (?P<term>[^|]+) \| [^|]+ \| (?P<identifiers>[^|]+) \| [^|]+ \|$", re.MULTILINE)


def named(glossary: str) -> Iterator[tuple[str, str]]:
    """Yield every identifier of the third column with its term; values in quotes are none."""
    for row in _ROW.finditer(glossary):
        if row["term"] != "Chinese term":
            yield from (
                (row["term"], word) for word in re.findall(r"\w+", _QUOTED.sub("", row["identifiers"]))
            )


def source_words() -> set[str]:
    """List all words of the program and of its tables."""
    files = (file for file in (ROOT / "src").rglob("*") if file.suffix in {".py", ".sql"})
    return {word for file in files for word in re.findall(r"\w+", file.read_text("utf-8"))}


def gone(glossary: str, words: Iterable[str]) -> Iterator[str]:
    """Yield what the glossary names and the sources do not."""
    there = set(words)
    yield from (
        f"`{word}` ({term}) stands nowhere in src" for term, word in named(glossary) if word not in there
    )


def test_every_identifier_of_the_glossary_stands_in_the_code() -> None:
    text = GLOSSARY.read_text("utf-8")
    assert len(list(named(text))) > 150
    demand(gone(text, source_words()), "name the identifier the code uses now, or `-`")


def test_an_identifier_that_is_gone_is_found() -> None:
    rows = '| 甲 | a | `Here, there "310"` | - |\n| 乙 | b | - | `psn_no` |\n'
    assert list(gone(rows, ["Here"])) == ["`there` (甲) stands nowhere in src"]

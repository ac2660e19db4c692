"""The page on security speaks of every point of OWASP ASVS 4.0.3, levels 1 and 2, once."""

from __future__ import annotations

import re
from collections import Counter

from tests.house_rules.test_security_page import PAGE

ASKED = """
    1.1:1-7 1.2:1-4 1.4:1,4-5 1.5:1-4 1.6:1-4 1.7:1-2 1.8:1-2 1.9:1-2 1.10:1 1.11:1-2 1.12:2
    1.14:1-6 2.1:1-12 2.2:1-3 2.3:1-3 2.4:1-5 2.5:1-7 2.6:1-3 2.7:1-6 2.8:1-7 2.9:1-3 2.10:1-4 3.1:1
    3.2:1-4 3.3:1-4 3.4:1-5 3.5:1-3 3.7:1 4.1:1-3,5 4.2:1-2 4.3:1-3 5.1:1-5 5.2:1-8 5.3:1-10 5.4:1-3
    5.5:1-4 6.1:1-3 6.2:1-6 6.3:1-2 6.4:1-2 7.1:1-4 7.2:1-2 7.3:1,3-4 7.4:1-3 8.1:1-4 8.2:1-3
    8.3:1-8 9.1:1-3 9.2:1-4 10.2:1-2 10.3:1-3 11.1:1-8 12.1:1-3 12.2:1 12.3:1-6 12.4:1-2 12.5:1-2
    12.6:1 13.1:1,3-5 13.2:1-3,5-6 13.3:1-2 13.4:1-2 14.1:1-4 14.2:1-6 14.3:2-3 14.4:1-7 14.5:1-4
"""
"""Section: numbers of the points of levels 1 and 2 (OWASP ASVS 4.0.3, file of requirements in JSON)."""
_POINT = re.compile(r"\b\d{1,2}\.\d{1,2}\.\d{1,2}\b")


def asked() -> list[str]:
    """List the points, written out."""
    found = []
    for word in ASKED.split():
        section, _, spans = word.partition(":")
        for span in spans.split(","):
            first, _, last = span.partition("-")
            found += [f"{section}.{number}" for number in range(int(first), int(last or first) + 1)]
    return found


def rows() -> list[list[str]]:
    """Return the cells of the tables of points, heads left out."""
    part = PAGE.read_text("utf-8").partition("## OWASP ASVS")[2].partition("\n## ")[0]
    lines = [
        line
        for line in part.splitlines()
        if line.startswith("| ") and not line.startswith(("| point", "| chapter"))
    ]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def points_of(row: list[str]) -> list[str]:
    """Return the points a row is about: they stand in its first cell, or after the chapter."""
    return _POINT.findall(row[1] if re.fullmatch(r"V\d+", row[0]) else row[0])


def test_every_point_is_spoken_of_once() -> None:
    named = Counter(point for row in rows() for point in points_of(row))
    assert len(asked()) == 259
    assert sorted(set(asked()) - set(named)) == [], "not on the page"
    assert sorted(set(named) - set(asked())) == [], "no point of levels 1 and 2"
    assert [point for point, times in named.items() if times > 1] == []


def test_every_point_that_is_met_says_where() -> None:
    met = PAGE.read_text("utf-8").partition("### Met")[2].partition("### Not met")[0]
    for line in met.splitlines():
        if line.startswith("| ") and line[2].isdigit():
            where = line.strip("| ").rpartition(" | ")[2]
            assert re.search(r"`[^`]+`|plain HTML", where), line

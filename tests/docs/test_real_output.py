"""The pages that walk through a settlement show what really happens."""

from __future__ import annotations

import re

import pytest

from tests.docs.real_output import KEPT, PAGES, blocks, masked, on_pages


@pytest.fixture(scope="module")
def real() -> dict[str, str]:
    """What the demonstration does now."""
    return blocks()


def test_every_block_of_the_pages_is_what_the_demonstration_does(real: dict[str, str]) -> None:
    """Remedy: python -m tests.docs.real_output, then read the page again."""
    shown = on_pages()
    assert {name for page, name in shown if page == "one-settlement.md"} == set(real)
    assert ("README.md", "statement") in shown
    for (page, name), text in shown.items():
        assert masked(text) == masked(real[name]), f"{page}: {name}"


def test_the_sentences_of_the_walk_speak_of_amounts_that_its_output_holds(real: dict[str, str]) -> None:
    """Remedy: correct the sentence; a figure in the text must stand in a block of the page."""
    prose = re.sub(r"```.*?```", "", PAGES[0].read_text("utf-8"), flags=re.DOTALL)
    output = "".join(real.values()).replace(",", "")
    amounts = re.findall(r"\b\d[\d,]*\.\d\d\b", prose)
    assert len(amounts) > 10
    for amount in amounts:
        plain = amount.replace(",", "")
        fen = plain.replace(".", "").lstrip("0")
        assert plain in output or re.search(rf"[ =]{fen}$", output, re.MULTILINE), amount


def test_the_masks_hide_ids_and_times_and_nothing_else() -> None:
    text = "at=2026-11-22T07:19:25.843326Z id=1100001795331965843326001 fund_fen=631365 9019.50 x 70%"
    assert masked(text) == "at=TIME id=ID fund_fen=631365 9019.50 x 70%"


def test_the_walk_shows_the_records_of_every_link(real: dict[str, str]) -> None:
    assert {table.replace("_", "-") for table in KEPT} <= set(real)
    assert all(real[table.replace("_", "-")].strip() for table in KEPT)

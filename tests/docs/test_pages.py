"""The documents say what the code says."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import refusal_gallery  # noqa: E402  (a script, found by its folder)


def test_the_gallery_of_refusals_is_as_the_code_says() -> None:
    """Remedy: python scripts/refusal_gallery.py"""
    assert refusal_gallery.PAGE.read_text("utf-8") == refusal_gallery.page()


def test_every_refusal_has_a_case_that_provokes_it() -> None:
    """Remedy: write a test that names the refusal's constant and makes it happen."""
    assert "**none**" not in refusal_gallery.page()


def test_every_link_between_documents_leads_somewhere() -> None:
    """Remedy: mend the link, or write the page."""
    broken = []
    for page in (ROOT / "docs").rglob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
            if not target.startswith(("http:", "https:")) and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert not broken

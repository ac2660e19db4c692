"""How the tests look at a page: at a phone's and a desk's width, and never before it has arrived."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

WIDTHS = {"phone": (390, 844), "desk": (1280, 900)}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PATIENCE_MS = 30_000
"""As long as the browser's own; a busy machine is slow, not wrong."""


@contextmanager
def opened(browser: Browser, width: str) -> Iterator[Page]:
    """Yield an empty page of that width, and close it."""
    wide, high = WIDTHS[width]
    page = browser.new_page(viewport={"width": wide, "height": high})
    page.set_default_timeout(PATIENCE_MS)
    yield page
    page.close()


def follow(page: Page, selector: str) -> None:
    """Click what leads to another page, and wait until that page has arrived.

    A click alone returns as soon as the way is begun: what is asked of the page right after it may
    still be answered by the page before, or by none.
    """
    with page.expect_navigation(wait_until="load"):
        page.click(selector)


def fits(page: Page) -> None:
    """Insist that the page is not wider than the window."""
    assert page.evaluate(OVERFLOW) <= 0, f"{page.url} is wider than the window"

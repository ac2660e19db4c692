"""Signing in and out in a real browser, at a phone's and a desk's width, on a node of real data."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.edges.access.conftest import HASH, PASSWORD, PATIENT, TERMS
from tests.edges.portals.conftest import Serving, Shown
from tests.edges.portals.looking import WIDTHS, fits, follow, opened
from tests.journeys.nation import open_nation
from yidi.edges.access.keeping import Keeping
from yidi.edges.access.records import UserAccount
from yidi.edges.access.roles import Role

pytestmark = pytest.mark.browser
PERSON = f"person/{PATIENT.insured}/{PATIENT.person_no}"
OWN = "neun Katzen auf dem Dach"


class Guarded(Serving):
    """Serves a node of real data that knows a clerk for each width, with one-time passwords."""

    async def _serve(self) -> None:
        async with open_nation(self.database, sample=False, access=TERMS) as nation:
            for width in WIDTHS:
                row = (PATIENT.insured, f"clerk.{width}", 1, Role.AGENCY_CLERK, "", HASH, 1, "active", "test")
                await Keeping(nation.node.journal.engine).write(UserAccount(*row, "2026-11-22"))
            self.shown = Shown(nation.address, {})
            self.ready.set()
            await self.over.wait()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """A node of real data on which nothing has happened."""
    with Guarded(f"sqlite:{tmp_path_factory.mktemp('signing') / 'node.sqlite'}", (), sample=False) as shown:
        yield shown


def sign_in(page: Page, login: str, password: str) -> None:
    """Fill in the sign-in page and send it."""
    page.fill("#login", login)
    page.fill("#password", password)
    follow(page, "main button")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_clerk_signs_in_sets_a_password_reads_and_signs_out(
    browser: Browser, served: Shown, width: str
) -> None:
    address, login = served.address.rstrip("/"), f"clerk.{width}"
    with opened(browser, width) as page:
        page.goto(f"{address}/{PERSON}")
        assert "/sign-in" in page.url, "nobody reads without signing in"
        assert PATIENT.name not in page.content()
        fits(page)
        sign_in(page, login, "not the password")
        assert "用户名或密码不正确" in page.inner_text("main")
        assert page.input_value("#login") == login, "what was typed stays, the password does not"
        assert page.input_value("#password") == ""
        fits(page)
        sign_in(page, login, PASSWORD)
        assert page.url.endswith("/password"), "a one-time password is good for this page only"
        fits(page)
        for field, value in (("#present", PASSWORD), ("#password", OWN), ("#again", OWN)):
            page.fill(field, value)
        follow(page, "main button")
        page.goto(f"{address}/{PERSON}")
        sign_in(page, login, OWN)
        assert page.url == f"{address}/{PERSON}", (
            "signed in with the own password, one is where one wanted to be"
        )
        assert PATIENT.name in page.inner_text("main")
        fits(page)
        page.goto(address)
        follow(page, "form[action='/sign-out'] button")
        page.goto(f"{address}/{PERSON}")
        assert "/sign-in" in page.url
        assert PATIENT.name not in page.content()

"""Signing in and out in a real browser, at a phone's and a desk's width, on a node of real data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

import pytest
from playwright.sync_api import Browser, Page

from tests.edges.access.authenticator import Authenticator
from tests.edges.access.conftest import HASH, PASSWORD, PATIENT, TERMS
from tests.edges.portals.conftest import Serving, Shown
from tests.edges.portals.looking import WIDTHS, fits, follow, opened
from tests.journeys.nation import open_nation
from yidi.domain.dates import write_instant
from yidi.edges.access.keeping import Keeping
from yidi.edges.access.records import SecondFactor, UserAccount
from yidi.edges.access.roles import Role
from yidi.edges.access.second_factor import offer
from yidi.edges.secrecy.door import WHOLE_DATABASE

pytestmark = pytest.mark.browser
PERSON = f"person/{PATIENT.insured}/{PATIENT.person_no}"
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=timezone.utc)
"""The node's clock stands still, so that a code is good as long as a slow browser needs it."""
PHONE = {width: offer(f"two.{width}") for width in WIDTHS}
OWN = "neun Katzen auf dem Dach"


class Guarded(Serving):
    """Serves a node of real data: for each width a clerk with a one-time password, and one with a phone."""

    async def _serve(self) -> None:
        async with open_nation(self.database, sample=False, access=TERMS, clock=lambda: NOON) as nation:
            keeping = Keeping(nation.node.journal.engine)
            for width in WIDTHS:
                for login, first in ((f"clerk.{width}", 1), (f"two.{width}", 0)):
                    row = (PATIENT.insured, login, 1, Role.AGENCY_CLERK, "", HASH, first, "active", "test")
                    await keeping.write(UserAccount(*row, write_instant(NOON)))
                kept = (WHOLE_DATABASE, f"two.{width}", 1, PHONE[width].secret, "test", "2026-11-22")
                await keeping.write(SecondFactor(*kept))
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
        for path in ("account", "account/confirm", "password?shown=1"):
            page.goto(f"{address}/{path}")
            fits(page)
        page.goto(address)
        follow(page, "form[action='/sign-out'] button")
        page.goto(f"{address}/{PERSON}")
        assert "/sign-in" in page.url
        assert PATIENT.name not in page.content()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_clerk_with_a_phone_types_its_code_after_the_password(
    browser: Browser, served: Shown, width: str
) -> None:
    address, login = served.address.rstrip("/"), f"two.{width}"
    phone = Authenticator(PHONE[width].address)
    with opened(browser, width) as page:
        page.goto(f"{address}/{PERSON}")
        sign_in(page, login, PASSWORD)
        assert page.is_visible("#code"), "the password is half of it"
        assert page.query_selector("#password") is None
        fits(page)
        page.fill("#code", phone.wrong(NOON))
        follow(page, "main button")
        assert "动态码不正确" in page.inner_text("main")
        assert "the code is wrong" in page.inner_text("main").lower()
        assert page.input_value("#code") == ""
        fits(page)
        page.goto(f"{address}/{PERSON}")
        assert "/sign-in" in page.url, "half a sign-in reads nothing"
        sign_in(page, login, PASSWORD)
        page.fill("#code", phone.code(NOON))
        follow(page, "main button")
        assert page.url == f"{address}/{PERSON}"
        assert PATIENT.name in page.inner_text("main")
        fits(page)

"""Every page can be read and used by everybody: the rules of WCAG 2.2 AA, the keyboard, and paper."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.edges.portals.conftest import Shown
from tests.edges.portals.looking import WIDTHS, follow, opened
from tests.journeys.nation import SAMPLE

pytestmark = pytest.mark.browser
REFERRED = next(person for person in SAMPLE.persons if person.story == "referred")
PERSON = f"/person/{REFERRED.insured}/{REFERRED.person_no}"
ANSWERED = "/estimate?area=610100&person=retired&to1=330100&level1=3&typical=stay"
SHOWN = ("/", PERSON, f"{PERSON}/filing", f"{PERSON}/claim", "/estimate?area=&age=old", ANSWERED, "/nowhere")
RINGED = "getComputedStyle(document.activeElement).boxShadow"


@pytest.fixture(scope="module", params=WIDTHS)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a phone's or a desk's width."""
    with opened(browser, request.param) as page:
        yield page


def demand_reachable(page: Page) -> None:
    """Let the rules look at the page as it is shown."""
    found = Axe().run(page).response["violations"]
    told = [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]
    assert not told, f"{page.url}: {told}"


@pytest.mark.parametrize("path", SHOWN)
def test_a_page_breaks_no_rule(page: Page, shown: Shown, path: str) -> None:
    page.goto(urljoin(shown.address, path))
    demand_reachable(page)


@pytest.mark.parametrize("case", ["referred_inpatient", "cancelled_settlement"])
def test_a_statement_breaks_no_rule(page: Page, shown: Shown, case: str) -> None:
    page.goto(urljoin(shown.address, f"/settlement/{shown.numbers[case]}"))
    demand_reachable(page)


@pytest.mark.parametrize("path", ["/", "/sign-in"])
def test_the_door_of_a_node_with_real_data_breaks_no_rule(page: Page, unnamed: Shown, path: str) -> None:
    page.goto(urljoin(unnamed.address, path))
    demand_reachable(page)


def test_what_is_wrong_leads_to_its_field_by_the_keyboard_alone(page: Page, shown: Shown) -> None:
    page.goto(urljoin(shown.address, f"{PERSON}/filing"))
    follow(page, "button")
    demand_reachable(page)
    link = page.locator(".errors a", has_text="就医地")
    link.focus()
    assert page.evaluate(RINGED) != "none"
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'care_area'")
    assert page.url.endswith("#care_area")


def test_paper_carries_the_statement_and_nothing_to_press(page: Page, shown: Shown) -> None:
    page.goto(urljoin(shown.address, f"/settlement/{shown.numbers['referred_inpatient']}"))
    page.emulate_media(media="print")
    assert page.locator(".receipt .total").is_visible()
    assert not page.locator("header, .back").first.is_visible()
    page.emulate_media(media="screen")

"""What will I pay, in a real browser at a phone's and a desk's width: asked, answered, kindly refused."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.edges.portals.conftest import Serving, Shown
from tests.edges.portals.looking import WIDTHS, fits, follow, opened

pytestmark = pytest.mark.browser
QUESTION = {"area": "610100", "person": "retired", "to1": "330100", "level1": "3", "to2": "610100"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """A node on which nothing has happened."""
    with Serving(f"sqlite:{tmp_path_factory.mktemp('estimate') / 'nation.sqlite'}", ()) as shown:
        yield shown


@pytest.fixture(params=WIDTHS)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a phone's or a desk's width."""
    with opened(browser, request.param) as page:
        yield page


def test_a_person_asks_from_the_start_page_and_reads_the_answers_side_by_side(
    page: Page, served: Shown
) -> None:
    page.goto(served.address)
    follow(page, "text=去外地看病要付多少")
    fits(page)
    page.select_option("#area", "610100")
    page.check("#person-retired")
    page.select_option("#to1", "330100")
    page.select_option("#to2", "610100")
    page.check("#typical-stay")
    follow(page, "button")
    fits(page)
    said = page.inner_text("main")
    for words in (
        "5,139.50",
        "4,174.50",
        "3,209.50",
        "不用备案",
        "转诊备案",
        "个人付得最少",
        "Least for you",
    ):
        assert words in said, words
    assert page.locator("tbody tr").count() == 5
    page.click("summary:has-text('怎样算出来')")
    fits(page)
    assert "起付" in page.inner_text("ol")
    assert page.input_value("#to1") == "330100"


def test_what_is_wrong_is_said_kindly_and_the_form_keeps_what_was_filled_in(
    page: Page, served: Shown
) -> None:
    page.goto(urljoin(served.address, "/estimate"))
    page.select_option("#area", "610100")
    page.fill("#age", "old")
    follow(page, "button")
    fits(page)
    said = page.inner_text(".errors")
    assert "POLICY-71" in said
    assert "请更正" in said
    assert page.input_value("#age") == "old"


def test_a_bill_of_ones_own_is_taken_instead_of_a_typical_one(served: Shown) -> None:
    own = {**QUESTION, "total": "1000", "full_self": "1500", "care": "inpatient", "typical": "stay"}
    found = httpx.get(urljoin(served.address, "/estimate"), params=own, timeout=60)
    assert found.status_code == 422
    assert "FEE-42" in found.text
    good = httpx.get(urljoin(served.address, "/estimate"), params={**own, "full_self": "100"}, timeout=60)
    assert good.status_code == 200
    assert "1,000.00" in good.text


def test_the_answer_is_escaped_and_nothing_is_written(served: Shown) -> None:
    found = httpx.get(
        urljoin(served.address, "/estimate"),
        params={**QUESTION, "age": "<script>alert(1)</script>"},
        timeout=60,
    )
    assert "<script>alert" not in found.text
    assert httpx.post(urljoin(served.address, "/estimate"), data=QUESTION, timeout=60).status_code == 405


def test_what_the_insured_place_asks_of_its_own_is_asked_and_changes_the_answer(
    page: Page, served: Shown
) -> None:
    asked = "/estimate?area=310000&person=retired&to1=310000&level1=3&typical=stay"
    page.goto(urljoin(served.address, asked))
    fits(page)
    assert page.inner_text("td.strong") == "3,628.00"
    assert "请核对" in page.inner_text("main")
    page.select_option("#fact-retired_before_2001", "yes")
    follow(page, "button")
    fits(page)
    assert page.inner_text("td.strong") == "3,168.00"
    assert page.input_value("#fact-retired_before_2001") == "yes"


def test_what_an_area_must_know_can_be_told_on_the_page(page: Page, served: Shown) -> None:
    page.goto(urljoin(served.address, "/estimate?area=440300&to1=440300&level1=3&typical=stay"))
    said = page.inner_text("main")
    assert "POLICY-05" in said
    assert "请先回答" in said
    assert "。。" not in said
    page.fill("#fact-continuous_months", "80")
    follow(page, "button")
    fits(page)
    assert "POLICY-05" not in page.inner_text("main")
    assert page.locator("td.strong").count() == 1

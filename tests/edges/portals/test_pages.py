"""The pages in a real browser: readable on a phone and a desk, and silent about real people."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.edges.portals.conftest import Shown
from tests.edges.portals.looking import WIDTHS, fits, follow, opened
from tests.journeys.nation import SAMPLE, VISITS

pytestmark = pytest.mark.browser
REFERRED = next(person for person in SAMPLE.persons if person.story == "referred")


@pytest.fixture(params=WIDTHS)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a phone's or a desk's width that notes every error of its console."""
    errors: list[str] = []
    with opened(browser, request.param) as page:
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
    assert [error for error in errors if "404" not in error] == []


def see(page: Page, shown: Shown, path: str) -> str:
    """Open a page, check that it fits, and return its visible text."""
    page.goto(urljoin(shown.address, path))
    fits(page)
    return page.inner_text("body")


def test_the_start_page_names_the_sample_people_and_leads_to_their_settlements(
    page: Page, shown: Shown
) -> None:
    see(page, shown, "/")
    page.click("summary:has-text('还没有备案和就诊')")
    fits(page)
    text = page.inner_text("body")
    assert all(person.name in text for person in SAMPLE.persons)
    follow(page, f'a[href="/settlement/{shown.numbers["referred_inpatient"]}"]')
    assert REFERRED.name in page.inner_text("h1")
    follow(page, 'header a[href="/"]')
    follow(page, f'a[href="/person/{REFERRED.insured}/{REFERRED.person_no}"]')
    assert page.inner_text("h1") == REFERRED.name


@pytest.mark.parametrize("case", [case for case, visit in VISITS.items() if visit.then != "refused"])
def test_every_settlement_page_fits_the_window(page: Page, shown: Shown, case: str) -> None:
    text = see(page, shown, f"/settlement/{shown.numbers[case]}")
    assert VISITS[case].person
    assert shown.numbers[case] in text


def test_a_settlement_page_shows_the_amounts_the_steps_the_lines_and_the_five_hops(
    page: Page, shown: Shown
) -> None:
    text = see(page, shown, f"/settlement/{shown.numbers['referred_inpatient']}")
    panels = page.locator(".split .amount").all_inner_texts()
    assert panels == ["10,965.60", "6,313.65", "860.00", "3,791.95"]
    assert all(page.locator(".split .amount").nth(n).is_visible() for n in range(4))
    assert "9019.50 元按 70% 支付" in text
    assert "药物洗脱冠脉支架" in text
    hops = page.locator("ol.path li").all_inner_texts()
    assert [
        who in hop
        for who, hop in zip(("就医省", "国家平台", "参保省", "国家平台", "就医省"), hops, strict=True)
    ]
    times = page.locator("ol.path time").all_inner_texts()
    assert times == sorted(times)
    assert len(set(times)) == 5 or all(times)


def test_a_person_page_shows_insurance_filing_and_settlements(page: Page, shown: Shown) -> None:
    text = see(page, shown, f"/person/{REFERRED.insured}/{REFERRED.person_no}")
    for said in ("职工医保", "大同市", "异地转诊人员", "10,965.60"):
        assert said in text
    assert REFERRED.certificate_no not in text
    follow(page, f'a[href="/settlement/{shown.numbers["referred_inpatient"]}"]')
    assert "3,791.95" in page.inner_text("main")


def test_a_cancelled_settlement_says_so_and_its_cancellation_is_negative(page: Page, shown: Shown) -> None:
    assert "已撤销" in see(page, shown, f"/settlement/{shown.numbers['cancelled_settlement']}")
    assert "-1,692.40" in see(page, shown, "/")


@pytest.mark.parametrize("path", ["/settlement/1", "/person/110000/nobody", "/nowhere"])
def test_what_is_not_there_is_answered_with_a_page_that_leads_back(
    page: Page, shown: Shown, path: str
) -> None:
    answer = page.goto(urljoin(shown.address, path))
    assert answer is not None
    assert answer.status == 404
    follow(page, 'main a[href="/"]')
    assert page.locator("#people").is_visible()


def test_every_link_of_the_start_page_leads_somewhere(shown: Shown, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(shown.address)
    targets = page.eval_on_selector_all("a[href], link[href]", "all => all.map(one => one.href)")
    assert len(set(targets)) > 50
    with httpx.Client(trust_env=False, timeout=60) as client:
        found = {target: client.get(target.partition("#")[0]).status_code for target in set(targets)}
    page.close()
    assert set(found.values()) == {200}


@pytest.mark.parametrize("path", ["/", "/settlement/1", f"/person/{REFERRED.insured}/{REFERRED.person_no}"])
def test_pages_load_nothing_from_elsewhere_and_run_no_script(shown: Shown, path: str) -> None:
    headers = httpx.get(urljoin(shown.address, path), trust_env=False, timeout=60).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "script-src" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("kind", ["/", "/settlement/{number}", "/person/{province}/{person}"])
def test_a_node_that_is_not_for_show_shows_nobody(unnamed: Shown, kind: str) -> None:
    number = unnamed.numbers["referred_inpatient"]
    path = kind.format(number=number, province=REFERRED.insured, person=REFERRED.person_no)
    answer = httpx.get(urljoin(unnamed.address, path), trust_env=False, timeout=60)
    assert answer.status_code == (200 if kind == "/" else 303)
    assert kind == "/" or answer.headers["location"].startswith("/sign-in?next=/")
    for personal in (REFERRED.name, REFERRED.certificate_no, REFERRED.voucher, "10,965.60"):
        assert personal not in answer.text


def test_the_counters_for_operators_carry_no_person(shown: Shown) -> None:
    text = httpx.get(urljoin(shown.address, "/metrics"), trust_env=False, timeout=60).text
    assert 'yidi_messages_total{number="2304",outcome="accepted"}' in text
    for person in SAMPLE.persons:
        assert person.person_no not in text
        assert person.name not in text

"""A person files, cancels and claims alone: in a real browser, and against posts from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.edges.portals.conftest import Serving, Shown
from tests.edges.portals.looking import WIDTHS, fits, follow, opened
from tests.journeys.nation import SAMPLE, VISITS

pytestmark = pytest.mark.browser
CLAIM_THIS = 'a[href*="/claim?visit="]'
TRAVELLER = next(person for person in SAMPLE.persons if person.story == "traveller")
CANCELLED = next(visit for case, visit in VISITS.items() if case == "cancelled_settlement")
PAYER = next(person for person in SAMPLE.persons if person.story == CANCELLED.person)


@pytest.fixture(scope="module", params=WIDTHS)
def width(request: pytest.FixtureRequest) -> str:
    """A phone's or a desk's width."""
    found: str = request.param
    return found


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, width: str) -> Iterator[Shown]:
    """A nation of its own for each width: what a person does changes it."""
    database = f"sqlite:{tmp_path_factory.mktemp(width) / 'nation.sqlite'}"
    with Serving(database, ("cancelled_settlement",)) as shown:
        yield shown


@pytest.fixture
def page(browser: Browser, width: str) -> Iterator[Page]:
    """A page of that width."""
    with opened(browser, width) as page:
        yield page


def test_a_person_files_sees_it_and_cancels_it(page: Page, alone: Shown) -> None:
    page.goto(urljoin(alone.address, f"/person/{TRAVELLER.insured}/{TRAVELLER.person_no}"))
    follow(page, "text=办理备案")
    fits(page)
    follow(page, "button")
    fits(page)
    assert page.locator(".errors a").all_inner_texts() == ["还没有选择类别", "还没有选择就医地"]
    assert "Choose the place of care" in page.inner_text(".errors")
    assert page.locator(".wrong").count() == 2
    page.check("#category-temporary")
    page.select_option("#care_area", "330100")
    follow(page, "button")
    assert page.url.endswith("#filings")
    fits(page)
    assert "其他临时外出就医人员" in page.inner_text("main")
    follow(page, "text=取消 Cancel")
    fits(page)
    follow(page, "button")
    assert "已取消" in page.inner_text("main")


def test_a_person_claims_a_visit_once_and_reads_how_it_was_computed(page: Page, alone: Shown) -> None:
    person = f"/person/{PAYER.insured}/{PAYER.person_no}"
    page.goto(urljoin(alone.address, person))
    follow(page, CLAIM_THIS)
    fits(page)
    follow(page, "button")
    fits(page)
    assert "/claim/" in page.url
    text = page.inner_text("main")
    assert "已支付" in text
    assert "怎样算出来的" in text
    follow(page, "text=← 返回")
    fits(page)
    assert page.locator("#claims").is_visible()
    assert page.locator(CLAIM_THIS).count() == 0


def test_a_claim_that_names_nothing_is_told_in_both_languages(page: Page, alone: Shown) -> None:
    page.goto(urljoin(alone.address, f"/person/{TRAVELLER.insured}/{TRAVELLER.person_no}/claim"))
    follow(page, "button")
    fits(page)
    refused = page.inner_text(".errors")
    assert "请选择就医所在的省" in refused
    assert "Choose the province" in refused


def ticket_in(text: str) -> str:
    """Return the ticket of a form."""
    found = re.search(r'name="ticket" value="([^"]+)"', text)
    assert found
    return found.group(1)


def test_a_post_from_elsewhere_without_a_ticket_or_too_large_does_nothing(alone: Shown) -> None:
    path = f"/person/{TRAVELLER.insured}/{TRAVELLER.person_no}/claim"
    with httpx.Client(base_url=alone.address, trust_env=False, timeout=60) as client:
        good = {"ticket": ticket_in(client.get(path).text), "care": "330000", "visit_id": "V9"}
        for headers in (
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"origin": "https://elsewhere.example"},
            {"origin": "null"},
        ):
            assert client.post(path, data=good, headers=headers).status_code == 403
        for ticket in ("", "x", "x.y", "x.é", good["ticket"] + "0"):
            assert client.post(path, data=good | {"ticket": ticket}).status_code == 403
        other = path.replace("claim", "filing")
        assert client.post(other, data=good).status_code == 403
        assert client.post(path, data=good | {"visit_id": "V" * 20_000}).status_code == 403
        assert client.post(path, content=b"\xff\xfe=1").status_code == 403
        assert client.post(path, data=good | {f"f{n}": "1" for n in range(100)}).status_code == 403
        assert client.post(path, data=good).status_code == 422


def test_a_form_posted_twice_is_done_once(alone: Shown) -> None:
    path = f"/person/{TRAVELLER.insured}/{TRAVELLER.person_no}/filing"
    with httpx.Client(base_url=alone.address, trust_env=False, timeout=60) as client:
        form = {"ticket": ticket_in(client.get(path).text), "category": "temporary"}
        form |= {"care_area": "460000", "start": "2026-12-01"}
        answers = [client.post(path, data=form) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 303]
        shown = client.get(path.removesuffix("/filing")).text
    assert shown.count("2026-12-01 –") == 1


@pytest.mark.parametrize("part", ["filing", "claim", "filing/F1/cancel"])
def test_a_node_that_is_not_for_show_serves_no_forms_without_a_sign_in(unnamed: Shown, part: str) -> None:
    path = f"/person/{TRAVELLER.insured}/{TRAVELLER.person_no}/{part}"
    for send in (httpx.get, httpx.post):
        answer = send(urljoin(unnamed.address, path), trust_env=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path}")
        assert TRAVELLER.name not in answer.text

"""One's own account: told what was changed, shown the sign-ins, sessions ended, the password asked again."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.edges.access.authenticator import Authenticator
from tests.edges.access.conftest import PASSWORD, PATIENT, Browser, House
from yidi.edges.access.records import SecondFactor, SignInAttempt
from yidi.edges.access.refusals import CODE_WRONG, FIRST_PASSWORD_OLD, NOT_SIGNED_IN, PASSWORD_WEAK
from yidi.edges.access.roles import Role
from yidi.edges.access.second_factor import offer
from yidi.edges.clock import SettableClock
from yidi.edges.portals.words import EVENTS

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOME = PATIENT.insured
PERSON = f"/person/{HOME}/{PATIENT.person_no}"
ACCOUNT, CONFIRM = "/account", "/account/confirm"
ONE_TIME = "4f0e6a-02d00e-ec5b5d"


@pytest.fixture
def clock(house: House, monkeypatch: pytest.MonkeyPatch) -> SettableClock:
    """Time of the sign-ins of one test; it moves when the test says so."""
    settable = SettableClock(house.nation.clock())
    for part in (house.access.sessions, house.access.accounts, house.access.history, house.access.factors):
        monkeypatch.setattr(part, "_clock", settable)
    return settable


def said(answer: httpx.Response, event: str) -> bool:
    """Whether a page tells of an event."""
    return EVENTS[event][1] in answer.text


async def test_a_one_time_password_is_good_for_three_days_and_no_longer(
    house: House, clock: SettableClock
) -> None:
    accounts, login = house.access.accounts, house.login("clerk.a")
    await accounts.add(login, Role.AGENCY_CLERK, HOME, "", ONE_TIME, "test")
    clock.advance(hours=71)
    assert (await house.browser().sign_in(login, ONE_TIME)).headers["location"] == "/password"
    await accounts.change_role(await house.account("clerk.a"), Role.FINANCE, "", "test")
    clock.advance(hours=1)
    late = await house.browser().sign_in(login, ONE_TIME)
    assert late.status_code == 403
    assert FIRST_PASSWORD_OLD.code in late.text, "another role does not make it younger"
    assert NOT_SIGNED_IN.code in (await house.browser().sign_in(login, "wrong password 1")).text
    kept = await house.nation.node.rows(SignInAttempt, {"login": login}, ("at",))
    assert sorted(row.outcome for row in kept) == ["good", "late", "wrong"]
    await accounts.set_password(await house.account("clerk.a"), PASSWORD, "test", must_change=True)
    assert (await house.browser().sign_in(login)).status_code == 303


async def test_an_own_password_has_no_such_end(house: House, clock: SettableClock) -> None:
    await house.user("clerk.a", Role.AGENCY_CLERK, HOME)
    clock.advance(hours=24 * 400)
    assert (await house.browser().sign_in(house.login("clerk.a"))).headers["location"] == "/"


async def test_a_password_that_became_easy_to_guess_must_be_changed_at_the_next_sign_in(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = await house.user("clerk.a", Role.AGENCY_CLERK, HOME)
    found = "yidi.edges.access.passwords.FAMILIAR"
    monkeypatch.setattr(found, (*PASSWORD.casefold().split(), PASSWORD.casefold()))
    browser = house.browser()
    assert (await browser.sign_in(login)).headers["location"] == "/password"
    assert (await browser.get(PERSON)).headers["location"] == "/password"
    assert (await house.account("clerk.a")).changed_by == "easily_guessed"


async def test_what_happened_to_an_account_is_told_at_the_next_sign_in(
    house: House, clock: SettableClock
) -> None:
    accounts, login = house.access.accounts, await house.user("clerk.a", Role.AGENCY_CLERK, HOME)
    first = house.browser()
    await first.sign_in(login)
    assert "news-title" not in (await first.get("/")).text, "nothing happened before the first time"
    clock.advance(minutes=1)
    await house.browser().sign_in(login, "wrong password 1")
    await accounts.set_password(await house.account("clerk.a"), ONE_TIME, "admin.x", must_change=True)
    clock.advance(minutes=1)
    await accounts.set_password(await house.account("clerk.a"), PASSWORD, "admin.x", must_change=False)
    await accounts.change_role(await house.account("clerk.a"), Role.REVIEWER, "", "admin.x")
    clock.advance(minutes=1)
    again = house.browser()
    await again.sign_in(login)
    page = await again.get("/")
    assert "news-title" in page.text
    events = ("wrong", "one_time_set", "password_set", "role_set")
    assert [event for event in events if not said(page, event)] == []
    assert "admin.x" in page.text
    whole = await again.get(ACCOUNT)
    assert [event for event in (*events, "good", "new_place") if not said(whole, event)] == []
    clock.advance(minutes=1)
    third = house.browser()
    await third.sign_in(login)
    assert "news-title" not in (await third.get("/")).text, "told once"


async def test_a_code_used_twice_and_a_changed_second_factor_are_told(
    house: House, clock: SettableClock
) -> None:
    login, factors = await house.user("clerk.a", Role.AGENCY_CLERK, HOME), house.access.factors
    made = offer(login)
    phone = Authenticator(made.address)
    await (await house.as_user("clerk.a", Role.AGENCY_CLERK)).get("/")
    clock.advance(minutes=1)
    user, first = await house.account("clerk.a"), phone.code(clock())
    assert isinstance(await factors.enrol(user, made.secret, first, "admin.x"), SecondFactor)
    thief = house.browser()
    asked = await thief.sign_in(login)
    refused = await thief.post("/sign-in/code", {**hidden(asked), "code": first})
    assert CODE_WRONG.code in refused.text
    clock.advance(minutes=2)
    owner = house.browser()
    asked = await owner.sign_in(login)
    await owner.post("/sign-in/code", {**hidden(asked), "code": phone.code(clock())})
    page = await owner.get("/")
    assert said(page, "used")
    assert said(page, "factor_set")


def hidden(answer: httpx.Response) -> dict[str, str]:
    """Return the hidden fields of the form on a page."""
    return dict(re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', answer.text))


async def sessions_of(browser: Browser) -> list[str]:
    """Return the sessions that the page of the own account offers to end."""
    found = re.findall(r'name="end" value="([0-9a-f]{12})"', (await browser.get(ACCOUNT)).text)
    return [str(name) for name in found]


async def test_a_user_sees_and_ends_the_other_sessions(house: House) -> None:
    lost, home, here = [await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME) for _ in range(3)]
    await house.as_user("clerk.b", Role.AGENCY_CLERK, HOME)
    other = await house.as_user("clerk.b", Role.AGENCY_CLERK, HOME)
    newest, oldest = await sessions_of(here)
    assert (await here.post(ACCOUNT, {"end": oldest})).status_code == 303
    assert (await lost.get(PERSON)).status_code == 303
    assert (await home.get(PERSON)).status_code == 200
    assert await sessions_of(here) == [newest]
    assert (await other.post(ACCOUNT, {"end": newest})).status_code == 303
    assert (await home.get(PERSON)).status_code == 200, "nobody ends another's session"
    await here.post(ACCOUNT, {"end": "others"})
    assert (await home.get(PERSON)).status_code == 303
    assert (await here.get(PERSON)).status_code == 200
    assert await sessions_of(here) == []


async def test_before_what_pays_the_password_is_asked_again(house: House, clock: SettableClock) -> None:
    clerk = await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)
    paths = (f"{PERSON}/filing", f"{PERSON}/claim")
    assert [(await clerk.get(path)).status_code for path in paths] == [200, 200]
    ticket = await clerk.ticket(paths[0])
    clock.advance(minutes=10)
    assert (await clerk.get(PERSON)).status_code == 200, "reading needs it not"
    for path in paths:
        assert (await clerk.get(path)).headers["location"] == f"{CONFIRM}?next={path}"
    begun = await clerk.http.post(paths[0], data={"ticket": ticket})
    assert begun.status_code == 422, "a form that was shown in time may be filled in"
    for _ in range(2):
        clock.advance(minutes=8)
        await clerk.get(PERSON)
    assert (await clerk.http.post(paths[0], data={"ticket": ticket})).status_code == 303
    wrong = await clerk.post(CONFIRM, {"password": "wrong password 1", "next": paths[0]})
    assert NOT_SIGNED_IN.code in wrong.text
    assert (await clerk.get(paths[0])).status_code == 303
    good = await clerk.post(CONFIRM, {"password": PASSWORD, "next": paths[0]})
    assert good.headers["location"] == paths[0]
    assert [(await clerk.get(path)).status_code for path in paths] == [200, 200]


async def test_ending_sessions_asks_for_the_password_and_the_code(house: House, clock: SettableClock) -> None:
    login = await house.user("clerk.a", Role.AGENCY_CLERK, HOME)
    made = offer(login)
    phone = Authenticator(made.address)
    user = await house.account("clerk.a")
    await house.access.factors.enrol(user, made.secret, phone.code(clock()), "test")
    clock.advance(minutes=1)
    browser = house.browser()
    asked = await browser.sign_in(login)
    await browser.post("/sign-in/code", {**hidden(asked), "code": phone.code(clock())})
    clock.advance(minutes=11)
    sent = await browser.post(ACCOUNT, {"end": "others"})
    assert sent.headers["location"] == f"{CONFIRM}?next={ACCOUNT}"
    password = {"password": PASSWORD, "next": ACCOUNT}
    assert CODE_WRONG.code in (await browser.post(CONFIRM, password)).text, "the password is half of it"
    wrong = {**password, "code": phone.wrong(clock())}
    assert CODE_WRONG.code in (await browser.post(CONFIRM, wrong)).text
    good = await browser.post(CONFIRM, {**password, "code": phone.code(clock())})
    assert good.headers["location"] == ACCOUNT
    assert (await browser.post(ACCOUNT, {"end": "others"})).headers["location"] == ACCOUNT


async def test_wrong_passwords_typed_in_a_session_lock_as_well(house: House, clock: SettableClock) -> None:
    clerk = await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)
    statuses = []
    for _ in range(6):
        clock.advance(seconds=1)
        form = {"password": "wrong password 1", "next": "/"}
        statuses.append((await clerk.post(CONFIRM, form)).status_code)
    assert statuses == [403] * 5 + [429]
    assert (await house.browser().sign_in(house.login("clerk.a"))).status_code == 429


async def test_the_page_says_how_strong_a_password_is_and_sets_nothing(house: House) -> None:
    clerk = await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)
    for password, score in (("password1234", 1), ("neun Katzen auf dem Dach", 4)):
        page = await clerk.post("/password", {"password": password, "judge": "1"})
        assert f'optimum="4" value="{score}"' in page.text
        assert password not in page.text, "what was typed is not sent back"
    assert (await clerk.get(PERSON)).status_code == 200, "the session and the password are as before"


@pytest.mark.parametrize(
    "password", ["woaini520131", "5201314520131", "1qaz2wsx3edc", "yibao20260101", "a  b  c  d  e"]
)
async def test_a_common_or_guessable_password_is_refused_when_it_is_set(house: House, password: str) -> None:
    clerk = await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)
    form = {"present": PASSWORD, "password": password, "again": password}
    assert PASSWORD_WEAK.code in (await clerk.post("/password", form)).text


async def test_who_types_may_see_what_is_typed(house: House) -> None:
    browser = house.browser()
    hid, shown = [(await browser.get(f"/sign-in?{words}next=/account")).text for words in ("", "shown=1&")]
    assert '<input id="password" name="password" type="password"' in hid
    assert '<input id="password" name="password" type="text"' in shown
    assert 'href="/sign-in?next=/account"' in shown


async def test_auditors_see_the_sign_ins(house: House) -> None:
    login = await house.user("clerk.a", Role.AGENCY_CLERK, HOME)
    await house.browser().sign_in(login, "wrong password 1")
    auditor = await house.as_user("auditor.a", Role.AUDITOR, HOME)
    page = await auditor.get(f"/access/log?login={login}")
    assert said(page, "wrong")
    elsewhere = await house.as_user("auditor.b", Role.AUDITOR, "990000")
    assert not said(await elsewhere.get(f"/access/log?login={login}"), "wrong")

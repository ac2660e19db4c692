"""Signing in: wrong passwords, one-time passwords, and how long a session lives."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.responses import Response

from tests.edges.access.conftest import PASSWORD, PATIENT, House
from yidi.edges.access.records import SignInAttempt
from yidi.edges.access.refusals import LOCKED, NOT_SIGNED_IN, PASSWORD_WEAK
from yidi.edges.access.roles import Role
from yidi.edges.clock import SettableClock
from yidi.edges.portals.pages import Pages
from yidi.edges.portals.signing import Signing
from yidi.edges.settings import AccessSettings, SettingsFault, read_settings

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOME = PATIENT.insured
PERSON = f"/person/{HOME}/{PATIENT.person_no}"


async def test_wrong_passwords_lock_a_user_out_for_longer_and_longer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.user("clerk.a", Role.AGENCY_CLERK, HOME)
    clock = SettableClock(house.nation.clock())
    monkeypatch.setattr(house.access.sessions, "_clock", clock)
    browser = house.browser()
    codes = []
    for _ in range(6):
        clock.advance(seconds=1)
        codes.append((await browser.sign_in(house.login("clerk.a"), "wrong password 1")).status_code)
    assert codes == [403, 403, 403, 403, 403, 429]
    locked = await browser.sign_in(house.login("clerk.a"))
    assert locked.status_code == 429
    assert LOCKED.code in locked.text
    clock.advance(seconds=31)
    assert (await browser.sign_in(house.login("clerk.a"), "wrong password 1")).status_code == 403
    clock.advance(seconds=31)
    assert (await browser.sign_in(house.login("clerk.a"))).status_code == 429
    clock.advance(seconds=30)
    assert (await browser.sign_in(house.login("clerk.a"))).status_code == 303


async def test_an_unknown_login_and_a_wrong_password_are_answered_alike(house: House) -> None:
    known = await house.user("clerk.a", Role.AGENCY_CLERK, HOME)
    typed = ("sieben zwerge am see", known)
    answers = [await house.browser().sign_in(login, "wrong password 1") for login in typed]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert all(NOT_SIGNED_IN.code in answer.text for answer in answers)
    kept = await house.nation.node.rows(SignInAttempt, {"outcome": "wrong"})
    assert sorted(row.login for row in kept if row.login in ("", known)) == ["", known]


async def test_a_session_ends_by_rest_and_by_age(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    login = await house.user("clerk.a", Role.AGENCY_CLERK, HOME)
    clock, sessions = SettableClock(house.nation.clock()), house.access.sessions
    monkeypatch.setattr(sessions, "_clock", clock)
    browser = house.browser()
    await browser.sign_in(login)
    for _ in range(3):
        clock.advance(minutes=14)
        assert await sessions.of(browser.token) is not None
    clock.advance(minutes=15)
    assert await sessions.of(browser.token) is None
    clock.advance(minutes=-15)
    assert await sessions.of(browser.token) is None, "what ended stays ended"
    await browser.sign_in(login)
    used = 0
    while await sessions.of(browser.token) is not None:
        clock.advance(minutes=14)
        used += 14
    assert used == 602, "ten hours, in steps of fourteen minutes"


async def test_a_new_role_or_a_closed_user_ends_the_sessions(house: House) -> None:
    clerk = await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)
    accounts = house.access.accounts
    await accounts.change_role(await house.account("clerk.a"), Role.FINANCE, "", "test")
    assert (await clerk.get(PERSON)).status_code == 303
    again = await house.as_user("clerk.a", Role.FINANCE, HOME)
    assert (await again.get(PERSON)).status_code == 403
    await accounts.close(await house.account("clerk.a"), "test")
    assert (await again.get(PERSON)).status_code == 303
    assert (await house.browser().sign_in(house.login("clerk.a"))).status_code == 403


async def test_a_one_time_password_is_good_only_to_set_an_own_one(house: House) -> None:
    one_time = "4f0e6a-02d00e-ec5b5d"
    login = house.login("clerk.a")
    await house.access.accounts.add(login, Role.AGENCY_CLERK, HOME, "", one_time, "test")
    browser = house.browser()
    first = await browser.sign_in(login, one_time)
    assert first.headers["location"] == "/password"
    assert (await browser.get(PERSON)).headers["location"] == "/password"
    weak = {"present": one_time, "password": f"{login} x", "again": f"{login} x"}
    refused = await browser.post("/password", weak)
    assert PASSWORD_WEAK.code in refused.text
    good = {"present": one_time, "password": PASSWORD, "again": PASSWORD}
    assert (await browser.post("/password", good)).headers["location"] == "/sign-in"
    assert (await browser.get(PERSON)).status_code == 303
    assert (await house.browser().sign_in(login, one_time)).status_code == 403
    assert (await browser.sign_in(login, PASSWORD, to=PERSON)).headers["location"] == PERSON
    assert (await browser.get(PERSON)).status_code == 200


async def test_the_cookie_is_kept_from_scripts_other_sites_and_plain_http(house: House) -> None:
    await house.user("clerk.a", Role.AGENCY_CLERK, HOME)
    answer = await house.browser().sign_in(house.login("clerk.a"))
    given = answer.headers["set-cookie"].lower()
    assert "; httponly" in given
    assert "; samesite=strict" in given
    assert "; max-age" not in given
    tls = house.access._replace(settings=AccessSettings())
    served = Signing(Pages(house.nation.node.rows, str, sample=False, access=tls), tls)
    bare = Response()
    served._give(bare, "t" * 43)
    cookie = bare.headers["set-cookie"]
    assert cookie.startswith("__Host-yidi=ttt")
    assert "; Secure" in cookie
    assert "; Path=/" in cookie
    assert "domain" not in cookie.lower()
    assert served.pages.headers()["strict-transport-security"].startswith("max-age=")


async def test_without_tls_a_node_serves_this_machine_only(tmp_path: Path) -> None:
    file = tmp_path / "node.toml"
    plain = 'database = "sqlite:x"\nkeys = "k"\nhost = "0.0.0.0"\n[access]\nbehind_tls = false\n'
    file.write_text(plain + "idle_minutes = 0\n", "utf-8")
    with pytest.raises(SettingsFault) as fault:
        read_settings(file, {})
    assert [finding.split(" ")[0] for finding in fault.value.findings] == [
        "access.idle_minutes",
        "access.behind_tls",
    ]

"""The second factor on the pages: asked after the password, each code good once, wrong ones lock."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from tests.edges.access.authenticator import Authenticator
from tests.edges.access.conftest import PASSWORD, PATIENT, Browser, House
from yidi.edges.access.access import Access
from yidi.edges.access.keeping import keeping_beside
from yidi.edges.access.records import SecondFactor, SignInAttempt
from yidi.edges.access.refusals import CODE_WRONG, FACTOR_UNFIT, FACTOR_WANTED, LOCKED, SIGN_IN_STALE
from yidi.edges.access.roles import Role
from yidi.edges.access.second_factor import NONE, REQUIRED, Taken, offer
from yidi.edges.access.sessions import Half
from yidi.edges.clock import SettableClock
from yidi.edges.secrecy.door import PREFIX, Door
from yidi.edges.settings import AccessSettings, SettingsFault, read_settings

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOME = PATIENT.insured
PERSON = f"/person/{HOME}/{PATIENT.person_no}"
CODE = "/sign-in/code"


class Enrolled(NamedTuple):
    """A user of this test with a second factor, the clock of the node, and the phone."""

    house: House
    access: Access
    clock: SettableClock
    phone: Authenticator
    secret: str
    login: str

    def code(self, steps: int = 0) -> str:
        """Return what the phone shows, some steps early or late."""
        return self.phone.code(self.clock(), steps)

    async def half(self, browser: Browser, to: str = "/") -> dict[str, str]:
        """Type login and password; return the form that asks for the code."""
        answer = await browser.sign_in(self.login, to=to)
        assert answer.status_code == 200, answer.text
        assert "set-cookie" not in answer.headers, "half a sign-in is no session"
        return fields_of(answer)

    async def sign_in(self, code: str, to: str = "/") -> httpx.Response:
        """Type everything, the code last."""
        browser = self.house.browser()
        return await browser.post(CODE, {**await self.half(browser, to), "code": code})


def fields_of(answer: httpx.Response) -> dict[str, str]:
    """Read the hidden fields of a page's last form."""
    form = answer.text.rpartition(f'action="{CODE}"')[2]
    return {
        name: form.partition(f'name="{name}" value="')[2].partition('"')[0]
        for name in ("ticket", "next", "half")
    }


@pytest.fixture
async def enrolled(house: House, monkeypatch: pytest.MonkeyPatch) -> Enrolled:
    """Enrol a clerk; time stands still unless a test moves it."""
    login, access = await house.user("clerk.a", Role.AGENCY_CLERK, HOME), house.access
    clock = SettableClock(house.nation.clock())
    monkeypatch.setattr(access.sessions, "_clock", clock)
    monkeypatch.setattr(access.factors, "_clock", clock)
    made = offer(login)
    phone = Authenticator(made.address)
    kept = await access.factors.enrol(
        await house.account("clerk.a"), made.secret, phone.code(clock()), "test"
    )
    assert isinstance(kept, SecondFactor)
    clock.advance(seconds=60)
    return Enrolled(house, access, clock, phone, made.secret, login)


async def test_the_password_alone_opens_nothing_and_with_the_code_one_is_where_one_wanted_to_be(
    enrolled: Enrolled,
) -> None:
    browser = enrolled.house.browser()
    form = await enrolled.half(browser, PERSON)
    assert (await browser.get(PERSON)).status_code == 303
    wrong = await browser.post(CODE, {**form, "code": enrolled.phone.wrong(enrolled.clock())})
    assert wrong.status_code == 403
    assert CODE_WRONG.code in wrong.text
    good = await browser.post(CODE, {**fields_of(wrong), "code": enrolled.code()})
    assert good.headers["location"] == PERSON
    assert (await browser.get(PERSON)).status_code == 200
    again = await browser.post(CODE, {**form, "code": enrolled.code(1)})
    assert SIGN_IN_STALE.code in again.text, "a sign-in that is done cannot be gone on with"


async def test_a_code_is_good_once_and_no_older_one_after_it(enrolled: Enrolled) -> None:
    code, older = enrolled.code(), enrolled.code(-1)
    assert (await enrolled.sign_in(code)).status_code == 303
    for replayed in (code, older):
        refused = await enrolled.sign_in(replayed)
        assert refused.status_code == 403
        assert CODE_WRONG.code in refused.text
    enrolled.clock.advance(seconds=30)
    assert (await enrolled.sign_in(enrolled.code())).status_code == 303


async def test_two_with_the_same_code_at_once_are_one(enrolled: Enrolled) -> None:
    halves = [await enrolled.access.sessions.begin(enrolled.login, PASSWORD, "") for _ in range(2)]
    tokens = [half.token for half in halves if isinstance(half, Half)]
    code = enrolled.code()
    user = await enrolled.house.account("clerk.a")
    found = await asyncio.gather(*(enrolled.access.factors.take(user, code) for _ in tokens))
    assert set(found) == {Taken.GOOD, Taken.USED}


@pytest.mark.parametrize(("steps", "status"), [(-2, 403), (-1, 303), (0, 303), (1, 303), (2, 403)])
async def test_a_phones_clock_may_be_one_step_off(enrolled: Enrolled, steps: int, status: int) -> None:
    assert (await enrolled.sign_in(enrolled.code(steps))).status_code == status


async def test_what_is_no_code_is_refused(enrolled: Enrolled) -> None:
    code = enrolled.code()
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    for typed in ("", code[:5], f"{code}0", wide):
        assert (await enrolled.sign_in(typed)).status_code == 403
    assert (await enrolled.sign_in(f"{code[:3]} {code[3:]}")).status_code == 303


async def test_wrong_codes_lock_as_wrong_passwords_do_and_a_good_password_between_does_not_heal(
    enrolled: Enrolled,
) -> None:
    statuses = []
    for _ in range(5):
        enrolled.clock.advance(seconds=1)
        statuses.append((await enrolled.sign_in(enrolled.phone.wrong(enrolled.clock()))).status_code)
    assert statuses == [403] * 5
    enrolled.clock.advance(seconds=1)
    locked = await enrolled.house.browser().sign_in(enrolled.login)
    assert locked.status_code == 429
    assert LOCKED.code in locked.text
    enrolled.clock.advance(seconds=31)
    assert (await enrolled.sign_in(enrolled.code())).status_code == 303


async def test_a_sign_in_half_done_is_locked_too_and_recorded(enrolled: Enrolled) -> None:
    browser = enrolled.house.browser()
    form = await enrolled.half(browser)
    for _ in range(5):
        enrolled.clock.advance(seconds=1)
        await enrolled.house.browser().sign_in(enrolled.login, "wrong password 1")
    enrolled.clock.advance(seconds=1)
    locked = await browser.post(CODE, {**form, "code": enrolled.code()})
    assert locked.status_code == 429, "a good code does not open what is locked"
    kept = await enrolled.house.nation.node.rows(SignInAttempt, {"login": enrolled.login}, ("at",))
    assert [row.outcome for row in kept] == ["half", *["wrong"] * 5, "locked"]


async def test_a_sign_in_half_done_dies_after_five_minutes_and_with_the_users_version(
    enrolled: Enrolled,
) -> None:
    browser = enrolled.house.browser()
    form = await enrolled.half(browser)
    enrolled.clock.advance(minutes=5)
    late = await browser.post(CODE, {**form, "code": enrolled.code()})
    assert late.status_code == 403
    assert SIGN_IN_STALE.code in late.text
    form = await enrolled.half(browser)
    await enrolled.access.accounts.close(await enrolled.house.account("clerk.a"), "test")
    closed = await browser.post(CODE, {**form, "code": enrolled.code()})
    assert SIGN_IN_STALE.code in closed.text
    made_up = {**fields_of(late), "ticket": await browser.ticket("/sign-in"), "half": "x" * 43, "code": "1"}
    assert (await browser.post(CODE, made_up)).status_code == 403
    assert (await browser.get(CODE)).headers["location"] == "/sign-in"


async def test_enrolling_and_removing_end_the_sessions(enrolled: Enrolled) -> None:
    browser = enrolled.house.browser()
    await browser.post(CODE, {**await enrolled.half(browser), "code": enrolled.code()})
    assert (await browser.get(PERSON)).status_code == 200
    user = await enrolled.house.account("clerk.a")
    assert await enrolled.access.factors.remove(user, "test")
    assert (await browser.get(PERSON)).status_code == 303
    assert (await browser.sign_in(enrolled.login)).status_code == 303, "the password is enough again"
    assert not await enrolled.access.factors.remove(user, "test")


async def test_the_secret_cannot_be_read_in_the_database(enrolled: Enrolled) -> None:
    engine = enrolled.house.nation.node.journal.engine
    (stored,) = await engine.fetch("SELECT secret FROM second_factor WHERE login = $1", enrolled.login)
    assert stored[0].startswith(PREFIX)
    file = Path(enrolled.house.nation.node.settings.database.removeprefix("sqlite:"))
    written = b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*") if one.is_file())
    assert enrolled.login.encode() in written
    assert enrolled.secret.encode() not in written
    found = await enrolled.access.factors.find(enrolled.login)
    assert found is not None
    assert found.secret == enrolled.secret


async def test_where_nothing_is_encrypted_no_secret_is_kept(
    enrolled: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = enrolled.house.nation.node.journal.engine
    again = offer(enrolled.login)
    twice = await enrolled.access.factors.unfit(enrolled.login)
    assert twice is not None
    assert twice.code == FACTOR_UNFIT.code
    await enrolled.access.factors.remove(await enrolled.house.account("clerk.a"), "test")
    user, code = await enrolled.house.account("clerk.a"), Authenticator(again.address).code(enrolled.clock())
    async with keeping_beside(engine, lambda: engine) as keeping:
        monkeypatch.setattr(enrolled.access.factors, "_keeping", keeping)
        with monkeypatch.context() as bare:
            bare.setattr(engine, "door", Door())
            refused = await enrolled.access.factors.unfit(enrolled.login)
            assert refused is not None
            assert "encrypt = true" in refused.cause_en
        assert isinstance(await enrolled.access.factors.enrol(user, again.secret, code, "test"), SecondFactor)


async def test_required_lets_nobody_in_without_one_and_none_asks_nobody(
    enrolled: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrolled.access.factors, "mode", REQUIRED)
    other = await enrolled.house.user("clerk.b", Role.AGENCY_CLERK, HOME)
    refused = await enrolled.house.browser().sign_in(other)
    assert refused.status_code == 403
    assert FACTOR_WANTED.code in refused.text
    assert f"yidi access second-factor {other}" in refused.text
    assert (await enrolled.sign_in(enrolled.code())).status_code == 303
    monkeypatch.setattr(enrolled.access.factors, "mode", NONE)
    assert (await enrolled.house.browser().sign_in(other)).status_code == 303
    assert (await enrolled.house.browser().sign_in(enrolled.login)).status_code == 303
    off = await enrolled.access.factors.unfit(other)
    assert off is not None
    assert off.code == FACTOR_UNFIT.code


async def test_the_setting_takes_three_words_and_required_wants_encryption(tmp_path: Path) -> None:
    file = tmp_path / "node.toml"
    plain = 'database = "sqlite:x"\nkeys = "k"\nencrypt = false\n[access]\nsecond_factor = '
    file.write_text(f'{plain}"required"\n', "utf-8")
    with pytest.raises(SettingsFault, match="needs encrypt = true"):
        read_settings(file, {})
    file.write_text(f'{plain}"maybe"\n', "utf-8")
    with pytest.raises(SettingsFault, match="maybe"):
        read_settings(file, {})
    assert AccessSettings().second_factor == "offered"

"""A served node of real data, users of it, and their browsers over real HTTP."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

import httpx
import pytest
import pytest_asyncio

from tests.journeys.nation import SAMPLE, Nation, open_nation
from yidi.domain.dates import write_instant
from yidi.edges.access.access import Access
from yidi.edges.access.keeping import Keeping
from yidi.edges.access.passwords import hashed
from yidi.edges.access.records import PersonalReading, UserAccount, UserAct
from yidi.edges.demonstration.play import play
from yidi.edges.settings import AccessSettings
from yidi.processes.ports.deciding import NATION

PASSWORD = "sieben Zwerge am Berg"
HASH = hashed(PASSWORD)
_TICKET = re.compile(r'name="ticket" value="([^"]+)"')
PATIENT = next(person for person in SAMPLE.persons if person.story == "referred")
ELSEWHERE = next(person for person in SAMPLE.persons if person.insured != PATIENT.insured)
TERMS = AccessSettings(behind_tls=False, reader_per_second=1000, reader_burst=1000)


class Browser:
    """A browser of one person: keeps its cookies, follows no redirect by itself."""

    def __init__(self, address: str) -> None:
        self.http = httpx.AsyncClient(base_url=address, trust_env=False, timeout=60)

    async def get(self, path: str, **more: str) -> httpx.Response:
        """Open a page."""
        return await self.http.get(path, headers=more)

    async def ticket(self, path: str) -> str:
        """Return the ticket of the form on a page."""
        found = _TICKET.findall((await self.get(path)).text)
        return str(found[-1])

    async def post(self, path: str, form: dict[str, str], at: str = "", **more: str) -> httpx.Response:
        """Fill in the form at `at` (the path itself unless told) and post it."""
        if "ticket" not in form:
            form = {**form, "ticket": await self.ticket(at or path)}
        return await self.http.post(path, data=form, headers=more)

    async def sign_in(self, login: str, password: str = PASSWORD, to: str = "/") -> httpx.Response:
        """Sign in."""
        return await self.post("/sign-in", {"login": login, "password": password, "next": to})

    async def sign_out(self) -> httpx.Response:
        """Press the button on the start page."""
        found = _TICKET.findall((await self.get("/")).text)
        return await self.http.post("/sign-out", data={"ticket": str(found[0])})

    @property
    def token(self) -> str:
        """The session's token, as a thief would find it."""
        return self.http.cookies["yidi"]


class House(NamedTuple):
    """The node, a settlement on it, and how to come in. `mark` tells the users of one test from others'."""

    nation: Nation
    access: Access
    settlement: str
    institution: str
    mark: str = ""

    def browser(self) -> Browser:
        """Open a browser that is nobody's yet."""
        return Browser(self.nation.address)

    def login(self, name: str) -> str:
        """Return the login of somebody in this test."""
        return f"{name}.{self.mark}"

    async def user(self, name: str, role: str, jurisdiction: str = NATION, institution: str = "") -> str:
        """Register a user whose password is set already; return the login."""
        login, now = self.login(name), write_instant(self.nation.clock())
        row = (jurisdiction, login, 1, role, institution, HASH, 0, "active", "test", now)
        await Keeping(self.nation.node.journal.engine).write(UserAccount(*row))
        return login

    async def account(self, name: str) -> UserAccount:
        """Return a user as he stands."""
        found = await self.access.accounts.find(self.login(name))
        assert found is not None
        return found

    async def as_user(
        self, name: str, role: str, jurisdiction: str = NATION, institution: str = ""
    ) -> Browser:
        """Open a browser of a user who is signed in."""
        if await self.access.accounts.find(self.login(name)) is None:
            await self.user(name, role, jurisdiction, institution)
        browser = self.browser()
        answer = await browser.sign_in(self.login(name))
        assert answer.status_code == 303, answer.text
        return browser

    async def readings(self, name: str) -> Sequence[PersonalReading]:
        """Return what is recorded that somebody was shown."""
        return await self.access.admission.readings({"login": self.login(name)})

    async def acts(self, name: str) -> Sequence[UserAct]:
        """Return what is recorded that somebody did or tried."""
        return await self.access.admission.acts({"login": self.login(name)})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A node of real data with one settlement on it."""
    database = f"sqlite:{tmp_path_factory.mktemp('access') / 'node.sqlite'}"
    async with open_nation(database, sample=False, access=TERMS) as nation:
        counter = nation.counter("referred_inpatient")
        await play(counter.hospital, counter.visit, counter.person)
        booked = await nation.booked(counter.person)
        assert nation.node.access is not None
        yield House(nation, nation.node.access, booked[0].settlement_id, counter.hospital.code)


@pytest.fixture
def house(served: House) -> House:
    """The node with users of this test alone."""
    return served._replace(mark=secrets.token_hex(4))

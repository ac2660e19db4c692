"""The door of every page: who stands there, what the role may, and the record of what is shown.

Pages of sample data are open. Everything else asks for a session, then the table of roles, then records.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from yidi.domain.refusal import Refusal
from yidi.edges.access.access import Access
from yidi.edges.access.admission import Looked
from yidi.edges.access.refusals import NOT_YOURS, TOO_OFTEN, may_not
from yidi.edges.access.roles import Owned, Reading, duty_of, may_read
from yidi.edges.access.sessions import Session
from yidi.processes.filing.commands import FileForCare
from yidi.processes.ports.deciding import Command, Reply

SIGN_IN, CODE, PASSWORD = "/sign-in", "/sign-in/code", "/password"
ACCOUNT, CONFIRM = "/account", "/account/confirm"
PRESENT: ContextVar[Session | None] = ContextVar("present", default=None)
"""Who the page being answered is for."""
_LOCAL = re.compile(r"/(?:[A-Za-z0-9_-][A-Za-z0-9_./-]{0,199})?")

Refusing = Callable[[Refusal, int], Response]


def local_path(text: str) -> str:
    """Return a path of this node as it is, the start page instead of anything else."""
    return text if _LOCAL.fullmatch(text) and ".." not in text else "/"


def cookie_name(access: Access) -> str:
    """Name the cookie: with the prefix that binds it to this host and to https, where there is https."""
    return "__Host-yidi" if access.settings.behind_tls else "yidi"


class Guard:
    """Guards the pages of a node. `access` is None where there is nobody to let in but to sample data."""

    def __init__(self, access: Access | None, refusing: Refusing, *, sample: bool) -> None:
        self.access, self.sample, self._refusing = access, sample, refusing

    async def session(self, request: Request) -> Session | None:
        """Return the live session of a request's cookie."""
        PRESENT.set(None)
        if self.access is None:
            return None
        token = request.cookies.get(cookie_name(self.access), "")
        found = await self.access.sessions.of(token)
        PRESENT.set(found)
        return found

    async def enter(self, request: Request) -> Session | Response:
        """Return who is there, or where he is sent: to sign in, to set a password, or to come later."""
        session = await self.session(request)
        if session is None or self.access is None:
            return RedirectResponse(f"{SIGN_IN}?next={quote(local_path(request.url.path))}", 303)
        if session.user.must_change and request.url.path != PASSWORD:
            return RedirectResponse(PASSWORD, 303)
        wait = self.access.readers.wait(session.user.login)
        return self.too_often(wait) if wait else session

    def too_often(self, seconds: int) -> Response:
        """Say when to come again."""
        answer = self._refusing(TOO_OFTEN.because(seconds=seconds), 429)
        answer.headers["retry-after"] = str(seconds)
        return answer

    async def duty(self, request: Request, reading: Reading, command: str = "") -> Response | None:
        """Let only those pass whose role reads such things, and does `command`; nothing is shown yet."""
        if self.sample:
            return None
        session = await self.enter(request)
        if isinstance(session, Response):
            return session
        wanting = command if command and command not in duty_of(session.user).commands else ""
        if wanting or not may_read(session.user, reading):
            refusal = may_not(session.user.role, wanting or reading.value)
            await self._turned_away(session, request, reading, "")
            return self._refusing(refusal, 403)
        return await self.confirmed(request, session, form=True) if command else None

    async def confirmed(self, request: Request, session: Session, *, form: bool = False) -> Response | None:
        """Ask for the password again unless it was given lately; None when it was.

        A `form` that was shown in time may be filled in for as long as a session may rest.
        """
        assert self.access is not None
        minutes = self.access.settings.confirm_minutes
        if form and request.method == "POST":
            minutes += self.access.settings.idle_minutes
        if await self.access.sessions.fresh(session, minutes):
            return None
        return RedirectResponse(f"{CONFIRM}?next={quote(local_path(request.url.path))}", 303)

    async def look(
        self, request: Request, reading: Reading, owned: Owned, person_no: str = "", subject: str = ""
    ) -> Response | None:
        """Let somebody see this, after `duty`: None when he may, and then it is recorded."""
        session = PRESENT.get()
        if self.sample:
            return None
        if session is None or self.access is None:
            return self._refusing(NOT_YOURS.because(), 403)
        looked = Looked(reading, owned, person_no, subject, request.url.path)
        purpose = request.query_params.get("purpose", "")
        refusal = await self.access.admission.read(session, looked, purpose)
        if refusal is None:
            return None
        await self._turned_away(session, request, reading, subject or person_no)
        return self._refusing(refusal, 403)

    async def _turned_away(self, session: Session, request: Request, reading: Reading, subject: str) -> None:
        assert self.access is not None
        await self.access.admission.turned_away(session.user, reading, subject, request.url.path)

    async def ask(self, command: Command, decide: Callable[[Command], Awaitable[Reply]]) -> Reply:
        """Have a posted command decided: as the person of sample data, else as the agency by its clerk."""
        session = PRESENT.get()
        if self.sample or session is None or self.access is None:
            assert self.sample, "a form is taken after `duty`"
            return await decide(command)
        command = msgspec.structs.replace(command, sender="agency")
        if isinstance(command, FileForCare):
            command = msgspec.structs.replace(command, channel="window")
        return await self.access.admission.ask(session.user, command, decide)

    def holder(self) -> str:
        """Return whom a form's ticket is bound to."""
        session = PRESENT.get()
        return session.session if session is not None else ""

"""Signing in and out, the own password, looking somebody up, and the record of readings for auditors."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from yidi.domain.refusal import Refusal
from yidi.edges.access.access import Access
from yidi.edges.access.passwords import GOOD_ENOUGH, LEAST, MOST, Strength
from yidi.edges.access.records import PersonalReading, UserAccount
from yidi.edges.access.refusals import LOCKED, PASSWORD_WEAK, SIGN_IN_STALE
from yidi.edges.access.roles import Owned, Reading
from yidi.edges.access.sessions import Half, Session
from yidi.edges.portals.account import Account
from yidi.edges.portals.forms import EMPTY, Form, from_this_site, read_form
from yidi.edges.portals.guarding import CODE, PASSWORD, PRESENT, SIGN_IN, cookie_name, local_path
from yidi.edges.portals.pages import SIGN_OUT, Pages
from yidi.processes.ports.deciding import NATION

FIND, LOG = "/find", "/access/log"
MOST_SHOWN = 200


def seen_by(user: UserAccount, rows: Sequence[PersonalReading]) -> list[PersonalReading]:
    """Leave the readings an auditor may see: the nation's all, a province's those by it and of it."""
    nation = user.jurisdiction == NATION
    return [row for row in rows if nation or user.jurisdiction in (row.jurisdiction, row.owner)]


def address_of(request: Request) -> str:
    """Return the address a request comes from; empty where there is none."""
    return request.client.host if request.client is not None else ""


def status_of(refusal: Refusal | None) -> int:
    """Return the status of a page to sign in: 429 for a lock, 403 for anything else refused."""
    if refusal is None:
        return 200
    return 429 if refusal.code == LOCKED.code else 403


class Signing:
    """The pages of access on one node."""

    def __init__(self, pages: Pages, access: Access) -> None:
        self.pages, self.access = pages, access
        self.account = Account(pages, access, self._posted, address_of, status_of)

    async def _posted(self, request: Request) -> Form | Response:
        """Return a posted form whose ticket fits, or say that it cannot be taken."""
        path, holder = request.url.path, self.pages.guard.holder()
        form = await read_form(request) if from_this_site(request) else None
        if form is None or not self.pages.tickets.number(path, form.text("ticket"), holder):
            return self.pages.show("stale.html", 403, path=path if path != SIGN_OUT else "/")
        return form

    async def sign_in(self, request: Request) -> Response:
        """Show the form to sign in, or sign in. With `shown` one sees what one types."""
        PRESENT.set(None)
        if request.method != "POST":
            towards = local_path(request.query_params.get("next", "/"))
            return self._sign_in_form(towards, shown="shown" in request.query_params)
        form = await self._tried(request)
        if isinstance(form, Response):
            return form
        towards = local_path(form.text("next"))
        found = await self.access.sessions.begin(
            form.text("login"), form.raw("password"), address_of(request)
        )
        if isinstance(found, Refusal):
            return self._sign_in_form(towards, form, found)
        if isinstance(found, Half):
            return self._code_form(towards, found.token)
        return await self._let_in(request, found, towards)

    async def code(self, request: Request) -> Response:
        """Take the code of a second factor, after the password; wrong ones lock as wrong passwords do."""
        PRESENT.set(None)
        if request.method != "POST":
            return RedirectResponse(SIGN_IN, 303, self.pages.headers())
        form = await self._tried(request)
        if isinstance(form, Response):
            return form
        towards, half = local_path(form.text("next")), form.text("half")
        found = await self.access.sessions.complete(half, form.text("code"), address_of(request))
        if isinstance(found, UserAccount):
            return await self._let_in(request, found, towards)
        if found.code == SIGN_IN_STALE.code:
            return self._sign_in_form(towards, EMPTY, found)
        return self._code_form(towards, half, found)

    async def _tried(self, request: Request) -> Form | Response:
        """Return the form of a sign-in, unless they come too fast from this address."""
        wait = self.access.readers.wait(f"from {address_of(request)}")
        return self.pages.guard.too_often(wait) if wait else await self._posted(request)

    async def _let_in(self, request: Request, user: UserAccount, towards: str) -> Response:
        """Begin a session, a new one always, and lead to where somebody wanted to be."""
        await self._end(request, "signed_out")
        token = await self.access.sessions.open(user, address_of(request))
        answer = RedirectResponse(PASSWORD if user.must_change else towards, 303, self.pages.headers())
        self._give(answer, token)
        return answer

    def _sign_in_form(
        self, towards: str, form: Form = EMPTY, refusal: Refusal | None = None, *, shown: bool = False
    ) -> Response:
        return self.pages.show(
            "sign_in.html",
            status_of(refusal),
            refusals=(refusal,) if refusal is not None else (),
            form=form,
            towards=towards,
            shown=shown,
            path=SIGN_IN,
            ticket=self.pages.tickets.issue(SIGN_IN),
        )

    def _code_form(self, towards: str, half: str, refusal: Refusal | None = None) -> Response:
        return self.pages.show(
            "sign_in_code.html",
            status_of(refusal),
            refusals=(refusal,) if refusal is not None else (),
            towards=towards,
            half=half,
            path=CODE,
            ticket=self.pages.tickets.issue(CODE),
        )

    def _give(self, answer: Response, token: str) -> None:
        """Hand out the cookie of a session: never to scripts, never along with another site's requests."""
        answer.set_cookie(
            cookie_name(self.access),
            token,
            path="/",
            httponly=True,
            samesite="strict",
            secure=self.access.settings.behind_tls,
        )

    async def _end(self, request: Request, cause: str) -> None:
        """End the session of a request's cookie, if there is one."""
        before = await self.access.sessions.of(request.cookies.get(cookie_name(self.access), ""))
        if before is not None:
            await self.access.sessions.end(before, cause)

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        if await self.pages.guard.session(request) is None:
            return RedirectResponse("/", 303, self.pages.headers())
        form = await self._posted(request)
        if isinstance(form, Response):
            return form
        await self._end(request, "signed_out")
        answer = RedirectResponse("/", 303, {**self.pages.headers(), "clear-site-data": '"cache", "storage"'})
        answer.delete_cookie(
            cookie_name(self.access), path="/", secure=self.access.settings.behind_tls, samesite="strict"
        )
        return answer

    async def password(self, request: Request) -> Response:
        """Show the form for a new password, or set it; every session of the user ends by that."""
        session = await self.pages.guard.enter(request)
        if isinstance(session, Response):
            return session
        if request.method != "POST":
            return self._password_form((), shown="shown" in request.query_params)
        form = await self._posted(request)
        if isinstance(form, Response):
            return form
        login = session.user.login
        if form.text("judge"):
            return self._password_form(
                (), strength=await self.access.accounts.strength(login, form.raw("password"))
            )
        user = await self.access.sessions.identify(login, form.raw("present"), address_of(request))
        if isinstance(user, Refusal):
            return self._password_form((user,))
        changed = await self._changed(user, form)
        if isinstance(changed, Refusal):
            return self._password_form((changed,))
        await self.access.sessions.end(session, "password")
        return RedirectResponse(SIGN_IN, 303, self.pages.headers())

    async def _changed(self, user: UserAccount, form: Form) -> Refusal | UserAccount:
        if form.raw("password") != form.raw("again"):
            return PASSWORD_WEAK.because("again", least=LEAST, most=MOST)
        return await self.access.accounts.set_password(
            user, form.raw("password"), user.login, must_change=False
        )

    def _password_form(
        self, refusals: Sequence[Refusal], *, shown: bool = False, strength: Strength | None = None
    ) -> Response:
        return self.pages.show(
            "password.html",
            403 if refusals else 200,
            refusals=refusals,
            path=PASSWORD,
            ticket=self.pages.ticket(PASSWORD),
            least=LEAST,
            most=MOST,
            shown=shown,
            strength=strength,
            enough=GOOD_ENOUGH,
        )

    async def find(self, request: Request) -> Response:
        """Lead to a person, settlement or claim by its number, which a form brings and no address."""
        session = await self.pages.guard.enter(request)
        if isinstance(session, Response):
            return session
        form = await self._posted(request)
        if isinstance(form, Response):
            return form
        number, purpose = quote(form.text("number"), safe=""), quote(form.text("purpose"), safe="")
        ways = {
            "person": f"/person/{quote(session.user.jurisdiction)}/{number}",
            "settlement": f"/settlement/{number}",
            "claim": f"/claim/{number}",
        }
        to = ways.get(form.text("kind"))
        if to is None or not number:
            return RedirectResponse("/", 303, self.pages.headers())
        return RedirectResponse(f"{to}?purpose={purpose}", 303, self.pages.headers())

    async def log(self, request: Request) -> Response:
        """Show auditors who was shown whose data; looking at it is recorded too."""
        guard = self.pages.guard
        closed = await self._shut(request) or await guard.duty(request, Reading.LOG)
        session = PRESENT.get()
        if closed is not None or session is None:
            return closed or self.pages.missing(LOG)
        person, login = (request.query_params.get(name, "")[:100] for name in ("person", "login"))
        owned = Owned(frozenset({session.user.jurisdiction}))
        closed = await guard.look(request, Reading.LOG, owned, person, login)
        if closed is not None:
            return closed
        asked = {name: value for name, value in (("person_no", person), ("login", login)) if value}
        readings = seen_by(session.user, await self.access.admission.readings(dict(asked), 5 * MOST_SHOWN))
        return self.pages.show(
            "access_log.html",
            readings=readings[:MOST_SHOWN],
            acts=list(await self.access.admission.acts(self._by(session, login), MOST_SHOWN)),
            sign_ins=await self.access.admission.sign_ins(self._by(session, login), MOST_SHOWN),
            person=person,
            login=login,
            path=LOG,
        )

    async def _shut(self, request: Request) -> Response | None:
        """Keep the log shut on a node of sample data, where nobody signs in."""
        return self.pages.missing(LOG) if self.pages.sample else None

    def _by(self, session: Session, login: str) -> dict[str, str | int]:
        """Return whose acts and sign-ins an auditor sees: the nation's all, a province's its users'."""
        where: dict[str, str | int] = {"login": login} if login else {}
        if session.user.jurisdiction != NATION:
            where["jurisdiction"] = session.user.jurisdiction
        return where

    def routes(self) -> list[BaseRoute]:
        """Return the routes of access."""
        both = ["GET", "POST"]
        return [
            Route(SIGN_IN, self.sign_in, methods=both),
            Route(CODE, self.code, methods=both),
            Route(SIGN_OUT, self.sign_out, methods=["POST"]),
            Route(PASSWORD, self.password, methods=both),
            *self.account.routes(),
            Route(FIND, self.find, methods=["POST"]),
            Route(LOG, self.log),
        ]

"""The own account: what was changed, who signed in, open sessions; and the password again before what pays.

Regulation and ASVS 4.0.3 (2.2.3, 3.3.4, 3.7.1): users see what happened with their access and end sessions.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from yidi.domain.refusal import Refusal
from yidi.edges.access.access import Access
from yidi.edges.access.sessions import Session
from yidi.edges.portals.forms import Form
from yidi.edges.portals.guarding import ACCOUNT, CONFIRM, local_path
from yidi.edges.portals.pages import Pages

OTHERS = "others"
BY_USER = "by_user"
Posted = Callable[[Request], Awaitable[Form | Response]]
Address = Callable[[Request], str]
StatusOf = Callable[[Refusal | None], int]


class Account:
    """The pages of one's own account. `posted` takes a form whose ticket fits, `address` says from where."""

    def __init__(
        self, pages: Pages, access: Access, posted: Posted, address: Address, status_of: StatusOf
    ) -> None:
        self.pages, self.access = pages, access
        self._posted, self._address, self._status_of = posted, address, status_of

    async def account(self, request: Request) -> Response:
        """Show one's own sign-ins, changes and sessions, or end sessions."""
        session = await self.pages.guard.enter(request)
        if isinstance(session, Response):
            return session
        if request.method != "POST":
            return await self._shown(session)
        form = await self._posted(request)
        if isinstance(form, Response):
            return form
        closed = await self.pages.guard.confirmed(request, session)
        if closed is not None:
            return closed
        chosen = form.text("end")
        for row in await self.access.history.open(session):
            if row.name == chosen or (chosen == OTHERS and not row.present):
                await self.access.sessions.end(Session(row.session, session.user), BY_USER)
        return RedirectResponse(ACCOUNT, 303, self.pages.headers())

    async def _shown(self, session: Session) -> Response:
        history, login = self.access.history, session.user.login
        return self.pages.show(
            "account.html",
            news=await history.news(session),
            sessions=await history.open(session),
            sign_ins=await history.sign_ins(login),
            changes=await history.changes(login),
            path=ACCOUNT,
            ticket=self.pages.ticket(ACCOUNT),
            others=OTHERS,
        )

    async def confirm(self, request: Request) -> Response:
        """Ask for the password again, and the code of whoever has one; then lead on."""
        session = await self.pages.guard.enter(request)
        if isinstance(session, Response):
            return session
        if request.method != "POST":
            return await self._form(session, local_path(request.query_params.get("next", "/")))
        form = await self._posted(request)
        if isinstance(form, Response):
            return form
        towards, address = local_path(form.text("next")), self._address(request)
        refusal = await self.access.sessions.confirm(
            session, form.raw("password"), form.text("code"), address
        )
        if refusal is not None:
            return await self._form(session, towards, refusal)
        return RedirectResponse(towards, 303, self.pages.headers())

    async def _form(self, session: Session, towards: str, refusal: Refusal | None = None) -> Response:
        return self.pages.show(
            "confirm.html",
            self._status_of(refusal),
            refusals=(refusal,) if refusal is not None else (),
            towards=towards,
            asks_code=await self.access.sessions.asks_code(session.user),
            path=CONFIRM,
            ticket=self.pages.ticket(CONFIRM),
        )

    def routes(self) -> list[BaseRoute]:
        """Return the routes of one's own account."""
        both = ["GET", "POST"]
        return [
            Route(ACCOUNT, self.account, methods=both),
            Route(CONFIRM, self.confirm, methods=both),
        ]

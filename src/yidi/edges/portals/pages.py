"""The pages of a node: the start page, a person, a settlement with its explanation and path."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from yidi.domain.dates import SHANGHAI, read_instant
from yidi.domain.money import format_yuan
from yidi.domain.refusal import Refusal
from yidi.edges.access.access import Access
from yidi.edges.access.roles import Owned, Reading, duty_of
from yidi.edges.portals import claims, filings, numbers, reading, statements, words
from yidi.edges.portals.forms import Tickets
from yidi.edges.portals.guarding import PRESENT, Guard
from yidi.edges.storage.reading import Rows
from yidi.processes.enrolment.records import InsuranceRelation, Person
from yidi.processes.ports.deciding import NATION

HERE = Path(__file__).parent
SIGN_OUT = "/sign-out"
SECURITY = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
"""On every page. Nothing runs in the browser: no script is allowed, inline or other."""
TLS_ONLY = {"strict-transport-security": "max-age=31536000; includeSubDomains"}


def local_time(instant: str) -> str:
    """Write an instant as local time in China with milliseconds."""
    if not instant:
        return ""
    local: datetime = read_instant(instant).astimezone(SHANGHAI)
    return local.strftime("%Y-%m-%d %H:%M:%S.") + f"{local.microsecond // 1000:03d}"


def local_minute(instant: str) -> str:
    """Write an instant as local time in China, to the minute."""
    return local_time(instant)[:16]


def yuan(amount_fen: int) -> str:
    """Write fen as yuan for people."""
    return format_yuan(amount_fen, thousands=True)


def quantity(ten_thousandths: int) -> str:
    """Write a quantity without needless zeros."""
    return f"{ten_thousandths / 10_000:g}"


def environment(place: Callable[[str], str]) -> Environment:
    """Make the template environment; `place` names a division code, the nation's own being none."""

    def named(code: str) -> str:
        return "全国" if code == NATION else place(code)

    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"yuan": yuan, "when": local_time, "minute": local_minute, "place": named}
    made.filters |= {"quantity": quantity, "sentence": words.sentence}
    made.globals |= {"words": words, "zh": words.zh, "en": words.en, "OWN_PARTS": statements.OWN_PARTS}
    made.globals["MEANINGS"] = statements.MEANINGS
    made.globals |= {
        tell.__name__: tell
        for tell in (
            statements.own_parts,
            statements.shown_steps,
            statements.told_steps,
            statements.explained_steps,
        )
    }
    return made


class Headed:
    """Adds the headers of pages to an application's answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._more = [(name.encode(), value.encode()) for name, value in SECURITY.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._more]
            await send(message)

        await self._app(scope, receive, headed)


class Pages:
    """The pages over one node's facts. `rows` reads facts, `place` names divisions, `title` the node."""

    def __init__(
        self,
        rows: Rows,
        place: Callable[[str], str],
        *,
        sample: bool,
        access: Access | None = None,
    ) -> None:
        self.rows, self.sample, self.access = rows, sample, access
        self.templates = environment(place)
        self.tickets = Tickets(access.form_secret if access is not None else b"")
        self.guard = Guard(access, self.refused, sample=sample)

    def show(self, template: str, status: int = 200, **values: object) -> HTMLResponse:
        """Render a page, for whom it is."""
        present = PRESENT.get()
        out = self.tickets.issue(SIGN_OUT, present.session) if present is not None else ""
        user = present.user if present is not None else None
        given = {"sample": self.sample, "user": user, "sign_out": out, **values}
        body = self.templates.get_template(template).render(given)
        return HTMLResponse(body, status, headers=self.headers())

    def headers(self) -> dict[str, str]:
        """Return the headers of every page; what is shown of real people is kept by no cache."""
        if self.sample:
            return SECURITY
        tls = TLS_ONLY if self.access is not None and self.access.settings.behind_tls else {}
        return {**SECURITY, **tls, "cache-control": "no-store"}

    def refused(self, refusal: Refusal, status: int) -> HTMLResponse:
        """Say why somebody is not let through."""
        return self.show("refused.html", status, refusal=refusal, later=status == 429)

    def ticket(self, path: str) -> str:
        """Issue the ticket of a form for whoever the page is for."""
        return self.tickets.issue(path, self.guard.holder())

    def missing(self, what: str) -> HTMLResponse:
        """Say that something is not here, and what to do."""
        return self.show("missing.html", 404, what=what)

    async def nowhere(self, request: Request, error: Exception) -> Response:
        """Answer an address nobody serves: a page for people who look, plain text for everything else."""
        if request.method in ("GET", "HEAD"):
            return self.missing(request.url.path[:200])
        return Response("Not Found", 404, media_type="text/plain")

    async def broken(self, request: Request, error: Exception) -> Response:
        """Answer when the node itself is at fault: nothing of the fault is told, the log has it."""
        if request.method == "GET":
            return self.show("broken.html", 500)
        return Response("Internal Server Error", 500, media_type="text/plain")

    async def start(self, request: Request) -> Response:
        """Show people and settlements."""
        if not self.sample:
            session = await self.guard.session(request)
            return self.show("plain.html") if session is None else await self.workplace(request)
        return self.show(
            "start.html",
            people=await reading.people(self.rows),
            settlements=await reading.settlements(self.rows, {}),
        )

    async def workplace(self, request: Request) -> Response:
        """Show who is signed in, and what the role reads and does."""
        session = await self.guard.enter(request)
        if isinstance(session, Response):
            return session
        path = "/find"
        assert self.access is not None
        news = await self.access.history.news(session)
        return self.show(
            "workplace.html", duty=duty_of(session.user), news=news, path=path, ticket=self.ticket(path)
        )

    async def known(self, request: Request) -> Person | Response:
        """Return the person of the address: a sample person, or one whom the signed-in user may see."""
        jurisdiction, person_no = request.path_params["province"], request.path_params["person"]
        owned = Owned(frozenset({jurisdiction}))
        closed = await self.guard.look(request, Reading.PERSON, owned, person_no)
        if closed is not None:
            return closed
        found = await self.rows(Person, {"jurisdiction": jurisdiction, "person_no": person_no}, (), 1)
        if not found or (self.sample and not found[0].sample):
            return self.missing(person_no)
        return await numbers.first_of(self.rows, found[0])

    async def person(self, request: Request) -> Response:
        """Show one person: relations, filings, settlements."""
        person = await self.guard.duty(request, Reading.PERSON) or await self.known(request)
        if isinstance(person, Response):
            return person
        jurisdiction, person_no = person.jurisdiction, person.person_no
        where = {"jurisdiction": jurisdiction, "person_no": person_no}
        visits = await numbers.visits_of(self.rows, person)
        settlements = await numbers.settlements_of(self.rows, person)
        relations = await self.rows(InsuranceRelation, where, ("scheme", "area", "version"), 50)
        held = {(row.scheme, row.area): row for row in relations}
        return self.show(
            "person.html",
            person=person,
            relations=list(held.values()),
            former=[row for row in relations if row not in held.values()],
            filings=await filings.filings(self.rows, jurisdiction, person_no),
            claims=await claims.claims(self.rows, where),
            visits=[visit for visit in visits if self.sample or visit.care == jurisdiction],
            settlements=[line for line in settlements if line.insured == jurisdiction],
        )

    async def settlement(self, request: Request) -> Response:
        """Show one settlement: statement, explanation, lines, path."""
        closed = await self.guard.duty(request, Reading.SETTLEMENT)
        if closed is not None:
            return closed
        number = request.path_params["settlement"]
        page = await reading.settlement(self.rows, number)
        if page is None:
            return self.missing(number)
        asked = page.asked
        owned = Owned(frozenset({asked.jurisdiction, asked.insured}), asked.institution_code)
        if await self.guard.look(request, Reading.SETTLEMENT, owned, asked.person_no, number) is not None:
            return self.missing(number)  # whether another's number exists is not told
        return self.show("settlement.html", page=page)

    async def metrics(self, request: Request) -> Response:
        """Give the counters to Prometheus."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    async def health(self, request: Request) -> Response:
        """Say that the node answers."""
        return Response("ok\n", media_type="text/plain")

    def routes(self) -> list[BaseRoute]:
        """Return the routes of the pages."""
        return [
            Route("/", self.start),
            Route("/person/{province}/{person}", self.person),
            Route("/settlement/{settlement}", self.settlement),
            Route("/metrics", self.metrics),
            Route("/health", self.health),
            Mount("/static", Headed(StaticFiles(directory=HERE / "static"))),
        ]

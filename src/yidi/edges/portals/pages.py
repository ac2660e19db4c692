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

from yidi.domain.dates import SHANGHAI, read_instant
from yidi.domain.money import format_yuan
from yidi.edges.portals import claims, filings, reading, words
from yidi.processes.enrolment.records import InsuranceRelation, Person

HERE = Path(__file__).parent
SECURITY = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


def local_time(instant: str) -> str:
    """Write an instant as local time in China with milliseconds."""
    if not instant:
        return ""
    local: datetime = read_instant(instant).astimezone(SHANGHAI)
    return local.strftime("%Y-%m-%d %H:%M:%S.") + f"{local.microsecond // 1000:03d}"


def yuan(amount_fen: int) -> str:
    """Write fen as yuan for people."""
    return format_yuan(amount_fen, thousands=True)


def quantity(ten_thousandths: int) -> str:
    """Write a quantity without needless zeros."""
    return f"{ten_thousandths / 10_000:g}"


def environment(place: Callable[[str], str]) -> Environment:
    """Make the template environment; `place` names a division code."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"yuan": yuan, "when": local_time, "place": place, "quantity": quantity}
    made.globals |= {"words": words, "zh": words.zh, "en": words.en}
    return made


class Pages:
    """The pages over one node's facts. `rows` reads facts, `place` names divisions, `title` the node."""

    def __init__(self, rows: reading.Rows, place: Callable[[str], str], *, sample: bool) -> None:
        self.rows, self.sample = rows, sample
        self.templates = environment(place)

    def show(self, template: str, status: int = 200, **values: object) -> HTMLResponse:
        """Render a page."""
        body = self.templates.get_template(template).render(sample=self.sample, **values)
        return HTMLResponse(body, status, headers=SECURITY)

    def missing(self, what: str) -> HTMLResponse:
        """Say that something is not here, and what to do."""
        return self.show("missing.html", 404, what=what)

    async def nowhere(self, request: Request, error: Exception) -> Response:
        """Answer an address nobody serves: a page for people who look, plain text for everything else."""
        if request.method in ("GET", "HEAD"):
            return self.missing(request.url.path[:200])
        return Response("Not Found", 404, media_type="text/plain")

    async def start(self, request: Request) -> Response:
        """Show people and settlements."""
        if not self.sample:
            return self.show("plain.html")
        return self.show(
            "start.html",
            people=await reading.people(self.rows),
            settlements=await reading.settlements(self.rows, {}),
        )

    async def person(self, request: Request) -> Response:
        """Show one sample person: relations, filings, settlements."""
        jurisdiction, person_no = request.path_params["province"], request.path_params["person"]
        where = {"jurisdiction": jurisdiction, "person_no": person_no}
        found = await self.rows(Person, where, (), 1)
        if not found or not (self.sample and found[0].sample):
            return self.missing(person_no)
        return self.show(
            "person.html",
            person=found[0],
            relations=await self.rows(InsuranceRelation, where, ("scheme", "area", "version"), 50),
            filings=await filings.filings(self.rows, jurisdiction, person_no),
            claims=await claims.claims(self.rows, where),
            visits=await reading.visits(self.rows, person_no),
            settlements=await reading.settlements(self.rows, {"person_no": person_no}),
        )

    async def settlement(self, request: Request) -> Response:
        """Show one settlement: statement, explanation, lines, path."""
        number = request.path_params["settlement"]
        page = await reading.settlement(self.rows, number) if self.sample else None
        return self.missing(number) if page is None else self.show("settlement.html", page=page)

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
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ]

"""What a person does alone: file 备案 for care elsewhere, cancel a filing, claim a visit by hand.

On sample data everybody is the person; on real data a clerk of the insured place does it, signed in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from yidi.domain.codes.division import Divisions
from yidi.domain.dates import day_of
from yidi.domain.refusal import Refusal
from yidi.edges.access.roles import Owned, Reading
from yidi.edges.clock import Clock
from yidi.edges.portals import claims, filings, numbers
from yidi.edges.portals.forms import EMPTY, Form, from_this_site, read_form
from yidi.edges.portals.pages import Pages
from yidi.processes.claim.commands import ClaimDecided, FileClaim
from yidi.processes.enrolment.records import Person
from yidi.processes.filing.commands import Agent, CancelFiling, Filed, FileForCare
from yidi.processes.filing.records import Category, Filing, FilingState
from yidi.processes.ports.deciding import Command, Refused, Reply

Asker = Callable[[Command], Awaitable[Reply]]
PERSON = "/person/{province}/{person}"
CHOICES = tuple(category for category in Category if category is not Category.EMERGENCY)
"""An emergency counts as filed by the hospital's mark: nobody files for it on a page."""
PAPERS = ("resettlement_proof", "residence_proof", "work_proof")
FILING_CHOICES = {
    "category": ("类别", "what applies to you"),
    "care_area": ("就医地", "the place of care"),
}
"""What a filing cannot do without, in the order of the form."""
PATIENCE_SECONDS = 15.0
_STANDING = (FilingState.ACTIVE, FilingState.UNDER_REVIEW, FilingState.RETURNED, FilingState.SUSPENDED)


class SelfService:
    """The forms of one node. `ask` has commands decided, `divisions` are the places to file for."""

    def __init__(self, pages: Pages, ask: Asker, divisions: Divisions, clock: Clock) -> None:
        self.pages, self.ask, self.clock = pages, ask, clock
        self.tickets = pages.tickets
        self.places = places_of(divisions)
        self.provinces = tuple((place.code, place.name) for place in divisions.provinces() if place.insuring)

    async def person(self, request: Request, reads: Reading, command: str) -> Person | Response:
        """Return the person of the address, when whoever is there may do `command` for that person."""
        return await self.pages.guard.duty(request, reads, command) or await self.pages.known(request)

    async def posted(self, request: Request) -> tuple[Form, str] | Response:
        """Return a posted form and its number, or say that it cannot be taken."""
        form = await read_form(request) if from_this_site(request) else None
        number = self._number(request, form) if form is not None else ""
        if form is None or not number:
            return self.pages.show("stale.html", 403, path=request.url.path)
        return form, number

    def _number(self, request: Request, form: Form) -> str:
        return self.tickets.number(request.url.path, form.text("ticket"), self.pages.guard.holder())

    async def decided(self, command: Command) -> Reply | None:
        """Have a command decided; None when another node has not answered in time."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self.pages.guard.ask(command, self.ask)
        except TimeoutError:
            return None

    async def filing(self, request: Request) -> Response:
        """Show the form to file for care elsewhere, or take it."""
        person = await self.person(request, Reading.FILING, "FileForCare")
        if isinstance(person, Response):
            return person
        if request.method != "POST":
            return await self._filing_form(request, person, EMPTY)
        posted = await self.posted(request)
        if isinstance(posted, Response):
            return posted
        form, number = posted
        if unchosen := form.unchosen(FILING_CHOICES):
            return await self._filing_form(request, person, form, unchosen)
        reply = await self.decided(filing_of(person, form, number))
        if isinstance(reply, Refused):
            return await self._filing_form(request, person, form, reply.refusals)
        assert reply is None or isinstance(reply, Filed), reply
        return to_person(person, "filings")

    async def _filing_form(
        self, request: Request, person: Person, form: Form, refusals: Sequence[Refusal] = ()
    ) -> Response:
        held = await filings.filings(self.pages.rows, person.jurisdiction, person.person_no)
        return self.pages.show(
            "filing_form.html",
            422 if refusals else 200,
            person=person,
            form=form,
            refusals=refusals,
            ticket=self.pages.ticket(request.url.path),
            path=request.url.path,
            categories=CHOICES,
            papers=PAPERS,
            places=self.places,
            today=day_of(self.clock()).isoformat(),
            referrals=[line for line in held if line.category == Category.REFERRED],
        )

    async def cancel(self, request: Request) -> Response:
        """Ask whether a filing is to be cancelled, or cancel it."""
        person = await self.person(request, Reading.FILING, "CancelFiling")
        if isinstance(person, Response):
            return person
        number = request.path_params["filing"]
        where = {"jurisdiction": person.jurisdiction, "filing_id": number, "person_no": person.person_no}
        versions = await self.pages.rows(Filing, where, ("version",), 1, True)
        held = [filings.line_of(row) for row in versions if row.state in _STANDING]
        if not held:
            return self.pages.missing(number)
        if request.method != "POST":
            return self._cancel_form(request, person, held[0], EMPTY)
        posted = await self.posted(request)
        if isinstance(posted, Response):
            return posted
        form, ticket = posted
        reply = await self.decided(cancelling_of(person, number, form, ticket))
        if isinstance(reply, Refused):
            return self._cancel_form(request, person, held[0], form, reply.refusals)
        return to_person(person, "filings")

    def _cancel_form(
        self,
        request: Request,
        person: Person,
        filing: filings.FilingLine,
        form: Form,
        refusals: Sequence[Refusal] = (),
    ) -> Response:
        return self.pages.show(
            "filing_cancel.html",
            422 if refusals else 200,
            person=person,
            filing=filing,
            form=form,
            refusals=refusals,
            ticket=self.pages.ticket(request.url.path),
            path=request.url.path,
            today=day_of(self.clock()).isoformat(),
        )

    async def claim(self, request: Request) -> Response:
        """Show the form to claim a visit by hand, or take it."""
        person = await self.person(request, Reading.CLAIM, "FileClaim")
        if isinstance(person, Response):
            return person
        if request.method != "POST":
            return await self._claim_form(request, person, EMPTY)
        posted = await self.posted(request)
        if isinstance(posted, Response):
            return posted
        form, number = posted
        reply = await self.decided(claim_of(person, form, number))
        if isinstance(reply, Refused):
            return await self._claim_form(request, person, form, reply.refusals)
        if reply is None:
            return to_person(person, "claims")
        assert isinstance(reply, ClaimDecided), reply
        return RedirectResponse(f"/claim/{quote(reply.claim_id)}", 303)

    async def _claim_form(
        self, request: Request, person: Person, form: Form, refusals: Sequence[Refusal] = ()
    ) -> Response:
        chosen = form.text("visit") or request.query_params.get("visit", "")
        return self.pages.show(
            "claim_form.html",
            422 if refusals else 200,
            person=person,
            form=form,
            chosen=chosen,
            refusals=refusals,
            ticket=self.pages.ticket(request.url.path),
            path=request.url.path,
            visits=[
                visit
                for visit in await numbers.visits_of(self.pages.rows, person)
                if visit.claimable and (self.pages.sample or visit.care == person.jurisdiction)
            ],
            provinces=self.provinces,
        )

    async def claimed(self, request: Request) -> Response:
        """Show one claim: how it stands, its statement and explanation."""
        closed = await self.pages.guard.duty(request, Reading.CLAIM)
        if closed is not None:
            return closed
        number = request.path_params["claim"]
        page = await claims.claim(self.pages.rows, number)
        if page is None or (self.pages.sample and not page.sample):
            return self.pages.missing(number)
        owned = Owned(frozenset({page.claim.jurisdiction}))
        if (
            await self.pages.guard.look(request, Reading.CLAIM, owned, page.claim.person_no, number)
            is not None
        ):
            return self.pages.missing(number)
        return self.pages.show("claim.html", page=page)

    def routes(self) -> list[BaseRoute]:
        """Return the routes of the forms."""
        both = ["GET", "POST"]
        return [
            Route(f"{PERSON}/filing", self.filing, methods=both),
            Route(f"{PERSON}/filing/{{filing}}/cancel", self.cancel, methods=both),
            Route(f"{PERSON}/claim", self.claim, methods=both),
            Route("/claim/{claim}", self.claimed),
        ]


def places_of(divisions: Divisions) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return the places to file for, by province: its cities, or the whole of it where it is one pool."""
    found = []
    for province in divisions.provinces():
        if not province.insuring:
            continue
        cities = () if province.whole else divisions.prefectures(province.code)
        rows = [(city.code, city.name) for city in cities if city.insuring and city.current]
        found.append((province.name, tuple(rows) or ((province.code, province.name),)))
    return tuple(found)


def filing_of(person: Person, form: Form, number: str) -> FileForCare:
    """Read a filing from its form; what is wrong with it the filing says."""
    agent = Agent(*(form.text(f"agent_{name}") for name in ("name", "relation", "certificate_no", "phone")))
    continues = form.text("continues")
    return FileForCare(
        jurisdiction=person.jurisdiction,
        sender="person",
        msgid=f"page/{number}",
        person_no=person.person_no,
        category=form.text("category"),
        care_area=form.text("care_area"),
        start=form.text("start"),
        end=form.text("end"),
        channel="web",
        committed=form.text("committed") == "1",
        materials=tuple(paper for paper in form.several("materials") if paper in PAPERS),
        referring_institution=form.text("referring_institution"),
        diagnosis_code=form.text("diagnosis_code"),
        agent=agent if any((agent.name, agent.relation, agent.certificate_no, agent.phone)) else None,
        continues=continues,
    )


def cancelling_of(person: Person, filing_id: str, form: Form, number: str) -> CancelFiling:
    """Read from its form from which day a filing is cancelled, and why."""
    return CancelFiling(
        jurisdiction=person.jurisdiction,
        sender="person",
        msgid=f"page/{number}",
        filing_id=filing_id,
        from_day=form.text("from_day"),
        reason=form.text("reason"),
    )


def claim_of(person: Person, form: Form, number: str) -> FileClaim:
    """Read a claim from its form: a visit of the list, or one named by hand."""
    care, _, visit_id = form.text("visit").partition("/")
    if not visit_id:
        care, visit_id = form.text("care"), form.text("visit_id")
    return FileClaim(
        jurisdiction=person.jurisdiction,
        sender="person",
        msgid=f"page/{number}",
        person_no=person.person_no,
        care=care,
        visit_id=visit_id,
        channel="web",
    )


def to_person(person: Person, part: str) -> Response:
    """Lead back to the person's page, at a part of it."""
    return RedirectResponse(f"/person/{quote(person.jurisdiction)}/{quote(person.person_no)}#{part}", 303)

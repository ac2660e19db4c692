"""The page "what will I pay": one form, answers side by side. It asks for nobody's name and keeps nothing."""

from __future__ import annotations

from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from yidi.domain.dates import day_of
from yidi.domain.policy.phrases import ANSWERS, FUNDS
from yidi.domain.policy.policy import Policies, Policy
from yidi.domain.refusal import Refusal
from yidi.edges.clock import Clock
from yidi.edges.estimate.reading import LEVELS, PERSONS, TYPICAL, Asked, read_plan
from yidi.edges.portals.forms import Form
from yidi.edges.portals.pages import Pages
from yidi.edges.portals.selfservice import places_of
from yidi.processes.ports.areas import Areas
from yidi.processes.settlement.advising import CHOICES, advise, cheapest
from yidi.processes.settlement.estimating import Estimate, estimate
from yidi.processes.settlement.wondering import questions

PATH = "/estimate"
FIELD = "fact-"
"""What stands before the name of a question of the area's own among the fields."""
DESTINATIONS = (1, 2, 3)
ESTIMATE_CHOICES = {
    "area": ("参保地", "where you are insured"),
    "to1": ("去处", "where you would be treated"),
}
CARE = ("inpatient", "outpatient", "chronic")


class EstimatePage:
    """The page over the node's policies. Everything asked stands in the address, so an answer can be kept."""

    def __init__(self, pages: Pages, policies: Policies, areas: Areas, clock: Clock) -> None:
        self.pages, self.policies, self.areas, self.clock = pages, policies, areas, clock
        self.places = places_of(areas.divisions)

    async def page(self, request: Request) -> Response:
        """Show the form, with the answers when something was asked."""
        form = Form({name: request.query_params.getlist(name) for name in list(request.query_params)[:60]})
        found: Estimate | None = None
        refusals: tuple[Refusal, ...] = ()
        if request.query_params:
            asked = asked_of(form, day_of(self.clock()).isoformat())
            planned = read_plan(asked._replace(facts=self._facts(form, asked)))
            refusals = form.unchosen(ESTIMATE_CHOICES)
            if isinstance(planned, tuple):
                refusals += planned
            elif not refusals:
                found = await run_in_threadpool(partial(estimate, planned, self.policies, self.areas))
                refusals = found.refusals
        return self.pages.show(
            "estimate.html",
            422 if refusals else 200,
            form=form,
            found=found if found is not None and not found.refusals else None,
            refusals=refusals,
            advice=advise(found) if found is not None else (),
            questions=questions(found, self.policies) if found is not None else (),
            best=cheapest(found) if found is not None else None,
            places=self.places,
            place_en=self.areas.divisions.full_name_en,
            path=PATH,
            today=day_of(self.clock()).isoformat(),
            typical=TYPICAL,
            persons=[person for persons in PERSONS.values() for person in persons],
            levels=LEVELS,
            cares=CARE,
            numbers=DESTINATIONS,
            answers=ANSWERS,
            funds=FUNDS,
            choices=CHOICES,
        )

    def _facts(self, form: Form, asked: Asked) -> list[str]:
        """Return the answers to questions of the area's own; those of another area are left out."""
        policy = self.policies.find(asked.area, asked.scheme, asked.on)
        names = policy.terms.facts if isinstance(policy, Policy) else {}
        return [f"{name}={form.text(FIELD + name)}" for name in names if form.text(FIELD + name)]

    def routes(self) -> list[BaseRoute]:
        """Return the route of the page."""
        return [Route(PATH, self.page)]


def asked_of(form: Form, today: str) -> Asked:
    """Read what the form says; the person's kind decides the scheme."""
    person = form.text("person") or "working"
    scheme = next((code for code, persons in PERSONS.items() if person in persons), "310")
    places = [
        f"{form.text(f'to{number}')}:{form.text(f'level{number}') or '3'}"
        for number in DESTINATIONS
        if form.text(f"to{number}")
    ]
    typical = "" if form.text("total") else form.text("typical")
    return Asked(
        area=form.text("area"),
        on=form.text("on") or today,
        destinations=places,
        scheme=scheme,
        person=person,
        age=form.text("age"),
        care="" if typical else form.text("care"),
        typical=typical,
        total=form.text("total"),
        full_self=form.text("full_self"),
        over_limit=form.text("over_limit"),
        first_self=form.text("first_self"),
        filings=("none", "temporary", "referred", "long_term"),
    )

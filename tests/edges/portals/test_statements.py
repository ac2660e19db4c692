"""What pages say without a browser: the own share in its parts, what was not chosen, a node at fault."""

from __future__ import annotations

import httpx
import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.edges.national.replies import SETTLED
from yidi.edges.portals.forms import Form
from yidi.edges.portals.pages import Pages
from yidi.edges.portals.refusals import NOT_CHOSEN
from yidi.edges.portals.statements import OWN_PARTS, own_parts, shown_steps, step_meaning
from yidi.processes.settlement.commands import Settled, StepShown, Totals

SECRET = "the database is at 10.0.0.7"


def paid(person_fen: int, **more: object) -> Settled:
    """A statement whose bill names 300.00 not covered and 100.00 first share, and a deductible of 500.00."""
    given = {
        "totals": Totals(1_000_000, 30_000, 0, 10_000, 960_000),
        "deductible_fen": 50_000,
        "person_fen": person_fen,
        "hospital_fen": 0,
        "undoes": "",
    }
    return msgspec.structs.replace(SETTLED, **{**given, **more})


def test_the_parts_of_the_own_share_add_up_to_it() -> None:
    parts = own_parts(paid(150_000))
    assert parts == (
        ("full_self", 30_000),
        ("first_self", 10_000),
        ("deductible", 50_000),
        ("percentage", 60_000),
    )
    assert all(part in OWN_PARTS for part, _ in parts)


@pytest.mark.parametrize(
    "statement", [paid(80_000), paid(150_000, undoes="S1"), paid(150_000, hospital_fen=1)]
)
def test_parts_that_cannot_be_told_apart_are_not_shown(statement: Settled) -> None:
    assert own_parts(statement) == ()


def test_a_step_leads_to_its_source_and_terms_alone_show_no_amount() -> None:
    steps = (
        StepShown("standing.10.local", "备案", "standing", "通知 (a notice)", 5, 5),
        StepShown("310.inpatient.deductible", "起付", "deductible", "A table https://example.org/t", 5, 3),
    )
    terms, deductible = shown_steps(paid(0, steps=steps))
    assert (terms.amount_fen, terms.source, terms.url) == (None, "通知 (a notice)", "")
    assert (deductible.amount_fen, deductible.source, deductible.url) == (
        3,
        "A table",
        "https://example.org/t",
    )


@pytest.mark.parametrize(
    ("rule", "en", "meaning"),
    [
        ("bill.in_scope", "in scope.", "stands"),
        ("390.inpatient.deductible", "this time you bear 800.00 yuan first.", "bears"),
        ("390.own_share_first", "Share borne first away from home: 80.00 yuan.", "bears"),
        ("390.inpatient.band1", "are paid at 50%: 830.99 yuan.", "pays"),
        ("390.inpatient.cap", "yuan of cost lie above the cap.", "pays"),
        ("390.serious-illness.deductible", "1630.99 yuan count towards it now.", "counts"),
        ("person.cash", "you pay in cash.", "stands"),
    ],
)
def test_what_is_only_counted_is_not_shown_as_a_payment(rule: str, en: str, meaning: str) -> None:
    assert step_meaning(rule, en) == meaning
    (step,) = shown_steps(paid(0, steps=(StepShown(rule, "一步", en, "", 5, 3),)))
    assert step.meaning == meaning


def test_every_choice_that_was_not_made_is_named_at_its_field() -> None:
    found = Form({"area": ["  "], "kind": ["x"]}).unchosen(
        {"area": ("参保地", "the insured place"), "kind": ("类别", "the kind")}
    )
    assert found == (NOT_CHOSEN.because("area", what_zh="参保地", what_en="the insured place"),)


async def boom(request: Request) -> Response:
    """Break while answering."""
    raise RuntimeError(SECRET)


@pytest.mark.asyncio
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_node_at_fault_tells_people_so_and_nothing_of_the_fault(method: str) -> None:
    async def nothing(*_: object, **__: object) -> list[object]:
        return []

    pages = Pages(nothing, str, sample=True)  # type: ignore[arg-type]
    app = Starlette(
        routes=[Route("/x", boom, methods=["GET", "POST"])], exception_handlers={500: pages.broken}
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://node") as client:
        answer = await client.request(method, "/x")
    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert ("出了问题" in answer.text) == (method == "GET")

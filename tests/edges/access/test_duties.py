"""Pages on real data: nobody is shown anything without a session, a duty, and a line in the record."""

from __future__ import annotations

import pytest

from tests.edges.access.conftest import ELSEWHERE, PATIENT, House
from tests.journeys.nation import SAMPLE
from yidi.edges.access.records import UserAccount
from yidi.edges.access.refusals import MAY_NOT, NOT_YOURS, SAME_EYES
from yidi.edges.access.roles import Role
from yidi.processes.claim.records import Claim
from yidi.processes.filing.commands import ReviewFiling
from yidi.processes.filing.records import Filing
from yidi.processes.ports.deciding import Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOME = PATIENT.insured
PERSON = f"/person/{HOME}/{PATIENT.person_no}"
UNFILED = next(person for person in SAMPLE.persons if person.story == "resident")


async def test_without_a_session_every_page_of_a_person_leads_to_the_sign_in(house: House) -> None:
    stranger = house.browser()
    for path in (
        PERSON,
        f"{PERSON}/filing",
        f"{PERSON}/claim",
        f"/settlement/{house.settlement}",
        "/access/log",
    ):
        answer = await stranger.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/sign-in?next={path}"
        assert PATIENT.name not in answer.text


async def test_a_clerk_sees_a_person_of_the_own_place_and_it_is_recorded(house: House) -> None:
    clerk = await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)
    shown = await clerk.get(f"{PERSON}?purpose=complaint")
    assert shown.status_code == 200
    assert PATIENT.name in shown.text
    assert shown.headers["cache-control"] == "no-store"
    (row,) = await house.readings("clerk.a")
    assert (row.person_no, row.owner, row.reading, row.purpose) == (
        PATIENT.person_no,
        HOME,
        "person",
        "complaint",
    )
    assert row.place == PERSON


async def test_a_purpose_that_is_not_the_roles_is_replaced_by_its_usual_one(house: House) -> None:
    clerk = await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)
    await clerk.get(f"{PERSON}?purpose=curiosity")
    (row,) = await house.readings("clerk.a")
    assert row.purpose == "service"


async def test_a_clerk_of_one_place_cannot_read_another(house: House) -> None:
    clerk = await house.as_user("clerk.b", Role.AGENCY_CLERK, ELSEWHERE.insured)
    shown = await clerk.get(PERSON)
    assert shown.status_code == 403
    assert NOT_YOURS.code in shown.text
    assert PATIENT.name not in shown.text
    assert (await clerk.get(f"{PERSON}/filing")).status_code == 403
    (*_, first) = await house.acts("clerk.b")
    assert (first.outcome, first.subject) == ("refused", PATIENT.person_no)
    assert not await house.readings("clerk.b")


async def test_a_settlement_of_others_is_as_if_it_did_not_exist(house: House) -> None:
    parties = (HOME, house.institution[1:3] + "0000")
    third = next(place for place in ("110000", "440000", "510000") if place not in parties)
    clerk = await house.as_user("clerk.c", Role.AGENCY_CLERK, third)
    theirs, nobodys = await clerk.get(f"/settlement/{house.settlement}"), await clerk.get("/settlement/1")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.text.replace(house.settlement, "1").split("ticket")[0] == nobodys.text.split("ticket")[0]
    mine = await (await house.as_user("clerk.d", Role.AGENCY_CLERK, HOME)).get(
        f"/settlement/{house.settlement}"
    )
    assert "10,965.60" in mine.text


async def test_a_hospital_operator_sees_the_settlements_of_the_own_institution_only(house: House) -> None:
    here = house.institution
    other = next(code for code in house.nation.institutions if code != here)
    path = f"/settlement/{house.settlement}"
    own = await house.as_user("op.a", Role.HOSPITAL_OPERATOR, here[1:3] + "0000", here)
    foreign = await house.as_user("op.b", Role.HOSPITAL_OPERATOR, other[1:3] + "0000", other)
    assert "10,965.60" in (await own.get(path)).text
    assert (await foreign.get(path)).status_code == 404
    assert (await own.get(PERSON)).status_code == 403


@pytest.mark.parametrize("role", [Role.FINANCE, Role.ADMINISTRATOR, Role.AUDITOR])
async def test_who_needs_no_persons_for_the_duty_is_shown_none(house: House, role: Role) -> None:
    user = await house.as_user("somebody", role, HOME)
    for path in (PERSON, f"/settlement/{house.settlement}", f"{PERSON}/filing", f"{PERSON}/claim"):
        shown = await user.get(path)
        assert shown.status_code == 403
        assert MAY_NOT.code in shown.text


async def test_a_finance_user_cannot_change_a_filing(house: House) -> None:
    before = await house.nation.node.rows(Filing, {"person_no": PATIENT.person_no})
    clerk = await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)
    finance = await house.as_user("finance.a", Role.FINANCE, HOME)
    ticket = await clerk.ticket(f"{PERSON}/filing")
    path = f"{PERSON}/filing/{before[0].filing_id}/cancel"
    for where in (path, f"{PERSON}/filing"):
        answer = await finance.post(where, {"ticket": ticket, "from_day": "2026-12-01"})
        assert answer.status_code == 403
    assert await house.nation.node.rows(Filing, {"person_no": PATIENT.person_no}) == before


async def test_an_auditor_reads_the_whole_record_and_changes_nothing(house: House) -> None:
    clerk = await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)
    await clerk.get(PERSON)
    auditor = await house.as_user("auditor.a", Role.AUDITOR)
    shown = await auditor.get("/access/log")
    assert shown.status_code == 200
    assert PATIENT.person_no in shown.text
    assert house.login("clerk.a") in shown.text
    assert PATIENT.name not in shown.text
    for path in (f"{PERSON}/filing", f"{PERSON}/claim"):
        assert (await auditor.post(path, {"ticket": await clerk.ticket(path)})).status_code == 403
    assert await house.nation.node.rows(Claim, {}) == []
    own = await house.readings("auditor.a")
    assert [row.reading for row in own] == ["log"]


async def test_a_province_s_auditor_sees_what_it_read_and_what_was_read_of_it(house: House) -> None:
    await (await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)).get(PERSON)
    mine = await house.as_user("auditor.b", Role.AUDITOR, HOME)
    theirs = await house.as_user("auditor.c", Role.AUDITOR, "650000")
    assert PATIENT.person_no in (await mine.get("/access/log")).text
    assert PATIENT.person_no not in (await theirs.get("/access/log")).text
    assert (
        await (await house.as_user("clerk.d", Role.AGENCY_CLERK, HOME)).get("/access/log")
    ).status_code == 403


async def test_a_clerk_files_as_the_agency_and_may_not_review_it_even_in_another_role(house: House) -> None:
    place, number = UNFILED.insured, UNFILED.person_no
    clerk = await house.as_user("clerk.a", Role.AGENCY_CLERK, place)
    form = {"category": "temporary", "care_area": "310000", "start": "2026-11-22", "end": "2026-12-22"}
    answer = await clerk.post(f"/person/{place}/{number}/filing", form)
    assert answer.status_code == 303, answer.text
    (filed,) = await house.nation.node.rows(Filing, {"person_no": number})
    assert filed.channel == "window"
    done = {act.subject for act in await house.acts("clerk.a") if act.outcome == "done"}
    assert f"filing_id={filed.filing_id}" in done
    reviewer = await house.access.accounts.change_role(
        await house.account("clerk.a"), Role.REVIEWER, "", "test"
    )
    assert isinstance(reviewer, UserAccount)
    review = ReviewFiling(
        jurisdiction=place, sender="agency", msgid="r1", filing_id=filed.filing_id, approve=True
    )
    reply = await house.access.admission.ask(reviewer, review, house.nation.node.ask)
    assert isinstance(reply, Refused)
    assert [refusal.code for refusal in reply.refusals] == [SAME_EYES.code]
    assert await house.nation.node.rows(Filing, {"person_no": number}) == [filed]


async def test_a_number_is_looked_up_by_a_form_and_leads_to_its_page(house: House) -> None:
    clerk = await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)
    form = {"kind": "settlement", "number": house.settlement, "purpose": "reconciliation"}
    answer = await clerk.post("/find", form, at="/")
    assert answer.headers["location"] == f"/settlement/{house.settlement}?purpose=reconciliation"
    assert (await clerk.get(answer.headers["location"])).status_code == 200
    (row,) = await house.readings("clerk.a")
    assert (row.subject, row.purpose, row.person_no) == (
        house.settlement,
        "reconciliation",
        PATIENT.person_no,
    )

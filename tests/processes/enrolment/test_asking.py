"""Institutions ask who stands before them, and which funds may pay."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    DISEASES,
    HOME,
    HOSPITAL,
    OTHER_HOME_CITY,
    asked_by,
    certificate_no,
    enrol,
    relation,
)
from tests.world import World, codes_in, refusals_in
from yidi.domain.refusal import RefusalKind
from yidi.processes.enrolment.commands import (
    ChangeRelation,
    CheckEntitlement,
    Entitlement,
    FindPerson,
    NewCredential,
    NewMark,
    NewRelation,
    PersonFound,
    Shown,
)
from yidi.processes.enrolment.decide import handlers
from yidi.processes.enrolment.records import ChronicCertificate, InsuranceRelation
from yidi.processes.enrolment.refusals import (
    CERTIFICATE_DIFFERS,
    CREDENTIAL_EXPIRED,
    CREDENTIAL_UNKNOWN,
    FUND_DOES_NOT_COVER,
    NAME_DIFFERS,
    NOT_CERTIFIED,
    NOT_INSURED,
    NOT_YET_INSURED,
    NUMBER_REPLACED,
    OTHER_ENTITLEMENT_ANSWERS,
    PERSON_UNKNOWN,
    RELATION_LOCKED,
    RELATION_OVER,
    RELATION_PAUSED,
    RELATION_WAITING,
)
from yidi.processes.enrolment.views import Entitled, entitlement
from yidi.processes.ports.deciding import Reply
from yidi.processes.relay.decide import HANDLERS as RELAY

RESIDENT = relation(scheme="390", person_type="15", start="2026-01-01", end="2027-01-01")


@pytest.fixture
def world() -> World:
    """A world with enrolment and the nation's relay."""
    return World((*handlers(DISEASES), *RELAY))


def find(world: World, kind: str = "01", number: str = "EV-1", since: str = "", **shown: Any) -> Reply:
    """Have the hospital ask who holds a credential."""
    return world.ask(
        FindPerson(**asked_by(HOSPITAL, world.next_msgid()), shown=Shown(kind, number, **shown), since=since)
    )


def found(reply: Reply) -> PersonFound:
    """The person a reply shows."""
    assert isinstance(reply, PersonFound), reply
    return reply


def check(world: World, visit_kind: str = "21", **given: Any) -> dict[str, bool]:
    """Ask which funds may pay for a visit of P1 today; fund and whether."""
    return {row.fund_type: row.entitled for row in funds(world, visit_kind, **given).funds}


def funds(world: World, visit_kind: str = "21", **given: Any) -> Entitlement:
    """The answer to the question which funds may pay."""
    usual = {"person_no": "P1", "scheme": "310", "institution_code": HOSPITAL, "start": world.today}
    reply = world.ask(
        CheckEntitlement(**asked_by(HOSPITAL, world.next_msgid()), visit_kind=visit_kind, **usual | given)
    )
    assert isinstance(reply, Entitlement), reply
    return reply


def change(world: World, new: NewRelation) -> None:
    """Have the agency change a relation of P1."""
    world.ask(
        ChangeRelation(
            jurisdiction=HOME, sender="agency", msgid=world.next_msgid(), person_no="P1", relation=new
        )
    )


def test_a_person_is_found_by_each_credential_and_the_age_is_in_whole_years(world: World) -> None:
    world.ask(enrol(marks=(NewMark("2303", "2025-01-01"),), account_fen=12_345))
    person = found(find(world))
    assert person == found(find(world, "03", "CARD-1")) == found(find(world, "02", certificate_no(1)))
    assert (person.person_no, person.name, person.age) == ("P1", "试甲", 65)
    assert [(row.scheme, row.balance_fen, row.answers) for row in person.relations] == [("310", 12_345, True)]
    assert [mark.identity_type for mark in person.marks] == ["2303"]


def test_the_letter_at_the_end_of_a_resident_id_may_be_small(world: World) -> None:
    number = next(no for no in map(certificate_no, range(1, 99)) if no.endswith("X"))
    world.ask(enrol(certificate_no=number.lower()))
    assert found(find(world, "02", number.lower(), certificate_no=number)).certificate_no == number


def test_asking_leaves_no_trace(world: World) -> None:
    world.ask(enrol())
    find(world)
    assert all(not command.durable for command in world.decided[-3:])


def test_an_unknown_credential_finds_nobody(world: World) -> None:
    world.ask(enrol())
    assert codes_in(find(world, "01", "EV-9")) == {CREDENTIAL_UNKNOWN.code}
    assert codes_in(find(world, "02", certificate_no(9))) == {CREDENTIAL_UNKNOWN.code}


def test_a_credential_of_somebody_else_is_an_identity_refusal_with_every_difference(world: World) -> None:
    world.ask(enrol())
    shown = {"certificate_type": "01", "certificate_no": certificate_no(2), "name": "试乙"}
    assert codes_in(find(world, **shown)) == {CERTIFICATE_DIFFERS.code, NAME_DIFFERS.code}
    assert codes_in(find(world, certificate_type="08")) == {CERTIFICATE_DIFFERS.code}


def test_an_expired_credential_is_refused(world: World) -> None:
    world.ask(enrol(credentials=(NewCredential("01", "EV-1", "2020-01-01", world.day(1)),)))
    assert found(find(world)).person_no == "P1"
    world.passes(days=1)
    assert codes_in(find(world)) == {CREDENTIAL_EXPIRED.code}


def test_of_two_schemes_the_employee_one_answers_though_the_resident_one_began_later(world: World) -> None:
    world.ask(enrol(relations=(relation(), RESIDENT)))
    assert {row.scheme: row.answers for row in found(find(world)).relations} == {"310": True, "390": False}


def test_of_two_areas_the_latest_start_answers(world: World) -> None:
    later = relation(area=OTHER_HOME_CITY, start="2020-01-01")
    world.ask(enrol(relations=(relation(), later), account_fen=700))
    rows = {row.area: (row.answers, row.balance_fen) for row in found(find(world)).relations}
    assert rows[OTHER_HOME_CITY] == (True, 700)
    assert sum(answers for answers, _ in rows.values()) == 1


def test_a_resident_relation_answers_while_the_employee_one_is_paused(world: World) -> None:
    world.ask(enrol(relations=(relation(state="paused"), RESIDENT), account_fen=700))
    rows = {row.scheme: (row.answers, row.balance_fen) for row in found(find(world)).relations}
    assert rows == {"310": (False, 700), "390": (True, 0)}


def test_past_relations_are_shown_when_asked_for(world: World) -> None:
    past = relation(scheme="390", start="2014-01-01", end="2015-01-01")
    world.ask(enrol(relations=(relation(), past)))
    assert {row.scheme for row in found(find(world)).relations} == {"310"}
    assert {row.scheme for row in found(find(world, since="2014-06-01")).relations} == {"310", "390"}


def test_an_old_credential_finds_the_person_under_the_new_number(world: World) -> None:
    world.ask(enrol())
    change(world, relation(state="ended"))
    world.ask(
        enrol("renumbered", person_no="N9", credentials=(), relations=(relation(area=OTHER_HOME_CITY),))
    )
    assert found(find(world)).person_no == "N9"


def test_the_funds_of_a_stay_and_of_a_visit_differ(world: World) -> None:
    world.ask(enrol())
    stay, visit = check(world, "2101"), check(world, "11")
    assert stay == {"310100": True, "310102": False, "310200": True, "330100": True}
    assert visit == {"310100": False, "310102": True, "310200": True, "330100": False}
    assert check(world, "inpatient") == stay
    reasons = {row.reason_en for row in funds(world, "11").funds if not row.entitled}
    assert reasons == {FUND_DOES_NOT_COVER.cause_en}


def test_supplementary_funds_go_with_those_who_have_them(world: World) -> None:
    supplement = relation(scheme="370")
    marks = (NewMark("2303", "2025-01-01"), NewMark("2401", "2025-01-01"))
    world.ask(enrol(relations=(relation(civil_servant=True), supplement), marks=marks))
    assert {"320100", "370100", "610100"} <= check(world).keys()


def test_a_resident_has_the_funds_of_residents(world: World) -> None:
    world.ask(enrol(relations=(RESIDENT,)))
    assert check(world, scheme="390") == {"390100": True, "390102": False, "390200": True}


@pytest.mark.parametrize("certificate", ["M03900", ""])
def test_a_chronic_visit_needs_a_certificate_else_general_terms_hold(world: World, certificate: str) -> None:
    world.ask(enrol())
    if certificate:
        row = ChronicCertificate(
            HOME, "P1", certificate, 1, "高血压", HOSPITAL, "valid", "2025-01-01", "9999-12-31", ""
        )
        world.add(row)
    answer = funds(world, "14", disease_code="M03900")
    rows = {row.fund_type: row for row in answer.funds}
    assert (rows["310100"].entitled, rows["310102"].entitled) == (bool(certificate), not certificate)
    day = {"disease_code": "M03900", "day": world.today}
    assert certificate or rows["310100"].reason_zh == NOT_CERTIFIED.because(**day).cause_zh


def test_a_certificate_of_a_local_code_answers_for_the_national_one_but_not_for_a_sister(
    world: World,
) -> None:
    world.ask(enrol())
    world.add(
        ChronicCertificate(
            HOME, "P1", "M00503", 1, "放化疗", HOSPITAL, "valid", "2025-01-01", "9999-12-31", ""
        )
    )
    assert check(world, "14", disease_code="M00500")["310100"]
    assert not check(world, "14", disease_code="M00504")["310100"]


def test_an_unknown_person_is_entitled_to_nothing(world: World) -> None:
    reply = world.ask(
        CheckEntitlement(
            **asked_by(HOSPITAL, "x"),
            person_no="P9",
            scheme="310",
            institution_code=HOSPITAL,
            visit_kind="21",
            start=world.today,
        )
    )
    assert codes_in(reply) == {PERSON_UNKNOWN.code}


def test_a_person_with_no_entitlement_gets_the_reason_on_every_fund(world: World) -> None:
    world.ask(enrol(relations=(relation(state="paused"),)))
    answer = funds(world)
    assert answer.funds
    assert not any(row.entitled for row in answer.funds)
    assert all("暂停参保" in row.reason_zh and "paused" in row.reason_en for row in answer.funds)


@pytest.mark.parametrize(
    ("relations", "scheme", "expected"),
    [
        ((relation(),), "310", None),
        ((relation(),), "", None),
        ((relation(),), "390", NOT_INSURED),
        ((), "", NOT_INSURED),
        ((relation(start="2026-06-01"),), "310", NOT_YET_INSURED),
        ((relation(end="2026-03-02"),), "310", RELATION_OVER),
        ((relation(end="2026-03-03"),), "310", None),
        ((relation(state="ended"),), "310", RELATION_OVER),
        ((relation(state="paused"),), "310", RELATION_PAUSED),
        ((relation(state="waiting"),), "310", RELATION_WAITING),
        ((relation(state="locked"),), "310", RELATION_LOCKED),
        ((relation(state="locked"), RESIDENT), "390", RELATION_LOCKED),
        ((relation(), RESIDENT), "390", OTHER_ENTITLEMENT_ANSWERS),
        ((relation(state="paused"), RESIDENT), "390", None),
        ((relation(state="paused"), RESIDENT), "", None),
    ],
)
def test_each_state_of_a_relation_entitles_or_says_why_not(
    world: World, relations: tuple[NewRelation, ...], scheme: str, expected: RefusalKind | None
) -> None:
    world.ask(enrol(relations=relations))
    held = entitlement(world.records(InsuranceRelation), scheme, world.today)
    codes = set() if isinstance(held, Entitled) else {refusal.code for refusal in held}
    assert codes == ({expected.code} if expected else set())


def test_the_status_is_checked_on_the_day_asked_not_on_the_day_of_admission(world: World) -> None:
    world.ask(enrol())
    assert isinstance(entitlement(world.records(InsuranceRelation), "310", world.today), Entitled)
    change(world, relation(state="paused"))
    assert not isinstance(entitlement(world.records(InsuranceRelation), "310", world.today), Entitled)


def test_a_number_that_was_replaced_is_refused_by_the_name_of_the_new_one(world: World) -> None:
    world.ask(enrol())
    ended = ChangeRelation(
        jurisdiction=HOME, sender="agency", msgid="end", person_no="P1", relation=relation(state="ended")
    )
    world.ask(ended)
    moved = relation(area=OTHER_HOME_CITY, start=world.today)
    world.ask(enrol("enrol-2", person_no="P2", relations=(moved,), credentials=()))
    question = CheckEntitlement(
        **asked_by(HOSPITAL, world.next_msgid()),
        person_no="P1",
        scheme="310",
        institution_code=HOSPITAL,
        visit_kind="11",
        start=world.today,
    )
    reply = world.ask(question)
    assert codes_in(reply) == {NUMBER_REPLACED.code}
    assert "P2" in refusals_in(reply)[0].cause_en

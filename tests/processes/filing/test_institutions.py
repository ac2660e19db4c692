"""Institutions refer, certify diseases, register selections, take them back, and ask."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    AWAY_CITY,
    DISEASES,
    HOME_CITY,
    HOME_HOSPITAL,
    HOSPITAL,
    OTHER_HOME_CITY,
    OTHER_HOSPITAL,
    THIRD_HOSPITAL,
    SampleAreas,
    asked_by,
    enrol,
    file_for_care,
    filing,
    refer,
)
from tests.world import World, codes_in
from yidi.domain.refusal import RefusalKind
from yidi.processes.enrolment.decide import handlers as enrolment
from yidi.processes.enrolment.records import ChronicCertificate
from yidi.processes.enrolment.refusals import PERSON_UNKNOWN
from yidi.processes.filing.commands import (
    AskChronic,
    AskFilings,
    AskSelections,
    CertifyChronic,
    ChronicFound,
    Filed,
    FilingsFound,
    SelectInstitution,
    SelectionsFound,
    WithdrawChronic,
    WithdrawReferral,
    WithdrawSelection,
)
from yidi.processes.filing.decide import handlers
from yidi.processes.filing.records import Filing, Selection
from yidi.processes.filing.refusals import (
    ALREADY_CERTIFIED,
    ALREADY_FILED,
    ALREADY_SELECTED,
    AREA_WITHOUT_RULES,
    CARE_AREA_UNKNOWN,
    CERTIFICATE_UNKNOWN,
    CERTIFIED_ELSEWHERE,
    FILING_INVALID,
    FILING_UNKNOWN,
    NOT_IN_OWN_NAME,
    REFERRER_NOT_AT_HOME,
    SCOPE_DIFFERS,
    SELECTION_UNKNOWN,
    WRONG_STATE,
)
from yidi.processes.ports.deciding import Ask, Reply
from yidi.processes.relay.decide import HANDLERS as RELAY


def make_world(**rules: Any) -> World:
    """A world with one person, where the home province has these filing rules."""
    world = World((*enrolment(DISEASES), *handlers(SampleAreas(**rules)), *RELAY))
    world.ask(enrol())
    return world


@pytest.fixture
def world() -> World:
    """A world with the usual rules."""
    return make_world()


def ask(world: World, command: type[Ask], by: str = HOME_HOSPITAL, **given: Any) -> Reply:
    """Have an institution ask something about P1."""
    return world.ask(command(**asked_by(by, world.next_msgid()) | {"person_no": "P1"} | given))


def referral(world: World, by: str = HOME_HOSPITAL, **given: Any) -> Reply:
    """Have an institution refer P1."""
    return world.ask(refer(world.next_msgid(), by, **given))


def filed(reply: Reply) -> Filed:
    """The filing a reply shows."""
    assert isinstance(reply, Filed), reply
    return reply


def certify(world: World, by: str = HOME_HOSPITAL, **given: Any) -> Reply:
    """Have an institution certify hypertension."""
    usual = {"scheme": "310", "disease_code": "M03900", "disease_name": "高血压", "start": world.today}
    names = {"institution_code": by, "institution_name": "试验医院"}
    return ask(world, CertifyChronic, by, **usual | names | given)


def select(world: World, by: str = HOSPITAL, **given: Any) -> Reply:
    """Have an institution register itself as selected."""
    usual = {"institution_code": by, "institution_name": "试验医院", "business_kind": "03"}
    return ask(world, SelectInstitution, by, **usual | given)


@pytest.mark.parametrize("form", ["electronic", "paper", "phone", "video"])
def test_a_home_institution_refers_in_any_form_and_no_stay_at_home_is_asked_for(
    world: World, form: str
) -> None:
    assert filed(referral(world, form=form, end="2026-04-01")).end == "2026-09-02"
    row = world.records(Filing)[0]
    assert (row.category, row.state, row.form, row.care_area) == ("referred", "active", form, AWAY_CITY)
    assert (row.referring_institution, row.institution_code) == (HOME_HOSPITAL, HOSPITAL)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"referring_institution": OTHER_HOSPITAL}, NOT_IN_OWN_NAME),
        ({"start": "2026-13-01"}, FILING_INVALID),
        ({"end": "2026-03-01"}, FILING_INVALID),
        ({"diagnosis_code": " "}, FILING_INVALID),
        ({"care_area": "330000"}, CARE_AREA_UNKNOWN),
        ({"scope": "province"}, SCOPE_DIFFERS),
        ({"scope": "outside", "care_area": OTHER_HOME_CITY}, SCOPE_DIFFERS),
        ({"person_no": "P9"}, PERSON_UNKNOWN),
    ],
)
def test_a_referral_that_does_not_fit_is_refused(
    world: World, given: dict[str, Any], expected: RefusalKind
) -> None:
    assert codes_in(referral(world, **given)) == {expected.code}
    assert not world.records(Filing)


def test_a_referral_may_stay_in_the_city_or_the_province(world: World) -> None:
    filed(referral(world, scope="city", care_area=HOME_CITY, institution_code="H61010400002"))
    filed(referral(world, scope="province", care_area=OTHER_HOME_CITY, institution_code="H61020200002"))


def test_an_institution_elsewhere_does_not_refer(world: World) -> None:
    assert codes_in(referral(world, by=THIRD_HOSPITAL)) == {REFERRER_NOT_AT_HOME.code}


def test_an_institution_of_the_filed_place_refers_a_long_term_filer_onward() -> None:
    onward = {"care_area": "320100", "institution_code": THIRD_HOSPITAL}
    for allowed in (True, False):
        world = make_world(long_term_referral_onward=allowed)
        world.add(filing())
        reply = referral(world, by=HOSPITAL, **onward)
        assert codes_in(reply) == (set() if allowed else {REFERRER_NOT_AT_HOME.code})
    world = make_world()
    world.add(filing(end="2026-03-02"))
    assert codes_in(referral(world, by=HOSPITAL, **onward)) == {REFERRER_NOT_AT_HOME.code}


def test_the_same_referral_is_not_made_twice_but_one_to_another_hospital_is(world: World) -> None:
    filed(referral(world))
    assert codes_in(referral(world)) == {ALREADY_FILED.code}
    filed(referral(world, institution_code=OTHER_HOSPITAL))


def test_a_person_of_an_area_without_rules_is_not_referred_nor_certified() -> None:
    world = World((*enrolment(DISEASES), *handlers(SampleAreas()), *RELAY))
    world.ask(enrol(relations=()))
    assert codes_in(referral(world)) == {AREA_WITHOUT_RULES.code}
    assert codes_in(certify(world)) == {AREA_WITHOUT_RULES.code}


def test_a_referral_is_withdrawn_by_who_made_it_and_once(world: World) -> None:
    found = filed(referral(world))
    world.passes(days=3)
    gone = {"filing_id": found.filing_id}
    assert codes_in(ask(world, WithdrawReferral, HOSPITAL, **gone)) == {NOT_IN_OWN_NAME.code}
    assert codes_in(ask(world, WithdrawReferral, person_no="P2", **gone)) == {FILING_UNKNOWN.code}
    assert codes_in(ask(world, WithdrawReferral, filing_id="F9")) == {FILING_UNKNOWN.code}
    ended = filed(ask(world, WithdrawReferral, **gone))
    assert (ended.state, ended.end) == ("cancelled", world.today)
    assert codes_in(ask(world, WithdrawReferral, **gone)) == {WRONG_STATE.code}


def test_a_disease_is_certified_once_and_withdrawn_by_who_certified_it(world: World) -> None:
    found = filed(certify(world))
    assert codes_in(certify(world)) == {ALREADY_CERTIFIED.code}
    gone = {"certificate_id": found.filing_id}
    assert codes_in(ask(world, WithdrawChronic, "H61010200009", **gone)) == {CERTIFICATE_UNKNOWN.code}
    assert filed(ask(world, WithdrawChronic, **gone)).state == "cancelled"
    assert codes_in(ask(world, WithdrawChronic, **gone)) == {CERTIFICATE_UNKNOWN.code}
    assert filed(certify(world)).filing_id != found.filing_id
    assert [row.state for row in world.records(ChronicCertificate)] == ["valid", "cancelled", "valid"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"disease_code": "hypertension"}, FILING_INVALID),
        ({"institution_code": OTHER_HOSPITAL}, NOT_IN_OWN_NAME),
        ({"person_no": "P9"}, PERSON_UNKNOWN),
        ({"by": HOSPITAL}, CERTIFIED_ELSEWHERE),
    ],
)
def test_a_certificate_that_does_not_fit_is_refused(
    world: World, given: dict[str, Any], expected: RefusalKind
) -> None:
    assert codes_in(certify(world, **given)) == {expected.code}


def test_an_area_may_take_certificates_from_other_provinces() -> None:
    assert filed(certify(make_world(chronic_certified_elsewhere=True), by=HOSPITAL)).state == "valid"


def test_a_selection_is_registered_once_and_withdrawn_by_who_registered_it(world: World) -> None:
    found = filed(select(world))
    assert codes_in(select(world)) == {ALREADY_SELECTED.code}
    assert codes_in(select(world, institution_code=OTHER_HOSPITAL)) == {NOT_IN_OWN_NAME.code}
    assert codes_in(select(world, person_no="P9")) == {PERSON_UNKNOWN.code}
    assert codes_in(select(world, start="x")) == {FILING_INVALID.code}
    gone = {"selection_id": found.filing_id}
    assert codes_in(ask(world, WithdrawSelection, OTHER_HOSPITAL, **gone)) == {SELECTION_UNKNOWN.code}
    assert filed(ask(world, WithdrawSelection, HOSPITAL, **gone)).state == "cancelled"
    assert codes_in(ask(world, WithdrawSelection, HOSPITAL, **gone)) == {SELECTION_UNKNOWN.code}
    assert len(world.records(Selection)) == 2


def test_what_is_registered_can_be_asked_for(world: World) -> None:
    filed(certify(world))
    filed(select(world))
    filed(select(world, business_kind="04"))
    chronic, chosen = ask(world, AskChronic), ask(world, AskSelections, business_kind="03")
    assert isinstance(chronic, ChronicFound)
    assert isinstance(chosen, SelectionsFound)
    assert [row.disease_code for row in chronic.rows] == ["M03900"]
    assert [(row.institution_code, row.business_kind) for row in chosen.rows] == [(HOSPITAL, "03")]
    every = ask(world, AskSelections)
    assert isinstance(every, SelectionsFound)
    assert len(every.rows) == 2


def test_what_ran_out_is_not_shown(world: World) -> None:
    filed(certify(world, end=world.day(5)))
    filed(select(world, end=world.day(5)))
    world.passes(days=5)
    assert ask(world, AskChronic) == ChronicFound(rows=())
    assert ask(world, AskSelections) == SelectionsFound(person_no="P1", rows=())


def test_filings_are_shown_in_their_latest_version_within_the_span_asked_for(world: World) -> None:
    found = filed(referral(world))
    world.passes(days=1)
    filed(ask(world, WithdrawReferral, filing_id=found.filing_id))
    filed(world.ask(file_for_care("later", start="2026-06-01")))
    shown = ask(world, AskFilings)
    assert isinstance(shown, FilingsFound)
    assert shown.person_name == "试甲"
    assert [(row.category, row.state) for row in shown.rows] == [
        ("referred", "cancelled"),
        ("temporary", "under_review"),
    ]
    early = ask(world, AskFilings, since="2026-03-01", until="2026-05-31 23:59:59")
    late = ask(world, AskFilings, since="2026-04-01 00:00:00")
    assert isinstance(early, FilingsFound)
    assert isinstance(late, FilingsFound)
    assert [row.category for row in (*early.rows, *late.rows)] == ["referred", "temporary"]


@pytest.mark.parametrize("command", [AskChronic, AskSelections, AskFilings])
def test_nothing_is_told_of_an_unknown_person(world: World, command: type[Ask]) -> None:
    assert codes_in(ask(world, command, person_no="P9")) == {PERSON_UNKNOWN.code}

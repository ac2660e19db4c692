"""Persons and relatives file; filings are reviewed, proven, revoked, changed and cancelled."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    AWAY_CITY,
    DISEASES,
    HOME,
    OTHER_AWAY_CITY,
    WHOLE,
    SampleAreas,
    certificate_no,
    enrol,
    file_for_care,
    relation,
)
from tests.world import World, codes_in
from yidi.domain.refusal import RefusalKind
from yidi.processes.enrolment.decide import handlers as enrolment
from yidi.processes.enrolment.refusals import PERSON_UNKNOWN, RELATION_PAUSED
from yidi.processes.filing.commands import (
    Agent,
    CancelFiling,
    ChangeFiling,
    Filed,
    ProveFiling,
    ReviewFiling,
    RevokeCommitment,
)
from yidi.processes.filing.decide import handlers
from yidi.processes.filing.making import PROOFS
from yidi.processes.filing.records import Category, Filing, FilingState
from yidi.processes.filing.refusals import (
    AGENT_INCOMPLETE,
    ALREADY_FILED,
    AREA_WITHOUT_RULES,
    CARE_AREA_IS_HOME,
    CARE_AREA_UNKNOWN,
    CONTINUED_UNKNOWN,
    DAY_IN_PAST,
    FILING_INVALID,
    FILING_UNKNOWN,
    LOCKED_UNTIL,
    NOT_BY_COMMITMENT,
    OTHER_ILLNESS,
    OTHER_LONG_TERM_HOLDS,
    PROOF_MISSING,
    REFERRER_MISSING,
    WRONG_STATE,
)
from yidi.processes.filing.views import LONG_TERM, months_after
from yidi.processes.ports.areas import FilingRules
from yidi.processes.ports.deciding import Command, Reply

RULES = {"self_service": frozenset(Category)}
LONG = {"category": Category.LONG_TERM_RESIDENT, "committed": True}
REFERRAL = {
    "category": Category.REFERRED,
    "referring_institution": "H61010200001",
    "institution_code": "H33010200001",
    "diagnosis_code": "C34.900",
    "disease_name": "肺恶性肿瘤",
}


def make_world(**rules: Any) -> World:
    """A world with one person, where the home province has these filing rules."""
    world = World((*enrolment(DISEASES), *handlers(SampleAreas(**RULES | rules))))
    world.ask(enrol())
    return world


@pytest.fixture
def world() -> World:
    """A world in which every category is self-service."""
    return make_world()


def file(world: World, **given: Any) -> Reply:
    """File as a temporary traveller unless said otherwise."""
    return world.ask(file_for_care(world.next_msgid(), **given))


def filed(reply: Reply) -> Filed:
    """The filing a reply shows."""
    assert isinstance(reply, Filed), reply
    return reply


def then(world: World, command: type[Command], filing_id: str, **given: Any) -> Reply:
    """Do something with a filing."""
    usual = {"jurisdiction": HOME, "sender": "agency", "msgid": world.next_msgid(), "filing_id": filing_id}
    return world.ask(command(**usual | given))


@pytest.mark.parametrize("category", sorted(LONG_TERM))
def test_long_term_filings_hold_until_they_are_changed(world: World, category: str) -> None:
    found = filed(file(world, category=category, materials=(PROOFS[Category(category)],)))
    assert (found.state, found.end) == ("active", "9999-12-31")
    row = world.records(Filing)[-1]
    assert (row.proven, row.committed, row.care_area) == (1, 0, AWAY_CITY)


@pytest.mark.parametrize(
    ("given", "end"),
    [
        ({}, "2026-09-02"),
        ({"end": "2026-04-01"}, "2026-09-02"),
        ({"end": "2026-12-01"}, "2026-12-01"),
        (REFERRAL, "2026-09-02"),
        ({"category": Category.EMERGENCY}, "2026-03-03"),
    ],
)
def test_temporary_filings_hold_at_least_the_months_of_the_area(
    world: World, given: dict[str, Any], end: str
) -> None:
    assert filed(file(world, **given)).end == end


def test_an_area_may_grant_longer_but_never_shorter_validity() -> None:
    assert filed(file(make_world(temporary_validity_months=12))).end == "2027-03-02"
    with pytest.raises(ValueError, match="at least 6 months"):
        FilingRules(temporary_validity_months=5)


def test_a_commitment_replaces_the_papers_and_is_kept_as_unproven(world: World) -> None:
    assert filed(file(world, **LONG)).state == "active"
    assert [(row.committed, row.proven) for row in world.records(Filing)] == [(1, 0)]


def test_a_long_term_filing_needs_its_one_paper_or_the_commitment(world: World) -> None:
    reply = file(world, category=Category.STATIONED_STAFF, materials=("residence_proof",))
    assert codes_in(reply) == {PROOF_MISSING.code}


def test_a_relative_files_for_the_person(world: World) -> None:
    agent = Agent("试乙", "child", certificate_no(2), "13000000000")
    filed(file(world, agent=agent))
    assert world.records(Filing)[0].agent_name == "试乙"
    assert codes_in(file(world, agent=Agent("试乙", "", "", ""))) == {AGENT_INCOMPLETE.code}


def test_self_service_is_at_once_only_where_the_area_offers_it() -> None:
    world = make_world(self_service=frozenset({Category.TEMPORARY}))
    assert filed(file(world)).state == "active"
    assert filed(file(world, **LONG)).state == "under_review"
    assert filed(file(make_world(), self_service=False)).state == "under_review"
    assert filed(file(make_world(self_service=frozenset()), category=Category.EMERGENCY)).state == "active"


def test_a_filing_names_the_city_of_a_district_and_the_whole_of_a_pooled_province(world: World) -> None:
    file(world, care_area="330102")
    file(world, care_area="460200")
    assert [row.care_area for row in world.records(Filing)] == [AWAY_CITY, WHOLE]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"care_area": "999999"}, CARE_AREA_UNKNOWN),
        ({"care_area": "330000"}, CARE_AREA_UNKNOWN),
        ({"care_area": "610104"}, CARE_AREA_IS_HOME),
        ({"category": "holiday"}, FILING_INVALID),
        ({"start": "tomorrow"}, FILING_INVALID),
        ({"start": "20260302"}, FILING_INVALID),
        ({"start": "9999-12-31"}, FILING_INVALID),
        ({"end": "2026-03-02"}, FILING_INVALID),
        ({"category": Category.REFERRED}, REFERRER_MISSING),
        ({"person_no": "P9"}, PERSON_UNKNOWN),
        ({"continues": "F9"}, CONTINUED_UNKNOWN),
    ],
)
def test_what_cannot_be_filed_is_named(world: World, given: dict[str, Any], expected: RefusalKind) -> None:
    assert expected.code in codes_in(file(world, **given))
    assert not world.records(Filing)


def test_all_findings_of_a_filing_come_together(world: World) -> None:
    reply = file(world, start="x", care_area="x", agent=Agent("", "", "", ""), category=Category.REFERRED)
    expected = {FILING_INVALID, CARE_AREA_UNKNOWN, AGENT_INCOMPLETE, REFERRER_MISSING}
    assert codes_in(reply) == {kind.code for kind in expected}


def test_who_is_not_entitled_does_not_file() -> None:
    world = World((*enrolment(DISEASES), *handlers(SampleAreas(**RULES))))
    world.ask(enrol(relations=(relation(state="paused"),)))
    assert codes_in(file(world)) == {RELATION_PAUSED.code}


def test_an_area_without_a_policy_pack_takes_no_filing(world: World) -> None:
    world.ask(enrol("away", jurisdiction="320000", relations=(relation(area="320100"),), credentials=()))
    reply = file(world, jurisdiction="320000")
    assert codes_in(reply) == {AREA_WITHOUT_RULES.code}
    assert "320100" in reply.refusals[0].cause_zh  # type: ignore[attr-defined]


def test_the_same_filing_is_not_made_twice(world: World) -> None:
    file(world)
    assert codes_in(file(world, start="2026-05-01")) == {ALREADY_FILED.code}
    assert isinstance(file(world, start="2026-09-02"), Filed)


def test_no_second_long_term_place_stands_beside_the_first_even_under_review(world: World) -> None:
    file(world, **LONG)
    elsewhere = LONG | {"care_area": OTHER_AWAY_CITY}
    assert codes_in(file(world, **elsewhere)) == {OTHER_LONG_TERM_HOLDS.code}
    waiting = make_world(self_service=frozenset())
    file(waiting, **LONG)
    assert codes_in(file(waiting, **elsewhere)) == {OTHER_LONG_TERM_HOLDS.code}


def test_a_referral_and_a_temporary_filing_stand_beside_a_long_term_one(world: World) -> None:
    file(world, **LONG)
    assert isinstance(file(world, **REFERRAL), Filed)
    assert isinstance(file(world, care_area="320100"), Filed)


def test_onward_treatment_of_the_same_illness_is_refiled_in_one_step() -> None:
    world = make_world(self_service=frozenset())
    first = filed(file(world, **REFERRAL))
    then(world, ReviewFiling, first.filing_id, approve=True)
    onward = {"category": Category.REFERRED, "continues": first.filing_id, "care_area": "320100"}
    assert filed(file(world, **onward, diagnosis_code="C34.101")).state == "active"
    row = world.records(Filing)[-1]
    assert (row.referring_institution, row.disease_name) == ("H61010200001", "肺恶性肿瘤")
    assert codes_in(file(world, **onward, diagnosis_code="E11.900")) == {OTHER_ILLNESS.code}


def test_a_review_approves_or_returns_once() -> None:
    world = make_world(self_service=frozenset())
    found = filed(file(world))
    assert filed(then(world, ReviewFiling, found.filing_id, approve=True)).state == "active"
    assert codes_in(then(world, ReviewFiling, found.filing_id, approve=False)) == {WRONG_STATE.code}
    assert codes_in(then(world, ReviewFiling, "F9", approve=True)) == {FILING_UNKNOWN.code}


def test_a_returned_filing_goes_back_to_review_with_the_papers() -> None:
    world = make_world(self_service=frozenset())
    found = filed(file(world, **LONG))
    assert filed(then(world, ReviewFiling, found.filing_id, approve=False, reason="x")).state == "returned"
    again = then(world, ProveFiling, found.filing_id, materials=("residence_proof",))
    assert filed(again).state == "under_review"
    assert [row.version for row in world.records(Filing)] == [1, 2, 3]


def test_papers_for_a_commitment_make_the_filing_proven(world: World) -> None:
    found = filed(file(world, **LONG))
    assert codes_in(then(world, ProveFiling, found.filing_id, materials=("x",))) == {PROOF_MISSING.code}
    then(world, ProveFiling, found.filing_id, materials=("residence_proof",))
    assert world.records(Filing)[-1].proven == 1


def test_a_revoked_commitment_suspends_and_papers_restore_the_old_end(world: World) -> None:
    found = filed(file(world, **LONG))
    world.passes(days=10)
    suspended = filed(then(world, RevokeCommitment, found.filing_id, reason="untrue"))
    assert (suspended.state, suspended.end) == ("suspended", world.today)
    assert codes_in(then(world, RevokeCommitment, found.filing_id, reason="again")) == {WRONG_STATE.code}
    restored = filed(then(world, ProveFiling, found.filing_id, materials=("residence_proof",)))
    assert (restored.state, restored.end) == ("active", "9999-12-31")


def test_only_a_commitment_can_be_revoked_or_proven(world: World) -> None:
    found = filed(file(world))
    for reply in (
        then(world, RevokeCommitment, found.filing_id, reason="x"),
        then(world, ProveFiling, found.filing_id, materials=()),
    ):
        assert codes_in(reply) == {NOT_BY_COMMITMENT.code}
    cancelled = then(world, CancelFiling, found.filing_id, from_day=world.today)
    assert filed(cancelled).state == "cancelled"
    assert codes_in(then(world, ProveFiling, found.filing_id, materials=())) == {WRONG_STATE.code}


def test_a_long_term_filing_is_locked_for_the_months_of_the_area() -> None:
    world = make_world(lock_months=3)
    found = filed(file(world, **LONG, start="2025-01-01"))
    move = {"care_area": OTHER_AWAY_CITY, "start": "2026-06-02"}
    assert codes_in(then(world, ChangeFiling, found.filing_id, **move)) == {LOCKED_UNTIL.code}
    reply = then(world, CancelFiling, found.filing_id, from_day=world.today)
    assert codes_in(reply) == {LOCKED_UNTIL.code}
    world.passes(days=92)
    assert world.today == "2026-06-02"
    assert filed(then(world, ChangeFiling, found.filing_id, **move)).state == "active"
    assert codes_in(then(world, CancelFiling, found.filing_id, from_day=world.today)) == {LOCKED_UNTIL.code}


def test_temporary_filings_and_filings_under_review_are_not_locked(world: World) -> None:
    found = filed(file(world))
    assert filed(then(world, CancelFiling, found.filing_id, from_day=world.today)).state == "cancelled"
    waiting = filed(file(world, **LONG, self_service=False))
    assert filed(then(world, CancelFiling, waiting.filing_id, from_day=world.today)).state == "cancelled"


def test_a_change_closes_the_old_place_on_the_day_the_new_one_begins() -> None:
    world = make_world(lock_months=0)
    found = filed(file(world, **LONG))
    then(world, ChangeFiling, found.filing_id, care_area="330203", start="2026-04-01")
    rows = world.records(Filing)
    assert [(row.version, row.state, row.care_area, row.start, row.end) for row in rows] == [
        (1, FilingState.ACTIVE, AWAY_CITY, "2026-03-02", "9999-12-31"),
        (2, FilingState.CHANGED, AWAY_CITY, "2026-03-02", "2026-04-01"),
        (3, FilingState.ACTIVE, OTHER_AWAY_CITY, "2026-04-01", "9999-12-31"),
    ]


def test_a_changed_temporary_filing_has_the_full_months_from_its_new_start(world: World) -> None:
    found = filed(file(world))
    moved = then(world, ChangeFiling, found.filing_id, care_area="320100", start="2026-04-01")
    assert filed(moved).end == "2026-10-01"


def test_no_change_reaches_back_and_no_ended_filing_is_changed(world: World) -> None:
    found = filed(file(world))
    change = {"care_area": "320100", "start": "2026-03-01"}
    assert codes_in(then(world, ChangeFiling, found.filing_id, **change)) == {DAY_IN_PAST.code}
    reply = then(world, CancelFiling, found.filing_id, from_day="2026-03-01")
    assert codes_in(reply) == {DAY_IN_PAST.code}
    then(world, CancelFiling, found.filing_id, from_day="2026-03-05")
    for again in (
        then(world, ChangeFiling, found.filing_id, **change | {"start": "2026-03-06"}),
        then(world, CancelFiling, found.filing_id, from_day="2026-03-06"),
    ):
        assert codes_in(again) == {WRONG_STATE.code}


def test_nothing_happens_to_a_filing_nobody_made(world: World) -> None:
    for command, given in (
        (ProveFiling, {"materials": ()}),
        (RevokeCommitment, {"reason": "x"}),
        (ChangeFiling, {"care_area": AWAY_CITY, "start": "2026-04-01"}),
        (CancelFiling, {"from_day": "2026-04-01"}),
    ):
        assert codes_in(then(world, command, "F9", **given)) == {FILING_UNKNOWN.code}


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-03-02", 6, "2026-09-02"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2026-12-31", 0, "2026-12-31"),
        ("2026-07-15", 18, "2028-01-15"),
        ("9998-12-31", 6, "9999-12-31"),
    ],
)
def test_months_are_counted_to_the_same_day_or_the_last_of_a_shorter_month(
    day: str, months: int, expected: str
) -> None:
    assert months_after(day, months) == expected


@pytest.mark.parametrize("rules", [{"dual_treatment": "temporary"}, {"other_city_counts_as": "referred"}])
def test_rules_below_the_national_floor_are_no_rules(rules: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"counts|never below"):
        FilingRules(**rules)

"""The agency enrols, changes and moves money; the nation learns who answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    AWAY,
    AWAY_CITY,
    DISEASES,
    HOME,
    HOSPITAL,
    asked_by,
    certificate_no,
    enrol,
    relation,
)
from tests.world import World, codes_in
from yidi.processes.enrolment.commands import (
    ChangeRelation,
    FindInsured,
    InsuredFound,
    MoveAccount,
    NewCredential,
    NewMark,
    NewRelation,
)
from yidi.processes.enrolment.decide import handlers
from yidi.processes.enrolment.records import (
    AccountEntry,
    Credential,
    DirectoryEntry,
    FamilyDoctorContract,
    IdentityMark,
    InsuranceRelation,
    Person,
)
from yidi.processes.enrolment.refusals import (
    ACCOUNT_AMOUNT_WRONG,
    ACCOUNT_ENTRY_TAKEN,
    ACCOUNT_TOO_LOW,
    AREA_ELSEWHERE,
    CERTIFICATE_OF_ANOTHER,
    CREDENTIAL_TAKEN,
    CREDENTIAL_UNKNOWN,
    ENROLMENT_INVALID,
    PERSON_NUMBER_TAKEN,
    PERSON_UNKNOWN,
)
from yidi.processes.ports.deciding import NATION, Done, Reply
from yidi.processes.relay.decide import HANDLERS as RELAY


@pytest.fixture
def world() -> World:
    """A world in which only enrolment happens."""
    return World((*handlers(DISEASES), *RELAY))


def insured(world: World, kind: str = "01", number: str = "EV-1") -> Reply:
    """Ask the nation who answers for a credential."""
    return world.ask(
        FindInsured(**asked_by(HOSPITAL, world.next_msgid(), insured=NATION), kind=kind, number=number)
    )


def change(world: World, new: NewRelation, jurisdiction: str = HOME) -> Reply:
    """Have the agency change a relation of P1."""
    return world.ask(
        ChangeRelation(
            jurisdiction=jurisdiction, sender="agency", msgid=world.next_msgid(), person_no="P1", relation=new
        )
    )


def move(world: World, entry_id: str, amount_fen: int, person_no: str = "P1") -> Reply:
    """Have the agency move the account of a person."""
    return world.ask(
        MoveAccount(
            jurisdiction=HOME,
            sender="agency",
            msgid=world.next_msgid(),
            person_no=person_no,
            entry_id=entry_id,
            reason="income",
            amount_fen=amount_fen,
        )
    )


def test_enrolling_keeps_the_person_and_all_that_belongs_to_it(world: World) -> None:
    marks, contracts = (NewMark("2303", "2025-01-01"),), ("H61010200009", "H61010200009")
    assert world.ask(enrol(marks=marks, contracts=contracts, account_fen=500)) == Done(reference="P1")
    assert [row.person_no for row in world.records(Person)] == ["P1"]
    assert [(row.scheme, row.version) for row in world.records(InsuranceRelation)] == [("310", 1)]
    assert [row.number for row in world.records(Credential)] == ["EV-1", "CARD-1"]
    assert [row.identity_type for row in world.records(IdentityMark)] == ["2303"]
    assert [row.start for row in world.records(FamilyDoctorContract)] == [world.today]
    assert [row.amount_fen for row in world.records(AccountEntry)] == [500]


def test_the_nation_learns_of_every_credential_and_of_the_id_card_without_being_told(world: World) -> None:
    world.ask(enrol())
    assert {row.kind for row in world.records(DirectoryEntry)} == {"01", "02", "03"}
    assert insured(world, "02", certificate_no(1)) == InsuredFound(insured=HOME)


def test_the_nation_finds_an_id_card_typed_with_a_small_letter(world: World) -> None:
    number = next(no for no in map(certificate_no, range(1, 99)) if no.endswith("X"))
    world.ask(enrol(certificate_no=number))
    assert insured(world, "02", number.lower()) == InsuredFound(insured=HOME)


def test_enrolling_the_same_again_adds_nothing(world: World) -> None:
    kinds = (Person, Credential, InsuranceRelation, IdentityMark, AccountEntry, DirectoryEntry)
    given = {"marks": (NewMark("2303", "2025-01-01"),), "account_fen": 500}
    world.ask(enrol("first", **given))
    before = [world.records(kind) for kind in kinds]
    assert world.ask(enrol("second", **given)) == Done(reference="P1")
    assert [world.records(kind) for kind in kinds] == before


def test_what_one_enrolment_says_twice_is_kept_once_as_said_last(world: World) -> None:
    cards = (NewCredential("01", "EV-1", "2020-01-01"), NewCredential("01", "EV-1", "2021-01-01"))
    marks = (NewMark("2303", "2025-01-01"), NewMark("2303", "2025-06-01"))
    relations = (relation(), relation(person_type="11"))
    assert world.ask(enrol(credentials=cards, marks=marks, relations=relations)) == Done(reference="P1")
    assert [row.start for row in world.records(Credential)] == ["2021-01-01"]
    assert [row.start for row in world.records(IdentityMark)] == ["2025-06-01"]
    assert [row.person_type for row in world.records(InsuranceRelation)] == ["11"]


def test_a_further_credential_reaches_the_directory_alone(world: World) -> None:
    world.ask(enrol())
    world.ask(enrol("again", credentials=(NewCredential("01", "EV-2", "2026-01-01"),)))
    assert [row.number for row in world.records(DirectoryEntry)][3:] == ["EV-2"]


def test_a_credential_nobody_registered_is_unknown(world: World) -> None:
    assert codes_in(insured(world)) == {CREDENTIAL_UNKNOWN.code}


def test_a_person_number_belongs_to_one_certificate(world: World) -> None:
    world.ask(enrol())
    reply = world.ask(enrol("other", certificate_no=certificate_no(2), credentials=()))
    assert codes_in(reply) == {PERSON_NUMBER_TAKEN.code}


def test_a_credential_is_not_issued_to_a_second_person(world: World) -> None:
    world.ask(enrol())
    reply = world.ask(enrol("other", person_no="P2", certificate_no=certificate_no(2)))
    assert codes_in(reply) == {CREDENTIAL_TAKEN.code}


def test_a_certificate_is_not_registered_for_somebody_of_another_name(world: World) -> None:
    world.ask(enrol())
    reply = world.ask(enrol("other", person_no="P2", name="试乙", credentials=()))
    assert codes_in(reply) == {CERTIFICATE_OF_ANOTHER.code}


@pytest.mark.parametrize(
    "given",
    [
        {"person_no": " "},
        {"born": "1960-02-31"},
        {"born": "19600501"},
        {"relations": (relation(state="asleep"),)},
        {"relations": (relation(start="2026-01-01", end="2026-01-01"),)},
        {"credentials": (NewCredential("01", "EV-1", "yesterday"),)},
    ],
)
def test_what_cannot_be_registered_is_named(world: World, given: dict[str, Any]) -> None:
    assert codes_in(world.ask(enrol(**given))) == {ENROLMENT_INVALID.code}
    assert not world.records(Person)


def test_all_findings_of_an_enrolment_come_together(world: World) -> None:
    reply = world.ask(enrol(name="", relations=(relation(area=AWAY_CITY),), account_fen=-1))
    assert codes_in(reply) == {ENROLMENT_INVALID.code, AREA_ELSEWHERE.code, ACCOUNT_AMOUNT_WRONG.code}


def test_a_relation_of_another_province_is_refused(world: World) -> None:
    world.ask(enrol())
    assert codes_in(change(world, relation(area=AWAY_CITY))) == {AREA_ELSEWHERE.code}


def test_a_change_of_a_relation_is_its_next_version_and_the_same_again_is_none(world: World) -> None:
    world.ask(enrol())
    paused = relation(state="paused")
    assert change(world, paused) == change(world, paused) == Done(reference="P1")
    rows = world.records(InsuranceRelation)
    assert [(row.version, row.state, row.paused_on) for row in rows] == [
        (1, "normal", ""),
        (2, "paused", world.today),
    ]


def test_a_pause_does_not_hide_the_person_but_the_end_of_all_relations_does(world: World) -> None:
    world.ask(enrol())
    change(world, relation(state="paused"))
    assert insured(world) == InsuredFound(insured=HOME)
    change(world, relation(state="ended"))
    assert world.records(InsuranceRelation)[-1].end == world.today
    assert codes_in(insured(world)) == {CREDENTIAL_UNKNOWN.code}


def test_of_two_provinces_the_one_that_began_last_answers_and_only_from_its_first_day(world: World) -> None:
    world.ask(enrol())
    moved = relation(area=AWAY_CITY, start=world.day(30))
    world.ask(enrol("moved", jurisdiction=AWAY, relations=(moved,)))
    assert insured(world) == InsuredFound(insured=HOME)
    world.passes(days=30)
    assert insured(world) == InsuredFound(insured=AWAY)
    change(world, NewRelation("310", AWAY_CITY, "12", moved.start, "ended", world.day(1)), AWAY)
    assert insured(world) == InsuredFound(insured=HOME)


def test_a_province_still_answers_for_a_person_whose_only_relation_ran_out(world: World) -> None:
    world.ask(enrol(relations=(relation(end=world.day(1)),)))
    world.passes(days=2)
    assert insured(world) == InsuredFound(insured=HOME)


def test_an_account_moves_up_and_down_but_never_below_zero(world: World) -> None:
    world.ask(enrol(account_fen=1_000))
    assert move(world, "e1", 500) == Done(reference="e1")
    assert codes_in(move(world, "e2", -1_501)) == {ACCOUNT_TOO_LOW.code}
    assert move(world, "e3", -1_500) == Done(reference="e3")
    assert sum(row.amount_fen for row in world.records(AccountEntry)) == 0


def test_an_account_entry_is_booked_once(world: World) -> None:
    world.ask(enrol())
    assert move(world, "e1", 500) == move(world, "e1", 500)
    assert codes_in(move(world, "e1", 600)) == {ACCOUNT_ENTRY_TAKEN.code}
    assert len(world.records(AccountEntry)) == 1


@pytest.mark.parametrize("amount_fen", [0, 10**16, -(10**16)])
def test_no_account_moves_by_nothing_or_by_absurd_amounts(world: World, amount_fen: int) -> None:
    world.ask(enrol())
    assert codes_in(move(world, "e1", amount_fen)) == {ACCOUNT_AMOUNT_WRONG.code}


def test_nothing_is_changed_or_moved_for_an_unknown_person(world: World) -> None:
    assert codes_in(change(world, relation())) == {PERSON_UNKNOWN.code}
    assert codes_in(move(world, "e1", 5)) == {PERSON_UNKNOWN.code}

"""Institutions are designated, open service by service, suspended and withdrawn."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import AWAY, AWAY_CITY, DISEASES, HOSPITAL, OTHER_HOSPITAL, PHARMACY, designate
from tests.world import World, codes_in
from yidi.domain.refusal import RefusalKind
from yidi.processes.network.commands import (
    AskInstitution,
    ChangeOpening,
    DescribeInstitution,
    InstitutionFound,
    Opening,
)
from yidi.processes.network.decide import HANDLERS
from yidi.processes.network.records import Institution, Service, ServiceOpening
from yidi.processes.network.refusals import (
    DESIGNATION_INVALID,
    DISEASE_NOT_OPEN,
    INSTITUTION_SUSPENDED,
    INSTITUTION_UNKNOWN,
    INSTITUTION_WITHDRAWN,
    NAME_AMBIGUOUS,
    SERVICE_NOT_OPEN,
)
from yidi.processes.network.views import LEVELS, current, level_of, open_for
from yidi.processes.ports.deciding import Done, Refused, Reply


@pytest.fixture
def world() -> World:
    """A world in which only the network happens."""
    return World(HANDLERS)


def ask(world: World, institution_code: str = "", name: str = "") -> Reply:
    """Ask which institution this is."""
    return world.ask(
        AskInstitution(
            jurisdiction=AWAY,
            sender=HOSPITAL,
            msgid=world.next_msgid(),
            institution_code=institution_code,
            name=name,
        )
    )


def change(world: World, state: str, service: str, disease_code: str = "", **given: Any) -> Reply:
    """Open or close a service of the hospital."""
    return world.ask(
        ChangeOpening(
            jurisdiction=AWAY,
            sender="agency",
            msgid=world.next_msgid(),
            institution_code=given.pop("institution_code", HOSPITAL),
            opening=Opening(service, disease_code, **given),
            state=state,
        )
    )


def opened(world: World, service: Service, disease_code: str = "", code: str = HOSPITAL) -> set[str]:
    """The codes of why an institution is not open today; empty when it is."""
    rows = [row for row in world.records(Institution) if row.institution_code == code]
    openings = [row for row in world.records(ServiceOpening) if row.institution_code == code]
    found = open_for(rows, openings, code, service, disease_code, world.today, DISEASES)
    return set() if isinstance(found, Institution) else {refusal.code for refusal in found}


def test_a_designated_institution_is_found_by_code_and_by_name(world: World) -> None:
    assert world.ask(designate()) == Done(reference=HOSPITAL)
    found = ask(world, HOSPITAL)
    assert isinstance(found, InstitutionFound)
    assert found == ask(world, name="试验医院01")
    assert (found.grade, found.area, found.state) == ("2", AWAY_CITY, "open")
    assert len(found.openings) == 4


def test_an_institution_nobody_designated_is_unknown(world: World) -> None:
    assert codes_in(ask(world, HOSPITAL)) == {INSTITUTION_UNKNOWN.code}
    assert codes_in(ask(world, name="没有")) == {INSTITUTION_UNKNOWN.code}
    assert codes_in(change(world, "open", "inpatient")) == {INSTITUTION_UNKNOWN.code}
    assert opened(world, Service.INPATIENT) == {INSTITUTION_UNKNOWN.code}


def test_a_name_that_two_institutions_bear_finds_neither(world: World) -> None:
    world.ask(designate(name="同名医院"))
    world.ask(designate(OTHER_HOSPITAL, name="同名医院"))
    assert codes_in(ask(world, name="同名医院")) == {NAME_AMBIGUOUS.code}
    world.ask(designate(OTHER_HOSPITAL, "renamed", name="新名医院"))
    assert isinstance(ask(world, name="同名医院"), InstitutionFound)


def test_designating_the_same_again_adds_nothing(world: World) -> None:
    world.ask(designate())
    world.ask(designate(msgid="again"))
    assert len(world.records(Institution)) == 1
    assert len(world.records(ServiceOpening)) == 4


def test_a_service_named_twice_is_opened_once_as_said_last(world: World) -> None:
    world.ask(designate(openings=(Opening("inpatient"), Opening("inpatient", start=world.day(5)))))
    assert [row.start for row in world.records(ServiceOpening)] == [world.day(5)]


def test_a_change_is_the_next_version(world: World) -> None:
    world.ask(designate())
    world.ask(designate(msgid="graded", grade="1"))
    row = current(world.records(Institution))
    assert row is not None
    assert (row.version, row.grade) == (2, "1")


@pytest.mark.parametrize(
    "given",
    [
        {"institution_code": "H330102"},
        {"name": " "},
        {"area": "610100"},
        {"kind": "3"},
        {"character": "pharmacy"},
        {"grade": "15"},
        {"state": "asleep"},
        {"end": "2020-01-01"},
        {"start": "soon"},
        {"openings": (Opening("pharmacy"),)},
        {"openings": (Opening("chronic"),)},
        {"openings": (Opening("inpatient", "M03900"),)},
        {"openings": (Opening("inpatient", start="2026-01-01", end="2025-01-01"),)},
    ],
)
def test_what_cannot_be_designated_is_named(world: World, given: dict[str, Any]) -> None:
    command = designate(**{"jurisdiction": AWAY, "area": AWAY_CITY, "openings": ()} | given)
    assert codes_in(world.ask(command)) == {DESIGNATION_INVALID.code}


def test_an_opening_is_open_or_closed_and_nothing_else(world: World) -> None:
    world.ask(designate())
    assert codes_in(change(world, "ajar", "inpatient")) == {DESIGNATION_INVALID.code}


def test_each_service_is_open_on_its_own(world: World) -> None:
    world.ask(designate(openings=(Opening("inpatient"),)))
    assert opened(world, Service.INPATIENT) == set()
    assert opened(world, Service.OUTPATIENT) == {SERVICE_NOT_OPEN.code}
    change(world, "open", "outpatient")
    assert opened(world, Service.OUTPATIENT) == set()
    change(world, "closed", "outpatient")
    assert opened(world, Service.OUTPATIENT) == {SERVICE_NOT_OPEN.code}


def test_an_opening_begins_and_ends_on_its_days(world: World) -> None:
    world.ask(designate(openings=(Opening("inpatient", start=world.day(1), end=world.day(2)),)))
    assert opened(world, Service.INPATIENT) == {SERVICE_NOT_OPEN.code}
    world.passes(days=1)
    assert opened(world, Service.INPATIENT) == set()
    world.passes(days=1)
    assert opened(world, Service.INPATIENT) == {SERVICE_NOT_OPEN.code}


def test_chronic_care_is_open_disease_by_disease_and_knows_local_codes(world: World) -> None:
    world.ask(designate())
    assert opened(world, Service.CHRONIC, "M03900") == set()
    assert opened(world, Service.CHRONIC, "M00503") == set()
    assert opened(world, Service.CHRONIC, "M07801") == {DISEASE_NOT_OPEN.code}
    change(world, "open", "chronic", "M07803")
    assert opened(world, Service.CHRONIC, "M07801") == set()
    assert opened(world, Service.CHRONIC, "M07800") == {DISEASE_NOT_OPEN.code}


def test_a_pharmacy_sells_and_does_nothing_else(world: World) -> None:
    world.ask(designate(PHARMACY))
    assert opened(world, Service.PHARMACY, code=PHARMACY) == set()
    assert opened(world, Service.OUTPATIENT, code=PHARMACY) == {SERVICE_NOT_OPEN.code}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"state": "suspended"}, INSTITUTION_SUSPENDED),
        ({"state": "withdrawn"}, INSTITUTION_WITHDRAWN),
        ({"end": "2026-03-02"}, INSTITUTION_WITHDRAWN),
        ({"start": "2026-03-03"}, INSTITUTION_WITHDRAWN),
    ],
)
def test_an_institution_out_of_standing_serves_nobody(
    world: World, given: dict[str, Any], expected: RefusalKind
) -> None:
    world.ask(designate(**given))
    assert opened(world, Service.INPATIENT) == {expected.code}


@pytest.mark.parametrize(
    ("grade", "expected"),
    [("1", (3, "A")), ("02", (3, "A")), ("6", (2, "B")), ("10", (1, "C")), ("11", (1, "")), ("99", (1, ""))],
)
def test_a_national_grade_is_a_level_and_a_letter(grade: str, expected: tuple[int, str]) -> None:
    assert tuple(level_of(grade)) == expected


def test_every_grade_of_the_dictionary_has_a_level() -> None:
    assert set(LEVELS) == {str(code) for code in range(1, 15)}


def describe(world: World, *traits: str, code: str = HOSPITAL) -> Reply:
    """Record what the hospital is beside its level."""
    return world.ask(
        DescribeInstitution(
            jurisdiction=AWAY,
            sender="agency",
            msgid=world.next_msgid(),
            institution_code=code,
            traits=traits,
        )
    )


def test_the_traits_of_an_institution_are_replaced_and_its_designation_stays(world: World) -> None:
    world.ask(designate())
    before = ask(world, HOSPITAL)
    assert isinstance(before, InstitutionFound)
    found = describe(world, "psychiatric", "provincial", "provincial")
    assert isinstance(found, InstitutionFound)
    assert found.traits == ("provincial", "psychiatric")
    assert (found.grade, found.openings) == (before.grade, before.openings)
    assert ask(world, HOSPITAL) == found
    assert opened(world, Service.INPATIENT) == set()
    gone = describe(world)
    assert isinstance(gone, InstitutionFound)
    assert gone.traits == ()


def test_the_same_traits_again_add_no_version(world: World) -> None:
    world.ask(designate())
    describe(world, "provincial")
    describe(world, "provincial")
    assert [row.traits for row in world.records(Institution)] == ["", "provincial"]


def test_every_word_that_is_no_trait_is_named_and_nothing_is_kept(world: World) -> None:
    world.ask(designate())
    reply = describe(world, "provincial", "famous", "large")
    assert isinstance(reply, Refused)
    assert [refusal.code for refusal in reply.refusals] == [DESIGNATION_INVALID.code] * 2
    assert ["famous" in refusal.cause_en for refusal in reply.refusals] == [True, False]
    assert [row.traits for row in world.records(Institution)] == [""]


def test_nobody_describes_an_institution_that_is_not_designated(world: World) -> None:
    assert codes_in(describe(world, "provincial")) == {INSTITUTION_UNKNOWN.code}

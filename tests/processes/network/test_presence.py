"""Operators come and go; an institution's questions are passed on, and nobody else's in its name."""

from __future__ import annotations

import pytest

from tests.builders import AWAY, DISEASES, HOME, HOSPITAL, OTHER_HOSPITAL, asked_by, designate, enrol
from tests.world import World, codes_in
from yidi.processes.enrolment.commands import FindPerson, PersonFound, Shown
from yidi.processes.enrolment.decide import handlers as enrolment
from yidi.processes.network.commands import OperatorSignsIn, OperatorSignsOut, SignedIn, SignedOut
from yidi.processes.network.decide import HANDLERS
from yidi.processes.network.records import SignIn, SignOut
from yidi.processes.network.refusals import (
    ALREADY_SIGNED_OUT,
    FORWARDED_FOR_ANOTHER,
    INSTITUTION_SUSPENDED,
    INSTITUTION_UNKNOWN,
    INSTITUTION_WITHDRAWN,
    NOT_SIGNED_IN,
)
from yidi.processes.ports.deciding import Reply
from yidi.processes.relay.commands import Forward, Relay
from yidi.processes.relay.decide import HANDLERS as RELAY


@pytest.fixture
def world() -> World:
    """A world with the hospital designated and a person enrolled."""
    world = World((*HANDLERS, *RELAY, *enrolment(DISEASES)))
    world.ask(designate())
    world.ask(enrol())
    return world


def sign_in(world: World, sender: str = HOSPITAL) -> Reply:
    """Sign an operator in."""
    return world.ask(
        OperatorSignsIn(jurisdiction=AWAY, sender=sender, msgid=world.next_msgid(), operator="op1")
    )


def sign_out(world: World, sign_no: str, operator: str = "op1", sender: str = HOSPITAL) -> Reply:
    """Sign an operator out."""
    return world.ask(
        OperatorSignsOut(
            jurisdiction=AWAY, sender=sender, msgid=world.next_msgid(), operator=operator, sign_no=sign_no
        )
    )


def forward(world: World, sender: str = HOSPITAL, origin: str = HOSPITAL) -> Reply:
    """Have an institution ask for a person, in its own name or another's."""
    msgid = world.next_msgid()
    ask = FindPerson(**asked_by(origin, msgid), shown=Shown("01", "EV-1"))
    return world.ask(Forward(jurisdiction=AWAY, sender=sender, msgid=msgid, ask=ask))


def test_an_operator_signs_in_once_and_out_once(world: World) -> None:
    signed = sign_in(world)
    assert isinstance(signed, SignedIn)
    assert len(signed.sign_no) <= 30
    assert isinstance(sign_out(world, signed.sign_no), SignedOut)
    assert codes_in(sign_out(world, signed.sign_no)) == {ALREADY_SIGNED_OUT.code}
    assert (len(world.records(SignIn)), len(world.records(SignOut))) == (1, 1)


def test_nobody_signs_another_out(world: World) -> None:
    world.ask(designate(OTHER_HOSPITAL))
    signed = sign_in(world)
    assert isinstance(signed, SignedIn)
    assert codes_in(sign_out(world, signed.sign_no, "op2")) == {NOT_SIGNED_IN.code}
    assert codes_in(sign_out(world, signed.sign_no, sender=OTHER_HOSPITAL)) == {NOT_SIGNED_IN.code}
    assert codes_in(sign_out(world, "r99999999")) == {NOT_SIGNED_IN.code}


def test_an_institution_out_of_standing_does_not_sign_in_nor_ask(world: World) -> None:
    assert codes_in(sign_in(world, OTHER_HOSPITAL)) == {INSTITUTION_UNKNOWN.code}
    assert codes_in(forward(world, OTHER_HOSPITAL, OTHER_HOSPITAL)) == {INSTITUTION_UNKNOWN.code}
    world.ask(designate(msgid="suspended", state="suspended"))
    assert codes_in(sign_in(world)) == codes_in(forward(world)) == {INSTITUTION_SUSPENDED.code}
    world.ask(designate(msgid="withdrawn", state="withdrawn"))
    assert codes_in(sign_in(world)) == codes_in(forward(world)) == {INSTITUTION_WITHDRAWN.code}


def test_a_question_travels_through_the_nation_and_its_answer_back_to_the_counter(world: World) -> None:
    assert isinstance(forward(world), PersonFound)
    path = [command.jurisdiction for command in world.decided[-5:]]
    assert path == [AWAY, "000000", HOME, "000000", AWAY]
    assert any(isinstance(command, Relay) for command in world.decided)


def test_nobody_asks_in_the_name_of_another(world: World) -> None:
    world.ask(designate(OTHER_HOSPITAL))
    assert codes_in(forward(world, HOSPITAL, OTHER_HOSPITAL)) == {FORWARDED_FOR_ANOTHER.code}

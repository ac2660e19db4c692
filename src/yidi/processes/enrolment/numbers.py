"""Person numbers change when an area changes systems; running business must survive it (regulation 4.5).

All facts of a person lie under the first number for ever. A later number is a person's row that stands for
the first: what is asked under any of them is decided on the same facts, so nothing is copied and nothing
can be counted twice. Whoever asked is answered with the number used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from msgspec import Struct, structs

from yidi.processes.enrolment.records import PERSON, Person
from yidi.processes.ports.deciding import (
    Command,
    Decide,
    Decision,
    Facts,
    Handler,
    Key,
    Moment,
    Needs,
    Reply,
)
from yidi.processes.relay.commands import Answered, Return


class AboutPerson(Protocol):
    """A command to an insured place about one of its persons."""

    @property
    def jurisdiction(self) -> str:
        """The insured place."""

    @property
    def person_no(self) -> str:
        """The number used."""


def first_number(command: AboutPerson, facts: Facts) -> str:
    """Return the number under which the person's facts lie; the number used when nobody has it."""
    person = facts.one(PERSON, command.jurisdiction, command.person_no)
    return (person.stands_for if person is not None else "") or command.person_no


def number_shown(first: Person, namesakes: Iterable[Person]) -> str:
    """Return the number a person has now: the one given last."""
    later = [row for row in namesakes if row.stands_for == first.person_no]
    return max(later, key=lambda row: row.recorded_at, default=first).person_no


def numbers_of_person(first_no: str, namesakes: Iterable[Person]) -> tuple[str, ...]:
    """Return every number of a person, the first one first."""
    return (first_no, *(row.person_no for row in namesakes if row.stands_for == first_no))


def following(handler: Handler) -> Handler:
    """Let a handler of an insured place decide under the person's first number, whichever was used.

    Nodes on one database take turns on the first number as well: what is asked under it elsewhere waits.
    """
    needs, decide = _needs(handler.needs), _decide(handler.decide)
    return handler._replace(needs=needs, decide=decide, turns=turns_of_person)


def turns_of_person(command: AboutPerson, facts: Facts) -> Iterable[str]:
    """Name the person by the first number, as a command that uses it is named by its field."""
    return (f"person_no/{first_number(command, facts)}",)


def _needs(phases: Sequence[Needs[Any]]) -> tuple[Needs[Any], ...]:
    """Name the needs under the number used; where it stands for another, go through them once more."""

    def first(command: Any, facts: Facts) -> Iterable[Key]:
        yield PERSON.key(command.jurisdiction, command.person_no)
        yield from phases[0](command, facts)

    def again(phase: Needs[Any]) -> Needs[Any]:
        def under_first_number(command: Any, facts: Facts) -> Iterable[Key]:
            no = first_number(command, facts)
            if no == command.person_no:
                return ()
            return phase(structs.replace(command, person_no=no), facts)

        return under_first_number

    return (first, *phases[1:], *(again(phase) for phase in phases))


def _decide(decide: Decide[Any]) -> Decide[Any]:
    def under_first_number(command: Any, facts: Facts, moment: Moment) -> Decision:
        no = first_number(command, facts)
        if no == command.person_no:
            return decide(command, facts, moment)
        decision = decide(structs.replace(command, person_no=no), facts, moment)
        return _told(decision, no, command.person_no)

    return under_first_number


def _told(decision: Decision, first: str, used: str) -> Decision:
    """Answer with the number used."""
    replies = tuple(row._replace(reply=_renamed(row.reply, first, used)) for row in decision.replies)
    messages = tuple(_message(message, first, used) for message in decision.messages)
    return decision._replace(replies=replies, messages=messages)


def _message(message: Command, first: str, used: str) -> Command:
    if isinstance(message, Return | Answered):
        return structs.replace(message, reply=_renamed(message.reply, first, used))
    return message


def _renamed(reply: Reply, first: str, used: str) -> Reply:
    changed: dict[str, Any] = {}
    if getattr(reply, "person_no", "") == first:
        changed["person_no"] = used
    person: Any = getattr(reply, "person", None)
    if isinstance(person, Struct) and getattr(person, "person_no", "") == first:
        changed["person"] = structs.replace(person, person_no=used)
    return structs.replace(reply, **changed) if changed else reply

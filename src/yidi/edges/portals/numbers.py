"""A person is one on every page, whatever the number used there (regulation 4.5)."""

from __future__ import annotations

from yidi.edges.portals import reading
from yidi.edges.portals.reading import SettlementLine, VisitLine
from yidi.edges.storage.reading import Rows
from yidi.processes.enrolment.numbers import numbers_of_person
from yidi.processes.enrolment.records import Person


async def first_of(rows: Rows, person: Person) -> Person:
    """Return the row under whose number the person's facts lie."""
    if not person.stands_for:
        return person
    where = {"jurisdiction": person.jurisdiction, "person_no": person.stands_for}
    return (await rows(Person, where, (), 1))[0]


async def numbers_of(rows: Rows, person: Person) -> tuple[str, ...]:
    """Return every number of a person: hospitals may have used any of them."""
    where = {
        "jurisdiction": person.jurisdiction,
        "certificate_type": person.certificate_type,
        "certificate_no": person.certificate_no,
    }
    return numbers_of_person(person.person_no, await rows(Person, where, ("recorded_at",), 100))


async def visits_of(rows: Rows, person: Person) -> list[VisitLine]:
    """List a person's visits under every number, newest first."""
    found = [line for no in await numbers_of(rows, person) for line in await reading.visits(rows, no)]
    return sorted(found, key=lambda line: (line.started_at, line.visit_id), reverse=True)


async def settlements_of(rows: Rows, person: Person) -> list[SettlementLine]:
    """List a person's settlements under every number, newest first."""
    found: list[SettlementLine] = []
    for no in await numbers_of(rows, person):
        found += await reading.settlements(rows, {"person_no": no})
    return sorted(found, key=lambda line: (line.asked_at, line.settlement_id), reverse=True)


async def first_number(rows: Rows, province: str, person_no: str) -> str:
    """Return the number under which a person's facts lie; the number itself when nobody there has it."""
    found = await rows(Person, {"jurisdiction": province, "person_no": person_no}, (), 1)
    return (found[0].stands_for if found else "") or person_no

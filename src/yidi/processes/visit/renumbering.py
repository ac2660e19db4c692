"""A person's number changes while visits are under way (regulation 4.5): hospitals may use either.

The insured place knows the stays of its persons and tells each care place; an outpatient visit it does not
know goes on under the number it was registered with, which the insured place understands for ever.
"""

from __future__ import annotations

from collections.abc import Iterable

from yidi.processes.enrolment.commands import NumberReplaced, TakeNumber
from yidi.processes.ports.deciding import Command, Decision, Facts, Key, Moment
from yidi.processes.relay.commands import passed
from yidi.processes.visit.access import next_change
from yidi.processes.visit.records import STAYS, VISIT, VISIT_CHANGES, StayEvent, VisitEvent
from yidi.processes.visit.views import Stay, stays, visit_state


def needs_of_stays(command: NumberReplaced, facts: Facts) -> Iterable[Key]:
    """Need the person's stays."""
    return (STAYS.key(command.jurisdiction, command.person_no),)


def tell_hospitals(command: NumberReplaced, facts: Facts, moment: Moment) -> Decision:
    """Tell each care place the number of stays that were not cancelled: some may not be settled yet."""
    known = stays(facts.many(STAYS, command.jurisdiction, command.person_no))
    standing = [stay for stay in known.values() if stay.event != StayEvent.CANCELLED]
    return Decision(messages=tuple(_told(command, stay) for stay in standing))


def _told(command: NumberReplaced, stay: Stay) -> Command:
    visit_id = stay.opened.visit_id
    return passed(
        TakeNumber(
            jurisdiction=stay.opened.care,
            sender=command.jurisdiction,
            msgid=f"{command.msgid}/{visit_id}",
            visit_id=visit_id,
            new_no=command.new_no,
        )
    )


def take_number(command: TakeNumber, facts: Facts, moment: Moment) -> Decision:
    """Care place: note the number with the visit, once; only for a visit of that insured place."""
    here = command.jurisdiction
    visit = facts.one(VISIT, here, command.visit_id)
    if visit is None or visit.insured != command.sender:
        return Decision()
    now = visit_state(visit, facts.many(VISIT_CHANGES, here, command.visit_id))
    if now.is_of(command.new_no):
        return Decision()
    event = VisitEvent.RENUMBERED
    change = next_change(visit, now.sequence, event, command.msgid, moment, person_no=command.new_no)
    return Decision((change,))

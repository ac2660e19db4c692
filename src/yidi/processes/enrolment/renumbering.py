"""The agency gives a person another number, as when an area changes systems (regulation 4.5, 10.6)."""

from __future__ import annotations

from collections.abc import Iterable

from yidi.domain.codes.shape import shown
from yidi.processes.enrolment.commands import NumberReplaced, ReplaceNumber
from yidi.processes.enrolment.records import PERSON
from yidi.processes.enrolment.refusals import ENROLMENT_INVALID, PERSON_NUMBER_TAKEN
from yidi.processes.enrolment.views import person_missing
from yidi.processes.ports.deciding import Decision, Done, Facts, Key, Moment, accepted, refused

LONGEST_NUMBER = 30
"""Characters a person number may have (national interface, psn_no)."""


def needs_of_numbers(command: ReplaceNumber, facts: Facts) -> Iterable[Key]:
    """Need whoever has the one number or the other."""
    return PERSON.key(command.jurisdiction, command.person_no), PERSON.key(
        command.jurisdiction, command.new_no
    )


def replace_number(command: ReplaceNumber, facts: Facts, moment: Moment) -> Decision:
    """Let the new number stand for the person; the same again changes nothing."""
    place, no, new = command.jurisdiction, command.person_no, command.new_no
    person, holder = facts.one(PERSON, place, no), facts.one(PERSON, place, new)
    if person is None:
        return refused(command, *person_missing(person, no))
    if not new.strip() or len(new) > LONGEST_NUMBER:
        words = {"expected_zh": "1至30个字符", "expected_en": "1 to 30 characters"}
        return refused(command, ENROLMENT_INVALID.because("new_no", value=shown(new), **words))
    if holder is not None and holder.stands_for == no:
        return accepted(command, Done(reference=new))
    if holder is not None:
        return refused(command, PERSON_NUMBER_TAKEN.because("new_no", person_no=new))
    row = person._replace(person_no=new, stands_for=no, recorded_at=moment.instant)
    told = NumberReplaced(
        jurisdiction=place, sender=place, msgid=f"number/{moment.reference}", person_no=no, new_no=new
    )
    return accepted(command, Done(reference=new), row, messages=(told,))

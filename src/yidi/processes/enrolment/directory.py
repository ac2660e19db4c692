"""The nation's directory: which province answers for a credential."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from yidi.processes.enrolment.commands import FindInsured, InsuredFound, RegisterCredential
from yidi.processes.enrolment.records import DIRECTORY, DirectoryEntry
from yidi.processes.enrolment.refusals import CREDENTIAL_UNKNOWN
from yidi.processes.enrolment.views import ID_CARD
from yidi.processes.ports.deciding import Decision, Done, Facts, Key, Moment, Refused, accepted
from yidi.processes.relay.commands import homeward


def needs_of_entry(command: RegisterCredential | FindInsured, facts: Facts) -> Iterable[Key]:
    """Need every entry of the credential."""
    yield DIRECTORY.key(command.jurisdiction, command.kind, listed(command.kind, command.number))


def listed(kind: str, number: str) -> str:
    """Return a number as the directory lists it: an ID card may be typed with a small x."""
    return number.upper() if kind == ID_CARD else number


def register(command: RegisterCredential, facts: Facts, moment: Moment) -> Decision:
    """Keep what a province says of a credential, unless it is what it said last."""
    number = listed(command.kind, command.number)
    entries = facts.many(DIRECTORY, command.jurisdiction, command.kind, number)
    last = next((row for row in reversed(entries) if row.insured == command.insured), None)
    said = (int(command.active), command.start, command.end)
    known = (0, "", "") if last is None else (last.active, last.start, last.end)
    if said == known or (not command.active and not known[0]):
        return accepted(command, Done())
    entry = DirectoryEntry(
        command.jurisdiction,
        command.kind,
        number,
        moment.reference,
        command.insured,
        *said,
        moment.instant,
    )
    return accepted(command, Done(), entry)


def find_insured(command: FindInsured, facts: Facts, moment: Moment) -> Decision:
    """Name the one province that answers for a credential today."""
    number = listed(command.kind, command.number)
    entries = facts.many(DIRECTORY, command.jurisdiction, command.kind, number)
    found = province_that_answers(entries, moment.today.isoformat())
    if found is None:
        unknown = CREDENTIAL_UNKNOWN.because("number", kind=command.kind)
        return Decision(messages=(homeward(command, Refused(refusals=(unknown,))),))
    return Decision(messages=(homeward(command, InsuredFound(insured=found.insured)),))


def province_that_answers(entries: Sequence[DirectoryEntry], day: str) -> DirectoryEntry | None:
    """Choose among the provinces that hold a relation: the one that began last, of those that hold it today.

    When none holds today, the one that ended last or begins first still knows the person and says why not.
    """
    last = {row.insured: row for row in sorted(entries, key=lambda row: row.version)}
    active = [row for row in last.values() if row.active]
    today = [row for row in active if row.start <= day < row.end]
    if today:
        return max(today, key=lambda row: (row.start, row.version))
    return max(active, key=lambda row: (row.start <= day, row.end, row.version), default=None)

"""A case is taken by a clerk of its owner and closed with a reason; only its owner may do either."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from yidi.domain.refusal import Refusal
from yidi.processes.ports.deciding import Decision, Facts, Key, Moment, Record, accepted, refused
from yidi.processes.reconciliation.commands import CaseStands, CloseCase, TakeCase
from yidi.processes.reconciliation.records import CASE_VERSIONS, DIFFERENCES_OF_DAY, ReconciliationCase
from yidi.processes.reconciliation.refusals import CASE_ENDED, CASE_OF_ANOTHER, NO_SUCH_CASE, REASON_MISSING
from yidi.processes.reconciliation.views import WAITING, CaseState, DifferenceState, latest_differences


def needs_case(command: TakeCase | CloseCase, facts: Facts) -> Iterable[Key]:
    """Name the case."""
    return (CASE_VERSIONS.key(command.jurisdiction, command.case_no),)


def needs_difference(command: TakeCase | CloseCase, facts: Facts) -> Iterable[Key]:
    """Name the differences of the case's day."""
    versions = facts.many(CASE_VERSIONS, command.jurisdiction, command.case_no)
    return [DIFFERENCES_OF_DAY.key(command.jurisdiction, row.day) for row in versions[-1:]]


def faults(command: TakeCase | CloseCase, versions: Iterable[ReconciliationCase]) -> Iterator[Refusal]:
    """Find why the sender cannot act on the case."""
    case = next(reversed(tuple(versions)), None)
    if case is None:
        yield NO_SUCH_CASE.because("case_no", case_no=command.case_no)
        return
    if case.owner != command.owner:
        values = {"case_no": command.case_no, "owner": case.owner, "asker": command.owner}
        yield CASE_OF_ANOTHER.because("owner", **values)
    if case.state == CaseState.CLOSED:
        yield CASE_ENDED.because("case_no", case_no=command.case_no)
    if isinstance(command, CloseCase) and not command.reason.strip():
        yield REASON_MISSING.because("reason", case_no=command.case_no)


def act(command: TakeCase | CloseCase, facts: Facts, moment: Moment) -> Decision:
    """Record the next version of the case, or say why not."""
    versions = facts.many(CASE_VERSIONS, command.jurisdiction, command.case_no)
    if found := tuple(faults(command, versions)):
        return refused(command, *found)
    case = versions[-1]._replace(version=versions[-1].version + 1, recorded_at=moment.instant)
    records: tuple[Record, ...] = ()
    if isinstance(command, TakeCase):
        case = case._replace(state=CaseState.TAKEN.value, taken_by=command.taken_by)
    else:
        case = case._replace(state=CaseState.CLOSED.value, reason=command.reason.strip())
        records = settled(case, facts, moment)
    reply = CaseStands(case_no=case.case_no, state=case.state, due_on=case.due_on)
    return accepted(command, reply, case, *records)


def settled(case: ReconciliationCase, facts: Facts, moment: Moment) -> tuple[Record, ...]:
    """Record that the difference stands in nobody's way any more: its owner answers for it."""
    row = latest_differences(facts.many(DIFFERENCES_OF_DAY, case.jurisdiction, case.day))[case.difference_id]
    if row.state not in WAITING:
        return ()
    decided = row._replace(
        version=row.version + 1,
        state=DifferenceState.SETTLED.value,
        proof=case.reason,
        recorded_at=moment.instant,
    )
    return (decided,)

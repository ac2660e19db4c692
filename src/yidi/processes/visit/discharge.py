"""Discharging an inpatient and taking that back; the insured place notes both before they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from yidi.domain.refusal import Refusal
from yidi.processes.ports.deciding import (
    Decision,
    Done,
    Facts,
    Key,
    Moment,
    accepted,
    refused,
    under_way,
)
from yidi.processes.ports.settled import SettledLines
from yidi.processes.visit.access import (
    MOMENT_DISCHARGE,
    change_of,
    diagnosis_rows,
    holding,
    needs_of_visit,
    not_standing,
    own_visit,
    time_faults,
)
from yidi.processes.visit.changes import ask_insured_place, lines_of, needs_of_lines
from yidi.processes.visit.commands import CancelDischarge, Discharge
from yidi.processes.visit.records import DIAGNOSES, StayEvent, VisitEvent
from yidi.processes.visit.refusals import (
    ALREADY_DISCHARGED,
    ENDS_BEFORE_IT_STARTS,
    NOT_A_STAY,
    NOT_DISCHARGED,
)
from yidi.processes.visit.views import VisitNow, VisitState, uncovered


def needs_of_discharge(command: Discharge, facts: Facts) -> Iterable[Key]:
    """Need the visit and its diagnoses."""
    yield from needs_of_visit(command, facts)
    yield DIAGNOSES.key(command.jurisdiction, command.visit_id)


def discharge(command: Discharge, facts: Facts, moment: Moment) -> Decision:
    """Ask to close the stay; it is discharged when the insured place has noted it.

    A stay kept for a claim only is not known there and is discharged at once.
    """
    now = own_visit(command, facts, command.person_no)
    if isinstance(now, Refusal):
        return refused(command, now)
    findings = tuple(_against_discharge(command, now, moment))
    if findings:
        return refused(command, *findings)
    place, visit_id = command.jurisdiction, command.visit_id
    known = facts.many(DIAGNOSES, place, visit_id)
    rows = diagnosis_rows(place, visit_id, command.diagnoses, known, MOMENT_DISCHARGE, moment.instant)
    asked = change_of(
        now,
        VisitEvent.DISCHARGED if now.claim_only else VisitEvent.DISCHARGE_ASKED,
        command.msgid,
        moment,
        ended_at=command.ended_at,
        leaving=command.leaving,
        particulars=command.particulars,
    )
    if now.claim_only:
        return accepted(command, Done(reference=visit_id), asked, *rows)
    note = ask_insured_place(command, now, StayEvent.CLOSED, command.ended_at[:10])
    return under_way(asked, *rows, messages=(note,))


def _against_discharge(command: Discharge, now: VisitNow, moment: Moment) -> Iterator[Refusal]:
    if not now.inpatient:
        yield NOT_A_STAY.because("visit_id", visit_id=command.visit_id)
        return
    yield from not_standing(now)
    if now.state is VisitState.DISCHARGED:
        yield ALREADY_DISCHARGED.because("visit_id", visit_id=command.visit_id, day=now.ended_on)
    faults = tuple(time_faults("ended_at", command.ended_at, moment.today))
    yield from faults
    if command.died_on:
        yield from time_faults("died_on", command.died_on, moment.today)
    if not faults and command.ended_at[:10] < now.started_on:
        yield ENDS_BEFORE_IT_STARTS.because("ended_at", ended=command.ended_at[:10], started=now.started_on)


class Readmission:
    """Decides whether a discharge may be taken back."""

    def __init__(self, settled: SettledLines) -> None:
        self._settled = settled

    def needs(self, command: CancelDischarge, facts: Facts) -> Iterable[Key]:
        """Need the visit, its lines and its settlements."""
        yield from needs_of_visit(command, facts)
        yield from needs_of_lines(command.jurisdiction, command.visit_id, self._settled)

    def cancel_discharge(self, command: CancelDischarge, facts: Facts, moment: Moment) -> Decision:
        """Ask to reopen the stay; it is open again when the insured place has noted it."""
        now = own_visit(command, facts, command.person_no)
        if isinstance(now, Refusal):
            return refused(command, now)
        findings = tuple(self._against(command, facts, now))
        if findings:
            return refused(command, *findings)
        if now.claim_only:
            change = change_of(now, VisitEvent.DISCHARGE_CANCELLED, command.msgid, moment)
            return accepted(command, Done(reference=command.visit_id), change)
        asked = change_of(now, VisitEvent.DISCHARGE_CANCEL_ASKED, command.msgid, moment)
        return under_way(asked, messages=(ask_insured_place(command, now, StayEvent.REOPENED),))

    def _against(self, command: CancelDischarge, facts: Facts, now: VisitNow) -> Iterator[Refusal]:
        """A settlement in the middle of the stay does not hold its discharge; one of all lines does."""
        if not now.inpatient:
            yield NOT_A_STAY.because("visit_id", visit_id=command.visit_id)
            return
        standing = not_standing(now)
        yield from standing
        if not standing and now.state is not VisitState.DISCHARGED:
            yield NOT_DISCHARGED.because("visit_id", visit_id=command.visit_id)
        live = lines_of(facts, command.jurisdiction, command.visit_id)
        coverage = self._settled.coverage(facts, command.jurisdiction, command.visit_id, live)
        settled_whole = bool(coverage.standing) and not uncovered(live, coverage.settlement_of)
        if coverage.claimed or coverage.under_way or settled_whole:
            yield from holding(command.visit_id, coverage)

"""The nation closes a day: what was compared becomes a run, and every finding a difference in its next state.

Deterministic: the same extracts and findings give the same digest and record nothing new. A difference that
the day no longer has is repaired, and the run without it is the proof. A repair that changed nothing makes
the difference a case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

import msgspec

from yidi.domain.calendar.working_days import Calendar
from yidi.domain.dates import is_day, parse_day, write_instant
from yidi.domain.refusal import Refusal
from yidi.processes.ports.deciding import (
    NATION,
    Decision,
    Facts,
    Key,
    Moment,
    Record,
    accepted,
    refused,
)
from yidi.processes.reconciliation.causes import cause, odd_side, owner, repair_of
from yidi.processes.reconciliation.commands import CloseDay, Copy, DayClosed, Extract, Finding, Kind, Side
from yidi.processes.reconciliation.records import (
    CASES_OF_DAY,
    DIFFERENCES_OF_DAY,
    REPAIRS_OF_DAY,
    RUNS_OF_DAY,
    ComparedSide,
    Difference,
    ReconciliationCase,
    ReconciliationRun,
    RepairSent,
)
from yidi.processes.reconciliation.refusals import (
    DAY_NOT_OVER,
    EXTRACT_OF_ANOTHER_DAY,
    EXTRACT_TWICE,
    NOT_A_BUSINESS_DAY,
    PARTY_WITHOUT_EXTRACT,
    RULES_NOT_SET,
)
from yidi.processes.reconciliation.rules import ReconciliationRule, ReconciliationRules
from yidi.processes.reconciliation.views import CaseState, DifferenceState, latest_cases, latest_differences

_ENCODER = msgspec.json.Encoder(order="deterministic")
_STAYS = ("version", "state", "proof", "recorded_at")
"""Columns of a difference that change without it being another one."""


def needs_day(command: CloseDay, facts: Facts) -> Iterable[Key]:
    """Name what earlier runs of the day left."""
    here, day = command.jurisdiction, command.day
    return [view.key(here, day) for view in (RUNS_OF_DAY, DIFFERENCES_OF_DAY, REPAIRS_OF_DAY, CASES_OF_DAY)]


def result_digest(command: CloseDay) -> str:
    """Return the SHA-256 of what was compared and found, in whatever order it came."""
    digest = hashlib.sha256(f"{command.day}\n{command.inputs_digest}\n".encode())
    for part in (command.extracts, command.findings):
        for line in sorted(_ENCODER.encode(row) for row in part):
            digest.update(line + b"\n")
    return digest.hexdigest()


def difference_id(day: str, finding: Finding) -> str:
    """Name a difference: its day, kind and settlement."""
    return f"{day}/{finding.kind.value}/{finding.settlement_id}"


def faults(command: CloseDay, rule: ReconciliationRule | None, moment: Moment) -> Iterator[Refusal]:
    """Find why the day cannot be closed with these extracts."""
    day = parse_day(command.day)
    if day is None or not is_day(command.day):
        yield NOT_A_BUSINESS_DAY.because("day", day=command.day)
        return
    if rule is None:
        yield RULES_NOT_SET.because("day", day=command.day)
    elif moment.now < (cut_off := rule.cut_off(day)):
        yield DAY_NOT_OVER.because("day", day=command.day, cut_off=write_instant(cut_off))
    yield from faults_of_extracts(command)


def faults_of_extracts(command: CloseDay) -> Iterator[Refusal]:
    """Find extracts of another day, brought twice, or missing."""
    seen: set[tuple[Side, str]] = set()
    for extract in command.extracts:
        values = {"province": extract.province, "side": extract.side.value, "day": command.day}
        if extract.day != command.day:
            yield EXTRACT_OF_ANOTHER_DAY.because("extracts", found=extract.day, **values)
        if (extract.side, extract.province) in seen:
            yield EXTRACT_TWICE.because("extracts", **values)
        seen.add((extract.side, extract.province))
    for side, province in sorted(parties(command) - seen):
        yield PARTY_WITHOUT_EXTRACT.because("extracts", province=province, side=side.value, day=command.day)


def parties(command: CloseDay) -> set[tuple[Side, str]]:
    """Name whose extracts it takes: the nation's, and of every province concerned both sides."""
    provinces = {row.province for row in command.extracts if row.side is not Side.NATION}
    for finding in command.findings:
        provinces |= {finding.care, finding.insured}
    return {(Side.NATION, NATION)} | {
        (side, code) for code in provinces for side in (Side.CARE, Side.INSURED)
    }


class Closing:
    """Decides `CloseDay`; `calendar` counts the working days of deadlines."""

    def __init__(self, rules: ReconciliationRules, calendar: Calendar) -> None:
        self._rules, self._calendar = rules, calendar

    def close(self, command: CloseDay, facts: Facts, moment: Moment) -> Decision:
        """Record the run and the next state of every difference, or say why the day cannot be closed."""
        rule = self._rules.on(command.day)
        found = tuple(faults(command, rule, moment))
        if found or rule is None:
            return refused(command, *found)
        deadlines = self._deadlines(command, rule)
        if wrong := [due for due in deadlines.values() if isinstance(due, Refusal)]:
            return refused(command, wrong[0])
        dues = {kind: due for kind, due in deadlines.items() if isinstance(due, str)}
        here, day = command.jurisdiction, command.day
        runs, digest = facts.many(RUNS_OF_DAY, here, day), result_digest(command)
        repeated = bool(runs) and runs[-1].result_digest == digest
        version = len(runs) + (not repeated)
        tried = in_vain(facts.many(REPAIRS_OF_DAY, here, day), rule, moment)
        rows = next_states(command, facts, moment, dues, tried, f"{version}/{digest}")
        cases = tuple(cases_after(rows, facts, command, moment))
        standing = latest_differences((*facts.many(DIFFERENCES_OF_DAY, here, day), *rows)).values()
        states = [row.state for row in standing]
        reply = DayClosed(
            day=day,
            version=version,
            repeated=repeated,
            result_digest=digest,
            open=states.count(DifferenceState.OPEN),
            cases=states.count(DifferenceState.CASE),
            repaired=states.count(DifferenceState.REPAIRED),
            settled=states.count(DifferenceState.SETTLED),
        )
        run = () if repeated else run_records(command, version, digest, moment)
        return accepted(command, reply, *run, *rows, *cases)

    def _deadlines(self, command: CloseDay, rule: ReconciliationRule) -> Mapping[Kind, str | Refusal]:
        days = rule.deadline_working_days
        kinds = {finding.kind for finding in command.findings}
        return {kind: self._calendar.add_working_days(command.day, days[kind]) for kind in kinds}


def run_records(command: CloseDay, version: int, digest: str, moment: Moment) -> tuple[Record, ...]:
    """Record the run and what each side had."""
    here, day, at = command.jurisdiction, command.day, moment.instant
    counted = sum(row.settlements for row in command.extracts if row.side is Side.NATION)
    found = len(command.findings)
    run = ReconciliationRun(here, day, version, command.inputs_digest, digest, counted, found, at)
    return (run, *[side_row(here, row, version, at) for row in command.extracts])


def side_row(here: str, extract: Extract, version: int, at: str) -> ComparedSide:
    """Record what one side had."""
    return ComparedSide(
        here,
        extract.day,
        extract.side.value,
        extract.province,
        version,
        extract.settlements,
        extract.total_fen,
        extract.fund_fen,
        extract.account_fen,
        at,
    )


def in_vain(repairs: Iterable[RepairSent], rule: ReconciliationRule, moment: Moment) -> Mapping[str, int]:
    """Return the version of each difference whose repair has had its time, should the day still have it."""
    since = write_instant(moment.now - timedelta(minutes=rule.repair_minutes))
    return {row.difference_id: row.version for row in repairs if row.recorded_at <= since}


def next_states(
    command: CloseDay,
    facts: Facts,
    moment: Moment,
    dues: Mapping[Kind, str],
    tried: Mapping[str, int],
    proof: str,
) -> Sequence[Difference]:
    """Return the new version of every difference that is new, came again, was repaired, or was not."""
    here, day = command.jurisdiction, command.day
    known = latest_differences(facts.many(DIFFERENCES_OF_DAY, here, day))
    rows: list[Difference] = []
    for finding in sorted(command.findings, key=lambda row: difference_id(day, row)):
        row = difference(command, finding, dues[finding.kind], moment)
        before = known.pop(row.difference_id, None)
        if before is not None and stays_a_case(before, tried):
            row = row._replace(state=DifferenceState.CASE.value)
        if before is not None and same(before, row._replace(state=DifferenceState.SETTLED.value)):
            continue
        if before is None:
            rows.append(row)
        elif not same(before, row):
            rows.append(row._replace(version=before.version + 1))
    for before in known.values():
        if before.state != DifferenceState.REPAIRED:
            rows.append(repaired(before, proof, moment))
    return rows


def stays_a_case(before: Difference, tried: Mapping[str, int]) -> bool:
    """Say whether somebody must act: it is a case already, or its repair changed nothing."""
    return before.state == DifferenceState.CASE or tried.get(before.difference_id) == before.version


def same(before: Difference, row: Difference) -> bool:
    """Say whether nothing has changed but the time of looking."""
    kept = {name: getattr(before, name) for name in _STAYS if name != "state"}
    return before == row._replace(**kept)


def repaired(before: Difference, proof: str, moment: Moment) -> Difference:
    """Record that the day no longer has the difference; the run that shows it is the proof."""
    return before._replace(
        version=before.version + 1,
        state=DifferenceState.REPAIRED.value,
        proof=proof,
        recorded_at=moment.instant,
    )


def difference(command: CloseDay, finding: Finding, due_on: str, moment: Moment) -> Difference:
    """Make the first version of a difference: open where it can be repaired, else a case."""
    side, repair = odd_side(finding), repair_of(finding)
    return Difference(
        command.jurisdiction,
        difference_id(command.day, finding),
        1,
        command.day,
        finding.kind.value,
        finding.settlement_id,
        finding.undoes,
        finding.case_id,
        finding.care,
        finding.insured,
        finding.scheme,
        side.value if side else "",
        *amounts(finding.care_copy),
        *amounts(finding.nation_copy),
        *amounts(finding.insured_copy),
        repair.value if repair else "",
        *cause(finding),
        owner(finding),
        due_on,
        (DifferenceState.OPEN if repair else DifferenceState.CASE).value,
        "",
        moment.instant,
    )


def amounts(copy: Copy | None) -> tuple[str, int | None, int | None, int | None]:
    """Write a copy as its columns."""
    if copy is None:
        return ("", None, None, None)
    return (copy.state, copy.total_fen, copy.fund_fen, copy.account_fen)


def cases_after(
    rows: Iterable[Difference], facts: Facts, command: CloseDay, moment: Moment
) -> Iterator[ReconciliationCase]:
    """Open a case for what became one, and close the case of what was repaired."""
    known = latest_cases(facts.many(CASES_OF_DAY, command.jurisdiction, command.day))
    for row in rows:
        case = known.get(row.difference_id)
        live = case is not None and case.state != CaseState.CLOSED
        if row.state == DifferenceState.CASE and not live:
            yield case_of(row, moment) if case is None else reopened(case, row, moment)
        elif row.state == DifferenceState.REPAIRED and case is not None and live:
            yield case._replace(
                version=case.version + 1,
                state=CaseState.CLOSED.value,
                reason=row.proof,
                recorded_at=moment.instant,
            )


def case_of(row: Difference, moment: Moment) -> ReconciliationCase:
    """Open a case for its owner, until the deadline."""
    return ReconciliationCase(
        row.jurisdiction,
        f"C{row.difference_id}",
        1,
        row.difference_id,
        row.day,
        row.owner,
        row.due_on,
        CaseState.OPEN.value,
        "",
        "",
        moment.instant,
    )


def reopened(case: ReconciliationCase, row: Difference, moment: Moment) -> ReconciliationCase:
    """Open a case again: what it was about changed after it was closed."""
    return case_of(row, moment)._replace(version=case.version + 1)

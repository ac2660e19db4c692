"""What happens to a filing after it was made: review, papers, revocation, change, cancellation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from yidi.domain.dates import is_day
from yidi.domain.refusal import Refusal
from yidi.processes.enrolment.records import RELATIONS
from yidi.processes.enrolment.views import home_area
from yidi.processes.filing.commands import (
    CancelFiling,
    ChangeFiling,
    ProveFiling,
    ReviewFiling,
    RevokeCommitment,
)
from yidi.processes.filing.making import PROOFS, day_findings, place_findings, shown, validity_end
from yidi.processes.filing.records import FILING, Category, Filing, FilingState
from yidi.processes.filing.refusals import (
    AREA_WITHOUT_RULES,
    DAY_IN_PAST,
    LOCKED_UNTIL,
    NOT_BY_COMMITMENT,
    PROOF_MISSING,
    WRONG_STATE,
)
from yidi.processes.filing.views import LONG_TERM, filed_on, held_filing, months_after, state_zh
from yidi.processes.ports.areas import Areas, FilingRules
from yidi.processes.ports.deciding import Decision, Facts, Key, Moment, accepted, refused

Step: TypeAlias = ReviewFiling | ProveFiling | RevokeCommitment | ChangeFiling | CancelFiling


def needs_of_held(command: Step, facts: Facts) -> Iterable[Key]:
    """Need the versions of the filing."""
    yield FILING.key(command.jurisdiction, command.filing_id)


def needs_of_area(command: Step, facts: Facts) -> Iterable[Key]:
    """Need the relations of the person who filed."""
    found = _held(command, facts)
    if isinstance(found, Filing):
        yield RELATIONS.key(command.jurisdiction, found.person_no)


def review(command: ReviewFiling, facts: Facts, moment: Moment) -> Decision:
    """Approve a filing under review, or return it with the reason; it then counts from its first day."""
    found = _held(command, facts)
    if not isinstance(found, Filing):
        return refused(command, *found)
    if found.state != FilingState.UNDER_REVIEW:
        return refused(command, _wrong_state(found, "审核", "reviewed"))
    state = FilingState.ACTIVE if command.approve else FilingState.RETURNED
    row = _next(found, moment, state=state, reviewed=1, reason=command.reason or found.reason)
    return accepted(command, shown(row), row)


def prove(command: ProveFiling, facts: Facts, moment: Moment) -> Decision:
    """Take papers for what was committed or returned: a suspension ends, a returned filing is reviewed."""
    found = _held(command, facts)
    if not isinstance(found, Filing):
        return refused(command, *found)
    if found.state not in (FilingState.ACTIVE, FilingState.SUSPENDED, FilingState.RETURNED):
        return refused(command, _wrong_state(found, "补交材料", "proven"))
    if found.state != FilingState.RETURNED and not found.committed:
        return refused(command, NOT_BY_COMMITMENT.because("filing_id", filing_id=found.filing_id))
    proof = PROOFS.get(Category(found.category))
    if proof is not None and proof not in command.materials:
        return refused(command, PROOF_MISSING.because("materials", proof=proof))
    held = facts.many(FILING, command.jurisdiction, command.filing_id)
    active = [row for row in held if row.state == FilingState.ACTIVE]
    row = _next(
        found,
        moment,
        state=FilingState.UNDER_REVIEW if found.state == FilingState.RETURNED else FilingState.ACTIVE,
        end=active[-1].end if active else found.end,
        proven=1,
        materials=",".join(filter(None, (found.materials, *command.materials))),
    )
    return accepted(command, shown(row), row)


def revoke(command: RevokeCommitment, facts: Facts, moment: Moment) -> Decision:
    """Suspend from today a filing whose commitment proved untrue; stays that began before stay covered."""
    found = _held(command, facts)
    if not isinstance(found, Filing):
        return refused(command, *found)
    if found.state != FilingState.ACTIVE:
        return refused(command, _wrong_state(found, "撤销承诺", "suspended"))
    if not found.committed or found.proven:
        return refused(command, NOT_BY_COMMITMENT.because("filing_id", filing_id=found.filing_id))
    end = max(found.start, moment.today.isoformat())
    row = _next(found, moment, state=FilingState.SUSPENDED, end=end, reason=command.reason)
    return accepted(command, shown(row), row)


def change(areas: Areas) -> Callable[[ChangeFiling, Facts, Moment], Decision]:
    """Make the decision over the rules of the areas: the old place holds until the new one starts."""

    def decide(command: ChangeFiling, facts: Facts, moment: Moment) -> Decision:
        found, today = _held(command, facts), moment.today.isoformat()
        if not isinstance(found, Filing):
            return refused(command, *found)
        area = home_area(facts.many(RELATIONS, command.jurisdiction, found.person_no), today)
        rules = areas.filing(area, today)
        if rules is None:
            return refused(command, AREA_WITHOUT_RULES.because("area", area=area, day=today))
        findings = [
            *day_findings(command.start, ""),
            *place_findings(command.care_area, area, areas.divisions),
        ]
        if found.state != FilingState.ACTIVE:
            findings.append(_wrong_state(found, "变更", "changed"))
        findings += [*_past(command.start, today), *_lock(found, rules, today)]
        if findings:
            return refused(command, *findings)
        closed = _next(
            found, moment, state=FilingState.CHANGED, end=max(found.start, min(command.start, found.end))
        )
        row = _next(
            closed,
            moment,
            state=FilingState.ACTIVE,
            care_area=areas.divisions.filing_target(command.care_area),
            institution_code="",
            start=command.start,
            end=validity_end(found.category, command.start, _kept_end(found, command.start), rules),
            filed_at=moment.instant,
        )
        return accepted(command, shown(row), closed, row)

    return decide


def cancel(areas: Areas) -> Callable[[CancelFiling, Facts, Moment], Decision]:
    """Make the decision over the rules of the areas: cancelled from a day on, today at the earliest."""

    def decide(command: CancelFiling, facts: Facts, moment: Moment) -> Decision:
        found, today = _held(command, facts), moment.today.isoformat()
        if not isinstance(found, Filing):
            return refused(command, *found)
        area = home_area(facts.many(RELATIONS, command.jurisdiction, found.person_no), today)
        rules = areas.filing(area, today)
        if rules is None:
            return refused(command, AREA_WITHOUT_RULES.because("area", area=area, day=today))
        findings = [*day_findings(command.from_day, ""), *_past(command.from_day, today)]
        if found.state in (FilingState.CANCELLED, FilingState.RETURNED):
            findings.append(_wrong_state(found, "取消", "cancelled"))
        if found.state == FilingState.ACTIVE:
            findings += _lock(found, rules, today)
        if findings:
            return refused(command, *findings)
        return cancelled(command, found, command.from_day, command.reason, moment)

    return decide


def cancelled(command: CancelFiling, found: Filing, from_day: str, reason: str, moment: Moment) -> Decision:
    """End a filing on a day."""
    row = cancelled_row(found, from_day, reason, moment)
    return accepted(command, shown(row), row)


def cancelled_row(found: Filing, from_day: str, reason: str, moment: Moment) -> Filing:
    """Make the version that ends a filing on a day; it covers nothing if that is before its start."""
    end = max(found.start, min(from_day, found.end))
    return _next(found, moment, state=FilingState.CANCELLED, end=end, reason=reason)


def _held(command: Step, facts: Facts) -> Filing | tuple[Refusal, ...]:
    return held_filing(facts.many(FILING, command.jurisdiction, command.filing_id), command.filing_id)


def _next(found: Filing, moment: Moment, **changes: Any) -> Filing:
    return found._replace(version=found.version + 1, recorded_at=moment.instant, **changes)


def _kept_end(found: Filing, start: str) -> str:
    return found.end if found.end > start else ""


def _past(day: str, today: str) -> Iterator[Refusal]:
    if is_day(day) and day < today:
        yield DAY_IN_PAST.because("start", day=day, today=today)


def _lock(found: Filing, rules: FilingRules, today: str) -> Iterator[Refusal]:
    """A long-term filing is locked for the area's months after it was made (regulation 2.11)."""
    until = months_after(filed_on(found), rules.lock_months)
    if found.category in LONG_TERM and today < until:
        yield LOCKED_UNTIL.because(
            "filing_id", filing_id=found.filing_id, until=until, months=rules.lock_months
        )


def _wrong_state(found: Filing, act_zh: str, act: str) -> Refusal:
    return WRONG_STATE.because(
        "filing_id",
        filing_id=found.filing_id,
        state=found.state,
        state_zh=state_zh(found),
        act_zh=act_zh,
        act=act,
    )

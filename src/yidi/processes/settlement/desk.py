"""What claims need of settlement: the bill a visit would have sent, and the same booking at home.

Built by wiring and handed to the claim process, so that a claim is computed by the very same engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from yidi.domain.codes.division import DivisionLevel
from yidi.domain.policy.policy import Policies
from yidi.domain.refusal import Refusal
from yidi.processes.network.records import INSTITUTION
from yidi.processes.ports.areas import Areas
from yidi.processes.ports.deciding import Command, Facts, Key, Moment
from yidi.processes.settlement.asking import (
    latest_institution,
    needs_answers,
    needs_visit,
    standing_lines,
    visit_now,
)
from yidi.processes.settlement.bill import Charge, Payer, bill, totals_of
from yidi.processes.settlement.booking import CLAIM, Booker, Computed
from yidi.processes.settlement.commands import BookSettlement
from yidi.processes.settlement.entering import book
from yidi.processes.settlement.records import ANSWERED_OF_VISIT, ASKED_OF_VISIT
from yidi.processes.settlement.refusals import (
    INSTITUTION_UNKNOWN,
    NO_LINES,
    NO_SUCH_VISIT,
    NOT_DISCHARGED,
    SETTLEMENT_UNDER_WAY,
    THIRD_PARTY_LIABLE,
    VISIT_NOT_SETTLEABLE,
)
from yidi.processes.settlement.views import Booked, coverage_of, settlements_of
from yidi.processes.visit.records import VISIT, BilledLine
from yidi.processes.visit.views import VisitNow, VisitState, uncovered


class Desk:
    """The bill of a claim at the care place, its booking at the insured place."""

    def __init__(self, policies: Policies, areas: Areas) -> None:
        self.booker = Booker(policies, areas)

    def is_province(self, care: str) -> bool:
        """Say whether a care place is a province of the nation."""
        found = self.booker.areas.divisions.find(care)
        return found is not None and found.level is DivisionLevel.PROVINCE

    def needs_bill(self, here: str, visit_id: str) -> Iterable[Key]:
        """Care place: name what is to be known of the visit."""
        return needs_visit(here, visit_id)

    def needs_bill_then(self, here: str, visit_id: str, facts: Facts) -> Iterable[Key]:
        """Care place: name the answers to its settlements, and its institution."""
        yield from needs_answers(here, visit_id, facts)
        visit = facts.one(VISIT, here, visit_id)
        if visit is not None:
            yield INSTITUTION.key(here, visit.institution_code)

    def bill(
        self, command: Command, visit_id: str, numbers: Sequence[str], claim_id: str, facts: Facts
    ) -> BookSettlement | tuple[Refusal, ...]:
        """Care place: make the bill of what was not settled directly, or say why there is none."""
        here = command.jurisdiction
        now = visit_now(facts, here, visit_id)
        if now is None or now.visit.person_no not in numbers:
            return (NO_SUCH_VISIT.because("visit_id", visit_id=visit_id),)
        institution = latest_institution(facts, here, now.visit.institution_code)
        if institution is None:
            code = now.visit.institution_code
            return (INSTITUTION_UNKNOWN.because("institution_code", institution_code=code),)
        found = faults(now)
        live = standing_lines(facts, here, visit_id)
        lines, refusals = left_over(here, visit_id, live, facts)
        if found or refusals:
            return (*found, *refusals)
        ended_on = now.ended_on or lines[-1].occurred_at[:10] or now.started_on
        charge = Charge(now, institution, lines, totals_of(lines), len(live), ended_on)
        return bill(command, claim_id, charge, Payer(batch="claim"))

    def needs_booking(self, command: BookSettlement, facts: Facts) -> Iterable[Key]:
        """Insured place: name what a booking must see."""
        return self.booker.needs_first(command, facts)

    def needs_booking_then(self, command: BookSettlement, facts: Facts) -> Iterable[Key]:
        """Insured place: name the counters of the year."""
        return self.booker.needs_then(command, facts)

    def book(self, command: BookSettlement, facts: Facts, moment: Moment) -> Booked | tuple[Refusal, ...]:
        """Insured place: compute and book the claim, or say why nothing is paid."""
        computed = self.booker.compute(command, facts, moment, CLAIM)
        return book(command, computed, moment, CLAIM) if isinstance(computed, Computed) else computed


def faults(now: VisitNow) -> list[Refusal]:
    """Find why a visit cannot be claimed as it stands."""
    visit_id, found = now.visit.visit_id, []
    if now.awaiting or now.state not in (VisitState.OPEN, VisitState.DISCHARGED):
        found.append(VISIT_NOT_SETTLEABLE.because("visit_id", visit_id=visit_id, state=now.state.value))
    elif now.inpatient and now.state is not VisitState.DISCHARGED:
        found.append(NOT_DISCHARGED.because("visit_id", visit_id=visit_id))
    if now.third_party == "1":
        found.append(THIRD_PARTY_LIABLE.because("third_party", visit_id=visit_id))
    return found


def left_over(
    here: str, visit_id: str, live: Sequence[BilledLine], facts: Facts
) -> tuple[Sequence[BilledLine], tuple[Refusal, ...]]:
    """Return the lines no direct settlement holds; refused while one has no outcome, or nothing is left."""
    asked = facts.many(ASKED_OF_VISIT, here, visit_id)
    lines = live
    if asked:
        held = settlements_of(asked, facts.many(ANSWERED_OF_VISIT, here, visit_id))
        coverage = coverage_of(held, live)
        if coverage.under_way:
            waiting = coverage.under_way[0]
            return (), (SETTLEMENT_UNDER_WAY.because("visit_id", settlement_id=waiting),)
        lines = uncovered(live, coverage.settlement_of)
    return lines, () if lines else (NO_LINES.because("visit_id", visit_id=visit_id, batch=""),)

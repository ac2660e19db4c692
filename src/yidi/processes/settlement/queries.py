"""Questions about settlements and counters: answered from what is stored, nothing is computed anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import json

from yidi.domain.policy.policy import Policies, year_of
from yidi.domain.refusal import Refusal
from yidi.processes.enrolment.records import PERSON, RELATIONS
from yidi.processes.enrolment.views import person_missing
from yidi.processes.network.records import INSTITUTION
from yidi.processes.ports.deciding import Decision, Facts, Key, Moment, Refused, accepted, refused
from yidi.processes.relay.commands import homeward
from yidi.processes.settlement.asking import latest_institution, visit_now
from yidi.processes.settlement.commands import (
    AccumulatorsFound,
    AccumulatorShown,
    AskAccumulators,
    AskSettlement,
    Settled,
    SettlementFound,
)
from yidi.processes.settlement.records import (
    ANSWERED_OF_VISIT,
    ASKED_OF_VISIT,
    COUNTERS,
    SETTLEMENTS_OF_PERSON,
    SettlementAnswered,
    SettlementAsked,
)
from yidi.processes.settlement.refusals import NO_SUCH_SETTLEMENT, NO_SUCH_VISIT, VISIT_OF_ANOTHER
from yidi.processes.settlement.views import Outcome, State, settlements_of
from yidi.processes.visit.records import VISIT, VISIT_CHANGES
from yidi.processes.visit.views import VisitNow

STATEMENTS = json.Decoder(Settled)
_SHOWN_STATE = {State.BOOKED: "booked", State.UNDONE: "undone", State.REFUSED: "refused"}


def needs_settlement(command: AskSettlement, facts: Facts) -> Iterable[Key]:
    """Name the visit, its settlements and the institution."""
    here, visit_id = command.jurisdiction, command.visit_id
    return (
        VISIT.key(here, visit_id),
        VISIT_CHANGES.key(here, visit_id),
        ASKED_OF_VISIT.key(here, visit_id),
        ANSWERED_OF_VISIT.key(here, visit_id),
        INSTITUTION.key(here, command.sender),
    )


def find_settlement(command: AskSettlement, facts: Facts, moment: Moment) -> Decision:
    """Answer with a settlement of the sender as it stands: by number, by message id, else the latest."""
    here = command.jurisdiction
    now = visit_now(facts, here, command.visit_id)
    if now is None or now.visit.institution_code != command.sender:
        return refused(command, NO_SUCH_VISIT.because("visit_id", visit_id=command.visit_id))
    if not now.is_of(command.person_no):
        values = {"visit_id": command.visit_id, "person_no": command.person_no}
        return refused(command, VISIT_OF_ANOTHER.because("person_no", **values))
    rows = facts.many(ASKED_OF_VISIT, here, command.visit_id)
    asked = pick(command, rows)
    if asked is None:
        values = {
            "visit_id": command.visit_id,
            "settlement_id": command.settlement_id or command.original_msgid,
        }
        return refused(command, NO_SUCH_SETTLEMENT.because("settlement_id", **values))
    answered = facts.many(ANSWERED_OF_VISIT, here, command.visit_id)
    return accepted(command, found(asked, rows, answered, now, facts))


def pick(command: AskSettlement, rows: Sequence[SettlementAsked]) -> SettlementAsked | None:
    """Return the settlement that is meant."""
    for row in reversed(rows):
        if command.settlement_id and row.settlement_id == command.settlement_id:
            return row
        if not command.settlement_id and command.original_msgid and row.msgid == command.original_msgid:
            return row
        if not (command.settlement_id or command.original_msgid or row.undoes):
            return row
    return None


def found(
    asked: SettlementAsked,
    rows: Sequence[SettlementAsked],
    answers: Sequence[SettlementAnswered],
    now: VisitNow,
    facts: Facts,
) -> SettlementFound:
    """Show a settlement, or a negative one, with its statement as the institution received it."""
    answer = next((row for row in answers if row.settlement_id == asked.settlement_id), None)
    if asked.undoes:
        state = "unknown" if answer is None else answer.outcome
    else:
        held = next(row for row in settlements_of(rows, answers) if row.asked is asked)
        state = _SHOWN_STATE.get(held.state, "unknown")
    booked = answer is not None and answer.outcome == Outcome.BOOKED
    institution = latest_institution(facts, asked.jurisdiction, asked.institution_code)
    settled = STATEMENTS.decode(answer.statement) if answer is not None and booked else None
    return SettlementFound(
        state=state,
        msgid=asked.msgid,
        settled=settled,
        started_on=now.started_on,
        ended_on=now.ended_on or (settled.business_day if settled is not None else ""),
        institution_code=asked.institution_code,
        institution_name=institution.name if institution is not None else "",
        grade=institution.grade if institution is not None else "",
        disease_code=now.disease_code,
        disease_name=now.disease_name,
        invoice_no=asked.invoice_no,
        credential_kind=asked.credential_kind,
    )


class AccumulatorReader:
    """Answers what counters a person has, at the insured place."""

    def __init__(self, policies: Policies) -> None:
        self.policies = policies

    def needs_first(self, command: AskAccumulators, facts: Facts) -> Iterable[Key]:
        """Name the person and the settlements that say which years there are."""
        here = command.jurisdiction
        return (
            PERSON.key(here, command.person_no),
            RELATIONS.key(here, command.person_no),
            SETTLEMENTS_OF_PERSON.key(here, command.person_no),
        )

    def needs_then(self, command: AskAccumulators, facts: Facts) -> Iterable[Key]:
        """Name the counters of every year in which something was settled."""
        here = command.jurisdiction
        booked = facts.many(SETTLEMENTS_OF_PERSON, here, command.person_no)
        return [COUNTERS.key(here, command.person_no, year) for year in sorted({row.year for row in booked})]

    def decide(self, command: AskAccumulators, facts: Facts, moment: Moment) -> Decision:
        """Answer with the counters of the benefit year of `month` (YYYYMM), or of today."""
        here, person_no = command.jurisdiction, command.person_no
        missing: tuple[Refusal, ...] = person_missing(facts.one(PERSON, here, person_no), person_no)
        if missing:
            return Decision(messages=(homeward(command, Refused(refusals=missing)),))
        day = f"{command.month[:4]}-{command.month[4:6]}-28" if command.month else moment.today.isoformat()
        rows: list[AccumulatorShown] = []
        for row in self._latest_by_year(command, facts, day):
            scheme, year = row
            counters = facts.sums(COUNTERS, here, person_no, year)
            rows += [AccumulatorShown(scheme, year, name, counters[name]) for name in sorted(counters)]
        reply = AccumulatorsFound(person_no=person_no, rows=tuple(rows))
        return Decision(messages=(homeward(command, reply),))

    def _latest_by_year(self, command: AskAccumulators, facts: Facts, day: str) -> Iterable[tuple[str, str]]:
        booked = facts.many(SETTLEMENTS_OF_PERSON, command.jurisdiction, command.person_no)
        schemes = {row.year: (row.scheme, row.area) for row in booked}
        for year, (scheme, area) in sorted(schemes.items()):
            policy = self.policies.find(area, scheme, day)
            if not isinstance(policy, tuple) and year_of(policy, day) == year:
                yield scheme, year

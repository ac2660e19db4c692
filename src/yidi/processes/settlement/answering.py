"""Care place: the fifth hop. What the insured place answered is recorded, then the institution hears it.

A refusal keeps the visit's material for a manual claim (notice of 2022: when it cannot be settled directly).
"""

from __future__ import annotations

from collections.abc import Iterable

from yidi.domain.ledger.settlement import entry_of_answer
from yidi.domain.refusal import Actor, Refusal, RefusalClass
from yidi.processes.ports.deciding import Answering, Decision, Facts, Key, Moment, Record, Refused, Reply
from yidi.processes.relay.commands import Answered
from yidi.processes.settlement.commands import Settled
from yidi.processes.settlement.records import (
    ASKED_OF_MESSAGE,
    ClaimMaterial,
    SettlementAnswered,
    SettlementAsked,
)
from yidi.processes.settlement.refusals import NO_DIRECT_SETTLEMENT
from yidi.processes.settlement.statement import encoded
from yidi.processes.settlement.views import Outcome, postings

_NO_CLAIM = frozenset({RefusalClass.MESSAGE, RefusalClass.FUNDS, RefusalClass.FEE, RefusalClass.SYSTEM})
"""Classes of refusals after which nothing is kept: the message was wrong, or money has gone already."""


def needs_asked(command: Answered, facts: Facts) -> Iterable[Key]:
    """Name what the institution's message asked for."""
    return (ASKED_OF_MESSAGE.key(command.jurisdiction, command.origin_sender, command.origin_msgid),)


def asked_for(command: Answered, facts: Facts) -> SettlementAsked | None:
    """Return what was asked of the place that answers; None where it was not asked, whatever it says."""
    here = command.jurisdiction
    found = facts.many(ASKED_OF_MESSAGE, here, command.origin_sender, command.origin_msgid)
    return found[0] if found and found[0].insured == command.insured else None


def hear_booking(command: Answered, facts: Facts, moment: Moment) -> Decision:
    """Record what came back to a settlement, and hand it to the institution.

    An answer of a place that was not asked has no effect, here and wherever else an answer is heard.
    """
    asked, reply = asked_for(command, facts), command.reply
    if asked is None:
        return Decision()
    if isinstance(reply, Settled):
        return Decision(records_of_answer(asked, reply, moment), (), to_origin(command, reply))
    assert isinstance(reply, Refused)
    records: tuple[Record, ...] = ()
    if all(map(_keeps, reply.refusals)):
        codes = ",".join(dict.fromkeys(refusal.code for refusal in reply.refusals))
        records = (material(asked, codes, moment),)
        no_direct = NO_DIRECT_SETTLEMENT.because("visit_id", visit_id=asked.visit_id)
        reply = Refused(refusals=(*reply.refusals, no_direct))
    answered = nothing_booked(asked, Outcome.REFUSED, reply, moment)
    return Decision((answered, *records), (), to_origin(command, reply))


def _keeps(refusal: Refusal) -> bool:
    """Say whether a refusal leaves the visit to a claim; what the institution sets right is settled again."""
    return refusal.refusal_class not in _NO_CLAIM and refusal.actor is not Actor.INSTITUTION


def to_origin(command: Answered, reply: Reply) -> tuple[Answering, ...]:
    """Address a reply to the institution that asked."""
    return (Answering(command.origin_sender, command.origin_msgid, reply),)


def records_of_answer(asked: SettlementAsked, settled: Settled, moment: Moment) -> tuple[Record, ...]:
    """Record a booking, or the negative that undoes one: the answer and the care place's double entry."""
    here, settlement_id = asked.jurisdiction, settled.settlement_id
    answered = SettlementAnswered(
        here,
        settlement_id,
        asked.visit_id,
        asked.institution_code,
        asked.msgid,
        asked.person_no,
        asked.scheme,
        asked.care_kind,
        Outcome.BOOKED.value,
        settled.undoes,
        settled.totals.total_fen,
        settled.fund_fen,
        settled.person_fen,
        settled.account_fen,
        settled.cash_fen,
        settled.hospital_fen,
        settled.business_day,
        encoded(settled),
        moment.instant,
    )
    entry = entry_of_answer(
        f"A{settlement_id}",
        asked.insured,
        asked.institution_code,
        asked.scheme,
        settled.fund_fen,
        settled.account_fen,
    )
    return (answered, *postings(here, entry, settled.business_day, moment.instant))


def nothing_booked(
    asked: SettlementAsked, outcome: Outcome, reply: Reply, moment: Moment
) -> SettlementAnswered:
    """Record that a question moved no money: refused, or void after a reversal."""
    return SettlementAnswered(
        asked.jurisdiction,
        asked.settlement_id,
        asked.visit_id,
        asked.institution_code,
        asked.msgid,
        asked.person_no,
        asked.scheme,
        asked.care_kind,
        outcome.value,
        asked.undoes,
        0,
        0,
        0,
        0,
        0,
        0,
        moment.today.isoformat(),
        encoded(reply),
        moment.instant,
    )


def material(asked: SettlementAsked, reason: str, moment: Moment) -> ClaimMaterial:
    """Note that the visit's data and lines are kept for a manual claim; `reason` are refusal codes."""
    return ClaimMaterial(
        asked.jurisdiction,
        asked.visit_id,
        asked.msgid,
        asked.person_no,
        asked.insured,
        asked.institution_code,
        asked.total_fen,
        reason,
        moment.instant,
    )

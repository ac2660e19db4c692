"""How a claim stands, as the insured place has it."""

from __future__ import annotations

from collections.abc import Iterable

from yidi.processes.claim.commands import AskClaim, ClaimDecided
from yidi.processes.claim.records import CLAIM, Claim
from yidi.processes.claim.refusals import CLAIM_NOT_PAID, CLAIM_PENDING, CLAIM_UNKNOWN
from yidi.processes.enrolment.records import PERSON
from yidi.processes.ports.deciding import Decision, Facts, Key, Moment, Refused, Reply
from yidi.processes.relay.commands import homeward
from yidi.processes.settlement.records import SETTLEMENT
from yidi.processes.settlement.views import restated


def needs_claim(command: AskClaim, facts: Facts) -> Iterable[Key]:
    """Name the claim and the person."""
    here = command.jurisdiction
    return (CLAIM.key(here, command.claim_id), PERSON.key(here, command.person_no))


def needs_settlement(command: AskClaim, facts: Facts) -> Iterable[Key]:
    """Name the settlement that paid it."""
    here = command.jurisdiction
    for row in facts.many(CLAIM, here, command.claim_id):
        if row.settlement_id:
            yield SETTLEMENT.key(here, row.settlement_id)


def show_claim(command: AskClaim, facts: Facts, moment: Moment) -> Decision:
    """Answer with the statement of a paid claim; a pending or refused one is told as a refusal."""
    versions = facts.many(CLAIM, command.jurisdiction, command.claim_id)
    reply: Reply
    if not versions or versions[-1].person_no != command.person_no:
        unknown = CLAIM_UNKNOWN.because("claim_id", claim_id=command.claim_id)
        reply = Refused(refusals=(unknown,))
    else:
        reply = standing(versions[-1], facts)
    return Decision(messages=(homeward(command, reply),))


def standing(claim: Claim, facts: Facts) -> Reply:
    """Say how a claim stands."""
    values = {"claim_id": claim.claim_id, "visit_id": claim.visit_id}
    if claim.state == "asked":
        return Refused(refusals=(CLAIM_PENDING.because("claim_id", **values),))
    if claim.state == "refused":
        return Refused(refusals=(CLAIM_NOT_PAID.because("claim_id", reasons=claim.note, **values),))
    row = facts.one(SETTLEMENT, claim.jurisdiction, claim.settlement_id)
    person = facts.one(PERSON, claim.jurisdiction, claim.person_no)
    assert row is not None, f"claim {claim.claim_id} was paid by nothing"
    assert person is not None, f"claim {claim.claim_id} is nobody's"
    return ClaimDecided(claim_id=claim.claim_id, settled=restated(row, person))

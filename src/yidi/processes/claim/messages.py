"""The messages of a claim between insured place and care place, through the nation."""

from __future__ import annotations

from yidi.domain.refusal import Refusal
from yidi.processes.claim.commands import ClaimEnded, FileClaim, MaterialSent, SendMaterial
from yidi.processes.claim.records import Claim
from yidi.processes.ports.deciding import Answering, Command, Reply
from yidi.processes.relay.commands import passed
from yidi.processes.settlement.commands import BookSettlement


def asked_material(command: FileClaim, claim_id: str, numbers: tuple[str, ...]) -> Command:
    """Ask the care place for the material of a visit."""
    return passed(
        SendMaterial(
            jurisdiction=command.care,
            sender=command.jurisdiction,
            msgid=f"claim/{claim_id}",
            insured=command.jurisdiction,
            care=command.care,
            claim_id=claim_id,
            visit_id=command.visit_id,
            person_no=command.person_no,
            origin_sender=command.sender,
            origin_msgid=command.msgid,
            numbers=numbers,
        )
    )


def material(
    command: SendMaterial, bill: BookSettlement | None, refusals: tuple[Refusal, ...] = ()
) -> Command:
    """Send the insured place the bill, or why there is none."""
    return passed(
        MaterialSent(
            jurisdiction=command.insured,
            sender=command.jurisdiction,
            msgid=f"material/{command.claim_id}",
            insured=command.insured,
            care=command.care,
            claim_id=command.claim_id,
            visit_id=command.visit_id,
            person_no=command.person_no,
            origin_sender=command.origin_sender,
            origin_msgid=command.origin_msgid,
            bill=bill,
            refusal_code=refusals[0].code if refusals else "",
            refusals=refusals,
        )
    )


def ended(command: MaterialSent, claim: Claim) -> Command:
    """Tell the care place that the claim is not paid."""
    return passed(
        ClaimEnded(
            jurisdiction=command.care,
            sender=command.jurisdiction,
            msgid=f"ended/{claim.claim_id}",
            claim_id=claim.claim_id,
            visit_id=claim.visit_id,
        )
    )


def answer(command: MaterialSent, reply: Reply) -> tuple[Answering, ...]:
    """Address the outcome to whoever filed the claim."""
    return (Answering(command.origin_sender, command.origin_msgid, reply),)

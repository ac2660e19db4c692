"""What is asked about manual claims."""

from __future__ import annotations

from yidi.domain.refusal import Refusal
from yidi.processes.ports.deciding import Ask, Command, Reply
from yidi.processes.settlement.commands import BookSettlement, Settled


class FileClaim(Command, frozen=True, kw_only=True):
    """A person claims online a visit that was paid in full at the counter. Answer: ClaimDecided or Refused.

    Addressed to the insured place, which asks the care place for the visit's material.
    """

    person_no: str
    care: str
    visit_id: str
    channel: str = "app"


class SendMaterial(Command, frozen=True, kw_only=True):
    """Insured place to care place, through the nation: the material of a visit; settle it no more."""

    insured: str
    care: str
    claim_id: str
    visit_id: str
    person_no: str
    origin_sender: str
    origin_msgid: str
    numbers: tuple[str, ...] = ()
    """Other numbers of the person: the visit may be registered under any of them (regulation 4.5)."""


class MaterialSent(Command, frozen=True, kw_only=True):
    """Care place to insured place: the bill as it would have travelled, or why there is none."""

    insured: str
    care: str
    claim_id: str
    visit_id: str
    person_no: str
    origin_sender: str
    origin_msgid: str
    bill: BookSettlement | None
    refusal_code: str = ""
    refusals: tuple[Refusal, ...] = ()


class ClaimEnded(Command, frozen=True, kw_only=True):
    """Insured place to care place: the claim is not paid, direct settlement is open again."""

    claim_id: str
    visit_id: str


class ClaimDecided(Reply, frozen=True, kw_only=True):
    """The claim's outcome with its statement."""

    claim_id: str
    settled: Settled


class AskClaim(Ask, frozen=True, kw_only=True):
    """How a claim stands. Answer: ClaimDecided or Refused."""

    queries = True
    claim_id: str
    person_no: str

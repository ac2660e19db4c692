"""Manual claims: filed at the insured place, material from the care place, computed by the same engine.

The insured place decides alone whether a visit is paid: it closes direct settlement when a claim is asked,
and refuses a claim when direct settlement was first. So a visit is never paid twice, in whatever order the
two arrive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from msgspec import structs

from yidi.domain.codes.shape import shown
from yidi.domain.policy.dimensions import CareKind
from yidi.domain.refusal import Refusal
from yidi.processes.claim.commands import ClaimDecided, FileClaim, MaterialSent
from yidi.processes.claim.messages import answer, asked_material, ended
from yidi.processes.claim.records import CLAIM, CLAIMS_OF_VISIT, Claim
from yidi.processes.claim.refusals import (
    CARE_PLACE_UNKNOWN,
    CLAIM_NOT_PAID,
    CLAIM_PAID,
    CLAIM_PENDING,
    SETTLED_DIRECTLY,
    VISIT_NOT_NAMED,
)
from yidi.processes.enrolment.numbers import numbers_of_person
from yidi.processes.enrolment.records import PERSON, PERSON_OF_CERTIFICATE
from yidi.processes.enrolment.views import person_missing
from yidi.processes.ports.deciding import (
    Command,
    Decision,
    Facts,
    Key,
    Moment,
    Refused,
    refused,
    under_way,
)
from yidi.processes.settlement.commands import BookSettlement
from yidi.processes.settlement.records import CLOSINGS, SETTLEMENTS_OF_VISIT, DirectClosing
from yidi.processes.settlement.views import Booked, live_settlements

ASKED, PAID, REFUSED = "asked", "paid", "refused"
CLOSED, REOPENED = "closed", "reopened"


class Desk(Protocol):
    """What claims need of settlement."""

    def is_province(self, care: str) -> bool:
        """Say whether a care place is a province of the nation."""

    def needs_bill(self, here: str, visit_id: str) -> Iterable[Key]:
        """Care place: name what is to be known of the visit."""

    def needs_bill_then(self, here: str, visit_id: str, facts: Facts) -> Iterable[Key]:
        """Care place: name what follows from it."""

    def bill(
        self, command: Command, visit_id: str, numbers: Sequence[str], claim_id: str, facts: Facts
    ) -> BookSettlement | tuple[Refusal, ...]:
        """Care place: make the bill of what was not settled directly, or say why there is none."""

    def needs_booking(self, command: BookSettlement, facts: Facts) -> Iterable[Key]:
        """Insured place: name what a booking must see."""

    def needs_booking_then(self, command: BookSettlement, facts: Facts) -> Iterable[Key]:
        """Insured place: name what follows from it."""

    def book(self, command: BookSettlement, facts: Facts, moment: Moment) -> Booked | tuple[Refusal, ...]:
        """Insured place: compute and book, or say why nothing is paid."""


def needs_filing(command: FileClaim, facts: Facts) -> Iterable[Key]:
    """Name the person, and what was claimed or settled of the visit."""
    here = command.jurisdiction
    return (
        PERSON.key(here, command.person_no),
        CLAIMS_OF_VISIT.key(here, command.visit_id),
        SETTLEMENTS_OF_VISIT.key(here, command.visit_id),
        CLOSINGS.key(here, command.visit_id),
    )


def needs_numbers(command: FileClaim, facts: Facts) -> Iterable[Key]:
    """Name every number of the person."""
    person = facts.one(PERSON, command.jurisdiction, command.person_no)
    if person is not None:
        yield PERSON_OF_CERTIFICATE.key(command.jurisdiction, person.certificate_type, person.certificate_no)


def numbers_of(command: FileClaim, facts: Facts) -> tuple[str, ...]:
    """Return the numbers of a person who is known."""
    here, person = command.jurisdiction, facts.one(PERSON, command.jurisdiction, command.person_no)
    assert person is not None, f"nobody has the number {command.person_no}"
    namesakes = facts.many(PERSON_OF_CERTIFICATE, here, person.certificate_type, person.certificate_no)
    return numbers_of_person(person.person_no, namesakes)


def filing(desk: Desk) -> Callable[[FileClaim, Facts, Moment], Decision]:
    """Make the decision to take a claim: nobody could answer for a care place that does not exist."""

    def decide(command: FileClaim, facts: Facts, moment: Moment) -> Decision:
        nowhere = () if desk.is_province(command.care) else (no_province(command),)
        return file_claim(command, facts, moment, nowhere)

    return decide


def no_province(command: FileClaim) -> Refusal:
    """Refuse a claim that names no province, or no visit."""
    return CARE_PLACE_UNKNOWN.because("care", care=shown(command.care))


def file_claim(command: FileClaim, facts: Facts, moment: Moment, against: Sequence[Refusal] = ()) -> Decision:
    """Close direct settlement, and ask the care place for the material."""
    here, visit_id = command.jurisdiction, command.visit_id
    found = [*against, *person_missing(facts.one(PERSON, here, command.person_no), command.person_no)]
    if not visit_id:
        found.append(VISIT_NOT_NAMED.because("visit_id"))
    found += standing_claims(facts.many(CLAIMS_OF_VISIT, here, visit_id), visit_id)
    for row in live_settlements(facts.many(SETTLEMENTS_OF_VISIT, here, visit_id)):
        if row.kind == "direct" and row.care_kind == CareKind.INPATIENT:
            values = {"visit_id": visit_id, "settlement_id": row.settlement_id}
            found.append(SETTLED_DIRECTLY.because("visit_id", **values))
    if found:
        return refused(command, *found)
    claim_id = f"{here}{moment.reference}"
    claim = Claim(here, claim_id, 1, command.person_no, command.care, visit_id, ASKED, "", "", moment.instant)
    closing = DirectClosing(here, visit_id, claim_id, CLOSED, moment.instant)
    return under_way(
        claim, closing, messages=(asked_material(command, claim_id, numbers_of(command, facts)),)
    )


def standing_claims(claims: Iterable[Claim], visit_id: str) -> list[Refusal]:
    """Refuse a claim beside one that is pending or paid."""
    latest = {row.claim_id: row for row in claims}
    kinds = {ASKED: CLAIM_PENDING, PAID: CLAIM_PAID}
    return [
        kinds[row.state].because("visit_id", visit_id=visit_id, claim_id=row.claim_id)
        for row in latest.values()
        if row.state in kinds
    ]


class Deciding:
    """Decides claims at the insured place when their material has come."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def needs_first(self, command: MaterialSent, facts: Facts) -> Iterable[Key]:
        """Name the claim and what a booking must see."""
        here = command.jurisdiction
        yield CLAIM.key(here, command.claim_id)
        yield CLOSINGS.key(here, command.visit_id)
        if command.bill is not None:
            yield from self._desk.needs_booking(claimed_bill(command, command.bill), facts)

    def needs_then(self, command: MaterialSent, facts: Facts) -> Iterable[Key]:
        """Name what follows from it."""
        if command.bill is None:
            return ()
        return self._desk.needs_booking_then(claimed_bill(command, command.bill), facts)

    def decide(self, command: MaterialSent, facts: Facts, moment: Moment) -> Decision:
        """Pay the claim, or refuse it and open direct settlement again."""
        versions = facts.many(CLAIM, command.jurisdiction, command.claim_id)
        if not versions or versions[-1].state != ASKED:
            return Decision()
        claim = versions[-1]
        if command.care != claim.care:
            return Decision()
        if command.bill is None:
            return not_paid(command, claim, command.refusals, moment)
        booked = self._desk.book(claimed_bill(command, command.bill), facts, moment)
        if not isinstance(booked, Booked):
            return not_paid(command, claim, booked, moment)
        paid = next_version(claim, PAID, booked.settled.settlement_id, "", moment)
        reply = ClaimDecided(claim_id=claim.claim_id, settled=booked.settled)
        return Decision((paid, *booked.records), (), answer(command, reply))


def claimed_bill(command: MaterialSent, bill: BookSettlement) -> BookSettlement:
    """Return the bill in the number of the claim: the visit may be registered under a later one."""
    return bill if bill.person_no == command.person_no else structs.replace(bill, person_no=command.person_no)


def next_version(claim: Claim, state: str, settlement_id: str, note: str, moment: Moment) -> Claim:
    """Write the next version of a claim."""
    return claim._replace(
        version=claim.version + 1,
        state=state,
        settlement_id=settlement_id,
        note=note,
        recorded_at=moment.instant,
    )


def not_paid(command: MaterialSent, claim: Claim, refusals: tuple[Refusal, ...], moment: Moment) -> Decision:
    """Refuse a claim, with the reasons, and open direct settlement again at both places."""
    codes = ",".join(dict.fromkeys(refusal.code for refusal in refusals))
    row = next_version(claim, REFUSED, "", codes, moment)
    opened = DirectClosing(claim.jurisdiction, claim.visit_id, claim.claim_id, REOPENED, moment.instant)
    reasons = CLAIM_NOT_PAID.because(
        "claim_id", claim_id=claim.claim_id, visit_id=claim.visit_id, reasons=codes
    )
    reply = Refused(refusals=(*refusals, reasons))
    return Decision((row, opened), (ended(command, claim),), answer(command, reply))

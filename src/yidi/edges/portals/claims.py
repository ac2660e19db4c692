"""How claims and their statements are read for people: the versions of a claim, what paid it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from yidi.edges.storage.reading import Rows
from yidi.processes.claim.records import Claim
from yidi.processes.enrolment.records import Person
from yidi.processes.settlement.commands import Settled
from yidi.processes.settlement.records import Settlement
from yidi.processes.settlement.views import restated


class ClaimLine(Struct, frozen=True):
    """One claim as it stands; amounts fen, zero until it is paid; `reasons` are codes of refusals."""

    claim_id: str
    jurisdiction: str
    person_no: str
    care: str
    visit_id: str
    state: str
    settlement_id: str
    total_fen: int
    fund_fen: int
    reasons: tuple[str, ...]
    recorded_at: str


class ClaimPage(Struct, frozen=True):
    """Everything about one claim."""

    claim: ClaimLine
    person_name: str
    sample: bool
    settled: Settled | None


async def claims(rows: Rows, where: Mapping[str, str | int], limit: int = 200) -> list[ClaimLine]:
    """List claims as they stand, newest first."""
    latest: dict[tuple[str, str], Claim] = {}
    for row in await rows(Claim, where, ("claim_id", "version"), 4 * limit, True):
        key = (row.jurisdiction, row.claim_id)
        if key not in latest or row.version > latest[key].version:
            latest[key] = row
    return [await _line(rows, row) for row in list(latest.values())[:limit]]


async def _paid(rows: Rows, claim: Claim) -> Settlement | None:
    if not claim.settlement_id:
        return None
    where = {"jurisdiction": claim.jurisdiction, "settlement_id": claim.settlement_id}
    return next(iter(await rows(Settlement, where, (), 1)), None)


async def _line(rows: Rows, claim: Claim) -> ClaimLine:
    paid = await _paid(rows, claim)
    return ClaimLine(
        claim.claim_id,
        claim.jurisdiction,
        claim.person_no,
        claim.care,
        claim.visit_id,
        claim.state,
        claim.settlement_id,
        paid.total_fen if paid else 0,
        paid.fund_fen if paid else 0,
        tuple(claim.note.split(",")) if claim.note else (),
        claim.recorded_at,
    )


async def claim(rows: Rows, claim_id: str) -> ClaimPage | None:
    """Gather everything about one claim; None when it is not on this node."""
    found = await rows(Claim, {"claim_id": claim_id}, ("version",), 1, True)
    if not found:
        return None
    where = {"jurisdiction": found[0].jurisdiction, "person_no": found[0].person_no}
    person = next(iter(await rows(Person, where, (), 1)), None)
    paid = await _paid(rows, found[0])
    return ClaimPage(
        await _line(rows, found[0]),
        person.name if person else "",
        bool(person and person.sample),
        restated(paid, person) if paid and person else None,
    )

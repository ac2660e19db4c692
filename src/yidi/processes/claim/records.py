"""Facts about manual claims: kept material at the care place, the claim at the insured place."""

from __future__ import annotations

from typing import NamedTuple

from yidi.processes.ports.deciding import Many


class ClaimMaterial(NamedTuple):
    """Care place: a visit whose direct settlement was impossible; its data and lines are kept for a claim."""

    jurisdiction: str
    visit_id: str
    msgid: str
    person_no: str
    insured: str
    institution_code: str
    total_fen: int
    reason: str
    recorded_at: str


class MaterialReleased(NamedTuple):
    """Care place: the material was sent to the insured place for a claim; direct settlement is closed."""

    jurisdiction: str
    visit_id: str
    claim_id: str
    event: str
    recorded_at: str


class Claim(NamedTuple):
    """Insured place: one version of a claim; `state` is asked, paid or refused."""

    jurisdiction: str
    claim_id: str
    version: int
    person_no: str
    care: str
    visit_id: str
    state: str
    settlement_id: str
    note: str
    recorded_at: str


MATERIAL = Many("material", ClaimMaterial, ("jurisdiction", "visit_id"), ("recorded_at", "msgid"))
RELEASED = Many(
    "released", MaterialReleased, ("jurisdiction", "visit_id"), ("recorded_at", "claim_id", "event")
)
CLAIM = Many("claim", Claim, ("jurisdiction", "claim_id"), ("version",))
CLAIMS_OF_VISIT = Many("claims_of_visit", Claim, ("jurisdiction", "visit_id"), ("claim_id", "version"))
CLAIMS_OF_PERSON = Many("claims_of_person", Claim, ("jurisdiction", "person_no"), ("claim_id", "version"))

RECORDS = (ClaimMaterial, MaterialReleased, Claim)
VIEWS = (MATERIAL, RELEASED, CLAIM, CLAIMS_OF_VISIT, CLAIMS_OF_PERSON)

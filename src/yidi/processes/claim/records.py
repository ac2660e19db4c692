"""Facts about manual claims at the insured place.

The material kept at the care place and the closing of direct settlement belong to settlement, which must
see them.
"""

from __future__ import annotations

from typing import NamedTuple

from yidi.processes.ports.deciding import Many


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


CLAIM = Many("claim", Claim, ("jurisdiction", "claim_id"), ("version",))
CLAIMS_OF_VISIT = Many("claims_of_visit", Claim, ("jurisdiction", "visit_id"), ("claim_id", "version"))
CLAIMS_OF_PERSON = Many("claims_of_person", Claim, ("jurisdiction", "person_no"), ("claim_id", "version"))

RECORDS = (Claim,)
VIEWS = (CLAIM, CLAIMS_OF_VISIT, CLAIMS_OF_PERSON)

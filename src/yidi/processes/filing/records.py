"""Facts of the insured place about filings. A change is the next version of the same filing."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from yidi.processes.ports.deciding import Many


class Category(StrEnum):
    """The six categories of filing (regulation 2.1)."""

    RESETTLED_RETIREE = "resettled_retiree"
    LONG_TERM_RESIDENT = "long_term_resident"
    STATIONED_STAFF = "stationed_staff"
    REFERRED = "referred"
    EMERGENCY = "emergency"
    TEMPORARY = "temporary"


class FilingState(StrEnum):
    """Where a filing stands (regulation 2.2, suggested states)."""

    UNDER_REVIEW = "under_review"
    RETURNED = "returned"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CHANGED = "changed"
    CANCELLED = "cancelled"


class Filing(NamedTuple):
    """One version of a filing. `care_area` is a city (or a province pooled as a whole).

    `form` says how a referral was made (paper, electronic, phone, ...); `continues` the filing that a
    simplified re-filing goes on from; `materials` names joined by commas; the agent_* fields are empty
    when the person filed alone.
    """

    jurisdiction: str
    filing_id: str
    version: int
    person_no: str
    category: str
    state: str
    care_area: str
    institution_code: str
    referring_institution: str
    form: str
    diagnosis_code: str
    disease_name: str
    start: str
    end: str
    committed: int
    proven: int
    materials: str
    channel: str
    reviewed: int
    agent_name: str
    agent_relation: str
    agent_certificate_no: str
    agent_phone: str
    continues: str
    reason: str
    filed_at: str
    recorded_at: str


class Selection(NamedTuple):
    """One version of a person's selection of an institution 人员定点."""

    jurisdiction: str
    person_no: str
    selection_id: str
    version: int
    institution_code: str
    scheme: str
    business_kind: str
    state: str
    start: str
    end: str
    recorded_at: str


FILINGS = Many("filings", Filing, ("jurisdiction", "person_no"), ("filing_id", "version"))
FILING = Many("filing", Filing, ("jurisdiction", "filing_id"), ("version",))
SELECTIONS = Many("selections", Selection, ("jurisdiction", "person_no"), ("selection_id", "version"))

RECORDS = (Filing, Selection)
VIEWS = (FILINGS, FILING, SELECTIONS)

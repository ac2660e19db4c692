"""Facts of a settlement at its links: asked and answered at the care place, booked at the insured place."""

from __future__ import annotations

from typing import NamedTuple

from yidi.processes.ports.deciding import Many, One, Sum


class SettlementAsked(NamedTuple):
    """Care place: an institution asked to settle, its totals agreed with its lines. Amounts in fen.

    `undoes` is the settlement a cancellation or reversal asks to undo, else empty. `covers` is the number
    of live lines of the visit up to which it reaches (inpatient) and `batch` the charge batch (outpatient).
    """

    jurisdiction: str
    settlement_id: str
    visit_id: str
    institution_code: str
    msgid: str
    case_id: str
    insured: str
    person_no: str
    scheme: str
    care_kind: str
    visit_kind: str
    batch: str
    covers: int
    undoes: str
    credential_kind: str
    invoice_no: str
    total_fen: int
    full_self_fen: int
    over_limit_fen: int
    first_self_fen: int
    in_scope_fen: int
    classes: str
    asked_at: str


class SettlementAnswered(NamedTuple):
    """Care place: what came back. `outcome` is booked or refused; amounts in fen, negative when it undoes.

    `statement` is the JSON of the answer with its explanation, as the institution received it.
    """

    jurisdiction: str
    settlement_id: str
    visit_id: str
    institution_code: str
    msgid: str
    person_no: str
    scheme: str
    care_kind: str
    outcome: str
    undoes: str
    total_fen: int
    fund_fen: int
    person_fen: int
    account_fen: int
    cash_fen: int
    hospital_fen: int
    business_day: str
    statement: str
    answered_at: str


class Settlement(NamedTuple):
    """Insured place: the booked settlement, the point of no return. Amounts in fen.

    `kind` is direct or claim; `batch` is the charge batch of an outpatient visit and, for a stay, how many
    lines it reaches. A cancellation is a negative record that names what it `undoes`.
    `inputs` is the JSON of situation, counters and balance, enough to derive the result again with the
    pack of `pack_hash`; `explanation` the JSON of the steps.
    """

    jurisdiction: str
    settlement_id: str
    person_no: str
    visit_id: str
    case_id: str
    kind: str
    batch: str
    undoes: str
    care: str
    care_area: str
    institution_code: str
    institution_name: str
    area: str
    scheme: str
    care_kind: str
    standing: str
    filing_id: str
    filing_version: int
    pack_id: str
    pack_hash: str
    year: str
    total_fen: int
    full_self_fen: int
    over_limit_fen: int
    first_self_fen: int
    in_scope_fen: int
    deductible_fen: int
    pool_fen: int
    large_sum_fen: int
    serious_illness_fen: int
    civil_servant_fen: int
    employer_supplement_fen: int
    assistance_fen: int
    disabled_soldier_fen: int
    other_fen: int
    fund_fen: int
    person_fen: int
    account_fen: int
    cash_fen: int
    hospital_fen: int
    business_day: str
    inputs: str
    explanation: str
    booked_at: str


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


class DirectClosing(NamedTuple):
    """Direct settlement of a visit closed for a claim (`event` closed), or open again (reopened).

    At the insured place, which decides, and at the care place, so that the counter hears of it early.
    """

    jurisdiction: str
    visit_id: str
    claim_id: str
    event: str
    recorded_at: str


class AccumulatorEntry(NamedTuple):
    """Insured place: what a settlement adds to a person's counter of the benefit year (fen or pieces)."""

    jurisdiction: str
    person_no: str
    year: str
    settlement_id: str
    counter: str
    amount: int
    recorded_at: str


class Posting(NamedTuple):
    """One line of a double entry; the lines of an entry sum to zero. Debit positive, credit negative, fen."""

    jurisdiction: str
    entry_id: str
    line: int
    account: str
    counterpart: str
    scheme: str
    amount_fen: int
    business_day: str
    posted_at: str


ASKED = One("asked", SettlementAsked, ("jurisdiction", "settlement_id"))
ASKED_OF_VISIT = Many(
    "asked_of_visit", SettlementAsked, ("jurisdiction", "visit_id"), ("asked_at", "settlement_id")
)
ASKED_OF_MESSAGE = Many(
    "asked_of_message", SettlementAsked, ("jurisdiction", "institution_code", "msgid"), ("settlement_id",)
)
ANSWERED = One("answered", SettlementAnswered, ("jurisdiction", "settlement_id"))
ANSWERED_OF_VISIT = Many(
    "answered_of_visit", SettlementAnswered, ("jurisdiction", "visit_id"), ("answered_at", "settlement_id")
)
ANSWERED_OF_DAY = Many(
    "answered_of_day",
    SettlementAnswered,
    ("jurisdiction", "institution_code", "business_day"),
    ("answered_at", "settlement_id"),
)
MATERIAL = Many("material", ClaimMaterial, ("jurisdiction", "visit_id"), ("recorded_at", "msgid"))
CLOSINGS = Many("closings", DirectClosing, ("jurisdiction", "visit_id"), ("recorded_at", "claim_id", "event"))
SETTLEMENT = One("settlement", Settlement, ("jurisdiction", "settlement_id"))
SETTLEMENTS_OF_VISIT = Many(
    "settlements_of_visit", Settlement, ("jurisdiction", "visit_id"), ("booked_at", "settlement_id")
)
SETTLEMENTS_OF_PERSON = Many(
    "settlements_of_person", Settlement, ("jurisdiction", "person_no"), ("booked_at", "settlement_id")
)
SETTLEMENTS_OF_YEAR = Many(
    "settlements_of_year", Settlement, ("jurisdiction", "person_no", "year"), ("booked_at", "settlement_id")
)
COUNTERS = Sum(
    "counters", AccumulatorEntry, ("jurisdiction", "person_no", "year"), of="amount", per="counter"
)
COUNTERS_OF_SETTLEMENT = Many(
    "counters_of_settlement", AccumulatorEntry, ("jurisdiction", "settlement_id"), ("counter",)
)
POSTINGS = Many("postings", Posting, ("jurisdiction", "entry_id"), ("line",))

RECORDS = (
    SettlementAsked,
    SettlementAnswered,
    Settlement,
    ClaimMaterial,
    DirectClosing,
    AccumulatorEntry,
    Posting,
)
VIEWS = (
    ASKED,
    ASKED_OF_VISIT,
    ASKED_OF_MESSAGE,
    ANSWERED,
    ANSWERED_OF_VISIT,
    ANSWERED_OF_DAY,
    MATERIAL,
    CLOSINGS,
    SETTLEMENT,
    SETTLEMENTS_OF_VISIT,
    SETTLEMENTS_OF_PERSON,
    SETTLEMENTS_OF_YEAR,
    COUNTERS,
    COUNTERS_OF_SETTLEMENT,
    POSTINGS,
)

"""Facts about visits: at the care place the visit and its lines, at the insured place a notice of each."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from yidi.processes.ports.deciding import Many, ManyParts, One


class VisitEvent(StrEnum):
    """What happened to a visit after it was asked for; its state is the fold of these.

    What the insured place must note first is *asked*, and takes effect when the answer came: the event
    without `_asked` follows, or KEPT, which leaves the visit as it was. FOR_CLAIM opens a visit whose direct
    settlement the insured place refused: its data and lines are kept for a manual claim. RENUMBERED brings
    another number of the person, told by the insured place.
    """

    OPENED = "opened"
    REFUSED = "refused"
    FOR_CLAIM = "for_claim"
    DESCRIBED = "described"
    CHANGED = "changed"
    DISCHARGE_ASKED = "discharge_asked"
    DISCHARGED = "discharged"
    DISCHARGE_CANCEL_ASKED = "discharge_cancel_asked"
    DISCHARGE_CANCELLED = "discharge_cancelled"
    CANCEL_ASKED = "cancel_asked"
    CANCELLED = "cancelled"
    KEPT = "kept"
    RENUMBERED = "renumbered"


class StayEvent(StrEnum):
    """What the insured place is told of a stay of one of its persons."""

    OPENED = "opened"
    CLOSED = "closed"
    REOPENED = "reopened"
    CANCELLED = "cancelled"


class Visit(NamedTuple):
    """A visit as registered or admitted, at the care place. It lives once an OPENED change follows.

    `care_kind` is a CareKind of the benefit domain, `visit_kind` the code of med_type as sent;
    `person_*` is what the institution verified; `particulars` keeps, as JSON, what it sent beyond what
    decisions need; flags are 0/1; `admission` is 1 ordinary, 2 emergency, 3 transfer, empty outpatient;
    `urgent` is 1 emergency, 2 referral, 3 both, empty none (regulation 2.8, 2.9).
    """

    jurisdiction: str
    visit_id: str
    institution_code: str
    msgid: str
    case_id: str
    insured: str
    insured_area: str
    care_area: str
    person_no: str
    person_name: str
    certificate_type: str
    certificate_no: str
    credential_kind: str
    scheme: str
    person_type: str
    care_kind: str
    visit_kind: str
    own_number: str
    disease_code: str
    disease_name: str
    diagnosis_code: str
    admission: str
    urgent: str
    trauma: int
    third_party: int
    pledged: int
    started_at: str
    particulars: str
    recorded_at: str


class VisitChange(NamedTuple):
    """One thing that happened to a visit; empty columns say nothing new.

    `sequence` rises within the visit; `ended_at` comes with a discharge; `particulars` is JSON; the marks
    `trauma`, `third_party` and `pledged` are 0 or 1 where said; `person_no` a further number.
    """

    jurisdiction: str
    visit_id: str
    sequence: int
    event: str
    msgid: str
    visit_kind: str
    care_kind: str
    disease_code: str
    disease_name: str
    diagnosis_code: str
    admission: str
    urgent: str
    trauma: str
    third_party: str
    pledged: str
    started_at: str
    ended_at: str
    leaving: str
    particulars: str
    recorded_at: str
    person_no: str = ""


class Diagnosis(NamedTuple):
    """One version of a diagnosis of a visit; `state` valid or void. `moment` is admission or discharge."""

    jurisdiction: str
    visit_id: str
    position: str
    moment: str
    version: int
    kind: str
    main: int
    code: str
    name: str
    department: str
    doctor_code: str
    doctor_name: str
    condition: str
    diagnosed_at: str
    state: str
    recorded_at: str


class FeeLine(NamedTuple):
    """A fee line with its in-scope parts, priced once at upload by the care place's catalogue of the day.

    `quantity` in ten-thousandths, `price` and `limit_price` in micro-yuan (limit -1: none), amounts in
    fen; `batch` is the charge batch of outpatient lines; `refunds` the line a negative line takes back.
    `position` rises over all lines of the visit ever sent, so the order is the same on every reading.
    `restricted`, `essential`, `negotiated` and `for_children` are the catalogue's marks, 0 or 1.
    """

    jurisdiction: str
    visit_id: str
    line_id: str
    msgid: str
    position: int
    batch: str
    refunds: str
    disease_code: str
    item_code: str
    own_code: str
    item_name: str
    item_class: str
    expense_class: str
    quantity: int
    price: int
    limit_price: int
    first_self_bp: int
    total_fen: int
    full_self_fen: int
    over_limit_fen: int
    first_self_fen: int
    in_scope_fen: int
    approval: str
    reason: str
    restricted: int
    essential: int
    negotiated: int
    for_children: int
    occurred_at: str
    particulars: str
    recorded_at: str


class BilledLine(NamedTuple):
    """What of a fee line its settlement reads: the columns of `FeeLine` of these names.

    A settlement reads all lines of its visit, and of each hardly more than half.
    """

    jurisdiction: str
    visit_id: str
    line_id: str
    msgid: str
    position: int
    batch: str
    disease_code: str
    item_code: str
    item_class: str
    expense_class: str
    total_fen: int
    full_self_fen: int
    over_limit_fen: int
    first_self_fen: int
    in_scope_fen: int
    essential: int
    negotiated: int
    occurred_at: str
    recorded_at: str


class LineWithdrawal(NamedTuple):
    """A fee line withdrawn before settlement; names the line and the upload it came with."""

    jurisdiction: str
    visit_id: str
    line_id: str
    upload_msgid: str
    msgid: str
    recorded_at: str


class StayNotice(NamedTuple):
    """At the insured place: a stay of one of its persons opened, closed, reopened or cancelled."""

    jurisdiction: str
    person_no: str
    visit_id: str
    sequence: int
    event: str
    care: str
    institution_code: str
    institution_name: str
    started_on: str
    ended_on: str
    scheme: str
    visit_kind: str
    own_number: str
    recorded_at: str


class SettlementList(NamedTuple):
    """A fund settlement list 医保基金结算清单 of a settled visit, as JSON, one version a receipt."""

    jurisdiction: str
    visit_id: str
    settlement_id: str
    list_no: str
    institution_code: str
    content: str
    recorded_at: str


VISIT = One("visit", Visit, ("jurisdiction", "visit_id"))
VISIT_OF_MESSAGE = Many(
    "visit_of_message", Visit, ("jurisdiction", "institution_code", "msgid"), ("visit_id",)
)
VISITS_OF_OWN_NUMBER = Many(
    "visits_of_own_number", Visit, ("jurisdiction", "institution_code", "own_number"), ("visit_id",)
)
VISITS_OF_PERSON = Many("visits_of_person", Visit, ("jurisdiction", "person_no"), ("started_at", "visit_id"))
VISIT_CHANGES = Many("visit_changes", VisitChange, ("jurisdiction", "visit_id"), ("sequence",))
DIAGNOSES = Many("diagnoses", Diagnosis, ("jurisdiction", "visit_id"), ("moment", "position", "version"))
LINES = Many("lines", FeeLine, ("jurisdiction", "visit_id"), ("recorded_at", "position"))
BILLED_LINES = ManyParts(
    "billed_lines", FeeLine, ("jurisdiction", "visit_id"), ("recorded_at", "position"), BilledLine
)
WITHDRAWALS = Many("withdrawals", LineWithdrawal, ("jurisdiction", "visit_id"), ("recorded_at", "line_id"))
"""A line withdrawn may be sent again under its number, in another upload: a withdrawal names both."""
STAYS = Many("stays", StayNotice, ("jurisdiction", "person_no"), ("visit_id", "sequence"))
SETTLEMENT_LISTS = Many(
    "settlement_lists", SettlementList, ("jurisdiction", "visit_id"), ("recorded_at", "list_no")
)

RECORDS = (Visit, VisitChange, Diagnosis, FeeLine, LineWithdrawal, StayNotice, SettlementList)
VIEWS = (
    VISIT,
    VISIT_OF_MESSAGE,
    VISITS_OF_OWN_NUMBER,
    VISITS_OF_PERSON,
    VISIT_CHANGES,
    DIAGNOSES,
    LINES,
    BILLED_LINES,
    WITHDRAWALS,
    STAYS,
    SETTLEMENT_LISTS,
)

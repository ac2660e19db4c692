"""What institutions ask about visits and fee lines, and what the care place asks the insured place."""

from __future__ import annotations

from msgspec import Struct

from yidi.processes.ports.deciding import Ask, Command, Reply
from yidi.processes.visit.told import Holder


class DiagnosisGiven(Struct, frozen=True):
    """A diagnosis as sent; `position` is its number within the visit, `valid` False voids it."""

    position: str
    code: str
    name: str
    kind: str = "1"
    main: bool = False
    department: str = ""
    doctor_code: str = ""
    doctor_name: str = ""
    condition: str = ""
    diagnosed_at: str = ""
    valid: bool = True


class Flags(Struct, frozen=True):
    """Emergency, trauma and third-party marks as sent (regulation 2.8, 2.9). Empty: not said."""

    admission: str = ""
    urgent: str = ""
    trauma: str = ""
    third_party: str = ""
    pledged: bool = False


class RegisterVisit(Command, frozen=True, kw_only=True):
    """Register or admit; the insured place is asked first. `started_at` is local. Answer: VisitOpened."""

    insured: str
    insured_area: str
    care_area: str
    person_no: str
    scheme: str
    care_kind: str
    visit_kind: str
    own_number: str
    started_at: str
    credential_kind: str
    credential_no: str
    card_serial: str = ""
    certificate_type: str = ""
    certificate_no: str = ""
    person_name: str = ""
    person_type: str = ""
    disease_code: str = ""
    disease_name: str = ""
    diagnosis_code: str = ""
    flags: Flags = Flags()
    diagnoses: tuple[DiagnosisGiven, ...] = ()
    particulars: str = ""


class VisitOpened(Reply, frozen=True, kw_only=True):
    """The visit's number, known to all three levels from now on."""

    visit_id: str
    person_no: str
    own_number: str


class OpenVisit(Ask, frozen=True, kw_only=True):
    """To the insured place: may this visit begin? Stays are noted. Answer: VisitAdmitted."""

    visit_id: str
    person_no: str
    scheme: str
    area: str
    care_kind: str
    visit_kind: str
    care_area: str
    institution_code: str
    institution_name: str
    started_on: str
    own_number: str
    credential_kind: str
    credential_no: str
    certificate_type: str
    certificate_no: str
    person_name: str
    disease_code: str
    flags: Flags


class NoteStay(Ask, frozen=True, kw_only=True):
    """To the insured place: a noted stay was cancelled, closed (discharge) or reopened. Answer: Done."""

    visit_id: str
    person_no: str
    event: str
    ended_on: str = ""


class CancelVisit(Command, frozen=True, kw_only=True):
    """Cancel a registration or an admission (`inpatient`; None: not said), without lines. Answer: Done."""

    visit_id: str
    person_no: str
    own_number: str = ""
    inpatient: bool | None = None


class DescribeVisit(Command, frozen=True, kw_only=True):
    """Outpatient visit data: kind, disease, diagnoses, flags. Answer: Done."""

    visit_id: str
    person_no: str
    visit_kind: str
    care_kind: str
    started_at: str
    disease_code: str = ""
    disease_name: str = ""
    flags: Flags = Flags()
    diagnoses: tuple[DiagnosisGiven, ...] = ()
    particulars: str = ""


class ChangeAdmission(Command, frozen=True, kw_only=True):
    """Inpatient changes: data, flags, diagnoses. Answer: Done."""

    visit_id: str
    person_no: str
    visit_kind: str
    care_kind: str
    started_at: str
    ended_at: str = ""
    diagnosis_code: str = ""
    disease_code: str = ""
    disease_name: str = ""
    flags: Flags = Flags()
    diagnoses: tuple[DiagnosisGiven, ...] = ()
    particulars: str = ""


class Discharge(Command, frozen=True, kw_only=True):
    """Discharge an inpatient. `leaving` is a code of dscg_way. Answer: Done."""

    visit_id: str
    person_no: str
    ended_at: str
    leaving: str
    died_on: str = ""
    diagnoses: tuple[DiagnosisGiven, ...] = ()
    particulars: str = ""


class CancelDischarge(Command, frozen=True, kw_only=True):
    """Take a discharge back, before it is settled. Answer: Done."""

    visit_id: str
    person_no: str


class LineGiven(Struct, frozen=True):
    """A fee line as sent: `quantity` ten-thousandths, `price` micro-yuan, `total_fen` fen.

    `approval` is the institution's mark for restricted items: 0 none needed, 1 approved, 2 not.
    """

    line_id: str
    visit_id: str
    person_no: str
    item_code: str
    own_code: str
    quantity: int
    price: int
    total_fen: int
    occurred_at: str
    batch: str = ""
    refunds: str = ""
    disease_code: str = ""
    approval: str = ""
    particulars: str = ""


class UploadLines(Command, frozen=True, kw_only=True):
    """Fee lines of one visit (all of one call). Whole or not at all. Answer: LinesPriced or Refused."""

    visit_id: str
    inpatient: bool
    lines: tuple[LineGiven, ...]


class LinePriced(Struct, frozen=True):
    """A line with its parts; amounts in fen, `limit_price` micro-yuan or -1, `first_self_bp` basis points."""

    line_id: str
    total_fen: int
    quantity: int
    price: int
    limit_price: int
    first_self_bp: int
    full_self_fen: int
    over_limit_fen: int
    first_self_fen: int
    in_scope_fen: int
    item_class: str
    expense_class: str
    essential: bool
    negotiated: bool
    for_children: bool
    restricted: bool
    reason_zh: str
    reason_en: str


class LinesPriced(Reply, frozen=True, kw_only=True):
    """The uploaded lines in the order sent."""

    lines: tuple[LinePriced, ...]


class WithdrawLines(Command, frozen=True, kw_only=True):
    """Withdraw lines not yet settled: by id, by charge batch, or all (both empty). Answer: Done."""

    visit_id: str
    person_no: str
    batch: str = ""
    line_ids: tuple[str, ...] = ()
    inpatient: bool | None = None


class SubmitSettlementList(Command, frozen=True, kw_only=True):
    """A fund settlement list of a settled visit. Answer: Done(reference=list number)."""

    visit_id: str
    settlement_id: str
    person_no: str
    content: str


class AskVisits(Command, frozen=True, kw_only=True):
    """The sending institution's own visits of a person. Answer: VisitsFound."""

    queries = True
    person_no: str
    since: str
    until: str
    visit_kind: str = ""
    visit_id: str = ""
    in_hospital_only: bool = False


class VisitShown(Struct, frozen=True):
    """A visit as it stands: the registration with its changes folded in."""

    visit_id: str
    person_no: str
    person_name: str
    certificate_type: str
    certificate_no: str
    credential_kind: str
    scheme: str
    person_type: str
    insured_area: str
    care_kind: str
    visit_kind: str
    own_number: str
    disease_code: str
    disease_name: str
    diagnosis_code: str
    started_at: str
    ended_at: str
    leaving: str
    in_hospital: bool
    particulars: str
    holder: Holder = Holder()


class VisitsFound(Reply, frozen=True, kw_only=True):
    """Visits, oldest first."""

    visits: tuple[VisitShown, ...]


class AskDiagnoses(Command, frozen=True, kw_only=True):
    """The diagnoses of one of the sender's visits. Answer: DiagnosesFound."""

    queries = True
    visit_id: str
    person_no: str


class DiagnosisShown(Struct, frozen=True):
    """A diagnosis as it stands. `moment` is admission or discharge."""

    position: str
    moment: str
    kind: str
    main: bool
    code: str
    name: str
    department: str
    doctor_code: str
    doctor_name: str
    condition: str
    diagnosed_at: str


class DiagnosesFound(Reply, frozen=True, kw_only=True):
    """The valid diagnoses of a visit."""

    visit_id: str
    person_no: str
    diagnoses: tuple[DiagnosisShown, ...]


class AskLines(Command, frozen=True, kw_only=True):
    """Fee lines of one of the sender's visits, or of one settlement. Answer: LinesFound."""

    queries = True
    person_no: str
    visit_id: str
    settlement_id: str = ""


class LineShown(Struct, frozen=True):
    """A line with what the institution said of it (`particulars`, JSON)."""

    priced: LinePriced
    settlement_id: str
    item_code: str
    own_code: str
    item_name: str
    batch: str
    disease_code: str
    approval: str
    occurred_at: str
    particulars: str
    visit_kind: str
    visit_id: str
    institution_code: str
    institution_name: str


class LinesFound(Reply, frozen=True, kw_only=True):
    """Lines in the order they were sent."""

    person_no: str
    lines: tuple[LineShown, ...]


class AskChronicLines(Command, frozen=True, kw_only=True):
    """What a person was given for chronic diseases at the sender. Answer: LinesFound."""

    queries = True
    person_no: str
    since: str
    until: str = ""


class AskStays(Ask, frozen=True, kw_only=True):
    """Where a person is in hospital now, as the insured place knows. Answer: StaysFound."""

    queries = True
    person_no: str
    since: str
    until: str


class StayShown(Struct, frozen=True):
    """A stay noted at the insured place."""

    visit_id: str
    institution_code: str
    started_on: str
    ended_on: str
    scheme: str
    visit_kind: str
    own_number: str
    elsewhere: bool


class StaysFound(Reply, frozen=True, kw_only=True):
    """The person and the stays that are open or met the time asked for."""

    person_no: str
    person_name: str
    certificate_type: str
    certificate_no: str
    gender: str
    born: str
    age: int
    stays: tuple[StayShown, ...]

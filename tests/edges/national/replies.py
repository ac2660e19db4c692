"""A reply of every kind, filled everywhere, so that every field of an answer can be looked at."""

from __future__ import annotations

import base64

from yidi.processes.enrolment.commands import (
    Entitlement,
    FundEntitled,
    InsuredFound,
    MarkShown,
    PersonFound,
    RelationShown,
)
from yidi.processes.filing.commands import (
    ChronicFound,
    ChronicRow,
    Filed,
    FilingRow,
    FilingsFound,
    SelectionRow,
    SelectionsFound,
)
from yidi.processes.network.commands import (
    FileFetched,
    FileStored,
    InstitutionFound,
    SignedIn,
    SignedOut,
)
from yidi.processes.payment.commands import DetailsFound, DetailShown
from yidi.processes.ports.deciding import Command, Done, Reply
from yidi.processes.relay.commands import Forward
from yidi.processes.reversal.commands import Reversed
from yidi.processes.settlement.commands import (
    AccumulatorsFound,
    AccumulatorShown,
    ComparedLine,
    DetailDifference,
    DetailsCompared,
    FundShare,
    PersonShown,
    Settled,
    SettlementFound,
    StepShown,
    Totals,
    TotalsCompared,
)
from yidi.processes.visit.commands import (
    DiagnosesFound,
    DiagnosisShown,
    LinePriced,
    LinesFound,
    LineShown,
    LinesPriced,
    StaysFound,
    StayShown,
    VisitOpened,
    VisitsFound,
    VisitShown,
)

INSTANT = "2026-03-02T01:00:00.000000Z"
PERSON = PersonShown("P1", "示例甲", "01", "110101199003070011", "1", "01", "1990-03-07", 35, "11", True)
SETTLED = Settled(
    settlement_id="S1",
    visit_id="V1",
    undoes="",
    person=PERSON,
    scheme="310",
    area="420100",
    care_kind="inpatient",
    visit_kind="21",
    standing="referred",
    filing_id="F1",
    totals=Totals(100_00, 10_00, 5_00, 3_00, 82_00),
    deductible_fen=20_00,
    shares=(
        FundShare("pool", 40_00, 62_00, 9_000_00),
        FundShare("large_sum", 2_00, 10_00, -1),
        FundShare("serious_illness", 1_00, 1_00, -1),
        FundShare("civil_servant", 1_01, 1_00, -1),
        FundShare("employer_supplement", 1_02, 1_00, -1),
        FundShare("assistance", 1_03, 1_00, -1),
        FundShare("disabled_soldier", 1_04, 1_00, -1),
        FundShare("other", 1_05, 1_00, 0),
    ),
    fund_fen=48_15,
    person_fen=51_35,
    account_fen=11_35,
    mutual_aid_fen=1_35,
    cash_fen=40_00,
    hospital_fen=50,
    balance_fen=88_65,
    year="2026",
    settled_at=INSTANT,
    business_day="2026-03-02",
    pack_id="wuhan",
    pack_hash="x",
    completed_for_demonstration=True,
    steps=(StepShown("310.inpatient.deductible", "起付线", "deductible", "S", 1, 2),),
)
LINE = LinePriced(
    "1",
    12_50,
    20_000,
    6_250_000,
    5_000_000,
    1000,
    1_00,
    2_00,
    95,
    8_55,
    "B",
    "09",
    True,
    True,
    True,
    True,
    "乙类",
    "B",
)
SHOWN = LineShown(
    LINE,
    "S1",
    "XJ01CAA040A001010102699",
    "own",
    "阿莫西林",
    "B1",
    "M03900",
    "1",
    "2026-03-02 10:00:00",
    '{"prd_days":"07","bilg_dept_codg":"A03","rxno":"R1"}',
    "14",
    "V1",
    "H33010200001",
    "示例医院",
)
REPLIES: dict[str, Reply] = {
    "FindPerson": PersonFound(
        person_no="P1",
        certificate_type="01",
        certificate_no="110101199003070011",
        name="示例甲",
        gender="1",
        ethnicity="01",
        born="1990-03-07",
        age=35,
        relations=(
            RelationShown("330", "420100", "11", "ended", "2010-01-01", "2020-01-01", False, "", 0, False),
            RelationShown("310", "420100", "11", "normal", "2020-01-01", "", True, "单位", 88_65, True),
        ),
        marks=(MarkShown("2303", "", "2020-01-01", "9999-12-31"),),
    ),
    "FindInsured": InsuredFound(insured="420000"),
    "CheckEntitlement": Entitlement(
        person_no="P1", funds=(FundEntitled("310100", False, "2026-01-01", "", "已暂停", "paused"),)
    ),
    "AskInstitution": InstitutionFound(
        institution_code="H33010200001",
        name="示例医院",
        kind="1",
        grade="2",
        area="330102",
        credit_code="",
        state="open",
        openings=(),
    ),
    "OperatorSignsIn": SignedIn(sign_no="1", at=INSTANT),
    "OperatorSignsOut": SignedOut(at=INSTANT),
    "StoreFile": FileStored(file_no="F1", name="a.zip"),
    "FetchFile": FileFetched(
        file_no="F1",
        name="a.zip",
        content=base64.b64encode(b"S1\tV1\tP1\t100\t48.15\t11.35\t0\n").decode(),
    ),
    "RegisterVisit": VisitOpened(visit_id="V1", person_no="P1", own_number="M1"),
    "UploadLines": LinesPriced(lines=(LINE,)),
    "AskLines": LinesFound(person_no="P1", lines=(SHOWN,)),
    "AskChronicLines": LinesFound(person_no="P1", lines=(SHOWN,)),
    "Settle": SETTLED,
    "TrySettle": SETTLED,
    "CancelSettlement": SETTLED,
    "AskSettlement": SettlementFound(
        state="booked",
        msgid="M1",
        settled=SETTLED,
        started_on="2026-03-01",
        ended_on="2026-03-02",
        institution_code="H33010200001",
        institution_name="示例医院",
        grade="2",
        disease_code="",
        disease_name="",
        invoice_no="I1",
        credential_kind="02",
    ),
    "Reverse": Reversed(original_msgid="M1", found=True),
    "AskVisits": VisitsFound(
        visits=(
            VisitShown(
                "V1",
                "P1",
                "示例甲",
                "01",
                "110101199003070011",
                "02",
                "310",
                "11",
                "420100",
                "inpatient",
                "21",
                "Z1",
                "",
                "",
                "I10.x00x002",
                "2026-03-01 08:00:00",
                "2026-03-02 10:00:00",
                "1",
                False,
                '{"adm_bed":"12","geso_val":"1"}',
            ),
        )
    ),
    "AskDiagnoses": DiagnosesFound(
        visit_id="V1",
        person_no="P1",
        diagnoses=(
            DiagnosisShown("1", "discharge", "1", True, "I10", "高血压", "A03", "D1", "医师", "", INSTANT),
        ),
    ),
    "AskStays": StaysFound(
        person_no="P1",
        person_name="示例甲",
        certificate_type="01",
        certificate_no="110101199003070011",
        gender="1",
        born="1990-03-07",
        age=35,
        stays=(StayShown("V1", "H33010200001", "2026-03-01", "", "310", "21", "Z1", True),),
    ),
    "AskAccumulators": AccumulatorsFound(
        person_no="P1",
        rows=(
            AccumulatorShown("310", "2026", "pool_paid", 40_00),
            AccumulatorShown("310", "2026", "stays", 2),
        ),
    ),
    "CompareTotals": TotalsCompared(agrees=False, total_fen=1, fund_fen=2, account_fen=3, count=4),
    "CompareDetails": DetailsCompared(
        lines=(DetailDifference(ComparedLine("S1", "V1", "P1", 1, 2, 3, False), "M1", False, "金额", "sum"),)
    ),
    "FetchDetails": DetailsFound(
        rows=(DetailShown(1, "S1", "V1", "110101199003070011", "2026-03-02 09:00:00", 100_00, 48_15),),
        count=1,
    ),
    "AskChronic": ChronicFound(rows=(ChronicRow("M03900", "高血压", "2026-01-01", "9999-12-31"),)),
    "AskSelections": SelectionsFound(
        person_no="P1", rows=(SelectionRow("X1", "H33010200001", "310", "03", "2026-01-01", "2027-01-01"),)
    ),
    "AskFilings": FilingsFound(
        person_no="P1",
        person_name="示例甲",
        rows=(
            FilingRow(
                "F1",
                1,
                "referred",
                "active",
                "330100",
                "H33010200001",
                "H42010200001",
                "I10",
                "高血压",
                "2026-01-01",
                "2026-07-01",
                INSTANT,
                "病情",
            ),
            FilingRow(
                "F2",
                1,
                "long_term_resident",
                "active",
                "330100",
                "",
                "",
                "",
                "",
                "2026-01-01",
                "9999-12-31",
                INSTANT,
                "",
            ),
        ),
    ),
}
FILED = Filed(filing_id="F1", version=1, state="active", start="2026-01-01", end="2026-07-01")
FILING = {
    "Refer",
    "WithdrawReferral",
    "CertifyChronic",
    "WithdrawChronic",
    "SelectInstitution",
    "WithdrawSelection",
}


def named(command: Command) -> str:
    """Return the name of what is asked: of a forwarded question, the question."""
    return type(command.ask if isinstance(command, Forward) else command).__name__


def reply_to(command: Command) -> Reply:
    """Answer any command well."""
    name = named(command)
    return FILED if name in FILING else REPLIES.get(name, Done(reference="L1"))

"""What each document says: frozen papers, all amounts in fen, all days ISO text, totals derived.

Source: annex of the national rules of cross-province settlement as regulation fact 7.3 lists its forms.
Amounts are signed: a deduction or a refund after clearing is negative (facts 7.4 and 7.7).
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Direction(StrEnum):
    """Which side of a claim a province stands on."""

    PAYABLE = "payable"
    RECEIVABLE = "receivable"


class Scheme(StrEnum):
    """The two insurance schemes that are cleared."""

    EMPLOYEE = "employee"
    RESIDENT = "resident"


class Purpose(StrEnum):
    """What a transfer is for; transfers are marked with it (fact 6.7)."""

    CLEARING = "clearing"
    PREPAYMENT = "prepayment"
    TOP_UP = "top_up"


class Party(Struct, frozen=True):
    """A jurisdiction or an agency: 6-digit code of the jurisdiction, name in Chinese and English."""

    code: str
    name: str
    name_en: str = ""


class FiscalAccount(Struct, frozen=True):
    """A fiscal special account 财政专户: holder, bank and number."""

    holder: str
    bank: str
    number: str


class Issue(Struct, frozen=True):
    """Who issues a paper, when, under which number 文号; every number is used once."""

    number: str
    issuer: Party
    issued_on: str


class SchemeSum(Struct, frozen=True):
    """Sum of a scheme: visits, total fees, what funds pay, what audits take back (positive: withdrawn)."""

    cases: int = 0
    medical_fee_fen: int = 0
    fund_fen: int = 0
    deduction_fen: int = 0

    @property
    def due_fen(self) -> int:
        """What is to be transferred."""
        return self.fund_fen + self.deduction_fen


class SchemePair(Struct, frozen=True):
    """Employee and resident sums side by side."""

    employee: SchemeSum = SchemeSum()
    resident: SchemeSum = SchemeSum()

    @property
    def cases(self) -> int:
        """Visits of both schemes."""
        return self.employee.cases + self.resident.cases

    @property
    def due_fen(self) -> int:
        """What is to be transferred for both schemes."""
        return self.employee.due_fen + self.resident.due_fen


class NationalRow(Struct, frozen=True):
    """A province in the national table: owed as insured place, owed to it as care place."""

    province: Party
    payable: SchemePair
    receivable: SchemePair

    @property
    def net_fen(self) -> int:
        """Receivable minus payable; the column sums to zero over the nation."""
        return self.receivable.due_fen - self.payable.due_fen


class NationalTable(Struct, frozen=True, tag="national_table"):
    """全国跨省异地就医费用清算表: every province of a month (period `2026-10`)."""

    issue: Issue
    period: str
    rows: tuple[NationalRow, ...]


class CounterpartRow(Struct, frozen=True):
    """A counterpart of a province with both schemes."""

    counterpart: Party
    sums: SchemePair


class ProvinceTable(Struct, frozen=True, tag="province_table"):
    """应付 or 应收医疗费用清算表 of a province for a month: one row a counterpart."""

    issue: Issue
    period: str
    direction: Direction
    province: Party
    rows: tuple[CounterpartRow, ...]


class ServiceSum(Struct, frozen=True):
    """Visits of one kind of service and what the funds pay for them."""

    cases: int = 0
    fund_fen: int = 0


class ServiceRow(Struct, frozen=True):
    """A counterpart with the four kinds of service (regulation fact 1.4) and the deductions."""

    counterpart: Party
    inpatient: ServiceSum = ServiceSum()
    outpatient: ServiceSum = ServiceSum()
    chronic: ServiceSum = ServiceSum()
    pharmacy: ServiceSum = ServiceSum()
    deduction_fen: int = 0

    @property
    def due_fen(self) -> int:
        """What is to be transferred."""
        kinds = (self.inpatient, self.outpatient, self.chronic, self.pharmacy)
        return sum(kind.fund_fen for kind in kinds) + self.deduction_fen


class SchemeDetail(Struct, frozen=True, tag="scheme_detail"):
    """职工 or 居民 detail table of a province's payable or receivable, by kind of service."""

    issue: Issue
    period: str
    direction: Direction
    scheme: Scheme
    province: Party
    rows: tuple[ServiceRow, ...]


class NoticeLine(Struct, frozen=True):
    """One transfer of a notice: with whom, over which account of theirs, how much per scheme."""

    counterpart: Party
    account: FiscalAccount
    employee_fen: int = 0
    resident_fen: int = 0

    @property
    def amount_fen(self) -> int:
        """Both schemes."""
        return self.employee_fen + self.resident_fen


class TransferNotice(Struct, frozen=True, tag="transfer_notice"):
    """付款通知书 or 收款通知书, of clearing or of prepayment 预付金 (facts 6.6 and 7.3).

    `direction` payable is a notice to pay, receivable a notice to receive. `period` is a month for clearing
    and a year (`2026`) for prepayment. `basis` is the number of the table the notice follows from.
    """

    issue: Issue
    direction: Direction
    purpose: Purpose
    period: str
    addressee: Party
    account: FiscalAccount
    lines: tuple[NoticeLine, ...]
    due_on: str
    basis: str

    @property
    def amount_fen(self) -> int:
        """All lines."""
        return sum(line.amount_fen for line in self.lines)


class DeductionRow(Struct, frozen=True):
    """One audit deduction 审核扣减 (negative; positive withdraws one) of what `cleared_in` has cleared."""

    settlement_id: str
    institution: str
    cleared_in: str
    scheme: Scheme
    fund_fen: int
    deduction_fen: int
    reason: str
    finding: str


class DeductionList(Struct, frozen=True, tag="deduction_list"):
    """审核扣款明细: what the care place took back for an insured place, cleared in `period` (fact 7.4)."""

    issue: Issue
    period: str
    care_place: Party
    insured_place: Party
    rows: tuple[DeductionRow, ...]


class SideSum(Struct, frozen=True):
    """One side of a reconciliation: its name and the sums of the day in its books."""

    side: str
    side_en: str
    records: int
    medical_fee_fen: int
    fund_fen: int


class DifferenceSum(Struct, frozen=True):
    """A class of differences: how many, over what amount, how many are repaired and how many still open."""

    kind: str
    kind_en: str
    found: int
    amount_fen: int
    repaired: int
    open: int


class OpenDifference(Struct, frozen=True):
    """A difference still open: what the sides have (None where the record is missing), owner and deadline."""

    reference: str
    kind: str
    kind_en: str
    amounts_fen: tuple[int | None, ...]
    cause: str
    owner: Party
    due_on: str


class DayReport(Struct, frozen=True, tag="day_report"):
    """对账报告: reconciliation of a business day, two sides (hospital, care place) or three parties."""

    issue: Issue
    day: str
    scope: Party
    sides: tuple[SideSum, ...]
    differences: tuple[DifferenceSum, ...]
    open: tuple[OpenDifference, ...] = ()


Paper = NationalTable | ProvinceTable | SchemeDetail | TransferNotice | DeductionList | DayReport
"""Every document there is."""

"""What is said in a clearing: to the nation, to a province by its agency or finance, and between the two."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from yidi.processes.clearing.lines import TableLine
from yidi.processes.ports.deciding import Command, Reply


class Way(StrEnum):
    """Why a single matter is named in a table."""

    LATE = "late"
    HELD = "held"
    DEDUCTION = "deduction"
    REFUND = "refund"


class DisputeState(StrEnum):
    """How a dispute stands: it waits, the settlement stands, it is struck, or it stands with less."""

    OPEN = "open"
    DISMISSED = "dismissed"
    UPHELD = "upheld"
    CORRECTED = "corrected"


class Direction(StrEnum):
    """Which way a notice looks."""

    PAYABLE = "payable"
    RECEIVABLE = "receivable"


class Step(StrEnum):
    """What happens to a notice, in order."""

    HANDED = "handed"
    PAID = "paid"
    RECEIVED = "received"


class Named(Struct, frozen=True, order=True, gc=False):
    """A single matter of a table: see ClearingItem."""

    way: Way
    settlement_id: str
    undoes: str
    care: str
    insured: str
    scheme: str
    business_day: str
    total_fen: int
    fund_fen: int
    account_fen: int
    cause: str = ""


class BuildClearing(Command, frozen=True, kw_only=True):
    """To the nation: the month's settlements added up. Answer: ClearingBuilt or Refused.

    `lines` are of settlements only; `source_month` and `source_digest` name the list they were made from,
    `settlements` counts it. `late` are those of earlier months that are in, `held` all that wait. The same
    lines and lists again record nothing; others make a further version.
    """

    month: str
    as_of: str
    source_month: str
    source_digest: str
    settlements: int
    lines: tuple[TableLine, ...]
    late: tuple[Named, ...] = ()
    held: tuple[Named, ...] = ()

    def turns(self) -> tuple[str, ...]:
        """One step of a month's clearing at a time."""
        return (f"clearing/{self.month}",)


class NetShown(Struct, frozen=True):
    """A province's sums in the table; fen. The nets of all provinces sum to zero."""

    province: str
    payable_fen: int
    receivable_fen: int
    net_fen: int


class ClearingBuilt(Reply, frozen=True, kw_only=True):
    """The table as it stands; `repeated` when nothing was new."""

    month: str
    version: int
    repeated: bool
    lines_digest: str
    items_digest: str
    settlements: int
    held: int
    nets: tuple[NetShown, ...]


class ClearingProposed(Command, frozen=True, kw_only=True):
    """Nation to province: its part of a version of the table, to check and sign."""

    month: str
    version: int
    as_of: str
    settlements: int
    items_digest: str
    lines: tuple[TableLine, ...]
    named: tuple[Named, ...]


class OwnSum(Struct, frozen=True, order=True):
    """A province's own copies added up with a counterpart: PAYABLE as insured place, else RECEIVABLE."""

    direction: Direction
    counterpart: str
    scheme: str
    settlements: int
    fund_fen: int
    account_fen: int


class CheckClearing(Command, frozen=True, kw_only=True):
    """A province compares its own sums with its part. Answer: ClearingChecked or Refused."""

    month: str
    source_month: str
    sums: tuple[OwnSum, ...]


class SumDiffers(Struct, frozen=True):
    """A sum that differs: the nation's and the province's own, fen and number of settlements."""

    direction: Direction
    counterpart: str
    scheme: str
    nation_settlements: int
    nation_due_fen: int
    own_settlements: int
    own_due_fen: int


class ClearingChecked(Reply, frozen=True, kw_only=True):
    """How the comparison came out; `lines_digest` is what is to be signed when nothing differs."""

    month: str
    version: int
    lines_digest: str
    differences: tuple[SumDiffers, ...]


class DisputeItem(Command, frozen=True, kw_only=True):
    """A province disputes one settlement of the month; it waits, the run goes on. Answer: Done or Refused."""

    month: str
    settlement_id: str
    reason: str

    def turns(self) -> tuple[str, ...]:
        """One step of a month's clearing at a time."""
        return (f"clearing/{self.month}",)


class DisputeRaised(Command, frozen=True, kw_only=True):
    """Province to nation: a settlement is disputed."""

    month: str
    settlement_id: str
    case_id: str
    reason: str

    def turns(self) -> tuple[str, ...]:
        """One step of a month's clearing at a time."""
        return (f"clearing/{self.month}",)


class ResolveDispute(Command, frozen=True, kw_only=True):
    """To the nation: how a dispute ends. Answer: Done or Refused.

    CORRECTED needs what stands, `fund_fen` and `account_fen`, neither above what was settled.
    """

    settlement_id: str
    outcome: DisputeState
    reason: str
    fund_fen: int = 0
    account_fen: int = 0


class DisputeResolved(Command, frozen=True, kw_only=True):
    """Nation to both provinces: how a dispute ended; `struck_fen` is no longer owed."""

    month: str
    settlement_id: str
    raised_by: str
    outcome: DisputeState
    care: str
    insured: str
    scheme: str
    business_day: str
    fund_fen: int
    account_fen: int
    struck_fen: int
    reason: str

    def turns(self) -> tuple[str, ...]:
        """Nothing else is taken back of the settlement, and no institution is paid, at the same time."""
        return (f"settlement/{self.settlement_id}", "institutions")


class SignClearing(Command, frozen=True, kw_only=True):
    """A province signs its part; `lines_digest` is what it has checked. Answer: Done or Refused."""

    month: str
    lines_digest: str
    signed_by: str

    def turns(self) -> tuple[str, ...]:
        """One step of a month's clearing at a time."""
        return (f"clearing/{self.month}",)


class SignatureSent(Command, frozen=True, kw_only=True):
    """Province to nation: its part is signed."""

    month: str
    lines_digest: str
    signed_by: str

    def turns(self) -> tuple[str, ...]:
        """One step of a month's clearing at a time."""
        return (f"clearing/{self.month}",)


class PublishNotices(Command, frozen=True, kw_only=True):
    """To the nation: all have signed; notices go out. Answer: NoticesPublished or Refused."""

    month: str

    def turns(self) -> tuple[str, ...]:
        """One step of a month's clearing at a time."""
        return (f"clearing/{self.month}",)


class NoticeShown(Struct, frozen=True):
    """A notice: see ClearingNotice. `lines` are counterpart, scheme, fen."""

    number: str
    direction: Direction
    province: str
    amount_fen: int
    basis: str
    issued_on: str
    hand_over_by: str
    pay_by: str
    lines: tuple[tuple[str, str, int], ...]


class NoticesPublished(Reply, frozen=True, kw_only=True):
    """The notices of a month."""

    month: str
    notices: tuple[NoticeShown, ...]


class NoticesIssued(Command, frozen=True, kw_only=True):
    """Nation to province: its notices; the deductions and refunds of the table take effect with them."""

    month: str
    version: int
    basis: str
    notices: tuple[NoticeShown, ...]
    adjustments: tuple[Named, ...]


class HandToFinance(Command, frozen=True, kw_only=True):
    """The agency hands a notice to pay to its finance department. Answer: Done or Refused."""

    number: str


class PayNotice(Command, frozen=True, kw_only=True):
    """Finance has paid a counterpart of a notice; `reference` is the bank's. Answer: Done or Refused."""

    number: str
    counterpart: str
    amount_fen: int
    reference: str


class ConfirmReceipt(Command, frozen=True, kw_only=True):
    """The receiver has the money of a counterpart. Answer: Done or Refused."""

    number: str
    counterpart: str
    amount_fen: int
    reference: str


class StepTaken(Command, frozen=True, kw_only=True):
    """Province to nation, and the nation to the payee: a notice was handed over, paid or received."""

    month: str
    payer: str
    payee: str
    step: Step
    amount_fen: int
    reference: str
    day: str


class Urge(Command, frozen=True, kw_only=True):
    """To the nation: urge whoever is late in a month's clearing. Answer: Overdue (empty when nobody is)."""

    month: str


class OverdueMatter(Struct, frozen=True, order=True):
    """Something overdue: `matter` is sign, hand_over, pay or confirm."""

    province: str
    matter: str
    counterpart: str
    due_on: str


class Overdue(Reply, frozen=True, kw_only=True):
    """What is overdue on this day."""

    month: str
    matters: tuple[OverdueMatter, ...]


class UrgedToAct(Command, frozen=True, kw_only=True):
    """Nation to province: this is overdue."""

    month: str
    matters: tuple[OverdueMatter, ...]


class AuditDeduction(Command, frozen=True, kw_only=True):
    """Care place: an audit refuses part of a cleared settlement. Answer: Done (adjustment number) or Refused.

    `penalty_fen` is a contract penalty beside it: it stays here. `finding` is the number of the audit.
    """

    settlement_id: str
    amount_fen: int
    penalty_fen: int
    reason: str
    finding: str

    def turns(self) -> tuple[str, ...]:
        """Nothing else is taken back of the settlement, and no institution is paid, at the same time."""
        return (f"settlement/{self.settlement_id}", "institutions")


class RefundAfterClearing(Command, frozen=True, kw_only=True):
    """Care place: an institution pays part of a cleared settlement back. Answer: Done or Refused."""

    settlement_id: str
    amount_fen: int
    reason: str
    reference: str

    def turns(self) -> tuple[str, ...]:
        """Nothing else is taken back of the settlement, and no institution is paid, at the same time."""
        return (f"settlement/{self.settlement_id}", "institutions")


class AdjustmentReported(Command, frozen=True, kw_only=True):
    """Care place to nation, and the nation to the insured place: a cleared settlement is reduced."""

    adjustment_id: str
    settlement_id: str
    case_id: str
    way: Way
    care: str
    insured: str
    scheme: str
    institution_code: str
    cleared_in: str
    amount_fen: int
    reason: str
    finding: str


class CloseYear(Command, frozen=True, kw_only=True):
    """To the nation: close a year. Answer: Done or Refused."""

    year: str

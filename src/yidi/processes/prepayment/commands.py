"""What is asked in prepayment: by the national agency, by provinces, and between the two."""

from __future__ import annotations

from msgspec import Struct

from yidi.processes.ports.deciding import Command, Reply
from yidi.processes.prepayment.records import (
    Basis,
    PrepaymentNotice,
    PrepaymentNoticeLine,
    PrepaymentStep,
    TopUp,
    TopUpDecision,
    UsageRate,
)


class Used(Struct, frozen=True):
    """The use of a month by one ordered pair and scheme: how many settlements, amounts in fen."""

    insured: str
    care: str
    scheme: str
    settlements: int
    fund_fen: int
    account_fen: int = 0


class Signing(Struct, frozen=True):
    """The day on which a care province signed its clearing."""

    care: str
    day: str


class CountUse(Command, frozen=True, kw_only=True):
    """The national agency enters a month's use (`2026-10`), summed from its own copies. Answer: Done.

    With `signings` it is what a signed clearing came to: once counted, the month is rated with them.
    """

    month: str
    lines: tuple[Used, ...]
    basis: Basis = Basis.SETTLED
    signings: tuple[Signing, ...] = ()


class PlanYear(Command, frozen=True, kw_only=True):
    """The national agency fixes the prepayment of a year (`2026`). Answer: YearPlanned."""

    year: str

    def turns(self) -> tuple[str, ...]:
        """What stands of the floats changes one decision at a time."""
        return ("floats",)


class YearPlanned(Reply, frozen=True, kw_only=True):
    """The plan's number, how many floats it sets, their sum and the sum of changes in fen, the notices."""

    plan_id: str
    pairs: int
    amount_fen: int
    change_fen: int
    notices: tuple[str, ...]
    late: bool = False
    """Fixed after the month in which it is due."""


class RateMonth(Command, frozen=True, kw_only=True):
    """The national agency rates a counted month and warns of yellow and red. Answer: MonthRated."""

    month: str
    basis: Basis = Basis.CLEARED
    signings: tuple[Signing, ...] = ()


class MonthRated(Reply, frozen=True, kw_only=True):
    """How many floats have which colour."""

    green: int
    yellow: int
    red: int
    unfunded: int


class DecideTopUp(Command, frozen=True, kw_only=True):
    """The national agency approves a top-up, in part or whole, or rejects it (0). Answer: Done."""

    request_no: str
    approved_fen: int
    reason: str

    def turns(self) -> tuple[str, ...]:
        """What stands of the floats changes one decision at a time."""
        return ("floats",)


class AreaUsed(Struct, frozen=True):
    """What the insured of an area cost elsewhere in a year, by scheme, in fen."""

    area: str
    scheme: str
    used_fen: int


class CountAreaUse(Command, frozen=True, kw_only=True):
    """A province enters its areas' use of a year, summed from its own settlements. Answer: Done."""

    year: str
    lines: tuple[AreaUsed, ...]


class AcknowledgePrepayment(Command, frozen=True, kw_only=True):
    """A province has downloaded a notice. Answer: Done."""

    notice_no: str


class HandPrepaymentOver(Command, frozen=True, kw_only=True):
    """A province's agency hands a payment notice to finance. `reference`: the payment request."""

    notice_no: str
    handed_on: str
    reference: str = ""


class ReportPrepaymentPaid(Command, frozen=True, kw_only=True):
    """Finance has paid a line of a payment notice; `reference` is the bank's. Answer: Done."""

    notice_no: str
    line: int
    amount_fen: int
    paid_on: str
    reference: str


class ConfirmPrepaymentReceived(Command, frozen=True, kw_only=True):
    """A line of a receipt notice has arrived in the fiscal account. Answer: Done."""

    notice_no: str
    line: int
    amount_fen: int
    received_on: str
    reference: str


class CallAreas(Command, frozen=True, kw_only=True):
    """A province apportions a notice over its areas by last year's use. Answer: AreasCalled."""

    notice_no: str


class AreasCalled(Reply, frozen=True, kw_only=True):
    """How many areas are called, and the sum in fen (negative: they get back)."""

    areas: int
    amount_fen: int


class AreaPaid(Command, frozen=True, kw_only=True):
    """An area has handed its call up. Answer: Done."""

    notice_no: str
    area: str
    scheme: str
    amount_fen: int
    paid_on: str
    reference: str


class RequestTopUp(Command, frozen=True, kw_only=True):
    """A care province asks for an emergency top-up of a red float. Answer: Done(request_no)."""

    month: str
    insured: str
    scheme: str
    amount_fen: int
    reason: str

    def turns(self) -> tuple[str, ...]:
        """One request at a time for a month."""
        return (f"top-up/{self.month}",)


class DeliverPrepaymentNotice(Command, frozen=True, kw_only=True):
    """Nation to province: a notice with its lines."""

    notice: PrepaymentNotice
    lines: tuple[PrepaymentNoticeLine, ...]


class NotePrepaymentStep(Command, frozen=True, kw_only=True):
    """Province to nation: a step taken with a notice."""

    step: PrepaymentStep


class TellRates(Command, frozen=True, kw_only=True):
    """Nation to province: its floats that are yellow, red or unfunded."""

    rates: tuple[UsageRate, ...]


class SubmitTopUp(Command, frozen=True, kw_only=True):
    """Care province to nation: a request for review."""

    request: TopUp


class TellDecision(Command, frozen=True, kw_only=True):
    """Nation to care province: what was decided on its request."""

    decision: TopUpDecision

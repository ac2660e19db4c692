"""Facts of prepayment: counts of use, yearly plans, notices and their steps, rates, top-ups, area calls.

Where nation and province keep the same kind of fact, each keeps its own copy under its own jurisdiction.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from yidi.processes.ports.deciding import Many, One, Sum

SCHEMES = ("310", "390")
"""Employees and residents: the two schemes of cross-province settlement (regulation 1.3)."""


class Basis(StrEnum):
    """What a count of use is made of: settlements as they were booked, or the signed clearing."""

    SETTLED = "settled"
    CLEARED = "cleared"


class NoticeKind(StrEnum):
    """Payment notice 付款通知书 or receipt notice 收款通知书."""

    PAY = "pay"
    RECEIVE = "receive"


class Role(StrEnum):
    """As what a province pays or receives a line: its own float away, or another's float with it."""

    INSURED = "insured"
    CARE = "care"


class Step(StrEnum):
    """What happens with a notice at its province."""

    ACKNOWLEDGED = "acknowledged"
    HANDED_OVER = "handed_over"
    PAID = "paid"
    RECEIVED = "received"


class Colour(StrEnum):
    """The warning of a usage rate (regulation 6.9). UNFUNDED: there is use and no prepayment."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    UNFUNDED = "unfunded"


class UseCount(NamedTuple):
    """Nation: a month was counted; the highest version holds. Amounts fen."""

    jurisdiction: str
    month: str
    basis: str
    version: int
    pairs: int
    settlements: int
    fund_fen: int
    account_fen: int
    recorded_at: str


class MonthUse(NamedTuple):
    """Nation: what a care province was owed by an insured province for a month, by scheme, in fen."""

    jurisdiction: str
    month: str
    basis: str
    insured: str
    care: str
    scheme: str
    version: int
    settlements: int
    fund_fen: int
    account_fen: int


class AreaUse(NamedTuple):
    """Insured province: what its areas' insured cost elsewhere in a year, in fen; highest version holds."""

    jurisdiction: str
    year: str
    area: str
    scheme: str
    version: int
    used_fen: int
    recorded_at: str


class YearPlan(NamedTuple):
    """Nation: the prepayment of a year was fixed. `terms` is the JSON of the terms used; amounts fen."""

    jurisdiction: str
    year: str
    plan_id: str
    pairs: int
    amount_fen: int
    change_fen: int
    terms: str
    planned_on: str
    recorded_at: str


class PrepaymentChange(NamedTuple):
    """Nation: an ordered change of one float. `cause` is a plan or a top-up request, `pair` both provinces.

    What stands is the sum of changes; `explanation` is the JSON of the steps.
    """

    jurisdiction: str
    cause: str
    kind: str
    insured: str
    care: str
    scheme: str
    pair: str
    before_fen: int
    change_fen: int
    explanation: str
    recorded_at: str


class PrepaymentNotice(NamedTuple):
    """A payment or receipt notice to a province: total in fen, and the days until which things are due."""

    jurisdiction: str
    notice_no: str
    kind: str
    province: str
    cause: str
    year: str
    lines: int
    total_fen: int
    issued_on: str
    hand_over_by: str
    pay_by: str
    report_by: str
    recorded_at: str


class PrepaymentNoticeLine(NamedTuple):
    """One line of a notice, numbered from 1: from or to whom, of which scheme, how many fen (positive)."""

    jurisdiction: str
    notice_no: str
    line: int
    role: str
    counterpart: str
    scheme: str
    amount_fen: int


class PrepaymentStep(NamedTuple):
    """A step taken at the province; `line` is 0 for the whole notice. `reference` is the bank's."""

    jurisdiction: str
    notice_no: str
    step: str
    line: int
    amount_fen: int
    happened_on: str
    reference: str
    recorded_at: str


class UsageRate(NamedTuple):
    """A month's use over what stands, in basis points (None without prepayment); highest version holds.

    `signed_on` is the day the care province signed the month's clearing.
    """

    jurisdiction: str
    month: str
    basis: str
    insured: str
    care: str
    scheme: str
    version: int
    used_fen: int
    prepaid_fen: int
    rate_bp: int | None
    colour: str
    signed_on: str
    recorded_at: str


class TopUp(NamedTuple):
    """A care province asks for an emergency top-up; `needed_fen` is what brings the rate below yellow."""

    jurisdiction: str
    request_no: str
    month: str
    insured: str
    care: str
    scheme: str
    asked_fen: int
    needed_fen: int
    reason: str
    requested_on: str
    recorded_at: str


class TopUpDecision(NamedTuple):
    """The nation's decision on a top-up; nothing approved is a rejection."""

    jurisdiction: str
    request_no: str
    approved_fen: int
    reason: str
    decided_on: str
    recorded_at: str


class AreaCall(NamedTuple):
    """Insured province: what an area hands up for a notice (negative: gets back), by its last year's use."""

    jurisdiction: str
    notice_no: str
    area: str
    scheme: str
    used_fen: int
    amount_fen: int
    recorded_at: str


class AreaPayment(NamedTuple):
    """Insured province: an area handed its call up."""

    jurisdiction: str
    notice_no: str
    area: str
    scheme: str
    amount_fen: int
    paid_on: str
    reference: str
    recorded_at: str


COUNTS_OF_MONTH = Many("use_counts_of_month", UseCount, ("jurisdiction", "month", "basis"), ("version",))
USE_OF_MONTH = Many(
    "use_of_month", MonthUse, ("jurisdiction", "month", "basis"), ("version", "insured", "care", "scheme")
)
AREA_USE = Many("area_use", AreaUse, ("jurisdiction", "year"), ("area", "scheme", "version"))
YEAR_PLAN = One("year_plan", YearPlan, ("jurisdiction", "year"))
STANDING = Sum(
    "prepayment_standing", PrepaymentChange, ("jurisdiction", "scheme"), of="change_fen", per="pair"
)
NOTICE = One("prepayment_notice", PrepaymentNotice, ("jurisdiction", "notice_no"))
NOTICE_LINES = Many("prepayment_notice_lines", PrepaymentNoticeLine, ("jurisdiction", "notice_no"), ("line",))
NOTICE_STEPS = Many("prepayment_steps", PrepaymentStep, ("jurisdiction", "notice_no"), ("line", "step"))
RATES = Many(
    "usage_rates", UsageRate, ("jurisdiction", "month", "basis"), ("version", "insured", "care", "scheme")
)
TOP_UP = One("top_up", TopUp, ("jurisdiction", "request_no"))
TOP_UPS_OF_MONTH = Many("top_ups_of_month", TopUp, ("jurisdiction", "month"), ("request_no",))
TOP_UP_DECISION = One("top_up_decision", TopUpDecision, ("jurisdiction", "request_no"))
AREA_CALLS = Many("area_calls", AreaCall, ("jurisdiction", "notice_no"), ("area", "scheme"))
AREA_PAYMENTS = Many("area_payments", AreaPayment, ("jurisdiction", "notice_no"), ("area", "scheme"))

RECORDS = (
    UseCount,
    MonthUse,
    AreaUse,
    YearPlan,
    PrepaymentChange,
    PrepaymentNotice,
    PrepaymentNoticeLine,
    PrepaymentStep,
    UsageRate,
    TopUp,
    TopUpDecision,
    AreaCall,
    AreaPayment,
)
VIEWS = (
    COUNTS_OF_MONTH,
    USE_OF_MONTH,
    AREA_USE,
    YEAR_PLAN,
    STANDING,
    NOTICE,
    NOTICE_LINES,
    NOTICE_STEPS,
    RATES,
    TOP_UP,
    TOP_UPS_OF_MONTH,
    TOP_UP_DECISION,
    AREA_CALLS,
    AREA_PAYMENTS,
)

"""Facts of clearing. The nation keeps whole tables; each province keeps its part of them and its own steps.

The same record is written at the nation and, as what it was told, at a province: `jurisdiction` says where.
"""

from __future__ import annotations

from typing import NamedTuple

from yidi.processes.ports.deciding import Many


class ClearingRun(NamedTuple):
    """A version of a month's table. `as_of` is the instant up to which arrivals count, in all versions.

    `lines_digest` is of the lines kept here (a province: its part, which it signs), `items_digest` of the
    list of settlements as the nation has it.
    """

    jurisdiction: str
    month: str
    version: int
    as_of: str
    settlements: int
    lines_digest: str
    items_digest: str
    recorded_at: str


class ClearingLine(NamedTuple):
    """One line of a version of the table; fen. `kind` is a LineKind."""

    jurisdiction: str
    month: str
    table_version: int
    care: str
    insured: str
    scheme: str
    kind: str
    settlements: int
    total_fen: int
    fund_fen: int
    account_fen: int


class ClearingItem(NamedTuple):
    """A single matter of a version: a settlement taken in late or held back, a deduction or a refund.

    `way` is late, held, deduction or refund; `cause` says why it is held (dispute, difference) or names the
    adjustment. Fen; a deduction is negative.
    """

    jurisdiction: str
    month: str
    table_version: int
    way: str
    settlement_id: str
    undoes: str
    care: str
    insured: str
    scheme: str
    business_day: str
    total_fen: int
    fund_fen: int
    account_fen: int
    cause: str


class ClearingCheck(NamedTuple):
    """Province: its own sums compared with the table of this digest; how many differ."""

    jurisdiction: str
    month: str
    lines_digest: str
    differences: int
    recorded_at: str


class ClearingSignature(NamedTuple):
    """A province signed its part with this digest; kept there and at the nation."""

    jurisdiction: str
    month: str
    province: str
    lines_digest: str
    signed_by: str
    recorded_at: str


class ClearingDispute(NamedTuple):
    """A settlement disputed, in versions; `state` is open, dismissed, upheld or corrected.

    `fund_fen` and `account_fen` are what stands of it: nothing when upheld, less when corrected.
    """

    jurisdiction: str
    settlement_id: str
    version: int
    month: str
    raised_by: str
    case_id: str
    state: str
    care: str
    insured: str
    scheme: str
    business_day: str
    fund_fen: int
    account_fen: int
    reason: str
    recorded_at: str


class ClearingNotice(NamedTuple):
    """A notice to pay or to receive (`direction`) addressed to `province`; days as ISO text."""

    jurisdiction: str
    number: str
    month: str
    direction: str
    province: str
    amount_fen: int
    basis: str
    issued_on: str
    hand_over_by: str
    pay_by: str
    recorded_at: str


class ClearingNoticeLine(NamedTuple):
    """What a notice says about one counterpart and scheme."""

    jurisdiction: str
    number: str
    counterpart: str
    scheme: str
    amount_fen: int


class ClearingPublished(NamedTuple):
    """The notices of a version of the table went out (nation) or came in (province): the table is final."""

    jurisdiction: str
    month: str
    version: int
    basis: str
    notices: int
    recorded_at: str


class ClearingStep(NamedTuple):
    """What happened to a notice: handed to finance (no payee), paid to or received by a payee."""

    jurisdiction: str
    month: str
    payer: str
    payee: str
    step: str
    amount_fen: int
    reference: str
    day: str
    recorded_at: str


class ClearingUrged(NamedTuple):
    """A province was urged: what is overdue, since which day."""

    jurisdiction: str
    month: str
    province: str
    matter: str
    counterpart: str
    due_on: str
    recorded_at: str


class ClearingAdjustment(NamedTuple):
    """An audit deduction or a refund of a cleared settlement; fen, positive.

    `way` is deduction or refund; `month` is that of the clearing in which it is a negative line. The penalty
    stays with the care place and is known there only.
    """

    jurisdiction: str
    adjustment_id: str
    settlement_id: str
    month: str
    way: str
    care: str
    insured: str
    scheme: str
    institution_code: str
    cleared_in: str
    amount_fen: int
    penalty_fen: int
    reason: str
    finding: str
    recorded_at: str


class ClearingYear(NamedTuple):
    """The nation closed a year: everything of it is cleared and paid."""

    jurisdiction: str
    year: str
    closed_on: str
    recorded_at: str


RUNS_OF_MONTH = Many("clearing_runs_of_month", ClearingRun, ("jurisdiction", "month"), ("version",))
LINES_OF_MONTH = Many(
    "clearing_lines_of_month",
    ClearingLine,
    ("jurisdiction", "month"),
    ("table_version", "care", "insured", "scheme", "kind"),
)
ITEMS_OF_MONTH = Many(
    "clearing_items_of_month",
    ClearingItem,
    ("jurisdiction", "month"),
    ("table_version", "way", "settlement_id", "cause"),
)
CHECKS_OF_MONTH = Many("clearing_checks_of_month", ClearingCheck, ("jurisdiction", "month"), ("recorded_at",))
SIGNATURES_OF_MONTH = Many(
    "clearing_signatures_of_month", ClearingSignature, ("jurisdiction", "month"), ("recorded_at", "province")
)
DISPUTES_OF_MONTH = Many(
    "clearing_disputes_of_month", ClearingDispute, ("jurisdiction", "month"), ("settlement_id", "version")
)
DISPUTES_OF_SETTLEMENT = Many(
    "clearing_disputes_of_settlement", ClearingDispute, ("jurisdiction", "settlement_id"), ("version",)
)
NOTICES_OF_MONTH = Many("clearing_notices_of_month", ClearingNotice, ("jurisdiction", "month"), ("number",))
PUBLISHED = Many("clearing_published", ClearingPublished, ("jurisdiction", "month"), ("version",))
NOTICE = Many("clearing_notice_by_number", ClearingNotice, ("jurisdiction", "number"), ("number",))
NOTICE_LINES = Many(
    "clearing_notice_lines", ClearingNoticeLine, ("jurisdiction", "number"), ("counterpart", "scheme")
)
STEPS_OF_MONTH = Many(
    "clearing_steps_of_month",
    ClearingStep,
    ("jurisdiction", "month"),
    ("recorded_at", "payer", "payee", "step"),
)
URGED_OF_MONTH = Many(
    "clearing_urged_of_month",
    ClearingUrged,
    ("jurisdiction", "month"),
    ("recorded_at", "province", "matter", "counterpart"),
)
ADJUSTMENTS_OF_MONTH = Many(
    "clearing_adjustments_of_month", ClearingAdjustment, ("jurisdiction", "month"), ("adjustment_id",)
)
ADJUSTMENTS_OF_SETTLEMENT = Many(
    "clearing_adjustments_of_settlement",
    ClearingAdjustment,
    ("jurisdiction", "settlement_id"),
    ("recorded_at", "adjustment_id"),
)
YEAR = Many("clearing_year_closed", ClearingYear, ("jurisdiction", "year"), ("recorded_at",))

RECORDS = (
    ClearingRun,
    ClearingLine,
    ClearingItem,
    ClearingCheck,
    ClearingSignature,
    ClearingDispute,
    ClearingNotice,
    ClearingNoticeLine,
    ClearingPublished,
    ClearingStep,
    ClearingUrged,
    ClearingAdjustment,
    ClearingYear,
)
VIEWS = (
    RUNS_OF_MONTH,
    LINES_OF_MONTH,
    ITEMS_OF_MONTH,
    CHECKS_OF_MONTH,
    SIGNATURES_OF_MONTH,
    DISPUTES_OF_MONTH,
    DISPUTES_OF_SETTLEMENT,
    NOTICES_OF_MONTH,
    PUBLISHED,
    NOTICE,
    NOTICE_LINES,
    STEPS_OF_MONTH,
    URGED_OF_MONTH,
    ADJUSTMENTS_OF_MONTH,
    ADJUSTMENTS_OF_SETTLEMENT,
    YEAR,
)

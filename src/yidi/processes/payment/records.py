"""Facts of the care place about paying its institutions. Amounts in fen, days as ISO text, months 2026-10.

Source: regulation 5.2 (13, 14), 7.4, 7.8, 8; national interface 清算申请 and 异地清分.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from yidi.processes.ports.deciding import Many


class DeclarationState(StrEnum):
    """Where a declaration stands; RETURNED: the agency sent it back with a reason."""

    DECLARED = "declared"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    PAID = "paid"


class PaymentAgreement(NamedTuple):
    """What an area (a city or a province) has agreed with its institutions, from a day on.

    `late` is accepted (and marked) or refused; `source` names the document.
    """

    jurisdiction: str
    area: str
    start: str
    declare_by_day: int
    pay_working_days: int
    retention_bp: int
    late: str
    source: str
    recorded_at: str


class Declaration(NamedTuple):
    """One version of an institution's declaration of a month for one clearing kind; `state` as above.

    `recognised_fen` is what the institution says the insurance recognises. `late` is 1 when it came after
    `declare_by`. `due_on` is the day until which it is to be paid, once accepted.
    """

    jurisdiction: str
    declaration_id: str
    version: int
    institution_code: str
    month: str
    clearing_kind: str
    clearing_way: str
    state: str
    settlements: int
    total_fen: int
    recognised_fen: int
    fund_fen: int
    account_fen: int
    cash_fen: int
    declared_on: str
    declare_by: str
    late: int
    due_on: str
    payment_id: str
    note: str
    recorded_at: str


class DeclaredSettlement(NamedTuple):
    """One settlement, or the negative of one, that a declaration holds."""

    jurisdiction: str
    settlement_id: str
    declaration_id: str
    institution_code: str
    month: str
    scheme: str
    fund_fen: int
    account_fen: int


class DeclaredScheme(NamedTuple):
    """What a declaration comes to in one scheme."""

    jurisdiction: str
    declaration_id: str
    scheme: str
    settlements: int
    fund_fen: int
    account_fen: int


class DetailConfirmation(NamedTuple):
    """A row of the clearing details that the institution confirmed (`confirmed` 1) or left out (0)."""

    jurisdiction: str
    handle: str
    line: int
    institution_code: str
    month: str
    settlement_id: str
    confirmed: int
    total_fen: int
    paid_fen: int
    recorded_at: str


class ConfirmationUndone(NamedTuple):
    """A confirmation was rolled back, with all its rows."""

    jurisdiction: str
    handle: str
    institution_code: str
    month: str
    recorded_at: str


class DeclarationDeduction(NamedTuple):
    """An institution is paid so much less; it goes back to the insured place (`insured`). Fen.

    Written by clearing: an audit deduction, what a dispute struck, or, negative, the withdrawal of one.
    `declaration_id` is the accepted declaration with whose payment it is taken; empty: with the next one.
    """

    jurisdiction: str
    deduction_id: str
    declaration_id: str
    settlement_id: str
    institution_code: str
    insured: str
    scheme: str
    amount_fen: int
    reason: str
    deducted_on: str
    recorded_at: str


class DeductionTaken(NamedTuple):
    """A payment has taken a deduction that belonged to none of its declarations."""

    jurisdiction: str
    deduction_id: str
    payment_id: str
    institution_code: str
    recorded_at: str


class InstitutionPayment(NamedTuple):
    """Money ordered to an institution; owed - deducted - retained = paid."""

    jurisdiction: str
    payment_id: str
    institution_code: str
    month: str
    owed_fen: int
    deducted_fen: int
    retained_fen: int
    paid_fen: int
    due_on: str
    paid_on: str
    recorded_at: str


class InstitutionPaymentLine(NamedTuple):
    """The part of a payment that belongs to one scheme."""

    jurisdiction: str
    payment_id: str
    scheme: str
    institution_code: str
    year: str
    owed_fen: int
    deducted_fen: int
    retained_fen: int
    paid_fen: int


class RetentionRelease(NamedTuple):
    """What was held back of a year is paid out, after the year was judged."""

    jurisdiction: str
    release_id: str
    institution_code: str
    year: str
    scheme: str
    amount_fen: int
    released_on: str
    reason: str
    recorded_at: str


AGREEMENTS = Many("payment_agreements", PaymentAgreement, ("jurisdiction", "area"), ("start", "recorded_at"))
DECLARATION = Many("declaration", Declaration, ("jurisdiction", "declaration_id"), ("version",))
DECLARATIONS_OF_INSTITUTION = Many(
    "declarations_of_institution",
    Declaration,
    ("jurisdiction", "institution_code", "month"),
    ("declaration_id", "version"),
)
DECLARATIONS_OF_MONTH = Many(
    "declarations_of_month", Declaration, ("jurisdiction", "month"), ("declaration_id", "version")
)
DECLARED_OF_MONTH = Many(
    "declared_of_month",
    DeclaredSettlement,
    ("jurisdiction", "institution_code", "month"),
    ("declaration_id", "settlement_id"),
)
DECLARED = Many(
    "declared_settlement", DeclaredSettlement, ("jurisdiction", "settlement_id"), ("declaration_id",)
)
DECLARED_SCHEMES = Many("declared_schemes", DeclaredScheme, ("jurisdiction", "declaration_id"), ("scheme",))
CONFIRMATIONS = Many(
    "detail_confirmations",
    DetailConfirmation,
    ("jurisdiction", "institution_code", "month"),
    ("recorded_at", "handle", "line"),
)
CONFIRMATIONS_UNDONE = Many(
    "confirmations_undone",
    ConfirmationUndone,
    ("jurisdiction", "institution_code", "month"),
    ("recorded_at", "handle"),
)
DEDUCTIONS = Many(
    "declaration_deductions",
    DeclarationDeduction,
    ("jurisdiction", "declaration_id"),
    ("recorded_at", "deduction_id"),
)
DEDUCTIONS_OF_SETTLEMENT = Many(
    "declaration_deductions_of_settlement",
    DeclarationDeduction,
    ("jurisdiction", "settlement_id"),
    ("recorded_at", "deduction_id"),
)
DEDUCTIONS_OF_INSTITUTION = Many(
    "declaration_deductions_of_institution",
    DeclarationDeduction,
    ("jurisdiction", "institution_code", "declaration_id"),
    ("recorded_at", "deduction_id"),
)
DEDUCTIONS_TAKEN = Many(
    "deductions_taken", DeductionTaken, ("jurisdiction", "institution_code"), ("recorded_at", "deduction_id")
)
PAYMENT_LINES_OF_YEAR = Many(
    "institution_payment_lines_of_year",
    InstitutionPaymentLine,
    ("jurisdiction", "institution_code", "year"),
    ("payment_id", "scheme"),
)
RELEASES_OF_YEAR = Many(
    "retention_releases_of_year",
    RetentionRelease,
    ("jurisdiction", "institution_code", "year"),
    ("release_id", "scheme"),
)

RECORDS = (
    PaymentAgreement,
    Declaration,
    DeclaredSettlement,
    DeclaredScheme,
    DetailConfirmation,
    ConfirmationUndone,
    DeclarationDeduction,
    DeductionTaken,
    InstitutionPayment,
    InstitutionPaymentLine,
    RetentionRelease,
)
VIEWS = (
    AGREEMENTS,
    DECLARATION,
    DECLARATIONS_OF_INSTITUTION,
    DECLARATIONS_OF_MONTH,
    DECLARED_OF_MONTH,
    DECLARED,
    DECLARED_SCHEMES,
    CONFIRMATIONS,
    CONFIRMATIONS_UNDONE,
    DEDUCTIONS,
    DEDUCTIONS_OF_SETTLEMENT,
    DEDUCTIONS_OF_INSTITUTION,
    DEDUCTIONS_TAKEN,
    PAYMENT_LINES_OF_YEAR,
    RELEASES_OF_YEAR,
)

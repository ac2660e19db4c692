"""Facts of a province's finance: bank accounts, statements, what became of each line, payment orders.

Source: regulation 6.11, 6.12 (fees, interest), 6.14 (accounts match accounts, accounts match money).
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from yidi.processes.ports.deciding import Many, One


class Fate(StrEnum):
    """What became of a bank line. SUSPENDED: nobody knows yet; OFFSET: another line takes it back."""

    MATCHED = "matched"
    INTEREST = "interest"
    SUSPENDED = "suspended"
    EXPLAINED = "explained"
    OFFSET = "offset"


class OrderForm(StrEnum):
    """As what an order is written: pain.001 to one's bank, pacs.009 between fiscal accounts."""

    PAIN = "pain"
    PACS = "pacs"


class PartyAccount(NamedTuple):
    """One version of a party's bank account; the highest holds. A province's own party is its fiscal account.

    `party` is an institution's code or a province; `bank_no` the 12-digit line number of the bank.
    """

    jurisdiction: str
    party: str
    version: int
    holder: str
    number: str
    bank: str
    bank_no: str
    recorded_at: str


class ImportedStatement(NamedTuple):
    """A bank statement that was taken, with the fingerprint of what it says. Amounts fen."""

    jurisdiction: str
    statement_id: str
    account: str
    statement_no: str
    fingerprint: str
    first_day: str
    last_day: str
    opening_fen: int
    closing_fen: int
    lines: int
    recorded_at: str


class ImportedLine(NamedTuple):
    """One movement: positive money came in, negative went out."""

    jurisdiction: str
    line_id: str
    statement_id: str
    month: str
    day: str
    amount_fen: int
    counterpart: str
    counterpart_account: str
    reference: str
    remark: str


class LineFate(NamedTuple):
    """One version of what became of a line; `expected_id` is the payment it matched, `way` how."""

    jurisdiction: str
    line_id: str
    version: int
    fate: str
    expected_id: str
    way: str
    note: str
    recorded_at: str


class OrderBatch(NamedTuple):
    """A file of payment orders; everything needed to write it again to the same bytes."""

    jurisdiction: str
    batch_no: str
    form: str
    execution_day: str
    holder: str
    number: str
    bank: str
    bank_no: str
    orders: int
    total_fen: int
    made_at: str


class PaymentOrdered(NamedTuple):
    """One order of a file; a payment is ordered once. `expected_id` names the payment."""

    jurisdiction: str
    expected_id: str
    batch_no: str
    order_no: str
    payee: str
    holder: str
    number: str
    bank: str
    bank_no: str
    amount_fen: int
    remark: str


PARTY_ACCOUNTS = Many("party_accounts", PartyAccount, ("jurisdiction", "party"), ("version",))
STATEMENTS = Many(
    "bank_statements", ImportedStatement, ("jurisdiction", "account"), ("first_day", "recorded_at")
)
SAME_STATEMENT = Many(
    "bank_statements_that_say_the_same",
    ImportedStatement,
    ("jurisdiction", "fingerprint"),
    ("recorded_at", "statement_id"),
)
LINES_OF_MONTH = Many("bank_lines_of_month", ImportedLine, ("jurisdiction", "month"), ("day", "line_id"))
LINE = One("bank_line", ImportedLine, ("jurisdiction", "line_id"))
FATES = Many("bank_line_fates", LineFate, ("jurisdiction", "line_id"), ("version",))
FATES_OF_EXPECTED = Many(
    "fates_of_expected_payment", LineFate, ("jurisdiction", "expected_id"), ("recorded_at", "line_id")
)
ORDER = One("payment_order", PaymentOrdered, ("jurisdiction", "expected_id"))
ORDERS_OF_BATCH = Many("payment_orders_of_batch", PaymentOrdered, ("jurisdiction", "batch_no"), ("order_no",))
BATCH = One("payment_order_batch", OrderBatch, ("jurisdiction", "batch_no"))

RECORDS = (PartyAccount, ImportedStatement, ImportedLine, LineFate, OrderBatch, PaymentOrdered)
VIEWS = (
    PARTY_ACCOUNTS,
    STATEMENTS,
    SAME_STATEMENT,
    LINES_OF_MONTH,
    LINE,
    FATES,
    FATES_OF_EXPECTED,
    ORDER,
    ORDERS_OF_BATCH,
    BATCH,
)

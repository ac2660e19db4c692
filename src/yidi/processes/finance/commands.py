"""What a province's finance is asked."""

from __future__ import annotations

from msgspec import Struct

from yidi.domain.refusal import Refusal
from yidi.processes.finance.records import OrderForm
from yidi.processes.ports.deciding import Command, Reply


class RegisterBankAccount(Command, frozen=True, kw_only=True):
    """The account of a party: an institution, a province, or the own fiscal account. Answer: Done."""

    party: str
    holder: str
    number: str
    bank: str
    bank_no: str


class LineGiven(Struct, frozen=True):
    """One movement of a statement: positive money came in. Fen."""

    line_no: int
    day: str
    amount_fen: int
    counterpart: str = ""
    counterpart_account: str = ""
    reference: str = ""
    remark: str = ""


class ImportStatement(Command, frozen=True, kw_only=True):
    """A bank statement, read and checked by the edge. Answer: StatementTaken or Refused, whole.

    `month` (2026-10) is the month somebody asked for; empty when any is welcome.
    """

    account: str
    statement_no: str
    fingerprint: str
    first_day: str
    last_day: str
    opening_fen: int
    closing_fen: int
    lines: tuple[LineGiven, ...]
    month: str = ""


class StatementTaken(Reply, frozen=True, kw_only=True):
    """The statement is in, with so many lines."""

    statement_id: str
    lines: int


class Expected(Struct, frozen=True):
    """A payment that the books know: positive when money is to come in, negative when it goes out. Fen.

    `counterpart` is an institution or a province; `references` what may stand on the bank's line. `booked`:
    the ledger has it already. `ready`: it may be ordered.
    """

    expected_id: str
    counterpart: str
    amount_fen: int
    due_on: str
    references: tuple[str, ...]
    booked: bool = False
    ready: bool = True


class MatchLines(Command, frozen=True, kw_only=True):
    """Match the open lines of these months with these payments. Answer: LinesMatched. May be run again.

    With `report`, what has moved is also reported as paid or received to the process of its notice.
    """

    months: tuple[str, ...]
    expected: tuple[Expected, ...]
    report: bool = False


class LinesMatched(Reply, frozen=True, kw_only=True):
    """How many lines matched now, are interest, were put in suspense, and what was found about the open ones.

    `to_book` names payments that have moved, now or in an earlier run, and that the books did not show as
    paid or received yet.
    """

    matched: int
    interest: int
    suspended: int
    findings: tuple[Refusal, ...]
    to_book: tuple[str, ...]


class ExplainLine(Command, frozen=True, kw_only=True):
    """Somebody says what a suspended line is for: an account of the chart, of a fund. Answer: Done."""

    line_id: str
    account: str
    counterpart: str
    scheme: str
    reason: str


class OffsetLines(Command, frozen=True, kw_only=True):
    """A suspended line takes another back: a fee returned by the bank, a payment sent back. Answer: Done."""

    line_id: str
    against: str
    reason: str


class MakeOrders(Command, frozen=True, kw_only=True):
    """Order the outgoing payments that are ready and were not ordered before. Answer: OrdersMade."""

    form: OrderForm
    execution_day: str
    expected: tuple[Expected, ...]


class OrdersMade(Reply, frozen=True, kw_only=True):
    """The file's number, how many orders, their sum in fen, how many were ordered before."""

    batch_no: str
    orders: int
    total_fen: int
    ordered_before: int

"""A bank statement as read, and the checks every statement passes before anybody uses it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator

import msgspec
from msgspec import Struct

from yidi.domain.money import format_yuan
from yidi.domain.refusal import Refusal
from yidi.edges.banking.refusals import (
    DOES_NOT_ADD_UP,
    LINE_OUTSIDE_PERIOD,
    LINE_TWICE,
    OTHER_ACCOUNT,
    STATEMENT_TWICE,
)


class BankLine(Struct, frozen=True):
    """One movement: positive money came in, negative went out; `reference` is the payer's end-to-end id.

    Texts carry no white space around them, as banks pad theirs.
    """

    line_no: int
    day: str
    amount_fen: int
    counterpart: str = ""
    reference: str = ""
    remark: str = ""
    counterpart_account: str = ""


class BankStatement(Struct, frozen=True):
    """The movements of one account from `first_day` to `last_day`, both included, in yuan's fen."""

    account: str
    statement_no: str
    first_day: str
    last_day: str
    opening_fen: int
    closing_fen: int
    lines: tuple[BankLine, ...]

    def fingerprint(self) -> str:
        """Return the SHA-256 of what the statement says: a doubled file is known whatever its form."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()


class Imported(Struct, frozen=True):
    """What the importer must know of a statement it has: account, number and fingerprint."""

    account: str
    statement_no: str
    fingerprint: str


def check_statement(
    statement: BankStatement, own_accounts: Collection[str], before: Collection[Imported] = ()
) -> list[Refusal]:
    """List all that forbids the import: other account, doubled statement or line, sums that do not close."""
    return [*_of_identity(statement, own_accounts, before), *_of_sums(statement), *_of_lines(statement)]


def _of_identity(
    statement: BankStatement, own_accounts: Collection[str], before: Collection[Imported]
) -> Iterator[Refusal]:
    if statement.account not in own_accounts:
        yield OTHER_ACCOUNT.because("account", account=statement.account)
    mark = statement.fingerprint()
    for known in before:
        same_number = (known.account, known.statement_no) == (statement.account, statement.statement_no)
        if same_number or known.fingerprint == mark:
            yield STATEMENT_TWICE.because("statement_no", number=known.statement_no, account=known.account)
            return


def _of_sums(statement: BankStatement) -> Iterator[Refusal]:
    moved = sum(line.amount_fen for line in statement.lines)
    if statement.opening_fen + moved != statement.closing_fen:
        yield DOES_NOT_ADD_UP.because(
            "closing_fen",
            opening=format_yuan(statement.opening_fen),
            moved=format_yuan(moved),
            closing=format_yuan(statement.closing_fen),
            reached=format_yuan(statement.opening_fen + moved),
        )


def _of_lines(statement: BankStatement) -> Iterator[Refusal]:
    numbers = Counter(line.line_no for line in statement.lines)
    for number, times in numbers.items():
        if times > 1:
            yield LINE_TWICE.because("line_no", line=number)
    for line in statement.lines:
        if not statement.first_day <= line.day <= statement.last_day:
            yield LINE_OUTSIDE_PERIOD.because(
                "day", line=line.line_no, day=line.day, first=statement.first_day, last=statement.last_day
            )

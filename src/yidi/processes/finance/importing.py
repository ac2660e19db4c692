"""A bank statement becomes facts, whole or not at all: own account, once, of the month, without a hole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from yidi.domain.money import format_yuan
from yidi.domain.refusal import Refusal
from yidi.processes.finance.commands import ImportStatement, RegisterBankAccount, StatementTaken
from yidi.processes.finance.records import (
    PARTY_ACCOUNTS,
    SAME_STATEMENT,
    STATEMENTS,
    ImportedLine,
    ImportedStatement,
    PartyAccount,
)
from yidi.processes.finance.refusals import (
    ACCOUNT_NOT_OURS,
    ACCOUNT_NOT_SOUND,
    OTHER_MONTH,
    STATEMENT_HOLE,
    STATEMENT_IMPORTED,
    SUMS_DIFFER,
)
from yidi.processes.ports.deciding import Decision, Done, Facts, Key, Moment, accepted, refused

_SHAPES = {
    "party": re.compile(r"[A-Z]\d{11}|\d{2}0000"),
    "holder": re.compile(r"\S(.{0,138}\S)?"),
    "number": re.compile(r"[A-Za-z0-9-]{1,34}"),
    "bank": re.compile(r"\S(.{0,138}\S)?"),
    "bank_no": re.compile(r"\d{12}"),
}
"""What ISO 20022 and the 12-digit line number of the payment system allow."""


def needs_party(command: RegisterBankAccount, facts: Facts) -> Iterable[Key]:
    """Name the accounts of the party."""
    return (PARTY_ACCOUNTS.key(command.jurisdiction, command.party),)


def register(command: RegisterBankAccount, facts: Facts, moment: Moment) -> Decision:
    """Keep a party's account as its next version; the same again keeps nothing."""
    values = (command.holder, command.number, command.bank, command.bank_no)
    found = [
        ACCOUNT_NOT_SOUND.because(name, value=getattr(command, name)[:40])
        for name, shape in _SHAPES.items()
        if not shape.fullmatch(getattr(command, name)) or not getattr(command, name).isprintable()
    ]
    if found:
        return refused(command, *found)
    versions = facts.many(PARTY_ACCOUNTS, command.jurisdiction, command.party)
    if versions and tuple(versions[-1][3:7]) == values:
        return accepted(command, Done(reference=command.party))
    row = PartyAccount(command.jurisdiction, command.party, len(versions) + 1, *values, moment.instant)
    return accepted(command, Done(reference=command.party), row)


def needs_statement(command: ImportStatement, facts: Facts) -> Iterable[Key]:
    """Name the own accounts, and the statements of this account or of the same content."""
    here = command.jurisdiction
    yield PARTY_ACCOUNTS.key(here, here)
    yield STATEMENTS.key(here, command.account)
    yield SAME_STATEMENT.key(here, command.fingerprint)


def take(command: ImportStatement, facts: Facts, moment: Moment) -> Decision:
    """Take a statement with its lines, or refuse it with everything that is wrong."""
    here = command.jurisdiction
    before = facts.many(STATEMENTS, here, command.account)
    found = list(faults_of_account(command, facts))
    doubled = same_statement(command, before) or list(facts.many(SAME_STATEMENT, here, command.fingerprint))
    if doubled:
        found.append(imported_already(doubled[0]))
    else:
        found += holes(command, before)
    found += faults_of_days(command)
    if found:
        return refused(command, *found)
    statement_id = f"S{here}{moment.reference}"
    row = ImportedStatement(
        here,
        statement_id,
        command.account,
        command.statement_no,
        command.fingerprint,
        command.first_day,
        command.last_day,
        command.opening_fen,
        command.closing_fen,
        len(command.lines),
        moment.instant,
    )
    reply = StatementTaken(statement_id=statement_id, lines=len(command.lines))
    return accepted(command, reply, row, *lines_of(command, statement_id))


def lines_of(command: ImportStatement, statement_id: str) -> Iterator[ImportedLine]:
    """Make the lines of a statement; a line's id is the statement's with its number."""
    for line in command.lines:
        yield ImportedLine(
            command.jurisdiction,
            f"{statement_id}.{line.line_no}",
            statement_id,
            line.day[:7],
            line.day,
            line.amount_fen,
            line.counterpart,
            line.counterpart_account,
            line.reference,
            line.remark,
        )


def faults_of_account(command: ImportStatement, facts: Facts) -> Iterator[Refusal]:
    """Find that the account is none of the own fiscal accounts."""
    here = command.jurisdiction
    if command.account not in {row.number for row in facts.many(PARTY_ACCOUNTS, here, here)}:
        yield ACCOUNT_NOT_OURS.because("account", account=command.account, province=here)


def same_statement(command: ImportStatement, before: Sequence[ImportedStatement]) -> list[ImportedStatement]:
    """Return what was imported of this account under the same number."""
    return [row for row in before if row.statement_no == command.statement_no]


def imported_already(row: ImportedStatement) -> Refusal:
    """Refuse a doubled statement."""
    return STATEMENT_IMPORTED.because(
        "statement_no", number=row.statement_no, account=row.account, first=row.first_day, last=row.last_day
    )


def holes(command: ImportStatement, before: Sequence[ImportedStatement]) -> Iterator[Refusal]:
    """Find that a statement does not go on where the last one of the account ended."""
    for last in before[-1:]:
        follows = command.first_day > last.last_day and command.opening_fen == last.closing_fen
        if not follows:
            yield STATEMENT_HOLE.because(
                "opening_fen",
                last=last.last_day,
                closing=format_yuan(last.closing_fen),
                first=command.first_day,
                opening=format_yuan(command.opening_fen),
            )


def faults_of_days(command: ImportStatement) -> Iterator[Refusal]:
    """Find days of another month, and sums that do not close."""
    first, last = command.first_day, command.last_day
    inside = all(first <= line.day <= last for line in command.lines)
    asked = command.month in ("", first[:7]) and command.month in ("", last[:7])
    if not asked or not inside or first > last:
        yield OTHER_MONTH.because("month", first=first, last=last, month=command.month or first[:7])
    moved_fen = sum(line.amount_fen for line in command.lines)
    if command.opening_fen + moved_fen != command.closing_fen:
        yield SUMS_DIFFER.because(
            "closing_fen",
            opening=format_yuan(command.opening_fen),
            moved=format_yuan(moved_fen),
            closing=format_yuan(command.closing_fen),
        )

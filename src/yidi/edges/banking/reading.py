"""Reads any bank statement file: finds its form, reads it, checks each statement in it, or refuses all."""

from __future__ import annotations

from collections.abc import Collection

from yidi.domain.refusal import Refusal
from yidi.edges.banking.camt import read_camt053
from yidi.edges.banking.statement import BankStatement, Imported, check_statement
from yidi.edges.banking.statement_csv import read_csv

_XML_STARTS = (b"<", b"\xef\xbb\xbf<")


def read_statements(
    data: bytes, own_accounts: Collection[str], before: Collection[Imported] = ()
) -> tuple[BankStatement, ...] | list[Refusal]:
    """Read and check a file of statements; one refusal anywhere refuses it all, so nothing is half taken."""
    found = read_camt053(data) if data.lstrip().startswith(_XML_STARTS) else _csv(data)
    if isinstance(found, list):
        return found
    refusals: list[Refusal] = []
    known = list(before)
    for statement in found:
        refusals += check_statement(statement, own_accounts, known)
        known.append(Imported(statement.account, statement.statement_no, statement.fingerprint()))
    return refusals or found


def _csv(data: bytes) -> tuple[BankStatement, ...] | list[Refusal]:
    found = read_csv(data)
    return found if isinstance(found, list) else (found,)

"""Statements, accounts and orders to try the bank files with; all invented."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pyiso20022

from yidi.domain.refusal import Refusal
from yidi.edges.banking.camt_writing import write_camt053
from yidi.edges.banking.payments import BankAccount, PaymentBatch, PaymentOrder
from yidi.edges.banking.statement import BankLine, BankStatement

MADE_AT = "2026-11-25T02:00:00.000000Z"
PAYER = BankAccount(
    "甲省社会保障基金财政专户", "6200110000000001", "国有商业银行甲省分行营业部", "102100099996"
)
PAYEE = BankAccount(
    "乙省社会保障基金财政专户", "6200120000000001", "国有商业银行乙省分行营业部", "102110000008"
)
STATEMENT = BankStatement(
    account=PAYER.number,
    statement_no="20261125-01",
    first_day="2026-11-24",
    last_day="2026-11-25",
    opening_fen=1_000_000_00,
    closing_fen=1_000_123_45,
    lines=(
        BankLine(1, "2026-11-24", 323_45, PAYEE.holder, "QS202610-0001", "清算资金", PAYEE.number),
        BankLine(2, "2026-11-25", -200_00, PAYEE.holder, "YF2026-0001", "预付金", PAYEE.number),
    ),
)
CAMT = write_camt053(STATEMENT, "B-1", MADE_AT)
BATCH = PaymentBatch(
    "FK202612-0001", MADE_AT, PAYER, "2026-12-01", (PaymentOrder("QS202610-0001", PAYEE, 123_45, "清算资金"),)
)


def schema_faults(message: Any) -> list[str]:
    """Check a message against the restrictions of its schema (patterns, lengths, digits), as the library can.

    Its checker stands beside modules that want packages we do not need, so it is loaded by its file.
    """
    path = Path(pyiso20022.__file__).parent / "tools" / "validation.py"
    spec = importlib.util.spec_from_file_location("iso20022_validation", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return [str(error) for error in module.validate_message(message).errors]


def codes(found: object) -> list[str]:
    """List the codes of what was refused; fails when nothing was."""
    assert isinstance(found, list), "it was not refused"
    assert found
    assert all(isinstance(each, Refusal) for each in found)
    return [each.code for each in found]

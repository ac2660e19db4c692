"""Writes a statement as camt.053.001.08, as a bank would: the demonstration's bank and the tests need one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pyiso20022.camt import camt_053_001_08 as camt
from xsdata.models.datatype import XmlDate, XmlDateTime

from yidi.edges.banking.iso import write_message
from yidi.edges.banking.statement import BankLine, BankStatement
from yidi.edges.banking.words import CURRENCY

CAMT_053 = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_OFFSET = "+08:00"
_LONGEST_ID = 35


def write_camt053(statement: BankStatement, message_id: str, made_at: str) -> bytes:
    """Write one statement; `made_at` is an instant (UTC text). The same statement, the same bytes."""
    body = camt.AccountStatement9(
        id=statement.statement_no,
        cre_dt_tm=XmlDateTime.from_string(made_at),
        fr_to_dt=camt.DateTimePeriod1(
            fr_dt_tm=XmlDateTime.from_string(f"{statement.first_day}T00:00:00{_OFFSET}"),
            to_dt_tm=XmlDateTime.from_string(f"{statement.last_day}T23:59:59{_OFFSET}"),
        ),
        acct=camt.CashAccount39(id=_number(statement.account), ccy=CURRENCY),
        bal=[
            _balance("OPBD", statement.opening_fen, statement.first_day),
            _balance("CLBD", statement.closing_fen, statement.last_day),
        ],
        ntry=[_entry(line) for line in statement.lines],
    )
    header = camt.GroupHeader81(msg_id=message_id, cre_dt_tm=XmlDateTime.from_string(made_at))
    message = camt.BankToCustomerStatementV08(grp_hdr=header, stmt=[body])
    return write_message(camt.Document(bk_to_cstmr_stmt=message), CAMT_053)


def _number(account: str) -> Any:
    return camt.AccountIdentification4Choice(othr=camt.GenericAccountIdentification1(id=account))


def _amount(amount_fen: int) -> Any:
    yuan = Decimal(abs(amount_fen)).scaleb(-2).quantize(Decimal("0.01"))
    return camt.ActiveOrHistoricCurrencyAndAmount(value=yuan, ccy=CURRENCY)


def _direction(amount_fen: int) -> Any:
    return camt.CreditDebitCode.CRDT if amount_fen >= 0 else camt.CreditDebitCode.DBIT


def _date(day: str) -> Any:
    return camt.DateAndDateTime2Choice(dt=XmlDate.from_string(day))


def _balance(kind: str, amount_fen: int, day: str) -> Any:
    named = camt.BalanceType13(cd_or_prtry=camt.BalanceType10Choice(cd=kind))
    return camt.CashBalance8(
        tp=named, amt=_amount(amount_fen), cdt_dbt_ind=_direction(amount_fen), dt=_date(day)
    )


def _entry(line: BankLine) -> Any:
    return camt.ReportEntry10(
        ntry_ref=str(line.line_no),
        amt=_amount(line.amount_fen),
        cdt_dbt_ind=_direction(line.amount_fen),
        sts=camt.EntryStatus1Choice(cd="BOOK"),
        bookg_dt=_date(line.day),
        bk_tx_cd=camt.BankTransactionCodeStructure4(
            prtry=camt.ProprietaryBankTransactionCodeStructure1(cd="TRANSFER")
        ),
        ntry_dtls=[camt.EntryDetails9(tx_dtls=[_payment(line)])],
    )


def _payment(line: BankLine) -> Any:
    side = (
        camt.Party40Choice(pty=camt.PartyIdentification135(nm=line.counterpart)) if line.counterpart else None
    )
    number = line.counterpart_account
    account = camt.CashAccount38(id=_number(number)) if number else None
    parties = (
        camt.TransactionParties6(dbtr=side, dbtr_acct=account)
        if line.amount_fen >= 0
        else camt.TransactionParties6(cdtr=side, cdtr_acct=account)
    )
    reference = line.reference[:_LONGEST_ID] or "NOTPROVIDED"
    return camt.EntryTransaction10(
        refs=camt.TransactionReferences6(end_to_end_id=reference),
        rltd_pties=parties,
        rmt_inf=camt.RemittanceInformation16(ustrd=[line.remark]) if line.remark else None,
    )

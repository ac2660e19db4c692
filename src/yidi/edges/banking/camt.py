"""Reads and writes ISO 20022 camt.053 (bank to customer statement), versions 02 and 08, in yuan.

The message classes are pyiso20022's, generated from the schemas of ISO 20022; xsdata parses into them and
refuses what they do not know. Only booked entries make a statement; a page of a longer one is no statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from importlib import import_module
from typing import Any
from xml.parsers import expat

from xsdata.exceptions import ConverterWarning, ParserError

from yidi.domain.dates import day_of
from yidi.domain.refusal import Refusal
from yidi.edges.banking.iso import read_message
from yidi.edges.banking.refusals import OTHER_CURRENCY, WRONG_VALUE
from yidi.edges.banking.safety import as_utf8, check_xml
from yidi.edges.banking.statement import BankLine, BankStatement
from yidi.edges.banking.words import CURRENCY, not_a_statement, too_large, whole_fen

VERSIONS = {
    f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}": f"pyiso20022.camt.camt_053_001_{version}"
    for version in ("02", "08")
}
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_BOOKED = "BOOK"
_NO_REFERENCE = "NOTPROVIDED"


class _WrongError(Exception):
    """Stops the reading of a statement, with the refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.cause_en)
        self.refusal = refusal


def read_camt053(data: bytes) -> tuple[BankStatement, ...] | list[Refusal]:
    """Read all statements of a message. Checks of sums and accounts are `check_statement`'s."""
    utf8 = too_large(data) or as_utf8(data)
    if not isinstance(utf8, bytes):
        return utf8 if isinstance(utf8, list) else [utf8]
    document = check_xml(utf8) or _document(utf8)
    if isinstance(document, list):
        return document
    try:
        return tuple(_statement(each) for each in _statements(document))
    except _WrongError as fault:
        return [fault.refusal]


def _document(utf8: bytes) -> Any:
    module = VERSIONS.get(_namespace(utf8))
    if module is None:
        return [not_a_statement("不是camt.053第02或08版", "it is no camt.053 of version 02 or 08")]
    try:
        return read_message(utf8, import_module(module).Document)
    except (ParserError, ConverterWarning, TypeError, ValueError) as fault:
        return [not_a_statement(f"不符合camt.053结构：{fault}", f"it is not built as camt.053 is: {fault}")]


def _namespace(utf8: bytes) -> str:
    """Find the namespace of the outermost element."""
    found: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, _: found.append(name) if not found else None
    parser.Parse(utf8, True)
    space, _, name = found[0].rpartition(" ")
    return space if name == "Document" else ""


def _statements(document: Any) -> Iterator[Any]:
    message = document.bk_to_cstmr_stmt
    if message is None or not message.stmt:
        raise _WrongError(not_a_statement("文件中没有对账单", "there is no statement in it"))
    for part in (message.grp_hdr, *message.stmt):
        page = getattr(part, "msg_pgntn", None) or getattr(part, "stmt_pgntn", None)
        if page is not None and not page.last_pg_ind:
            raise _WrongError(not_a_statement("这是分页对账单的一页", "it is one page of a longer statement"))
    yield from message.stmt


def _statement(given: Any) -> BankStatement:
    opening, first = _balance(given, _OPENING)
    closing, last = _balance(given, _CLOSING)
    if given.fr_to_dt is not None:
        first, last = _moment_day(given.fr_to_dt.fr_dt_tm), _moment_day(given.fr_to_dt.to_dt_tm)
    parts = [part for entry in given.ntry for part in _parts(entry)]
    if given.fr_to_dt is None:
        first = min([last, *(part.day for part in parts)])
    return BankStatement(
        account=_account(given.acct),
        statement_no=given.id.strip(),
        first_day=first,
        last_day=last,
        opening_fen=opening,
        closing_fen=closing,
        lines=tuple(_numbered(parts)),
    )


def _numbered(parts: Sequence[BankLine]) -> Iterator[BankLine]:
    for at, part in enumerate(parts, 1):
        yield BankLine(
            at,
            part.day,
            part.amount_fen,
            part.counterpart,
            part.reference,
            part.remark,
            part.counterpart_account,
        )


def _balance(given: Any, kinds: tuple[str, ...]) -> tuple[int, str]:
    for kind in kinds:
        for balance in given.bal:
            if balance.tp.cd_or_prtry.cd is not None and _code(balance.tp.cd_or_prtry.cd) == kind:
                return _signed(balance.amt, balance.cdt_dbt_ind, kind), _day(balance.dt, kind)
    raise _WrongError(not_a_statement(f"缺少余额{kinds[0]}", f"the balance {kinds[0]} is missing"))


def _parts(entry: Any) -> list[BankLine]:
    """Make lines of an entry: one a payment where a batch lists them with amounts that add up, else one."""
    where = entry.ntry_ref or "Ntry"
    status = entry.sts if entry.sts is None or not hasattr(entry.sts, "cd") else entry.sts.cd
    if _code(status) != _BOOKED:
        raise _WrongError(not_a_statement(f"{where}尚未入账", f"{where} is not booked"))
    day = _day(entry.bookg_dt or entry.val_dt, where)
    whole = _signed(entry.amt, entry.cdt_dbt_ind, where)
    payments = [payment for details in entry.ntry_dtls for payment in details.tx_dtls]
    amounts = [
        _signed(payment.amt, payment.cdt_dbt_ind or entry.cdt_dbt_ind, where)
        for payment in payments
        if getattr(payment, "amt", None) is not None
    ]
    if len(payments) > 1 and len(amounts) == len(payments) and sum(amounts) == whole:
        return [_line(entry, day, *each) for each in zip(amounts, payments, strict=True)]
    return [_line(entry, day, whole, payments[0] if len(payments) == 1 else None)]


def _line(entry: Any, day: str, amount_fen: int, payment: Any) -> BankLine:
    remark = (entry.addtl_ntry_inf or "").strip()
    if payment is None:
        return BankLine(0, day, amount_fen, reference=(entry.acct_svcr_ref or "").strip(), remark=remark)
    name, account = _other_side(payment.rltd_pties, came_in=amount_fen >= 0)
    texts = payment.rmt_inf.ustrd if payment.rmt_inf is not None else []
    return BankLine(
        line_no=0,
        day=day,
        amount_fen=amount_fen,
        counterpart=name,
        reference=_reference(payment.refs) or (entry.acct_svcr_ref or "").strip(),
        remark="".join(texts).strip() or remark,
        counterpart_account=account,
    )


def _other_side(parties: Any, came_in: bool) -> tuple[str, str]:
    if parties is None:
        return "", ""
    side, account = (parties.dbtr, parties.dbtr_acct) if came_in else (parties.cdtr, parties.cdtr_acct)
    party = getattr(side, "pty", None) or getattr(side, "agt", None) or side
    bank = getattr(party, "fin_instn_id", None)
    name = getattr(bank if bank is not None else party, "nm", None) or ""
    return name.strip(), _account(account) if account is not None else ""


def _reference(refs: Any) -> str:
    reference = (refs.end_to_end_id if refs is not None else None) or ""
    return "" if reference.strip() == _NO_REFERENCE else reference.strip()


def _account(account: Any) -> str:
    number = account.id.iban or (account.id.othr.id if account.id.othr is not None else "")
    return str(number).strip()


def _signed(amount: Any, direction: Any, where: str) -> int:
    """Read an amount with its direction as fen: credit positive, debit negative."""
    if amount.ccy != CURRENCY:
        raise _WrongError(OTHER_CURRENCY.because("currency", currency=amount.ccy, where=where))
    fen = whole_fen(Decimal(amount.value))
    if fen is None or fen < 0:
        raise _WrongError(WRONG_VALUE.because("amount", line=where, column="Amt", value=amount.value))
    return fen if _code(direction) == "CRDT" else -fen


def _code(given: Any) -> str:
    return str(getattr(given, "value", given))


def _day(choice: Any, where: str) -> str:
    if choice is not None and choice.dt is not None:
        return str(choice.dt.to_date().isoformat())
    if choice is not None and choice.dt_tm is not None:
        return _moment_day(choice.dt_tm)
    raise _WrongError(WRONG_VALUE.because("day", line=where, column="BookgDt", value=""))


def _moment_day(moment: Any) -> str:
    """A moment with an offset belongs to its business day; one without is written in local time."""
    at: datetime = moment.to_datetime()
    return (at.date() if at.tzinfo is None else day_of(at)).isoformat()

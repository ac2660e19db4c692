"""Payment orders and the checks they pass before a bank sees them.

Lengths are those of ISO 20022 (identifiers 35, names 140, remittance text 140 signs); the bank number is the
12-digit line number of China's payment system (CNAPS).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from yidi.domain.dates import is_day
from yidi.domain.money import GREATEST_FEN, format_yuan
from yidi.domain.refusal import Refusal
from yidi.edges.banking.refusals import ORDER_NOT_PAYABLE, ORDER_TWICE

LONGEST_ID, LONGEST_NAME, LONGEST_REMARK, LONGEST_ACCOUNT = 35, 140, 140, 34
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9+./:()-]*")
_ACCOUNT = re.compile(r"[A-Za-z0-9-]+")
_BANK_NO = re.compile(r"\d{12}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


class BankAccount(Struct, frozen=True):
    """An account at a bank: holder, number, the bank's name and its 12-digit line number 联行号."""

    holder: str
    number: str
    bank: str
    bank_no: str


class PaymentOrder(Struct, frozen=True):
    """One transfer; `order_no` goes with the money and comes back as the reference of the bank line."""

    order_no: str
    payee: BankAccount
    amount_fen: int
    remark: str


class PaymentBatch(Struct, frozen=True):
    """Orders of one payer for one day; `made_at` is an instant (UTC text)."""

    message_id: str
    made_at: str
    payer: BankAccount
    execution_day: str
    orders: tuple[PaymentOrder, ...]

    @property
    def total_fen(self) -> int:
        """The sum of the orders."""
        return sum(order.amount_fen for order in self.orders)


def check_batch(batch: PaymentBatch) -> list[Refusal]:
    """List what a bank would not take, and any order that stands twice."""
    return [*_of_batch(batch), *_of_orders(batch)]


def _of_batch(batch: PaymentBatch) -> Iterator[Refusal]:
    name = batch.message_id
    if not _is_id(name):
        yield _bad(name, "文件编号", "the message id", name)
    if not is_day(batch.execution_day):
        yield _bad(name, "执行日期", "the execution day", batch.execution_day)
    if not batch.orders:
        yield _bad(name, "指令数", "the number of orders", "0")
    yield from _of_account(name, batch.payer, "付款", "the payer's")
    twice = Counter(order.order_no for order in batch.orders)
    yield from (ORDER_TWICE.because("order_no", order=no) for no, times in twice.items() if times > 1)


def _of_orders(batch: PaymentBatch) -> Iterator[Refusal]:
    for order in batch.orders:
        name = order.order_no
        if not _is_id(name):
            yield _bad(name, "编号", "its number", name)
        if not 0 < order.amount_fen <= GREATEST_FEN:
            yield _bad(name, "金额", "the amount", format_yuan(order.amount_fen))
        if not _is_text(order.remark, LONGEST_REMARK):
            yield _bad(name, "用途", "the remark", order.remark)
        if order.payee.number == batch.payer.number:
            yield _bad(name, "收款账号（与付款账号相同）", "the payee, who is the payer", order.payee.number)
        yield from _of_account(name, order.payee, "收款", "the payee's")


def _of_account(name: str, account: BankAccount, whose_zh: str, whose_en: str) -> Iterator[Refusal]:
    if not _is_text(account.holder, LONGEST_NAME):
        yield _bad(name, f"{whose_zh}户名", f"{whose_en} name", account.holder)
    if not (_ACCOUNT.fullmatch(account.number) and len(account.number) <= LONGEST_ACCOUNT):
        yield _bad(name, f"{whose_zh}账号", f"{whose_en} account", account.number)
    if not _is_text(account.bank, LONGEST_NAME):
        yield _bad(name, f"{whose_zh}开户行", f"{whose_en} bank", account.bank)
    if not _BANK_NO.fullmatch(account.bank_no):
        yield _bad(name, f"{whose_zh}联行号", f"{whose_en} bank number", account.bank_no)


def _is_id(text: str) -> bool:
    return len(text) <= LONGEST_ID and _ID.fullmatch(text) is not None


def _is_text(text: str, longest: int) -> bool:
    return 0 < len(text.strip()) == len(text) <= longest and not _UNPRINTABLE.search(text)


def _bad(order: str, field_zh: str, field_en: str, value: str) -> Refusal:
    return ORDER_NOT_PAYABLE.because(
        "orders", order=order, field_zh=field_zh, field_en=field_en, value=value[:60]
    )

"""Payment orders: what the bank gets says what was ordered, and what no bank would take is refused."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyiso20022.camt import camt_053_001_08 as camt
from pyiso20022.pacs import pacs_009_001_08 as pacs
from pyiso20022.pain import pain_001_001_09 as pain

from tests.edges.banking.samples import BATCH, CAMT, PAYEE, PAYER, codes, schema_faults
from yidi.domain.money import GREATEST_FEN
from yidi.domain.refusal import Refusal
from yidi.edges.banking.camt import VERSIONS
from yidi.edges.banking.iso import read_message
from yidi.edges.banking.iso_orders import write_pacs009, write_pain001
from yidi.edges.banking.payments import BankAccount, PaymentBatch, PaymentOrder
from yidi.edges.banking.refusals import ORDER_NOT_PAYABLE, ORDER_TWICE

NAMES = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=140)
IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9+./:()-]{0,34}", fullmatch=True)
ACCOUNTS = st.builds(
    BankAccount,
    NAMES,
    st.from_regex(r"[0-9]{4,30}", fullmatch=True),
    NAMES,
    st.from_regex("[0-9]{12}", fullmatch=True),
).filter(lambda account: account.number != PAYER.number)
ORDERS = st.builds(PaymentOrder, IDS, ACCOUNTS, st.integers(1, GREATEST_FEN), NAMES)
BATCHES = st.lists(ORDERS, min_size=1, max_size=5, unique_by=lambda order: order.order_no).map(
    lambda orders: msgspec.structs.replace(BATCH, orders=tuple(orders))
)
WRITERS: list[Callable[[PaymentBatch], bytes | list[Refusal]]] = [write_pain001, write_pacs009]


def parsed(data: bytes | list[Refusal], document: Any) -> Any:
    assert isinstance(data, bytes)
    return read_message(data, document)


def account_of(agent: Any, account: Any, holder: str | None = None) -> BankAccount:
    bank = agent.fin_instn_id
    return BankAccount(holder or account.nm, account.id.othr.id, bank.nm, bank.clr_sys_mmb_id.mmb_id)


@given(BATCHES)
def test_a_pain_001_says_every_order_and_keeps_its_schema(batch: PaymentBatch) -> None:
    document = parsed(write_pain001(batch), pain.Document)
    assert schema_faults(document) == []
    (instruction,) = document.cstmr_cdt_trf_initn.pmt_inf
    read = [
        PaymentOrder(
            transfer.pmt_id.end_to_end_id,
            account_of(transfer.cdtr_agt, transfer.cdtr_acct, transfer.cdtr.nm),
            int(transfer.amt.instd_amt.value * 100),
            transfer.rmt_inf.ustrd[0],
        )
        for transfer in instruction.cdt_trf_tx_inf
    ]
    assert tuple(read) == batch.orders
    assert account_of(instruction.dbtr_agt, instruction.dbtr_acct, instruction.dbtr.nm) == PAYER
    assert document.cstmr_cdt_trf_initn.grp_hdr.ctrl_sum == Decimal(batch.total_fen) / 100


@given(BATCHES)
def test_a_pacs_009_says_every_order_and_keeps_its_schema(batch: PaymentBatch) -> None:
    document = parsed(write_pacs009(batch), pacs.Document)
    assert schema_faults(document) == []
    transfers = document.ficdt_trf.cdt_trf_tx_inf
    assert [
        (transfer.pmt_id.tx_id, int(transfer.intr_bk_sttlm_amt.value * 100), transfer.cdtr_acct.id.othr.id)
        for transfer in transfers
    ] == [(order.order_no, order.amount_fen, order.payee.number) for order in batch.orders]
    assert {transfer.intr_bk_sttlm_amt.ccy for transfer in transfers} == {"CNY"}


def test_the_checker_of_schemas_bites() -> None:
    document = parsed(write_pain001(BATCH), pain.Document)
    document.cstmr_cdt_trf_initn.grp_hdr.msg_id = "x" * 36
    assert len(schema_faults(document)) == 1


def test_a_statement_we_write_keeps_its_schema() -> None:
    assert len(VERSIONS) == 2
    assert schema_faults(parsed(CAMT, camt.Document)) == []


@pytest.mark.parametrize("write", WRITERS)
def test_the_same_batch_gives_the_same_bytes(write: Callable[[PaymentBatch], bytes]) -> None:
    assert write(BATCH) == write(BATCH)
    assert "甲省社会保障基金财政专户" in write_pain001(BATCH).decode()  # type: ignore[union-attr]


@pytest.mark.parametrize("write", WRITERS)
def test_an_order_that_stands_twice_is_refused(write: Callable[[PaymentBatch], bytes]) -> None:
    doubled = msgspec.structs.replace(BATCH, orders=BATCH.orders * 2)
    assert codes(write(doubled)) == [ORDER_TWICE.code]


@pytest.mark.parametrize(
    "change",
    [
        {"amount_fen": 0},
        {"amount_fen": -1},
        {"amount_fen": GREATEST_FEN + 1},
        {"remark": ""},
        {"remark": "字" * 141},
        {"remark": "a\x00b"},
        {"order_no": "编号"},
        {"order_no": "N" * 36},
        {"payee": PAYER},
        {"payee": msgspec.structs.replace(PAYEE, holder=" ")},
        {"payee": msgspec.structs.replace(PAYEE, number="6200 1200")},
        {"payee": msgspec.structs.replace(PAYEE, bank="")},
        {"payee": msgspec.structs.replace(PAYEE, bank_no="1021")},
    ],
)
def test_an_order_no_bank_would_take_is_refused(change: dict[str, Any]) -> None:
    order = msgspec.structs.replace(BATCH.orders[0], **change)
    batch = msgspec.structs.replace(BATCH, orders=(order,))
    assert set(codes(write_pain001(batch))) == {ORDER_NOT_PAYABLE.code}
    assert set(codes(write_pacs009(batch))) == {ORDER_NOT_PAYABLE.code}


@pytest.mark.parametrize("change", [{"message_id": ""}, {"execution_day": "2026-11-31"}, {"orders": ()}])
def test_a_batch_that_says_nothing_is_refused(change: dict[str, Any]) -> None:
    assert codes(write_pain001(msgspec.structs.replace(BATCH, **change))) == [ORDER_NOT_PAYABLE.code]

"""Bank files on both sides: a statement as the command that imports it, orders as the file of their batch."""

from __future__ import annotations

from collections.abc import Iterable

from yidi.domain.refusal import Refusal
from yidi.edges.banking.iso_orders import write_pacs009, write_pain001
from yidi.edges.banking.payments import BankAccount, PaymentBatch, PaymentOrder
from yidi.edges.banking.statement import BankStatement
from yidi.processes.finance.commands import ImportStatement, LineGiven
from yidi.processes.finance.records import OrderBatch, OrderForm, PaymentOrdered


def import_of(statement: BankStatement, province: str, msgid: str, month: str = "") -> ImportStatement:
    """Make the command that imports a statement."""
    return ImportStatement(
        jurisdiction=province,
        sender="finance",
        msgid=msgid,
        account=statement.account,
        statement_no=statement.statement_no,
        fingerprint=statement.fingerprint(),
        first_day=statement.first_day,
        last_day=statement.last_day,
        opening_fen=statement.opening_fen,
        closing_fen=statement.closing_fen,
        lines=tuple(
            LineGiven(
                line_no=line.line_no,
                day=line.day,
                amount_fen=line.amount_fen,
                counterpart=line.counterpart,
                counterpart_account=line.counterpart_account,
                reference=line.reference,
                remark=line.remark,
            )
            for line in statement.lines
        ),
        month=month,
    )


def file_of(batch: OrderBatch, orders: Iterable[PaymentOrdered]) -> bytes | list[Refusal]:
    """Write the file of a batch; the same batch, the same bytes."""
    payer = BankAccount(batch.holder, batch.number, batch.bank, batch.bank_no)
    made = PaymentBatch(
        message_id=batch.batch_no,
        made_at=batch.made_at,
        payer=payer,
        execution_day=batch.execution_day,
        orders=tuple(
            PaymentOrder(
                order_no=row.order_no,
                payee=BankAccount(row.holder, row.number, row.bank, row.bank_no),
                amount_fen=row.amount_fen,
                remark=row.remark,
            )
            for row in orders
        ),
    )
    return write_pacs009(made) if batch.form == OrderForm.PACS else write_pain001(made)

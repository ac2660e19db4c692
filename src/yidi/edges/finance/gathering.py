"""What finance needs of the stored facts of a province: accounts, statements, lines, expected payments."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from msgspec import Struct

from yidi.edges.banking.statement import Imported
from yidi.edges.storage.reading import Rows
from yidi.processes.clearing.records import ClearingNotice, ClearingNoticeLine, ClearingStep
from yidi.processes.finance.commands import Expected
from yidi.processes.finance.expecting import of_clearing, of_institutions, of_prepayment
from yidi.processes.finance.open_items import OpenItem, open_items
from yidi.processes.finance.records import (
    ImportedLine,
    ImportedStatement,
    LineFate,
    OrderBatch,
    PartyAccount,
    PaymentOrdered,
)
from yidi.processes.payment.records import InstitutionPayment, RetentionRelease
from yidi.processes.prepayment.records import PrepaymentNotice, PrepaymentNoticeLine, PrepaymentStep

R = TypeVar("R", bound=tuple[object, ...])


class Known(Struct, frozen=True):
    """What is known before a statement is read: the own accounts, and what was imported."""

    accounts: frozenset[str]
    imported: tuple[Imported, ...]


async def all_of(rows: Rows, record: type[R], province: str) -> list[R]:
    """Return every fact of a kind that a province has."""
    return await rows(record, {"jurisdiction": province}, limit=0)


async def known(rows: Rows, province: str) -> Known:
    """Return what an import is checked against."""
    accounts = await all_of(rows, PartyAccount, province)
    statements = await all_of(rows, ImportedStatement, province)
    return Known(
        frozenset(row.number for row in accounts if row.party == province),
        tuple(Imported(row.account, row.statement_no, row.fingerprint) for row in statements),
    )


async def expected(rows: Rows, province: str) -> tuple[Expected, ...]:
    """Return every payment the books of a province know or wait for."""
    institutions = of_institutions(
        await all_of(rows, InstitutionPayment, province), await all_of(rows, RetentionRelease, province)
    )
    clearing = of_clearing(
        await all_of(rows, ClearingNotice, province),
        await all_of(rows, ClearingNoticeLine, province),
        await all_of(rows, ClearingStep, province),
    )
    prepayment = of_prepayment(
        await all_of(rows, PrepaymentNotice, province),
        await all_of(rows, PrepaymentNoticeLine, province),
        await all_of(rows, PrepaymentStep, province),
    )
    return (*institutions, *clearing, *prepayment)


async def months(rows: Rows, province: str) -> tuple[str, ...]:
    """Return the months of which there are bank lines."""
    return tuple(sorted({row.month for row in await all_of(rows, ImportedLine, province)}))


async def open_list(rows: Rows, province: str, today: date) -> tuple[OpenItem, ...]:
    """Return what is open between books and bank."""
    return open_items(
        await all_of(rows, ImportedLine, province),
        await all_of(rows, LineFate, province),
        await expected(rows, province),
        today,
    )


async def batch(
    rows: Rows, province: str, batch_no: str
) -> tuple[OrderBatch, tuple[PaymentOrdered, ...]] | None:
    """Return a file of orders as it was made, None when there is none of this number."""
    where = {"jurisdiction": province, "batch_no": batch_no}
    found = await rows(OrderBatch, where)
    orders = await rows(PaymentOrdered, where, ("order_no",), 0)
    return (found[0], tuple(orders)) if found else None

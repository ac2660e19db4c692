"""Payments that are due become numbered orders, each once; the file can be written again from the facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from yidi.domain.dates import is_day
from yidi.processes.finance.commands import Expected, MakeOrders, OrdersMade
from yidi.processes.finance.records import (
    ORDER,
    PARTY_ACCOUNTS,
    OrderBatch,
    OrderForm,
    PartyAccount,
    PaymentOrdered,
)
from yidi.processes.finance.refusals import EXECUTION_DAY_PAST, NOTHING_DUE, PAYEE_UNKNOWN
from yidi.processes.ports.deciding import Decision, Facts, Key, Moment, accepted, refused


def needs_orders(command: MakeOrders, facts: Facts) -> Iterable[Key]:
    """Name what was ordered of these payments, and the accounts of payer and payees."""
    here = command.jurisdiction
    for each in command.expected:
        yield ORDER.key(here, each.expected_id)
    for party in {here, *(each.counterpart for each in command.expected)}:
        yield PARTY_ACCOUNTS.key(here, party)


def form_of(expected: Expected) -> OrderForm:
    """Return how a payment is ordered: between fiscal accounts when it goes to a province."""
    return OrderForm.PACS if expected.counterpart.endswith("0000") else OrderForm.PAIN


def make_orders(command: MakeOrders, facts: Facts, moment: Moment) -> Decision:
    """Order what is ready and was not ordered, all of it or nothing."""
    here, today = command.jurisdiction, moment.today.isoformat()
    if not is_day(command.execution_day) or command.execution_day < today:
        return refused(
            command, EXECUTION_DAY_PAST.because("execution_day", day=command.execution_day, today=today)
        )
    due = {
        each.expected_id: each
        for each in command.expected
        if each.ready and each.amount_fen < 0 and form_of(each) is command.form
    }
    left = [each for number, each in sorted(due.items()) if facts.one(ORDER, here, number) is None]
    if not left:
        return refused(command, NOTHING_DUE.because("expected", ordered=len(due)))
    parties = dict.fromkeys((here, *(each.counterpart for each in left)))
    known = {party: facts.many(PARTY_ACCOUNTS, here, party)[-1:] for party in parties}
    if missing := [party for party, rows in known.items() if not rows]:
        return refused(command, *[PAYEE_UNKNOWN.because("expected", party=party) for party in missing])
    batch_no = f"B{here}{moment.reference}"
    orders = orders_of(batch_no, left, {party: rows[0] for party, rows in known.items()})
    batch = batch_of(command, batch_no, known[here][0], orders, moment)
    reply = OrdersMade(
        batch_no=batch_no,
        orders=len(orders),
        total_fen=batch.total_fen,
        ordered_before=len(due) - len(left),
    )
    return accepted(command, reply, batch, *orders)


def orders_of(
    batch_no: str, left: Sequence[Expected], accounts: dict[str, PartyAccount]
) -> list[PaymentOrdered]:
    """Number the orders of a file; the number is the end-to-end id that comes back on the bank's line."""
    return [
        PaymentOrdered(
            accounts[each.counterpart].jurisdiction,
            each.expected_id,
            batch_no,
            f"{batch_no}.{number:04d}",
            each.counterpart,
            *accounts[each.counterpart][3:7],
            -each.amount_fen,
            " ".join(each.references)[:140] or each.expected_id,
        )
        for number, each in enumerate(left, 1)
    ]


def batch_of(
    command: MakeOrders,
    batch_no: str,
    payer: PartyAccount,
    orders: Sequence[PaymentOrdered],
    moment: Moment,
) -> OrderBatch:
    """Make the fact of a file."""
    return OrderBatch(
        command.jurisdiction,
        batch_no,
        command.form.value,
        command.execution_day,
        payer.holder,
        payer.number,
        payer.bank,
        payer.bank_no,
        len(orders),
        sum(order.amount_fen for order in orders),
        moment.instant,
    )

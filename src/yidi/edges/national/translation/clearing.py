"""Declaration of a month, and the clearing details: fetched, confirmed, rolled back."""

from __future__ import annotations

from typing import Any

from yidi.edges.national.amounts import yuan
from yidi.edges.national.call import Call, Output, Referenced, Values, nothing
from yidi.edges.national.refusals import NOT_A_FLAG
from yidi.edges.national.translation import Translation
from yidi.edges.national.translation.words import city_of
from yidi.processes.payment.commands import (
    ConfirmDetails,
    DeclareMonth,
    DetailSaid,
    DetailsFound,
    DetailShown,
    FetchDetails,
    Figures,
    UndoConfirmation,
    WithdrawDeclaration,
)
from yidi.processes.ports.deciding import Done

SETTLED_AT_HOSPITAL = "0"
"""fulamt_advpay_flag of what was settled at the counter; 1 is reimbursed by hand and never cleared here."""
FLAGS = {"0": False, "1": True}
"""cnfm_flag."""


def month_of(values: Values) -> str:
    """Write year and month of the clearing as 2026-03; what is no month stays wrong and is refused later."""
    return f"{values.text('trt_year')}-{values.text('trt_month').zfill(2)}"


async def declare(call: Call) -> Output:
    """Declare a month for one clearing kind."""
    values, node = call.values(), call.transaction.answer()
    stated = values.text("setlym")
    command = call.command(
        DeclareMonth,
        month=f"{stated[:4]}-{stated[4:]}",
        clearing_kind=values.text("clr_type"),
        clearing_way=values.text("clr_way"),
        figures=Figures(
            settlements=values.number("psntime", 0) or 0,
            total_fen=values.amount("medfee_sumamt", negative=True),
            recognised_fen=values.amount("med_sumfee", negative=True),
            fund_fen=values.amount("fund_appy_sum", negative=True),
            account_fen=values.amount("acct_pay", negative=True),
            cash_fen=values.amount("cash_payamt", negative=True),
        ),
        since=values.day("begndate"),
        until=values.day("enddate"),
    )
    return await call.tell(
        values, command, Done, lambda done: {"result": node.row({"clr_appy_evt_id": done.reference})}
    )


async def withdraw(call: Call) -> Output:
    """Take a declaration back."""
    values = call.values()
    command = call.command(WithdrawDeclaration, declaration_id=values.text("clr_appy_evt_id"))
    return await call.tell(values, command, Done, nothing)


async def fetch(call: Call) -> Output:
    """Show a page of the clearing details."""
    values = call.values()
    command = call.command(FetchDetails, month=month_of(values), start_row=values.number("startrow", 0) or 0)
    return await call.tell(
        values, command, DetailsFound, lambda found: {"data": [written(call, row) for row in found.rows]}
    )


def written(call: Call, row: DetailShown) -> dict[str, Any]:
    """Write one row of the clearing details."""
    return call.transaction.answer().row(
        {
            "seqno": row.number,
            "mdtrtarea": city_of(call.institution),
            "medins_no": call.institution,
            "certno": row.certificate_no,
            "mdtrt_id": row.visit_id,
            "mdtrt_setl_time": row.settled_at,
            "setl_sn": row.settlement_id,
            "fulamt_advpay_flag": SETTLED_AT_HOSPITAL,
            "medfee_sumamt": yuan(row.total_fen),
            "optins_pay_sumamt": yuan(row.paid_fen),
        }
    )


async def confirm(call: Call) -> Output:
    """Confirm rows; the id of the answer is what rolls them back."""
    values, node = call.values(), call.transaction.asks[1]
    rows = [
        said(Values(node, row, values.findings, f"{node.name}[{place}]"))
        for place, row in enumerate(call.rows(1))
    ]
    command = call.command(
        ConfirmDetails,
        month=month_of(values),
        count=values.number("totalrow", 0) or 0,
        rows=tuple(rows),
    )
    return await call.tell(values, command, Done, lambda done: Referenced(None, done.reference))


def said(values: Values) -> DetailSaid:
    """Read one row as the institution says it."""
    flag = values.text("cnfm_flag")
    if flag not in FLAGS:
        values.refuse(NOT_A_FLAG, values.node.by_name["cnfm_flag"], allowed="0, 1")
    return DetailSaid(
        settlement_id=values.text("setl_sn"),
        visit_id=values.text("mdtrt_id"),
        certificate_no=values.text("certno").partition("|")[0],
        settled_at=values.time("mdtrt_setl_time"),
        total_fen=values.amount("medfee_sumamt", negative=True),
        paid_fen=values.amount("optins_pay_sumamt", negative=True),
        confirmed=FLAGS.get(flag, False),
    )


async def roll_back(call: Call) -> Output:
    """Roll one confirmation back, or all of the month."""
    values = call.values()
    command = call.command(UndoConfirmation, month=month_of(values), handle=values.text("otransid"))
    return await call.tell(values, command, Done, nothing)


TRANSLATIONS: dict[str, Translation] = {
    "3203": declare,
    "3204": withdraw,
    "3260": fetch,
    "3261": confirm,
    "3262": roll_back,
}

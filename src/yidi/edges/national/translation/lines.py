"""Fee lines: upload, withdrawal, queries."""

from __future__ import annotations

from typing import Any

import msgspec

from yidi.edges.national.amounts import decimal_number, parse_number, yuan
from yidi.edges.national.call import Call, Output, Values, local_time, nothing
from yidi.edges.national.refusals import MIXED_VISITS, NEGATIVE
from yidi.edges.national.tables.form import Node
from yidi.edges.national.translation import Translation
from yidi.edges.national.translation.words import ITEM_CLASSES, NO_LIMIT, list_type, yes
from yidi.processes.ports.deciding import Done
from yidi.processes.visit.commands import (
    AskChronicLines,
    AskLines,
    LineGiven,
    LinePriced,
    LinesFound,
    LineShown,
    LinesPriced,
    UploadLines,
    WithdrawLines,
)

ALL = "0000"
"""Written for a batch or a line number it means all lines that are not settled."""
_USED = frozenset(
    "feedetl_sn mdtrt_id psn_no chrg_bchno init_feedetl_sn dise_codg fee_ocur_time med_list_codg "
    "medins_list_codg det_item_fee_sumamt cnt pric hosp_appr_flag".split()
)
_FIRST_SELF_PLACES = 4


async def upload(call: Call) -> Output:
    """Upload the fee lines of one visit."""
    node, rows = call.transaction.asks[0], call.rows()
    values = Values(node, rows[0])
    lines = tuple(
        line_of(Values(node, row, values.findings, f"feedetail[{place}]")) for place, row in enumerate(rows)
    )
    if any(line.visit_id != lines[0].visit_id for line in lines):
        values.findings.add(MIXED_VISITS.because("feedetail"))
    command = call.command(
        UploadLines, visit_id=lines[0].visit_id, inpatient="init_feedetl_sn" in node.by_name, lines=lines
    )
    return await call.tell(values, command, LinesPriced, lambda priced: write_lines(call, priced))


def line_of(values: Values) -> LineGiven:
    """Read a fee line; a refund has a negative quantity and total, never a negative price."""
    row, known = values.row, values.node.by_name
    inpatient = "init_feedetl_sn" in known
    quantity, price = values.number("cnt", 4) or 0, values.number("pric", 6) or 0
    total_fen = values.amount("det_item_fee_sumamt", negative=inpatient)
    if price < 0:
        values.refuse(NEGATIVE, known["pric"])
    if quantity < 0 and not inpatient:
        values.refuse(NEGATIVE, known["cnt"])
    return LineGiven(
        line_id=row.feedetl_sn,
        visit_id=row.mdtrt_id,
        person_no=row.psn_no,
        item_code=row.med_list_codg,
        own_code=row.medins_list_codg,
        quantity=quantity,
        price=price,
        total_fen=total_fen,
        occurred_at=values.time("fee_ocur_time"),
        batch="" if inpatient else row.chrg_bchno,
        refunds=values.text("init_feedetl_sn") if inpatient else "",
        disease_code="" if inpatient else values.text("dise_codg"),
        approval=values.text("hosp_appr_flag"),
        particulars=values.particulars(*_USED),
    )


def write_price(priced: LinePriced) -> dict[str, Any]:
    """Write the parts of a line."""
    return {
        "feedetl_sn": priced.line_id,
        "det_item_fee_sumamt": yuan(priced.total_fen),
        "cnt": decimal_number(priced.quantity, 4),
        "pric": decimal_number(priced.price, 6),
        "pric_uplmt_amt": NO_LIMIT if priced.limit_price < 0 else decimal_number(priced.limit_price, 6),
        "selfpay_prop": decimal_number(priced.first_self_bp, _FIRST_SELF_PLACES),
        "fulamt_ownpay_amt": yuan(priced.full_self_fen),
        "overlmt_amt": yuan(priced.over_limit_fen),
        "preselfpay_amt": yuan(priced.first_self_fen),
        "inscp_scp_amt": yuan(priced.in_scope_fen),
        "chrgitm_lv": ITEM_CLASSES.get(priced.item_class, priced.item_class),
        "med_chrgitm_type": priced.expense_class,
        "bas_medn_flag": yes(priced.essential),
        "hi_nego_drug_flag": yes(priced.negotiated),
        "chld_medc_flag": yes(priced.for_children),
        "list_sp_item_flag": "0",
        "lmt_used_flag": yes(priced.restricted),
        "drt_reim_flag": "0",
        "memo": priced.reason_zh or None,
    }


def write_lines(call: Call, priced: LinesPriced) -> Output:
    """Write the lines in the order sent."""
    node = call.transaction.answer()
    return {"result": [node.row(write_price(line)) for line in priced.lines]}


async def withdraw_batch(call: Call) -> Output:
    """Withdraw the outpatient lines of a charge batch, or all."""
    values = call.values()
    batch = values.text("chrg_bchno")
    command = call.command(
        WithdrawLines,
        visit_id=values.text("mdtrt_id"),
        person_no=values.text("psn_no"),
        batch="" if batch == ALL else batch,
        inpatient=False,
    )
    return await call.tell(values, command, Done, nothing)


async def withdraw_lines(call: Call) -> Output:
    """Withdraw inpatient lines: one by its number, or all."""
    values = call.values()
    line = values.text("feedetl_sn")
    command = call.command(
        WithdrawLines,
        visit_id=values.text("mdtrt_id"),
        person_no=values.text("psn_no"),
        line_ids=() if line == ALL else (line,),
        inpatient=True,
    )
    return await call.tell(values, command, Done, nothing)


def write_shown(node: Node, line: LineShown) -> dict[str, Any]:
    """Write a line as it stands: its parts, its item, and what the institution said of it."""
    kept = msgspec.json.decode(line.particulars or "{}", type=dict[str, Any])
    shown = {name: value for name, value in kept.items() if name in node.by_name}
    shown |= write_price(line.priced)
    shown |= {
        "mdtrt_id": line.visit_id,
        "setl_id": line.settlement_id or None,
        "rx_drord_no": kept.get("rxno") or kept.get("drord_no"),
        "med_type": line.visit_kind,
        "fee_ocur_time": local_time(line.occurred_at),
        "hilist_code": line.item_code,
        "hilist_name": line.item_name,
        "list_type": list_type(line.item_code),
        "med_list_codg": line.item_code,
        "medins_list_codg": line.own_code,
        "medins_list_name": line.item_name,
        "hosp_appr_flag": line.approval or None,
        "fixmedins_code": line.institution_code,
        "fixmedins_name": line.institution_name,
        "prd_days": _days(kept.get("prd_days")),
    }
    return node.row({name: value for name, value in shown.items() if name in node.by_name})


def _days(given: object) -> Any:
    """Write the days of a prescription as a number, 0 when it was none."""
    try:
        return decimal_number(parse_number(str(given or "0").encode(), 2) or 0, 2)
    except ValueError:
        return 0


async def show_lines(call: Call) -> Output:
    """Show the lines of a visit or a settlement; the standard gives the list without a node."""
    values, node = call.values(), call.transaction.answer()
    command = call.command(
        AskLines,
        person_no=values.text("psn_no"),
        visit_id=values.text("mdtrt_id"),
        settlement_id=values.text("setl_id"),
    )
    return await call.tell(
        values, command, LinesFound, lambda found: [write_shown(node, line) for line in found.lines]
    )


async def show_chronic_lines(call: Call) -> Output:
    """Show what a person was given for chronic diseases."""
    values, node = call.values(), call.transaction.answer()
    command = call.command(
        AskChronicLines,
        person_no=values.text("psn_no"),
        since=values.day("begntime"),
        until=values.day("endtime"),
    )

    def write(found: LinesFound) -> Output:
        rows = [write_shown(node, line) | {"psn_no": found.person_no} for line in found.lines]
        return {"feedetail": rows}

    return await call.tell(values, command, LinesFound, write)


TRANSLATIONS: dict[str, Translation] = {
    "2204": upload,
    "2205": withdraw_batch,
    "2301": upload,
    "2302": withdraw_lines,
    "5204": show_lines,
    "5205": show_chronic_lines,
}

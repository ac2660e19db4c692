"""Trials, settlements, cancellations, reversal, and the query of a settlement."""

from __future__ import annotations

from yidi.edges.national.amounts import yuan
from yidi.edges.national.call import Call, Output, Values, local_time, nothing, only_refused
from yidi.edges.national.refusals import NOT_REVERSIBLE
from yidi.edges.national.translation import Translation
from yidi.edges.national.translation.statement import (
    Credential,
    write_amounts,
    write_person,
    write_shares,
    write_statement,
)
from yidi.edges.national.translation.words import REVERSIBLE, clearing_agency, clearing_kind, yes
from yidi.processes.ports.deciding import Refused
from yidi.processes.reversal.commands import Reverse, Reversed
from yidi.processes.settlement.commands import (
    AskSettlement,
    CancelSettlement,
    ClaimedTotals,
    Settle,
    Settled,
    SettlementFound,
    TrySettle,
)

LEVELS = {"1": "3", "2": "3", "3": "3", "4": "3", "5": "2", "6": "2", "7": "2", "12": "3", "13": "2"}
"""dedc_hosp_lv and lmtpric_hosp_lv of a hosp_lv; all others are level 1."""


def claimed_of(values: Values) -> ClaimedTotals:
    """Read what the institution says the bill is."""
    told = "fulamt_ownpay_amt" in values.node.by_name
    return ClaimedTotals(
        values.amount("medfee_sumamt"),
        values.claimed("fulamt_ownpay_amt") if told else None,
        values.claimed("overlmt_selfpay") if told else None,
        values.claimed("preselfpay_amt") if told else None,
        values.claimed("inscp_scp_amt") if told else None,
    )


def settling(kind: type[Settle], *, inpatient: bool) -> Translation:
    """Make the translation of a trial or a settlement."""

    async def settle(call: Call) -> Output:
        values = call.values()
        known = values.node.by_name
        discharged = values.day("dscgTime") or values.day("dscg_time") if inpatient else ""
        shown = Credential(values.text("mdtrt_cert_type"), values.text("mdtrt_cert_no").partition("|")[0])
        command = call.command(
            kind,
            visit_id=values.text("mdtrt_id"),
            person_no=values.text("psn_no"),
            scheme=values.text("insutype"),
            credential_kind=shown.kind,
            credential_no=shown.number,
            claimed=claimed_of(values),
            use_account=values.text("acct_used_flag") in ("1", "2"),
            inpatient=inpatient,
            batch="" if inpatient else values.text("chrg_bchno"),
            mid_stay=inpatient and values.text("mid_setl_flag") == "1",
            visit_kind=values.text("med_type"),
            invoice_no=values.text("invono") if "invono" in known else "",
            discharged_on=discharged,
            flags=values.flags(),
            certificate_type=values.text("psn_cert_type"),
            certificate_no=values.text("certno"),
            person_name=values.text("psn_name") if "psn_name" in known else "",
        )
        return await call.tell(
            values, command, Settled, lambda settled: write_statement(call, settled, shown)
        )

    return settle


async def cancel(call: Call) -> Output:
    """Cancel a settlement; the credential shown in the answer is the one of the settlement."""
    values = call.values()
    named = {
        "visit_id": values.text("mdtrt_id"),
        "settlement_id": values.text("setl_id"),
        "person_no": values.text("psn_no"),
    }
    reply = await call.ask(call.command(CancelSettlement, **named))
    if not isinstance(reply, Settled):
        return only_refused(reply)
    original = await call.ask(call.command(AskSettlement, **named))
    kind = original.credential_kind if isinstance(original, SettlementFound) else None
    return write_statement(call, reply, Credential(kind, None))


async def reverse(call: Call) -> Output:
    """Undo a message whose answer never came."""
    values = call.values()
    number = values.text("oinfno")
    kind = REVERSIBLE.get(number)
    if kind is None:
        return Refused(refusals=(NOT_REVERSIBLE.because("oinfno", number=number[:6]),))
    command = call.command(
        Reverse,
        person_no=values.text("psn_no"),
        original_msgid=values.text("omsgid"),
        original_kind=kind,
    )
    return await call.tell(values, command, Reversed, nothing)


async def show(call: Call) -> Output:
    """Show a settlement as it stands."""
    values = call.values()
    command = call.command(
        AskSettlement,
        visit_id=values.text("mdtrt_id"),
        person_no=values.text("psn_no"),
        settlement_id=values.text("setl_id"),
    )
    return await call.tell(values, command, SettlementFound, lambda found: write_found(call, found))


def write_found(call: Call, found: SettlementFound) -> Output:
    """Write the settlement found; nothing but an empty head while its outcome is unknown."""
    node, settled = call.transaction.answer(0), found.settled
    if settled is None:
        return {"setlinfo": None, "setldetail": []}
    head = write_person(settled.person) | write_amounts(settled)
    head |= {
        "setl_id": settled.settlement_id,
        "mdtrt_id": settled.visit_id,
        "insutype": settled.scheme,
        "insu_optins": settled.area,
        "pay_loc": "2" if settled.area[:2] == call.care[:2] else "4",
        "fixmedins_code": found.institution_code,
        "fixmedins_name": found.institution_name,
        "hosp_lv": found.grade,
        "fixmedins_poolarea": clearing_agency(found.institution_code),
        "lmtpric_hosp_lv": LEVELS.get(found.grade, "1"),
        "dedc_hosp_lv": LEVELS.get(found.grade, "1"),
        "begndate": found.started_on[:10],
        "enddate": (found.ended_on or found.started_on)[:10],
        "setl_time": local_time(settled.settled_at),
        "mdtrt_cert_type": found.credential_kind,
        "med_type": settled.visit_kind,
        "clr_type": clearing_kind(settled.care_kind, settled.visit_kind),
        "clr_way": "1",
        "clr_optins": clearing_agency(found.institution_code),
        "psn_pay": yuan(settled.person_fen),
        "cash_payamt": yuan(settled.cash_fen),
        "medins_setl_id": found.msgid,
        "refd_setl_flag": yes(found.state == "undone" or bool(settled.undoes)),
        "year": settled.year,
        "dise_codg": found.disease_code,
        "dise_name": found.disease_name,
        "invono": found.invoice_no,
        "opt_time": local_time(settled.settled_at),
    }
    row = node.row({name: value for name, value in head.items() if name in node.by_name})
    return {"setlinfo": row, "setldetail": write_shares(call, settled)}


TRANSLATIONS: dict[str, Translation] = {
    "2206": settling(TrySettle, inpatient=False),
    "2206A": settling(TrySettle, inpatient=False),
    "2207": settling(Settle, inpatient=False),
    "2207A": settling(Settle, inpatient=False),
    "2208": cancel,
    "2303": settling(TrySettle, inpatient=True),
    "2303A": settling(TrySettle, inpatient=True),
    "2304": settling(Settle, inpatient=True),
    "2304A": settling(Settle, inpatient=True),
    "2305": cancel,
    "2601": reverse,
    "5203": show,
}

"""The statement of a settlement in national fields; the identities of the standard hold on every one.

Total = funds + person + hospital; person = account + cash; the four heads sum to the total; the rows name
the funds that paid and besides them the personal account and the hospital.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from yidi.edges.national.amounts import yuan
from yidi.edges.national.call import Call, Warned, local_time
from yidi.edges.national.tables.settlement import SHARES, STATEMENT
from yidi.edges.national.translation.words import (
    ACCOUNT_TYPE,
    HEADS,
    HOSPITAL_TYPE,
    clearing_agency,
    clearing_kind,
    fund_type,
    yes,
)
from yidi.processes.settlement.commands import PersonShown, Settled

EXTENSION_LENGTH = 4000
DEMONSTRATION = "政策参数含样例数字，仅供演示"


class Credential(NamedTuple):
    """The credential of the settlement, as the answer repeats it; None where it is not known any more."""

    kind: str | None
    number: str | None


def write_person(person: PersonShown) -> dict[str, Any]:
    """Write who the person is."""
    return {
        "psn_no": person.person_no,
        "psn_name": person.name,
        "psn_cert_type": person.certificate_type,
        "certno": person.certificate_no,
        "gend": person.gender,
        "naty": person.ethnicity,
        "brdy": person.born,
        "age": person.age,
        "psn_type": person.person_type,
        "cvlserv_flag": yes(person.civil_servant),
    }


def write_amounts(settled: Settled) -> dict[str, Any]:
    """Write the amounts of the head, in yuan."""
    paid: dict[str, int] = {}
    for share in settled.shares:
        paid[share.fund] = paid.get(share.fund, 0) + share.paid_fen
    totals, nothing = settled.totals, yuan(0)
    amounts: dict[str, Any] = {
        name: yuan(paid[fund]) if paid.get(fund) else nothing for name, fund in HEADS.items()
    }
    return amounts | {
        "medfee_sumamt": yuan(totals.total_fen),
        "fulamt_ownpay_amt": yuan(totals.full_self_fen),
        "overlmt_selfpay": yuan(totals.over_limit_fen),
        "preselfpay_amt": yuan(totals.first_self_fen),
        "inscp_scp_amt": yuan(totals.in_scope_fen),
        "act_pay_dedc": yuan(settled.deductible_fen),
        "pool_prop_selfpay": nothing,
        "fund_pay_sumamt": yuan(settled.fund_fen),
        "psn_part_amt": yuan(settled.person_fen),
        "acct_pay": yuan(settled.account_fen),
        "acct_mulaid_pay": yuan(settled.mutual_aid_fen),
        "psn_cash_pay": yuan(settled.cash_fen),
        "hosp_part_amt": yuan(settled.hospital_fen),
        "balc": yuan(settled.balance_fen),
    }


def write_head(call: Call, settled: Settled, shown: Credential) -> dict[str, Any]:
    """Write the head of a settlement; number, time and clearing are missing from a trial."""
    booked = bool(settled.settlement_id)
    amounts = write_amounts(settled)
    again = {
        "pdn_cash_pay": amounts["psn_cash_pay"],
        "cashPayamt": amounts["psn_cash_pay"],
        "psn_pay": amounts["psn_part_amt"],
        "ownpay_hosp_part": amounts["hosp_part_amt"],
        "inscp_amt": amounts["inscp_scp_amt"],
        "crt_dedc": amounts["act_pay_dedc"],
    }
    return STATEMENT.row(
        write_person(settled.person)
        | amounts
        | again
        | {
            "mdtrt_id": settled.visit_id,
            "setl_id": settled.settlement_id or None,
            "insutype": settled.scheme,
            "setl_time": local_time(settled.settled_at) if booked else None,
            "mdtrt_cert_type": shown.kind,
            "mdtrt_cert_no": shown.number,
            "psn_insu_rlts_id": "",
            "med_type": settled.visit_kind,
            "medins_setl_id": call.envelope.msgid,
            "clr_optins": clearing_agency(call.institution) if booked else None,
            "clr_way": "1" if booked else None,
            "clr_type": clearing_kind(settled.care_kind, settled.visit_kind),
            "insu_admdvs": settled.area,
            "exp_content": write_extension(settled),
        }
    )


def write_shares(call: Call, settled: Settled) -> list[dict[str, Any]]:
    """Write a row for every fund that paid, the personal account and the hospital."""
    in_scope, rows = yuan(settled.totals.in_scope_fen), []
    for share in settled.shares:
        if share.paid_fen:
            kind = fund_type(settled.scheme, share.fund)
            room = yuan(share.room_fen) if share.room_fen >= 0 else None
            rows.append(_share(call, kind, share.paid_fen, in_scope, room))
    if settled.account_fen:
        rows.append(_share(call, ACCOUNT_TYPE, settled.account_fen, in_scope, None))
    if settled.hospital_fen:
        rows.append(_share(call, HOSPITAL_TYPE, settled.hospital_fen, in_scope, None))
    return rows


def _share(call: Call, kind: str, paid_fen: int, in_scope: msgspec.Raw, room: Any) -> dict[str, Any]:
    return SHARES.row(
        {
            "fund_pay_type": kind,
            "inscp_scp_amt": in_scope,
            "crt_payb_lmt_amt": room,
            "fund_payamt": yuan(paid_fen),
            "fund_pay_type_name": call.dictionaries["fund_pay_type"].meaning(kind),
        }
    )


def write_extension(settled: Settled) -> str:
    """Write what the standard has no field for, as JSON text: standing, pack and the explanation in words."""
    said: dict[str, Any] = {
        "standing": settled.standing,
        "filing": settled.filing_id,
        "policy": settled.pack_id,
        "undoes": settled.undoes,
        "steps": [step.text_zh for step in settled.steps],
    }
    text = msgspec.json.encode(said).decode()
    if len(text) > EXTENSION_LENGTH:
        text = msgspec.json.encode(said | {"steps": []}).decode()
    return text


def write_statement(call: Call, settled: Settled, shown: Credential) -> Any:
    """Write the output of a trial, a settlement or a cancellation."""
    output = {
        "setlinfo": write_head(call, settled, shown),
        "setldetail": write_shares(call, settled),
        "expContent": None,
    }
    return Warned(output, DEMONSTRATION) if settled.completed_for_demonstration else output

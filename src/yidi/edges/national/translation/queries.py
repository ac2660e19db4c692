"""Queries of an institution's own visits and diagnoses, and of a person's accumulations."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import msgspec

from yidi.domain.benefit.plan import STAYS
from yidi.domain.dates import parse_day, whole_years
from yidi.edges.national.amounts import yuan
from yidi.edges.national.call import Call, Output, local_time
from yidi.edges.national.translation import Translation
from yidi.edges.national.translation.words import yes
from yidi.processes.settlement.commands import AccumulatorsFound, AccumulatorShown, AskAccumulators
from yidi.processes.visit.commands import (
    AskDiagnoses,
    AskVisits,
    DiagnosesFound,
    DiagnosisShown,
    VisitsFound,
    VisitShown,
)

MOMENTS = {"admission": "1", "discharge": "2"}
KIND_LENGTH = 10


async def show_visits(call: Call) -> Output:
    """Show the sender's visits of a person."""
    values = call.values()
    command = call.command(
        AskVisits,
        person_no=values.text("psn_no"),
        since=values.day("begntime"),
        until=values.day("endtime"),
        visit_kind=values.text("med_type"),
        visit_id=values.text("mdtrt_id"),
    )
    return await call.tell(
        values,
        command,
        VisitsFound,
        lambda found: {"mdtrtinfo": [write_visit(call, visit) for visit in found.visits]},
    )


def write_visit(call: Call, visit: VisitShown) -> dict[str, Any]:
    """Write a visit: what decisions know of it, and what the institution said beyond that."""
    node = call.transaction.answer()
    kept = msgspec.json.decode(visit.particulars or "{}", type=dict[str, Any])
    texts = {
        name: kept[name] for name in kept if name in node.by_name and node.by_name[name].kind not in "NI"
    }
    return node.row(
        texts
        | {
            "mdtrt_id": visit.visit_id,
            "psn_no": visit.person_no,
            "psn_cert_type": visit.certificate_type,
            "certno": visit.certificate_no,
            "psn_name": visit.person_name or visit.holder.name,
            "gend": visit.holder.gender or None,
            "naty": visit.holder.ethnicity or None,
            "brdy": visit.holder.born or None,
            "age": age_at(visit.holder.born, visit.started_at),
            "cvlserv_flag": yes(visit.holder.civil_servant),
            "insutype": visit.scheme,
            "psn_type": visit.person_type or visit.holder.person_type,
            "insu_optins": visit.insured_area,
            "begntime": local_time(visit.started_at),
            "endtime": local_time(visit.ended_at),
            "mdtrt_cert_type": visit.credential_kind,
            "med_type": visit.visit_kind,
            "ipt_otp_no": visit.own_number,
            "dscg_maindiag_code": visit.diagnosis_code or None,
            "dscg_way": visit.leaving or None,
            "dise_codg": visit.disease_code or None,
            "dise_name": visit.disease_name or None,
            "inhosp_stas": yes(visit.in_hospital),
            "ipt_days": days_between(visit.started_at, visit.ended_at),
        }
    )


def age_at(born: str, started_at: str) -> int | None:
    """Return the whole years of a person when a visit began; None when the day of birth was not told."""
    first, day = parse_day(born), parse_day(started_at[:10])
    return None if first is None or day is None else whole_years(first, day)


def days_between(start: str, end: str) -> int:
    """Return the days of a stay, at least one once it ended; 0 while it lasts."""
    try:
        return max(1, (date.fromisoformat(end[:10]) - date.fromisoformat(start[:10])).days)
    except ValueError:
        return 0


async def show_diagnoses(call: Call) -> Output:
    """Show the diagnoses of a visit."""
    values, node = call.values(), call.transaction.answer()
    command = call.command(AskDiagnoses, visit_id=values.text("mdtrt_id"), person_no=values.text("psn_no"))

    def write(found: DiagnosesFound) -> Output:
        ids = {"mdtrt_id": found.visit_id, "psn_no": found.person_no}
        rows = [ids | write_diagnosis(found.visit_id, shown) for shown in found.diagnoses]
        return {"diseinfo": [node.row(row) for row in rows]}

    return await call.tell(values, command, DiagnosesFound, write)


def write_diagnosis(visit_id: str, shown: DiagnosisShown) -> dict[str, Any]:
    """Write a diagnosis."""
    moment = MOMENTS.get(shown.moment, "1")
    return {
        "diag_info_id": f"{visit_id}{moment}{shown.position}"[-30:],
        "inout_diag_type": moment,
        "diag_type": shown.kind,
        "maindiag_flag": yes(shown.main),
        "diag_srt_no": int(shown.position) if shown.position.isdigit() else 0,
        "diag_code": shown.code,
        "diag_name": shown.name,
        "adm_cond": shown.condition or None,
        "diag_dept": shown.department,
        "dise_dor_no": shown.doctor_code,
        "dise_dor_name": shown.doctor_name,
        "diag_time": local_time(shown.diagnosed_at),
    }


async def show_accumulators(call: Call) -> Output:
    """Show the counters of a person's benefit year."""
    values, node = call.values(), call.transaction.answer()
    month = values.text("cum_ym")
    question = call.question(AskAccumulators, person_no=values.text("psn_no"), month=month)
    now = month or local_time(call.at.isoformat().replace("+00:00", "Z")) or ""
    return await call.tell(
        values,
        question,
        AccumulatorsFound,
        lambda found: {
            "cuminfo": [node.row(write_accumulator(row, now.replace("-", "")[:6])) for row in found.rows]
        },
    )


def write_accumulator(row: AccumulatorShown, month: str) -> dict[str, Any]:
    """Write a counter; its whole name stands beside the short code that the field has room for."""
    return {
        "insutype": row.scheme,
        "year": row.year,
        "cum_ym": month,
        "cum_type_code": short_code(row.counter),
        "cum": row.amount if row.counter == STAYS else yuan(row.amount),
        "cum_type_name": row.counter,
    }


def short_code(counter: str) -> str:
    """Return a stable code of at most ten characters: counters are policy data, no dictionary lists them."""
    if len(counter) <= KIND_LENGTH:
        return counter
    return f"{counter[:5]}{hashlib.blake2b(counter.encode(), digest_size=3).hexdigest()[:5]}"


TRANSLATIONS: dict[str, Translation] = {
    "5201": show_visits,
    "5202": show_diagnoses,
    "5206": show_accumulators,
}

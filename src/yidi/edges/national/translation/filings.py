"""Referrals, chronic-disease certificates, selected institutions, and what is known of them elsewhere."""

from __future__ import annotations

from typing import Any

from yidi.domain.codes.division import province_prefix
from yidi.edges.national.amounts import end_day, last_day
from yidi.edges.national.call import Call, Output, local_time, nothing, only_refused
from yidi.edges.national.translation import Translation
from yidi.edges.national.translation.words import SCOPES, yes
from yidi.processes.filing.commands import (
    AskChronic,
    AskFilings,
    AskSelections,
    CertifyChronic,
    ChronicFound,
    Filed,
    FilingRow,
    FilingsFound,
    Refer,
    SelectInstitution,
    SelectionsFound,
    WithdrawChronic,
    WithdrawReferral,
    WithdrawSelection,
)
from yidi.processes.network.commands import AskInstitution, InstitutionFound
from yidi.processes.ports.deciding import Refused
from yidi.processes.visit.commands import AskStays, StaysFound

REFERRED = "referred"


def write_filed(call: Call, filed: Filed) -> Output:
    """Write the number of what was filed."""
    return {"result": call.transaction.answer().row({"trt_dcla_detl_sn": filed.filing_id})}


async def refer(call: Call) -> Output:
    """Refer a person elsewhere."""
    values = call.values()
    start, end = values.day("begndate") or values.day("refl_date"), values.day("enddate")
    question = call.question(
        Refer,
        person_no=values.text("psn_no"),
        scheme=values.text("insutype"),
        scope=SCOPES.get(values.text("refl_type"), values.text("refl_type")),
        care_area=values.text("mdtrtarea_admdvs"),
        institution_code=values.text("reflin_medins_no"),
        institution_name=values.text("reflin_medins_name"),
        referring_institution=call.institution,
        diagnosis_code=values.text("diag_code"),
        diagnosis_name=values.text("diag_name"),
        start=start,
        end=end_day(end) if end else "",
        reason=values.text("refl_rea"),
        opinion=values.text("refl_opnn"),
        phone=values.text("tel"),
        address=values.text("addr"),
    )
    return await call.tell(values, question, Filed, lambda filed: write_filed(call, filed))


async def withdraw_referral(call: Call) -> Output:
    """Withdraw a referral."""
    values = call.values()
    question = call.question(
        WithdrawReferral,
        filing_id=values.text("trt_dcla_detl_sn"),
        person_no=values.text("psn_no"),
        reason=values.text("memo"),
    )
    return await call.tell(values, question, Filed, nothing)


async def certify_chronic(call: Call) -> Output:
    """Register a chronic disease."""
    values = call.values()
    end = values.day("enddate")
    question = call.question(
        CertifyChronic,
        person_no=values.text("psn_no"),
        scheme=values.text("insutype"),
        disease_code=values.text("opsp_dise_code"),
        disease_name=values.text("opsp_dise_name"),
        institution_code=values.text("ide_fixmedins_no") or call.institution,
        institution_name=values.text("ide_fixmedins_name"),
        start=values.day("begndate"),
        end=end_day(end) if end else "",
        diagnosed_on=values.day("hosp_ide_date"),
        doctor_code=values.text("diag_dr_codg"),
        phone=values.text("tel"),
    )
    return await call.tell(values, question, Filed, lambda filed: write_filed(call, filed))


async def withdraw_chronic(call: Call) -> Output:
    """Withdraw the registration of a chronic disease."""
    values = call.values()
    question = call.question(
        WithdrawChronic,
        certificate_id=values.text("trt_dcla_detl_sn"),
        person_no=values.text("psn_no"),
        reason=values.text("memo"),
    )
    return await call.tell(values, question, Filed, nothing)


async def select_institution(call: Call) -> Output:
    """Register the institution a person selected."""
    values = call.values()
    end = values.day("enddate")
    question = call.question(
        SelectInstitution,
        person_no=values.text("psn_no"),
        institution_code=values.text("fixmedins_code"),
        institution_name=values.text("fixmedins_name"),
        business_kind=values.text("biz_appy_type"),
        start=values.day("begndate"),
        end=end_day(end) if end else "",
        phone=values.text("tel"),
    )
    return await call.tell(values, question, Filed, lambda filed: write_filed(call, filed))


async def withdraw_selection(call: Call) -> Output:
    """Withdraw a selection."""
    values = call.values()
    question = call.question(
        WithdrawSelection,
        selection_id=values.text("trt_dcla_detl_sn"),
        person_no=values.text("psn_no"),
        reason=values.text("memo"),
    )
    return await call.tell(values, question, Filed, nothing)


async def show_chronic(call: Call) -> Output:
    """Show the chronic diseases certified."""
    values, node = call.values(), call.transaction.answer()

    def write(found: ChronicFound) -> Output:
        rows = [
            {
                "opsp_dise_code": row.disease_code,
                "opsp_dise_name": row.disease_name,
                "begndate": row.start,
                "enddate": last_day(row.end),
            }
            for row in found.rows
        ]
        return {"feedetail": [node.row(row) for row in rows]}

    question = call.question(AskChronic, person_no=values.text("psn_no"))
    return await call.tell(values, question, ChronicFound, write)


async def show_selections(call: Call) -> Output:
    """Show the institutions selected; the care place names those that the insured place does not know."""
    values, node = call.values(), call.transaction.answer()
    question = call.question(
        AskSelections, person_no=values.text("psn_no"), business_kind=values.text("biz_appy_type")
    )
    names: dict[str, str] = {}

    def write(found: SelectionsFound) -> Output:
        rows = [
            {
                "psn_no": found.person_no,
                "insutype": row.scheme,
                "fix_srt_no": str(place),
                "fixmedins_code": row.institution_code,
                "fixmedins_name": row.institution_name or names.get(row.institution_code, ""),
                "begndate": row.start,
                "enddate": last_day(row.end),
                "memo": row.selection_id,
            }
            for place, row in enumerate(found.rows, 1)
        ]
        return {"psnfixmedin": [node.row(row) for row in rows]}

    if values.findings:
        return Refused(refusals=tuple(values.findings))
    reply = await call.ask(question)
    if not isinstance(reply, SelectionsFound):
        return only_refused(reply)
    for row in reply.rows:
        if not row.institution_name and province_prefix(row.institution_code[1:7]) == call.care:
            found = await call.ask(call.command(AskInstitution, institution_code=row.institution_code))
            if isinstance(found, InstitutionFound):
                names[row.institution_code] = found.name
    return write(reply)


async def show_stays(call: Call) -> Output:
    """Show where a person is in hospital."""
    values, node = call.values(), call.transaction.answer()

    def write(found: StaysFound) -> Output:
        person = {
            "psn_no": found.person_no,
            "psn_cert_type": found.certificate_type,
            "certno": found.certificate_no,
            "psn_name": found.person_name,
            "gend": found.gender,
            "brdy": found.born,
            "age": found.age,
        }
        rows: list[dict[str, Any]] = [
            person
            | {
                "mdtrt_id": stay.visit_id,
                "insutype": stay.scheme,
                "begndate": stay.started_on,
                "med_type": stay.visit_kind,
                "ipt_otp_no": stay.own_number,
                "out_flag": yes(stay.elsewhere),
            }
            for stay in found.stays
        ]
        return {"data": [node.row(row) for row in rows]}

    question = call.question(
        AskStays,
        person_no=values.text("psn_no"),
        since=values.day("begntime"),
        until=values.day("endtime"),
    )
    return await call.tell(values, question, StaysFound, write)


def write_filing(call: Call, found: FilingsFound, row: FilingRow) -> dict[str, Any]:
    """Write a referral."""
    return call.transaction.answer().row(
        {
            "insutype": found.scheme,
            "psn_no": found.person_no,
            "psn_name": found.person_name,
            "psn_cert_type": found.certificate_type,
            "certno": found.certificate_no,
            "gend": found.gender,
            "brdy": found.born or None,
            "emp_name": found.employer or None,
            "insu_optins": call.insured_area,
            "diag_code": row.diagnosis_code,
            "diag_name": row.disease_name,
            "reflin_medins_no": row.institution_code,
            "reflin_medins_name": "",
            "out_flag": yes(row.care_area[:2] != call.insured[:2]),
            "refl_date": row.start,
            "refl_rea": row.reason,
            "begndate": row.start,
            "enddate": last_day(row.end),
            "hosp_agre_refl_flag": "1",
            "opt_time": local_time(row.filed_at),
        }
    )


async def show_referrals(call: Call) -> Output:
    """Show the referrals of a person, inside and outside the province."""
    values = call.values()

    def write(found: FilingsFound) -> Output:
        rows = [row for row in found.rows if row.category == REFERRED]
        return {"refmedin": [write_filing(call, found, row) for row in rows]}

    question = call.question(
        AskFilings,
        person_no=values.text("psn_no"),
        since=values.day("begntime"),
        until=values.day("endtime"),
    )
    return await call.tell(values, question, FilingsFound, write)


TRANSLATIONS: dict[str, Translation] = {
    "2501": refer,
    "2502": withdraw_referral,
    "2503": certify_chronic,
    "2504": withdraw_chronic,
    "2505": select_institution,
    "2506": withdraw_selection,
    "5301": show_chronic,
    "5302": show_selections,
    "5303": show_stays,
    "5304": show_referrals,
}

"""Registration, visit data, admission, discharge and their cancellations."""

from __future__ import annotations

from yidi.edges.national.call import Call, Output, Values, nothing
from yidi.edges.national.translation import Translation
from yidi.edges.national.translation.words import GENERAL_OUTPATIENT, care_kind
from yidi.processes.ports.deciding import Done
from yidi.processes.visit.commands import (
    CancelDischarge,
    CancelVisit,
    ChangeAdmission,
    DescribeVisit,
    DiagnosisGiven,
    Discharge,
    RegisterVisit,
    VisitOpened,
)

ADMISSION_CANCELLED = "2404"
_IDENTITY = (
    "psn_no insutype begntime mdtrt_cert_type mdtrt_cert_no card_sn psn_cert_type cert_type certno psn_type "
    "psn_name ipt_otp_no ipt_no med_type dise_codg dise_name dscg_maindiag_code mdtrt_id exp_content "
    "insuplc_admdvs mdtrtarea_admvs"
).split()
"""What becomes a column of its own; the rest is kept as particulars."""


def diagnoses_of(call: Call, values: Values) -> tuple[DiagnosisGiven, ...]:
    """Read the diagnoses of a visit; one sent with vali_flag 0 voids the earlier one of its number."""
    node, read = call.transaction.asks[1], []
    for place, row in enumerate(call.rows(1)):
        given = Values(node, row, values.findings, f"{node.name}[{place}]")
        position = given.number("diag_srt_no", 0)
        known = node.by_name
        read.append(
            DiagnosisGiven(
                position=str(position if position is not None else place + 1),
                code=given.text("diag_code"),
                name=given.text("diag_name"),
                kind=given.text("diag_type") or "1",
                main=given.text("maindiag_flag") == "1" if "maindiag_flag" in known else place == 0,
                department=given.text("diag_dept"),
                doctor_code=given.text("dise_dor_no"),
                doctor_name=given.text("dise_dor_name"),
                condition=given.text("adm_cond") if "adm_cond" in known else "",
                diagnosed_at=given.time("diag_time"),
                valid=given.text("vali_flag") not in ("0", "00") if "vali_flag" in known else True,
            )
        )
    return tuple(read)


async def register(call: Call) -> Output:
    """Register an outpatient."""
    values = call.values()
    command = call.command(
        RegisterVisit,
        insured=call.insured,
        insured_area=call.insured_area,
        care_area=call.envelope.mdtrtarea_admvs,
        person_no=values.text("psn_no"),
        scheme=values.text("insutype"),
        care_kind=care_kind(GENERAL_OUTPATIENT).value,
        visit_kind=GENERAL_OUTPATIENT,
        own_number=values.text("ipt_otp_no"),
        started_at=values.time("begntime"),
        credential_kind=values.text("mdtrt_cert_type"),
        credential_no=values.text("mdtrt_cert_no").partition("|")[0],
        card_serial=values.text("card_sn"),
        certificate_type=values.text("psn_cert_type"),
        certificate_no=values.text("certno"),
        person_name=values.text("psn_name"),
        person_type=values.text("psn_type"),
        flags=values.flags(),
        particulars=values.particulars(*_IDENTITY),
    )
    return await call.tell(values, command, VisitOpened, lambda opened: write_opened(call, opened))


def write_opened(call: Call, opened: VisitOpened) -> Output:
    """Write the number of the new visit."""
    row = {"mdtrt_id": opened.visit_id, "psn_no": opened.person_no, "ipt_otp_no": opened.own_number}
    return {"data": call.transaction.answer().row(row)}


async def admit(call: Call) -> Output:
    """Admit an inpatient."""
    values = call.values()
    kind = values.text("med_type")
    command = call.command(
        RegisterVisit,
        insured=call.insured,
        insured_area=call.insured_area,
        care_area=call.envelope.mdtrtarea_admvs,
        person_no=values.text("psn_no"),
        scheme=values.text("insutype"),
        care_kind="inpatient",
        visit_kind=kind,
        own_number=values.text("ipt_no"),
        started_at=values.time("begntime"),
        credential_kind=values.text("mdtrt_cert_type"),
        credential_no=values.text("mdtrt_cert_no").partition("|")[0],
        card_serial=values.text("card_sn"),
        certificate_type=values.text("cert_type"),
        certificate_no=values.text("certno"),
        disease_code=values.text("dise_codg"),
        disease_name=values.text("dise_name"),
        diagnosis_code=values.text("dscg_maindiag_code"),
        flags=values.flags(),
        diagnoses=diagnoses_of(call, values),
        particulars=values.particulars(*_IDENTITY),
    )
    node = call.transaction.answer()
    return await call.tell(
        values, command, VisitOpened, lambda opened: {"result": node.row({"mdtrt_id": opened.visit_id})}
    )


async def describe(call: Call) -> Output:
    """Keep the data of an outpatient visit."""
    values = call.values()
    kind = values.text("med_type")
    command = call.command(
        DescribeVisit,
        visit_id=values.text("mdtrt_id"),
        person_no=values.text("psn_no"),
        visit_kind=kind,
        care_kind=care_kind(kind).value,
        started_at=values.time("begntime"),
        disease_code=values.text("dise_codg"),
        disease_name=values.text("dise_name"),
        flags=values.flags(),
        diagnoses=diagnoses_of(call, values),
        particulars=values.particulars(*_IDENTITY),
    )
    return await call.tell(values, command, Done, nothing)


async def change_admission(call: Call) -> Output:
    """Change the data of a stay."""
    values = call.values()
    kind = values.text("med_type")
    command = call.command(
        ChangeAdmission,
        visit_id=values.text("mdtrt_id"),
        person_no=values.text("psn_no"),
        visit_kind=kind,
        care_kind="inpatient",
        started_at=values.time("begntime"),
        ended_at=values.time("endtime"),
        diagnosis_code=values.text("dscg_maindiag_code"),
        disease_code=values.text("dise_codg"),
        disease_name=values.text("dise_name"),
        flags=values.flags(),
        diagnoses=diagnoses_of(call, values),
        particulars=values.particulars(*_IDENTITY, "endtime"),
    )
    return await call.tell(values, command, Done, nothing)


async def discharge(call: Call) -> Output:
    """Discharge an inpatient."""
    values = call.values()
    command = call.command(
        Discharge,
        visit_id=values.text("mdtrt_id"),
        person_no=values.text("psn_no"),
        ended_at=values.time("endtime"),
        leaving=values.text("dscg_way"),
        died_on=values.day("die_date"),
        diagnoses=diagnoses_of(call, values),
        particulars=values.particulars(*_IDENTITY, "endtime", "dscg_way", "die_date"),
    )
    return await call.tell(values, command, Done, nothing)


async def cancel_visit(call: Call) -> Output:
    """Cancel a registration or an admission."""
    values = call.values()
    own = values.text("ipt_otp_no") if "ipt_otp_no" in values.node.by_name else ""
    command = call.command(
        CancelVisit,
        visit_id=values.text("mdtrt_id"),
        person_no=values.text("psn_no"),
        own_number=own,
        inpatient=call.transaction.number == ADMISSION_CANCELLED,
    )
    return await call.tell(values, command, Done, nothing)


async def cancel_discharge(call: Call) -> Output:
    """Take a discharge back."""
    values = call.values()
    command = call.command(CancelDischarge, visit_id=values.text("mdtrt_id"), person_no=values.text("psn_no"))
    return await call.tell(values, command, Done, nothing)


TRANSLATIONS: dict[str, Translation] = {
    "2201": register,
    "2202": cancel_visit,
    "2203": describe,
    "2203A": describe,
    "2401": admit,
    "2402": discharge,
    "2403": change_admission,
    "2404": cancel_visit,
    "2405": cancel_discharge,
}

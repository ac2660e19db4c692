"""Who is this, how insured, entitled to what; sign-in; institutions; dictionaries."""

from __future__ import annotations

from typing import Any

from yidi.edges.national.amounts import yuan
from yidi.edges.national.call import Call, Output, Values, local_time, only_refused
from yidi.edges.national.translation import Translation
from yidi.edges.national.translation.words import INSURANCE_STATES, yes
from yidi.processes.enrolment.commands import (
    CheckEntitlement,
    Entitlement,
    FindInsured,
    FindPerson,
    InsuredFound,
    PersonFound,
    RelationShown,
    Shown,
)
from yidi.processes.network.commands import (
    AskInstitution,
    InstitutionFound,
    OperatorSignsIn,
    OperatorSignsOut,
    SignedIn,
    SignedOut,
)
from yidi.processes.ports.deciding import NATION, Refused, Reply

CARD = "03"


def shown_of(values: Values) -> Shown:
    """Read the credential shown; a card number may be followed by a signed block after a bar."""
    return Shown(
        kind=values.text("mdtrt_cert_type"),
        number=values.text("mdtrt_cert_no").partition("|")[0],
        card_serial=values.text("card_sn"),
        certificate_type=values.text("psn_cert_type"),
        certificate_no=values.text("certno"),
        name=values.text("psn_name"),
    )


async def find_person(call: Call) -> Output:
    """Find a person: where the envelope says, else here, else where the nation's directory says."""
    values = call.values()
    shown, since = shown_of(values), values.day("begntime")
    if values.findings:
        return Refused(refusals=tuple(values.findings))
    reply = await call.ask(call.question(FindPerson, shown=shown, since=since))
    if isinstance(reply, Refused) and not call.envelope.insuplc_admdvs:
        reply = await _elsewhere(call, shown, since, reply)
    return write_person(call, reply) if isinstance(reply, PersonFound) else only_refused(reply)


async def _elsewhere(call: Call, shown: Shown, since: str, here: Refused) -> Reply:
    found = await call.ask(call.question(FindInsured, NATION, kind=shown.kind, number=shown.number))
    if not isinstance(found, InsuredFound) or found.insured == call.care:
        return here
    return await call.ask(call.question(FindPerson, found.insured, shown=shown, since=since))


def write_person(call: Call, found: PersonFound) -> Output:
    """Write a person; the relation that answers comes first."""
    base, relations, marks = call.transaction.answers
    person = {
        "psn_no": found.person_no,
        "psn_cert_type": found.certificate_type,
        "certno": found.certificate_no,
        "psn_name": found.name,
        "gend": found.gender,
        "naty": found.ethnicity,
        "brdy": found.born,
        "age": found.age,
        "exp_content": "",
    }
    ordered = sorted(found.relations, key=lambda relation: not relation.answers)
    return {
        "baseinfo": base.row(person),
        "insuinfo": [relations.row(write_relation(relation)) for relation in ordered],
        "idetinfo": [
            marks.row(
                {
                    "psn_idet_type": mark.identity_type,
                    "psn_type_lv": mark.level,
                    "begntime": local_time(mark.start),
                    "endtime": local_time(mark.end),
                }
            )
            for mark in found.marks
        ],
    }


def write_relation(relation: RelationShown) -> dict[str, Any]:
    """Write an insurance relation."""
    return {
        "balc": yuan(relation.balance_fen),
        "insutype": relation.scheme,
        "psn_type": relation.person_type,
        "psn_insu_stas": INSURANCE_STATES.get(relation.state, "0"),
        "psn_insu_date": relation.start,
        "paus_insu_date": relation.paused_on or None,
        "cvlserv_flag": yes(relation.civil_servant),
        "insuplc_admdvs": relation.area,
        "emp_name": relation.employer,
    }


async def check_entitlement(call: Call) -> Output:
    """Say which funds may pay for a visit of a kind."""
    values, node = call.values(), call.transaction.answer()
    question = call.question(
        CheckEntitlement,
        person_no=values.text("psn_no"),
        scheme=values.text("insutype"),
        institution_code=values.text("fixmedins_code") or call.institution,
        visit_kind=values.text("med_type"),
        start=values.day("begntime"),
        disease_code=values.text("dise_codg"),
    )

    def write(found: Entitlement) -> Output:
        rows = [
            {
                "psn_no": found.person_no,
                "trt_chk_type": "01",
                "fund_pay_type": fund.fund_type,
                "trt_enjymnt_flag": yes(fund.entitled),
                "begndate": fund.start,
                "enddate": fund.end or None,
                "trt_chk_rslt": fund.reason_zh or None,
            }
            for fund in found.funds
        ]
        return {"trtinfo": [node.row(row) for row in rows]}

    return await call.tell(values, question, Entitlement, write)


async def sign_in(call: Call) -> Output:
    """Sign an operator in."""
    values, node = call.values(), call.transaction.answer()
    command = call.command(
        OperatorSignsIn,
        operator=values.text("opter_no"),
        address=values.text("ip"),
        device=values.text("mac"),
    )
    return await call.tell(
        values,
        command,
        SignedIn,
        lambda signed: {
            "signinoutb": node.row({"sign_no": signed.sign_no, "sign_time": local_time(signed.at)})
        },
    )


async def sign_out(call: Call) -> Output:
    """Sign an operator out."""
    values, node = call.values(), call.transaction.answer()
    command = call.command(OperatorSignsOut, operator=values.text("opter_no"), sign_no=values.text("sign_no"))
    return await call.tell(
        values,
        command,
        SignedOut,
        lambda signed: {"signoutoutb": node.row({"sign_time": local_time(signed.at)})},
    )


async def find_institution(call: Call) -> Output:
    """Find an institution by code, else by its whole name."""
    values, node = call.values(), call.transaction.answer()
    code = values.text("fixmedins_code")
    name = "" if code else values.text("fixmedins_name")
    command = call.command(
        AskInstitution, institution_code=code or ("" if name else call.institution), name=name
    )

    def write(found: InstitutionFound) -> Output:
        row = {
            "fixmedins_code": found.institution_code,
            "fixmedins_name": found.name,
            "uscc": found.credit_code or None,
            "fixmedins_type": found.kind,
            "hosp_lv": found.grade,
        }
        return {"medinsinfo": [node.row(row)]}

    return await call.tell(values, command, InstitutionFound, write)


async def show_dictionary(call: Call) -> Output:
    """Show a dictionary; one that does not exist is an empty list."""
    values, node = call.values(), call.transaction.answer()
    name = values.text("type")
    if name not in call.dictionaries:
        return {"list": []}
    meanings = call.dictionaries[name].meanings.values()
    return {
        "list": [
            node.row(
                {
                    "type": name,
                    "label": meaning.zh,
                    "value": meaning.code,
                    "parentValue": "",
                    "sort": place,
                    "valiFlag": "1",
                    "createUser": "",
                    "createDate": None,
                    "version": 1,
                }
            )
            for place, meaning in enumerate(meanings, 1)
            if not meaning.region or meaning.region[:2] == values.text("admdvs")[:2]
        ]
    }


TRANSLATIONS: dict[str, Translation] = {
    "1101": find_person,
    "1201": find_institution,
    "1901": show_dictionary,
    "2001": check_entitlement,
    "9001": sign_in,
    "9002": sign_out,
}

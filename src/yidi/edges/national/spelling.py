"""The national spelling of the fields that refusals of the processes name."""

from __future__ import annotations

import re

import msgspec

from yidi.domain.refusal import Refusal
from yidi.edges.national.tables.form import Transaction

_SPELLINGS = """
person_no psn_no
visit_id mdtrt_id
settlement_id setl_id setl_sn
scheme insutype
institution_code fixmedins_code
institution_name fixmedins_name
referring_institution fixmedins_code
visit_kind med_type
care_kind med_type
started_at begntime
started_on begntime
start begndate begntime
end enddate endtime
ended_at endtime
since begntime stmt_begndate begndate
until endtime stmt_enddate enddate
disease_code dise_codg opsp_dise_code
disease_name dise_name opsp_dise_name
diagnosis_code dscg_maindiag_code diag_code
diagnosis_name diag_name
line_id feedetl_sn
item_code med_list_codg
own_code medins_list_codg fixmedins_hilist_id
own_name fixmedins_hilist_name
refunds init_feedetl_sn
quantity cnt
price pric
total_fen medfee_sumamt det_item_fee_sumamt
fund_fen fund_pay_sumamt fund_appy_sum
account_fen acct_pay
full_self_fen fulamt_ownpay_amt
over_limit_fen overlmt_selfpay overlmt_amt
first_self_fen preselfpay_amt
in_scope_fen inscp_scp_amt
batch chrg_bchno
own_number ipt_otp_no ipt_no
certificate_no certno
certificate_type psn_cert_type cert_type
person_name psn_name
name psn_name filename fixmedins_name
content in
size_bytes in
person_type psn_type
credential_no mdtrt_cert_no
credential_kind mdtrt_cert_type
number mdtrt_cert_no
card_serial card_sn
kind mdtrt_cert_type
insured insuplc_admdvs
insured_area insuplc_admdvs
area insuplc_admdvs
care_area mdtrtarea_admdvs mdtrtarea_admvs
care mdtrtarea_admvs
use_account acct_used_flag
mid_stay mid_setl_flag
leaving dscg_way
died_on die_date
approval hosp_appr_flag
occurred_at fee_ocur_time
discharged_on dscgTime
invoice_no invono
filing_id trt_dcla_detl_sn
certificate_id trt_dcla_detl_sn
selection_id trt_dcla_detl_sn
business_kind biz_appy_type
reason memo refl_rea
scope refl_type
original_msgid omsgid
original_kind oinfno
sign_no sign_no
operator opter_no
file_no file_qury_no
position diag_srt_no
code diag_code
admission exp_content.IPT_TYPE
urgent exp_content.OTP_ER_REFL_FLAG
trauma exp_content.TRUM_FLAG
third_party exp_content.REL_TTP_FLAG
flags exp_content
lines feedetail
rows detail
settled_at mdtrt_setl_time
paid_fen optins_pay_sumamt
confirmed cnfm_flag
month setlym trt_month
clearing_kind clr_type
clearing_way clr_way
settlements psntime
recognised_fen med_sumfee
cash_fen cash_payamt
start_row startrow
count totalrow
handle otransid
declaration_id clr_appy_evt_id
diagnoses diseinfo
jurisdiction mdtrtarea_admvs
"""
SPELLINGS = {words[0]: tuple(words[1:]) for words in map(str.split, _SPELLINGS.strip().splitlines())}
"""Domain name -> national names, the first that the transaction has being taken."""
_TEXTS = ("cause_zh", "cause_en", "remedy_zh", "remedy_en")
_PART = re.compile(r"^([A-Za-z_]+)(.*)$")


def national(transaction: Transaction, refusal: Refusal) -> Refusal:
    """Return the refusal with its field in national spelling, in the texts that name it too."""
    if not refusal.field:
        return refusal
    spelled = ".".join(_spell(transaction, part) for part in refusal.field.split("."))
    if spelled == refusal.field:
        return refusal
    texts = {name: _renamed(getattr(refusal, name), refusal.field, spelled) for name in _TEXTS}
    return msgspec.structs.replace(refusal, field=spelled, **texts)


def _renamed(text: str, field: str, spelled: str) -> str:
    """Spell a field's name in a text; one that is an English word too only where the text begins with it."""
    if field not in text:
        return text
    begins = "^" if "_" not in field and text.isascii() else ""
    return re.sub(rf"{begins}(?<![A-Za-z0-9_]){re.escape(field)}(?![A-Za-z0-9_])", lambda _: spelled, text)


def _spell(transaction: Transaction, part: str) -> str:
    found = _PART.match(part)
    if found is None:
        return part
    name, rest = found.groups()
    names = SPELLINGS.get(name)
    if names is None:
        return part
    known = {field for node in transaction.asks for field in node.by_name}
    return next((spelled for spelled in names if spelled in known), names[0]) + rest

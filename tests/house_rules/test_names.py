"""Names: no folder for everything, no place, no interface number, national field names at their edge only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.house_rules.code_base import Source, demand, identifiers, python_files, strings

FORBIDDEN_FOLDERS = set(
    "utils util common helpers helper core base misc services managers models constants other others".split()
)
INTERFACE_NUMBERS = set(
    """9001 9002 9101 9102 1101 1161 1162 1201 1301 1302 1303 1304 1305 1306 1307 1308 1309 1310 1311 1312
    1901 2001 2201 2202 2203 2204 2205 2206 2207 2208 2301 2302 2303 2304 2305 2401 2402 2403 2404 2405
    2501 2502 2503 2504 2505 2506 2601 3201 3202 3301 4101 5201 5202 5203 5204 5205 5206 5301 5302 5303
    5304""".split()
)
NATIONAL_NAMES = set(
    """psn_no mdtrt_id insutype fixmedins_code fixmedins_name med_type medfee_sumamt certno inscp_scp_amt
    psn_type psn_cert_type mdtrt_cert_type mdtrt_cert_no setl_id clr_type clr_optins preselfpay_amt
    fulamt_ownpay_amt overlmt_selfpay overlmt_amt fund_pay_sumamt acct_pay fund_pay_type dise_codg
    feedetl_sn cvlserv_pay hifp_pay hifob_pay hifmi_pay hifes_pay hifdm_pay maf_pay oth_pay psn_part_amt
    hosp_part_amt acct_mulaid_pay med_list_codg medins_list_codg insuplc_admdvs mdtrtarea_admvs
    mdtrtarea_admdvs insu_admdvs pool_prop_selfpay psn_setlway setl_time med_chrgitm_type
    trt_dcla_detl_sn chrg_bchno ipt_otp_no psn_cash_pay crt_payb_lmt_amt act_pay_dedc dscg_way
    opter_name infno inf_refmsgid inf_time fixmedins_type refl_type chrgitm_lv begntime dise_cond_dscr
    atddr_no bilg_dept_codg begndate latechb_flag psn_insu_rlts_id matn_type birctrl_type""".split()
)
NATIONAL_EDGE = "src/yidi/edges/national/"
_NUMBER = re.compile(r"(?<!\d)(\d{4})[A-Z]?(?!\d)")
_WORD = re.compile(r"[a-z_]+")


def nameless_rooms(places: list[str]) -> Iterator[str]:
    """Find folders and modules that are named after nothing."""
    for place in places:
        parts = [*PurePosixPath(place).parts[:-1], PurePosixPath(place).stem]
        yield from (f"{place}: `{part}` names nothing" for part in parts if part in FORBIDDEN_FOLDERS)


def numbered_identifiers(source: Source) -> Iterator[str]:
    """Find identifiers that carry the number of a national transaction."""
    for name, node in identifiers(source):
        if any(number in INTERFACE_NUMBERS for number in _NUMBER.findall(name)):
            yield source.at(node, f"`{name}` carries an interface number")


def national_names(source: Source) -> Iterator[str]:
    """Find national field names, as identifiers or as text."""
    for name, node in [*identifiers(source), *strings(source)]:
        for word in NATIONAL_NAMES.intersection(_WORD.findall(name)):
            yield source.at(node, f"national field name `{word}`")


def test_no_folder_or_module_is_named_after_nothing() -> None:
    places = [source.place for source in python_files("src", "tests", "benchmarks", "scripts")]
    demand(nameless_rooms(places), "name the noun it serves (style.md, folders)")


def test_no_identifier_carries_an_interface_number() -> None:
    found = [finding for source in python_files("src") for finding in numbered_identifiers(source)]
    demand(found, "name it after what it does; the number stays in the message tables as a text")


def test_national_field_names_stay_in_the_national_edge() -> None:
    inside = [source for source in python_files("src") if not source.place.startswith(NATIONAL_EDGE)]
    found = [finding for source in inside for finding in national_names(source)]
    demand(found, "use the English word of the glossary; translate in edges/national")


def test_the_rules_of_names_bite() -> None:
    bad = Source("src/yidi/bad.py", "def ask_2207A(psn_no: str) -> str:\n    return row['a.setl_id']\n")
    assert len(list(numbered_identifiers(bad))) == 1
    assert len(list(national_names(bad))) == 2
    assert list(
        nameless_rooms(["src/yidi/utils/money.py", "src/yidi/visit/helpers.py", "src/yidi/a/b.py"])
    ) == [
        "src/yidi/utils/money.py: `utils` names nothing",
        "src/yidi/visit/helpers.py: `helpers` names nothing",
    ]

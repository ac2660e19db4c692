"""Codes of the interface and the words of the domain they stand for.

Source: 定点医药机构接口规范V1.1.27 (2024-10), chapter 6, and codes of recorded messages of other regions.
"""

from __future__ import annotations

from yidi.domain.policy.dimensions import CareKind, Fund

CARE_KINDS = {
    "1": CareKind.OUTPATIENT,
    "13": CareKind.EMERGENCY_OUTPATIENT,
    "14": CareKind.CHRONIC,
    "2": CareKind.INPATIENT,
    "41": CareKind.PHARMACY,
    "5": CareKind.OUTPATIENT,
    "52": CareKind.INPATIENT,
    "7": CareKind.INPATIENT,
    "9": CareKind.OUTPATIENT,
}
"""Kind of care by the longest beginning of med_type that is listed."""
GENERAL_OUTPATIENT = "11"
"""The med_type of a registration, which does not carry one (2201)."""

FUND_TYPES = {
    ("310", Fund.POOL): "310100",
    ("310", Fund.SERIOUS_ILLNESS): "310300",
    ("390", Fund.POOL): "390100",
    ("390", Fund.SERIOUS_ILLNESS): "390200",
    ("390", Fund.LARGE_SUM): "390300",
    ("340", Fund.POOL): "340100",
}
"""fund_pay_type by scheme and fund, where it depends on the scheme."""
COMMON_FUND_TYPES = {
    Fund.POOL: "310100",
    Fund.LARGE_SUM: "330100",
    Fund.SERIOUS_ILLNESS: "390200",
    Fund.CIVIL_SERVANT: "320100",
    Fund.EMPLOYER_SUPPLEMENT: "370100",
    Fund.ASSISTANCE: "610100",
    Fund.DISABLED_SOLDIER: "350100",
    Fund.OTHER: "999997",
    Fund.HOSPITAL: "999996",
}
ACCOUNT_TYPE, HOSPITAL_TYPE = "310200", "999996"
"""Personal account and hospital share stand among the funds in the rows of a settlement (identity 7)."""
HEADS = {
    "hifp_pay": Fund.POOL,
    "cvlserv_pay": Fund.CIVIL_SERVANT,
    "hifes_pay": Fund.EMPLOYER_SUPPLEMENT,
    "hifmi_pay": Fund.SERIOUS_ILLNESS,
    "hifob_pay": Fund.LARGE_SUM,
    "maf_pay": Fund.ASSISTANCE,
    "oth_pay": Fund.OTHER,
    "hifdm_pay": Fund.DISABLED_SOLDIER,
}
"""Which fund each head of a settlement carries (identity 3)."""

INSURANCE_STATES = {"normal": "1", "paused": "2", "locked": "2", "waiting": "3", "ended": "4"}
SCOPES = {"1": "city", "2": "province", "3": "outside"}
"""refl_type."""
REVERSIBLE = {
    "2207": "settlement",
    "2207A": "settlement",
    "2304": "settlement",
    "2304A": "settlement",
    "2401": "admission",
}
ITEM_CLASSES = {"A": "01", "B": "02", "C": "03"}
"""chrgitm_lv."""
NO_LIMIT = 999999
"""pric_uplmt_amt of an item without a price limit, as recorded answers write it."""
LIST_TYPES = {"X": "101", "Z": "101", "T": "102", "C": "301"}
"""list_type by the first mark of an item code; digits are service items."""
SERVICE_LIST = "201"


def care_kind(visit_kind: str) -> CareKind:
    """Return the kind of care of a med_type; general outpatient when it is empty or new."""
    for length in range(len(visit_kind), 0, -1):
        found = CARE_KINDS.get(visit_kind[:length])
        if found is not None:
            return found
    return CareKind.OUTPATIENT


def fund_type(scheme: str, fund: str) -> str:
    """Return the fund_pay_type of a fund in a scheme."""
    known = Fund(fund) if fund in Fund._value2member_map_ else Fund.OTHER
    return FUND_TYPES.get((scheme, known)) or COMMON_FUND_TYPES[known]


def list_type(item_code: str) -> str:
    """Return the list_type of an item code."""
    return LIST_TYPES.get(item_code[:1], SERVICE_LIST)


def clearing_kind(kind: str, visit_kind: str) -> str:
    """Return the clr_type of a settlement: the national kinds only."""
    if visit_kind == "12":
        return "12"
    return {"inpatient": "21", "emergency_outpatient": "13", "chronic": "14", "pharmacy": "41"}.get(
        kind, "11"
    )


def city_of(institution_code: str) -> str:
    """Return the city in which an institution stands."""
    return f"{institution_code[1:5]}00"


def clearing_agency(institution_code: str) -> str:
    """Return the agency that clears for an institution: the pool of its city."""
    return f"{institution_code[1:5]}99"


def yes(value: object) -> str:
    """Write a flag."""
    return "1" if value else "0"

"""Builders of what tests talk about. Each keeps the invariants; say only what the test is about.

The persons are invented: the numbers carry a right check mark and a division that gives no such numbers.
"""

from __future__ import annotations

from typing import Any

from yidi.domain.codes.chronic_disease import ChronicDisease, ChronicDiseases
from yidi.domain.codes.division import Division, DivisionLevel, Divisions
from yidi.domain.codes.resident_id import check_mark
from yidi.processes.enrolment.commands import EnrolPerson, NewCredential, NewRelation
from yidi.processes.filing.commands import FileForCare, Refer
from yidi.processes.filing.records import Category, Filing, FilingState
from yidi.processes.network.commands import DesignateInstitution, Opening
from yidi.processes.network.records import Service
from yidi.processes.ports.areas import FilingRules
from yidi.processes.ports.deciding import NATION
from yidi.processes.relay.commands import ask_id

HOME, HOME_CITY, OTHER_HOME_CITY = "610000", "610100", "610200"
AWAY, AWAY_CITY, OTHER_AWAY_CITY = "330000", "330100", "330200"
WHOLE, WHOLE_CITY = "460000", "460100"
HOSPITAL, OTHER_HOSPITAL, PHARMACY = "H33010200001", "H33010200002", "P33010200003"
HOME_HOSPITAL, THIRD_HOSPITAL = "H61010200001", "H32010200001"
_LISTED = {
    "610000": ("陕西省", DivisionLevel.PROVINCE),
    "610100": ("西安市", DivisionLevel.PREFECTURE),
    "610200": ("铜川市", DivisionLevel.PREFECTURE),
    "330000": ("浙江省", DivisionLevel.PROVINCE),
    "330100": ("杭州市", DivisionLevel.PREFECTURE),
    "330200": ("宁波市", DivisionLevel.PREFECTURE),
    "320000": ("江苏省", DivisionLevel.PROVINCE),
    "320100": ("南京市", DivisionLevel.PREFECTURE),
    "460000": ("海南省", DivisionLevel.PROVINCE),
    "460100": ("海口市", DivisionLevel.PREFECTURE),
    "460200": ("三亚市", DivisionLevel.PREFECTURE),
}
DIVISIONS = Divisions(
    Division(code, name, level, whole=code == WHOLE) for code, (name, level) in _LISTED.items()
)
DISEASES = ChronicDiseases(
    (
        ChronicDisease("M03900", "高血压", "hypertension", 1),
        ChronicDisease("M00500", "恶性肿瘤门诊治疗", "cancer treatment", 1, codes=("M00503", "M00504")),
        ChronicDisease("M07801", "尿毒症透析", "dialysis", 1, codes=("M07803",), not_codes=("M07800",)),
    )
)


class SampleAreas:
    """Filing rules by city: the defaults of `FilingRules` but for what is said; other places have none."""

    def __init__(self, **rules: Any) -> None:
        self.divisions, self.diseases = DIVISIONS, DISEASES
        self.rules = FilingRules(**rules)

    def filing(self, area: str, day: str) -> FilingRules | None:
        """Return the one set of rules for every place of the home province."""
        return self.rules if area.startswith(HOME[:2]) else None


def certificate_no(sequence: int, born: str = "1960-05-01") -> str:
    """An invented resident id with a right check mark."""
    number = f"990000{born.replace('-', '')}{sequence:03d}"
    return number + check_mark(number)


def relation(**given: Any) -> NewRelation:
    """A normal employee relation in the home city since 2015."""
    return NewRelation(
        **{"scheme": "310", "area": HOME_CITY, "person_type": "12", "start": "2015-01-01"} | given
    )


def enrol(msgid: str = "enrol-1", **given: Any) -> EnrolPerson:
    """A retired employee of the home city with an e-voucher and a social card."""
    no = certificate_no(1)
    usual: dict[str, Any] = {
        "jurisdiction": HOME,
        "sender": "agency",
        "msgid": msgid,
        "person_no": "P1",
        "certificate_type": "01",
        "certificate_no": no,
        "name": "试甲",
        "gender": "1",
        "ethnicity": "01",
        "born": "1960-05-01",
        "sample": True,
        "credentials": (
            NewCredential("01", "EV-1", "2020-01-01"),
            NewCredential("03", "CARD-1", "2020-01-01", "2030-01-01"),
        ),
        "relations": (relation(),),
    }
    return EnrolPerson(**usual | given)


ALL_SERVICES = (
    Opening(Service.INPATIENT),
    Opening(Service.OUTPATIENT),
    Opening(Service.CHRONIC, "M03900"),
    Opening(Service.CHRONIC, "M00500"),
)


def designate(institution_code: str = HOSPITAL, msgid: str = "", **given: Any) -> DesignateInstitution:
    """A tertiary grade A hospital, open for everything a hospital can be; its area is told by its code."""
    area = institution_code[1:5] + "00"
    usual: dict[str, Any] = {
        "jurisdiction": area[:2] + "0000",
        "sender": "agency",
        "msgid": msgid or f"designate-{institution_code}",
        "institution_code": institution_code,
        "name": f"试验医院{institution_code[-2:]}",
        "kind": "1",
        "grade": "2",
        "character": "hospital",
        "area": area,
        "start": "2023-01-01",
        "openings": ALL_SERVICES,
    }
    if institution_code.startswith("P"):
        usual |= {"kind": "2", "grade": "11", "character": "pharmacy"}
        usual |= {"openings": (Opening(Service.PHARMACY),)}
    return DesignateInstitution(**usual | given)


def asked_by(institution_code: str, msgid: str, insured: str = HOME) -> dict[str, Any]:
    """The fields every question of an institution to an insured place carries."""
    return {
        "jurisdiction": insured,
        "sender": NATION,
        "msgid": ask_id(institution_code, msgid),
        "care": institution_code[1:3] + "0000",
        "insured": insured,
        "origin_sender": institution_code,
        "origin_msgid": msgid,
    }


def filing(filing_id: str = "F1", **given: Any) -> Filing:
    """A long-term filing of P1 for the away city, made on 2026-01-05 with its papers and in force since."""
    start = given.get("start", "2026-01-05")
    usual: dict[str, Any] = {
        "jurisdiction": HOME,
        "filing_id": filing_id,
        "version": 1,
        "person_no": "P1",
        "category": Category.LONG_TERM_RESIDENT,
        "state": FilingState.ACTIVE,
        "care_area": AWAY_CITY,
        "start": start,
        "end": "9999-12-31",
        "committed": 0,
        "proven": 1,
        "reviewed": 0,
        "filed_at": f"{start}T01:00:00.000000Z",
        "recorded_at": f"{start}T01:00:00.000000Z",
    }
    return Filing(**dict.fromkeys(Filing._fields, "") | usual | given)


def file_for_care(msgid: str, **given: Any) -> FileForCare:
    """A temporary traveller files for the away city from the first of March 2026, by self-service."""
    usual: dict[str, Any] = {
        "jurisdiction": HOME,
        "sender": "person",
        "msgid": msgid,
        "person_no": "P1",
        "category": Category.TEMPORARY,
        "care_area": AWAY_CITY,
        "start": "2026-03-02",
    }
    return FileForCare(**usual | given)


def refer(msgid: str, by: str = HOME_HOSPITAL, **given: Any) -> Refer:
    """A home institution refers P1 to the hospital in the other province."""
    usual: dict[str, Any] = {
        "person_no": "P1",
        "scheme": "310",
        "scope": "outside",
        "care_area": AWAY_CITY,
        "institution_code": HOSPITAL,
        "institution_name": "试验医院01",
        "referring_institution": by,
        "diagnosis_code": "C34.900",
        "diagnosis_name": "肺恶性肿瘤",
        "start": "2026-03-02",
    }
    return Refer(**asked_by(by, msgid) | usual | given)

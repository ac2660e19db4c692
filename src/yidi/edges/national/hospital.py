"""A hospital's information system, as small as can be: it plays a visit through the national interface.

The demonstration and the benchmarks use it; a vendor may read it as the shortest correct client. Each
call is one message; `exchanges` keeps what was sent and what came back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from msgspec import Struct

Fields: TypeAlias = Mapping[str, Any]
Send: TypeAlias = Callable[..., Awaitable["Exchange"]]
TIME = "%Y-%m-%d %H:%M:%S"


class Exchange(NamedTuple):
    """One message as sent and the answer; None when the answer never came."""

    request: Fields
    answer: Fields | None

    @property
    def number(self) -> str:
        """The number of the message."""
        return str(self.request["infno"])

    @property
    def good(self) -> bool:
        """Whether the answer came and says success."""
        return self.answer is not None and str(self.answer.get("infcode")) == "0"

    @property
    def output(self) -> Fields:
        """The output of a good answer."""
        found: Fields = (self.answer or {}).get("output") or {}
        return found


class Patient(Struct, frozen=True):
    """Who stands at the counter: the credential shown, and what the first question found."""

    voucher: str
    certificate_no: str
    name: str
    insured_area: str
    person_no: str = ""
    scheme: str = ""
    person_type: str = ""


class Line(Struct, frozen=True):
    """A fee line: code, quantity and unit price as decimal text."""

    item_code: str
    quantity: str
    price: str
    amount: str
    name: str = ""


class Hospital:
    """Plays one visit at a time. `send(number, input, insured_area)` carries a message to the care place."""

    def __init__(self, code: str, name: str, area: str, send: Send, now: Callable[[], datetime]) -> None:
        self.code, self.name, self.area = code, name, area
        self._send, self._now = send, now
        self.exchanges: list[Exchange] = []
        self._serial = 0

    async def say(self, number: str, content: Fields, insured_area: str, **how: Any) -> Exchange:
        """Send one message and keep it."""
        exchange = await self._send(number, content, insured_area, **how)
        self.exchanges.append(exchange)
        return exchange

    def own_number(self, prefix: str) -> str:
        """Make a number unique in the hospital."""
        self._serial += 1
        return f"{prefix}{self._now():%Y%m%d%H%M%S%f}{self._serial:04d}"

    def time(self) -> str:
        """The hospital's clock."""
        return self._now().strftime(TIME)

    async def identify(self, patient: Patient) -> Patient:
        """Ask who the patient is and how insured; take the relation that answers."""
        exchange = await self.say("1101", {"data": self._shown(patient)}, patient.insured_area)
        if not exchange.good:
            return patient
        base, relations = exchange.output["baseinfo"], exchange.output["insuinfo"]
        basic = [row for row in relations if row["insutype"] in ("310", "390")] or relations
        relation = next((row for row in basic if str(row["psn_insu_stas"]) == "1"), basic[0])
        return Patient(
            patient.voucher,
            patient.certificate_no,
            patient.name,
            relation["insuplc_admdvs"],
            base["psn_no"],
            relation["insutype"],
            relation["psn_type"],
        )

    def _shown(self, patient: Patient) -> dict[str, str]:
        return {
            "mdtrt_cert_type": "01",
            "mdtrt_cert_no": patient.voucher,
            "card_sn": "",
            "begntime": "",
            "psn_cert_type": "01",
            "certno": patient.certificate_no,
            "psn_name": patient.name,
        }

    def _identity(self, patient: Patient) -> dict[str, str]:
        return {
            "psn_no": patient.person_no,
            "insutype": patient.scheme,
            "mdtrt_cert_type": "01",
            "mdtrt_cert_no": patient.voucher,
            "card_sn": "",
            "psn_cert_type": "01",
            "certno": patient.certificate_no,
            "psn_type": patient.person_type,
            "psn_name": patient.name,
        }

    def _diagnosis(self, code: str, name: str, **more: str) -> dict[str, str]:
        return {
            "diag_type": "1",
            "diag_srt_no": "1",
            "diag_code": code,
            "diag_name": name,
            "diag_dept": "内科",
            "dise_dor_no": f"D{self.area}000001",
            "dise_dor_name": "示例医师",
            "diag_time": self.time(),
            "vali_flag": "1",
            **more,
        }

    async def register(self, patient: Patient) -> Exchange:
        """Register an outpatient visit."""
        own = self.own_number("M")
        data = self._identity(patient) | {
            "begntime": self.time(),
            "ipt_otp_no": own[:30],
            "atddr_no": f"D{self.area}000001",
            "dr_name": "示例医师",
            "dept_code": "A03",
            "dept_name": "内科",
            "caty": "A03",
        }
        return await self.say("2201", {"data": data}, patient.insured_area)

    async def describe(
        self, patient: Patient, visit_id: str, kind: str, disease: tuple[str, str], marks: Mapping[str, str]
    ) -> Exchange:
        """Upload the data of an outpatient visit."""
        visit = {
            "mdtrt_id": visit_id,
            "psn_no": patient.person_no,
            "med_type": kind,
            "begntime": self.time(),
            "dise_codg": disease[0] if kind == "14" else "",
            "dise_name": disease[1] if kind == "14" else "",
            "exp_content": dict(marks),
        }
        content = {"mdtrtinfo": visit, "diseinfo": [self._diagnosis("I10.x00x002", "高血压")]}
        return await self.say("2203A", content, patient.insured_area)

    async def admit(
        self, patient: Patient, kind: str, disease: tuple[str, str], marks: Mapping[str, str]
    ) -> Exchange:
        """Admit an inpatient."""
        visit = self._identity(patient) | {
            "begntime": self.time(),
            "cert_type": "01",
            "med_type": kind,
            "ipt_no": self.own_number("Z")[:30],
            "atddr_no": f"D{self.area}000001",
            "chfpdr_name": "示例医师",
            "adm_diag_dscr": disease[1],
            "adm_dept_codg": "A03",
            "adm_dept_name": "内科",
            "adm_bed": "12",
            "dscg_maindiag_code": disease[0],
            "dscg_maindiag_name": disease[1],
            "insuplc_admdvs": patient.insured_area,
            "mdtrtarea_admvs": self.area,
            "exp_content": dict(marks),
        }
        diagnosis = self._diagnosis(*disease, psn_no=patient.person_no, maindiag_flag="1")
        content = {"mdtrtinfo": visit, "diseinfo": [diagnosis]}
        return await self.say("2401", content, patient.insured_area)

    async def charge(
        self, patient: Patient, visit_id: str, lines: Sequence[Line], *, batch: str = "", disease: str = ""
    ) -> Exchange:
        """Upload fee lines: outpatient ones in a charge batch, inpatient ones without."""
        number, rows = ("2204", []) if batch else ("2301", [])
        for line in lines:
            self._serial += 1
            row = {
                "feedetl_sn": f"{self._now():%y%m%d%H%M%S}{self._serial:06d}",
                "mdtrt_id": visit_id,
                "psn_no": patient.person_no,
                "fee_ocur_time": self.time(),
                "med_list_codg": line.item_code,
                "medins_list_codg": line.item_code,
                "det_item_fee_sumamt": line.amount,
                "cnt": line.quantity,
                "pric": line.price,
                "bilg_dept_codg": "A03",
                "bilg_dept_name": "内科",
                "bilg_dr_codg": f"D{self.area}000001",
                "bilg_dr_name": "示例医师",
                "hosp_appr_flag": "1",
            }
            outpatient = {"chrg_bchno": batch, "dise_codg": disease, "rx_circ_flag": "0"}
            rows.append(row | (outpatient if batch else {"med_type": "21"}))
        return await self.say(number, {"feedetail": rows}, patient.insured_area)

    async def discharge(self, patient: Patient, visit_id: str, disease: tuple[str, str]) -> Exchange:
        """Discharge an inpatient."""
        visit = {
            "mdtrt_id": visit_id,
            "psn_no": patient.person_no,
            "insutype": patient.scheme,
            "endtime": self.time(),
            "dscg_dept_codg": "A03",
            "dscg_dept_name": "内科",
            "dscg_way": "1",
        }
        diagnosis = self._diagnosis(*disease, mdtrt_id=visit_id, psn_no=patient.person_no, maindiag_flag="1")
        content = {"dscginfo": visit, "diseinfo": [diagnosis]}
        return await self.say("2402", content, patient.insured_area)

    def bill(self, patient: Patient, visit_id: str, total: str, **more: object) -> dict[str, object]:
        """Make the data of a trial or a settlement."""
        return self._identity(patient) | {
            "medfee_sumamt": total,
            "psn_setlway": "01",
            "mdtrt_id": visit_id,
            "acct_used_flag": "1",
            "insuplc_admdvs": patient.insured_area,
            "mdtrtarea_admvs": self.area,
            **more,
        }

    async def undo(self, patient: Patient, number: str, visit_id: str, settlement_id: str) -> Exchange:
        """Cancel a settlement by its number."""
        data = {"setl_id": settlement_id, "mdtrt_id": visit_id, "psn_no": patient.person_no}
        return await self.say(number, {"data": data}, patient.insured_area)

    async def reverse(self, patient: Patient, original: Exchange) -> Exchange:
        """Reverse a message whose answer never came."""
        data = {
            "psn_no": patient.person_no,
            "omsgid": original.request["msgid"],
            "oinfno": original.request["infno"],
        }
        return await self.say("2601", {"data": data}, patient.insured_area)

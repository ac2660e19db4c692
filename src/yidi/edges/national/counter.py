"""One hospital counter with one patient and one planned visit: which message follows which."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from yidi.edges.national.hospital import Exchange, Hospital, Line, Patient
from yidi.edges.packs.sample import SamplePerson, SampleVisit

CENT = Decimal("0.01")


class CounterFault(Exception):
    """A message was refused that should not be; says its number and the error text."""


def lines_of(visit: SampleVisit) -> list[Line]:
    """Make the fee lines of a visit; the amount is quantity times price, half up to the fen."""
    made = []
    for line in visit.lines:
        amount = (Decimal(line.quantity) * Decimal(line.price)).quantize(CENT, ROUND_HALF_UP)
        made.append(Line(line.code, line.quantity, line.price, str(amount)))
    return made


def total_of(lines: Sequence[Line]) -> str:
    """Add up the lines of a bill."""
    return str(sum((Decimal(line.amount) for line in lines), Decimal(0)).quantize(CENT))


def must(exchange: Exchange) -> Exchange:
    """Insist on a good answer. Raises CounterFault."""
    if not exchange.good:
        said = (exchange.answer or {}).get("err_msg", "no answer")
        raise CounterFault(f"{exchange.request['infno']}: {said}")
    return exchange


def settlement_of(exchange: Exchange) -> str:
    """Read the settlement number of an answer."""
    return str(exchange.output.get("setlinfo", {}).get("setl_id") or "")


class Counter:
    """One hospital's counter with one patient and one planned visit."""

    def __init__(self, hospital: Hospital, visit: SampleVisit, person: SamplePerson) -> None:
        self.hospital, self.visit, self.person = hospital, visit, person
        self.lines = lines_of(visit)
        self.patient = Patient(person.voucher, person.certificate_no, person.name, person.relations[0].area)
        self.visit_id = ""
        self.batch = ""
        self.disease = (visit.disease_code, visit.disease_name)

    async def begin(self) -> bool:
        """Identify the patient and open the visit; False when refused. Raises CounterFault when unknown."""
        self.patient = await self.hospital.identify(self.patient)
        if not self.patient.person_no:
            must(self.hospital.exchanges[-1])
        if self.visit.inpatient:
            opened = await self.hospital.admit(self.patient, self.visit.kind, self.disease, self.visit.marks)
            node = opened.output.get("result", {})
        else:
            opened = await self.hospital.register(self.patient)
            node = opened.output.get("data", {})
        self.visit_id = str(node.get("mdtrt_id", "")) if opened.good else ""
        return opened.good

    async def treat(self) -> None:
        """Upload what the visit cost, and end a stay."""
        hospital, patient = self.hospital, self.patient
        if self.visit.inpatient:
            must(await hospital.charge(patient, self.visit_id, self.lines))
            must(await hospital.discharge(patient, self.visit_id, self.disease))
            return
        self.batch = hospital.own_number("B")[:30]
        must(await hospital.describe(patient, self.visit_id, self.visit.kind, self.disease, self.visit.marks))
        disease = self.visit.disease_code if self.visit.kind == "14" else ""
        must(await hospital.charge(patient, self.visit_id, self.lines, batch=self.batch, disease=disease))

    def _bill(self) -> dict[str, Any]:
        more = (
            {"mid_setl_flag": "0"}
            if self.visit.inpatient
            else {
                "chrg_bchno": self.batch,
                "med_type": self.visit.kind,
                "exp_content": dict(self.visit.marks),
            }
        )
        return self.hospital.bill(self.patient, self.visit_id, total_of(self.lines), **more)

    async def try_out(self) -> Exchange:
        """Ask what a settlement would give."""
        number = "2303" if self.visit.inpatient else "2206A"
        return await self.hospital.say(number, {"data": self._bill()}, self.patient.insured_area)

    async def settle(self, **how: Any) -> Exchange:
        """Settle."""
        number = "2304" if self.visit.inpatient else "2207A"
        return await self.hospital.say(number, {"data": self._bill()}, self.patient.insured_area, **how)

    async def cancel(self, settled: Exchange) -> Exchange:
        """Cancel the settlement."""
        number = "2305" if self.visit.inpatient else "2208"
        return await self.hospital.undo(self.patient, number, self.visit_id, settlement_of(settled))

    async def reverse(self, lost: Exchange) -> Exchange:
        """Reverse a message whose answer never came."""
        return await self.hospital.reverse(self.patient, lost)

"""The stage on which visits are tried: two provinces, two hospitals, one person, a small catalogue.

The insured place is always HOME. An `Away` hospital stands in another province (five hops), a `Home` one
in the same (the nation is left out); tests marked with both must hold either way.
"""

from __future__ import annotations

from typing import Any

from tests.builders import (
    AWAY,
    AWAY_CITY,
    DISEASES,
    HOME,
    HOME_CITY,
    HOME_HOSPITAL,
    HOSPITAL,
    OTHER_HOSPITAL,
    SampleAreas,
    designate,
    enrol,
)
from tests.world import World
from yidi.domain.catalogue.catalogue import Catalogue, build_catalogue
from yidi.domain.catalogue.item import ExpenseClass, Item, ItemClass
from yidi.domain.codes.item import ItemKind
from yidi.processes.enrolment.decide import handlers as enrolment
from yidi.processes.network.decide import HANDLERS as NETWORK
from yidi.processes.ports.deciding import Done, Reply
from yidi.processes.relay.decide import HANDLERS as RELAY
from yidi.processes.settlement.records import DirectClosing, SettlementAnswered, SettlementAsked
from yidi.processes.settlement.views import SettledLines
from yidi.processes.visit.commands import (
    CancelDischarge,
    CancelVisit,
    ChangeAdmission,
    DescribeVisit,
    Discharge,
    LineGiven,
    RegisterVisit,
    UploadLines,
    VisitOpened,
    WithdrawLines,
)
from yidi.processes.visit.decide import handlers as visit

DRUG, SERVICE, DEAR = "XJ01CAA040A001010102699", "001102000000100", "C0101010101000000001"
NOW = "2026-03-02 09:00:00"


class OneCatalogue:
    """The same small catalogue for every care place."""

    def __init__(self) -> None:
        kinds = ItemKind.DRUG, ExpenseClass.WESTERN_DRUGS
        service = ItemKind.SERVICE, ExpenseClass.CONSULTATION
        device = ItemKind.CONSUMABLE, ExpenseClass.CONSUMABLES
        items = (
            Item(DRUG, "试验药", kinds[0], ItemClass.B, kinds[1], first_self_bp=1000),
            Item(SERVICE, "试验诊察", service[0], ItemClass.A, service[1]),
            Item(DEAR, "试验耗材", device[0], ItemClass.A, device[1], price_limit_micro=100_000_000),
        )
        self.catalogue, faults = build_catalogue(AWAY, items)
        assert not faults

    def of(self, care_place: str) -> Catalogue:
        """Return the one catalogue."""
        return self.catalogue


class Stage:
    """A world with institutions and a person; every method sends one message and returns its answer."""

    def __init__(self, hospital: str = HOSPITAL, **person: Any) -> None:
        areas = SampleAreas()
        self.world = World(
            (
                *visit(OneCatalogue(), SettledLines(), areas),
                *enrolment(DISEASES),
                *NETWORK,
                *RELAY,
            )
        )
        self.hospital, self.care = hospital, f"{hospital[1:3]}0000"
        for code in (HOSPITAL, OTHER_HOSPITAL, HOME_HOSPITAL):
            self.world.ask(designate(code))
        self.world.ask(enrol(**person))

    def register(self, **given: Any) -> Reply:
        """Register an outpatient."""
        usual: dict[str, Any] = self._named(given) | {
            "insured": HOME,
            "insured_area": HOME_CITY,
            "care_area": AWAY_CITY,
            "person_no": "P1",
            "scheme": "310",
            "care_kind": "outpatient",
            "visit_kind": "11",
            "own_number": self.world.next_msgid(),
            "started_at": NOW,
            "credential_kind": "01",
            "credential_no": "EV-1",
        }
        return self.world.ask(RegisterVisit(**usual | given))

    def admit(self, **given: Any) -> Reply:
        """Admit an inpatient."""
        return self.register(**{"care_kind": "inpatient", "visit_kind": "21"} | given)

    def visit(self, **given: Any) -> str:
        """Register an outpatient, and return the visit's number."""
        return number_in(self.register(**given))

    def stay(self, **given: Any) -> str:
        """Admit an inpatient, and return the visit's number."""
        return number_in(self.admit(**given))

    def describe(self, visit_id: str, **given: Any) -> Reply:
        """Say what an outpatient visit is."""
        usual = self._on(visit_id, given) | {
            "visit_kind": "11",
            "care_kind": "outpatient",
            "started_at": NOW,
        }
        return self.world.ask(DescribeVisit(**usual | given))

    def change(self, visit_id: str, **given: Any) -> Reply:
        """Change an admission."""
        usual = self._on(visit_id, given) | {"visit_kind": "21", "care_kind": "inpatient", "started_at": NOW}
        return self.world.ask(ChangeAdmission(**usual | given))

    def discharge(self, visit_id: str, **given: Any) -> Reply:
        """Discharge an inpatient today."""
        usual = self._on(visit_id, given) | {"ended_at": f"{self.world.today} 15:00:00", "leaving": "1"}
        return self.world.ask(Discharge(**usual | given))

    def cancel_discharge(self, visit_id: str, **given: Any) -> Reply:
        """Take a discharge back."""
        return self.world.ask(CancelDischarge(**self._on(visit_id, given) | given))

    def cancel(self, visit_id: str, **given: Any) -> Reply:
        """Cancel a visit."""
        return self.world.ask(CancelVisit(**self._on(visit_id, given) | given))

    def upload(self, visit_id: str, *lines: LineGiven, inpatient: bool = False, **given: Any) -> Reply:
        """Upload fee lines."""
        usual = self._named(given) | {"visit_id": visit_id, "inpatient": inpatient, "lines": lines}
        return self.world.ask(UploadLines(**usual | given))

    def withdraw(self, visit_id: str, *line_ids: str, **given: Any) -> Reply:
        """Withdraw fee lines."""
        return self.world.ask(
            WithdrawLines(**self._on(visit_id, given) | {"line_ids": tuple(line_ids)} | given)
        )

    def settled(
        self, visit_id: str, covers: int, batch: str = "b1", settlement_id: str = "S1", answered: bool = True
    ) -> None:
        """Put the facts of a settlement into the world; settlement itself is tried in its own room."""
        texts = {"jurisdiction": self.care, "visit_id": visit_id, "settlement_id": settlement_id}
        texts |= {"batch": batch, "outcome": "booked"}
        self.world.add(_filled(SettlementAsked, texts, covers=covers))
        if answered:
            self.world.add(_filled(SettlementAnswered, texts))

    def claimed(self, visit_id: str) -> None:
        """Close direct settlement of a visit for a manual claim."""
        self.world.add(DirectClosing(self.care, visit_id, "C1", "closed", "2026-03-02T02:00:00.000000Z"))

    def _named(self, given: dict[str, Any]) -> dict[str, Any]:
        msgid = given.get("msgid") or self.world.next_msgid()
        sender = given.get("sender", self.hospital)
        return {"jurisdiction": f"{sender[1:3]}0000", "sender": sender, "msgid": msgid}

    def _on(self, visit_id: str, given: dict[str, Any]) -> dict[str, Any]:
        return self._named(given) | {"visit_id": visit_id, "person_no": "P1"}


def _filled(record: Any, texts: dict[str, str], **numbers: int) -> Any:
    """Fill the columns of a record that matter here; the others are empty or zero."""
    kinds = record.__annotations__
    values = {name: (0 if "int" in str(kind) else "") for name, kind in kinds.items()}
    values |= {name: text for name, text in texts.items() if name in kinds}
    return record(**values | numbers)


def number_in(reply: Reply) -> str:
    """Return the number of the visit that an answer opens."""
    assert isinstance(reply, VisitOpened), reply
    return reply.visit_id


def done(reply: Reply) -> bool:
    """Say whether an answer is a plain yes."""
    return isinstance(reply, Done)


def line(visit_id: str, line_id: str = "1", **given: Any) -> LineGiven:
    """One box of the drug at 12.50 yuan, in charge batch b1."""
    quantity, price = given.get("quantity", 10_000), given.get("price", 12_500_000)
    usual: dict[str, Any] = {
        "line_id": line_id,
        "visit_id": visit_id,
        "person_no": "P1",
        "item_code": DRUG,
        "own_code": "own-1",
        "quantity": quantity,
        "price": price,
        "total_fen": round(quantity * price / 10**8),
        "occurred_at": NOW,
        "batch": "b1",
        "approval": "0",
    }
    return LineGiven(**usual | given)

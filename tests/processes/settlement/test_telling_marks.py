"""The care place says which lines are herbs or essential drugs; the insured place pays by its rule."""

from __future__ import annotations

import pytest

from tests.builders import HOME_CITY, HOME_HOSPITAL
from tests.domain.policy.shapes.inline import inline_policies
from tests.domain.policy.shapes.region import pack_of
from tests.processes.settlement.counter import Counter
from tests.processes.visit.stage import line
from yidi.domain.catalogue.catalogue import Catalogue, build_catalogue
from yidi.domain.catalogue.item import ExpenseClass, Item, ItemClass
from yidi.domain.codes.item import ItemKind
from yidi.domain.policy.policy import Policies
from yidi.processes.ports.catalogues import Catalogues
from yidi.processes.settlement.commands import Settled
from yidi.processes.settlement.derivation import derive_again
from yidi.processes.settlement.records import Settlement

HERB, NEEDLES, ESSENTIAL, PLAIN = (
    "T000109001",
    "004300900000100",
    "XA02BCA010E001010190091",
    "001102000000100",
)


class HerbsToo(Catalogues):
    """A care place's catalogue with herbs, acupuncture, an essential drug and a consultation, all class A."""

    def __init__(self) -> None:
        treatment, drugs = ExpenseClass.TREATMENT, ExpenseClass.WESTERN_DRUGS
        self.catalogue, faults = build_catalogue(
            "370000",
            (
                Item(HERB, "饮片", ItemKind.HERBAL, ItemClass.A, ExpenseClass.HERBAL_DRUGS),
                Item(NEEDLES, "针刺", ItemKind.SERVICE, ItemClass.A, treatment),
                Item(ESSENTIAL, "基药", ItemKind.DRUG, ItemClass.A, drugs, essential=True),
                Item(PLAIN, "诊察", ItemKind.SERVICE, ItemClass.A, ExpenseClass.CONSULTATION),
            ),
        )
        assert not faults

    def of(self, care_place: str) -> Catalogue:
        """Return the one catalogue."""
        return self.catalogue


def policies(kinds: str) -> Policies:
    """A home area that pays half of a bill, and all of what the mark covers."""
    text = f"""
    marks: {{apart_kind: {{zh: 单列, en: told apart, apart: yes, known_from: {kinds}}}}}
    layers:
    - {{id: stay, fund: pool, care: [inpatient, outpatient], ratios: {{rows: [{{ratio: 50%}}]}}}}
    - id: marked
      fund: pool
      care: [inpatient, outpatient]
      base: [apart_kind]
      ratios: {{rows: [{{ratio: 100%}}]}}
    """
    found, faults = inline_policies({**pack_of(text), "area": HOME_CITY}, "marks")
    assert [fault.refusal.cause_en for fault in faults if not fault.warning] == []
    return found


def settled(counter: Counter, *, inpatient: bool) -> Settled:
    """What is settled of a bill of four lines of 100, 200, 400 and 800 yuan."""
    visit_id = counter.stay() if inpatient else counter.visit()
    lines = [
        line(visit_id, item, item_code=item, price=yuan * 1_000_000, batch="" if inpatient else "b1")
        for item, yuan in ((HERB, 100), (NEEDLES, 200), (ESSENTIAL, 400), (PLAIN, 800))
    ]
    reply = counter.upload(visit_id, *lines, inpatient=inpatient)
    assert type(reply).__name__ == "LinesPriced", reply
    if inpatient:
        counter.discharge(visit_id)
    return counter.settled_now(visit_id, 1_500_00, inpatient=inpatient)


@pytest.mark.parametrize("inpatient", [True, False])
@pytest.mark.parametrize(
    ("kinds", "pool_yuan"),
    [
        ("[herbs]", 800),
        ("[herbs, tcm_services]", 900),
        ("[essential_drugs]", 950),
        ("[negotiated_drugs]", 750),
    ],
)
def test_marked_lines_are_paid_by_the_rule_for_them(kinds: str, pool_yuan: int, inpatient: bool) -> None:
    packs = policies(kinds)
    counter = Counter(HOME_HOSPITAL, packs=packs, catalogues=HerbsToo())
    found = settled(counter, inpatient=inpatient)
    assert found.fund_fen == pool_yuan * 100
    (row,) = counter.world.records(Settlement)
    assert not isinstance(derive_again(row, packs), tuple)
    assert not any(step.rule.startswith("assumed") for step in found.steps)


def test_a_kind_of_items_nobody_knows_is_refused() -> None:
    text = """
    marks: {m: {zh: 甲, en: a, known_from: [herb]}}
    layers: [{id: a, fund: pool, ratios: {rows: [{ratio: 50%}]}}]
    """
    _, faults = inline_policies({**pack_of(text), "area": HOME_CITY}, "marks")
    (fault,) = [fault for fault in faults if not fault.warning]
    assert fault.key == "schemes.310.marks.m.known_from"
    assert "herbs, patent_drugs, tcm_services" in fault.refusal.remedy_en

"""A catalogue item code is a drug, a service item or a consumable; its first mark says which."""

from __future__ import annotations

import re
from enum import StrEnum

from yidi.domain.codes.consumable import check_consumable
from yidi.domain.codes.drug import DrugCode, DrugKind, check_drug
from yidi.domain.codes.refusals import MALFORMED_ITEM
from yidi.domain.codes.service import check_service
from yidi.domain.codes.shape import Shape
from yidi.domain.refusal import Refusal

_SHAPE = Shape(
    re.compile(r"[XZTC0-9].*"),
    MALFORMED_ITEM,
)


class ItemKind(StrEnum):
    """What a catalogue item is."""

    DRUG = "drug"
    PATENT = "patent"
    HERBAL = "herbal"
    SERVICE = "service"
    CONSUMABLE = "consumable"


_OF_DRUG = {
    DrugKind.WESTERN: ItemKind.DRUG,
    DrugKind.PATENT: ItemKind.PATENT,
    DrugKind.HERBAL: ItemKind.HERBAL,
}


def check_item_code(text: str, field: str = "item_code") -> ItemKind | Refusal:
    """Return what kind of item a well-formed code names, or the refusal of the form it comes nearest to."""
    first = text.strip()[:1]
    if first in ("X", "Z", "T") and first:
        drug = check_drug(text, field)
        return _OF_DRUG[drug.kind] if isinstance(drug, DrugCode) else drug
    if first == "C":
        consumable = check_consumable(text, field)
        return consumable if isinstance(consumable, Refusal) else ItemKind.CONSUMABLE
    if first.isdigit():
        service = check_service(text, field)
        return service if isinstance(service, Refusal) else ItemKind.SERVICE
    return _SHAPE.refuse(text, field)

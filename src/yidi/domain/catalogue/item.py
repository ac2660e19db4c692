"""An item of a care place's catalogue, and the national expense classes."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from msgspec import Struct

from yidi.domain.codes.item import ItemKind
from yidi.domain.dates import FOREVER
from yidi.domain.money import BASIS_POINTS


class ItemClass(StrEnum):
    """甲 / 乙 / 丙: wholly in scope; a first share is the person's; wholly the person's."""

    A = "A"
    B = "B"
    C = "C"


class PriceLevel(IntEnum):
    """The three levels by which price limits are set (first level and below; second; third)."""

    FIRST = 1
    SECOND = 2
    THIRD = 3


class ExpenseClass(StrEnum):
    """The fourteen national expense classes; the value is the national code."""

    BED = "01"
    CONSULTATION = "02"
    EXAMINATION = "03"
    LABORATORY = "04"
    TREATMENT = "05"
    SURGERY = "06"
    NURSING = "07"
    CONSUMABLES = "08"
    WESTERN_DRUGS = "09"
    HERBAL_DRUGS = "10"
    PATENT_DRUGS = "11"
    GENERAL_CARE = "12"
    REGISTRATION = "13"
    OTHER = "14"

    @property
    def zh(self) -> str:
        """The Chinese name."""
        return _NAMES[self.value][0]

    @property
    def en(self) -> str:
        """The English name."""
        return _NAMES[self.value][1]


_NAMES = {
    "01": ("床位费", "bed"),
    "02": ("诊察费", "consultation"),
    "03": ("检查费", "examination"),
    "04": ("化验费", "laboratory"),
    "05": ("治疗费", "treatment"),
    "06": ("手术费", "surgery"),
    "07": ("护理费", "nursing"),
    "08": ("卫生材料费", "consumables"),
    "09": ("西药费", "western drugs"),
    "10": ("中药饮片费", "herbal slices"),
    "11": ("中成药费", "Chinese patent drugs"),
    "12": ("一般诊疗费", "general outpatient care"),
    "13": ("挂号费", "registration"),
    "14": ("其他费", "other"),
}

DEFAULT_EXPENSE_CLASS = {
    ItemKind.DRUG: ExpenseClass.WESTERN_DRUGS,
    ItemKind.PATENT: ExpenseClass.PATENT_DRUGS,
    ItemKind.HERBAL: ExpenseClass.HERBAL_DRUGS,
    ItemKind.CONSUMABLE: ExpenseClass.CONSUMABLES,
    ItemKind.SERVICE: ExpenseClass.OTHER,
}
"""The class of an item whose entry does not say it."""


class Item(Struct, frozen=True, gc=False):
    """One dated entry of a catalogue.

    `first_self_bp` is the first self-pay share of class B (basis points). Price limits are micro-yuan per
    unit (the interface writes N(16,6)); `price_limit_micro` holds for every level that
    `level_limits_micro` (first, second, third) leaves None. `start` and `end` are ISO days, half open.
    """

    code: str
    name: str
    kind: ItemKind
    item_class: ItemClass
    expense_class: ExpenseClass
    first_self_bp: int = 0
    price_limit_micro: int | None = None
    level_limits_micro: tuple[int | None, int | None, int | None] | None = None
    restricted: bool = False
    restriction: str = ""
    essential: bool = False
    negotiated: bool = False
    child: bool = False
    start: str = "2000-01-01"
    end: str = FOREVER
    source: str = ""
    sample: bool = False

    def price_limit(self, level: PriceLevel) -> int | None:
        """Return the price limit at a level, in micro-yuan per unit; None where there is none."""
        if self.level_limits_micro is not None:
            own = self.level_limits_micro[level - 1]
            if own is not None:
                return own
        return self.price_limit_micro

    def self_pay_bp(self) -> int:
        """Return the share the person pays first: 0 in class A, all in class C."""
        match self.item_class:
            case ItemClass.A:
                return 0
            case ItemClass.B:
                return self.first_self_bp
            case ItemClass.C:
                return BASIS_POINTS

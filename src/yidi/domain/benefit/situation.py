"""What the benefit computation is asked, and what it answers. All amounts integer fen."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import astuple

from yidi.domain.benefit.kernel import Heads
from yidi.domain.benefit.refusals import PART_OUT_OF_RANGE, PARTS_DO_NOT_ADD_UP
from yidi.domain.money import GREATEST_FEN
from yidi.domain.policy.dimensions import CareKind, Fund, InstitutionKind, PersonClass, Place, Standing
from yidi.domain.refusal import Refusal

__all__ = [
    "Benefit",
    "Bill",
    "CareKind",
    "Fund",
    "InstitutionKind",
    "PersonClass",
    "Place",
    "Share",
    "Situation",
    "Standing",
    "Step",
]


class Situation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything but money that a rule may depend on.

    `level` is the national hospital level 1, 2 or 3 (an unrated institution counts as 1), `level_grade`
    A, B, C or empty. `stay_number` is 1 for the first stay of the benefit year and means nothing for
    outpatient care. `on` is the settlement day, `admitted_on` the day of admission or registration (ISO).
    `institution` tells institutions apart where a deductible or cap runs at each.

    Beyond that a pack may ask by names of its own: `facts` (words, and whole numbers as text), `amounts`
    (fen; also counts, such as `prescriptions`, and balances of the account), and `marks`, the marked parts
    of the bill in fen, each inside the head the pack says.
    """

    scheme: str
    person_class: PersonClass
    age: int
    level: int
    care_kind: CareKind
    place: Place
    standing: Standing
    level_grade: str = ""
    institution_kind: str = "hospital"
    chronic_code: str = ""
    stay_number: int = 1
    contracted_primary: bool = False
    civil_servant: bool = False
    assistance_category: str = ""
    plan_tier: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    on: str
    admitted_on: str = ""
    institution: str = ""
    amounts: tuple[tuple[str, int], ...] = ()
    marks: tuple[tuple[str, int], ...] = ()


_HEAD_WORDS = {
    "total_fen": ("费用总额", "The total of the bill"),
    "full_self_fen": ("全自费金额", "The part out of scope (full self-pay)"),
    "over_limit_fen": ("超限价金额", "The part over price limits"),
    "first_self_fen": ("先行自付金额", "The first self-pay part"),
    "in_scope_fen": ("政策范围内金额", "The part in scope"),
}


class Bill(Struct, frozen=True, gc=False):
    """The five heads of a bill in fen: total = full self + over limit + first self + in scope.

    National interface, amounts of the settlement head; the care place's catalogue decides them.
    """

    total_fen: int
    full_self_fen: int
    over_limit_fen: int
    first_self_fen: int
    in_scope_fen: int

    def check(self) -> tuple[Refusal, ...]:
        """Return every finding: parts that do not add up, negative parts, amounts beyond N(16,2)."""
        parts = {name: getattr(self, name) for name in self.__struct_fields__}
        findings = [
            PART_OUT_OF_RANGE.because(
                name,
                what_zh=_HEAD_WORDS[name][0],
                what_en=_HEAD_WORDS[name][1],
                amount_fen=amount,
                greatest_fen=GREATEST_FEN,
            )
            for name, amount in parts.items()
            if not 0 <= amount <= GREATEST_FEN
        ]
        added = sum(parts.values()) - self.total_fen
        if added != self.total_fen:
            findings.append(PARTS_DO_NOT_ADD_UP.because("total_fen", total_fen=self.total_fen, sum_fen=added))
        return tuple(findings)

    def holds(self) -> bool:
        """Say whether the parts are non-negative and add up to a total within range."""
        return add_up(astuple(self))


def add_up(heads: Heads) -> bool:
    """Say whether a bill's heads are non-negative and add up to a total within range."""
    total, full_self, over_limit, first_self, in_scope = heads
    return (
        full_self >= 0
        and over_limit >= 0
        and first_self >= 0
        and in_scope >= 0
        and total <= GREATEST_FEN
        and total == full_self + over_limit + first_self + in_scope
    )


class Share(Struct, frozen=True, gc=False):
    """What one fund pays: `base_fen` the cost it looked at, `room_fen` what its cap still allows after.

    `room_fen` is -1 where the fund has no cap. One share a fund; its layers are told apart in the steps.
    """

    fund: Fund
    paid_fen: int
    base_fen: int
    room_fen: int


class Step(Struct, frozen=True, gc=False):
    """One line of the explanation: the rule, its words, its source, what went in and what came out.

    `rule` is stable: scheme, layer and what happened, e.g. `310.inpatient.deductible`. `numbers` are the
    figures used, named with their unit (`_fen`, `_bp`). `completed` marks a figure that no source gave and
    the pack completed for demonstration.
    """

    rule: str
    text_zh: str
    text_en: str
    source_id: str
    source_title: str
    source_url: str
    input_fen: int
    result_fen: int
    numbers: tuple[tuple[str, int], ...] = ()
    completed: bool = False


class Benefit(Struct, frozen=True, gc=False):
    """Who pays what. total = funds + person + hospital; person = account + cash; funds = sum of shares.

    `counters` are the amounts to ADD to the year's accumulators; a reversal adds the negatives.
    `deductible_fen` is what was really charged, `deductible_standard_fen` what the rule states. `steps` are
    empty unless explained. `accounts` divides `account_fen` by balance where the pack tells several
    apart. `completed_for_demonstration`: the pack used figures that no source gave.
    """

    shares: tuple[Share, ...]
    fund_total_fen: int
    person_total_fen: int
    account_fen: int
    cash_fen: int
    hospital_fen: int
    deductible_fen: int
    deductible_standard_fen: int
    counters: tuple[tuple[str, int], ...]
    completed_for_demonstration: bool = False
    steps: tuple[Step, ...] = ()
    accounts: tuple[tuple[str, int], ...] = ()

    def paid_by(self, fund: Fund) -> int:
        """Return what a fund pays, in fen; 0 when it has no share."""
        return sum(share.paid_fen for share in self.shares if share.fund is fund)


def merged(made: list[Share]) -> tuple[Share, ...]:
    """Add up the layers of one fund: the first one's base, the last one's room."""
    merged: dict[Fund, Share] = {}
    for share in made:
        first = merged.get(share.fund)
        base = first.base_fen if first else share.base_fen
        paid = share.paid_fen + (first.paid_fen if first else 0)
        merged[share.fund] = Share(share.fund, paid, base, share.room_fen)
    return tuple(merged.values())

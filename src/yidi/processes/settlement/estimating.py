"""What a planned visit will cost: destinations and filings side by side, computed as a settlement would be.

The same law of filing and the same benefit as at the counter; no fact is read or written here. Amounts fen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from yidi.domain.benefit.settle import explain
from yidi.domain.benefit.situation import Benefit, Bill, CareKind, PersonClass, Place, Situation, Standing
from yidi.domain.codes.division import Divisions
from yidi.domain.dates import FOREVER, parse_day
from yidi.domain.policy.policy import Policies, Policy
from yidi.domain.refusal import Refusal
from yidi.processes.filing.records import Category, Filing, FilingState
from yidi.processes.filing.standing import StandingFound, VisitSought, standing
from yidi.processes.ports.areas import Areas, FilingRules
from yidi.processes.settlement.refusals import NO_FILING_RULES, NOT_A_PLAN
from yidi.processes.settlement.telling import CURRENT_YEAR, Stored, told


class Choice(StrEnum):
    """What a person may do about filing before going; an emergency needs none."""

    NONE = "none"
    TEMPORARY = "temporary"
    REFERRED = "referred"
    LONG_TERM = "long_term"
    EMERGENCY = "emergency"


BY_HAND = (Choice.NONE, Choice.TEMPORARY, Choice.REFERRED, Choice.LONG_TERM)
_CATEGORY = {
    Choice.TEMPORARY: Category.TEMPORARY,
    Choice.REFERRED: Category.REFERRED,
    Choice.LONG_TERM: Category.LONG_TERM_RESIDENT,
}


class Destination(Struct, frozen=True):
    """Where to go: the division of the hospital, its level 1 to 3, grade A, B, C or empty, and its kind."""

    care_area: str
    level: int = 3
    grade: str = ""
    kind: str = "hospital"


class Planned(Struct, frozen=True, kw_only=True):
    """A visit that is planned: who, insured where, which care, which bill, and where it could be.

    `counters` is what the benefit year already holds (fen, by the policy's names); missing ones are zero.
    """

    area: str
    scheme: str
    on: str
    person_class: str
    age: int
    care_kind: str
    bill: Bill
    destinations: tuple[Destination, ...]
    choices: tuple[Choice, ...] = BY_HAND
    counters: dict[str, int] = {}
    stay_number: int = 1
    account_balance_fen: int = 0
    chronic_code: str = ""
    civil_servant: bool = False
    assistance_category: str = ""
    plan_tier: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    amounts: tuple[tuple[str, int], ...] = ()
    marks: tuple[tuple[str, int], ...] = ()


class Option(Struct, frozen=True):
    """One destination with one filing: as what it counts and why, and who pays what, or why nobody says.

    `row` is that of the effective-time table (10: at home). `place` is seen from the insured area.
    """

    destination: Destination
    choice: Choice
    place: str = ""
    standing: str = ""
    row: int = 0
    reason_zh: str = ""
    reason_en: str = ""
    benefit: Benefit | None = None
    refusals: tuple[Refusal, ...] = ()


class Estimate(Struct, frozen=True):
    """Every option side by side, and by which pack. `refusals` are findings about the plan as a whole."""

    planned: Planned
    options: tuple[Option, ...] = ()
    pack_id: str = ""
    version: str = ""
    name_zh: str = ""
    name_en: str = ""
    completed_for_demonstration: bool = False
    refusals: tuple[Refusal, ...] = ()


class Held(NamedTuple):
    """What is stored of the person a plan is for: filings made, and what answers a pack's own questions."""

    filings: Sequence[Filing] = ()
    stored: Stored | None = None


NOTHING_HELD = Held()


def estimate(planned: Planned, policies: Policies, areas: Areas, held: Held = NOTHING_HELD) -> Estimate:
    """Compute every option of a plan, or say every reason why none can be."""
    found = tuple(_unsound(planned, areas.divisions))
    if found:
        return Estimate(planned, refusals=found)
    policy = policies.find(planned.area, planned.scheme, planned.on)
    if not isinstance(policy, Policy):
        return Estimate(planned, refusals=policy)
    rules = areas.filing(planned.area, planned.on)
    if rules is None:
        missing = NO_FILING_RULES.because("area", area=planned.area, day=planned.on)
        return Estimate(planned, refusals=(missing,))
    options = tuple(
        _option(planned, destination, choice, policy, rules, areas.divisions, held)
        for destination in planned.destinations
        for choice in _sensible(planned, destination, areas.divisions)
    )
    return Estimate(
        planned,
        options,
        policy.pack_id,
        policy.version,
        f"{policy.names[0]} {policy.terms.zh}",
        f"{policy.names[1]}: {policy.terms.en}",
        any(each.benefit is not None and each.benefit.completed_for_demonstration for each in options),
    )


PLAN_WORDS = {
    "on": ("日期", "the day"),
    "person_class": ("人员类别", "the kind of person"),
    "care_kind": ("看病方式", "the kind of care"),
    "destinations": ("去处", "the destinations"),
    "account_balance_fen": ("个人账户余额", "the account balance"),
    "account": ("个人账户余额", "the account balance"),
    "stay_number": ("本年第几次住院", "the number of the stay"),
    "stay": ("本年第几次住院", "the number of the stay"),
    "age": ("年龄", "the age"),
    "level": ("医院等级", "the level of the hospital"),
    "filing": ("备案方式", "the filing"),
    "typical": ("典型账单", "the typical bill"),
    "total": ("总费用", "the whole bill"),
    "full_self": ("全自费", "what is not covered"),
    "over_limit": ("超限价", "what is above price limits"),
    "first_self": ("乙类先行自付", "the first share of class B items"),
    "in_scope": ("政策范围内", "what is in scope"),
    "spent": ("本年累计", "what the year counted so far"),
}
"""What people call the parts of a plan; a counter or fact that a pack asks for is called by its name."""


def not_a_plan(field: str, value: object, expected_zh: str, expected_en: str) -> Refusal:
    """Say which part of a plan cannot be used, and what it must be."""
    what_zh, what_en = PLAN_WORDS.get(field, (field, field))
    told = {"what_zh": what_zh, "what_en": what_en, "expected_zh": expected_zh, "expected_en": expected_en}
    return NOT_A_PLAN.because(field, value=value, **told)


def _unsound(planned: Planned, divisions: Divisions) -> Iterator[Refusal]:
    """Find what is wrong with the plan itself; nothing is clamped or guessed."""
    for field, code in (("area", planned.area), *(("care_area", d.care_area) for d in planned.destinations)):
        checked = divisions.check(code, field)
        if isinstance(checked, Refusal):
            yield checked
    if parse_day(planned.on) is None:
        yield not_a_plan("on", planned.on, "2026-11-22 这样的日期", "a day such as 2026-11-22")
    for field, value, known in (
        ("person_class", planned.person_class, tuple(PersonClass)),
        ("care_kind", planned.care_kind, tuple(CareKind)),
    ):
        if value not in known:
            yield not_a_plan(field, value, "、".join(known), ", ".join(known))
    if not planned.destinations:
        yield not_a_plan("destinations", "-", "至少一处", "at least one")
    for field, amount in (("account_balance_fen", planned.account_balance_fen), *planned.counters.items()):
        if amount < 0:
            yield not_a_plan(field, amount, "不小于0", "0 or more")
    if planned.stay_number < 1:
        yield not_a_plan("stay_number", planned.stay_number, "不小于1", "1 or more")
    yield from planned.bill.check()


def _sensible(planned: Planned, destination: Destination, divisions: Divisions) -> Iterable[Choice]:
    """Leave filings out where one is treated at home."""
    home = divisions.filing_target(planned.area) == divisions.filing_target(destination.care_area)
    return (Choice.NONE,) if home else planned.choices


def _option(
    planned: Planned,
    destination: Destination,
    choice: Choice,
    policy: Policy,
    rules: FilingRules,
    divisions: Divisions,
    held: Held,
) -> Option:
    """Compute one destination with one filing."""
    sought = VisitSought(
        insured_area=planned.area,
        care_area=destination.care_area,
        institution_code="",
        care_kind=planned.care_kind,
        started_on=planned.on,
        day=planned.on,
        emergency=choice is Choice.EMERGENCY,
    )
    filings = (*held.filings, *_filings(planned, destination, choice))
    stood = standing(filings, sought, rules, divisions)
    place = place_seen(planned.area, destination.care_area)
    if not isinstance(stood, StandingFound):
        return Option(destination, choice, place, refusals=stood)
    situation = _situation(planned, destination, place, stood.standing)
    if held.stored is not None:
        situation = told(policy, situation, held.stored)
    benefit = explain(
        policy,
        situation,
        planned.bill,
        planned.counters,
        planned.account_balance_fen,
        planned.account_balance_fen > 0 or any(name == CURRENT_YEAR for name, _ in planned.amounts),
    )
    return Option(
        destination=destination,
        choice=choice,
        place=place,
        standing=stood.standing,
        row=stood.row,
        reason_zh=stood.reason_zh,
        reason_en=stood.reason_en,
        benefit=benefit if isinstance(benefit, Benefit) else None,
        refusals=() if isinstance(benefit, Benefit) else benefit,
    )


def place_seen(area: str, care_area: str) -> Place:
    """Return where care happens as seen from the pooling area: its city, its province, or elsewhere."""
    if area[:2] != care_area[:2]:
        return Place.OTHER_PROVINCE
    return Place.LOCAL if area.endswith("0000") or area[:4] == care_area[:4] else Place.IN_PROVINCE


def _filings(planned: Planned, destination: Destination, choice: Choice) -> Sequence[Filing]:
    """Return the filing the person would have made by then, as a fact that stands nowhere."""
    category = _CATEGORY.get(choice)
    if category is None:
        return ()
    blank: Mapping[str, str | int] = dict.fromkeys(Filing._fields, "")
    said = {
        "filing_id": choice,
        "version": 1,
        "category": category,
        "state": FilingState.ACTIVE,
        "care_area": destination.care_area,
        "start": planned.on,
        "end": FOREVER,
        "committed": 0,
        "proven": 1,
        "reviewed": 1,
        "filed_at": f"{planned.on}T00:00:00.000000Z",
        "recorded_at": f"{planned.on}T00:00:00.000000Z",
    }
    return (Filing(**{**blank, **said}),)  # type: ignore[arg-type]  # the field names are Filing's own


def _situation(planned: Planned, destination: Destination, place: Place, counts_as: Standing) -> Situation:
    return Situation(
        scheme=planned.scheme,
        person_class=PersonClass(planned.person_class),
        age=planned.age,
        level=destination.level,
        care_kind=CareKind(planned.care_kind),
        place=place,
        standing=counts_as,
        on=planned.on,
        admitted_on=planned.on,
        level_grade=destination.grade,
        institution_kind=destination.kind,
        chronic_code=planned.chronic_code,
        stay_number=planned.stay_number,
        civil_servant=planned.civil_servant,
        assistance_category=planned.assistance_category,
        plan_tier=planned.plan_tier,
        facts=planned.facts,
        amounts=planned.amounts,
        marks=planned.marks,
    )

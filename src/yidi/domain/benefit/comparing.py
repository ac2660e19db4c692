"""Two versions of a policy side by side: which rules differ in words, and which visits come out otherwise.

Amounts integer fen; a difference is the second version less the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, product

from msgspec import Struct

from yidi.domain.benefit.settle import benefit
from yidi.domain.benefit.situation import Benefit, Bill, Situation
from yidi.domain.dates import FOREVER
from yidi.domain.policy.dimensions import CareKind, PersonClass, Place, Standing
from yidi.domain.policy.lines import Line
from yidi.domain.policy.policy import Policy
from yidi.domain.policy.show import Shown, show
from yidi.domain.refusal import Refusal

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


class Told(Struct, frozen=True):
    """What one version says: the value in words and the document it is from."""

    zh: str
    en: str
    source: str
    dated: str


class Change(Struct, frozen=True):
    """One rule that differs on the days from `start` up to `end`; the side that says nothing is None."""

    what: str
    area: str
    scheme: str
    start: str
    end: str
    section_zh: str
    section_en: str
    who_zh: str
    who_en: str
    old: Told | None
    new: Told | None


class VisitChange(Struct, frozen=True):
    """One visit whose result differs: what each fund and the person pay now less before, fen.

    Where a version refuses the visit its codes stand under `old_refused` or `new_refused`.
    """

    situation: Situation
    bill: Bill
    funds_fen: tuple[tuple[str, int], ...] = ()
    fund_total_fen: int = 0
    person_fen: int = 0
    hospital_fen: int = 0
    old_refused: tuple[str, ...] = ()
    new_refused: tuple[str, ...] = ()


class Comparison(Struct, frozen=True):
    """Everything two versions differ in. `visits` is how many visits were tried."""

    changes: tuple[Change, ...]
    visits: int = 0
    differing: tuple[VisitChange, ...] = ()


Pair = tuple[str, str, Policy | None, Policy | None]
"""First day and end day with what each version has for them."""


def paired(old: Sequence[Policy], new: Sequence[Policy]) -> Iterator[Pair]:
    """Lay the slices of two versions of one area and scheme over each other, day by day of change.

    A version that is one slice only, as on a day, is compared over the days both have.
    """
    days = sorted({day for policy in (*old, *new) for day in (policy.start, policy.end)})
    for start, end in pairwise(days):
        first, second = (_on(versions, start) for versions in (old, new))
        if first is not None or second is not None:
            yield start, end, first, second


def _on(versions: Iterable[Policy], day: str) -> Policy | None:
    return next((policy for policy in versions if policy.start <= day < policy.end), None)


def compare(old: Sequence[Policy], new: Sequence[Policy]) -> tuple[Change, ...]:
    """Return every rule that differs; rules that differ alike on days in a row are told once."""
    found: dict[tuple[object, ...], Change] = {}
    places = sorted({(policy.area, policy.scheme) for policy in (*old, *new)})
    for area, scheme in places:
        here = [[p for p in side if (p.area, p.scheme) == (area, scheme)] for side in (old, new)]
        for start, end, first, second in paired(*here):
            for change in _changes(first, second, (area, scheme, start, end)):
                _add(found, change)
    return tuple(found.values())


def compare_pair(old: Policy, new: Policy) -> tuple[Change, ...]:
    """Compare the rules of two days or two areas, whatever days they are for."""
    return tuple(_changes(old, new, (new.area, new.scheme, new.start, new.end)))


def _add(found: dict[tuple[object, ...], Change], change: Change) -> None:
    """Add a change, or lengthen the same one that ended where this begins."""
    same = (change.what, change.scheme, change.section_zh, change.who_zh, change.old, change.new)
    for key, earlier in found.items():
        if key[:-1] == same and earlier.end == change.start:
            found[key] = Change(**{**_fields(earlier), "end": change.end})  # type: ignore[arg-type]
            return
    found[*same, change.start] = change


def _fields(change: Change) -> dict[str, object]:
    return {name: getattr(change, name) for name in change.__struct_fields__}


def _changes(old: Policy | None, new: Policy | None, place: tuple[str, str, str, str]) -> Iterator[Change]:
    """Yield what differs between two policies in words: by section and case, in the order they are read."""
    if old is not None and new is not None and old.version == new.version and old.start == new.start:
        return
    before, after = _told(old), _told(new)
    for key in [*before, *(key for key in after if key not in before)]:
        had, has = before.get(key), after.get(key)
        if had != has:
            what = ADDED if had is None else REMOVED if has is None else CHANGED
            yield Change(what, *place, *key[:4], had, has)


def _told(policy: Policy | None) -> dict[tuple[str, str, str, str, int], Told]:
    """Return every line of a policy by section and case; a case told twice is numbered."""
    if policy is None:
        return {}
    shown = show(policy)
    found: dict[tuple[str, str, str, str, int], Told] = {}
    for line in shown.lines:
        name = (line.section_zh, line.section_en, line.who_zh, line.who_en)
        number = 0
        while (*name, number) in found:
            number += 1
        found[*name, number] = _said(shown, line)
    return found


def _said(shown: Shown, line: Line) -> Told:
    source = shown.sources.get(line.source, {})
    return Told(line.value_zh, line.value_en, source.get("title", line.source), source.get("date", ""))


SAMPLE_YUAN = (800, 3_000, 12_000, 35_000, 90_000, 260_000, 1_200_000)
"""In-scope costs of the generated sample: a prescription, stays small to large, one beyond any usual cap."""
SAMPLE_AGES: dict[PersonClass, tuple[int, ...]] = {
    PersonClass.WORKING: (40,),
    PersonClass.RETIRED: (65, 75),
    PersonClass.RESIDENT: (45,),
    PersonClass.CHILD: (8,),
    PersonClass.STUDENT: (16,),
}
SAMPLE_PLACES = (
    (Place.LOCAL, Standing.LOCAL),
    (Place.IN_PROVINCE, Standing.UNFILED),
    (Place.OTHER_PROVINCE, Standing.LONG_TERM),
    (Place.OTHER_PROVINCE, Standing.REFERRED),
    (Place.OTHER_PROVINCE, Standing.EMERGENCY),
    (Place.OTHER_PROVINCE, Standing.TEMPORARY),
    (Place.OTHER_PROVINCE, Standing.UNFILED),
)
SAMPLE_CARE = (CareKind.INPATIENT, CareKind.OUTPATIENT, CareKind.CHRONIC)


def sample(policy: Policy, day: str) -> Iterator[tuple[Situation, Bill]]:
    """Generate visits over persons, levels, care, places with standings, and amounts; always the same ones.

    A fifth of the bill is outside the scope, so that every head of it is there. Facts and amounts the pack
    asks for get their first answer.
    """
    persons = [(who, age) for who in policy.terms.persons for age in SAMPLE_AGES[PersonClass(who)]]
    facts, amounts = stand_ins(policy)
    whole = product(persons, (1, 2, 3), SAMPLE_CARE, SAMPLE_PLACES, SAMPLE_YUAN)
    for (who, age), level, care, (place, standing), yuan in whole:
        in_scope = yuan * 100
        bill = Bill(in_scope * 5 // 4, in_scope // 10, in_scope // 20, in_scope // 10, in_scope)
        situation = Situation(
            scheme=policy.scheme,
            person_class=PersonClass(who),
            age=age,
            level=level,
            care_kind=care,
            place=place,
            standing=standing,
            on=day,
            plan_tier=policy.terms.tiers[0] if policy.terms.tiers else "",
            facts=facts,
            amounts=amounts,
        )
        yield situation, bill


def stand_ins(policy: Policy) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, int], ...]]:
    """Return answers to what the pack asks and nobody said: first word, greatest number, 1,000 yuan."""
    facts = tuple(
        (name, fact.answers[0] if fact.answers else str(fact.greatest))
        for name, fact in policy.terms.facts.items()
        if not (fact.not_said or fact.percent or fact.adds)
    )
    return facts, tuple((name, 1_000_00) for name in policy.terms.amounts)


Asked = tuple[Situation, Bill, dict[str, int]]
"""A visit with the counters of its year before it."""


def compare_visits(old: Policy, new: Policy, visits: Iterable[Asked]) -> tuple[int, tuple[VisitChange, ...]]:
    """Settle every visit under both versions; return how many there were and those that differ."""
    count, found = 0, []
    for situation, bill, counters in visits:
        count += 1
        before = benefit(old, _for(old, situation), bill, counters)
        after = benefit(new, _for(new, situation), bill, counters)
        change = _visit_change(situation, bill, before, after)
        if change is not None:
            found.append(change)
    return count, tuple(found)


def _for(policy: Policy, situation: Situation) -> Situation:
    """Leave out facts and amounts that only the other version asks for."""
    facts = tuple((name, word) for name, word in situation.facts if name in policy.terms.facts)
    amounts = tuple((name, fen) for name, fen in situation.amounts if name in policy.terms.amounts)
    if (facts, amounts) == (situation.facts, situation.amounts):
        return situation
    return Situation(
        **{
            **{name: getattr(situation, name) for name in situation.__struct_fields__},
            "facts": facts,
            "amounts": amounts,
        }
    )


Answer = Benefit | tuple[Refusal, ...]


def _visit_change(situation: Situation, bill: Bill, old: Answer, new: Answer) -> VisitChange | None:
    """Return what differs between two answers; None when they agree, refused alike included."""
    if isinstance(old, Benefit) and isinstance(new, Benefit):
        moved = _moved(old, new)
        if not moved and old.hospital_fen == new.hospital_fen:
            return None
        return VisitChange(
            situation,
            bill,
            moved,
            new.fund_total_fen - old.fund_total_fen,
            new.person_total_fen - old.person_total_fen,
            new.hospital_fen - old.hospital_fen,
        )
    codes = tuple(
        tuple(each.code for each in side) if not isinstance(side, Benefit) else () for side in (old, new)
    )
    return None if codes[0] == codes[1] else VisitChange(situation, bill, (), 0, 0, 0, *codes)


def _moved(old: Benefit, new: Benefit) -> tuple[tuple[str, int], ...]:
    """Return by how much each fund pays otherwise."""
    funds = dict.fromkeys(share.fund for share in (*old.shares, *new.shares))
    found = ((str(fund), new.paid_by(fund) - old.paid_by(fund)) for fund in funds)
    return tuple((fund, fen) for fund, fen in found if fen)


def spans_text(change: Change) -> str:
    """Write the days of a change: first day and, when there is one, the day it ends."""
    return f"{change.start} - {'' if change.end == FOREVER else change.end}".rstrip()

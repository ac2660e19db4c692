"""What the peers are given: the figures of one scheme's inpatient rules, read from its pack, and the visits.

The scheme is the widest that ships: stay deductible, three bands from zero, pool cap with the cost above it
handed to the large-sum fund, a supplement for retired people, serious illness accumulated over the year.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from yidi.domain.benefit.plan import Plan, plan_for
from yidi.domain.benefit.situation import Bill, CareKind, PersonClass, Place, Situation, Standing
from yidi.domain.policy.policy import Policy

PERSONS = (PersonClass.WORKING, PersonClass.RETIRED)
STANDINGS = (
    (Place.LOCAL, Standing.LOCAL),
    (Place.OTHER_PROVINCE, Standing.LONG_TERM),
    (Place.OTHER_PROVINCE, Standing.REFERRED),
    (Place.OTHER_PROVINCE, Standing.EMERGENCY),
    (Place.OTHER_PROVINCE, Standing.TEMPORARY),
    (Place.OTHER_PROVINCE, Standing.UNFILED),
)
COUNTERS = ("pool.paid", "large-sum.paid", "serious-illness.deductible", "serious-illness.above")
Shares = tuple[int, int, int, int]
"""Pool, supplement, large-sum and serious-illness pay in fen."""


class Case(NamedTuple):
    """One row of the decision table: who, where, which stay, and the figures that follow."""

    person: int
    level: int
    standing: int
    later_stay: int
    deductible_fen: int
    rates_bp: tuple[int, int, int]
    large_bp: int


class Rules(NamedTuple):
    """The figures that do not depend on the case, and all cases."""

    edges_fen: tuple[int, int]
    pool_cap_fen: int
    large_cap_fen: int
    supplement_bp: int
    serious_fen: int
    serious_edge_fen: int
    serious_bp: tuple[int, int]
    cases: tuple[Case, ...]
    self_factor_bp: int

    def case(self, person: int, level: int, standing: int, later_stay: int) -> Case:
        """Return the case of these answers."""
        return next(c for c in self.cases if c[:4] == (person, level, standing, later_stay))


class Visit(NamedTuple):
    """A visit as our engine is asked, and the plain numbers a peer is asked with."""

    situation: Situation
    bill: Bill
    counters: dict[str, int]
    person: int
    standing: int
    later_stay: int


def situation_of(person: int, level: int, standing: int, stay: int) -> Situation:
    """Make the situation of a stay."""
    place, filed = STANDINGS[standing]
    return Situation(
        scheme="310",
        person_class=PERSONS[person],
        age=66 if person else 45,
        level=level,
        care_kind=CareKind.INPATIENT,
        place=place,
        standing=filed,
        stay_number=stay,
        on="2026-11-22",
    )


def read_rules(policy: Policy) -> Rules:
    """Read the figures of every case from the pack."""
    cases = []
    for person in range(len(PERSONS)):
        for level in (1, 2, 3):
            for standing in range(len(STANDINGS)):
                for later in (0, 1):
                    rows = _rows(policy, situation_of(person, level, standing, 1 + later))
                    pool, large = rows["inpatient"], rows["large-sum"]
                    one, two, three = (ratio for _, ratio in pool[5])
                    cases.append(
                        Case(person, level, standing, later, pool[1], (one, two, three), large[5][0][1])
                    )
    rows = _rows(policy, situation_of(1, 3, 0, 1))
    (first, _), (second, _), _ = rows["inpatient"][5]
    (edge, below), (_, above) = rows["serious-illness"][5]
    return Rules(
        (first, second),
        rows["inpatient"][7][0][0],
        rows["large-sum"][7][0][0],
        rows["retired-supplement"][5][0][1],
        rows["serious-illness"][1],
        edge,
        (below, above),
        tuple(cases),
        _self_factor_bp(policy),
    )


def _self_factor_bp(policy: Policy) -> int:
    """Return what retired people bear of the working share, as the pack writes it."""
    table = next(layer.ratios.table for layer in policy.terms.layers if layer.id == "inpatient")
    return next(each.amount for each in table.adjustments if each.kind == "self_factor")


def _rows(policy: Policy, situation: Situation) -> dict[str, tuple]:  # type: ignore[type-arg]
    plan = plan_for(policy, situation)
    assert isinstance(plan, Plan), plan
    return {planned.layer.id: row for planned, row in zip(plan.layers, plan.rows, strict=True)}


def make_visits(count: int, seed: int = 20261122) -> list[Visit]:
    """Make visits over every case, from a few yuan to beyond every cap, early and late in the year."""
    chance = random.Random(seed)
    return [_visit(chance) for _ in range(count)]


def _visit(chance: random.Random) -> Visit:
    person, level, standing = chance.randrange(2), chance.randint(1, 3), chance.randrange(len(STANDINGS))
    stay = chance.randint(1, 4)
    in_scope = int(10 ** chance.uniform(2, 7.9))
    others = [int(10 ** chance.uniform(0, 6)) for _ in range(3)]
    late = chance.random() < 0.5
    tops = (10_000_000, 40_000_000, 3_040_400, 9_000_000)
    amounts = [chance.randint(0, top) if late else 0 for top in tops]
    bill = Bill(in_scope + sum(others), *others, in_scope)
    counters = dict(zip(COUNTERS, amounts, strict=True))
    return Visit(situation_of(person, level, standing, stay), bill, counters, person, standing, int(stay > 1))

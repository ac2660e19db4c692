"""What a simulated run is made of: stories of visits, and faults with their times. A run is its case.

Both are made from the seed beforehand, so that a failing case can be cut down and kept as a file.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct

T = TypeVar("T")
HOUR_MS = 3_600_000
PROVINCES, PERSONS = 3, 9
"""Persons are spread evenly over the provinces that insure them."""


class FaultKind(StrEnum):
    """What goes wrong. The first four happen to single messages, the others to nodes."""

    DROP = "drop"
    DOUBLE = "double"
    DELAY = "delay"
    REORDER = "reorder"
    PARTITION = "partition"
    SLOW = "slow"
    CRASH = "crash"
    DISK_FULL = "disk_full"
    COMMIT_UNSURE = "commit_unsure"
    CLOCK_JUMP = "clock_jump"
    KEY_ROTATION = "key_rotation"
    POLICY_CHANGE = "policy_change"


WEATHER = frozenset({FaultKind.DROP, FaultKind.DOUBLE, FaultKind.DELAY, FaultKind.REORDER})


class Fault(Struct, frozen=True, omit_defaults=True):
    """One fault, from `at_ms` for `for_ms`, at node number `node` (0 is the nation), towards `peer`.

    `amount` is, by kind: messages hit in a thousand (weather), milliseconds (slow), statements until power
    is lost (crash; 0 at once), commits (unsure), seconds (clock).
    """

    kind: FaultKind
    at_ms: int
    for_ms: int = 0
    node: int = 0
    peer: int = 0
    amount: int = 0


class Ending(StrEnum):
    """What a hospital does with its settlements, besides asking until it is answered."""

    KEEP = "keep"
    CANCEL = "cancel"
    REVERSE = "reverse"
    IMPATIENT = "impatient"
    RACE = "race"
    DOUBLE = "double"
    CLAIM = "claim"
    CLAIM_RACE = "claim_race"


class Story(Struct, frozen=True, omit_defaults=True):
    """A visit: the person, the care place (province numbers from 1), charges in fen, each its own batch.

    `together`: all charges are settled at once, else one after the other. `patience_ms` is how long the
    counter waits for an answer before it asks again, or, where it is impatient, reverses.
    """

    at_ms: int
    person: int
    care: int
    charges: tuple[int, ...]
    ending: Ending = Ending.KEEP
    together: bool = False
    use_account: bool = False
    dear: bool = False
    patience_ms: int = 8_000


class Case(Struct, frozen=True, omit_defaults=True):
    """Everything a run depends on. `begins` is the simulated instant of its first second, UTC.

    `fold`, `sealed` and `exchange` say whether nodes fold, chain and seal what they write, and speak by the
    real exchange; `closes_days` that agencies reconcile the days and clear the month.
    """

    seed: int
    begins: str
    lasts_ms: int
    stories: tuple[Story, ...]
    faults: tuple[Fault, ...]
    fold: bool = False
    closes_days: bool = False
    sealed: bool = False
    exchange: bool = False
    note: str = ""


_BEGINNINGS = (
    ("2026-03-10T01:00:00Z", 6),
    ("2026-03-10T15:35:00Z", 2),
    ("2025-12-31T15:35:00Z", 1),
)
"""A morning; the last minutes of a day; of a year (Shanghai time). The number is its share."""
_ENDINGS = (
    (Ending.KEEP, 40),
    (Ending.CANCEL, 12),
    (Ending.REVERSE, 8),
    (Ending.IMPATIENT, 14),
    (Ending.RACE, 8),
    (Ending.DOUBLE, 8),
    (Ending.CLAIM, 5),
    (Ending.CLAIM_RACE, 5),
)
_CRASHES_AN_HOUR, _STORIES_AN_HOUR = 8, 75


def plan_case(seed: int, hours: float = 1.0) -> Case:
    """Make the case of a seed: the same seed and hours give the same case."""
    chance = random.Random(f"case {seed}")
    begins = _pick(chance, _BEGINNINGS)
    lasts_ms = int(hours * HOUR_MS)
    stories = tuple(sorted(_stories(chance, lasts_ms, hours), key=lambda row: row.at_ms))
    faults = tuple(sorted(_faults(chance, lasts_ms, hours), key=lambda row: (row.at_ms, row.kind)))
    return Case(
        seed, begins, lasts_ms, stories, faults, fold=chance.random() < 0.3, sealed=chance.random() < 0.25
    )


MONTH_EVERY = 25
"""Of so many seeds one plays the last days of a month, reconciles them and clears it."""
_LAST_DAYS, _DAY_MS = 3, 24 * HOUR_MS
_MONTH_BEGINS = "2026-03-28T18:00:00Z"
_ROUGH_DAYS = 70
"""The faults go on through the reconciliation and both clearings."""


def plan_month(seed: int) -> Case:
    """Make a case that reconciles its days, clears its month with a dispute, and the month after."""
    chance = random.Random(f"month {seed}")
    lasts_ms = _LAST_DAYS * _DAY_MS - 3 * HOUR_MS
    stories = tuple(sorted(_stories(chance, lasts_ms, 0.6), key=lambda row: row.at_ms))
    faults = [*_faults(chance, lasts_ms, 1.0, changes=False)]
    for day in range(_LAST_DAYS + _ROUGH_DAYS):
        morning_ms = day * _DAY_MS + chance.choice((4, 8)) * HOUR_MS
        around_ms = morning_ms + chance.randint(-600_000, 600_000)
        for kind, amounts in ((FaultKind.DROP, (100, 300)), (FaultKind.DOUBLE, (100, 300))):
            faults.append(Fault(kind, max(0, around_ms), 3_600_000, amount=chance.choice(amounts)))
        for_ms, statements = chance.randint(1_000, 60_000), chance.randrange(30)
        node = chance.randrange(PROVINCES + 1)
        faults.append(Fault(FaultKind.CRASH, morning_ms + 100, for_ms, node, amount=statements))
    faults.sort(key=lambda row: (row.at_ms, row.kind))
    return Case(seed, _MONTH_BEGINS, lasts_ms, stories, tuple(faults), closes_days=True, sealed=True)


def case_of(seed: int, hours: float) -> Case:
    """Make the case a seed stands for: mostly hours of visits, now and then a month's end."""
    return plan_month(seed) if seed % MONTH_EVERY == 0 else plan_case(seed, hours)


def _pick(chance: random.Random, rows: tuple[tuple[T, int], ...]) -> T:
    return chance.choices([row[0] for row in rows], [row[1] for row in rows])[0]


def _stories(chance: random.Random, lasts_ms: int, hours: float) -> Iterator[Story]:
    for _ in range(max(1, int(_STORIES_AN_HOUR * hours))):
        together = chance.random() < 0.4
        yield Story(
            at_ms=chance.randrange(lasts_ms),
            person=chance.randrange(PERSONS),
            care=chance.randint(1, PROVINCES),
            charges=tuple(chance.choice(_CHARGES)(chance) for _ in range(chance.randint(1, 6))),
            ending=_pick(chance, _ENDINGS),
            together=together,
            use_account=chance.random() < 0.4,
            dear=chance.random() < 0.3,
            patience_ms=chance.choice((2_000, 5_000, 8_000, 15_000)),
        )


_CHARGES = (
    lambda chance: chance.randint(1, 999),
    lambda chance: chance.randint(1_000, 30_000),
    lambda chance: chance.randint(1_000, 30_000),
    lambda chance: chance.randint(50_000, 150_000),
)


def _faults(chance: random.Random, lasts_ms: int, hours: float, *, changes: bool = True) -> Iterator[Fault]:
    """Yield weather in spells, and what befalls nodes."""
    for kind in (FaultKind.DROP, FaultKind.DOUBLE, FaultKind.DELAY, FaultKind.REORDER):
        for _ in range(max(1, round(3 * hours))):
            yield Fault(kind, *_spell(chance, lasts_ms), amount=chance.choice((20, 100, 300)))
    for kind, often, longest_ms, amounts in _OF_NODES:
        for _ in range(_count(chance, often * hours)):
            at_ms, for_ms = _spell(chance, lasts_ms, longest_ms)
            node, peer = chance.sample(range(PROVINCES + 1), 2)
            yield Fault(kind, at_ms, for_ms, node, peer, chance.choice(amounts))
    if changes and chance.random() < 0.5:
        yield Fault(FaultKind.POLICY_CHANGE, chance.randrange(lasts_ms))


_OF_NODES: tuple[tuple[FaultKind, float, int, tuple[int, ...]], ...] = (
    (FaultKind.PARTITION, 3, 300_000, (0,)),
    (FaultKind.SLOW, 3, 300_000, (200, 1_500, 5_000)),
    (FaultKind.CRASH, _CRASHES_AN_HOUR, 60_000, (0, 0, *range(1, 30))),
    (FaultKind.DISK_FULL, 2, 60_000, (0,)),
    (FaultKind.COMMIT_UNSURE, 4, 1, (1, 1, 3)),
    (FaultKind.CLOCK_JUMP, 2, 1, (-90, -2, 2, 90, 600)),
    (FaultKind.KEY_ROTATION, 2, 1, (0,)),
)


def _spell(chance: random.Random, lasts_ms: int, longest_ms: int = 600_000) -> tuple[int, int]:
    return chance.randrange(lasts_ms), chance.randint(1, max(1, min(longest_ms, lasts_ms)))


def _count(chance: random.Random, mean: float) -> int:
    """Return a whole number around a mean."""
    return int(mean) + (chance.random() < mean - int(mean))

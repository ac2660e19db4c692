"""What a simulated run is made of: stories of visits, and faults with their times. A run is its case.

Both are made from the seed beforehand, so that a failing case can be cut down and kept as a file.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import partial
from typing import NamedTuple, TypeVar

from msgspec import Struct

T = TypeVar("T")
HOUR_MS = 3_600_000
PROVINCES, PERSONS, CROWD = 3, 18, 72
"""Persons are spread evenly over the provinces that insure them; where there are rushes, they are a crowd."""
NODES = (4, 2, 1)
"""How many nodes may share the places: one each, two and two, all on one as on the embedded default."""


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
    SLOW_DISK = "slow_disk"
    COMMIT_UNSURE = "commit_unsure"
    CLOCK_JUMP = "clock_jump"
    KEY_ROTATION = "key_rotation"
    POLICY_CHANGE = "policy_change"


WEATHER = frozenset({FaultKind.DROP, FaultKind.DOUBLE, FaultKind.DELAY, FaultKind.REORDER})


class Fault(Struct, frozen=True, omit_defaults=True):
    """One fault, from `at_ms` for `for_ms`, at node number `node` (0 is the nation), towards `peer`.

    `amount` is, by kind: messages hit in a thousand (weather), milliseconds (slow, slow disk), statements
    until power is lost (crash; 0 at once), commits (unsure), seconds (clock).
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
    real exchange; `closes_days` that agencies reconcile the days and clear the month; `nodes` how many share
    the places between them, each place on the node of its number modulo `nodes`. Faults name places.
    `turn_ms` is how long a transaction takes: what comes meanwhile is decided together in the next one.
    With `parcels` the plain post office has what one transaction sends to one node travel as one, and be
    lost or doubled as one, as the real exchange does.
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
    nodes: int = PROVINCES + 1
    turn_ms: int = 0
    parcels: bool = False
    note: str = ""


_BEGINNINGS = (
    ("2026-03-10T01:00:00Z", 6),
    ("2026-03-10T15:35:00Z", 2),
    ("2025-12-31T15:35:00Z", 1),
)
"""A morning; the last minutes of a day; of a year (Shanghai time). The number is its share."""
_SHARED = ((4, 2), (2, 1), (1, 1))
"""How many nodes, and its share. Only where every place has its own do they speak by the real exchange."""
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
_STORIES_AN_HOUR, _MOST_CHARGES, _RUSHES_AN_HOUR, _RUSH_MS = 75, 8, 15, 3_000
"""Half of the visits come in a rush, and half of what befalls nodes does: a node that has nothing to do
loses nothing with its power."""


class _Span(NamedTuple):
    """How long a case lasts, how many hours of visits are in it, and when there is a rush."""

    lasts_ms: int
    hours: float
    rushes: tuple[int, ...]

    def instant(self, chance: random.Random) -> int:
        """Choose when something happens: at any time, or in a rush."""
        if chance.random() < 0.5:
            return chance.randrange(self.lasts_ms)
        return chance.choice(self.rushes) + chance.randrange(_RUSH_MS)

    def spell(self, chance: random.Random, longest_ms: int = 600_000) -> tuple[int, int]:
        """Choose when something begins, and how long it lasts."""
        return self.instant(chance), chance.randint(1, max(1, min(longest_ms, self.lasts_ms)))


def _span(chance: random.Random, lasts_ms: int, hours: float) -> _Span:
    rushes = (chance.randrange(lasts_ms) for _ in range(max(1, round(_RUSHES_AN_HOUR * hours))))
    return _Span(lasts_ms, hours, tuple(rushes))


def plan_case(seed: int, hours: float = 1.0) -> Case:
    """Make a case of few visits at a time and long spells of faults: hardly two messages meet anywhere."""
    chance = random.Random(f"case {seed}")
    begins = _pick(chance, _BEGINNINGS)
    lasts_ms = int(hours * HOUR_MS)
    span = _span(chance, lasts_ms, hours)
    nodes = _pick(chance, _SHARED)
    fold = chance.random() < (0.3 if nodes > PROVINCES else 0.7)
    sealed = chance.random() < 0.25
    exchange = nodes > PROVINCES and chance.random() < 0.12
    stories = sorted(
        _stories(chance, _STORIES_AN_HOUR * span.hours, partial(span.instant, chance)),
        key=lambda row: row.at_ms,
    )
    faults = [*_faults(chance, span), *(_rotations(chance, span) if exchange else ())]
    faults += [Fault(FaultKind.POLICY_CHANGE, span.instant(chance))] if chance.random() < 0.5 else []
    faults.sort(key=lambda row: (row.at_ms, row.kind))
    return Case(
        seed,
        begins,
        lasts_ms,
        tuple(stories),
        tuple(faults),
        fold=fold,
        sealed=sealed,
        exchange=exchange,
        nodes=nodes,
    )


_RUSHES, _RUSHING_VISITS, _RUSHING_MS, _ALL_AT_ONCE = 2, 36, 1_000, 0.95
"""Rushes and their visits an hour, how long they come, and the share that settles all charges at once."""
_STRAGGLERS = 0.1
"""Between the rushes there are so many of the visits and faults that are spread over other hours."""
_TURNS_MS = (100, 200, 400)


def plan_rushes(seed: int, hours: float = 1.0) -> Case:
    """Make a case of dense rushes in which the faults strike: transactions take time, so they are full."""
    chance = random.Random(f"rushes {seed}")
    begins, lasts_ms = _pick(chance, _BEGINNINGS), int(hours * HOUR_MS)
    rushes = tuple(chance.randrange(lasts_ms) for _ in range(max(1, round(_RUSHES * hours))))
    nodes, fold, sealed = _pick(chance, _SHARED), chance.random() < 0.5, chance.random() < 0.25
    exchange = nodes > PROVINCES and chance.random() < 0.12
    between, visits = (
        _Span(lasts_ms, hours * _STRAGGLERS, rushes),
        max(4, _RUSHING_VISITS * hours / len(rushes)),
    )
    stories, faults = (
        [*_stories(chance, _STORIES_AN_HOUR * between.hours, partial(between.instant, chance))],
        [*_faults(chance, between)],
    )
    for rush_ms in rushes:
        in_rush = partial(_within, chance, rush_ms)
        stories += _stories(chance, visits, in_rush, CROWD, _ALL_AT_ONCE, 2 * _MOST_CHARGES)
        faults += _faults_of_rush(chance, rush_ms)
    if exchange:
        faults += _rotations(chance, between)
    if chance.random() < 0.5:
        faults.append(Fault(FaultKind.POLICY_CHANGE, _within(chance, chance.choice(rushes))))
    return Case(
        seed,
        begins,
        lasts_ms,
        tuple(sorted(stories, key=lambda row: row.at_ms)),
        tuple(sorted(faults, key=lambda row: (row.at_ms, row.kind))),
        fold=fold,
        sealed=sealed,
        exchange=exchange,
        nodes=nodes,
        turn_ms=chance.choice(_TURNS_MS),
        parcels=True,
    )


def _within(chance: random.Random, rush_ms: int) -> int:
    return rush_ms + chance.randrange(_RUSHING_MS)


def _faults_of_rush(chance: random.Random, rush_ms: int) -> Iterator[Fault]:
    """Yield what befalls messages and nodes in a rush, and while what it left is worked off."""
    for kind in chance.sample(sorted(WEATHER), 2):
        at_ms = _within(chance, rush_ms)
        yield Fault(kind, at_ms, chance.randint(500, 10_000), amount=chance.choice((20, 100, 300)))
    for kind, often, longest_ms, amounts in _IN_A_RUSH:
        for _ in range(_count(chance, often)):
            node, peer = chance.sample(range(PROVINCES + 1), 2)
            at_ms, for_ms = rush_ms + chance.randrange(2 * _RUSHING_MS), chance.randint(1, longest_ms)
            yield Fault(kind, at_ms, for_ms, node, peer, chance.choice(amounts))


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
    span = _span(chance, lasts_ms, 0.6)
    stories = tuple(
        sorted(
            _stories(chance, _STORIES_AN_HOUR * span.hours, partial(span.instant, chance)),
            key=lambda row: row.at_ms,
        )
    )
    faults = [*_faults(chance, span._replace(hours=1.0))]
    for day in range(_LAST_DAYS + _ROUGH_DAYS):
        morning_ms = day * _DAY_MS + chance.choice((4, 8)) * HOUR_MS
        around_ms = morning_ms + chance.randint(-600_000, 600_000)
        for kind, amounts in ((FaultKind.DROP, (100, 300)), (FaultKind.DOUBLE, (100, 300))):
            faults.append(Fault(kind, max(0, around_ms), 3_600_000, amount=chance.choice(amounts)))
        for_ms, statements = chance.randint(1_000, 60_000), chance.randrange(30)
        node = chance.randrange(PROVINCES + 1)
        faults.append(Fault(FaultKind.CRASH, morning_ms + 100, for_ms, node, amount=statements))
    faults.sort(key=lambda row: (row.at_ms, row.kind))
    return Case(
        seed,
        _MONTH_BEGINS,
        lasts_ms,
        stories,
        tuple(faults),
        fold=chance.random() < 0.5,
        closes_days=True,
        sealed=True,
        nodes=_pick(chance, _SHARED),
    )


SPREAD_EVERY = 3
"""Of so many seeds one has its visits spread over its hours; the others have most of them in few rushes."""


def case_of(seed: int, hours: float) -> Case:
    """Make the case a seed stands for: rushes, or visits over all hours, now and then a month's end."""
    if seed % MONTH_EVERY == 0:
        return plan_month(seed)
    return plan_case(seed, hours) if seed % SPREAD_EVERY == 1 else plan_rushes(seed, hours)


def _pick(chance: random.Random, rows: tuple[tuple[T, int], ...]) -> T:
    return chance.choices([row[0] for row in rows], [row[1] for row in rows])[0]


def _stories(
    chance: random.Random,
    visits: float,
    when: Callable[[], int],
    persons: int = PERSONS,
    all_at_once: float = 0.4,
    most_charges: int = _MOST_CHARGES,
) -> Iterator[Story]:
    """Yield visits; `when` chooses their instants, `all_at_once` is the share that settles so."""
    for _ in range(max(1, int(visits))):
        together = chance.random() < all_at_once
        yield Story(
            at_ms=when(),
            person=chance.randrange(persons),
            care=chance.randint(1, PROVINCES),
            charges=tuple(chance.choice(_CHARGES)(chance) for _ in range(chance.randint(1, most_charges))),
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


def _faults(chance: random.Random, span: _Span) -> Iterator[Fault]:
    """Yield weather in spells, and what befalls nodes."""
    for kind in (FaultKind.DROP, FaultKind.DOUBLE, FaultKind.DELAY, FaultKind.REORDER):
        for _ in range(max(1, round(3 * span.hours))):
            yield Fault(kind, *span.spell(chance), amount=chance.choice((20, 100, 300)))
    for kind, often, longest_ms, amounts in _OF_NODES:
        for _ in range(_count(chance, often * span.hours)):
            at_ms, for_ms = span.spell(chance, longest_ms)
            node, peer = chance.sample(range(PROVINCES + 1), 2)
            yield Fault(kind, at_ms, for_ms, node, peer, chance.choice(amounts))


def _rotations(chance: random.Random, span: _Span) -> Iterator[Fault]:
    """Yield the replacing of keys, several an hour."""
    for _ in range(max(1, round(6 * span.hours))):
        yield Fault(FaultKind.KEY_ROTATION, span.instant(chance), node=chance.randrange(PROVINCES + 1))


_OF_NODES: tuple[tuple[FaultKind, float, int, tuple[int, ...]], ...] = (
    (FaultKind.PARTITION, 3, 300_000, (0,)),
    (FaultKind.SLOW, 3, 300_000, (200, 1_500, 5_000)),
    (FaultKind.CRASH, 16, 20_000, (0, 0, *range(1, 30))),
    (FaultKind.DISK_FULL, 2, 60_000, (0,)),
    (FaultKind.COMMIT_UNSURE, 4, 1, (1, 1, 3)),
    (FaultKind.CLOCK_JUMP, 2, 1, (-90, -2, 2, 90, 600)),
)


_IN_A_RUSH: tuple[tuple[FaultKind, float, int, tuple[int, ...]], ...] = (
    (FaultKind.PARTITION, 0.7, 10_000, (0,)),
    (FaultKind.SLOW, 0.4, 5_000, (200, 1_500)),
    (FaultKind.SLOW_DISK, 0.7, 10_000, (200, 1_000)),
    (FaultKind.CRASH, 3, 5_000, (0, *range(1, 40))),
    (FaultKind.DISK_FULL, 0.5, 1_000, (0,)),
    (FaultKind.COMMIT_UNSURE, 1.5, 1, (1, 1, 3)),
    (FaultKind.CLOCK_JUMP, 0.5, 1, (-90, -2, 2, 90, 600)),
)


def _count(chance: random.Random, mean: float) -> int:
    """Return a whole number around a mean."""
    return int(mean) + (chance.random() < mean - int(mean))

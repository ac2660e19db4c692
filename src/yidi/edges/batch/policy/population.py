"""Makes populations of visits: the same size, seed, year and areas make the same file. No real person's data.

The distributions are stylised (sources: none; shapes as public statistics describe them): visits a person
and costs a visit are skewed, the old come more often, stays are rare and dear, a few live elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from yidi.domain.policy.answers import NOT_SAID
from yidi.domain.policy.policy import Policies, Policy
from yidi.edges.batch.policy.visits import FACTS, SCHEMA, day_numbers

Array = np.ndarray[Any, np.dtype[Any]]
BLOCK_PERSONS, AT_ONCE = 20_000, 2
CARE = ("outpatient", "inpatient", "emergency_outpatient", "chronic", "pharmacy")
MEDIAN_FEN = np.array([22_000, 850_000, 45_000, 60_000, 12_000])
SPREAD = np.array([0.9, 1.0, 0.9, 0.7, 0.8])
"""Median cost of a visit by kind of care, and the standard deviation of its logarithm."""
LEVELS = np.array([[0.5, 0.25, 0.25], [0.2, 0.35, 0.45], [0.1, 0.4, 0.5], [0.3, 0.4, 0.3], [1.0, 0.0, 0.0]])
STANDINGS = (
    ("local", "local"),
    ("other_province", "long_term"),
    ("in_province", "long_term"),
    ("other_province", "referred"),
    ("other_province", "emergency"),
    ("other_province", "temporary"),
    ("other_province", "unfiled"),
)
AWAY_NEVER, AWAY_OFTEN = [0.97, 0.0, 0.0, 0.01, 0.005, 0.01, 0.005], [0.3, 0.4, 0.2, 0.03, 0.02, 0.03, 0.02]
GRADES, KINDS = ("A", "B", "C", ""), ("hospital", "primary", "tcm", "pharmacy")
CATEGORIES, CATEGORY_SHARES = ("", "2303", "2304", "236074"), [0.94, 0.035, 0.005, 0.02]
CLASSES = ("working", "retired", "resident", "child", "student")
MEAN_VISITS = 8.0
GREATEST_FEN = 2_000_000_000
PARTS_SHARE = ((0.4, 0.05), (0.15, 0.02), (0.7, 0.08))
"""How often a bill has full self-pay, an excess over a limit, a first self-pay, and its mean share."""


class Population(NamedTuple):
    """What to make: visits, chance, the year, the insured areas with their schemes."""

    visits: int
    seed: int
    year: int
    places: tuple[Policy, ...]
    areas: tuple[str, ...]


def places_of(
    policies: Policies, areas: Sequence[str], year: int
) -> tuple[tuple[Policy, ...], tuple[str, ...]]:
    """Return the policies of these areas on the year's last day; without areas, of every pack of a place."""
    day = f"{year}-12-31"
    own = [p for p in policies.all() if p.area.isdigit() and not p.area.startswith("99")]
    wanted = areas or sorted({p.area for p in own})
    found: list[tuple[Policy, str]] = []
    for area in wanted:
        for scheme in ("310", "390"):
            policy = policies.find(area, scheme, day)
            if isinstance(policy, Policy):
                found.append((policy, area))
    return tuple(policy for policy, _ in found), tuple(area for _, area in found)


def write_population(
    asked: Population, path: Path, progress: Callable[[int], object] = lambda rows: None
) -> int:
    """Write the population; returns its persons. `progress` hears of rows written."""
    schema = schema_of(asked)
    persons, written = 0, 0
    with parquet.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        for table in blocks(asked):
            table = table.slice(0, asked.visits - written)
            writer.write_table(table)
            written += len(table)
            persons += len(table["person"].unique())
            progress(len(table))
    return persons


def schema_of(asked: Population) -> pa.Schema:
    """Return the columns of a population: every visit's, and the facts its areas ask of their own."""
    schema = SCHEMA
    for name in _facts(asked):
        schema = schema.append(pa.field(FACTS + name, pa.dictionary(pa.int32(), pa.string())))
    return schema


def _facts(asked: Population) -> list[str]:
    return sorted({name for policy in asked.places for name in policy.terms.facts})


def blocks(asked: Population) -> Iterator[pa.Table]:
    """Yield blocks of whole persons, each from a seed of its own, until there are visits enough.

    Some are made side by side and then handed out, so none is made while they are worked on.
    """
    made, block = 0, count()
    facts, schema = _facts(asked), schema_of(asked)

    def make(number: int) -> pa.Table:
        return _Block(asked, facts, number).table(schema)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        while made < asked.visits:
            for table in list(pool.map(make, islice(block, AT_ONCE))):
                if len(table) and made < asked.visits:
                    yield table
                made += len(table)


class _Block:
    """Some thousand persons and their visits of the year."""

    def __init__(self, asked: Population, facts: Sequence[str], block: int) -> None:
        self.asked, self.facts, self.block = asked, facts, block
        self.chance = np.random.default_rng([asked.seed, block])
        self.words: dict[str, tuple[Array, Sequence[str]]] = {}
        self.persons()
        self.when()

    def persons(self) -> None:
        """Draw who is insured where, how old, and how often ill."""
        chance, count = self.chance, BLOCK_PERSONS
        self.place = chance.integers(0, len(self.asked.places), count)
        employee = np.array([p.scheme == "310" for p in self.asked.places])[self.place]
        self.age = np.where(
            employee,
            np.clip(chance.normal(48, 15, count), 18, 95),
            np.clip(chance.gamma(2.2, 20, count), 0, 99),
        ).astype(np.int16)
        old = np.where(employee, self.age >= 58, False)
        young = np.where(self.age < 18, 3, np.where(self.age < 23, 4, 2))
        wanted = np.where(employee, old.astype(np.int64), young)
        self.person_class = _allowed(wanted, self.place, [p.terms.persons for p in self.asked.places])
        often = chance.gamma(0.8, MEAN_VISITS / 0.8, count) * (0.5 + self.age / 90)
        self.number = np.minimum(chance.poisson(often), 300)
        self.civil = employee & (chance.random(count) < 0.08)
        self.category = chance.choice(len(CATEGORIES), count, p=CATEGORY_SHARES)
        self.away = chance.random(count) < 0.06
        self.ill = chance.random(count) < np.clip(self.age / 220, 0.02, 0.4)

    def when(self) -> None:
        """Give every person's visits their days, in order."""
        self.who = np.repeat(np.arange(BLOCK_PERSONS), self.number)
        first = day_numbers([f"{self.asked.year}-01-01", f"{self.asked.year + 1}-01-01"])
        day = self.chance.integers(0, first[1] - first[0], len(self.who))
        self.day = np.sort(self.who * 400 + day) % 400 + first[0]

    def table(self, schema: pa.Schema) -> pa.Table:
        """Draw the visits and put everything into columns."""
        chance, who, rows = self.chance, self.who, len(self.who)
        ill = self.ill[who]
        share = chance.random(rows)
        stay = share < 0.02 + self.age[who] / 1500
        care = np.where(stay, 1, np.where(share > 0.95, 2, np.where(share > 0.8, 4, 0)))
        care = np.where(ill & (care == 0) & (chance.random(rows) < 0.5), 3, care)
        level = 1 + (chance.random(rows)[:, None] > LEVELS.cumsum(axis=1)[care][:, :2]).sum(axis=1)
        often, never = np.cumsum(AWAY_OFTEN), np.cumsum(AWAY_NEVER)
        drawn = chance.random(rows)[:, None]
        standing = (drawn > np.where(self.away[who][:, None], often, never)[:, :-1]).sum(axis=1)
        kind = np.where(care == 4, 3, np.where((level == 1) & (chance.random(rows) < 0.6), 1, 0))
        kind = np.where((kind == 0) & (chance.random(rows) < 0.12), 2, kind)
        grade = np.where(level == 1, 3, chance.integers(0, 4, rows))
        place = self.place[who]
        columns: dict[str, pa.Array] = {
            "person": pa.array(self.block * BLOCK_PERSONS + who + 1, pa.int64()),
            "on": pa.array(self.day.astype(np.int32), pa.int32()).cast(pa.date32()),
            "area": _words(place, self.asked.areas),
            "scheme": _words(place, [p.scheme for p in self.asked.places]),
            "person_class": _words(self.person_class[who], CLASSES),
            "care_kind": _words(care, CARE),
            "place": _words(standing, [where for where, _ in STANDINGS]),
            "standing": _words(standing, [filed for _, filed in STANDINGS]),
            "institution_kind": _words(kind, KINDS),
            "level_grade": _words(grade, GRADES),
            "chronic_code": _words(
                np.where(care == 3, chance.integers(1, 3, rows), 0), ("", "M03900", "M00500")
            ),
            "assistance_category": _words(self.category[who], CATEGORIES),
            "plan_tier": self._tier(place),
            "institution": _words(
                level * 100 + chance.integers(0, 100, rows), [f"H{n:04d}" for n in range(400)]
            ),
            "age": pa.array(self.age[who]),
            "level": pa.array(level.astype(np.int8)),
            "contracted_primary": pa.array((kind == 1) & (who % 3 > 0)),
            "civil_servant": pa.array(self.civil[who]),
            **self._money(care, level, rows),
            **{FACTS + name: self._fact(name, place) for name in self.facts},
        }
        return pa.table([columns[name].cast(schema.field(name).type) for name in schema.names], schema=schema)

    def _tier(self, place: Array) -> pa.Array:
        """Draw the tier of the plan where a pack has several."""
        tiers = [[t for t in p.answers.domains["tier"] if t != NOT_SAID] or [""] for p in self.asked.places]
        return self._of_place(place, tiers)

    def _of_place(self, place: Array, answers: list[list[str]]) -> pa.Array:
        """Draw a word of the area's own for each person; the same on every visit."""
        words = sorted({word for each in answers for word in each})
        chosen = self.chance.random(BLOCK_PERSONS)[self.who]
        at = np.zeros(len(place), dtype=np.int64)
        for number, each in enumerate(answers):
            mine = place == number
            codes = np.array([words.index(word) for word in each])
            at[mine] = codes[(chosen[mine] * len(each)).astype(np.int64)]
        return _words(at, words)

    def _fact(self, name: str, place: Array) -> pa.Array:
        """Draw a fact of a pack's own; nothing where the area does not ask it."""
        answers: list[list[str]] = []
        for policy in self.asked.places:
            fact = policy.terms.facts.get(name)
            if fact is None or fact.percent or fact.adds:
                answers.append([""])
            elif fact.greatest:
                answers.append([str(n * fact.greatest // 10) for n in range(11)])
            else:
                answers.append(list(fact.answers))
        return self._of_place(place, answers)

    def _money(self, care: Array, level: Array, rows: int) -> dict[str, pa.Array]:
        """Draw the heads of every bill, and a balance for those that use their account."""
        chance = self.chance
        logarithm = (
            np.log(MEDIAN_FEN[care]) + SPREAD[care] * chance.standard_normal(rows) + 0.25 * (level - 2)
        )
        total = np.clip(np.exp(logarithm), 100, GREATEST_FEN).astype(np.int64)
        left, parts = total.copy(), []
        for often, mean in PARTS_SHARE:
            share_bp = (np.minimum(chance.exponential(mean, rows), 0.9) * 10_000).astype(np.int64)
            part = np.where(chance.random(rows) < often, left * share_bp // 10_000, 0)
            left -= part
            parts.append(part)
        full, over, first = parts
        uses = chance.random(rows) < 0.5
        balance = np.where(uses, chance.integers(0, 300_000, rows), 0)
        named = zip(
            ("total_fen", "full_self_fen", "over_limit_fen", "first_self_fen", "in_scope_fen"),
            (total, full, over, first, left),
            strict=True,
        )
        return {
            **{name: pa.array(values) for name, values in named},
            "account_balance_fen": pa.array(balance),
        }


def _words(codes: Array, words: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int32)), pa.array(list(words), pa.string())
    )


def _allowed(wanted: Array, place: Array, persons: Sequence[Sequence[str]]) -> Array:
    """Give every person a class its policy knows: the wanted one, else the policy's first."""
    table = np.array(
        [
            [n if name in known else CLASSES.index(known[0]) for n, name in enumerate(CLASSES)]
            for known in persons
        ]
    )
    return table[place, wanted]

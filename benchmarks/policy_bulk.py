"""Benefits in bulk: visits a second with counters carried, growth, memory, and openfisca-core beside it.

`python -m benchmarks.policy_bulk --visits 10000000`; `--check 1000000` instead compares every amount of
a random million with the counter.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from pyarrow import parquet

from benchmarks.figures import Figure, show
from yidi.domain.policy.policy import Policies
from yidi.edges.batch.policy.compiled import Answered, Asked, adjudicate, room_for
from yidi.edges.batch.policy.counter import ask_persons, persons_left
from yidi.edges.batch.policy.flat import FUNDS, Shelf
from yidi.edges.batch.policy.population import Population, places_of, write_population
from yidi.edges.batch.policy.simulating import Sides, Simulation, settled
from yidi.edges.batch.policy.visits import Lexicon, Visits, columns_of, word_columns
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.policy import read_policies

THEME = "Benefits in bulk"
FLAT, WIDEST = "flat", "widest"
AREAS = {FLAT: "650100", WIDEST: "110000"}
"""One without a pack of its own, for which the demonstration pack stands in; and the widest that ships."""
SMALL, ROUNDS, THREADS, SEED, YEAR = 1_000_000, 3, 2, 20261122, 2026
Loaded = tuple[Shelf, Lexicon, Visits]


def the_policies() -> Policies:
    """Read the packs that ship."""
    return read_policies(packs_folder() / "policy")


def make(policies: Policies, visits: int, areas: Sequence[str], path: Path, scheme: str = "") -> None:
    """Write a population of some areas, of one scheme where asked."""
    places, names = places_of(policies, areas, YEAR)
    chosen = [(p, n) for p, n in zip(places, names, strict=True) if not scheme or p.scheme == scheme]
    asked = Population(visits, SEED, YEAR, tuple(p for p, _ in chosen), tuple(n for _, n in chosen))
    write_population(asked, path)


def load(policies: Policies, path: Path) -> Loaded:
    """Read a file of visits into columns."""
    file = parquet.ParquetFile(path, read_dictionary=word_columns(parquet.read_schema(path)))
    lexicon = Lexicon()
    visits = columns_of(file.read(), lexicon)
    return Shelf(policies, lexicon), lexicon, visits


def outpatient_only(visits: Visits, lexicon: Lexicon) -> Visits:
    """Make every visit an outpatient one at home: one layer, a deductible, a line, a cap."""
    codes = visits.codes.copy()
    for column, word in (("care_kind", "outpatient"), ("place", "local"), ("standing", "local")):
        codes[visits.columns.index(column)] = lexicon.code(column, word)
    return visits._replace(codes=codes)


def repeated(visits: Visits, times: int) -> Visits:
    """Repeat a population with new persons, so that a large one needs no large file."""
    rows = visits.rows
    starts = [visits.starts[:-1] + rows * number for number in range(times)]
    return visits._replace(
        person=np.arange(rows * times),
        starts=np.concatenate([*starts, [rows * times]]),
        day=np.tile(visits.day, times),
        codes=np.tile(visits.codes, (1, times)),
        heads=np.tile(visits.heads, (1, times)),
        balance=np.tile(visits.balance, times),
        institution=np.tile(visits.institution, times),
        told=np.tile(visits.told, times),
    )


def cut(asked: Asked, first: int, last: int) -> Asked:
    """Cut out the visits of the persons `first` to `last`."""
    low, high = int(asked.starts[first]), int(asked.starts[last])
    return Asked(
        asked.starts[first : last + 1] - low,
        asked.combination[low:high],
        asked.year[low:high],
        np.ascontiguousarray(asked.heads[:, low:high]),
        asked.balance[low:high],
        asked.told[low:high],
    )


def walk(shelf: Shelf, asked: Asked, piece: int = 131_072) -> float:
    """Walk all visits piece by piece on two threads; returns the seconds. Each thread has one room."""
    persons = len(asked.starts) - 1
    marks = np.searchsorted(asked.starts, np.arange(0, int(asked.starts[-1]) + piece, piece))
    edges = np.unique(np.minimum(marks, persons))
    pieces = [cut(asked, int(a), int(b)) for a, b in pairwise(edges)]
    largest = max(len(each.combination) for each in pieces)

    def work(number: int) -> None:
        room = room_for(largest, len(FUNDS))
        for each in pieces[number::THREADS]:
            rows = len(each.combination)
            part = Answered(room.state[:rows], room.paid[:rows], room.person[:rows], room.account[:rows])
            part.paid[:] = 0
            adjudicate(shelf.tables, each, part)

    begun = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    return time.perf_counter() - begun


def best(work: Callable[[], float], rounds: int = ROUNDS) -> float:
    """Return the seconds of the quickest round."""
    return min(work() for _ in range(rounds))


def rate_figures(policies: Policies, visits: int, folder: Path) -> list[Figure]:
    """Measure the flat case and the widest pack at this size, and how the cost of a visit grows."""
    figures = []
    for case, target in ((FLAT, 10.0), (WIDEST, 3.0)):
        path = folder / f"{case}.parquet"
        make(policies, SMALL, [AREAS[case]], path, "310")
        shelf, lexicon, small = load(policies, path)
        if case == FLAT:
            small = outpatient_only(small, lexicon)
        asked = shelf.ask(small)
        walk(shelf, asked)
        one = best(lambda s=shelf, a=asked: walk(s, a))  # type: ignore[misc]
        large = shelf.ask(repeated(small, max(visits // SMALL, 1)))
        seconds = best(lambda s=shelf, a=large: walk(s, a))  # type: ignore[misc]
        rows = len(large.combination)
        note = f"{seconds / rows * 1e9 * THREADS:.0f} ns a visit and core; {SMALL / one / 1e6:.1f} M/s at 1 M"
        figures.append(
            Figure(
                THEME, f"{case} case, {rows:,} visits", rows / seconds / 1e6, "M/s", target, True, note=note
            )
        )
        growth = (seconds / rows) / (one / SMALL)
        figures.append(Figure(THEME, f"{case} case, cost of a visit against 1 M", growth, "x", 1.3))
    return figures


def simulation_figures(policies: Policies, folder: Path) -> list[Figure]:
    """Measure `yidi policy simulate` whole: Parquet read, two sides settled, everything added up."""
    path = folder / f"{WIDEST}.parquet"
    sides = Sides(policies, policies)
    Simulation(sides, path, threads=THREADS).run()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    Simulation(sides, path, threads=THREADS).run()
    seconds = time.perf_counter() - begun
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    return [
        Figure(
            THEME,
            "simulate, both sides and the report",
            SMALL / seconds / 1e6,
            "M visits/s",
            note=f"{SMALL:,}",
        ),
        Figure(THEME, "memory beyond the first run", grown / SMALL, "B/visit", 100),
    ]


def openfisca_figures(policies: Policies) -> list[Figure]:
    """Measure the stateless case beside openfisca-core's arrays: one stay a person, no counters yet."""
    from benchmarks import benefit
    from benchmarks.peers import openfisca_model
    from benchmarks.peers.rules import make_visits, read_rules

    policy = benefit.the_policy()
    own = [
        visit for visit in make_visits(2_000) if visit.later_stay == 0 and not any(visit.counters.values())
    ]
    times = max(SMALL // len(own), 1)
    rows = len(own) * times
    shelf, asked = _one_stay_each(policies, own, times)
    ours = best(lambda: walk(shelf, asked))
    answered = room_for(rows, len(FUNDS))
    adjudicate(shelf.tables, asked, answered)
    model = openfisca_model.Model(read_rules(policy))
    questions = [openfisca_model.question(visit) for visit in own]
    arrays = {name: np.tile(np.concatenate([q[name] for q in questions]), times) for name in questions[0]}
    begun = time.perf_counter()
    theirs = model.answers(arrays, rows)
    taken = time.perf_counter() - begun
    names = [str(fund) for fund in FUNDS]
    funds = [names.index(n) for n in ("pool", "employer_supplement", "large_sum", "serious_illness")]
    for fund, other in zip(funds, theirs, strict=True):
        assert (answered.paid[:, fund] == other).all(), f"{names[fund]} differs"
    return [
        Figure(THEME, f"openfisca-core, arrays, {rows:,} stays", rows / taken / 1e6, "M/s"),
        Figure(THEME, "ours against openfisca-core, stateless", taken / ours, "x", 10, at_least=True),
    ]


def _one_stay_each(policies: Policies, own: Sequence[Any], times: int) -> tuple[Shelf, Asked]:
    """Put the peers' stays into columns, one person each."""
    import pyarrow as pa

    count = len(own)
    rows: dict[str, list[Any]] = {
        "person": list(range(count)),
        "on": [date(2026, 11, 22)] * count,
        "area": ["110000"] * count,
        "scheme": ["310"] * count,
    }
    for name in ("person_class", "age", "level", "care_kind", "place", "standing"):
        values = [getattr(visit.situation, name) for visit in own]
        rows[name] = values if isinstance(values[0], int) else [str(value) for value in values]
    for name in ("total_fen", "full_self_fen", "over_limit_fen", "first_self_fen", "in_scope_fen"):
        rows[name] = [getattr(visit.bill, name) for visit in own]
    lexicon = Lexicon()
    shelf = Shelf(policies, lexicon)
    return shelf, shelf.ask(repeated(columns_of(pa.table(rows), lexicon), times))


def check(count: int) -> None:
    """Compare every amount of a random population of all areas with the counter."""
    policies = the_policies()
    with tempfile.TemporaryDirectory() as folder:
        make(policies, count, [], Path(folder) / "all.parquet")
        shelf, lexicon, visits = load(policies, Path(folder) / "all.parquet")
    bulk, asked = room_for(visits.rows, len(FUNDS)), shelf.ask(visits)
    adjudicate(shelf.tables, asked, bulk)
    left = len(list(persons_left(visits, bulk)))
    bulk = settled(shelf, policies, visits, lexicon)
    counter = room_for(visits.rows, len(FUNDS))
    ask_persons(policies, visits, lexicon, range(len(visits.starts) - 1), counter)
    wrong = sum(int((getattr(bulk, name) != getattr(counter, name)).sum()) for name in Answered._fields)
    persons = len(visits.starts) - 1
    print(f"{visits.rows:,} visits, {persons:,} persons ({left:,} by the counter): {wrong} amounts differ")
    sys.exit(wrong > 0)


def measure(visits: int = SMALL) -> list[Figure]:
    """Measure all of it."""
    policies = the_policies()
    with tempfile.TemporaryDirectory(prefix="yidi-policy-bulk-") as folder:
        figures = rate_figures(policies, visits, Path(folder))
        figures += simulation_figures(policies, Path(folder))
    if find_spec("openfisca_core") is not None:
        figures += openfisca_figures(policies)
    return figures


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.policy_bulk", description=__doc__)
    parser.add_argument("--visits", type=int, default=10 * SMALL, help="visits of the large case")
    parser.add_argument("--check", type=int, default=0, help="only compare so many visits with the counter")
    chosen = parser.parse_args()
    if chosen.check:
        check(chosen.check)
    figures = measure(chosen.visits)
    show(figures)
    sys.exit(any(figure.reached is False for figure in figures))


if __name__ == "__main__":
    main()

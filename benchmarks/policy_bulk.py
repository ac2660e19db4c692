"""Benefits in bulk: visits a second with counters carried, growth, memory, and openfisca-core beside it.

`python -m benchmarks.policy_bulk --visits 10000000`; `--check 1000000` instead compares every amount of
a random million with the counter.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from threading import get_ident
from typing import Any

import numpy as np
from pyarrow import parquet

from benchmarks.figures import Figure, show
from yidi.domain.policy.policy import Policies
from yidi.edges.batch.policy.compiled import Answered, Asked, adjudicate, room_for
from yidi.edges.batch.policy.counter import ask_persons, persons_left
from yidi.edges.batch.policy.flat import FUNDS, Shelf
from yidi.edges.batch.policy.population import Population, blocks, places_of, write_population
from yidi.edges.batch.policy.simulating import Sides, Simulation, settled
from yidi.edges.batch.policy.visits import Lexicon, Visits, columns_of, word_columns
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.policy import read_policies

THEME = "Benefits in bulk"
FLAT, WIDEST = "flat", "widest"
AREAS = {FLAT: "650100", WIDEST: "110000"}
"""One without a pack of its own, for which the demonstration pack stands in; and the widest that ships."""
SMALL, ROUNDS, THREADS, SEED, YEAR, BLOCKS = 1_000_000, 5, 2, 20261122, 2026, 8
PIECE = 65_536
Loaded = tuple[Shelf, Lexicon, Visits]


def the_policies() -> Policies:
    """Read the packs that ship; as in `yidi policy simulate`, the collector leaves them alone."""
    policies = read_policies(packs_folder() / "policy")
    gc.freeze()
    return policies


def population(policies: Policies, areas: Sequence[str], scheme: str = "") -> Population:
    """Ask for a population of some areas, of one scheme where asked."""
    places, names = places_of(policies, areas, YEAR)
    chosen = [(p, n) for p, n in zip(places, names, strict=True) if not scheme or p.scheme == scheme]
    return Population(SMALL, SEED, YEAR, tuple(p for p, _ in chosen), tuple(n for _, n in chosen))


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


class Bench:
    """Settles blocks of visits on two threads as `simulate` does: answers numbered, then walked."""

    def __init__(self, policies: Policies, case: str) -> None:
        self.case, self.lexicon = case, Lexicon()
        self.shelf = Shelf(policies, self.lexicon)
        self.population = population(policies, [AREAS[case]], "310")
        self.rooms: dict[int, Answered] = {}
        self.wall = self.cpu = 0.0
        self.visits = 0

    def rounds(self, visits: int) -> Iterator[list[Visits]]:
        """Make so many visits, a dozen blocks at a time; no two blocks have the same persons."""
        pieces: list[Visits] = []
        for table in blocks(self.population._replace(visits=visits)):
            columns = columns_of(table, self.lexicon)
            pieces.append(outpatient_only(columns, self.lexicon) if self.case == FLAT else columns)
            if len(pieces) == BLOCKS:
                yield pieces
                pieces = []
        if pieces:
            yield pieces

    def _work(self, visits: Visits) -> None:
        room = self.rooms.get(get_ident())
        if room is None or len(room.state) < visits.rows:
            room = self.rooms[get_ident()] = room_for(visits.rows + visits.rows // 4, len(FUNDS))
        part = Answered(*(column[: visits.rows] for column in room))
        asked = self.shelf.ask(visits)
        adjudicate(self.shelf.tables, asked, part)

    def settle(self, pool: ThreadPoolExecutor, pieces: list[Visits]) -> float:
        """Settle blocks; returns the seconds a visit."""
        begun, busy = time.perf_counter(), time.process_time()
        list(pool.map(self._work, pieces))
        seconds, rows = time.perf_counter() - begun, sum(piece.rows for piece in pieces)
        self.wall, self.cpu = self.wall + seconds, self.cpu + time.process_time() - busy
        self.visits += rows
        return seconds / rows


def best(work: Callable[[], float], rounds: int = ROUNDS) -> float:
    """Return the seconds of the quickest round."""
    return min(work() for _ in range(rounds))


def rate_figures(policies: Policies, visits: int) -> list[Figure]:
    """Measure the flat case and the widest pack at this size, and how the cost of a visit grows."""
    figures = []
    for case, target in ((FLAT, 10.0), (WIDEST, 3.0)):
        bench = Bench(policies, case)
        with ThreadPoolExecutor(THREADS) as pool:
            few = next(bench.rounds(SMALL))
            bench.settle(pool, few)
            one = best(lambda b=bench, p=pool, f=few: b.settle(p, f))  # type: ignore[misc]
            bench.wall, bench.cpu, bench.visits = 0.0, 0.0, 0
            for pieces in bench.rounds(visits):
                bench.settle(pool, pieces)
        rows, cost = bench.visits, bench.wall / bench.visits
        note = f"{bench.cpu / rows * 1e9:.0f} ns of CPU a visit; {1e-6 / one:.1f} M/s at about 1 M"
        name = f"{case} case, {rows:,} visits"
        figures.append(Figure(THEME, name, 1e-6 / cost, "M/s", target, True, note=note))
        figures.append(Figure(THEME, f"{case} case, cost of a visit against 1 M", cost / one, "x", 1.3))
    return figures


def simulation_figures(policies: Policies, folder: Path, visits: int) -> list[Figure]:
    """Measure `yidi policy simulate` whole: Parquet read, two sides settled, everything added up."""
    sides, seconds, memory = Sides(policies, policies), 0.0, []
    for size in (SMALL, max(visits, 2 * SMALL)):
        path = folder / f"{size}.parquet"
        write_population(population(policies, [AREAS[WIDEST]], "310")._replace(visits=size), path)
        begun = time.perf_counter()
        Simulation(sides, path, threads=THREADS).run()
        seconds = time.perf_counter() - begun
        memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
    grown = (memory[1] - memory[0]) / (size - SMALL)
    name = f"simulate {size:,}: read, both sides, the report"
    return [
        Figure(THEME, name, size / seconds / 1e6, "M visits/s"),
        Figure(THEME, "memory a visit more", grown, "B", 100, note=f"at most {memory[1] / 2**20:,.0f} MiB"),
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
    theirs = model.answers(arrays, rows)
    taken = best(lambda: _seconds(lambda: model.answers(arrays, rows)), 2)
    names = [str(fund) for fund in FUNDS]
    funds = [names.index(n) for n in ("pool", "employer_supplement", "large_sum", "serious_illness")]
    for fund, other in zip(funds, theirs, strict=True):
        assert (answered.paid[:, fund] == other).all(), f"{names[fund]} differs"
    note = f"{rows / ours / 1e6:.1f} M/s; both are given numbered answers, every amount agrees"
    return [
        Figure(THEME, f"openfisca-core, arrays, {rows:,} stays", rows / taken / 1e6, "M/s"),
        Figure(THEME, "ours against openfisca-core, stateless", taken / ours, "x", 10, True, note=note),
    ]


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def walk(shelf: Shelf, asked: Asked) -> float:
    """Walk visits whose answers are numbered, as openfisca-core is given them, on two threads: seconds."""
    persons = len(asked.starts) - 1
    marks = np.searchsorted(asked.starts, np.arange(0, int(asked.starts[-1]) + PIECE, PIECE))
    edges = np.unique(np.minimum(marks, persons))
    pieces = [cut(asked, int(a), int(b)) for a, b in pairwise(edges)]
    largest = max(len(each.combination) for each in pieces)
    rooms = [room_for(largest, len(FUNDS)) for _ in range(THREADS)]

    def work(number: int) -> None:
        for each in pieces[number::THREADS]:
            part = Answered(*(column[: len(each.combination)] for column in rooms[number]))
            adjudicate(shelf.tables, each, part)

    with ThreadPoolExecutor(THREADS) as pool:
        return _seconds(lambda: list(pool.map(work, range(THREADS))))


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
    columns = columns_of(pa.table({name: values * times for name, values in rows.items()}), lexicon)
    starts = np.arange(count * times + 1)
    return shelf, shelf.ask(columns._replace(starts=starts))


def check(count: int) -> None:
    """Compare every amount of a random population of all areas with the counter."""
    policies = the_policies()
    with tempfile.TemporaryDirectory() as folder:
        write_population(population(policies, [])._replace(visits=count), Path(folder) / "all.parquet")
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
        figures = rate_figures(policies, visits)
        figures += simulation_figures(policies, Path(folder), visits)
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

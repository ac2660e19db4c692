"""Work on many visits, each size in a fresh process, so that a small one is measured as a large one is.

Visits are settled once each, by two threads, as they are made: no round is repeated, no best one chosen.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import count, pairwise
from pathlib import Path
from threading import get_ident
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa

from yidi.domain.policy.policy import Policies
from yidi.edges.batch.policy.compiled import Answered, adjudicate, room_for
from yidi.edges.batch.policy.flat import FUNDS, Shelf
from yidi.edges.batch.policy.population import Population, blocks, places_of, write_population
from yidi.edges.batch.policy.report import page, report_of
from yidi.edges.batch.policy.simulating import Sides, Simulation
from yidi.edges.batch.policy.visits import Lexicon, Visits, columns_of
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.policy import read_policies

FLAT, WIDEST = "flat", "widest"
AREAS = {FLAT: "650100", WIDEST: "110000"}
"""One without a pack of its own, for which the demonstration pack stands in; and the widest that ships."""
SEED, WARM_SEED, YEAR, THREADS = 20261122, 7, 2026, 2
ROUND, PIECE = 1_000_000, 32_768
T = TypeVar("T")


class Told(NamedTuple):
    """What a piece of work took: seconds on the clock and of the processor, for so many visits."""

    wall: float
    cpu: float
    visits: int
    memory: int = 0
    """The most bytes the process ever held."""


def the_policies() -> Policies:
    """Read the packs that ship; as in `yidi policy simulate`, the collector leaves them alone."""
    policies = read_policies(packs_folder() / "policy")
    gc.freeze()
    return policies


def population(policies: Policies, areas: Sequence[str], visits: int, seed: int = SEED) -> Population:
    """Ask for a population of some areas; of one area, its employees only."""
    places, names = places_of(policies, areas, YEAR)
    chosen = [(p, n) for p, n in zip(places, names, strict=True) if not areas or p.scheme == "310"]
    return Population(visits, seed, YEAR, tuple(p for p, _ in chosen), tuple(n for _, n in chosen))


def outpatient_only(visits: Visits, lexicon: Lexicon) -> Visits:
    """Make every visit an outpatient one at home: one layer, a deductible, a line, a cap."""
    codes = visits.codes.copy()
    for column, word in (("care_kind", "outpatient"), ("place", "local"), ("standing", "local")):
        codes[visits.columns.index(column)] = lexicon.code(column, word)
    return visits._replace(codes=codes)


class Counter:
    """Says on the error output, where somebody looks, how far work is."""

    def __init__(self, name: str, total: int) -> None:
        self.name, self.total, self.done = name, total, 0
        self.seen = sys.stderr.isatty()

    def __call__(self, rows: int) -> None:
        """Count so many rows more."""
        self.done += rows
        if self.seen:
            end = "\n" if self.done >= self.total else ""
            sys.stderr.write(f"\r{self.name}: {self.done:,} of {self.total:,}{end}")
            sys.stderr.flush()


class Stream:
    """Settles visits as they are made: answers numbered, then walked with the counters carried."""

    def __init__(self, case: str) -> None:
        policies = the_policies()
        self.case, self.lexicon = case, Lexicon()
        self.shelf = Shelf(policies, self.lexicon)
        self.asked = population(policies, [AREAS[case]], ROUND)
        self.rooms: dict[int, Answered] = {}

    def rounds(self, visits: int, seed: int) -> Iterator[list[Visits]]:
        """Make visits, about a million at a time; no two rounds have the same persons."""
        pieces: list[Visits] = []
        made, before = 0, 0
        for table in blocks(self.asked._replace(visits=visits, seed=seed)):
            pieces += [self._columns(piece) for piece in cut_persons(table)]
            made += len(table)
            if made - before >= ROUND:
                yield pieces
                pieces, before = [], made
        if pieces:
            yield pieces

    def _columns(self, table: pa.Table) -> Visits:
        columns = columns_of(table, self.lexicon)
        return outpatient_only(columns, self.lexicon) if self.case == FLAT else columns

    def _work(self, visits: Visits) -> None:
        room = self.rooms.get(get_ident())
        if room is None or len(room.state) < visits.rows:
            room = self.rooms[get_ident()] = room_for(visits.rows + visits.rows // 4, len(FUNDS))
        part = Answered(*(column[: visits.rows] for column in room))
        asked = self.shelf.ask(visits)
        adjudicate(self.shelf.tables, asked, part)

    def settle(self, pool: ThreadPoolExecutor, pieces: list[Visits]) -> Told:
        """Settle a round."""
        begun, busy = time.perf_counter(), time.process_time()
        list(pool.map(self._work, pieces))
        wall, cpu = time.perf_counter() - begun, time.process_time() - busy
        return Told(wall, cpu, sum(piece.rows for piece in pieces))


def cut_persons(table: pa.Table) -> Iterator[pa.Table]:
    """Cut a block into pieces of whole persons, of about `PIECE` visits."""
    person = table["person"].to_numpy()
    wanted = np.arange(0, len(person), PIECE)
    edges = [*np.unique(np.searchsorted(person, person[wanted])).tolist(), len(person)]
    for first, last in pairwise(edges):
        yield table.slice(first, last - first)


def a_core_each() -> Callable[[], None]:
    """Return what gives each thread of a pool a core of its own, where there are that many."""
    cores, number = sorted(os.sched_getaffinity(0)), count()

    def settle_down() -> None:
        if len(cores) >= THREADS:
            os.sched_setaffinity(0, {cores[next(number) % len(cores)]})

    return settle_down


def settle_stream(case: str, visits: int, seed: int = SEED) -> Told:
    """Settle so many visits of new persons once each, after a million visits of others to warm up."""
    stream, told, say = Stream(case), Told(0.0, 0.0, 0), Counter(f"{case} case", visits)
    with ThreadPoolExecutor(THREADS, initializer=a_core_each()) as pool:
        for pieces in stream.rounds(ROUND, WARM_SEED):
            stream.settle(pool, pieces)
        for pieces in stream.rounds(visits, seed):
            one = stream.settle(pool, pieces)
            told = Told(told.wall + one.wall, told.cpu + one.cpu, told.visits + one.visits)
            say(one.visits)
    return told


def write_file(visits: int, path: str) -> Told:
    """Write a population of the widest pack's area."""
    policies, begun, busy = the_policies(), time.perf_counter(), time.process_time()
    write_population(population(policies, [AREAS[WIDEST]], visits), Path(path), Counter("writing", visits))
    return Told(time.perf_counter() - begun, time.process_time() - busy, visits)


def simulate_file(path: str) -> Told:
    """Do the whole of `yidi policy simulate`, packs read before: two sides, the report, the page."""
    policies, begun, busy = the_policies(), time.perf_counter(), time.process_time()
    simulation = Simulation(Sides(policies, policies), Path(path), threads=THREADS)
    totals = simulation.run(Counter("simulate", simulation.rows))
    page(report_of(totals, "base", "reform", path))
    wall, cpu = time.perf_counter() - begun, time.process_time() - busy
    return Told(wall, cpu, simulation.rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def fresh(work: Callable[..., T], *given: Any) -> T:
    """Do a piece of work in a process of its own that did nothing before."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *given).result()

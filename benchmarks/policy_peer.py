"""The stateless case beside openfisca-core's arrays: one stay a person, no counters yet, the same amounts.

Both are given numbered answers for a million stays, of which some thousand differ, so that no branch is
learnt by heart; both have the machine's two cores. openfisca-core is measured in three forms: one
simulation of all stays, as it is mostly run; pieces that fit the caches on two threads; and in two processes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from queue import SimpleQueue
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks import benefit
from benchmarks.figures import Figure
from benchmarks.peers import openfisca_model
from benchmarks.peers.rules import make_visits, read_rules
from benchmarks.policy_stream import THREADS, a_core_each, the_policies
from yidi.domain.policy.policy import Policies
from yidi.edges.batch.policy.compiled import Answered, Asked, adjudicate, room_for
from yidi.edges.batch.policy.flat import FUNDS, Shelf
from yidi.edges.batch.policy.visits import Lexicon, columns_of

PIECE, THEIR_PIECE, ROUNDS, DIFFERENT = 65_536, 131_072, 5, 10_000
Arrays = dict[str, Any]


def openfisca_figures(theme: str, size: int) -> list[Figure]:
    """Measure all forms in turn, five times each; the best round counts, every amount is compared."""
    policy, policies = benefit.the_policy(), the_policies()
    own = [
        visit
        for visit in make_visits(8 * DIFFERENT)
        if visit.later_stay == 0 and not any(visit.counters.values())
    ][:DIFFERENT]
    times = max(size // len(own), 1)
    rows = len(own) * times
    shelf, asked = one_stay_each(policies, own, times)
    begun = time.process_time()
    shelf.write_out()
    written = time.process_time() - begun
    model = openfisca_model.Model(read_rules(policy))
    questions = [openfisca_model.question(visit) for visit in own]
    arrays = {name: np.tile(np.concatenate([q[name] for q in questions]), times) for name in questions[0]}
    compare(shelf, asked, model.answers(arrays, rows))
    pieces = cut_arrays(arrays, rows)
    apart = in_two_processes(model, pieces)
    whole, threads, ours = [], [], []
    with ThreadPoolExecutor(THREADS, initializer=a_core_each()) as pool:
        walk(shelf, asked, pool)
        for _ in range(ROUNDS):
            whole.append(seconds_of(lambda: model.answers(arrays, rows)))
            threads.append(seconds_of(lambda: list(pool.map(partial(settle, model), pieces))))
            ours.append(walk(shelf, asked, pool))
    forms = {"one simulation": min(whole), "pieces on two threads": min(threads), "two processes": apart}
    mine = min(ours)
    speed = f"ours {rows / mine / 1e6:.1f} M/s on two threads"
    made = (
        f"{speed}; {apart / mine:.1f}x two processes of theirs; walks written out before in {written:.1f} s"
    )
    name = "ours against openfisca-core, stateless"
    return [
        *(Figure(theme, f"openfisca-core, {form}", rows / each / 1e6, "M/s") for form, each in forms.items()),
        Figure(theme, f"{name}, one simulation", min(whole) / mine, "x", 10, True, note=speed),
        Figure(theme, f"{name}, pieces on two threads", min(threads) / mine, "x", 10, True, note=made),
    ]


def cut_arrays(arrays: Arrays, rows: int) -> list[Arrays]:
    """Cut the stays into pieces that suit openfisca-core best."""
    firsts = range(0, rows, THEIR_PIECE)
    return [{name: each[first : first + THEIR_PIECE] for name, each in arrays.items()} for first in firsts]


def settle(model: Any, piece: Arrays) -> None:
    """Let openfisca-core settle a piece."""
    model.answers(piece, len(piece["scope"]))


def in_two_processes(model: Any, pieces: Sequence[Arrays]) -> float:
    """Return the seconds of openfisca-core's best round on a core each, nothing handed over counted."""
    context = get_context("fork")
    together, told = context.Barrier(THREADS), context.SimpleQueue()
    cores = sorted(os.sched_getaffinity(0))

    def work(number: int) -> None:
        os.sched_setaffinity(0, {cores[number % len(cores)]})
        for _ in range(ROUNDS + 1):
            together.wait()
            begun = time.perf_counter()
            for piece in pieces[number::THREADS]:
                settle(model, piece)
            together.wait()
            told.put(time.perf_counter() - begun)

    made = [context.Process(target=work, args=(number,)) for number in range(THREADS)]
    for each in made:
        each.start()
    best = min(told.get() for _ in range(THREADS * (ROUNDS + 1)))
    for each in made:
        each.join()
    return best


def compare(shelf: Shelf, asked: Asked, theirs: Sequence[Any]) -> None:
    """Both must agree to the fen, fund by fund."""
    answered = room_for(len(asked.combination), len(FUNDS))
    adjudicate(shelf.tables, asked, answered)
    names = [str(fund) for fund in FUNDS]
    for name, other in zip(
        ("pool", "employer_supplement", "large_sum", "serious_illness"), theirs, strict=True
    ):
        assert (answered.paid[:, names.index(name)] == other).all(), f"{name} differs"


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def walk(shelf: Shelf, asked: Asked, pool: ThreadPoolExecutor) -> float:
    """Walk visits whose answers are numbered, as openfisca-core is given them, on two threads: seconds."""
    persons = len(asked.starts) - 1
    marks = np.searchsorted(asked.starts, np.arange(0, int(asked.starts[-1]) + PIECE, PIECE))
    edges = np.unique(np.minimum(marks, persons))
    pieces = [cut(asked, int(a), int(b)) for a, b in pairwise(edges)]
    largest = max(len(each.combination) for each in pieces)
    rooms: SimpleQueue[Answered] = SimpleQueue()
    for _ in range(THREADS):
        rooms.put(room_for(largest, len(FUNDS)))

    def work(each: Asked) -> None:
        room = rooms.get()
        adjudicate(shelf.tables, each, Answered(*(column[: len(each.combination)] for column in room)))
        rooms.put(room)

    return seconds_of(lambda: list(pool.map(work, pieces)))


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


def one_stay_each(policies: Policies, own: Sequence[Any], times: int) -> tuple[Shelf, Asked]:
    """Put the peers' stays into columns, one person each."""
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

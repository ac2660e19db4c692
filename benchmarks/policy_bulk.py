"""Benefits in bulk: visits a second with counters carried, growth, memory, and openfisca-core beside it.

`python -m benchmarks.policy_bulk --visits 50000000`; `--check 1000000` instead compares every amount of
a random million with the counter; `--only rate simulate peer` measures a part.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from benchmarks import policy_stream
from benchmarks.figures import Figure, show
from benchmarks.policy_stream import FLAT, SEED, WIDEST, Counter, Told, fresh, population, the_policies
from yidi.edges.batch.policy.compiled import Answered, adjudicate, own_walks, room_for
from yidi.edges.batch.policy.counter import ask_persons, persons_left
from yidi.edges.batch.policy.flat import FUNDS, Shelf
from yidi.edges.batch.policy.population import blocks
from yidi.edges.batch.policy.simulating import settled
from yidi.edges.batch.policy.visits import Lexicon, columns_of

THEME = "Benefits in bulk"
SMALL, LARGE, TIMES = 1_000_000, 10_000_000, 3
WRITTEN_BP = 100
"""In the check, rules that one visit of a hundred takes get a walk of their own after the first block."""
PARTS = ("rate", "simulate", "peer")


def middle(tries: Sequence[Told]) -> tuple[float, float]:
    """Return the median cost of a visit, in seconds of the clock and of the processor."""
    return median(t.wall / t.visits for t in tries), median(t.cpu / t.visits for t in tries)


def rate_figures(visits: int) -> list[Figure]:
    """Measure the flat case and the widest pack at this size, and how the cost of a visit grows.

    Every size in fresh processes, each visit of persons never seen settled once: one million in
    three processes with other persons each, of which the middle one counts, then the large number.
    """
    figures = []
    for case, target in ((FLAT, 10.0), (WIDEST, 3.0)):
        few = [fresh(policy_stream.settle_stream, case, SMALL, SEED + 1 + n) for n in range(TIMES)]
        many = fresh(policy_stream.settle_stream, case, visits)
        wall, cpu = middle(few)
        cost, busy = many.wall / many.visits, many.cpu / many.visits
        note = (
            f"{busy * 1e9:.0f} ns of processor time a visit; of 1 M {1e-6 / wall:.1f} M/s, {cpu * 1e9:.0f} ns"
        )
        name = f"{case} case, {many.visits:,} visits"
        figures.append(Figure(THEME, name, 1e-6 / cost, "M/s", target, True, note=note))
        note = f"processor time {busy / cpu:.2f} x; a fresh process each, every visit settled once"
        name = f"{case} case, cost of a visit against 1 M"
        figures.append(Figure(THEME, name, cost / wall, "x", 1.3, note=note))
    return figures


def simulation_figures(folder: Path, visits: int) -> list[Figure]:
    """Measure `yidi policy simulate` whole: Parquet read, two sides settled, everything added up."""
    found: list[Told] = []
    for size in (SMALL, max(visits, 2 * SMALL)):
        path = folder / f"{size}.parquet"
        fresh(policy_stream.write_file, size, str(path))
        found.append(fresh(policy_stream.simulate_file, str(path)))
        path.unlink()
    few, many = found
    name = f"simulate {many.visits:,}: read, both sides, the report"
    note = f"{many.wall:.1f} s; {many.cpu / many.visits * 1e9:.0f} ns of processor time a visit"
    growth = (many.wall / many.visits) / (few.wall / few.visits)
    memory = (many.memory - few.memory) / (many.visits - few.visits)
    held = f"at most {many.memory / 2**20:,.0f} MiB; of 1 M {few.memory / 2**20:,.0f} MiB"
    return [
        Figure(THEME, name, many.visits / many.wall / 1e6, "M visits/s", note=note),
        Figure(THEME, "simulate, cost of a visit against 1 M", growth, "x", 1.3, note="a fresh process each"),
        Figure(THEME, "memory a visit more", memory, "B", 100, note=held),
    ]


def check(count: int) -> int:
    """Compare every amount of a random population of all areas with the counter; returns how many differ."""
    policies, lexicon = the_policies(), Lexicon()
    shelf, say = Shelf(policies, lexicon), Counter("compared", count)
    rows = persons = left = wrong = written = 0
    for table in blocks(population(policies, [], count)):
        visits = columns_of(table.slice(0, count - rows), lexicon)
        rows, persons = rows + visits.rows, persons + len(visits.starts) - 1
        alone = room_for(visits.rows, len(FUNDS))
        asked = shelf.ask(visits)
        adjudicate(shelf.tables, asked, alone)
        left += len(list(persons_left(visits, alone)))
        bulk, counter = settled(shelf, policies, visits, lexicon), room_for(visits.rows, len(FUNDS))
        ask_persons(policies, visits, lexicon, range(len(visits.starts) - 1), counter)
        wrong += differing(bulk, counter)
        if shelf.walks.counting:
            shelf.write_out(WRITTEN_BP)
            wrong += differing(settled(shelf, policies, visits, lexicon), counter)
        written += int(own_walks(shelf.tables, asked.combination).sum())
        say(visits.rows)
    print(f"{rows:,} visits, {persons:,} persons ({left:,} by the counter): {wrong} amounts differ")
    print(f"of these {written:,} visits of rules with a walk of their own")
    return wrong


def differing(bulk: Answered, counter: Answered) -> int:
    """Return how many answers differ."""
    return sum(int((getattr(bulk, n) != getattr(counter, n)).sum()) for n in Answered._fields)


def measure(visits: int = LARGE, parts: Sequence[str] = PARTS) -> list[Figure]:
    """Measure all of it, or some parts."""
    figures: list[Figure] = []
    if "rate" in parts:
        figures += rate_figures(visits)
    if "simulate" in parts:
        with tempfile.TemporaryDirectory(prefix="yidi-policy-bulk-") as folder:
            figures += simulation_figures(Path(folder), visits)
    if "peer" in parts and find_spec("openfisca_core") is not None:
        from benchmarks.policy_peer import openfisca_figures

        figures += openfisca_figures(THEME, SMALL)
    return figures


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.policy_bulk", description=__doc__)
    parser.add_argument("--visits", type=int, default=LARGE, help="visits of the large case")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="what is measured")
    parser.add_argument("--check", type=int, default=0, help="only compare so many visits with the counter")
    chosen = parser.parse_args()
    if chosen.check:
        sys.exit(check(chosen.check) > 0)
    figures = measure(chosen.visits, chosen.only)
    show(figures)
    sys.exit(any(figure.reached is False for figure in figures))


if __name__ == "__main__":
    main()

"""Runs every benchmark and prints one table: `make bench`, or `python -m benchmarks`.

`--write FILE` also puts the table into a page, between the two marks that stand in it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import uvloop

from benchmarks import (
    bulk,
    demonstration,
    documents,
    ledger,
    nation,
    packs,
    policy_bulk,
    pricing,
    settlement,
    simulation,
    visits,
)
from benchmarks.figures import Figure, markdown, show
from benchmarks.gauge import GAUGE_THEME, gauge_seconds
from benchmarks.load import wrk
from benchmarks.load.playing import Scene

START, END = "<!-- measured: begin -->", "<!-- measured: end -->"
STORED = 100_000
PEERS = ("zen", "openfisca_core")


def benefit_figures() -> Sequence[Figure]:
    """Measure benefits, beside the peers where the extra [peers] is installed."""
    from benchmarks import benefit

    if missing := [name for name in PEERS if find_spec(name) is None]:
        print(
            f"not installed, so not compared: {', '.join(missing)} (pip install -e '.[peers]')",
            file=sys.stderr,
        )
    return benefit.measure()


def load_figures(seconds: float, stored: int) -> list[Figure]:
    """Measure everything that goes over HTTP."""

    async def all_loads() -> list[Figure]:
        scene: Scene = await settlement.make_scene()
        found: list[Figure] = []
        for engine in ("sqlite", "postgresql"):
            found += await settlement.measure(engine, scene, seconds=seconds)
        found += await settlement.measure_two_nodes(scene, seconds)
        if stored:
            found += await settlement.measure_growth(scene, stored, seconds)
        for engine in ("sqlite", "postgresql"):
            found += await visits.measure(engine, scene, seconds=seconds)
        return found

    if not wrk.installed():
        print(wrk.HINT, file=sys.stderr)
    return uvloop.run(all_loads())


def gauge_figures() -> Sequence[Figure]:
    """Take the gauge."""
    return [Figure(GAUGE_THEME, "the gauge", gauge_seconds() * 1e6, "µs")]


def write(page: Path, figures: Sequence[Figure], command: str) -> None:
    """Put the table between the marks of a page, or at its end when it has none."""
    text = page.read_text("utf-8") if page.exists() else ""
    table = f"{START}\n{markdown(figures, command)}\n{END}"
    before, mark, rest = text.partition(START)
    after = rest.partition(END)[2] if mark else "\n"
    page.write_text(before + table + after, "utf-8")


def main() -> None:
    """Measure, show, and write where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    themes = (
        "gauge",
        "benefit",
        "packs",
        "pricing",
        "load",
        "start",
        "bulk",
        "documents",
        "policy_bulk",
        "ledger",
    )
    themes += ("simulation", "nation")
    parser.add_argument("--only", nargs="+", choices=themes, default=list(themes))
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each load")
    parser.add_argument(
        "--stored", type=int, default=STORED, help="settlements stored for the growth figure; 0: none"
    )
    parser.add_argument("--minutes", type=float, default=0.5, help="how long the national peak is held")
    parser.add_argument("--rows", type=int, default=bulk.SMALL, help="settlements a party in bulk")
    parser.add_argument("--cluster", action="store_true", help="bulk jobs also on Spark with two executors")
    parser.add_argument("--write", type=Path, help="also write the table into this page")
    chosen = parser.parse_args()
    work: dict[str, Callable[[], Sequence[Figure]]] = {
        "gauge": gauge_figures,
        "benefit": benefit_figures,
        "packs": packs.measure,
        "pricing": pricing.measure,
        "load": lambda: load_figures(chosen.seconds, chosen.stored),
        "start": demonstration.measure,
        "bulk": lambda: bulk.measure(chosen.rows, peers=chosen.rows <= bulk.SMALL, cluster=chosen.cluster),
        "documents": documents.measure,
        "policy_bulk": policy_bulk.measure,
        "ledger": ledger.measure,
        "simulation": simulation.measure,
        "nation": lambda: nation.measure(seconds=chosen.seconds, minutes=chosen.minutes),
    }
    figures: list[Figure] = []
    for theme in themes:
        if theme in chosen.only:
            figures += work[theme]()
    show(figures)
    if chosen.write:
        given = [
            argument for argument in sys.argv[1:] if argument != "--write" and argument != str(chosen.write)
        ]
        write(
            chosen.write, figures, " ".join(["make bench", *([f'ARGS="{" ".join(given)}"'] if given else [])])
        )


if __name__ == "__main__":
    main()

"""Reading and checking the packs that ship, all and one by one: `python -m benchmarks.packs`.

Checking is the whole of `yidi policy check`: form, gaps, overlaps, ceilings, and every edge of every line
walked one fen on each side.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from benchmarks.figures import Figure, show
from benchmarks.timing import best_seconds
from yidi.domain.benefit.boundaries import Boundaries
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.policy import inspect_policies

THEME = "Policy packs"
ROUNDS = 3


def check(folder: Path) -> int:
    """Read and check the packs of a folder; returns how many policies they hold."""
    policies, _ = inspect_policies(folder)
    boundaries = Boundaries()
    for policy in policies.all():
        list(boundaries.faults(policy))
    return len(policies.all())


def seconds_alone(pack: Path) -> float:
    """Return the seconds to read and check one pack by itself."""
    with tempfile.TemporaryDirectory(prefix="yidi-pack-") as folder:
        shutil.copy(pack, folder)
        return best_seconds(lambda: check(Path(folder)), ROUNDS)


def measure() -> list[Figure]:
    """Measure all packs at once, then each by itself."""
    folder = packs_folder() / "policy"
    packs = sorted(folder.rglob("*.yaml"))
    policies, seconds = check(folder), best_seconds(lambda: check(folder), ROUNDS)
    alone = {pack.name: seconds_alone(pack) * 1e3 for pack in packs}
    slowest = max(alone, key=lambda name: alone[name])
    mean = sum(alone.values()) / len(alone)
    note = f"{slowest}; the mean of all is {mean:.0f} ms"
    return [
        Figure(THEME, f"read and check {len(packs)} packs", seconds, "s", 1.5, note=f"{policies} policies"),
        Figure(THEME, "read and check one pack, the slowest", alone[slowest], "ms", 50, note=note),
    ]


if __name__ == "__main__":
    show(measure())

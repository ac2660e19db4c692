"""How many settlement numbers make a span of the reconciliation: as many as hold about PER_SPAN settlements.

Too few, and the spans cost as much as settlements; too many, and every span holds a difference. The width
changes what a run costs, never what it finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median_low

from pyarrow import parquet

PER_SPAN = 50
_KEY = "settlement_key"


def width_of(paths: Sequence[str]) -> int:
    """Return the width for these files, from the statistics of their row groups; at least 1.

    Numbers may rise with time, may be scattered, and one may be far from all others: of the spread over all
    and of the usual spread within a row group, the denser counts.
    """
    groups = [group for path in paths for group in _groups(path)]
    if not groups:
        return 1
    rows = sum(group[2] for group in groups)
    over_all = (max(group[1] for group in groups) - min(group[0] for group in groups)) // rows
    within = median_low((last - first) // held for first, last, held in groups)
    return max(1, PER_SPAN * min(over_all, within))


def _groups(path: str) -> Iterable[tuple[int, int, int]]:
    """Give the least and largest key of each row group, and its rows."""
    meta = parquet.read_metadata(path)
    place = meta.schema.names.index(_KEY)
    for number in range(meta.num_row_groups):
        group = meta.row_group(number)
        seen = group.column(place).statistics
        if group.num_rows and seen is not None and seen.has_min_max:
            yield seen.min, seen.max, group.num_rows

"""Makes a synthetic month for the three parties, with injected differences and the truth about them.

For tests and benchmarks: no real person's data, no region's figures. The same arguments make the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb

from yidi.domain.dates import SHANGHAI
from yidi.edges.batch.form import LAYOUT_IN_SQL, SIDES
from yidi.edges.batch.manifest import ExtractFile, Manifest, described, write_manifest
from yidi.edges.batch.synthetic import DIFFERENCES, settlements, side_rows
from yidi.processes.ports.deciding import NATION

RATE_PPM = 100
"""Settlements struck by each class of difference, in a million."""
EARLIER = "earlier"
TRUTH, DISPUTED, CARRIED = "truth", "disputed", "carried"
EARLIER_PART = 1000
"""One settlement in so many belongs to an earlier month and is carried over."""
_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, 8, tzinfo=SHANGHAI)


class Synthetic(NamedTuple):
    """What to make: how many settlements, chance, the month (`2026-10`), provinces, rate of differences.

    Undone settlements come on top: each adds a negative record.
    """

    settlements: int
    seed: int
    month: str
    provinces: tuple[str, ...]
    rate_ppm: int = RATE_PPM


class _Day(NamedTuple):
    """A day and the numbers of its settlements, from `first` up to `last`."""

    day: date
    first: int
    last: int
    injected: Sequence[str]


def days_of(month: str) -> Sequence[date]:
    """Return the days of a month. ValueError when it is none."""
    first = date.fromisoformat(f"{month}-01")
    days = [first + _DAY * number for number in range(31)]
    return [day for day in days if (day.year, day.month) == (first.year, first.month)]


def generate(
    asked: Synthetic, folder: Path, *, threads: int = 2, progress: Callable[[str], object] = lambda day: None
) -> Manifest:
    """Write the month into `folder` and return its manifest; `progress` hears of every day that is done.

    Beside the extract: `truth.parquet` (settlement_id, difference), `disputed.parquet` (settlements of the
    month under dispute) and, in the folder `earlier`, an extract of the last days of the two months before,
    of which `carried.parquet` names those that were left out then and are cleared with this month.
    """
    days = days_of(asked.month)
    last = days[0] - _DAY
    before = [last.replace(day=1) - _DAY, last]
    earlier = asked._replace(settlements=-(-asked.settlements // EARLIER_PART), rate_ppm=0)
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {threads}")
        connection.execute(f"CREATE TABLE {TRUTH} (settlement_id VARCHAR, difference VARCHAR)")
        for table in (DISPUTED, CARRIED):
            connection.execute(f"CREATE TABLE {table} (settlement_id VARCHAR)")
        _Month(connection, earlier, folder / EARLIER, CARRIED, 2).write(before)
        manifest = _Month(connection, asked, folder, DISPUTED, 2000).write(days, progress)
        for table in (TRUTH, DISPUTED, CARRIED):
            target = folder / f"{table}.parquet"
            connection.execute(f"COPY (SELECT * FROM {table} ORDER BY ALL) TO '{target}' (FORMAT parquet)")
    return manifest


class _Month:
    """Writes the days of a month; one settlement in `one_in` is put into the table `listed`."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, asked: Synthetic, folder: Path, listed: str, one_in: int
    ) -> None:
        self._connection, self._asked, self._folder = connection, asked, folder
        self._listed, self._one_in = listed, one_in
        self._holders = dict.fromkeys(SIDES, asked.provinces) | {"nation": (NATION,)}

    def write(self, days: Sequence[date], progress: Callable[[str], object] = lambda day: None) -> Manifest:
        """Write every day of every side, and the manifest; files are described while the next day is made."""
        for side in SIDES:
            (self._folder / side).mkdir(parents=True, exist_ok=True)
        files: list[Future[ExtractFile]] = []
        with ThreadPoolExecutor(1) as pool:
            for place in self._spread(days):
                self._make(place)
                for side in SIDES:
                    path = self._write_side(place, side, first=place.day == days[0])
                    day = place.day.isoformat()
                    files.append(pool.submit(described, path, side, day, self._holders[side]))
                progress(place.day.isoformat())
        until = (days[-1] + _DAY).isoformat()
        return write_manifest(self._folder, days[0].isoformat(), until, [file.result() for file in files])

    def _spread(self, days: Sequence[date]) -> Iterator[_Day]:
        """Give every day its numbers. A late one needs a day after it, so the last day has none."""
        count, rate = self._asked.settlements, self._asked.rate_ppm
        for number, day in enumerate(days):
            first, last = (count * part // len(days) for part in (number, number + 1))
            possible = DIFFERENCES if day != days[-1] else tuple(n for n in DIFFERENCES if n != "late")
            yield _Day(day, first, last, possible if rate else ())

    def _make(self, place: _Day) -> None:
        """Make the settlements of a day, and write down the truth about them."""
        asked, run = self._asked, self._connection.execute
        given = {
            "seed": asked.seed,
            "first": place.first,
            "last": place.last,
            "since": (datetime.combine(place.day, time(), SHANGHAI) - _EPOCH) // _MICROSECOND,
            "step": max(1, _DAY // _MICROSECOND // max(1, place.last - place.first)),
        }
        run(settlements(asked.provinces, asked.rate_ppm, place.injected), given)
        run(f"INSERT INTO {TRUTH} SELECT settlement_id, difference FROM settled WHERE difference <> ''")
        run(
            f"INSERT INTO {self._listed} SELECT settlement_id FROM settled"
            f" WHERE undoes = '' AND side % {self._one_in} = 1"
        )

    def _write_side(self, place: _Day, side: str, *, first: bool) -> Path:
        """Write what a side holds of a day: what is on time, and what was late the day before."""
        path, run = self._folder / side / f"{place.day}.parquet", self._connection.execute
        day = place.day.isoformat()
        rows = side_rows(side, day, late=False) + ("" if first else f" UNION ALL SELECT * FROM late_{side}")
        run(f"COPY ({rows}) TO '{path}' ({LAYOUT_IN_SQL})")
        run(f"CREATE OR REPLACE TEMP TABLE late_{side} AS {side_rows(side, day, late=True)}")
        return path

"""Chooses the files a job reads and checks them: none twice, none foreign, none missing, none altered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyarrow as pa
from pyarrow import parquet

from yidi.domain.refusal import Refusal
from yidi.edges.batch.form import FORM, Sums
from yidi.edges.batch.jobs import Job
from yidi.edges.batch.manifest import ExtractFile, Manifest, digest_of, read_manifest
from yidi.edges.batch.refusals import (
    ALTERED_FILE,
    DOUBLED_FILE,
    MISSING_DAY,
    NO_EXTRACT,
    OTHER_MONTH,
    OUT_OF_RANGE,
)

_LARGEST = 2**63
_WEIGHT = 1 << 27
"""What a fingerprint multiplies an amount with, at most, and a bit to spare: 687 million yuan pass it."""


class Period(NamedTuple):
    """Business days from `since` up to, not including, `until`."""

    since: str
    until: str

    def widened(self, before: int, after: int) -> Period:
        """Add days on both ends."""
        since, until = date.fromisoformat(self.since), date.fromisoformat(self.until)
        return Period(
            (since - timedelta(days=before)).isoformat(), (until + timedelta(days=after)).isoformat()
        )

    def covers(self, day: str) -> bool:
        """Say whether a day lies in it."""
        return self.since <= day < self.until

    def days(self) -> Sequence[str]:
        """List its days."""
        since, until = date.fromisoformat(self.since), date.fromisoformat(self.until)
        return [(since + timedelta(days=number)).isoformat() for number in range((until - since).days)]


class Chosen(NamedTuple):
    """A file a job reads: where it is and what its manifest says of it."""

    path: Path
    file: ExtractFile


class Inputs(NamedTuple):
    """The files of a run, in the order of side, day and folder."""

    files: tuple[Chosen, ...]

    def paths(self, side: str) -> list[str]:
        """List the files of a side."""
        return [str(chosen.path) for chosen in self.files if chosen.file.side == side]

    def sums(self, sides: Sequence[str]) -> Mapping[str, Sums]:
        """Return what each side hands in."""
        found = dict.fromkeys(sides, Sums())
        for _, file in self.files:
            found[file.side] += file.sums
        return found


def choose(job: Job, folders: Sequence[Path], period: Period) -> Inputs | tuple[Refusal, ...]:
    """Choose from the extracts in these folders what a job reads for a period, or say all that is wrong."""
    manifests: list[tuple[Path, Manifest]] = []
    refusals: list[Refusal] = []
    for folder in folders:
        try:
            manifests.append((folder, read_manifest(folder)))
        except (OSError, msgspec.DecodeError):
            refusals.append(NO_EXTRACT.because(folder=folder))
    wide = period.widened(job.before, job.after)
    chosen: list[Chosen] = []
    for folder, manifest in manifests:
        of_job = [file for file in manifest.files if file.side in job.sides and wide.covers(file.day)]
        chosen += [Chosen(folder / file.name, file) for file in of_job]
        if not of_job and manifest.files:
            refusals.append(_foreign(folder.name, period, manifest.files[0].day))
    chosen.sort(key=lambda one: (job.sides.index(one.file.side), one.file.day, str(one.path)))
    refusals += [
        *_doubled(chosen),
        *_missing(job, chosen, period),
        *_altered(chosen, period),
        *_beyond(chosen),
    ]
    return tuple(refusals) or Inputs(tuple(chosen))


def _foreign(name: str, period: Period, day: str) -> Refusal:
    return OTHER_MONTH.because(name=name, since=period.since, until=period.until, day=day)


def _doubled(chosen: Sequence[Chosen]) -> Iterator[Refusal]:
    """Find what is handed in twice: a party's day, or the same bytes under another name."""
    held: dict[tuple[str, ...], Path] = {}
    for path, file in chosen:
        keys: list[tuple[str, ...]] = [(file.side, file.day, holder) for holder in file.jurisdictions]
        keys += [(file.side, file.sha256)] if file.rows else []
        others = {held[key] for key in keys if key in held}
        for other in sorted(others):
            yield DOUBLED_FILE.because(name=_short(path), other=_short(other), day=file.day)
        held.update((key, path) for key in keys if key not in held)


def _short(path: Path) -> str:
    """Name a file by its extract, side and day."""
    return "/".join(path.parts[-3:])


def _missing(job: Job, chosen: Sequence[Chosen], period: Period) -> Iterator[Refusal]:
    """Find the holes: every party that hands in anything does so for every day of the period."""
    holders: dict[str, set[str]] = {side: set() for side in job.sides}
    held: dict[tuple[str, str], set[str]] = defaultdict(set)
    for _, file in chosen:
        holders[file.side].update(file.jurisdictions)
        held[file.side, file.day].update(file.jurisdictions)
    for side in job.sides:
        for day in period.days():
            lacking = holders[side] - held[side, day]
            if lacking or not holders[side]:
                missing = ", ".join(sorted(lacking)[:5]) or "*"
                yield MISSING_DAY.because(side=side, day=day, missing=missing)


def _altered(chosen: Sequence[Chosen], period: Period) -> Sequence[Refusal]:
    """Find files that are not what their manifest says, two at a time: hashing lets other threads run."""
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda one: _fault(one, period), chosen)
        return [refusal for refusal in found if refusal is not None]


def _fault(chosen: Chosen, period: Period) -> Refusal | None:
    path, file = chosen
    try:
        whole = parquet.ParquetFile(path)
        fault = "" if whole.schema_arrow.names == FORM.names else "columns"
        days = _days_in(whole)
    except (OSError, pa.ArrowInvalid):
        return ALTERED_FILE.because(
            name=_short(path), what_zh="不可读或不存在", what_en="it cannot be read or is not there"
        )
    if foreign := sorted(days - {file.day}):
        return _foreign(_short(path), period, foreign[0])
    if fault:
        return ALTERED_FILE.because(name=_short(path), what_zh="列不同", what_en="it has other columns")
    if digest_of(path) != file.sha256:
        return ALTERED_FILE.because(
            name=_short(path), what_zh="内容已改变", what_en="its content has changed"
        )
    return None


def _days_in(whole: parquet.ParquetFile) -> set[str]:
    """Return the first and last business day of every row group, as its statistics say."""
    meta, found = whole.metadata, set()
    place = whole.schema_arrow.get_field_index("business_day")
    for group in range(meta.num_row_groups if place >= 0 else 0):
        seen = meta.row_group(group).column(place).statistics
        if seen is not None and seen.has_min_max:
            found |= {str(seen.min), str(seen.max)}
    return found


def _beyond(chosen: Sequence[Chosen]) -> Iterator[Refusal]:
    """Refuse amounts whose sum or fingerprint could pass 64 bits, before anything is computed."""
    rows = sum(file.rows for _, file in chosen)
    largest = max((file.largest_fen for _, file in chosen), default=0)
    if max(rows, _WEIGHT) * largest >= _LARGEST:
        yield OUT_OF_RANGE.because(rows=rows, largest_fen=largest)

"""Runs a job: chooses and checks its files, has an engine run it, and proves what came out.

The result is the same rows on either engine, its SHA-256 is over them in their order, and what is written is
the same to the byte when it is run again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyarrow as pa
from pyarrow import compute, parquet

from yidi.domain.refusal import Refusal
from yidi.edges.batch.engines import LIST_WITH_KEY, LISTS, DuckDB, Engine, Task
from yidi.edges.batch.form import Sums, settlement_key
from yidi.edges.batch.inputs import Inputs, Period, choose
from yidi.edges.batch.jobs import JOBS, Job
from yidi.edges.batch.widths import width_of

_ROWS_AT_ONCE = 65_536


class JobResult(NamedTuple):
    """What a job found. `table` has the job's columns in its order; amounts are fen.

    `counts_in` and `sums_per_side` are of the files that were read, as their checked manifests say;
    `sha256` is over the rows, each a JSON array on a line of its own, the first line being the columns.
    """

    job: str
    period: Period
    table: pa.Table
    sums_per_side: Mapping[str, Sums]
    lists: Mapping[str, int]
    sha256: str

    @property
    def counts_in(self) -> Mapping[str, int]:
        """Rows read of each side."""
        return {side: sums.rows for side, sums in self.sums_per_side.items()}

    @property
    def rows(self) -> Sequence[Mapping[str, str | int | None]]:
        """The rows as mappings from column to value."""
        rows: list[dict[str, str | int | None]] = self.table.to_pylist()
        return rows

    def manifest(self) -> bytes:
        """Write what was read and what came out, as JSON."""
        said = {
            "job": self.job,
            "since": self.period.since,
            "until": self.period.until,
            "inputs": {side: sums._asdict() for side, sums in self.sums_per_side.items()},
            "lists": dict(self.lists),
            "rows": self.table.num_rows,
            "sums": {
                name: compute.sum(self.table.column(name), min_count=0).as_py()
                for name in self.table.column_names
                if name.endswith("_fen")
            },
            "sha256": self.sha256,
        }
        return msgspec.json.format(msgspec.json.encode(said), indent=1) + b"\n"


def run_job(
    name: str,
    folders: Sequence[Path],
    period: Period,
    engine: Engine | None = None,
    lists: Mapping[str, Path] | None = None,
) -> JobResult | tuple[Refusal, ...]:
    """Run a job over extracts. `lists` are Parquet files with a column settlement_id: excluded, carried.

    KeyError when there is no such job.
    """
    job = JOBS[name]
    inputs = choose(job, folders, period)
    if not isinstance(inputs, Inputs):
        return inputs
    engine = engine or DuckDB()
    read = {wanted: _list((lists or {}).get(wanted)) for wanted in LISTS}
    table = _in_form(job, engine.run(_task(job, engine.name, inputs, period, read)))
    sizes = {wanted: found.num_rows for wanted, found in read.items()}
    return JobResult(name, period, table, inputs.sums(job.sides), sizes, digest_of_rows(table))


def _task(job: Job, engine: str, inputs: Inputs, period: Period, lists: Mapping[str, pa.Table]) -> Task:
    files = {side: inputs.paths(side) for side in job.sides}
    text = job.text(engine)
    given: dict[str, str | int] = {"since": period.since, "until": period.until}
    if job.spans:
        given["width"] = width_of(files[job.sides[0]])
    used = {name: table for name, table in lists.items() if f"JOIN {name}" in text}
    return Task(text, given, files, used)


def _list(path: Path | None) -> pa.Table:
    """Read a list of settlements, each once, with the surrogate beside the number."""
    if path is None:
        return LIST_WITH_KEY.empty_table()
    numbers = sorted(set(parquet.read_table(path, columns=["settlement_id"]).column(0).to_pylist()))
    return pa.table([[settlement_key(number) for number in numbers], numbers], schema=LIST_WITH_KEY)


def _in_form(job: Job, found: pa.Table) -> pa.Table:
    """Give the result the job's own types: engines differ in what they call a text or a sum."""
    return found.select(list(job.columns)).cast(job.form).combine_chunks()


def digest_of_rows(table: pa.Table) -> str:
    """Return the SHA-256 of the rows in their order."""
    digest = hashlib.sha256(msgspec.json.encode(table.column_names) + b"\n")
    for batch in table.to_batches(max_chunksize=_ROWS_AT_ONCE):
        rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        digest.update(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
    return digest.hexdigest()


def write_result(result: JobResult, folder: Path) -> Path:
    """Write `<job>.parquet` and `<job>.json` and return the first; the same result makes the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{result.job}.parquet"
    parquet.write_table(result.table, target, compression="zstd", row_group_size=_ROWS_AT_ONCE)
    (folder / f"{result.job}.json").write_bytes(result.manifest())
    return target

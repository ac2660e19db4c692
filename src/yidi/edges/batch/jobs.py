"""The jobs: each one SQL text (sql/*.sql) with its Spark twin (sql/spark/*.sql), what it reads, returns."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from yidi.edges.batch.form import SIDES

SQL = Path(__file__).parent / "sql"
TWINS = SQL / "spark"


class Job(NamedTuple):
    """A job. `before` and `after` count the days around the span whose files are read, where there are any.

    `spans` asks for the parameter $width, how many settlement numbers make a span.
    Columns that end in `_fen` or `_rows`, and `settlements`, are whole numbers; every other one is text.
    """

    name: str
    sides: tuple[str, ...]
    columns: tuple[str, ...]
    before: int = 0
    after: int = 0
    spans: bool = False

    def text(self, engine: str) -> str:
        """Return the SQL for an engine."""
        folder = TWINS if engine == "spark" else SQL
        return (folder / f"{self.name}.sql").read_text("utf-8")

    @property
    def form(self) -> pa.Schema:
        """The columns of the result with their types."""
        whole = ("_fen", "_rows", "settlements")
        return pa.schema(
            [(name, pa.int64() if name.endswith(whole) else pa.string()) for name in self.columns]
        )


_AMOUNTS = ("settlements", "total_fen", "fund_fen", "account_fen")
_LATE_DAYS = 3
_CARRIED_DAYS = 62
"""Two months, the longest that a settlement may be cleared late (regulation 7, any month)."""

JOBS = {
    job.name: job
    for job in (
        Job(
            "reconcile_day",
            SIDES,
            (
                "settlement_id",
                "difference",
                "undoes",
                "case_id",
                "care",
                "insured",
                "area",
                "scheme",
                "institution_code",
                *(
                    f"{side}_{what}"
                    for what in ("rows", "day", "state", "total_fen", "fund_fen", "account_fen")
                    for side in SIDES
                ),
            ),
            _LATE_DAYS,
            _LATE_DAYS,
            spans=True,
        ),
        Job("clearing_month", ("nation",), ("care", "insured", "scheme", "kind", *_AMOUNTS), _CARRIED_DAYS),
        Job(
            "clearing_by_area",
            ("nation",),
            ("insured", "area", "care", "scheme", "kind", *_AMOUNTS),
            _CARRIED_DAYS,
        ),
        Job("usage", ("nation",), ("insured", "care", "scheme", "month", *_AMOUNTS)),
        Job("institution_month", ("care",), ("care", "institution_code", "scheme", "kind", *_AMOUNTS)),
    )
}

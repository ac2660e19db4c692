"""Writes the Spark twin of every SQL job: `python scripts/transpile_jobs.py`; a test tells a stale one."""

from __future__ import annotations

from pathlib import Path

import sqlglot

from yidi.edges.batch.jobs import SQL, TWINS

HEAD = "-- Transpiled from ../{name} by scripts/transpile_jobs.py: change that one, not this.\n"


def twin_of(text: str, name: str) -> str:
    """Return the Spark text of a DuckDB text."""
    (written,) = sqlglot.transpile(text, read="duckdb", write="spark", pretty=True, comments=False)
    return HEAD.format(name=name) + written + "\n"


def twins() -> dict[Path, str]:
    """Return what every twin ought to be, by its place."""
    return {
        TWINS / path.name: twin_of(path.read_text("utf-8"), path.name) for path in sorted(SQL.glob("*.sql"))
    }


def main() -> None:
    """Write them all."""
    for place, text in twins().items():
        place.write_text(text, "utf-8")
        print(place.name)


if __name__ == "__main__":
    main()

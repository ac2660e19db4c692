"""The write-ahead log is copied beside the writer and begins anew; a reader is never waited for."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from structlog.testing import capture_logs

from yidi.edges.storage.engines.checkpoints import Checkpoints

LONG = 200_000


def _writer(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("CREATE TABLE fact (text TEXT)")
    return connection


def _write(writer: sqlite3.Connection, checkpoints: Checkpoints, commits: int) -> None:
    for number in range(commits):
        writer.execute("INSERT INTO fact VALUES (?)", (f"{number}" * 2_000,))
        checkpoints.after_commit()


def _write_until_it_begins_anew(writer: sqlite3.Connection, checkpoints: Checkpoints) -> None:
    until = time.monotonic() + 30
    while not checkpoints.restarts and time.monotonic() < until:
        _write(writer, checkpoints, 1)
    assert checkpoints.restarts, "the log never began anew"


def test_a_long_log_is_copied_and_begins_anew_and_every_row_is_in_the_database(tmp_path: Path) -> None:
    path = tmp_path / "node.sqlite"
    writer, checkpoints = _writer(path), Checkpoints(str(path), LONG, 4)
    _write(writer, checkpoints, 200)
    checkpoints.restarts = 0
    _write_until_it_begins_anew(writer, checkpoints)
    log = tmp_path / "node.sqlite-wal"
    length = log.stat().st_size
    _write(writer, checkpoints, 1)
    assert checkpoints._size() < LONG
    assert log.stat().st_size == length
    (rows,) = writer.execute("SELECT COUNT(*) FROM fact").fetchone()
    checkpoints.close()
    assert rows >= 200
    assert sqlite3.connect(path).execute("SELECT COUNT(*) FROM fact").fetchone() == (rows,)


def test_while_somebody_reads_the_log_stays_and_nobody_waits(tmp_path: Path) -> None:
    path = tmp_path / "node.sqlite"
    writer, checkpoints = _writer(path), Checkpoints(str(path), LONG, 4)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT COUNT(*) FROM fact").fetchone() == (0,)
    _write(writer, checkpoints, 300)
    assert checkpoints.restarts == 0
    assert reader.execute("SELECT COUNT(*) FROM fact").fetchone() == (0,)
    reader.execute("COMMIT")
    _write_until_it_begins_anew(writer, checkpoints)
    checkpoints.close()


def test_a_checkpoint_that_fails_is_noted_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "node.sqlite"
    writer, checkpoints = _writer(path), Checkpoints(str(path), LONG, 4)
    checkpoints._connection.close()
    with capture_logs() as noted:
        _write(writer, checkpoints, 300)
    assert {row["event"] for row in noted} == {"checkpoint_failed"}
    assert writer.execute("SELECT COUNT(*) FROM fact").fetchone() == (300,)

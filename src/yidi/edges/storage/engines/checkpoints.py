"""Copies SQLite's write-ahead log into the database beside the writer.

SQLite would copy inside whichever COMMIT makes the log long enough, and everybody in that commit waits for
tens of megabytes. Here a connection of its own copies while the writer goes on, then what came meanwhile,
until little is left; that is copied between two transactions, and the log begins anew in the same file,
whose room on the disk need not be found again. Readers are never waited for: while one still reads from the
log it goes on, and the next look tries again.
"""

from __future__ import annotations

import sqlite3
import struct
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import structlog

from yidi.edges.telemetry import kind_and_place

log = structlog.get_logger("yidi.storage")

LONG_BYTES = 80 << 20
LOOK_EVERY_COMMITS = 32
PAGE_BYTES = 4_096
_PAGES_AT, _PAGES = 16, struct.Struct("=I")
LITTLE_PAGES = 1_024
"""What may be left for the moment between two transactions: 4 MiB."""
MOST_PASSES = 8
"""A writer that is as fast as the disk is never caught up with."""


class Checkpoints:
    """The checkpoints of one database file; `after_commit` is called between transactions."""

    def __init__(self, path: str, long_bytes: int = LONG_BYTES, every: int = LOOK_EVERY_COMMITS) -> None:
        self._index, self._long, self._every = Path(f"{path}-shm"), long_bytes, every
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA busy_timeout = 0")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="checkpoint")
        self._copying: Future[None] | None = None
        self._commits = 0
        self.restarts = 0

    def close(self) -> None:
        """Let the copying end."""
        self._thread.shutdown(wait=True)
        self._connection.close()

    def after_commit(self) -> None:
        """Look now and then whether the log is long; start copying it, or begin it anew.

        A checkpoint that fails loses nothing, the log still has it all; it is noted and tried again.
        """
        self._commits += 1
        try:
            self._look()
        except sqlite3.Error as error:
            log.warning("checkpoint_failed", error=kind_and_place(error))

    def _look(self) -> None:
        if self._copying is not None:
            if self._copying.done():
                copied, self._copying = self._copying, None
                copied.result()
                self._begin_anew()
        elif self._commits % self._every == 0 and self._size() >= self._long:
            self._copying = self._thread.submit(self._copy)

    def _size(self) -> int:
        """Return the bytes of the log in use: its pages are counted in the WAL-index header."""
        try:
            with self._index.open("rb") as index:
                index.seek(_PAGES_AT)
                (pages,) = _PAGES.unpack(index.read(_PAGES.size))
        except (FileNotFoundError, struct.error):
            return 0
        return int(pages) * PAGE_BYTES

    def _copy(self) -> None:
        """Copy what is in the log, then what came meanwhile, until a pass finds little."""
        copied = 0
        for _ in range(MOST_PASSES):
            before = copied
            _, _, copied = self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if copied - before < LITTLE_PAGES:
                return

    def _begin_anew(self) -> None:
        """Copy the rest; the next COMMIT writes from the beginning. Not while a reader needs the log."""
        busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
        self.restarts += not busy

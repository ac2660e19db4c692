"""Syncs SQLite's write-ahead log in a thread of its own, so that the next transaction need not wait.

With synchronous=FULL, COMMIT itself waits for the disk and nothing else can be written meanwhile. Here COMMIT
hands the pages to the system, and the log file is synced after it: what FULL does, in the same order, in two
steps. Nothing is answered before the second. The log is read from its beginning after a loss of power, so
what was synced later never survives without what was committed before it. SQLite syncs by itself where the
order of files matters, around checkpoints (synchronous=NORMAL).
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

_sync = getattr(os, "fdatasync", os.fsync)


class LogSync:
    """The syncs of one database's log; the file is opened when there is one."""

    def __init__(self, path: str) -> None:
        self._path, self._file = f"{path}-wal", -1
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sync")

    def now(self) -> None:
        """Sync what was committed so far. Raises OSError when the disk fails."""
        if self._file < 0:
            self._file = os.open(self._path, os.O_RDWR)
            os.fsync(self._file)
        _sync(self._file)

    async def soon(self) -> None:
        """The same in the thread of its own."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self.now)

    def close(self) -> None:
        """Let the last sync end."""
        self._thread.shutdown(wait=True)
        if self._file >= 0:
            os.close(self._file)

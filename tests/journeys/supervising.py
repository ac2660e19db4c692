"""A supervisor of a PostgreSQL server: says when it has ended by itself, and starts it again as it was."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from benchmarks.load.nation import children_of, postmaster_of

PATIENCE = 2400
PAUSE_SECONDS = 0.05


class Supervised:
    """A server that somebody else has started. `pid` is its first process."""

    def __init__(self, address: str, pid: int) -> None:
        self.address, self.pid = address, pid
        told = Path(f"/proc/{pid}")
        self._words = told.joinpath("cmdline").read_bytes().rstrip(b"\0").split(b"\0")
        self._user, self._group = told.stat().st_uid, told.stat().st_gid
        self._own: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """What it said until it ended."""
        socket_folder = Path(self.address.rpartition("host=")[2])
        return (socket_folder / "server.log").read_text("utf-8", "replace")

    def processes(self) -> list[int]:
        """Return all its processes."""
        return [self.pid, *children_of(self.pid)]

    def ended(self) -> bool:
        """Whether its first process has ended; one that nobody has asked about yet is a zombie."""
        try:
            state = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        return state == "Z"

    async def end_of(self) -> None:
        """Wait until it has ended by itself."""
        for _ in range(PATIENCE):
            if self.ended():
                return
            await asyncio.sleep(PAUSE_SECONDS)
        raise AssertionError("the server runs on")

    def _started(self) -> subprocess.Popen[bytes]:
        """Start it as it was started first, as the same account."""
        given = {"user": self._user, "group": self._group, "extra_groups": []} if os.geteuid() == 0 else {}
        silent = subprocess.DEVNULL
        return subprocess.Popen(self._words, stdout=silent, stderr=silent, cwd="/", **given)  # type: ignore[call-overload,no-any-return]

    async def again(self) -> None:
        """Start it, and wait until it takes questions."""
        own = self._own = self._started()
        self.pid = own.pid
        for _ in range(PATIENCE):
            assert own.poll() is None, "the server did not come back"
            try:
                await (await asyncpg.connect(self.address)).close()
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                return
        raise AssertionError("the server does not answer")

    def end(self) -> None:
        """End the server that was started again."""
        if self._own is not None:
            self._own.terminate()
            try:
                self._own.wait(20)
            except subprocess.TimeoutExpired:
                self._own.kill()
                self._own.wait()


@asynccontextmanager
async def supervised(address: str) -> AsyncIterator[Supervised]:
    """Watch over the server of an address."""
    found = Supervised(address, await postmaster_of(address))
    try:
        yield found
    finally:
        found.end()

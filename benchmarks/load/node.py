"""Databases to measure on, and nodes: each `yidi serve` in a process of its own, as an operator starts it."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg

from benchmarks.load.playing import GATEWAY
from tests.postgresql import running_server
from yidi.edges.cli.nation import free_ports
from yidi.edges.storage.embedded import roomy

ENGINES = ("sqlite", "postgresql")
START_SECONDS = 60
SECRETS = "keys.toml"
LOG_FILES = 120
"""Files of 16 MiB a server keeps for its log at `max_wal_size` of 2 GB: they are written over, not made."""


@asynccontextmanager
async def database(engine: str, folder: Path) -> AsyncIterator[str]:
    """Give the address of an empty database: a file, or a real PostgreSQL started here, fsync on."""
    if engine == "sqlite":
        yield f"sqlite:{folder / 'node.sqlite'}"
        return
    with running_server(settings=roomy()) as address:
        connection = await asyncpg.connect(address)
        await connection.execute("CREATE DATABASE measured")
        await connection.close()
        await seasoned(address)
        yield address.replace("/postgres?", "/measured?")


async def seasoned(server: str) -> None:
    """Leave a server as one that has worked for hours: its log files are there.

    A new server makes each file when the one before is full, and everybody waits 50 ms for it; at 10 MB a
    second that is a tail no server has after its first gigabyte.
    """
    connection = await asyncpg.connect(server)
    try:
        for _ in range(LOG_FILES):
            await connection.execute("SELECT pg_logical_emit_message(true, '', ''), pg_switch_wal()")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


def free_port() -> int:
    """Return a port nobody uses."""
    return free_ports(1)[0]


class Served:
    """A node under load: its port, its process, and the processor time it has used."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    def cpu_seconds(self) -> float:
        """Processor time used so far by its processes, all threads; nan where the system does not tell."""
        try:
            return sum(map(_cpu_seconds, self.pids()))
        except OSError:
            return float("nan")

    def pids(self) -> list[int]:
        """The node's processes: the journal's, then that of its window."""
        pid = self.process.pid
        return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def write_settings(
    folder: Path, address: str, keys: Mapping[str, str], port: int, number: int, *, guarded: bool = True
) -> Path:
    """Write the settings and the secrets of a node; return the settings file."""
    secrets = folder / SECRETS
    secrets.write_text("[keys]\n" + "".join(f'{code} = "{key}"\n' for code, key in keys.items()))
    secrets.chmod(0o600)
    file = folder / f"node{number}.toml"
    file.write_text(
        f'database = "{address}"\nkeys = "{secrets}"\nport = {port}\nnode = {number}\n'
        f'gateway = "{GATEWAY}"\nlog_level = "warning"\n'
        f"encrypt = {str(guarded).lower()}\nseal = {str(guarded).lower()}\n"
    )
    return file


def yidi(*arguments: str) -> list[str]:
    """Return the command line of `yidi` in the environment that runs the benchmark."""
    return [sys.executable, "-c", "from yidi.wiring import main; main()", *arguments]


@contextmanager
def served(settings: Path, port: int) -> Iterator[Served]:
    """Run `yidi serve` until the block ends. Raises RuntimeError with its log when it does not start."""
    log = settings.with_suffix(".log")
    with log.open("wb") as out:
        process = subprocess.Popen(yidi("serve", "--config", str(settings)), stdout=out, stderr=out)
    try:
        _await_port(process, port, log)
        yield Served(process, port)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_port(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"yidi serve did not start:\n{log.read_text(errors='replace')[-2000:]}")


def verify(settings: Path) -> str:
    """Run `yidi storage verify` on a node's database; return what it found wrong, empty when nothing."""
    done = subprocess.run(
        yidi("storage", "verify", "--config", str(settings)), capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else (done.stdout + done.stderr)[-2000:]


@contextmanager
def workplace() -> Iterator[Path]:
    """Give a folder that is gone afterwards. YIDI_BENCH_DIR says where, when the usual place is small."""
    with tempfile.TemporaryDirectory(prefix="yidi-bench-", dir=os.environ.get("YIDI_BENCH_DIR")) as folder:
        yield Path(folder)


async def pause(seconds: float) -> None:
    """Let the machine come to rest."""
    await asyncio.sleep(seconds)

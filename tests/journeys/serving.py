"""`yidi serve` as people start it: a process of its own, on a free port, that can be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from yidi.edges.cli.nation import free_ports

PROGRAM = "from yidi.wiring import main; main()"


def free_port() -> int:
    """Return a port nobody listens on."""
    return free_ports(1)[0]


class Served:
    """A node in a process of its own."""

    def __init__(
        self, folder: Path, database: str, keys: Mapping[str, str], *, fold: bool, more: str = ""
    ) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}/"
        self.config, self.log = folder / "node.toml", folder / "node.log"
        self._process: asyncio.subprocess.Process | None = None
        (folder / "keys.toml").write_text(
            "[keys]\n" + "".join(f'"{code}" = "{secret}"\n' for code, secret in keys.items()), "utf-8"
        )
        self.config.write_text(
            f'database = "{database}"\nkeys = "{folder / "keys.toml"}"\nport = {self.port}\n'
            f"fold = {str(fold).lower()}\nsample = true\n{more}",
            "utf-8",
        )

    @property
    def pid(self) -> int:
        """The id of its process."""
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start the process and wait until it answers."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", PROGRAM, "serve", "--config", str(self.config)),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=log,
                env={name: value for name, value in os.environ.items() if not name.startswith("YIDI_")},
            )
        async with httpx.AsyncClient(trust_env=False) as client:
            for _ in range(1200):
                assert self._process.returncode is None, "the node ended by itself"
                try:
                    if (await client.get(f"{self.address}health")).text == "ok\n":
                        return
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
        raise AssertionError("the node does not answer")

    async def end(self, how: signal.Signals) -> int:
        """Send the process a signal and return how it ended."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(how)
        return await self._process.wait()

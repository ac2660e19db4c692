"""Nodes as processes of their own: started from their settings files, awaited, ended, never by name."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

import httpx

from yidi.edges.exchange.founding import NodePlan

PROGRAM = "from yidi.wiring import main; main()"
PAUSE_SECONDS = 0.05
END_SECONDS = 20.0


class NodeEnded(Exception):
    """A node ended by itself; the words say where its log lies."""


class NodeProcess:
    """One node as a process; what it prints goes to a log beside its settings."""

    program = PROGRAM

    def __init__(self, plan: NodePlan) -> None:
        self.plan = plan
        self._process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> Path:
        """Where its log lies."""
        return self.plan.config.with_suffix(".log")

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """The id of its process."""
        assert self._process is not None
        return self._process.pid

    def environment(self) -> dict[str, str]:
        """Return the variables it is started with: none of those that are settings."""
        return {name: value for name, value in os.environ.items() if not name.startswith("YIDI_")}

    async def start(self) -> None:
        """Start it; `ready` waits until it answers."""
        with self.log.open("ab") as out:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", self.program, "node", "run", "--config", str(self.plan.config)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=self.environment(),
                start_new_session=True,
            )

    async def ready(self) -> None:
        """Wait until it answers. Raises NodeEnded when it ends instead."""
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            while True:
                if not self.running:
                    raise NodeEnded(f"{self.plan.name}: {self.log.read_text('utf-8', 'replace')[-2000:]}")
                try:
                    if (await client.get(f"{self.plan.address}health")).text == "ok\n":
                        return
                except httpx.TransportError:
                    await asyncio.sleep(PAUSE_SECONDS)

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal and wait for its end; one that does not heed is killed."""
        process = self._process
        if process is None:
            return 0
        if process.returncode is None:
            process.send_signal(how)
        try:
            return await asyncio.wait_for(process.wait(), END_SECONDS)
        except TimeoutError:
            process.kill()
            return await process.wait()

    async def wait(self) -> int:
        """Wait until it ends."""
        assert self._process is not None
        return await self._process.wait()


async def end_all(processes: Iterable[NodeProcess]) -> None:
    """End nodes together."""
    await asyncio.gather(*[process.end() for process in processes])

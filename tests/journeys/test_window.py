"""`yidi serve` in two processes: whichever ends, and however, the other does not stay behind."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import httpx

from tests.journeys.serving import PROGRAM, free_port


def children_of(process: int) -> list[int]:
    """Return the processes a process has started."""
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def has_ended(process: int) -> bool:
    """Say whether a process is gone, or only waits for its end to be noted."""
    try:
        return ") Z " in Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return True


class Pair:
    """A node that serves from a window: the process that was started, and its window's."""

    def __init__(self, folder: Path) -> None:
        self.port, self.config = free_port(), folder / "node.toml"
        keys = folder / "keys.toml"
        keys.write_text("[keys]\n", "utf-8")
        self.config.write_text(
            f'database = "sqlite:{folder / "node.sqlite"}"\nkeys = "{keys}"\nport = {self.port}\n'
            'processes = 2\nsample = true\njurisdictions = ["330000"]\n',
            "utf-8",
        )

    async def start(self) -> None:
        """Start it and wait until it answers."""
        self.journal = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", PROGRAM, "serve", "--config", str(self.config)),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={name: value for name, value in os.environ.items() if not name.startswith("YIDI_")},
        )
        while not await self.answers():
            assert self.journal.returncode is None, "the node ended by itself"
            await asyncio.sleep(0.05)
        (self.window,) = children_of(self.journal.pid)

    async def answers(self) -> bool:
        """Say whether the start page is served."""
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            try:
                return (await client.get(f"http://127.0.0.1:{self.port}/")).status_code == 200
            except httpx.TransportError:
                return False

    async def window_is_gone(self) -> None:
        """Wait until the window's process has ended."""
        for _ in range(1200):
            if has_ended(self.window):
                return
            await asyncio.sleep(0.05)
        raise AssertionError("the window stayed behind")


async def test_whichever_process_ends_the_other_does_not_stay_behind(tmp_path: Path) -> None:
    node = Pair(tmp_path)
    await node.start()
    node.journal.send_signal(signal.SIGKILL)
    await node.window_is_gone()
    await node.journal.communicate()
    await node.start()
    os.kill(node.window, signal.SIGKILL)
    _, told = await node.journal.communicate()
    assert node.journal.returncode == 3
    assert "服务窗口的进程已终止" in told.decode()
    await node.start()
    node.journal.send_signal(signal.SIGTERM)
    await node.window_is_gone()
    assert await node.journal.wait() == 0
    assert not await node.answers()

"""`yidi nation up` goes on when one of its nodes ends, and says how that one is started again."""

from __future__ import annotations

import asyncio
import io
import signal
from pathlib import Path

import pytest
from rich.console import Console

from yidi.edges.cli.nation import watch
from yidi.edges.exchange.founding import NodePlan
from yidi.edges.exchange.processes import NodeEnded, NodeProcess


class Waiting(NodeProcess):
    """A process that waits for its end and serves nothing."""

    program = "import signal; signal.pause()"


def plan_in(folder: Path, name: str) -> NodePlan:
    return NodePlan(name, folder / f"{name}.toml", "", (), "", "")


async def test_a_nation_goes_on_when_a_node_ends_and_ends_with_the_last(tmp_path: Path) -> None:
    processes = [Waiting(plan_in(tmp_path, name)) for name in ("node-1", "node-2")]
    for process in processes:
        await process.start()
    said = io.StringIO()
    watching = asyncio.create_task(watch(Console(file=said), processes))
    assert await processes[0].end(signal.SIGKILL) == -signal.SIGKILL
    for _ in range(12_000):
        if "node-1" in said.getvalue():
            break
        await asyncio.sleep(0.01)
    assert processes[1].running
    assert not watching.done()
    assert f"yidi node run --config {processes[0].plan.config}" in said.getvalue()
    assert "node-2" not in said.getvalue()
    await processes[1].end(signal.SIGKILL)
    with pytest.raises(NodeEnded, match="every node has ended"):
        await watching

"""The two processes of `yidi serve`: one with the journal and the database, one with the service window.

The journal's process is the node: it starts the window, tells it to end, and does not outlive it. Each
notices the other's end by the line between them, however it came about.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

import typer

from yidi.edges.cli.serving import Telling, bound, spare_the_collector
from yidi.edges.cli.settings import CONFIG, load
from yidi.edges.cli.wired import Wired, wired
from yidi.edges.institution_keys import read_keys
from yidi.edges.journal.codec import Codec
from yidi.edges.settings import Settings, SettingsFault
from yidi.edges.telemetry import start_logging
from yidi.edges.window.asking import Answering, NobodyThere

PATIENCE_SECONDS = 60.0
"""How long a window that was told to end may take for what is under way."""
ENDED = "服务窗口的进程已终止，节点随之停止。 The process of the service window ended, so the node stops."
STOPS = (signal.SIGINT, signal.SIGTERM)


def has_window(settings: Settings) -> bool:
    """Say whether a node serves from a process of its own: where processors are left for it."""
    if settings.processes:
        return settings.processes == 2
    return os.name == "posix" and settings.exchange is None and (os.cpu_count() or 1) > 1


@contextmanager
def opened_window(
    config: Path | None, port: socket.socket
) -> Iterator[tuple[subprocess.Popen[bytes], socket.socket]]:
    """Start the window's process; give it and the journal's end of the line."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            passed = (port.fileno(), theirs.fileno())
            words = ["window", str(passed[0]), str(passed[1]), *(("--config", str(config)) if config else ())]
            process = subprocess.Popen(
                [sys.executable, "-c", "from yidi.wiring import main; main()", *words], pass_fds=passed
            )
        try:
            yield process, ours
        finally:
            ours.close()
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE_SECONDS)
            process.kill()
            process.wait()


async def keep_journal(
    parts: Wired, settings: Settings, keys: Mapping[str, str], config: Path | None
) -> None:
    """Open the node and decide what its window asks, until the window has ended."""
    with bound(settings.host, settings.port) as port, opened_window(config, port) as (process, end):
        port.close()
        async with parts.open_node(settings, keys) as node:
            spare_the_collector()
            answering = Answering(node.ask, Codec())
            told = asyncio.Event()

            def stop() -> None:
                told.set()
                process.terminate()

            loop = asyncio.get_running_loop()
            for name in STOPS:
                loop.add_signal_handler(name, stop)
            await answering.connect(end)
            await answering.wait_over()
            for name in STOPS:
                loop.remove_signal_handler(name)
        if not told.is_set():
            raise SettingsFault([ENDED])


async def serve_window(
    parts: Wired, settings: Settings, keys: Mapping[str, str], port: socket.socket, end: socket.socket
) -> None:
    """Serve from the window until told to end, or until the journal's process is gone."""
    async with parts.open_window(settings, keys, end) as (node, asking):
        spare_the_collector()
        server = Telling(node.app, settings)
        server.capture_signals = nullcontext  # type: ignore[assignment,method-assign]
        asyncio.get_running_loop().add_signal_handler(
            signal.SIGTERM, lambda: setattr(server, "should_exit", True)
        )
        serving = asyncio.create_task(server.serve([port]))
        alone = asyncio.create_task(asking.wait_over())
        await asyncio.wait({serving, alone}, return_when=asyncio.FIRST_COMPLETED)
        if not serving.done():
            os._exit(1)  # nothing can be decided any more: whoever waits is told by the broken connection
        alone.cancel()
        await serving


def window(context: typer.Context, port: int, end: int, config: Path | None = CONFIG) -> None:
    """服务窗口（由 serve 启动）。 Serve from a process of its own; `yidi serve` starts it."""
    import uvloop

    settings = load(config)
    start_logging(settings.log_level, as_json=settings.log_json)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=port) as bound_port, socket.socket(fileno=end) as line, suppress(NobodyThere):
        uvloop.run(serve_window(wired(context), settings, read_keys(Path(settings.keys)), bound_port, line))

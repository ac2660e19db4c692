"""How commands serve a node over HTTP."""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import socket
import time
from typing import Any

import typer
import uvicorn

from yidi.edges.settings import Settings, SettingsFault

COLLECT_AFTER = (20_000, 20, 20)
"""Objects made, rounds and rounds of rounds after which the three generations are collected."""
HOW: dict[str, Any] = {
    "log_level": "warning",
    "access_log": False,
    "lifespan": "off",
    "loop": "uvloop",
    "http": "httptools",
    "server_header": False,
    "date_header": False,
    "proxy_headers": False,
    "timeout_keep_alive": 75,
}
"""How every port is served: nothing about us in an answer, no line a message in the log."""
HANDOVER_LOOKS, HANDOVER_PAUSE_SECONDS = 40, 0.05
"""How often, and how long apart, a port is tried that a killed node's window leaves within moments."""


def bind_patiently(opened: socket.socket, host: str, port: int) -> None:
    """Bind, and wait a little for a port that is just being left. Raises OSError."""
    for look in range(HANDOVER_LOOKS + 1):
        try:
            opened.bind((host, port))
            return
        except OSError as fault:
            if fault.errno != errno.EADDRINUSE or look == HANDOVER_LOOKS:
                raise
        time.sleep(HANDOVER_PAUSE_SECONDS)


def bound(host: str, port: int) -> socket.socket:
    """Bind the port to serve on. Raises SettingsFault when another program has it, or it is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bind_patiently(opened, host, port)
    except OSError as fault:
        opened.close()
        why = os.strerror(fault.errno) if fault.errno and fault.errno > 0 else str(fault)
        raise SettingsFault(
            [
                f"端口 {port}（{host}）不能使用，可能已被其他程序占用；请停止该程序，或改用其他端口。"
                f" port {port} of {host} cannot be used ({why}): stop what has it, or set another.",
            ]
        ) from fault
    return opened


class Server(uvicorn.Server):
    """A server whose readiness can be awaited and whose end is the caller's to choose."""

    def __init__(self, app: object, settings: Settings) -> None:
        super().__init__(
            uvicorn.Config(
                app,  # type: ignore[arg-type]
                host=settings.host,
                port=settings.port,
                backlog=2048,
                **HOW,
            )
        )

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to stop, on sockets given or on the port of the settings."""
        await super().serve(sockets or [bound(self.config.host, self.config.port)])

    async def ready(self, task: asyncio.Task[None]) -> None:
        """Wait until the port answers; raise what stopped the server if it could not start."""
        while not self.started:
            if task.done():
                task.result()
                raise SettingsFault(["服务未能启动。 The server ended before it was ready."])
            await asyncio.sleep(0.005)


def spare_the_collector() -> None:
    """Leave what lives as long as the node out of garbage collection, and look at the rest less often.

    The packs are large and never garbage, so full rounds over them are wasted; the gain was within noise.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


class Telling(Server):
    """A server that prints its address once it answers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, then say where."""
        await super().startup(sockets)
        host = f"[{self.config.host}]" if ":" in self.config.host else self.config.host
        typer.echo(f"http://{host}:{self.config.port}/")

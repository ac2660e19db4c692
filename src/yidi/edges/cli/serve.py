"""`yidi serve`: run one node until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path

import typer
import uvicorn

from yidi.edges.cli.settings import CONFIG, load
from yidi.edges.cli.wired import Wired, wired
from yidi.edges.settings import Settings, SettingsFault, read_keys
from yidi.edges.telemetry import start_logging

COLLECT_AFTER = (20_000, 20, 20)
"""Objects made, rounds and rounds of rounds after which the three generations are collected."""


class Server(uvicorn.Server):
    """A server whose readiness can be awaited and whose end is the caller's to choose."""

    def __init__(self, app: object, settings: Settings) -> None:
        super().__init__(
            uvicorn.Config(
                app,  # type: ignore[arg-type]
                host=settings.host,
                port=settings.port,
                log_level="warning",
                access_log=False,
                lifespan="off",
                loop="uvloop",
                http="httptools",
                server_header=False,
                date_header=False,
                proxy_headers=False,
                timeout_keep_alive=75,
                backlog=2048,
            )
        )

    async def ready(self, task: asyncio.Task[None]) -> None:
        """Wait until the port answers; raise what stopped the server if it could not start."""
        while not self.started:
            if task.done():
                task.result()
                raise SettingsFault([f"port {self.config.port} of {self.config.host} cannot be opened"])
            await asyncio.sleep(0.005)


def spare_the_collector() -> None:
    """Leave what lives as long as the node out of garbage collection, and look at the rest less often.

    The packs are large and never garbage, so full rounds over them are wasted; the gain was within noise.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


async def run(parts: Wired, settings: Settings) -> None:
    """Open the node, serve, and close it in order."""
    async with parts.open_node(settings, read_keys(Path(settings.keys))) as node:
        typer.echo(f"http://{settings.host}:{settings.port}/")
        spare_the_collector()
        await Server(node.app, settings).serve()


def serve(context: typer.Context, config: Path | None = CONFIG) -> None:
    """启动节点。 Run a node: the national interface and the pages."""
    settings = load(config)
    start_logging(settings.log_level, as_json=settings.log_json)
    try:
        import uvloop

        uvloop.run(run(wired(context), settings))
    except SettingsFault as fault:
        for finding in fault.findings:
            typer.echo(finding, err=True)
        raise typer.Exit(3) from fault
    except KeyboardInterrupt:
        raise typer.Exit(0) from None

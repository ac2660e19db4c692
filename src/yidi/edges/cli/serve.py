"""`yidi serve`: run one node until it is told to stop."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import typer

from yidi.edges.cli.acting import named_user
from yidi.edges.cli.serving import Telling, bound, spare_the_collector
from yidi.edges.cli.settings import CONFIG
from yidi.edges.cli.starting import load_to_start
from yidi.edges.cli.window import has_window, keep_journal
from yidi.edges.cli.wired import Wired, wired
from yidi.edges.settings import Settings, SettingsFault
from yidi.edges.telemetry import start_logging


async def run(parts: Wired, settings: Settings, keys: Mapping[str, str], config: Path | None) -> None:
    """Open the node, serve, and close it in order."""
    with bound(settings.host, settings.port) as port:
        async with parts.open_node(settings, keys) as node:
            spare_the_collector()
            await Telling(node.app, settings).serve([port])


def serve(context: typer.Context, config: Path | None = CONFIG) -> None:
    """启动节点。 Run a node: the national interface and the pages."""
    settings, keys = load_to_start(config)
    start_logging(settings.log_level, as_json=settings.log_json)
    try:
        import uvloop

        apart = has_window(settings) and not named_user(context)
        uvloop.run((keep_journal if apart else run)(wired(context), settings, keys, config))
    except SettingsFault as fault:
        for finding in fault.findings:
            typer.echo(finding, err=True)
        raise typer.Exit(3) from fault
    except KeyboardInterrupt:
        raise typer.Exit(0) from None

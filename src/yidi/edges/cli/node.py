"""`yidi node run|status`: a node that serves some jurisdictions and reaches the others over the exchange."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Mapping
from pathlib import Path

import msgspec
import typer
import uvicorn
from rich.console import Console
from rich.table import Column, Table

from yidi.edges.cli.serving import HOW, Server, bound, spare_the_collector
from yidi.edges.cli.settings import load
from yidi.edges.cli.starting import NO_EXCHANGE, load_to_start
from yidi.edges.cli.wired import Wired, wired
from yidi.edges.clock import system_clock
from yidi.edges.exchange.asking import asker_of
from yidi.edges.exchange.exchange import Exchange, NodeStatus, listening
from yidi.edges.exchange.line import Unsent
from yidi.edges.exchange.transport import server_options
from yidi.edges.settings import ExchangeSettings, Settings, SettingsFault
from yidi.edges.telemetry import start_logging

app = typer.Typer(no_args_is_help=True, help="节点 A node among others")
CONFIG = typer.Option(..., "--config", "-c", help="设置文件 Settings file (TOML) with a table [exchange]")
JSON = typer.Option(False, "--json", help="输出一个 JSON One JSON object")
LAST_SECONDS = 3
"""How long other nodes are given to close their lines: one that is idle never says good-bye to TLS."""


def exchange_in(settings: Settings) -> ExchangeSettings:
    """Return the settings of the exchange. Raises SettingsFault when there are none."""
    if settings.exchange is None:
        raise SettingsFault([NO_EXCHANGE])
    return settings.exchange


class ExchangeServer(uvicorn.Server):
    """The server of the exchange's own port; one that another program has is told by its number."""

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to stop. Raises SettingsFault when the port cannot be opened."""
        await super().serve(sockets or [bound(self.config.host, self.config.port)])


def exchange_server(exchange: Exchange) -> uvicorn.Server:
    """Make the server of the exchange's own port; with https it demands a client certificate."""
    host, port = listening(exchange.settings)
    return ExchangeServer(
        uvicorn.Config(
            exchange.app,
            host=host,
            port=port,
            timeout_graceful_shutdown=LAST_SECONDS,
            **(HOW | server_options(exchange.settings)),
        )
    )


async def serve_until_told(*servers: uvicorn.Server) -> None:
    """Serve on all ports until SIGINT or SIGTERM; when one cannot be opened, all end."""
    loop = asyncio.get_running_loop()

    def end() -> None:
        for server in servers:
            server.should_exit = True

    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, end)
    for server in servers:
        server.capture_signals = contextlib.nullcontext  # type: ignore[assignment,method-assign]
    tasks = [asyncio.create_task(server.serve()) for server in servers]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        end()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)
    if faults := [one for one in done if isinstance(one, BaseException)]:
        raise faults[0]


async def run_node(parts: Wired, settings: Settings, keys: Mapping[str, str]) -> None:
    """Open the node, serve hospitals and other nodes, and close it in order."""
    async with parts.open_node(settings, keys) as node:
        assert node.exchange is not None
        servers = (Server(node.app, settings), exchange_server(node.exchange))
        typer.echo(f"http://{settings.host}:{settings.port}/  ⇄ {node.exchange.settings.url}")
        spare_the_collector()
        await serve_until_told(*servers)


@app.command("run")
def run(context: typer.Context, config: Path = CONFIG) -> None:
    """启动一个节点，经交换与其他节点往来。 Run a node that reaches others over the exchange."""
    import uvloop

    settings, keys = load_to_start(config, exchange=True)
    start_logging(settings.log_level, as_json=settings.log_json)
    uvloop.run(run_node(wired(context), settings, keys))


@app.command("status")
def status(config: Path = CONFIG, as_json: bool = JSON) -> None:
    """节点与各方线路的状况。 How a running node and its lines to the others are. Status 1: silent."""
    settings = load(config)

    async def ask() -> NodeStatus:
        exchange = exchange_in(settings)
        asker = asker_of(exchange, settings.jurisdictions, system_clock)
        try:
            return await asker.status(exchange.url)
        finally:
            await asker.close()

    try:
        found = asyncio.run(ask())
    except Unsent as silent:
        typer.echo(f"节点没有应答 the node does not answer: {silent}", err=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
    else:
        show(found)


def show(found: NodeStatus) -> None:
    """Print a status as a table, a line a peer."""
    console = Console()
    console.print(f"{found.url}  {' '.join(found.jurisdictions)}", highlight=False)
    console.print(f"{found.at}  待决 queued {found.queued}", highlight=False)
    titles = ("对方 peer", "区划 serves", "线路 line", "待发 held", "时钟差 clock (s)")
    table = Table(*[Column(title, overflow="fold") for title in titles])
    for peer in found.peers:
        line = peer.circuit + (f" ({peer.failures})" if peer.failures else "")
        ahead = f"{peer.clock_ahead_seconds:+.3f}"
        table.add_row(peer.url, " ".join(peer.jurisdictions), line, str(peer.held), ahead)
    console.print(table)
    if found.directory_trouble:
        console.print(f"登记表 peers table: {found.directory_trouble}", highlight=False, markup=False)

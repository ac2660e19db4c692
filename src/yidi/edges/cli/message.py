"""`yidi message trace MSGID`: the whole path of a message over all nodes, and who holds it now."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import typer
from rich.console import Console
from rich.table import Column, Table

from yidi.edges.cli.node import CONFIG, JSON, exchange_in
from yidi.edges.cli.settings import load
from yidi.edges.clock import system_clock
from yidi.edges.exchange.asking import Traced, asker_of
from yidi.edges.exchange.tracing import holder_of
from yidi.edges.settings import Settings

app = typer.Typer(no_args_is_help=True, help="报文 Messages on their way")
MSGID = typer.Argument(..., help="报文ID The institution's message id, or that of a message on the way")
WORDS = {"received": "收到 received", "answered": "答复 answered", "waiting": "待送 waits"}


async def trace_over(settings: Settings, msgid: str) -> Traced:
    """Ask every node in the peers table, as a jurisdiction of this node."""
    asker = asker_of(exchange_in(settings), settings.jurisdictions, system_clock)
    try:
        return await asker.trace(msgid)
    finally:
        await asker.close()


@app.command("trace")
def trace(msgid: str = MSGID, config: Path = CONFIG, as_json: bool = JSON) -> None:
    """一份报文经过的每一环与时间，现在何处。 Every link a message passed and when; status 1 when unseen."""
    traced = asyncio.run(trace_over(load(config), msgid))
    if as_json:
        found = {
            "msgid": msgid,
            "holder": holder_of(traced.sightings),
            "sightings": traced.sightings,
            "silent": traced.silent,
        }
        typer.echo(msgspec.json.encode(found).decode())
    else:
        show(traced)
    raise typer.Exit(0 if traced.sightings else 1)


def show(traced: Traced) -> None:
    """Print a path as a table, oldest first."""
    console = Console()
    titles = ("时间 at (UTC)", "区划 place", "事 what", "报文 message", "来自 from", "节点 node")
    table = Table(*[Column(title, overflow="fold") for title in titles])
    for one in traced.sightings:
        what = WORDS[one.what]
        if one.what == "waiting":
            tried = f", {one.attempts} × {one.trouble}" if one.attempts else ""
            what += f" → {one.towards}{tried}"
        message = f"{one.kind} {one.msgid}".strip()
        table.add_row(one.at, one.jurisdiction, what, message, one.sender, one.node)
    console.print(table)
    console.print(holder_of(traced.sightings), highlight=False, markup=False)
    for url in traced.silent:
        console.print(f"没有应答 does not answer: {url}", highlight=False, markup=False)

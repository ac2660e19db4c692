"""`yidi message trace MSGID`: the whole path of a message over all nodes, and who holds it now."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import typer
from rich.console import Console
from rich.markup import escape

from yidi.edges.cli.node import CONFIG, JSON, exchange_in
from yidi.edges.cli.settings import load
from yidi.edges.cli.telling import place
from yidi.edges.clock import system_clock
from yidi.edges.exchange.asking import Traced, asker_of
from yidi.edges.exchange.protocol import Sighting
from yidi.edges.exchange.tracing import holder_of, outcome_of
from yidi.edges.settings import Settings
from yidi.processes.ports.deciding import NATION

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
    """Print a path, two lines a link, oldest first: ids stay whole however narrow the screen is."""
    console = Console(soft_wrap=True)
    for one in traced.sightings:
        where = place(one.jurisdiction) if one.jurisdiction != NATION else f"{NATION} 国家平台 nation"
        console.print(f"{one.at}  [bold]{escape(where)}[/]  {escape(what_happened(one))}", highlight=False)
        sender = f"  来自 from {one.sender}" if one.what == "received" else ""
        console.print(f"    {one.msgid}{sender}  @ {one.node}", highlight=False, markup=False)
    console.print(holder_of(traced.sightings), style="bold", highlight=False, markup=False)
    if any(one.codes for one in traced.sightings):
        console.print("代码说明 what the codes mean: docs/reference/refusals.md", highlight=False)
    for url in traced.silent:
        console.print(f"没有应答 does not answer: {url}", highlight=False, markup=False)


def what_happened(one: Sighting) -> str:
    """Say in a phrase what happened to a message at a link, and what the answer was where it is known."""
    what = f"{WORDS[one.what]} {one.kind}".rstrip()
    if one.what == "waiting":
        tried = f"（已试 tried {one.attempts} 次 times: {one.trouble}）" if one.attempts else ""
        what += f" → {place(one.towards)}{tried}"
    return what + (f"  {' '.join(outcome_of(one))}" if one.outcome else "")

"""`yidi retention show|run`: how long records of access are kept, and deleting what is over."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import msgspec
import typer
from rich.console import Console
from rich.table import Column, Table

from yidi.domain.dates import write_instant
from yidi.edges.access.keeping import Keeping
from yidi.edges.access.retention import delete_old
from yidi.edges.cli.settings import CONFIG, load
from yidi.edges.clock import system_clock
from yidi.edges.packs.retention import read_retention
from yidi.edges.settings import Settings
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.migrate import check_version
from yidi.edges.storage.schema import gathered

app = typer.Typer(no_args_is_help=True, help="保存期限 How long records are kept")
PACKS = typer.Option(None, "--packs", help="政策包文件夹 Folder of the packs")
JSON = typer.Option(False, "--json")


async def _deleted(settings: Settings) -> Mapping[str, int]:
    terms = read_retention(Path(settings.packs) if settings.packs else None)
    engine = engine_for(settings.database, gathered())
    await engine.open()
    try:
        await check_version(engine)
        return await delete_old(Keeping(engine), terms, system_clock)
    finally:
        await engine.close()


@app.command("show")
def show(packs: Path | None = PACKS, as_json: bool = JSON) -> None:
    """各类记录保存多久、依据何在、哪些不删。 How long each kind is kept, why, and what is never deleted."""
    terms = read_retention(packs)
    spans = terms.on(write_instant(system_clock())[:10])
    if as_json:
        told = {"days": [span._asdict() for span in spans], "kept": msgspec.to_builtins(terms.kept)}
        typer.echo(msgspec.json.encode(told).decode())
        return
    table = Table("记录 records", "天 days", Column("依据 source", overflow="fold"))
    for span in spans:
        table.add_row(span.kind, str(span.days), span.source)
    for one in terms.kept:
        table.add_row(one.what, "不删 kept", one.source)
    Console().print(table)


@app.command("run")
def run(config: Path | None = CONFIG, as_json: bool = JSON) -> None:
    """删除今天已到期的记录。 Delete the records whose time is over today; a running node does so daily."""
    done = asyncio.run(_deleted(load(config)))
    if as_json:
        typer.echo(msgspec.json.encode(done).decode())
        return
    for kind, rows in done.items():
        typer.echo(f"{kind}  删除 deleted: {rows}")

"""`yidi storage init|verify`: make the tables; prove that balances and states equal the facts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from yidi.edges.cli.settings import CONFIG, load
from yidi.edges.clock import system_clock
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.national import read_divisions
from yidi.edges.settings import Settings
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.migrate import SchemaTrouble, check_version, migrate
from yidi.edges.storage.schema import gathered
from yidi.edges.storage.served import serve_also as keep_also
from yidi.edges.storage.verify import CHECKS, Result, verify
from yidi.processes.ports.deciding import NATION

app = typer.Typer(no_args_is_help=True, help="存储 Storage")
JSON = typer.Option(False, "--json")
ALSO = typer.Option(
    False,
    "--serve-also",
    help="今后也承载设置所写区划 Keep it for the settings' jurisdictions too",
)


async def make_tables(settings: Settings, *, also: bool = False) -> Sequence[str]:
    """Apply what is missing and return the names of the steps.

    With `also` the database is from now on kept for the jurisdictions of these settings too.
    """
    engine = engine_for(settings.database, gathered())
    await engine.open()
    try:
        done = await migrate(engine)
        if also:
            await keep_also(engine, settings.jurisdictions or everybody(settings), system_clock())
        return done
    finally:
        await engine.close()


def everybody(settings: Settings) -> Sequence[str]:
    """Return the nation and every province, whom a node serves when its settings name nobody."""
    divisions = read_divisions(Path(settings.packs) if settings.packs else packs_folder())
    return (NATION, *[place.code for place in divisions.provinces() if place.insuring])


async def check_facts(settings: Settings, console: Console) -> Sequence[Result]:
    """Make every check, with a bar on a terminal."""
    engine = engine_for(settings.database, gathered())
    await engine.open()
    try:
        await check_version(engine)
        return await _with_bar(engine, console)
    finally:
        await engine.close()


async def _with_bar(engine: Engine, console: Console) -> Sequence[Result]:
    results: list[Result] = []
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for check in progress.track(CHECKS, description="核对 verifying"):
            results += await verify(engine, [check])
    return results


@app.command("init")
def init(config: Path | None = CONFIG, serve_also: bool = ALSO, as_json: bool = JSON) -> None:
    """建立或升级数据表。 Make the tables or bring them up to date; status 1 when that is not possible."""
    try:
        done = asyncio.run(make_tables(load(config), also=serve_also))
    except SchemaTrouble as trouble:
        typer.echo(str(trouble), err=True)
        raise typer.Exit(1) from trouble
    if as_json:
        typer.echo(json.dumps({"applied": list(done)}))
    else:
        typer.echo("\n".join(done) or "已是最新。 Up to date.")


@app.command("verify")
def verify_facts(config: Path | None = CONFIG, as_json: bool = JSON) -> None:
    """核对余额、状态与事实是否一致。 Prove that balances and states equal the facts; status 1 when not."""
    try:
        results = asyncio.run(check_facts(load(config), Console(stderr=True)))
    except SchemaTrouble as trouble:
        typer.echo(str(trouble), err=True)
        raise typer.Exit(1) from trouble
    if as_json:
        shown = [
            {"check": r.check.name, "claim": r.check.en, "count": r.found, "findings": list(r.findings)}
            for r in results
        ]
        typer.echo(
            json.dumps({"holds": not any(r.found for r in results), "checks": shown}, ensure_ascii=False)
        )
    else:
        show(results)
    raise typer.Exit(1 if any(result.found for result in results) else 0)


def show(results: Sequence[Result]) -> None:
    """Print the checks as a table, then the findings of those that do not hold."""
    console = Console()
    table = Table("核对 check", "内容 claim", "异常 findings", show_lines=True)
    for result in results:
        mark = f"[red]{result.found}[/]" if result.found else "[green]0[/]"
        table.add_row(result.check.name, f"{result.check.zh}\n{result.check.en}", mark)
    console.print(table)
    for result in results:
        for finding in result.findings:
            console.print(f"{result.check.name}: {finding}", highlight=False, markup=False)

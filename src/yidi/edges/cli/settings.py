"""`yidi settings show`: what a node would start with, secrets left out, every error listed."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from yidi.edges.settings import Settings, SettingsFault, read_settings, redact

app = typer.Typer(no_args_is_help=True, help="设置 Settings")
CONFIG = typer.Option(None, "--config", "-c", help="设置文件 Settings file (TOML)")

NO_FILE = (
    "没有指定设置文件：--config node.toml；yidi demo --data FOLDER 会留下一份。\n"
    "No settings file was named: --config node.toml; yidi demo --data FOLDER leaves one, "
    "docs/operating/settings.md tells every key."
)


def load(config: Path | None) -> Settings:
    """Read the settings or tell every finding and end with status 3."""
    try:
        return read_settings(config)
    except SettingsFault as fault:
        console = Console(stderr=True)
        console.print("[bold red]设置不可用 The settings cannot be used[/]")
        for finding in fault.findings:
            console.print(f"  · {finding}", highlight=False, markup=False)
        if config is None:
            console.print(NO_FILE, highlight=False)
        raise typer.Exit(3) from fault


@app.command("show")
def show(config: Path | None = CONFIG, as_json: bool = typer.Option(False, "--json")) -> None:
    """显示设置（密码隐去）。 Show the settings; passwords are left out."""
    settings = load(config)
    values = dict(msgspec.to_builtins(settings))
    values["database"] = redact("database", settings.database)
    if as_json:
        typer.echo(json.dumps(values, ensure_ascii=False, indent=1))
        return
    table = Table("setting", "value")
    for name, value in values.items():
        table.add_row(name, str(value))
    Console().print(table)

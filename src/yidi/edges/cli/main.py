"""The `yidi` command. Exit status: 0 done, 1 refused or findings, 2 wrong use, 3 unusable settings.

A noun's module is imported when it is typed: bulk work brings libraries that a counter never needs.
"""

from __future__ import annotations

import sqlite3
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Any

import asyncpg
import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from yidi import __version__
from yidi.edges.cli.gates import behind_gate
from yidi.edges.secrecy.troubles import KeyTrouble
from yidi.edges.settings import SettingsFault
from yidi.edges.storage.migrate import SchemaTrouble
from yidi.edges.telemetry import start_logging

GROUPS = {
    "先看看 To begin": {
        "demo": "demo:demo",
        "estimate": "estimate:estimate_visit",
        "simulate": "simulate:simulate",
    },
    "参保人和就医 Persons and their care": {
        "person": "person:app",
        "filing": "filing:app",
        "settlement": "settlement:app",
        "claim": "claim:app",
        "institution": "institution:app",
    },
    "政策和目录 Policies and catalogues": {
        "policy": "policy:app",
        "catalogue": "catalogue:app",
    },
    "资金 Money": {
        "reconcile": "reconcile:reconcile",
        "case": "reconcile:cases",
        "ledger": "ledger:app",
        "prepayment": "prepayment:app",
        "clearing": "clearing:app",
        "payment": "payment:app",
        "finance": "finance:app",
        "batch": "batch:app",
    },
    "运行 Operation": {
        "serve": "serve:serve",
        "node": "node:app",
        "nation": "nation:app",
        "message": "message:app",
        "storage": "storage:app",
        "retention": "retention:app",
        "settings": "settings:app",
    },
    "安全 Security": {
        "keys": "keys:app",
        "audit": "audit:app",
        "access": "access:app",
    },
}
"""Heading of the help -> noun -> its module in this folder, and the commands or the single command in it."""
NOUNS = {name: place for nouns in GROUPS.values() for name, place in nouns.items()}
HEADINGS = {name: heading for heading, nouns in GROUPS.items() for name in nouns}
UNLISTED = {"window": "window:window"}
"""What `yidi serve` types, and nobody else."""


@cache
def noun(name: str) -> Any:
    """Import what a noun stands for and return its command, behind its gate."""
    module, attribute = {**NOUNS, **UNLISTED}[name].split(":")
    found = getattr(import_module(f"yidi.edges.cli.{module}"), attribute)
    if isinstance(found, typer.Typer):
        command: Any = get_group(found)
    else:
        alone = typer.Typer(add_completion=False)
        alone.command(name)(found)
        command = get_command(alone)
    command.name = name
    command.rich_help_panel = HEADINGS.get(name)
    behind_gate(name, command)
    return command


class Program(TyperGroup):
    """Finds the nouns, and says in a sentence what keeps a command from its database or files."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Name the nouns, heading by heading."""
        return list(NOUNS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of a noun, None for an unknown one."""
        return noun(cmd_name) if cmd_name in NOUNS or cmd_name in UNLISTED else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find what was typed; a noun nobody knows is answered with the nearest ones."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            near = get_close_matches(args[0], NOUNS)
            meant = f" 是不是 Did you mean {'、'.join(near)}?" if near else ""
            ctx.fail(f"没有这个命令 No such command '{args[0]}'.{meant}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:  # typer brings a click of its own, whose types have no public name
        """Run what was typed."""
        try:
            return super().invoke(ctx)
        except SettingsFault as fault:
            typer.echo("\n".join(fault.findings), err=True)
            ctx.exit(3)
        except (SchemaTrouble, KeyTrouble) as trouble:
            typer.echo(str(trouble), err=True)
            ctx.exit(1)
        except BrokenPipeError:
            raise  # the reader of a pipe has left: nothing to say
        except (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as fault:
            typer.echo(f"数据库或文件不可用 The database or a file cannot be used: {fault}", err=True)
            ctx.exit(1)


app = typer.Typer(
    name="yidi",
    cls=Program,
    no_args_is_help=True,
    add_completion=False,
    help="异地就医直接结算 Settles medical bills of people treated away from home, at the counter.",
    epilog="例 For example: yidi demo · yidi estimate --area 610100 --to 330100:3 --typical stay · "
    "yidi policy show 610100 --on 2026-11-22. 手册 Manual: docs/reference/cli.md",
)


def show_version(value: bool) -> None:
    """Print the version and end."""
    if value:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def yidi(
    version: bool = typer.Option(
        False, "--version", callback=show_version, is_eager=True, help="版本 Version"
    ),
    user: str = typer.Option(
        "", "--user", help="以此用户的职责办理，须输入密码 Work as this user, by the table of roles"
    ),
) -> None:
    """异地就医直接结算。 Bills of people treated away from home, settled at the hospital counter."""
    start_logging("warning", as_json=False)  # to standard error; who serves asks for more

"""The `yidi` command. Exit status: 0 done, 1 refused or findings, 2 wrong use, 3 unusable settings.

A noun's module is imported when it is typed: bulk work brings libraries that a counter never needs.
"""

from __future__ import annotations

import sqlite3
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

NOUNS = {
    "demo": "demo:demo",
    "serve": "serve:serve",
    "node": "node:app",
    "nation": "nation:app",
    "message": "message:app",
    "keys": "keys:app",
    "settlement": "settlement:app",
    "claim": "claim:app",
    "filing": "filing:app",
    "person": "person:app",
    "estimate": "estimate:estimate_visit",
    "policy": "policy:app",
    "catalogue": "catalogue:app",
    "reconcile": "reconcile:reconcile",
    "case": "reconcile:cases",
    "ledger": "ledger:app",
    "prepayment": "prepayment:app",
    "clearing": "clearing:app",
    "payment": "payment:app",
    "finance": "finance:app",
    "batch": "batch:app",
    "simulate": "simulate:simulate",
    "storage": "storage:app",
    "audit": "audit:app",
    "access": "access:app",
    "settings": "settings:app",
}
"""Noun -> its module in this folder, and the commands or the single command in it."""
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
    behind_gate(name, command)
    return command


class Program(TyperGroup):
    """Finds the nouns, and says in a sentence what keeps a command from its database or files."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Name the nouns, in the order of a case's life."""
        return list(NOUNS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of a noun, None for an unknown one."""
        return noun(cmd_name) if cmd_name in NOUNS or cmd_name in UNLISTED else None

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

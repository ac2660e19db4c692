"""The `yidi` command. Exit status: 0 done, 1 refused or findings, 2 wrong use, 3 unusable settings."""

from __future__ import annotations

import sqlite3
from typing import Any

import asyncpg
import typer
from typer.core import TyperGroup

from yidi import __version__
from yidi.edges.cli import (
    audit,
    batch,
    catalogue,
    claim,
    clearing,
    demo,
    filing,
    finance,
    keys,
    ledger,
    message,
    nation,
    node,
    policy,
    prepayment,
    reconcile,
    serve,
    settings,
    settlement,
    simulate,
    storage,
)
from yidi.edges.secrecy.troubles import KeyTrouble
from yidi.edges.settings import SettingsFault
from yidi.edges.storage.migrate import SchemaTrouble


class Program(TyperGroup):
    """Says in a sentence what keeps a command from its database or files, instead of a trace."""

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
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.add_typer(node.app, name="node")
app.add_typer(nation.app, name="nation")
app.add_typer(message.app, name="message")
app.add_typer(keys.app, name="keys")
app.add_typer(settlement.app, name="settlement")
app.add_typer(claim.app, name="claim")
app.add_typer(filing.app, name="filing")
app.add_typer(policy.app, name="policy")
app.add_typer(catalogue.app, name="catalogue")
app.command("reconcile")(reconcile.reconcile)
app.add_typer(reconcile.cases, name="case")
app.add_typer(ledger.app, name="ledger")
app.add_typer(prepayment.app, name="prepayment")
app.add_typer(clearing.app, name="clearing")
app.add_typer(finance.app, name="finance")
app.add_typer(batch.app, name="batch")
app.command("simulate")(simulate.simulate)
app.add_typer(storage.app, name="storage")
app.add_typer(audit.app, name="audit")
app.add_typer(settings.app, name="settings")


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
) -> None:
    """异地就医直接结算。 Bills of people treated away from home, settled at the hospital counter."""

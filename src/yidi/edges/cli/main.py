"""The `yidi` command. Exit status: 0 done, 1 refused or findings, 2 wrong use, 3 unusable settings."""

from __future__ import annotations

import typer

from yidi import __version__
from yidi.edges.cli import catalogue, demo, policy, serve, settings, settlement, storage

app = typer.Typer(
    name="yidi",
    no_args_is_help=True,
    add_completion=False,
    help="异地就医直接结算 Settles medical bills of people treated away from home, at the counter.",
)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.add_typer(settlement.app, name="settlement")
app.add_typer(policy.app, name="policy")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(storage.app, name="storage")
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

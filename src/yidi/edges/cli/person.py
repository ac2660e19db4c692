"""`yidi person renumber`: persons get other numbers, one or a whole file, as when an area changes systems."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from yidi.edges.cli.findings import tell_refusals
from yidi.edges.cli.insured import AGENCY, PROVINCE
from yidi.edges.cli.settings import CONFIG
from yidi.edges.cli.telling import JSON, made, on_node
from yidi.edges.cli.wired import RunningNode
from yidi.processes.enrolment.commands import ReplaceNumber
from yidi.processes.ports.deciding import Refused, Reply

app = typer.Typer(no_args_is_help=True, help="参保人 Persons of an insured province")
AT_ONCE = 200
"""How many changes are asked for together: they share a commit."""


class Change(NamedTuple):
    """One number in place of another."""

    old: str
    new: str


@app.callback()
def persons() -> None:
    """参保人。 Persons of an insured province."""


@app.command("renumber")
def renumber(
    context: typer.Context,
    old: str = typer.Argument("", help="原人员编号 The number until now"),
    new: str = typer.Argument("", help="新人员编号 The number from now on"),
    province: str = PROVINCE,
    file: Path | None = typer.Option(
        None, "--file", exists=True, dir_okay=False, help="CSV，每行：原编号,新编号 A line each: old,new"
    ),
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """更换人员编号。 Give persons other numbers; filings, stays, accounts and counters follow."""
    if (file is None) != bool(old and new):
        raise typer.BadParameter("OLD NEW 或 or --file")
    changes = [Change(old, new)] if file is None else list(changes_of(file))
    replies = on_node(context, config, lambda node: asked(node, province, changes))
    told(changes, replies, as_json=as_json)


def changes_of(file: Path) -> Iterator[Change]:
    """Read a file of changes; BadParameter names the line that is none."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        try:
            for number, row in enumerate(csv.reader(text), 1):
                if len(row) != 2:
                    raise typer.BadParameter(f"{file.name}:{number}: 原编号,新编号 old,new")
                yield Change(row[0].strip(), row[1].strip())
        except (UnicodeDecodeError, csv.Error) as fault:
            raise typer.BadParameter(f"{file.name}: UTF-8 CSV ({fault})") from None


async def asked(node: RunningNode, province: str, changes: Sequence[Change]) -> list[Reply]:
    """Have the changes decided, in the order of the file."""
    replies: list[Reply] = []
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("更换编号 Numbers", total=len(changes))
        for start in range(0, len(changes), AT_ONCE):
            group = changes[start : start + AT_ONCE]
            replies += await asyncio.gather(*(node.ask(command(province, change)) for change in group))
            bar.advance(task, len(group))
    return replies


def command(province: str, change: Change) -> ReplaceNumber:
    """Make the command of one change."""
    return made(ReplaceNumber, province, AGENCY, person_no=change.old, new_no=change.new)


def told(changes: Sequence[Change], replies: Sequence[Reply], *, as_json: bool) -> None:
    """Print what came of it; a refusal ends with status 1."""
    refused = [
        (change, reply) for change, reply in zip(changes, replies, strict=True) if isinstance(reply, Refused)
    ]
    changed = len(changes) - len(refused)
    if as_json:
        rows = [{"old": c.old, "new": c.new, "refusals": reply.refusals} for c, reply in refused]
        typer.echo(msgspec.json.encode({"changed": changed, "refused": rows}).decode())
    else:
        typer.echo(f"已更换 changed {changed}  被拒 refused {len(refused)}")
        for change, reply in refused:
            typer.echo(f"{change.old} → {change.new}", err=True)
            tell_refusals(reply.refusals)
    if refused:
        raise typer.Exit(1)

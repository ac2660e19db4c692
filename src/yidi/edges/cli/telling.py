"""How commands of the money tell what came of them: a table for people, one JSON object, or refusals."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from yidi.domain.money import format_yuan, parse_yuan
from yidi.domain.refusal import Refusal
from yidi.edges.cli.findings import tell_refusals
from yidi.edges.cli.settings import load
from yidi.edges.cli.wired import RunningNode, wired
from yidi.edges.packs.national import read_divisions
from yidi.edges.storage.reading import Rows
from yidi.processes.ports.deciding import Command, Refused, Reply

T = TypeVar("T")
R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Command)
JSON = typer.Option(False, "--json", help="输出一个 JSON One JSON object")
MONTH = typer.Argument(..., help="月份 Month, e.g. 2026-10")
NOTICE = typer.Argument(..., help="通知书编号 Number of the notice")
AMOUNT = typer.Option(..., "--amount", help="金额（元）；清算为两险种合计 Yuan; of a clearing, both schemes")
REFERENCE = typer.Option(..., "--reference", help="银行流水号 The bank's reference")
PROVINCE = typer.Option(..., "--province", help="省级区划代码 Division code of the province")
REASON = typer.Option(..., "--reason", help="理由 Reason")
SCHEMES = {"310": "职工 employee", "390": "居民 resident"}


def on_node(context: typer.Context, config: Path | None, work: Callable[[RunningNode], Awaitable[T]]) -> T:
    """Open the node, work on it, close it."""

    async def run() -> T:
        async with wired(context).open_node(load(config), {}) as node:
            return await work(node)

    return asyncio.run(run())


def on_facts(context: typer.Context, config: Path | None, look: Callable[[Rows], Awaitable[T]]) -> T:
    """Open the facts for reading, look, close them."""

    async def run() -> T:
        async with wired(context).open_reading(load(config)) as rows:
            return await look(rows)

    return asyncio.run(run())


def made(kind: type[C], here: str, sender: str, **said: Any) -> C:
    """Make a command; each one typed is a message of its own."""
    return kind(jurisdiction=here, sender=sender, msgid=f"{kind.__name__}/{secrets.token_hex(8)}", **said)


def asked(context: typer.Context, config: Path | None, command: Command, kind: type[R]) -> R:
    """Have a command decided; refusals are told and end with status 1."""
    return insisted(on_node(context, config, lambda node: node.ask(command)), kind)


def insisted(reply: Reply, kind: type[R]) -> R:
    """Insist on an answer; refusals are told and end with status 1."""
    if isinstance(reply, Refused):
        end_refused(reply.refusals)
    assert isinstance(reply, kind), reply
    return reply


def end_refused(refusals: Iterable[Refusal]) -> NoReturn:
    """Tell every refusal and end with status 1."""
    tell_refusals(refusals)
    raise typer.Exit(1)


def tell(shown: Any, said: str, *, as_json: bool) -> None:
    """Print an object for a machine, or a sentence for people."""
    typer.echo(msgspec.json.encode(shown).decode() if as_json else said)


def tabled(title: str, names: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> None:
    """Print a table; columns after the first `words` are numbers.

    Where the screen is too narrow for it, each row is a paragraph with every cell named: a number of a
    settlement broken over four lines can be neither read nor copied.
    """
    console = Console()
    if not rows:
        console.print(f"{title}: 无 none", highlight=False)
        return
    table = Table(title=title)
    for number, name in enumerate(names):
        table.add_column(name, justify="right" if number >= words else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    if measure(table) <= console.width:
        console.print(table)
        return
    console.print(title, style="bold", highlight=False)
    for row in rows:
        console.print(f"[bold]{escape(row[0])}[/]", highlight=False, soft_wrap=True)
        told = [f"{name}: {escape(cell)}" for name, cell in zip(names[1:], row[1:], strict=True) if cell]
        console.print(Padding(" | ".join(told), (0, 0, 0, 4)), highlight=False)


def measure(table: Table) -> int:
    """Return how many columns of a screen a table takes when no cell is broken."""
    wide = Console(width=1000)
    return wide.measure(table).maximum


@cache
def _names() -> dict[str, str]:
    return {division.code: division.name for division in read_divisions().provinces()}


def place(code: str) -> str:
    """Name a province."""
    return f"{code} {_names().get(code, '')}".strip()


def yuan(fen: int) -> str:
    """Write an amount for a table."""
    return format_yuan(fen, thousands=True)


def fen_of(text: str, option: str) -> int:
    """Read an amount in yuan, with or without separators, as fen; anything else is wrong use."""
    fen = parse_yuan(text.replace(",", ""))
    if fen is None:
        raise typer.BadParameter("1234.56", param_hint=option)
    return fen

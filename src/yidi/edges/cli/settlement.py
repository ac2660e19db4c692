"""`yidi settlement show|explain`: a stored settlement, and its result derived again from what was stored."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from pathlib import Path

import msgspec
import typer
from rich.console import Console

from yidi.edges.access.roles import Reading
from yidi.edges.cli.acting import PURPOSE, seen
from yidi.edges.cli.settings import CONFIG, load
from yidi.edges.cli.wired import Wired, wired
from yidi.edges.demonstration.show import show_statement
from yidi.edges.estimate.statement import as_html, as_text
from yidi.edges.packs.policy import PackFaults
from yidi.edges.portals import reading, words
from yidi.edges.settings import Settings

app = typer.Typer(no_args_is_help=True, help="结算 Settlements")
NUMBER = typer.Argument(..., help="结算号 Settlement number")
JSON = typer.Option(False, "--json")


class Form(StrEnum):
    """What the statement is written as."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"


AS = typer.Option(Form.TEXT, "--as", help="text, html, json")
SHELVES = typer.Option(
    [],
    "--packs",
    exists=True,
    help="旧版政策包 File or folder of older packs; may be repeated",
)


async def find(parts: Wired, settings: Settings, number: str) -> reading.SettlementPage | None:
    """Read everything about one settlement from the node's database."""
    async with parts.open_reading(settings) as rows:
        return await reading.settlement(rows, number)


def found_or_end(parts: Wired, config: Path | None, number: str) -> reading.SettlementPage:
    """Find the settlement or say that it is not here and end with status 1."""
    page = asyncio.run(find(parts, load(config), number))
    if page is None:
        typer.echo(f"{number}: 本节点没有这笔结算。 No such settlement on this node.", err=True)
        raise typer.Exit(1)
    return page


def noted(context: typer.Context, config: Path | None, page: reading.SettlementPage, purpose: str) -> None:
    """Record whose settlement is about to be shown."""
    asked = page.asked
    owners, number = frozenset({asked.jurisdiction, asked.insured}), asked.settlement_id
    seen(
        context,
        config,
        (Reading.SETTLEMENT,),
        owners,
        asked.person_no,
        number,
        purpose,
        institution_code=asked.institution_code,
    )


@app.command("show")
def show(
    context: typer.Context,
    number: str = NUMBER,
    purpose: str = PURPOSE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """显示一笔结算及其消息路径。 Show a settlement and the path of its messages."""
    page = found_or_end(wired(context), config, number)
    noted(context, config, page, purpose)
    if as_json:
        typer.echo(msgspec.json.encode(page).decode())
        return
    console = Console()
    console.print(f"{number}  {words.zh(words.STATES, page.state)} {words.en(words.STATES, page.state)}")
    if page.settled is not None:
        show_statement(console, page.settled)
    for refusal in page.refusals:
        console.print(f"{refusal['code']} {refusal['cause_zh']} {refusal['cause_en']}")
    for hop in page.hops:
        console.print(f"{hop.number} {hop.who_zh} {hop.who_en}: {hop.what_en}  {hop.at}")


@app.command("explain")
def explain(
    context: typer.Context,
    number: str = NUMBER,
    config: Path | None = CONFIG,
    form: Form = AS,
    packs: list[Path] = SHELVES,
    as_json: bool = JSON,
) -> None:
    """由存下的输入和政策包重新推导。 Derive a settlement again and tell it; 1 when it cannot be."""
    settings = load(config)
    page = found_or_end(wired(context), config, number)
    if page.booked is None:
        typer.echo("参保地入账不在本节点。 The booking is not on this node: ask the insured place.", err=True)
        raise typer.Exit(1)
    parts = wired(context)
    try:
        found = parts.derive(settings, page.booked, packs)
    except PackFaults as faults:
        typer.echo(str(faults), err=True)
        raise typer.Exit(1) from None
    if isinstance(found, tuple):
        for refusal in found:
            typer.echo(f"{refusal.code} {refusal.cause_zh}。{refusal.remedy_zh}。", err=True)
            typer.echo(
                f"{refusal.code} {words.sentence(refusal.cause_en)} {words.sentence(refusal.remedy_en)}",
                err=True,
            )
        raise typer.Exit(1)
    if as_json or form is Form.JSON:
        typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
    elif form is Form.HTML:
        typer.echo(as_html(found, parts.place(settings)))
    else:
        typer.echo(as_text(found))
        typer.echo("与存下的结果一致。 Agrees with what was stored.")
